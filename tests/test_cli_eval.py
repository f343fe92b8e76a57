"""`papersift eval` as a person or a program types it."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from papers import read_off, write_note, write_note_type
from typer.testing import CliRunner, Result

from flows.cli.main import app

ROOT = Path(__file__).parents[1]


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """Two notes with gold; of the second one the total can't be read off."""
    for name in list(os.environ):
        if name.startswith("PAPERSIFT_"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("COLUMNS", "160")
    monkeypatch.chdir(tmp_path)
    gold = tmp_path / "gold"
    write_note(gold / "a.pdf", number="A", day="2026-11-03", total="5.00")
    write_note(gold / "b.pdf", number="B", day="2026-11-04", unsaid="total")
    for name, total in (("A", "5.00"), ("B", "6.00")):
        record = {"number": name, "total": total}
        written = json.dumps({"doctype": "note.md", "record": record})
        (gold / f"{name.lower()}.json").write_text(written)
    write_note_type(gold)
    return tmp_path


@pytest.fixture
def options(model_server, prefect_server):
    model_server.answers(read_off)
    return ("--model", "anything", "--base-url", model_server.base_url)


def type_in(*words: object) -> Result:
    return CliRunner().invoke(app, ["eval", *map(str, words)])


def told(*words: object) -> str:
    """Run a command that must succeed; return what it prints, white space squeezed."""
    result = type_in(*words)
    assert result.exit_code == 0, result.output
    return " ".join(result.stdout.split())


def test_it_prints_the_figures_and_where_the_rest_stands(folder, options):
    printed = told("gold", *options)
    assert "field right wrong missed invented absent accuracy" in printed
    assert "number 2 100.0% (100–100)" in printed
    assert "total 1 1 50.0% (0–100)" in printed
    assert "75.0% (50–100) of 4 values are right" in printed
    assert (
        "2 documents: 0 accepted (0 of them with a field that isn't right), 2 to review" in printed
    )
    assert "anything, asked by whole" in printed
    assert "Report: eval/report.html" in printed
    assert "<html" in (folder / "eval" / "report.html").read_text(encoding="utf-8")
    [kept] = (folder / "eval" / "evaluations").glob("*.json")
    assert f"Kept: eval/evaluations/{kept.name}" in printed


def test_a_second_one_asks_nothing_and_shows_what_moved(folder, options, model_server):
    told("gold", *options)
    assert len(model_server.requests) == 2
    printed = told("gold", *options, "--against", "last")
    assert len(model_server.requests) == 2
    assert "over 2 documents: fields 75.0% → 75.0%: +0.0 points (+0.0 to +0.0)" in printed
    assert "0 became right 0 became wrong" in printed

    model_server.answers({"number": "B", "day": None, "total": "6.00"})
    printed = told("gold", *options, "--again", "--against", "last", "--report", "mine.html")
    assert "1 became right document field was is should be b.pdf total 999.99 6.00 6.00" in printed
    assert "2 became wrong" in printed
    assert "a.pdf number A B A" in printed
    assert (folder / "mine.html").exists()


def test_kept_evaluations_are_listed_the_latest_first(folder, options):
    told("gold", *options)
    told("gold/a.json", *options, "--limit", "1")
    printed = told("--list")
    assert printed.startswith("evaluation model asking gold documents accuracy")
    newest, oldest = sorted((folder / "eval" / "evaluations").glob("*.json"), reverse=True)
    assert printed.index(newest.stem) < printed.index(oldest.stem)
    assert "anything whole gold/a.json" in printed
    listed = json.loads(type_in("--list", "--json").stdout)
    assert [(each["id"], each["documents"], each["accuracy"]["share"]) for each in listed] == [
        (newest.stem, 1, 1.0),
        (oldest.stem, 2, 0.75),
    ]
    assert "There is no evaluation in other/ yet" in told("--list", "--out", "other")


def test_json_is_for_programs(folder, options):
    first = json.loads(type_in("gold", *options, "--json").stdout)
    assert first["comparison"] is None
    assert first["statistics"]["whole"]["tally"]["right"] == 3
    assert len(first["evaluation"]["documents"]) == 2
    assert json.loads(Path(first["kept"]).read_text())["id"] == first["evaluation"]["id"]
    second = json.loads(type_in("gold", *options, "--json", "--against", first["kept"]).stdout)
    assert second["comparison"]["against"] == first["evaluation"]["id"]


def test_the_exit_code_tells_whether_the_accuracy_is_reached(folder, options):
    assert type_in("gold", *options, "--fail-under", "0.75").exit_code == 0
    result = type_in("gold", *options, "--fail-under", "0.76")
    assert result.exit_code == 1
    assert "75.0% is less than 76.0%" in result.stderr
    assert "75.0% (50–100) of 4 values are right" in result.stdout


def test_a_document_that_fails_is_told_and_is_no_failure_of_the_command(folder, options):
    write_note(folder / "gold" / "b.pdf", password="secret", number="B")
    printed = told("gold", *options)
    assert "1 failed" in printed
    assert "failed: b.pdf: The file is encrypted" in printed


MISTAKES = {
    "no gold": ([], 2, "name at least one folder or file with gold"),
    "no such path": (["none"], 1, "papersift: There is no file or folder 'none'."),
    "an unknown half": (["gold", "--half", "C"], 2, "'C' is neither 'A' nor 'B'"),
    "an unknown way": (["gold", "--asking", "loudly"], 2, "'loudly' is neither"),
    "an unknown evaluation": (["gold", "--against", "last"], 1, "There is no evaluation in 'eval'"),
    "an unknown type": (["gold", "--type", "letter"], 1, "There is no document type 'letter'"),
}


@pytest.mark.parametrize(("words", "code", "message"), MISTAKES.values(), ids=MISTAKES)
def test_a_mistake_is_told_before_anything_is_done(folder, words, code, message):
    result = type_in(*words)
    assert result.exit_code == code
    assert message in " ".join(result.stderr.replace("│", " ").split())
    assert result.stdout == ""
    assert not (folder / "eval").exists()


def test_without_a_prefect_server_one_is_started_only_if_there_is_something_to_do(
    folder, model_server, tmp_path_factory, prefect_database
):
    """In processes of their own, as a person runs it."""
    model_server.answers(read_off)
    home = tmp_path_factory.mktemp("prefect")
    shutil.copy(prefect_database, home / "prefect.db")  # to make one takes ten seconds of CPU
    env = {name: value for name, value in os.environ.items() if not name.startswith("PREFECT_")}
    words = ["eval", "gold", "--model", "m", "--base-url", model_server.base_url]

    def run(prefect_home: Path) -> str:
        done = subprocess.run(
            [sys.executable, "-c", "from flows.cli.main import app; app()", *words],
            cwd=folder,
            env={**env, "PYTHONPATH": str(ROOT), "PREFECT_HOME": str(prefect_home)},
            capture_output=True,
            text=True,
            timeout=180,
            check=False,
        )
        assert (done.returncode, done.stderr) == (0, "")
        return done.stdout

    assert "75.0% (50–100) of 4 values are right" in run(home)
    assert "75.0% (50–100) of 4 values are right" in run(home / "untouched")
    assert len(model_server.requests) == 2
    assert not (home / "untouched" / "prefect.db").exists()


def test_help_waits_for_nothing_slow():
    code = "import sys, flows.cli.evaluate; print(*sys.modules)"
    found = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    slow = {"sqlalchemy", "prefect", "pyarrow", "pydantic", "numpy", "scipy", "rich.progress"}
    assert not slow & set(found.stdout.split())
