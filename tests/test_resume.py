"""What is kept stays kept: runs that are killed, and runs beside each other."""

from __future__ import annotations

import random
import re
import signal
import threading
import time
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path

import polars as pl
import pytest
from commands import Command, Commands
from papers import read_off, write_note, write_note_type
from prefect.client.orchestration import get_client
from scripted_replies import Reply, Request
from scripted_server import ScriptedServer

from flows.extract import extract_batch
from flows.store.store import Store
from schemas.batch import BatchRequest
from schemas.extraction import Outcome
from schemas.run import RunState

NOTES = 60
KILLS = 20


class Inbox:
    """A folder of notes, and the model's server that is asked about them."""

    def __init__(self, folder: Path, notes: int) -> None:
        self.folder = folder
        write_note_type(folder)
        for number in range(notes):
            write_note(
                folder / f"in/{number:03}.pdf", number=f"N-{number}", day="2026-11-03", total="1.50"
            )

    def request(self, out: str, server: ScriptedServer, **changes: object) -> BatchRequest:
        return BatchRequest.model_validate(
            {
                "paths": (str(self.folder / "in"),),
                "type": str(self.folder / "note.md"),
                "model": "anything",
                "base_url": server.base_url,
                "out": self.folder / out,
                **changes,
            }
        )

    def start(self, out: str, server: ScriptedServer, *options: str, commands: Commands) -> Command:
        """Start `papersift run` in a process of its own."""
        request = self.request(out, server)
        given = [*request.paths, "--type", str(request.type), "--model", "anything"]
        where = ["--base-url", server.base_url, "--out", str(request.out)]
        return commands.start(["run", *given, *where, *options, "--json"])

    def kept(self, out: str) -> set[str]:
        """Numbers of the notes that are committed."""
        if not (self.folder / out / "papersift.db").exists():
            return set()
        with Store.open(self.folder / out) as store:
            return {
                record.value
                for record in _fields(store)
                if record.path == "number" and record.value is not None
            }


def _fields(store: Store) -> list:
    from sqlalchemy import select  # noqa: PLC0415

    from flows.store.tables import FieldRow  # noqa: PLC0415

    with store.reading() as session:
        return list(session.scalars(select(FieldRow)))


def number_in(request: Request) -> str:
    found = re.search(r"^number: (.+)$", request.prompt, re.MULTILINE)
    assert found
    return found[1]


def rows(folder: Path) -> list[dict[str, object]]:
    """What is published of the documents' fields, without what differs between any two runs."""
    fields = pl.read_parquet(folder / "fields/note/*.parquet")
    return fields.drop("run_id", strict=False).sort("document_id", "field").to_dicts()


def documents(folder: Path) -> list[tuple[object, ...]]:
    found = pl.read_parquet(folder / "documents/*.parquet")
    return found.select("document_id", "source", "outcome", "pages").sort("source").rows()


@pytest.mark.timeout(900)
def test_a_batch_that_is_killed_twenty_times_ends_as_an_undisturbed_one(tmp_path, commands):
    inbox = Inbox(tmp_path, NOTES)
    dice = random.Random(7)
    kept: set[str] = set()
    asked_again: list[str] = []

    def answer(request: Request) -> Reply:
        if number_in(request) in kept:
            asked_again.append(number_in(request))
        return Reply(read_off(request), silent_s=0.35)

    with ScriptedServer() as server:
        extract_batch(inbox.request("whole", server.answers(read_off)))
        server.answers(answer)
        killed = 0
        for _ in range(KILLS):
            asked = len(server.requests)
            process = inbox.start("out", server, commands=commands)
            until = time.monotonic() + 60
            while process.poll() is None and len(server.requests) == asked:
                assert time.monotonic() < until, "the run never came to ask"
                time.sleep(0.01)
            time.sleep(dice.uniform(0, 0.25))
            if process.poll() is None:
                process.send_signal(signal.SIGKILL)
                killed += 1
            process.wait()
            kept |= inbox.kept("out")
        assert inbox.start("out", server, commands=commands).wait() == 0
    assert killed >= KILLS * 3 // 4, "hardly any run was caught at work"
    assert asked_again == []
    assert rows(tmp_path / "out") == rows(tmp_path / "whole")
    assert documents(tmp_path / "out") == documents(tmp_path / "whole")
    with Store.open(tmp_path / "out") as store:
        states = Counter(run.state for run in store.runs())
    assert states[RunState.CRASHED] == killed
    assert states[RunState.FINISHED] == KILLS + 1 - killed


def test_a_killed_run_is_marked_crashed_in_prefect(tmp_path, commands):
    inbox = Inbox(tmp_path, 3)
    with ScriptedServer() as server:
        server.answers(lambda request: Reply(read_off(request), silent_s=30))
        process = inbox.start("out", server, commands=commands)
        until = time.monotonic() + 60
        while not server.requests:
            assert time.monotonic() < until
            time.sleep(0.02)
        process.kill()
        process.wait()
        with Store.open(tmp_path / "out") as store:
            [dead] = store.dead_prefect_runs(now=datetime.now(UTC))
        extract_batch(inbox.request("out", server.answers(read_off)))
    with get_client(sync_client=True) as client:
        state = client.read_flow_run(dead).state
    assert state is not None
    assert state.name == "Crashed"
    with Store.open(tmp_path / "out") as store:
        assert not store.dead_prefect_runs(now=datetime.now(UTC))
        assert [run.state for run in store.runs()] == [RunState.FINISHED, RunState.CRASHED]


def test_two_runs_over_one_folder_do_each_document_once(tmp_path, commands):
    inbox = Inbox(tmp_path, 24)
    with ScriptedServer() as server:
        server.answers(lambda request: Reply(read_off(request), silent_s=0.2))
        both = [inbox.start("out", server, commands=commands) for _ in range(2)]
        assert [each.wait() for each in both] == [0, 0]
        assert Counter(map(number_in, server.requests)) == {f"N-{n}": 1 for n in range(24)}
    assert len(documents(tmp_path / "out")) == 24
    with Store.open(tmp_path / "out") as store:
        runs = store.runs()
    assert sum(run.summary.usage.calls for run in runs) == 24


def test_what_another_run_has_under_way_is_left_to_it(tmp_path, commands):
    inbox = Inbox(tmp_path, 2)
    go_on = threading.Event()

    with ScriptedServer() as server:

        def slow(request: Request) -> Reply:
            if number_in(request) == number_in(server.requests[0]):
                go_on.wait(60)
            return Reply(read_off(request))

        server.answers(slow)
        first = inbox.start("out", server, "--at-once", "1", commands=commands)
        until = time.monotonic() + 60
        while not server.requests:
            assert time.monotonic() < until
            time.sleep(0.02)
        second = extract_batch(inbox.request("out", server))
        go_on.set()
        assert first.wait() == 0
    assert {(line.outcome, line.note) for line in second.lines} == {
        (None, "another run is at it"),
        (Outcome.IN_REVIEW, ""),
    }


def test_a_silent_run_loses_what_it_had(tmp_path):
    now = datetime.now(UTC)
    with Store.open(tmp_path) as store:
        one = store.begin_run(paths=["in"], model="m", now=now)
        two = store.begin_run(paths=["in"], model="m", now=now)
        assert _take(store, one, now).ours
        assert _take(store, two, now).elsewhere == one
        later = now + timedelta(minutes=2)
        assert _take(store, two, later).ours


def test_what_is_given_back_is_free(tmp_path):
    now = datetime.now(UTC)
    with Store.open(tmp_path) as store:
        one = store.begin_run(paths=["in"], model="m", now=now)
        two = store.begin_run(paths=["in"], model="m", now=now)
        assert _take(store, one, now).ours
        store.give_back("d" * 64, two)
        assert not _take(store, two, now).ours
        store.give_back("d" * 64, one)
        assert _take(store, two, now).ours


def _take(store, run_id, now):
    [taken] = store.take(["d" * 64], run_id, ["r"], now=now).values()
    return taken
