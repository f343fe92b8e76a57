"""A run takes the documents of a task some at a time, and never one that another run has."""

from __future__ import annotations

from contextlib import ExitStack
from datetime import UTC, datetime

import pytest
from sqlalchemy import func, select

from flows.bench import opened_bench
from flows.inputs import Input
from flows.store.tables import UnderWayRow
from flows.taking import Taking
from schemas.batch import BatchRequest

GIVEN = [Input(source=f"{number}.pdf", document_id=f"{number:064}") for number in range(5)]


@pytest.fixture
def bench_of(tmp_path):
    with ExitStack() as stack:

        def opened(**given):
            request = BatchRequest(
                paths=("in",), type="invoice", model="m", base_url="http://127.0.0.1:9/v1",
                out=tmp_path, **given,
            )  # fmt: skip
            return stack.enter_context(opened_bench(request))

        yield opened


def begin_run(store):
    return store.begin_run(paths=["in"], model="m", now=datetime.now(UTC))


def under_way(store):
    with store.reading() as session:
        return session.scalar(select(func.count()).select_from(UnderWayRow))


@pytest.mark.parametrize(
    ("given", "after_each"),
    [
        ({"at_once": 2}, [3, 3, 3, 5, 5]),
        ({"at_once": 1}, [1, 2, 3, 4, 5]),
        ({"at_once": 2, "runner": "dask"}, [1, 2, 3, 4, 5]),
    ],
    ids=["as many as hands", "one at a time", "one after the other elsewhere"],
)
def test_the_next_documents_are_taken_too(bench_of, given, after_each):
    bench = bench_of(**given)
    taking = Taking(bench, GIVEN, begin_run(bench.store))
    counts = []
    for each in GIVEN:
        assert taking.take(each).ours
        counts.append(under_way(bench.store))
    assert counts == after_each


def test_what_another_run_has_is_left_and_the_rest_is_taken(bench_of):
    bench = bench_of(at_once=8)
    one, two = begin_run(bench.store), begin_run(bench.store)
    assert Taking(bench, GIVEN[1:2], one).take(GIVEN[1]).ours
    taking = Taking(bench, GIVEN, two)
    taken = [taking.take(each) for each in GIVEN]
    assert [each.ours for each in taken] == [True, False, True, True, True]
    assert taken[1].elsewhere == one
