"""Who gets which review item: order, filters and claims."""

from __future__ import annotations

from datetime import timedelta

import pytest
from builders import NOVEMBER, PLAIN, RECEIPT, keep, routed

from flows.review import queue
from flows.review.decide import open_items, reject, settle, show_item
from flows.review.queue import claim, claim_on, next_item, queue_page, release
from flows.store.decisions import Word
from flows.store.store import Store
from schemas.errors import ClaimedError, NoItemError
from schemas.extraction import Doubt, DoubtCode
from schemas.queue import QueueFilter
from schemas.review import Settlement

ALL = QueueFilter()
NO_TEXT = Doubt(code=DoubtCode.NO_TEXT, text="page 1 has no text")
LATER = NOVEMBER + timedelta(days=3)


@pytest.fixture
def store(tmp_path):
    with Store.open(tmp_path / "out") as opened:
        yield opened


@pytest.fixture
def five(store):
    """A store with four invoices and a receipt that wait."""
    for name in "abc":
        keep(store, routed(PLAIN, doubtful=("grand_total",)), name=name)
    keep(store, name="scan", doubts=(NO_TEXT,), now=NOVEMBER + timedelta(days=2))
    keep(store, routed({"total": None}, doc_type=RECEIPT, doubtful=("total",)), name="r",
         doc_type=RECEIPT)  # fmt: skip
    return store


def page(store, wanted=ALL, *, limit=50, offset=0):
    return queue_page(store, wanted, limit=limit, offset=offset, now=LATER)


def take(store, holder, *, skip=(), wanted=ALL, now=LATER):
    return next_item(store, wanted, holder=holder, who=f"{holder}!", skip=skip, now=now)


def test_a_page_counts_what_there_is_to_choose_by(five):
    found = page(five, limit=2)
    assert (len(found.items), found.total, found.open) == (2, 5, 5)
    assert found.types == {"invoice": 4, "receipt": 1}
    assert found.codes == {DoubtCode.UNSURE: 4, DoubtCode.NO_TEXT: 1}
    assert found.seconds_each is None


def test_pages_follow_each_other_in_the_order_of_the_whole(five):
    ids = [page(five, limit=2, offset=at).items for at in (0, 2, 4)]
    assert [each.id for part in ids for each in part] == [each.id for each in open_items(five)]


@pytest.mark.parametrize(
    ("wanted", "sources"),
    [
        (QueueFilter(type_name="receipt"), ["in/r.pdf"]),
        (QueueFilter(code=DoubtCode.NO_TEXT), ["in/scan.pdf"]),
        (QueueFilter(source="SCAN"), ["in/scan.pdf"]),
        (QueueFilter(source="%"), []),
        (QueueFilter(older_than_days=2, type_name="invoice"), ["in/a.pdf", "in/b.pdf", "in/c.pdf"]),
        (QueueFilter(older_than_days=30), []),
    ],
)
def test_filters(five, wanted, sources):
    found = page(five, wanted)
    assert sorted(each.source for each in found.items) == sources
    assert (found.total, found.open) == (len(sources), 5)
    assert queue.left(five, wanted, now=LATER) == len(sources)


def test_what_the_dial_could_accept_soonest_comes_first_in_random_order(store):
    for name in "abcdefgh":
        keep(store, routed(PLAIN, doubtful=("grand_total",), score=0.9), name=name)
    keep(store, routed(PLAIN, doubtful=("grand_total",), score=0.2), name="low")
    store.note_reach("invoice", 0.5)
    ids = [each.id for each in page(store).items]
    assert ids[-1] == 9
    assert sorted(ids[:-1]) == list(range(1, 9)) != ids[:-1]


def test_nobody_gets_what_another_one_has(five):
    given = [take(five, f"h{at}") for at in range(6)]
    assert sorted(given[:5]) == [1, 2, 3, 4, 5]
    assert given[5] is None
    assert {each.claimed_by for each in page(five).items} == {f"h{at}!" for at in range(5)}


def test_a_holder_gets_his_own_again_and_with_another_gives_it_back(five):
    first = take(five, "h")
    assert take(five, "h") == first
    second = take(five, "h", skip=[first])
    assert second != first
    assert claim_on(five, first, now=LATER) is None
    assert take(five, "other") == first


def test_a_claim_ends_unless_it_is_renewed(five):
    first = take(five, "h")
    soon = LATER + timedelta(minutes=4)
    claim(five, first, holder="h", who="h!", now=soon)
    later = LATER + timedelta(minutes=8)
    with pytest.raises(ClaimedError, match="h! has item"):
        claim(five, first, holder="other", who="o", now=later)
    assert claim_on(five, first, now=later).since == LATER
    much_later = LATER + timedelta(minutes=10)
    assert claim(five, first, holder="other", who="o", now=much_later).who == "o"


def test_only_the_holder_gives_an_item_back(five):
    first = take(five, "h")
    release(five, first, holder="other")
    assert claim_on(five, first, now=LATER)
    release(five, first, holder="h")
    assert claim_on(five, first, now=LATER) is None


def test_there_is_no_claim_on_what_isnt_there(five):
    with pytest.raises(NoItemError, match="no review item 77"):
        claim(five, 77, holder="h", who="h", now=LATER)


def test_what_another_one_has_cant_be_decided(five):
    first = take(five, "h")
    everything = Settlement(accept_all=True)
    for other in (everything, everything.model_copy(update={"holder": "other"})):
        with pytest.raises(ClaimedError, match="h! has item"):
            settle(five, first, other, Word(who="o", now=LATER))
    # In a terminal a person's own claim isn't in his way.
    settle(five, first, Settlement(reject="no"), Word(who="h!", now=LATER))
    assert show_item(five, first).outcome == "rejected"
    assert claim_on(five, first, now=LATER) is None


def test_a_settled_item_is_nobodys(five, tmp_path):
    first = take(five, "h")
    reject(five, first, "no", Word(who="h!", now=LATER), out_dir=tmp_path / "out")
    assert take(five, "h") != first
    assert queue.left(five, ALL, now=LATER) == 4


def test_a_partly_settled_item_is_found_by_what_is_left(store):
    keep(store, routed(PLAIN, doubtful=("grand_total",)), doubts=(NO_TEXT,))
    said = Settlement(accept=("grand_total",))
    settle(store, 1, said, Word(who="anna", now=LATER))
    assert page(store).codes == {DoubtCode.NO_TEXT: 1}
    assert page(store, QueueFilter(code=DoubtCode.UNSURE)).total == 0
