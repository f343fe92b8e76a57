"""`papersift queue` as a person types it."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest
from builders import NOVEMBER, PLAIN, RECEIPT, keep, routed
from documents import letter
from kept_files import keep_file
from typer.testing import CliRunner, Result

from flows.cli.queue import app
from flows.review.decide import settle
from flows.review.queue import claim
from flows.store.decisions import Word
from flows.store.store import Store
from schemas.extraction import Doubt, DoubtCode
from schemas.review import Settlement

LONG_AGO = datetime.now(UTC) - timedelta(days=7001)
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


def refused(*words: str | Path) -> Result:
    """Run a command that must be refused."""
    result = CliRunner().invoke(app, [str(word) for word in words])
    assert (result.exit_code, result.stdout) == (1, "")
    return result


def squeezed(text: str) -> str:
    return " ".join(text.split())


def test_without_a_command_it_lists(out):
    told = type_in("--out", out)
    assert squeezed(told).startswith(
        "Item Type Source Doubtful Why 1 invoice a.pdf grand_total grand_total isn't sure "
        "issue_date issue_date isn't sure 2 invoice b.pdf line_items[0].line_total"
    )
    assert f"2 records to review. Look at one: papersift queue show 1 --out {out}" in squeezed(told)
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
    assert f"papersift queue accept 1 --out {out}" in told
    assert f"papersift queue correct 1 issue_date=VALUE --out {out}" in told
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
        f"Next: papersift queue show 1 --out {out}"
    )
    assert refused("accept", "1", "--out", out).stderr == (
        "papersift: issue_date: it has no value. Give one, or if the document really gives none, "
        "accept it by its name\n"
        f"It has one:   papersift queue correct 1 issue_date=VALUE --out {out}\n"
        f"It has none:  papersift queue accept 1 issue_date --out {out}\n"
    )
    told = squeezed(type_in("accept", "1", "issue_date", "--who", "anna", "--out", out))
    assert told == (
        "issue_date is right: empty Item 1 is accepted and published. "
        f"Next (1 left): papersift queue show 2 --out {out}"
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


# The queue


def test_the_list_is_cut_down_to_what_is_wanted(out):
    def listed(*words: str) -> list[int]:
        return [each["id"] for each in json.loads(type_in("list", *words, "--json", "--out", out))]

    with Store.open(out) as store:
        keep(
            store,
            routed({"total": None}, doc_type=RECEIPT, doubtful=("total",)),
            name="c",
            doc_type=RECEIPT,
        )
        keep(store, routed(PLAIN, doubtful=("grand_total",)), name="d", now=LONG_AGO)
        claim(store, 2, holder="tab", who="[b]eve", now=datetime.now(UTC))
    assert listed() == [1, 2, 3, 4]
    assert listed("--type", "receipt") == [3]
    assert listed("--source", "IN/B") == [2]
    assert listed("--reason", "unsure") == [1, 2, 3, 4]
    assert listed("--reason", "no_text") == []
    assert listed("--older-than", "7000", "--limit", "0") == [4]
    told = squeezed(type_in("list", "--type", "invoice", "--limit", "2", "--out", out))
    assert "2 invoice b.pdf line_items[0].line_total [b]eve is at it" in told
    assert "3 records of 4 to review. The first 2 are shown; all: --limit 0." in told
    told = squeezed(type_in("list", "--reason", "no_text", "--out", out))
    assert told == (
        "None of the 4 records to review is like that. "
        f"All of them: papersift queue list --out {out}"
    )
    result = CliRunner().invoke(app, ["list", "--reason", "bad_luck", "--out", str(out)])
    assert result.exit_code == 2
    assert "'bad_luck' is none of missing" in squeezed(result.stderr.replace("│", " "))


def test_the_list_says_how_long_it_takes(out):
    with Store.open(out) as store:
        for name in "cdefghijkl":
            keep(store, routed(PLAIN, doubtful=("grand_total",)), name=name)
        for at in range(6):
            word = Word(who="anna", now=NOVEMBER + timedelta(seconds=20 * at))
            settle(store, 3 + at, Settlement(accept_all=True, seconds=20), word)
    assert re.search(r"6 records to review, about \d minutes\.", type_in("list", "--out", out))


# What is shown


def test_choices_and_checks_are_shown_with_what_is_doubtful(out):
    amounts = {
        "net_total": Decimal("100.00"),
        "tax_total": Decimal("19.00"),
        "grand_total": Decimal("120.00"),
    }
    record = routed(amounts, doubtful=("grand_total",))
    *others, total = record.record.fields
    total = total.model_copy(
        update={
            "alternatives": (Decimal(12000),),
            "rivals": ("119.00",),
            "second": "119,00",
        }
    )
    found = record.record.model_copy(update={"fields": (*others, total)})
    with Store.open(out) as store:
        keep(store, record.model_copy(update={"record": found}), name="c")
    told = squeezed(type_in("show", "3", "--out", out))
    assert (
        "or 12000 another reading of it 119,00 a second reading of the pages 119.00 the next "
        "likeliest" in told
    )
    [failed] = re.findall(r"failed (.*?) (?:passed|Right as)", told)
    assert "119.00" in failed
    assert "not applicable" not in told
    assert "not applicable" in type_in("show", "3", "--all", "--out", out)
    shown = json.loads(type_in("show", "3", "--json", "--out", out))
    assert [each["text"] for each in shown["fields"][0]["choices"]] == ["12000", "119,00", "119.00"]
    assert {each["verdict"] for each in shown["checks"]} == {"failed", "not_applicable"}


# Deciding


def test_what_is_odd_is_refused_unless_insisted_on(out):
    iban = "iban=DE89370400440532013001"
    told = refused("correct", "1", iban, "--out", out).stderr
    assert told.startswith("papersift: Nothing was changed, because this is odd:\n  iban: ")
    assert told.endswith("\nIf it is right all the same, add --insist\n")
    assert json.loads(type_in("show", "1", "--json", "--out", out))["decisions"] == []
    told = type_in("correct", "1", iban, "--insist", "--out", out)
    assert "iban is DE89370400440532013001 (it was empty)" in told
    assert "no valid IBAN" in squeezed(told)


def test_a_mistyped_name_is_recognised(out):
    told = refused("correct", "1", "grandtotal=5", "--out", out).stderr
    assert "Item 1 has no field 'grandtotal'. Did you mean 'grand_total'?" in told


def test_who_has_an_item_before_them_is_not_disturbed(out):
    with Store.open(out) as store:
        claim(store, 2, holder="tab", who="eve", now=datetime.now(UTC))
    for words in (["accept", "2"], ["reject", "2", "--reason", "x"], ["undo", "2"]):
        told = refused(*words, "--who", "anna", "--out", out).stderr
        assert told.startswith("papersift: eve has item 2 before them since ")
    assert "eve has it before them since" in type_in("show", "2", "--out", out)
    shown = json.loads(type_in("show", "2", "--json", "--out", out))
    assert (shown["claim"]["who"], shown["outcome"]) == ("eve", "in_review")
    assert "tab" not in shown["claim"].values()
    told = type_in("list", "--out", out)
    assert "eve is at it" in told
    type_in("accept", "2", "--who", "eve", "--out", out)


def test_what_was_said_last_can_be_taken_back(out):
    type_in("accept", "2", "--who", "anna", "--out", out)
    type_in("reject", "2", "--reason", "a copy", "--out", out)
    shown = squeezed(type_in("show", "2", "--out", out))
    assert shown.endswith(f"Take it back: papersift queue undo 2 --out {out}")
    told = squeezed(type_in("undo", "2", "--out", out))
    assert told.startswith("what was said last was taken back Item 2 is accepted and published.")
    told = squeezed(type_in("undo", "2", "--who", "bea", "--out", out))
    assert told == (
        "what was said last was taken back "
        "Item 2 is open again: line_items[0].line_total left to settle. "
        f"Next: papersift queue show 2 --out {out}"
    )
    assert not list(out.glob("records/invoice/*.parquet"))
    told = type_in("show", "2", "--out", out)
    assert "rejected: a copy (taken back)" in told
    assert "bea: what was said last was taken back" in told
    assert refused("undo", "2", "--out", out).stderr.startswith("papersift: ")


def test_a_typed_value_is_found_on_the_page_if_its_file_is_there(out, tmp_path):
    file = tmp_path / "letter.pdf"
    file.write_bytes(letter("Invoice R-17\n\nTotal | 1.234,50"))
    with Store.open(out) as store:
        values = {**PLAIN, "grand_total": Decimal(1)}
        kept = routed(values, doubtful=("grand_total", "invoice_number"))
        keep_file(store, file, kept)
    type_in("correct", "3", "grand_total=1234.50", "--out", out)
    assert _evidence(out, 3, "grand_total")["quote"] == "1.234,50"
    file.write_bytes(letter("another one: 99.00"))
    type_in("correct", "3", "grand_total=99.00", "--out", out)
    assert _evidence(out, 3, "grand_total") is None
    file.unlink()
    type_in("correct", "3", "grand_total=98.00", "--out", out)
    assert _evidence(out, 3, "grand_total") is None


def _evidence(out: Path, item: int, path: str) -> dict[str, str] | None:
    shown = json.loads(type_in("show", str(item), "--json", "--out", out))
    [field] = [each for each in shown["fields"] if each["path"] == path]
    return field["evidence"]


def test_a_decision_that_cannot_be_published_is_kept(out):
    type_in("correct", "1", "grand_total=120.00", "--out", out)
    (out / "records").write_text("in the way")
    told = refused("accept", "2", "--out", out).stderr
    assert told.startswith("papersift: Your decision is kept, but it couldn't be published: ")
    shown = json.loads(type_in("show", "2", "--json", "--out", out))
    assert shown["outcome"] == "reviewed"
    (out / "records").unlink()
    type_in("accept", "1", "issue_date", "--out", out)
    assert pl.read_parquet(out / "records/invoice/*.parquet").height == 2


MISTAKES = {
    "an unknown item": (["show", "99"], "There is no review item 99."),
    "an impossible value": (["correct", "1", "issue_date=soon"], "issue_date: 'soon' is not"),
    "no value": (["correct", "1", "issue_date"], "'issue_date' is no correction."),
    "nothing": (["correct", "1"], "There is nothing to correct."),
    "an unknown field": (["accept", "1", "total"], "Item 1 has no field 'total'."),
}


@pytest.mark.parametrize(("words", "message"), MISTAKES.values(), ids=MISTAKES)
def test_a_mistake_is_one_line_and_exit_code_1(out, words, message):
    result = refused(*words, "--out", out)
    assert result.stderr.startswith(f"papersift: {message}")
    assert result.stderr.count("\n") == 1


def test_a_folder_without_a_store_is_not_made(tmp_path):
    result = refused("--out", tmp_path / "none")
    assert result.stderr.startswith("papersift: There is no store in ")
    assert not (tmp_path / "none").exists()


@pytest.mark.parametrize("command", ["list", "show", "accept", "correct", "reject", "undo"])
def test_each_command_has_an_example_in_its_help(command, monkeypatch):
    monkeypatch.setenv("COLUMNS", "100")
    told = squeezed(type_in(command, "--help"))
    assert f"Example: papersift queue {command}" in told


def test_help_waits_for_nothing_slow():
    code = "import sys, flows.cli.queue; print(*sys.modules)"
    found = subprocess.run(
        [sys.executable, "-c", code],
        cwd=Path(__file__).parents[1],
        capture_output=True,
        text=True,
        check=True,
    )
    assert not {"sqlalchemy", "polars", "pyarrow", "pydantic"} & set(found.stdout.split())
