"""The store: laws 1, 2, 3 and 8, and what happens when it can't be opened."""

from __future__ import annotations

import signal
import sqlite3
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import timedelta
from decimal import Decimal
from importlib.util import find_spec
from pathlib import Path

import polars as pl
import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from builders import (
    DECEMBER,
    NOVEMBER,
    PLAIN,
    a_recipe,
    a_record,
    document_id,
    fail,
    keep,
    routed,
)
from sqlalchemy import inspect, text

from flows.publish.publish import publish
from flows.review.decide import accept
from flows.store.decisions import Word
from flows.store.engine import FILE, open_engine
from flows.store.keeping import Kept
from flows.store.store import Store
from flows.store.tables import Table
from flows.store.version import VERSION, VERSION_TABLE, migrate
from schemas.errors import PathError, StoreError
from schemas.extraction import Doubt, DoubtCode, Outcome, Usage
from schemas.run import InputNote, RunState, Standing

A, B, C = document_id("a"), document_id("b"), document_id("c")
ROOT = Path(__file__).parents[1]


@pytest.fixture
def store(tmp_path):
    with Store.open(tmp_path / "out") as opened:
        yield opened


def counts(store: Store) -> dict[str, int]:
    """Return the number of rows of each table."""
    with store.reading() as session:
        return {
            name: session.execute(text(f"SELECT count(*) FROM {name}")).scalar_one()
            for name in Table.metadata.tables
        }


def rows(store: Store, sql: str) -> list[tuple]:
    with store.reading() as session:
        return [tuple(row) for row in session.execute(text(sql))]


# Opening


def test_migrations_build_what_the_tables_say(store):
    with store.reading() as session:
        context = MigrationContext.configure(
            session.connection(), opts={"version_table": VERSION_TABLE}
        )
        assert compare_metadata(context, Table.metadata) == []


def test_version_is_that_of_the_last_migration():
    scripts = ScriptDirectory(str(ROOT / "flows/store/migrations"))
    assert int(scripts.get_current_head()) == VERSION


def test_a_migration_and_its_record_are_one_transaction(tmp_path):
    store = Store(open_engine(tmp_path))
    with suppress(ZeroDivisionError), store.writing() as session:
        migrate(session.connection(), store.where)
        1 / 0  # noqa: B018 - here it is killed
    with store.reading() as session:
        assert inspect(session.connection()).get_table_names() == []
    store.close()


def test_two_stores_of_one_folder_open_at_the_same_time(tmp_path):
    with ThreadPoolExecutor(8) as pool:
        stores = list(pool.map(lambda _: Store.open(tmp_path), range(8)))
    assert {rows(each, "SELECT count(*) FROM about")[0] for each in stores} == {(1,)}
    for each in stores:
        each.close()


def test_a_newer_store_is_refused(tmp_path):
    Store.open(tmp_path).close()
    with sqlite3.connect(tmp_path / FILE) as newer:
        newer.execute(f"UPDATE {VERSION_TABLE} SET version_num = '0099'")
    newer.close()
    with pytest.raises(StoreError, match=r"newer papersift: it has version 99, and this one knows"):
        Store.open(tmp_path)


def test_a_file_that_is_no_database_is_refused(tmp_path):
    (tmp_path / FILE).write_bytes(b"nothing of the kind" * 500)
    with pytest.raises(StoreError, match="is not a database, or it is damaged"):
        Store.open(tmp_path)


def test_somebody_elses_database_is_refused(tmp_path):
    with sqlite3.connect(tmp_path / FILE) as other:
        other.execute("CREATE TABLE songs (title TEXT)")
    other.close()
    with pytest.raises(StoreError, match="not papersift's: it holds songs"):
        Store.open(tmp_path)


def test_a_folder_that_cannot_be_made_is_refused(tmp_path):
    (tmp_path / "out").write_text("a file")
    with pytest.raises(PathError, match="can't be made"):
        Store.open(tmp_path / "out")


def test_a_store_that_cannot_be_opened_for_writing_is_refused(tmp_path):
    (tmp_path / FILE).mkdir()
    with pytest.raises(PathError, match="can't be opened for writing"):
        Store.open(tmp_path)


@pytest.mark.parametrize("url", ["nothing://", "mysql+nodriver://x/y", "://"])
def test_an_address_of_no_known_database_is_refused(url):
    with pytest.raises(StoreError, match=r"It reads like postgresql:"):
        Store.open(url)


@pytest.mark.skipif(find_spec("psycopg") is not None, reason="the driver is installed")
def test_a_missing_driver_is_named():
    with pytest.raises(StoreError, match=r"isn't installed .*psycopg.* pip install"):
        Store.open("postgresql://anna:secret@host/papersift")


def test_a_full_disk_is_said_and_loses_nothing(tmp_path):
    with Store.open(tmp_path) as store:
        keep(store, routed(PLAIN))
        with store.reading() as session:
            pages = session.execute(text("PRAGMA page_count")).scalar_one()
            session.execute(text(f"PRAGMA max_page_count={pages}"))
        more = range(50)
        with pytest.raises(StoreError, match="the disk is full"):
            _ = [keep(store, routed(PLAIN), name=f"more {number}") for number in more]
    with Store.open(tmp_path) as store:
        assert store.state_of([A], a_recipe().id)[A].standing is Standing.DONE


# Law 1: every input is accounted for


def test_every_input_is_noted_readable_or_not(store):
    notes = [
        InputNote(source="in/a.pdf", document_id=A),
        InputNote(source="in/copy of a.pdf", document_id=A),
        InputNote(source="in/b\udcff.pdf", document_id=None, reason="permission denied"),
    ]
    store.note_inputs(notes, None, now=NOVEMBER)
    store.note_inputs(notes, None, now=DECEMBER)
    assert rows(store, "SELECT source, document_id, reason FROM inputs ORDER BY source") == [
        ("in/a.pdf", A, ""),
        ("in/b\\udcff.pdf", None, "permission denied"),
        ("in/copy of a.pdf", A, ""),
    ]
    assert counts(store)["documents"] == 1


def test_a_file_whose_name_is_no_text_is_found_again(store):
    store.note_inputs([InputNote(source="/in/b\udcff.pdf", document_id=A)], None, now=NOVEMBER)
    assert "/in/b\udcff.pdf" in store.sources(A)


def test_a_path_that_can_be_read_at_last_is_no_longer_failed(store):
    store.keep_failure(
        None,
        source="in/a.pdf",
        reason="permission denied",
        retry=True,
        recipe=a_recipe(),
        run_id=None,
        now=NOVEMBER,
    )
    assert store.status().unreadable == 1
    keep(store, routed(PLAIN), now=DECEMBER)
    assert store.status().unreadable == 0


def test_a_document_belongs_for_ever_to_the_month_it_was_first_seen(store):
    store.note_inputs([InputNote(source="a", document_id=A)], None, now=NOVEMBER)
    store.note_inputs([InputNote(source="elsewhere/a", document_id=A)], None, now=DECEMBER)
    keep(store, routed(PLAIN), now=DECEMBER)
    assert rows(store, "SELECT month FROM documents") == [("2026-11",)]


def test_thousands_of_inputs_are_noted_at_once(store):
    notes = [
        InputNote(source=str(number), document_id=document_id(str(number)))
        for number in range(3000)
    ]
    store.note_inputs(notes, None, now=NOVEMBER)
    states = store.state_of([note.document_id for note in notes], "any")
    assert len(states) == 3000
    assert {state.standing for state in states.values()} == {Standing.NEW}


# Law 2: same document, same recipe: no second row


def test_keeping_twice_adds_no_row(store):
    assert keep(store, routed(PLAIN), routed(PLAIN, doubtful=("grand_total",))) is Kept.KEPT
    before = counts(store)
    assert keep(store, routed(PLAIN), routed(PLAIN), now=DECEMBER) is Kept.ALREADY
    assert counts(store) == before
    assert before["records"] == 2
    assert before["fields"] == 8
    assert before["items"] == 1


def test_what_was_kept_comes_back_as_it_was(store):
    keep(store, routed(PLAIN, doubtful=("grand_total",)))
    found = store.extraction_of(A, a_recipe().id)
    assert found is not None
    assert found.records == (a_record(PLAIN, doubtful=("grand_total",)),)
    assert store.extraction_of(B, a_recipe().id) is None


STANDINGS = {
    "never seen": (lambda _: None, Standing.NEW, None),
    "accepted": (lambda store: keep(store, routed(PLAIN)), Standing.DONE, Outcome.ACCEPTED),
    "in review": (
        lambda store: keep(store, routed(PLAIN, doubtful=("grand_total",))),
        Standing.DONE,
        Outcome.IN_REVIEW,
    ),
    "failed for good": (fail, Standing.FAILED, Outcome.FAILED),
    "failed in an outage": (lambda store: fail(store, retry=True), Standing.RETRY, Outcome.FAILED),
    "failed, then given": (
        lambda store: (fail(store, retry=True), keep(store, routed(PLAIN))),
        Standing.DONE,
        Outcome.ACCEPTED,
    ),
    "done with another recipe": (
        lambda store: keep(store, routed(PLAIN), recipe=a_recipe(model="local/other")),
        Standing.NEW,
        None,
    ),
    "failed with another recipe": (
        lambda store: fail(store, recipe=a_recipe(model="local/other")),
        Standing.NEW,
        None,
    ),
}


@pytest.mark.parametrize(("history", "standing", "outcome"), STANDINGS.values(), ids=STANDINGS)
def test_what_is_left_to_do(store, history, standing, outcome):
    history(store)
    state = store.state_of([A], a_recipe().id)[A]
    assert (state.standing, state.outcome) == (standing, outcome)
    assert bool(state.reason) is (outcome is Outcome.FAILED)


def test_where_the_model_chooses_the_type_any_of_its_recipes_counts(store):
    other = a_recipe(model="local/other")
    keep(store, routed(PLAIN), recipe=other)
    assert store.state_of([A], a_recipe().id, other.id)[A].standing is Standing.DONE


def test_a_failure_is_kept_once_a_run(store):
    first = store.begin_run(paths=["in"], model="local/small", now=NOVEMBER)
    for _ in range(2):
        store.keep_failure(
            A,
            source="in/a.pdf",
            reason="timed out",
            retry=True,
            recipe=a_recipe(),
            run_id=first,
            now=NOVEMBER,
        )
    assert rows(store, "SELECT current, outcome FROM extractions") == [(1, "failed")]


# Law 3: kill -9


KILLED = """
import itertools, sys
sys.path[:0] = ["tests", "."]
from pathlib import Path
from builders import PLAIN, NOVEMBER, keep, routed
from flows.publish.publish import publish
from flows.store.store import Store

out = Path(sys.argv[1])
with Store.open(out) as store:
    run_id = store.begin_run(paths=["in"], model="local/small", now=NOVEMBER)
    for number in itertools.count():
        keep(store, routed(PLAIN, doubtful=("grand_total",)), name=str(number), run_id=run_id)
        publish(store, out)
        print(number, flush=True)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="there is no kill -9")
def test_a_killed_process_leaves_whole_documents_and_a_crashed_run(tmp_path):
    process = subprocess.Popen(
        [sys.executable, "-c", KILLED, str(tmp_path)], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    told = [int(process.stdout.readline()) for _ in range(20)]
    process.send_signal(signal.SIGKILL)
    told += [int(line) for line in process.stdout]
    process.wait()
    process.stdout.close()
    with Store.open(tmp_path) as store:
        assert rows(store, "PRAGMA integrity_check") == [("ok",)]
        kept = counts(store)
        assert len(told) <= kept["documents"] <= len(told) + 1
        assert kept["extractions"] == kept["records"] == kept["items"] == kept["documents"]
        assert kept["fields"] == 4 * kept["records"]
        ids = [document_id(str(number)) for number in told]
        standings = {state.standing for state in store.state_of(ids, a_recipe().id).values()}
        assert standings == {Standing.DONE}
        store.begin_run(paths=["in"], model="local/small", now=NOVEMBER + timedelta(hours=1))
        crashed = store.runs()[1]
        assert crashed.state is RunState.CRASHED
        assert crashed.summary.in_review == kept["documents"]
        publish(store, tmp_path)
    fields = pl.read_parquet(tmp_path / "fields/invoice/*.parquet")
    assert fields["document_id"].n_unique() == kept["documents"]
    assert len(fields) == kept["fields"]


def test_threads_keep_at_once(store):
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda number: keep(store, routed(PLAIN), name=str(number)), range(40)))
    assert store.status().outcomes == {Outcome.ACCEPTED: 40}


def test_two_openers_of_one_file_keep_at_once_and_nothing_twice(tmp_path):
    with Store.open(tmp_path) as one, Store.open(tmp_path) as two:
        start = threading.Barrier(2)

        def work(store: Store) -> list[Kept]:
            start.wait()
            return [keep(store, routed(PLAIN), name=str(number)) for number in range(30)]

        with ThreadPoolExecutor(2) as pool:
            first, second = pool.map(work, (one, two))
        assert sorted([*first, *second]) == [Kept.ALREADY] * 30 + [Kept.KEPT] * 30
        assert counts(one)["records"] == 30


# Law 8: a new recipe


def test_a_new_recipe_replaces_what_is_current_and_the_old_can_come_back(store):
    old, new = a_recipe(), a_recipe(model="local/other")
    keep(store, routed(PLAIN), recipe=old)
    keep(store, routed(PLAIN, doubtful=("grand_total",)), recipe=new)
    current = "SELECT recipe_id FROM extractions WHERE current"
    assert rows(store, current) == [(new.id,)]
    assert store.status().outcomes == {Outcome.IN_REVIEW: 1}
    state = store.state_of([A], old.id)[A]
    assert (state.standing, state.current) == (Standing.DONE, False)
    assert store.make_current(A, old.id)
    assert rows(store, current) == [(old.id,)]
    assert store.status().open_items == 0
    assert not store.make_current(A, "never used")


def test_a_failure_never_takes_the_place_of_something_better(store):
    keep(store, routed(PLAIN))
    fail(store, recipe=a_recipe(model="local/other"))
    assert store.status().outcomes == {Outcome.ACCEPTED: 1}
    assert store.state_of([A], a_recipe(model="local/other").id)[A].standing is Standing.FAILED


def test_what_a_person_decided_stays_unless_asked(store, tmp_path):
    keep(store, routed(PLAIN, doubtful=("grand_total", "invoice_number")))
    word = Word(who="anna", now=NOVEMBER)
    accept(store, 1, word, out_dir=tmp_path, paths=["grand_total"])
    new = a_recipe(model="local/other")
    state = store.state_of([A], new.id)[A]
    assert (state.standing, state.outcome) == (Standing.SETTLED, Outcome.IN_REVIEW)
    assert keep(store, routed(PLAIN), recipe=new) is Kept.BESIDE
    assert not store.make_current(A, new.id)
    assert store.status().open_items == 1
    assert keep(store, routed(PLAIN), recipe=new, again=True) is Kept.KEPT
    assert store.status().outcomes == {Outcome.ACCEPTED: 1}


def test_asked_again_the_same_recipe_makes_a_second_extraction(store):
    keep(store, routed(PLAIN, doubtful=("grand_total",)))
    keep(store, routed(PLAIN), again=True)
    assert rows(store, "SELECT turn, current, outcome FROM extractions") == [
        (0, 0, "in_review"),
        (1, 1, "accepted"),
    ]
    assert store.status().open_items == 0


# Outcomes, runs and figures


OUTCOMES = {
    "all accepted": ((routed(PLAIN), routed(PLAIN)), (), Outcome.ACCEPTED, 0),
    "one in doubt": (
        (routed(PLAIN), routed(PLAIN, doubtful=("grand_total",))),
        (),
        Outcome.IN_REVIEW,
        1,
    ),
    "no record of this type": ((), (), Outcome.ACCEPTED, 0),
    "no text": ((), (Doubt(code=DoubtCode.NO_TEXT, text="no text"),), Outcome.IN_REVIEW, 1),
    "a page without text": (
        (routed(PLAIN), routed(PLAIN)),
        (Doubt(code=DoubtCode.NO_TEXT, text="page 2 has no text"),),
        Outcome.IN_REVIEW,
        2,
    ),
}


@pytest.mark.parametrize(("records", "doubts", "outcome", "items"), OUTCOMES.values(), ids=OUTCOMES)
def test_a_document_is_accepted_only_if_all_its_records_are(store, records, doubts, outcome, items):
    keep(store, *records, doubts=doubts)
    status = store.status()
    assert status.outcomes == {outcome: 1}
    assert status.open_items == items


def test_a_run_counts_what_it_kept(store):
    run_id = store.begin_run(paths=["in/", "b\udcff"], model="local/small", now=NOVEMBER)
    keep(store, routed(PLAIN), run_id=run_id, cost=Decimal("0.0000000000004"))
    keep(store, routed(PLAIN, doubtful=("grand_total",)), name="b", run_id=run_id)
    store.keep_failure(
        C,
        source="in/c.pdf",
        reason="it is encrypted",
        retry=False,
        recipe=a_recipe(),
        run_id=run_id,
        now=NOVEMBER,
        usage=Usage(calls=1),
    )
    ended = NOVEMBER + timedelta(seconds=90)
    summary = store.end_run(run_id, state=RunState.FINISHED, skipped=4, found=7, now=ended)
    assert (summary.accepted, summary.in_review, summary.failed) == (1, 1, 1)
    assert (summary.found, summary.skipped, summary.seconds) == (7, 4, 90.0)
    assert summary.usage == Usage(calls=3, input_tokens=200, output_tokens=20)
    assert summary.cost == Decimal("0.01")
    (run,) = store.runs()
    assert (run.state, run.ended, run.summary) == (RunState.FINISHED, ended, summary)
    assert run.recipe_ids == (a_recipe().id,)
    assert store.status().last_run == run


def test_status_counts(store):
    keep(store, routed(PLAIN), routed(PLAIN, doubtful=("grand_total",)))
    keep(store, routed(PLAIN), name="b")
    fail(store, name="c")
    status = store.status()
    assert (status.inputs, status.documents) == (3, 3)
    assert status.outcomes == {Outcome.ACCEPTED: 1, Outcome.IN_REVIEW: 1, Outcome.FAILED: 1}
    assert (status.open_items, status.trusted_records) == (1, 2)
    assert status.cost == Decimal("0.02")


def test_tables_are_made_by_the_migration_alone(store):
    with store.reading() as session:
        names = set(inspect(session.connection()).get_table_names())
    assert names == set(Table.metadata.tables) | {VERSION_TABLE}


def test_what_is_kept_survives_a_power_cut_and_what_is_only_taken_need_not(tmp_path):
    """SQLite's `synchronous`: 2 is FULL, 1 is NORMAL."""
    with Store.open(tmp_path) as store:
        for lightly, level in ((False, 2), (True, 1), (False, 2)):
            with store.writing(lightly=lightly) as session:
                asked = session.connection().exec_driver_sql("PRAGMA synchronous")
                assert asked.scalar_one() == level
