"""Documents go another way without being asked again; what a person decided stays."""

from __future__ import annotations

import polars as pl
import pytest
from builders import (
    DECEMBER,
    NOVEMBER,
    PLAIN,
    a_recipe,
    a_routing,
    document_id,
    files_in,
    keep,
    routed,
)
from sqlalchemy import text

from flows.publish.publish import publish
from flows.review.decide import accept, correct, open_items, show_item
from flows.store.decisions import Word
from flows.store.rerouting import KeptExtraction
from flows.store.store import Store
from schemas.extraction import Doubt, DoubtCode, Outcome
from schemas.review import Correction
from schemas.target import Dial, Target

ANNA = Word(who="anna", now=NOVEMBER)
DOUBTFUL = ("grand_total",)
OPEN, CLOSED = Dial(threshold=0.5), Dial(closed="nothing is known")
NO_TEXT = Doubt(code=DoubtCode.NO_TEXT, text="page 1 has no text")


@pytest.fixture
def out(tmp_path):
    return tmp_path / "out"


@pytest.fixture
def store(out):
    with Store.open(out) as opened:
        yield opened


def left(store: Store, *args, **named) -> list[KeptExtraction]:
    return list(store.to_reroute("invoice", [a_recipe().id], *args, **named))


def published(out) -> list[dict]:
    return (
        pl.read_parquet(out / "records/invoice/*.parquet").to_dicts()
        if files_in(out / "records")
        else []
    )


def everything(store: Store) -> dict[str, list[tuple]]:
    """Return what the store says of records, fields, items and outcomes."""
    with store.reading() as session:
        return {
            "extractions": session.execute(
                text("SELECT outcome, reasons_json, document_reasons_json FROM extractions")
            ).all(),
            "records": session.execute(
                text("SELECT number, outcome, score, held_back FROM records ORDER BY id")
            ).all(),
            "fields": session.execute(
                text(
                    "SELECT record_id, position, path, value, confidence, doubts_json, doubtful,"
                    " withheld, settled FROM fields ORDER BY record_id, position"
                )
            ).all(),
            "items": session.execute(
                text(
                    "SELECT needs_word, audit FROM items JOIN records"
                    " ON records.id = items.record_id WHERE outcome = 'in_review' ORDER BY items.id"
                )
            ).all(),
        }


# What is to be routed


def test_what_nobody_decided_on_is_to_be_routed(store, out):
    keep(store, routed(PLAIN))
    keep(store, routed(PLAIN, doubtful=DOUBTFUL), name="b")
    keep(store, routed(PLAIN, doubtful=DOUBTFUL), name="settled")
    keep(store, routed(PLAIN, doubtful=(*DOUBTFUL, "iban")), name="begun")
    accept(store, 2, ANNA, out_dir=out)
    accept(store, 3, ANNA, out_dir=out, paths=DOUBTFUL)
    keep(store, routed(PLAIN), name="other", recipe=a_recipe(model="local/other"))
    keep(store, routed(PLAIN), name="replaced")
    keep(store, routed(PLAIN), name="replaced", recipe=a_recipe(model="local/other"))
    found = left(store)
    assert [each.row_id for each in left(store, only=[document_id("b"), document_id("x")])] == [2]
    assert [(each.extraction.document_id, each.outcome) for each in found] == [
        (document_id("a"), Outcome.ACCEPTED),
        (document_id("b"), Outcome.IN_REVIEW),
    ]
    assert found[0].extraction == store.extraction_of(document_id("a"), a_recipe().id)


def test_more_than_are_read_at_once(store):
    for number in range(230):
        keep(store, routed({"invoice_number": "1"}), name=str(number))
    assert len({each.row_id for each in left(store)}) == 230


def test_what_went_the_same_way_is_left_out(store):
    keep(store, routed(PLAIN), calibration_id="c", dial=OPEN)
    audited_more = OPEN.model_copy(update={"audit": 0.5})
    assert left(store, "c", audited_more) == []
    assert len(left(store, "d", OPEN)) == 1
    assert len(left(store, "c", CLOSED)) == 1
    assert len(left(store, "c", Dial(threshold=0.5, target=Target(error=0.01)))) == 1
    assert len(left(store)) == 1
    [one] = left(store, "c", CLOSED)
    store.reroute(one.row_id, a_routing(routed(PLAIN)), calibration_id="c", dial=CLOSED)
    assert left(store, "c", CLOSED) == []


def test_a_name_of_the_way_says_all(store):
    keep(store, routed(PLAIN), calibration_id="c", dial=OPEN, routed_by="one")
    assert left(store, "c", OPEN, routed_by="one") == []
    [found] = left(store, "c", OPEN, routed_by="two")
    store.reroute(found.row_id, a_routing(routed(PLAIN)), routed_by="two")
    assert left(store, routed_by="two") == []


# Another way

ACCEPTED = routed(PLAIN, score=0.9)
IN_REVIEW = routed(PLAIN, doubtful=DOUBTFUL, score=0.4)
WAYS = {
    "accepted": (ACCEPTED,),
    "in review": (IN_REVIEW,),
    "in review, of a whole": (routed(PLAIN, doubtful=DOUBTFUL, whole=True, score=0.9),),
    "audited": (routed(PLAIN, doubtful=DOUBTFUL, audit=True, score=0.9),),
    "doubtful for what is missing": (routed(PLAIN, doubtful=("issue_date",), score=0.3),),
    "withheld": (routed(PLAIN, withheld=("line_items[].description",), score=0.9),),
}


@pytest.mark.parametrize("after", WAYS.values(), ids=WAYS)
@pytest.mark.parametrize("before", [WAYS["accepted"], WAYS["in review"]], ids=["acc", "rev"])
def test_after_rerouting_all_is_as_if_it_had_been_kept_so(store, tmp_path, before, after):
    keep(store, *before)
    outcome = store.reroute(1, a_routing(*after), calibration_id="c", dial=OPEN)
    with Store.open(tmp_path / "fresh") as fresh:
        keep(fresh, *after)
        assert everything(store) == everything(fresh)
        assert store.status().outcomes == {outcome: 1} == fresh.status().outcomes


def test_an_accepted_record_goes_back_to_review_and_is_taken_out(store, out):
    keep(store, ACCEPTED)
    publish(store, out)
    assert len(published(out)) == 1
    assert store.reroute(1, a_routing(IN_REVIEW), now=DECEMBER) is Outcome.IN_REVIEW
    publish(store, out)
    assert published(out) == []
    [item] = open_items(store)
    assert (item.doubtful, item.opened, item.score) == (DOUBTFUL, DECEMBER, 0.4)
    assert accept(store, item.id, ANNA, out_dir=out).outcome is Outcome.REVIEWED
    assert len(published(out)) == 1


def test_a_record_in_review_is_accepted_and_published(store, out):
    keep(store, IN_REVIEW)
    publish(store, out)
    assert store.reroute(1, a_routing(ACCEPTED)) is Outcome.ACCEPTED
    publish(store, out)
    [row] = published(out)
    assert (row["_status"], row["_confidence"]) == ("accepted", 0.9)
    assert open_items(store) == ()
    [document] = pl.read_parquet(out / "documents/2026-11.parquet").to_dicts()
    assert (document["outcome"], document["reasons"]) == ("accepted", [])


def test_an_item_keeps_its_number_through_all_ways(store, out):
    keep(store, IN_REVIEW)
    store.reroute(1, a_routing(ACCEPTED))
    keep(store, IN_REVIEW, name="b")
    store.reroute(1, a_routing(IN_REVIEW), now=DECEMBER)
    assert [(each.id, each.source) for each in open_items(store)] == [
        (1, "in/a.pdf"),
        (2, "in/b.pdf"),
    ]
    store.reroute(1, a_routing(ACCEPTED))
    item = correct(  # whoever still has it before his eyes isn't turned away
        store, 1, [Correction(path="grand_total", text="5.00")], ANNA, out_dir=out
    )
    assert item.outcome is Outcome.REVIEWED


def test_what_a_person_decided_on_is_never_touched(store, out):
    keep(store, routed(PLAIN, doubtful=(*DOUBTFUL, "invoice_number")))
    [before] = left(store)
    accept(store, 1, ANNA, out_dir=out, paths=DOUBTFUL)
    said = everything(store)
    assert store.reroute(before.row_id, a_routing(ACCEPTED)) is Outcome.IN_REVIEW
    assert everything(store) == said


def test_what_was_replaced_is_not_touched(store):
    keep(store, IN_REVIEW)
    [before] = left(store)
    keep(store, routed(PLAIN), again=True)
    assert store.reroute(before.row_id, a_routing(ACCEPTED)) is Outcome.IN_REVIEW
    assert store.status().open_items == 0


def test_only_what_changes_is_published_anew(store, out):
    keep(store, ACCEPTED)
    publish(store, out)
    store.reroute(1, a_routing(ACCEPTED), calibration_id="d", dial=OPEN)
    assert publish(store, out) == ()
    surer = ACCEPTED.record.fields[0].model_copy(update={"confidence": 0.95})
    record = ACCEPTED.record.model_copy(update={"fields": (surer, *ACCEPTED.record.fields[1:])})
    store.reroute(1, a_routing(ACCEPTED.model_copy(update={"record": record})))
    assert {path.parent.parent.name for path in publish(store, out)} >= {"fields"}
    fields = pl.read_parquet(out / "fields/invoice/*.parquet")
    assert fields["confidence"].to_list()[0] == 0.95


def test_a_document_without_text_stays_in_review(store):
    keep(store, doubts=(NO_TEXT,))
    assert store.reroute(1, a_routing(doubts=(NO_TEXT,))) is Outcome.IN_REVIEW
    [item] = open_items(store)
    assert item.reasons == ("page 1 has no text",)


def test_each_record_of_a_document_goes_its_own_way(store):
    keep(store, ACCEPTED, IN_REVIEW)
    assert store.reroute(1, a_routing(IN_REVIEW, ACCEPTED)) is Outcome.IN_REVIEW
    assert [each.record for each in open_items(store)] == [0]
    assert store.reroute(1, a_routing(ACCEPTED, ACCEPTED)) is Outcome.ACCEPTED


# Audits


def test_an_open_audit_stays_one_while_its_record_would_be_accepted(store, out):
    keep(store, *WAYS["audited"])
    before = show_item(store, 1)
    why = everything(store)["extractions"]
    store.reroute(1, a_routing(ACCEPTED), calibration_id="c")
    after = show_item(store, 1)
    assert after == before.model_copy(update={"fields": after.fields, "revision": 1})
    assert [field.path for field in show_item(store, 1).open_fields] == ["grand_total"]
    assert show_item(store, 1).open_fields[0].doubts
    assert everything(store)["extractions"] == why  # an item without reasons would tell
    accept(store, 1, ANNA, out_dir=out)
    assert store.settled_records("local/small", "fields")[0].origin == "audit"


def test_an_audit_is_none_any_more_once_the_dial_refuses_its_record(store, out):
    keep(store, *WAYS["audited"], calibration_id="c")
    store.reroute(1, a_routing(IN_REVIEW), calibration_id="c")
    accept(store, 1, ANNA, out_dir=out)
    assert store.settled_records("local/small", "fields")[0].origin == "review"
    assert store.accepted_since("invoice", "c") == 0
