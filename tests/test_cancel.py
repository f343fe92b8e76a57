"""A run that a person ends: promptly, with nothing left behind, and the next run does the rest."""

from __future__ import annotations

import signal
import subprocess
import time
from pathlib import Path

from papers import read_off
from prefect.client.orchestration import get_client
from scripted_replies import Reply
from test_resume import Inbox

from flows.extract import extract_batch
from flows.store.store import Store
from flows.store.tables import RunRow, UnderWayRow
from schemas.run import RunState


def descendants(pid: int) -> set[int]:
    """Return the processes that a process started, and those that they started."""
    listed = subprocess.run(["ps", "-eo", "pid=,ppid="], capture_output=True, text=True, check=True)
    parents = {int(pid): int(parent) for pid, parent in map(str.split, listed.stdout.splitlines())}
    found = {pid}
    while more := {child for child, parent in parents.items() if parent in found} - found:
        found |= more
    return found - {pid}


def are_gone(pids: set[int]) -> bool:
    until = time.monotonic() + 20
    while any(Path(f"/proc/{pid}").exists() for pid in pids):
        if time.monotonic() > until:
            return False
        time.sleep(0.1)
    return True


def test_a_run_that_is_told_to_end_ends_cleanly(tmp_path, commands, model_server):
    inbox = Inbox(tmp_path, 4)
    model_server.answers(lambda request: Reply(read_off(request), silent_s=60))
    request = inbox.request("out", model_server)
    command = "run in --type note.md --model anything"
    words = [*command.split(), "--base-url", model_server.base_url]
    out, err = tmp_path / "said", tmp_path / "complaints"
    process = commands.start(words, cwd=tmp_path, out=out, err=err)
    until = time.monotonic() + 150
    while len(model_server.requests) < 4:
        assert time.monotonic() < until
        time.sleep(0.02)
    children = descendants(process.pid)
    assert children
    began = time.monotonic()
    process.send_signal(signal.SIGTERM)
    code = process.wait(60)
    assert time.monotonic() - began < 45
    assert (code, out.read_text(), err.read_text()) == (
        143,
        "",
        "papersift: ended; what was done is kept\n",
    )
    assert are_gone(children)
    with Store.open(tmp_path / "out") as store:
        assert [run.state for run in store.runs()] == [RunState.CANCELLED]
        with store.reading() as session:
            assert session.query(UnderWayRow).count() == 0
            [prefect_run] = [row.prefect_run for row in session.query(RunRow)]
    with get_client(sync_client=True) as client:
        state = client.read_flow_run(prefect_run).state
    assert state is not None
    assert (state.name, state.message) == (
        "Cancelled",
        "Ended by a person; what was done is kept, the next run does the rest.",
    )
    model_server.answers(read_off)
    assert extract_batch(request).summary.in_review == 4
