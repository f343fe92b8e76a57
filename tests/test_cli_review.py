"""`papersift review` as a person types it."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import polars as pl
import pytest
from builders import PLAIN, keep, routed
from typer.testing import CliRunner

from flows.cli.review import app
from flows.store.store import Store
from schemas.extraction import Doubt, DoubtCode

HOSTILE = "ACME [red]Ltd[/red]\x1b[2J\u202e"


@pytest.fixture
def out(tmp_path, monkeypatch):
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.delenv("PAPERSIFT_OUT", raising=False)
    folder = tmp_path / "out"
    with Store.open(folder) as store:
        keep(
            store,
            routed(
                {**PLAIN, "issue_date": None, "seller_name": HOSTILE},
                doubtful=("grand_total", "issue_date"),
                withheld=("seller_name",),
            ),
        )
        keep(store, routed(PLAIN, doubtful=("line_items[0].line_total",)), name="b")
    return folder


def type_in(*words: str | Path) -> str:
    """Run a command that must succeed; return what it prints."""
    result = CliRunner().invoke(app, [str(word) for word in words])
    assert result.exit_code == 0, result.output
    return result.stdout


def squeezed(text: str) -> str:
    return " ".join(text.split())


def test_without_a_command_it_lists(out):
    told = type_in("--out", out)
    assert squeezed(told).startswith(
        "Item Type Source Doubtful Why 1 invoice a.pdf grand_total grand_total isn't sure "
        "issue_date issue_date isn't sure 2 invoice b.pdf line_items[0].line_total"
    )
    assert f"2 records to review. Look at one: papersift review show 1 --out {out}" in squeezed(
        told
    )
    assert type_in("list", "--out", out) == told
    assert type_in("--out", out, "list") == told
    assert max(len(line) for line in told.splitlines()[:6]) <= 80


def test_a_long_list_is_cut_and_says_so(out):
    assert "The first 1 are shown; all: --limit 0" in squeezed(
        type_in("list", "--limit", "1", "--out", out)
    )


def test_show_tells_what_is_doubtful_and_what_to_type(out):
    told = squeezed(type_in("show", "1", "--out", out))
    assert 'grand_total amount value 119.00 confidence 40 % sure page 1 "119.00" why' in told
    assert (
        "issue_date date value none confidence 40 % sure that there is none why issue_date isn't"
        in told
    )
    assert "iban" not in told
    assert f"papersift review accept 1 --out {out}" in told
    assert f"papersift review correct 1 issue_date=VALUE --out {out}" in told
    assert "iban" in type_in("show", "1", "--all", "--out", out)


def test_text_from_a_document_cannot_steer_the_terminal(out):
    told = type_in("show", "1", "--out", out)
    assert "ACME [red]Ltd[/red]�[2J�" in told
    assert "\x1b" not in told
    assert "\x1b" not in type_in("show", "1", "--json", "--out", out)


def test_a_decision_says_what_happened_and_what_is_next(out):
    told = squeezed(type_in("correct", "1", "grand_total=1.234,50", "--out", out))
    assert told == (
        "grand_total is 1234.50 (it was 119.00) Item 1 stays open: issue_date left to settle. "
        f"Next: papersift review show 1 --out {out}"
    )
    refused = CliRunner().invoke(app, ["accept", "1", "--out", str(out)])
    assert refused.exit_code == 1
    assert refused.stderr.startswith("papersift: Item 1 has no issue_date. Give the values:")
    told = squeezed(type_in("accept", "1", "issue_date", "--who", "anna", "--out", out))
    assert told == (
        "issue_date is right: empty Item 1 is accepted and published. "
        f"Next (1 left): papersift review show 2 --out {out}"
    )
    told = squeezed(type_in("reject", "2", "--reason", "a copy", "--out", out))
    assert told == "Item 2 is rejected and not published. Nothing is left to review."
    assert type_in("--out", out).strip() == "Nothing is left to review."
    [row] = pl.read_parquet(out / "records/invoice/*.parquet").to_dicts()
    assert (str(row["grand_total"]), row["seller_name"]) == ("1234.500000000000", None)
    assert "anna: issue_date" in type_in("show", "1", "--out", out)


def test_a_list_item_is_removed_and_added(out):
    told = squeezed(
        type_in("correct", "1", "line_items[1].unit=pcs", "--remove", "line_items[0]", "--out", out)
    )
    assert "line_items[1].unit is pcs (it was empty)" in told
    assert "line_items[0] removed (description=Paper, A4, line_total=100.00)" in told


def test_a_record_without_any_value_shows_what_to_type(out):
    with Store.open(out) as store:
        keep(store, name="scan", doubts=(Doubt(code=DoubtCode.NO_TEXT, text="no text"),))
    told = squeezed(type_in("show", "3", "--out", out))
    assert "! no text" in told
    assert "grand_total" in told
    assert "Lists take: line_items[0].description" in told
    told = squeezed(type_in("correct", "3", "grand_total=5", "--out", out))
    assert "Item 3 stays open until you say that all of it is right." in told


def test_json_is_for_programs(out):
    listed = json.loads(type_in("list", "--json", "--out", out))
    assert [each["id"] for each in listed] == [1, 2]
    shown = json.loads(type_in("show", "1", "--json", "--out", out))
    assert shown["fields"][0]["path"] == "issue_date"
    assert shown["decisions"] == []
    named = ("accept", "1", "issue_date", "grand_total")
    accepted = json.loads(type_in(*named, "--json", "--out", out))
    assert accepted["outcome"] == "reviewed"


MISTAKES = {
    "an unknown item": (["show", "99"], "There is no review item 99."),
    "an impossible value": (["correct", "1", "issue_date=soon"], "issue_date: 'soon' is not"),
    "no value": (["correct", "1", "issue_date"], "'issue_date' is no correction."),
    "nothing": (["correct", "1"], "There is nothing to correct."),
    "an unknown field": (["accept", "1", "total"], "Item 1 has no field 'total'."),
}


@pytest.mark.parametrize(("words", "message"), MISTAKES.values(), ids=MISTAKES)
def test_a_mistake_is_one_line_and_exit_code_1(out, words, message):
    result = CliRunner().invoke(app, [*words, "--out", str(out)])
    assert result.exit_code == 1
    assert result.stderr.startswith(f"papersift: {message}")
    assert result.stderr.count("\n") == 1
    assert result.stdout == ""


def test_a_folder_without_a_store_is_not_made(tmp_path):
    result = CliRunner().invoke(app, ["--out", str(tmp_path / "none")])
    assert result.exit_code == 1
    assert result.stderr.startswith("papersift: There is no store in ")
    assert not (tmp_path / "none").exists()


@pytest.mark.parametrize("command", ["list", "show", "accept", "correct", "reject"])
def test_each_command_has_an_example_in_its_help(command, monkeypatch):
    monkeypatch.setenv("COLUMNS", "100")
    told = squeezed(type_in(command, "--help"))
    assert f"Example: papersift review {command}" in told


def test_help_waits_for_nothing_slow():
    code = "import sys, flows.cli.review; print(*sys.modules)"
    found = subprocess.run(
        [sys.executable, "-c", code],
        cwd=Path(__file__).parents[1],
        capture_output=True,
        text=True,
        check=True,
    )
    assert not {"sqlalchemy", "polars", "pyarrow", "pydantic"} & set(found.stdout.split())
