"""The same batch in threads, on Dask, on Ray, and by two workers on PostgreSQL: the same rows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import postgres
import pytest
from papers import read_off
from scripted_replies import Reply
from scripted_server import ScriptedServer
from test_resume import Inbox, documents, number_in, rows

from flows.extract import extract_batch

NOTES = 12


@pytest.fixture(scope="module")
def inbox(tmp_path_factory) -> Inbox:
    return Inbox(tmp_path_factory.mktemp("spread"), NOTES)


@pytest.fixture(scope="module")
def server() -> Iterator[ScriptedServer]:
    with ScriptedServer() as server:
        yield server.answers(lambda request: Reply(read_off(request), silent_s=0.05))


@pytest.fixture(scope="module")
def undisturbed(inbox, server, prefect_server) -> Path:
    out = inbox.folder / "whole"
    extract_batch(inbox.request("whole", server))
    return out


@pytest.fixture(scope="module")
def database(tmp_path_factory) -> Iterator[str]:
    with postgres.running(tmp_path_factory.mktemp("database") / "postgres") as prefix:
        yield prefix


@pytest.mark.parametrize("runner", ["dask", "ray"])
def test_dask_and_ray_give_the_same_rows(runner, inbox, server, undisturbed, commands):
    pytest.importorskip(f"prefect_{runner}")
    process = inbox.start(runner, server, "--runner", runner, "--at-once", "2", commands=commands)
    assert process.wait() == 0
    assert rows(inbox.folder / runner) == rows(undisturbed)
    assert documents(inbox.folder / runner) == documents(undisturbed)


def test_two_workers_on_postgresql_give_the_same_rows_and_ask_once(
    inbox, server, undisturbed, commands, database
):
    store = postgres.make_database(database, "papersift")
    asked = len(server.requests)
    both = [inbox.start("postgres", server, "--store", store, commands=commands) for _ in range(2)]
    assert [each.wait() for each in both] == [0, 0]
    counted = Counter(map(number_in, server.requests[asked:]))
    assert counted == {f"N-{number}": 1 for number in range(NOTES)}
    assert rows(inbox.folder / "postgres") == rows(undisturbed)
    assert documents(inbox.folder / "postgres") == documents(undisturbed)
    assert not (inbox.folder / "postgres/papersift.db").exists()
