"""What is left of a batch when it is compared with the store."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from builders import NOVEMBER, PLAIN, document_id, fail, keep, routed

from flows.bench import opened_bench
from flows.inputs import Found, Input
from flows.plan import plan
from flows.review.decide import open_items, reject
from flows.store.decisions import Word
from schemas.batch import BatchRequest
from schemas.errors import Cancelled
from schemas.extraction import Outcome


@pytest.fixture
def bench(tmp_path):
    """A bench that asks nobody."""
    request = BatchRequest(
        paths=("in",), type="invoice", model="m", base_url="http://127.0.0.1:9/v1", out=tmp_path
    )
    with opened_bench(request) as opened:
        yield opened


def found(*names: str) -> Found:
    """Return inputs whose bytes are the first letter of their names: `a` and `a2` are one file."""
    return Found(tuple(Input(f"in/{name}.pdf", document_id(name[0])) for name in names), 0)


def planned(bench, *names: str, again: bool = False) -> tuple[list[str], dict[str, str]]:
    """Return what is to be done, and what is said of the others."""
    run_id = bench.store.begin_run(paths=["in"], model="m", now=datetime.now(UTC))
    made = plan(found(*names), bench, run_id, again=again)
    return [each.source for each in made.to_do], {line.source: line.note for line in made.lines}


def test_what_is_new_is_done_once_whatever_its_names(bench):
    assert planned(bench, "a", "b", "a2") == (
        ["in/a.pdf", "in/b.pdf"],
        {"in/a2.pdf": "the same file as in/a.pdf"},
    )


def test_what_is_done_or_failed_for_good_is_left(bench):
    recipe = bench.recipe(bench.types[0])
    keep(bench.store, routed(PLAIN), name="a", recipe=recipe)
    fail(bench.store, name="b", recipe=recipe)
    fail(bench.store, name="c", recipe=recipe, retry=True)
    assert planned(bench, "a", "a2", "b", "c", "d") == (
        ["in/c.pdf", "in/d.pdf"],
        {"in/a.pdf": "done before", "in/a2.pdf": "done before", "in/b.pdf": "failed before"},
    )
    assert planned(bench, "a", "b", again=True) == (["in/a.pdf", "in/b.pdf"], {})


def test_what_another_recipe_gave_is_done_again_but_not_what_a_person_settled(bench, tmp_path):
    keep(bench.store, routed(PLAIN), name="a")
    keep(bench.store, routed(PLAIN, doubtful=("grand_total",)), name="b")
    [item] = open_items(bench.store)
    reject(bench.store, item.id, "a copy", Word(who="anna", now=NOVEMBER), out_dir=tmp_path)
    assert planned(bench, "a", "b") == (["in/a.pdf"], {"in/b.pdf": "settled by a person"})


def test_what_cannot_be_read_is_told_and_tried_again_by_every_run(bench):
    run_id = bench.store.begin_run(paths=["in"], model="m", now=datetime.now(UTC))
    gone = Found((Input("in/x.pdf", None, "It is gone."),), 0)
    for _ in range(2):
        [line] = plan(gone, bench, run_id, again=False).lines
        assert (line.outcome, line.reasons, line.note) == (Outcome.FAILED, ("It is gone.",), "")
    assert bench.store.status().unreadable == 1


def test_a_bench_is_shared_by_a_request_and_closed_by_who_opened_it(tmp_path):
    request = BatchRequest(
        paths=("in",), type="invoice", model="m", base_url="http://127.0.0.1:9/v1", out=tmp_path
    )
    with opened_bench(request) as outer:
        with opened_bench(request.model_copy()) as inner:
            assert inner is outer
        assert outer.store.status().documents == 0
    with opened_bench(request) as other:
        assert other is not outer


def test_nothing_goes_on_once_a_bench_is_cancelled(bench):
    bench.go_on()
    bench.cancel()
    with pytest.raises(Cancelled):
        bench.go_on()
    with pytest.raises(Cancelled):
        bench.reader.read("in/a.pdf")
