"""Lines of JSON for whoever gathers logs; never what a document says."""

from __future__ import annotations

import json

from flows.progress import Finished, tell
from flows.store.store import Store
from flows.telemetry.json_log import line_of, logging_json
from schemas.batch import DocumentLine
from schemas.extraction import Outcome


def test_a_failure_is_told_without_what_may_be_quoted(monkeypatch, capsys):
    monkeypatch.setenv("PAPERSIFT_LOG", "json")
    failed = DocumentLine(
        source="in/a.pdf",
        document_id="a" * 64,
        outcome=Outcome.FAILED,
        reasons=("The model's answer didn't fit, twice: input_value='Jane Doe'",),
    )
    doubted = failed.model_copy(
        update={"outcome": Outcome.IN_REVIEW, "reasons": ("'Jane Doe' stands nowhere",)}
    )
    with logging_json("run-1"):
        tell(Finished(failed))
        tell(Finished(doubted))
    said = capsys.readouterr().err
    assert "Jane" not in said
    first, second = map(json.loads, said.splitlines())
    assert (first["level"], first["reason"]) == ("WARNING", "The model's answer didn't fit, twice")
    assert (second["level"], second["doubts"]) == ("INFO", 1)


def test_nothing_is_logged_unless_it_is_asked_for(monkeypatch, capsys, tmp_path):
    monkeypatch.setenv("PAPERSIFT_LOG", "text")
    with Store.open(tmp_path) as store, logging_json("run-1") as told:
        told(store, 0)
    assert capsys.readouterr().err == ""


def test_what_other_processes_print_becomes_a_line_too(monkeypatch):
    monkeypatch.delenv("PAPERSIFT_LOG", raising=False)
    assert line_of("plain") == "plain"
    monkeypatch.setenv("PAPERSIFT_LOG", "json")
    assert line_of('{"event": "run"}') == '{"event": "run"}'
    assert json.loads(line_of("plain"))["message"] == "plain"
