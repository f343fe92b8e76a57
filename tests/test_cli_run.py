"""`papersift run`, `status` and `types` as a person or a program types them."""

from __future__ import annotations

import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer.main
from calibrations import allow
from papers import read_off, write_note, write_note_type
from scripted_replies import Answer, Reply, Request
from typer.testing import CliRunner, Result

from flows.cli.main import app
from flows.engine import QUIET
from flows.store.store import Store
from schemas.batch import BatchRequest
from schemas.catalogue import BUILT_IN, built_in_type, find_type
from schemas.extraction import Outcome
from schemas.run import RunState

ROOT = Path(__file__).parents[1]
START_S = 90.0
"""Prefect's own server has been seen to take 30 s on a busy machine."""


@pytest.fixture(scope="module")
def prefect_home(tmp_path_factory, prefect_database) -> Path:
    """Where Prefect keeps what the commands of this module leave; making it anew takes seconds."""
    home = tmp_path_factory.mktemp("prefect")
    shutil.copy(prefect_database, home / "prefect.db")
    return home


@pytest.fixture
def environment(prefect_home) -> dict[str, str]:
    """Return this process's environment without what could change a command."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("PAPERSIFT_", "PREFECT_")) and not name.endswith("_API_KEY")
    }
    return {
        **kept,
        "PYTHONPATH": str(ROOT),
        "PREFECT_HOME": str(prefect_home),
        "COLUMNS": "200",
    }


def start(*words: object, cwd: Path, env: dict[str, str]) -> subprocess.Popen[str]:
    """Start `papersift` in a session of its own, as a terminal would."""
    program = [sys.executable, "-c", "from flows.cli.main import app; app()"]
    return subprocess.Popen(
        [*program, *map(str, words)],
        cwd=cwd,
        env=env,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


def finish(process: subprocess.Popen[str], *, within_s: float = START_S) -> tuple[int, str, str]:
    """Return exit code, what was printed, and what was printed on the error stream."""
    try:
        printed, complained = process.communicate(timeout=within_s)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        printed, complained = process.communicate()
        pytest.fail(f"still there after {within_s} s; it printed {printed!r} and {complained!r}")
    return process.returncode, printed, complained


def test_an_ordinary_run_prints_its_table_and_a_second_one_asks_nothing(
    tmp_path, environment, model_server
):
    """Without a Prefect server that is configured; the type is the built-in one, in a file."""
    model_server.answers(lambda request: {**read_off(request), "line_items": []})
    write_note(
        tmp_path / "in" / "a.pdf",
        invoice_number="R-17",
        issue_date="2026-11-03",
        currency="EUR",
        grand_total="119.00",
    )
    (tmp_path / "mine.md").write_text(type_in("types", "show", "invoice").stdout, encoding="utf-8")
    model = ("--model", "anything", "--base-url", model_server.base_url)

    code, printed, complained = finish(
        start("run", "in", "--type", "mine.md", *model, cwd=tmp_path, env=environment)
    )
    assert (code, complained) == (0, "")
    assert "a.pdf     invoice  in review  " in printed
    assert "seller_name: not found in the document" in printed
    assert "1 document: 0 accepted, 1 to review, 0 failed in " in printed
    assert "; 1 question, " in printed
    assert "papersift review   (1 wait for a look)" in printed
    assert len(model_server.requests) == 1

    elsewhere = {**environment, "PREFECT_HOME": str(tmp_path / "untouched")}
    code, printed, complained = finish(
        start("run", "in", "--type", "invoice", *model, cwd=tmp_path, env=elsewhere)
    )
    assert (code, complained) == (0, "")
    assert "done before" in printed
    assert "the model was asked nothing" in printed
    assert len(model_server.requests) == 1
    assert not (tmp_path / "untouched" / "prefect.db").exists()  # no server was started


def test_what_an_interrupted_run_had_kept_stays_and_the_next_run_does_the_rest(
    tmp_path, environment, model_server, prefect_server
):
    """Ctrl-C, which reaches all processes of the terminal, while the model is silent about B."""

    def answer(request: Request) -> Answer:
        if "number: B" in request.prompt:
            return Reply.silence(600)
        return dict(read_off(request))

    model_server.answers(answer)
    for name in ("A", "B"):
        write_note(tmp_path / "in" / f"{name}.pdf", number=name, day="2026-11-03", total="5.00")
    write_note_type(tmp_path)
    server = {"model": "m", "base_url": model_server.base_url}
    given = {"paths": (".",), "type": str(tmp_path / "note.md"), "out": tmp_path / "out"}
    allow(BatchRequest.model_validate({**server, **given}))
    words = ("run", "in", "--type", "note.md", "--audit", "0", *options(server))

    process = start(*words, cwd=tmp_path, env=environment)
    wait_until(
        lambda: len(model_server.requests) == 2 and is_kept(tmp_path / "out"), process=process
    )
    os.killpg(process.pid, signal.SIGINT)
    code, printed, complained = finish(process)
    assert (code, printed) == (130, "")
    assert "Traceback" not in complained
    with Store.open(tmp_path / "out") as store:
        assert store.runs()[0].state is RunState.CANCELLED
        assert store.status().outcomes == {Outcome.ACCEPTED: 1}
        assert store.status().documents == 2

    model_server.requests.clear()
    model_server.answers(read_off)
    with_server = {**environment, "PREFECT_API_URL": prefect_server}
    code, printed, complained = finish(start(*words, "--json", cwd=tmp_path, env=with_server))
    assert (code, complained) == (0, "")
    lines = json.loads(printed)["lines"]
    assert [(line["outcome"], line["note"]) for line in lines] == [
        ("accepted", "done before"),
        ("accepted", ""),
    ]
    [request] = model_server.requests
    assert "number: B" in request.prompt


def options(given: dict[str, str]) -> Iterator[str]:
    """Yield the options that give these values."""
    for name, value in given.items():
        yield from (f"--{name.replace('_', '-')}", value)


def wait_until(condition, *, process: subprocess.Popen[str]) -> None:
    until = time.monotonic() + START_S
    while time.monotonic() < until:
        if process.poll() is not None:
            pytest.fail(f"it ended by itself: {process.communicate()}")
        if condition():
            return
        time.sleep(0.1)
    os.killpg(process.pid, signal.SIGKILL)
    pytest.fail(f"waited in vain; it printed {process.communicate()}")


def is_kept(out: Path) -> bool:
    """Say whether a document's outcome was committed, without a word to the running command."""
    connection = sqlite3.connect(f"file:{out / 'papersift.db'}?mode=ro", uri=True)
    try:
        return connection.execute("SELECT count(*) FROM extractions").fetchone() != (0,)
    except sqlite3.OperationalError:
        return False
    finally:
        connection.close()


@pytest.fixture
def here(tmp_path, monkeypatch) -> Iterator[Path]:
    """A working folder with a type and a paper that no model is needed for."""
    for name in [*os.environ]:
        if name.startswith("PAPERSIFT_") or name.endswith("_API_KEY"):
            monkeypatch.delenv(name)
    for name, value in QUIET.items():
        monkeypatch.setenv(name, value)  # the command sets them too, and leaves them
    monkeypatch.setenv("COLUMNS", "200")
    monkeypatch.chdir(tmp_path)
    write_note_type(tmp_path)
    write_note(tmp_path / "a.pdf", number="A")
    (tmp_path / "gone.pdf").symlink_to("nowhere")
    return tmp_path


def type_in(*words: object) -> Result:
    return CliRunner().invoke(app, [str(word) for word in words])


ELSEWHERE = ("--model", "anything", "--base-url", "http://127.0.0.1:9/v1")
MISTAKES = {
    "no such path": (
        ["run", "nowhere", *ELSEWHERE],
        "There is no file or folder 'nowhere'.",
    ),
    "an empty folder": (
        ["run", "empty", *ELSEWHERE],
        (
            "The folder 'empty' holds no documents: it is empty. Read are JPEG, JPG, PDF, PNG, "
            "TIF, TIFF."
        ),
    ),
    "a folder without documents": (
        ["run", "texts", *ELSEWHERE],
        "The folder 'texts' holds no documents: its 1 files are none.",
    ),
    "a pattern that matches nothing": (
        ["run", "*.jpg", *ELSEWHERE],
        "The pattern '*.jpg' matches no file.",
    ),
    "an unknown type": (
        ["run", "a.pdf", "--type", "letter", *ELSEWHERE],
        "There is no document type 'letter'. Built in are invoice, receipt, ad_order;",
    ),
    "a type file that isn't there": (
        ["run", "a.pdf", "--type", "letter.md", *ELSEWHERE],
        "The document type 'letter.md' can't be read: ",
    ),
    "a type file without front matter": (
        ["run", "a.pdf", "--type", "bad.md", *ELSEWHERE],
        "bad.md: the file must begin with a front matter",
    ),
    "an unknown model": (
        ["run", "a.pdf", "--model", "nobody/large"],
        "There is no provider for the model 'nobody/large'.",
    ),
    "an unknown embedded model": (
        ["run", "a.pdf", "--model", "local/huge"],
        "There is no embedded model 'huge'",
    ),
    "no API key": (
        ["run", "a.pdf", "--model", "openai/gpt-4.1-mini"],
        "The model openai/gpt-4.1-mini needs an API key: set OPENAI_API_KEY",
    ),
    "a base URL that is none": (
        ["run", "a.pdf", "--model", "m", "--base-url", "models.example.org"],
        "'models.example.org' is no base URL.",
    ),
    "a file in place of the output folder": (
        ["run", "a.pdf", "--out", "note.md", *ELSEWHERE],
        "The output folder 'note.md' can't be made: ",
    ),
    "a store of a newer papersift": (
        ["run", "a.pdf", "--out", "newer", *ELSEWHERE],
        "The store 'newer/papersift.db' was written by a newer papersift",
    ),
    "a status without a store": (
        ["status", "--out", "nothing"],
        "There is no store in 'nothing'.",
    ),
    "an unknown type to show": (
        ["types", "show", "letter"],
        "There is no document type 'letter'.",
    ),
}


@pytest.mark.parametrize(("words", "message"), MISTAKES.values(), ids=MISTAKES)
def test_a_mistake_is_told_in_plain_words_and_exits_with_1(here, words, message):
    (here / "empty").mkdir()
    (here / "texts").mkdir()
    (here / "texts" / "letter.txt").write_text("Dear all")
    (here / "bad.md").write_text("just some words")
    with Store.open(here / "newer") as store, store.writing() as session:
        session.connection().exec_driver_sql("UPDATE papersift_version SET version_num = '9999'")
    result = type_in(*words)
    assert result.exit_code == 1
    assert result.stdout == ""
    assert result.stderr.startswith(f"papersift: {message}")
    assert "Traceback" not in result.stderr
    assert not (here / "out").exists()


def test_an_impossible_option_exits_with_2_and_says_which(here):
    result = type_in("run", "a.pdf", "--asking", "nonsense", *ELSEWHERE)
    assert result.exit_code == 2
    assert result.stdout == ""
    assert "'nonsense' is neither 'whole' nor 'fields'" in result.stderr


def test_a_document_that_failed_makes_the_exit_code_1(here, model_server):
    (here / "in").mkdir()
    (here / "gone.pdf").rename(here / "in" / "gone.pdf")
    server = ("--model", "m", "--base-url", model_server.base_url)
    result = type_in("run", "in", "--type", "note.md", *server)
    assert result.exit_code == 1
    assert "The file can't be read: No such file or directory." in result.stdout
    assert "1 document: 0 accepted, 0 to review, 1 failed" in result.stdout
    assert result.stderr == ""
    result = type_in("run", "in", "--type", "note.md", *server, "--json")
    assert result.exit_code == 1
    assert json.loads(result.stdout)["lines"][0]["outcome"] == "failed"
    assert model_server.requests == []


def test_a_file_whose_name_is_no_text_is_told_as_json(here, model_server):
    name = os.fsdecode(b"\xff\xc2\x9b.pdf")
    (here / "in").mkdir()
    (here / "gone.pdf").rename(here / "in" / name)
    server = ("--model", "m", "--base-url", model_server.base_url)
    printed = type_in("run", "in", "--type", "note.md", *server, "--json").stdout
    assert printed.isascii()
    assert json.loads(printed)["lines"][0]["source"] == f"in/{name}"


def test_status_says_what_the_store_holds(here, model_server):
    (here / "in").mkdir()
    (here / "gone.pdf").rename(here / "in" / "gone.pdf")
    type_in("run", "in", "--type", "note.md", "--model", "m", "--base-url", model_server.base_url)
    told = type_in("status").stdout.splitlines()
    assert told[:3] == [
        "0 documents from 1 inputs",
        "       1 inputs can't be read",
        "0 trusted records, 0 wait for a look",
    ]
    assert told[3].startswith("last run ")
    assert told[3].endswith(" with m: finished")
    told = json.loads(type_in("status", "--json").stdout)
    assert (told["inputs"], told["unreadable"], told["documents"]) == (1, 1, 0)


@pytest.mark.parametrize("name", BUILT_IN)
def test_a_type_that_is_shown_and_saved_is_the_same_type(here, name):
    shown = type_in("types", "show", name)
    assert (shown.exit_code, shown.stderr) == (0, "")
    (here / "saved.md").write_text(shown.stdout, encoding="utf-8")
    assert find_type("saved.md").content_hash == built_in_type(name).content_hash
    again = type_in("types", "show", "saved.md")
    assert again.stdout == shown.stdout
    listed = type_in("types", "list")
    assert name in listed.stdout
    told = json.loads(type_in("types", "show", name, "--json").stdout)
    assert told["prompt"] == built_in_type(name).prompt


def commands_below(command: Any, words: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    yield words
    for name, each in getattr(command, "commands", {}).items():
        yield from commands_below(each, (*words, name))


@pytest.mark.parametrize("words", [*commands_below(typer.main.get_command(app))], ids=" ".join)
def test_the_help_of_each_command_has_an_example(words, monkeypatch):
    monkeypatch.setenv("COLUMNS", "200")
    result = type_in(*words, "--help")
    assert result.exit_code == 0
    assert f"Example: papersift {' '.join(words)}".strip() in result.stdout
