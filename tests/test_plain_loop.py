"""The yardstick is fair: typed answers are judged as they are, unfit ones are all missed."""

from __future__ import annotations

import json

import pytest
from benchmarks.plain_loop import REASKS, main
from papers import read_off, write_note, write_note_type
from scripted_replies import Reply

VALUES = {"number": "A-17", "day": "2026-11-23", "total": "119.00"}


@pytest.fixture
def gold(tmp_path):
    write_note_type(tmp_path)
    folder = tmp_path / "gold"
    write_note(folder / "a.pdf", **VALUES)
    text = json.dumps({"doctype": str(tmp_path / "note.md"), "record": VALUES})
    (folder / "a.json").write_text(text, encoding="utf-8")
    return folder


def run(gold, server, *options) -> dict:
    out = gold.parent / "figures.json"
    model = ["--model", "small", "--base-url", server.base_url]
    assert main([str(gold), *model, *options, "--json", str(out)]) == 0
    return json.loads(out.read_text(encoding="utf-8"))["ways"]


def verdicts(way) -> list[str]:
    return [field["verdict"] for field in way["documents"][0]["fields"]]


def test_both_ways_are_judged_alike(gold, model_server, capsys):
    typed = {**VALUES, "total": 119}
    model_server.replies(typed).answers(read_off)
    ways = run(gold, model_server)
    assert verdicts(ways["plain"]) == verdicts(ways["papersift"]) == ["right"] * 3
    plain, *_ = model_server.requests
    assert plain.body["temperature"] == 0
    assert plain.schema["properties"]["day"]["anyOf"][0] == {"type": "string", "format": "date"}
    assert plain.schema["properties"]["total"]["anyOf"][0] == {"type": "number"}
    assert "number: A-17" in plain.prompt
    assert "papersift's seconds / plain's" in capsys.readouterr().out


def test_an_answer_that_never_fits_is_all_missed(gold, model_server):
    model_server.answers({**VALUES, "day": "yesterday"})
    [way] = run(gold, model_server, "--only", "plain").values()
    assert verdicts(way) == ["missed"] * 3
    assert way["failed"] == 1
    assert len(model_server.requests) == 1 + REASKS


def test_an_answer_that_is_cut_off_is_all_missed(gold, model_server):
    model_server.answers(Reply('{"number": "A-', finish_reason="length"))
    [way] = run(gold, model_server, "--only", "plain").values()
    assert verdicts(way) == ["missed"] * 3


def test_a_server_that_fails_does_not_end_the_run(gold, model_server):
    model_server.answers(Reply.failure(400))
    [way] = run(gold, model_server, "--only", "plain").values()
    assert way["failed"] == 1


def test_gold_that_is_not_there_is_told(tmp_path, capsys):
    assert main([str(tmp_path / "nowhere")]) == 2
    assert "There is no file or folder" in " ".join(capsys.readouterr().err.split())
