"""A deadline a document and a run: what is late ends, what is left is the next run's."""

from __future__ import annotations

import json
import time

import pytest
from dirty_equals import IsInt, IsPartialDict, IsPositive, IsStr
from papers import read_off, write_note
from scripted_replies import Reply, Request
from scripted_server import ScriptedServer
from test_resume import Inbox, number_in

from flows.deployed import extract
from flows.extract import extract_batch
from flows.limits.deadline import Deadline, at_most, begin_deadline, check_deadline, told_apart
from flows.store.store import Store
from schemas.errors import ModelOutage, ModelRefusal, OverdueError
from schemas.extraction import Outcome
from schemas.run import RunState


class Clock:
    now = 100.0

    def __call__(self) -> float:
        return self.now


def test_what_is_waited_for_others_does_not_count():
    clock = Clock()
    deadline = Deadline(10, clock=clock)
    clock.now += 4
    with deadline.paused():
        clock.now += 60
    clock.now += 5
    assert deadline.left_s == 1


def test_a_thread_without_a_deadline_has_all_the_time():
    begin_deadline(None)
    check_deadline()
    assert at_most(1800) == 1800


def test_nothing_outlasts_the_deadline_and_nothing_begins_after_it():
    begin_deadline(5)
    assert 4 < at_most(1800) <= 5
    begin_deadline(1e-9)
    time.sleep(0.001)
    with pytest.raises(OverdueError, match="took longer than a document may"):
        check_deadline()
    assert isinstance(told_apart(ModelOutage("cut off")), OverdueError)
    assert isinstance(told_apart(ModelRefusal("a wrong key")), ModelRefusal)
    begin_deadline(None)


def slow_for(*numbers: str):
    def answer(request: Request) -> Reply:
        return Reply(read_off(request), silent_s=60 if number_in(request) in numbers else 0)

    return answer


def test_a_late_document_fails_the_others_go_on_and_it_is_tried_once_more(
    tmp_path, prefect_server, model_server
):
    inbox = Inbox(tmp_path, 2)
    model_server.answers(read_off)
    extract_batch(inbox.request("warm", model_server))  # what is loaded once takes its time
    model_server.answers(slow_for("N-1"))
    request = inbox.request("out", model_server, document_timeout_s=10)
    report = extract_batch(request)
    assert [line.outcome for line in report.lines] == [Outcome.IN_REVIEW, Outcome.FAILED]
    late = report.lines[1]
    [reason] = late.reasons
    assert reason == (
        "It took longer than a document may (10 s). The next run tries it once more. "
        "--document-timeout gives it more time."
    )
    assert 10 <= late.seconds < 50
    [reason] = extract_batch(request).lines[1].reasons
    assert reason.startswith("It took longer than a document may (10 s). --document-timeout")
    asked = len(model_server.requests)
    assert extract_batch(request).lines[1].note == "failed before"
    assert len(model_server.requests) == asked


def test_a_run_whose_time_is_over_leaves_the_rest_to_the_next_one_and_prefect_says_so(
    tmp_path, prefect_server, model_server
):
    inbox = Inbox(tmp_path, 4)
    model_server.answers(slow_for("N-2", "N-3"))
    request = inbox.request("out", model_server, run_timeout_s=20)
    given = request.model_dump(exclude_unset=True) | {"paths": list(request.paths)}
    state = extract(**given, return_state=True)
    assert (state.name, state.is_completed()) == ("OutOfTime", True)
    assert state.message == (
        "The time of the run was over. 4 documents: 2 in review, 2 left for the next run."
    )
    with Store.open(tmp_path / "out") as store:
        assert [run.state for run in store.runs()] == [RunState.OUT_OF_TIME]
    model_server.answers(read_off)
    asked = len(model_server.requests)
    report = extract_batch(inbox.request("out", model_server, run_timeout_s=60))
    assert (report.left, report.summary.skipped, report.summary.failed) == (0, 2, 0)
    assert len(model_server.requests) - asked == 2


def test_the_command_says_so_exits_with_its_own_code_and_logs_lines_of_json(
    tmp_path, commands, model_server
):
    Inbox(tmp_path, 1)
    secret = "Nobody 4711"
    write_note(tmp_path / "in/001.pdf", number="N-1", day=secret)
    model_server.answers(slow_for("N-1"))
    command = "run in --type note.md --model anything --run-timeout 12 --log-format json"
    words = [*command.split(), "--base-url", model_server.base_url]
    out, err = tmp_path / "said", tmp_path / "logged"
    code = commands.start(words, cwd=tmp_path, out=out, err=err).wait()
    said, logged = out.read_text(), err.read_text()
    assert code == 3, logged
    assert "1 left for the next run" in said
    assert "The time was over. The same command does the 1 that are left." in said
    lines = [json.loads(line) for line in logged.splitlines()]
    assert secret not in logged
    assert lines == [
        {
            "timestamp": IsStr(),
            "level": "INFO",
            "event": "document",
            "run_id": IsStr(),
            "document_id": IsStr(regex="[0-9a-f]{64}"),
            "source": IsStr(regex=r".*000\.pdf"),
            "type": "note",
            "outcome": "in_review",
            "seconds": IsPositive(),
            "tokens": IsPositive(),
            "pages": 1,
            "doubts": IsInt(),
        },
        IsPartialDict(
            event="document", outcome=None, note="left for the next run: the time was over"
        ),
        IsPartialDict(event="run", state="out_of_time", found=2, in_review=1, left=1, questions=1),
    ]
    assert len({line["run_id"] for line in lines}) == 1


def test_a_worker_elsewhere_ends_with_its_run(tmp_path, commands):
    pytest.importorskip("prefect_dask")
    inbox = Inbox(tmp_path, 3)
    with ScriptedServer() as server:
        server.answers(lambda request: Reply(read_off(request), silent_s=60))
        process = inbox.start(
            "out", server, "--runner", "dask", "--run-timeout", "12", commands=commands
        )
        assert process.wait(90) == 3
    with Store.open(tmp_path / "out") as store:
        assert [run.state for run in store.runs()] == [RunState.OUT_OF_TIME]
