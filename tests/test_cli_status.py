"""`papersift status`, and the promises above the review queue, as a person types them."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from builders import DECEMBER, INVOICE, PLAIN, RECEIPT, a_recipe, keep, routed
from calibrations import a_calibration, open_dial
from typer.testing import CliRunner

from flows.cli.main import app
from flows.review.decide import accept, correct, open_items
from flows.store.decisions import Word
from flows.store.store import Store
from schemas.calibration import (
    Calibration,
    Scored,  # not a class of tests
)
from schemas.review import Correction
from schemas.target import Dial, Target

NUMBER = re.compile(r"\b(Item|accept|correct|reject) \d+")
DIAL = Dial(target=Target(error=0.05), named=("grand_total", "invoice_number"))


@pytest.fixture
def out(tmp_path, monkeypatch) -> Path:
    for name in ("PAPERSIFT_OUT", "PAPERSIFT_STORE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("COLUMNS", "200")
    monkeypatch.chdir(tmp_path)
    return tmp_path / "out"


def type_in(*words: object) -> str:
    """Run a command that must succeed; return what it prints, white space squeezed."""
    result = CliRunner().invoke(app, [str(word) for word in words])
    assert result.exit_code == 0, result.output
    return " ".join(result.stdout.split())


def fill(
    store: Store, names: str, *, calibration: Calibration | None = None, **given: bool
) -> None:
    """Keep an invoice for each letter, with this in common."""
    doubtful = () if given else ("grand_total",)
    for name in names:
        keep(
            store,
            routed(PLAIN, doubtful=doubtful, score=0.5, **given),
            name=name,
            dial=DIAL,
            calibration_id=calibration.id if calibration else None,
        )


def settle(store: Store, decide: Callable[[Store, int, Word], object]) -> None:
    """Settle all that is open, an item a minute."""
    for minute, each in enumerate(open_items(store)):
        decide(store, each.id, Word(who="anna", now=DECEMBER + timedelta(minutes=minute)))


def as_right(store: Store, item_id: int, word: Word) -> None:
    accept(store, item_id, word, out_dir=Path("out"))


def as_wrong(store: Store, item_id: int, word: Word) -> None:
    wanted = [Correction(path="grand_total", text="5.00")]
    correct(store, item_id, wanted, word, out_dir=Path("out"))
    as_right(store, item_id, word)


def test_a_type_without_labelled_documents_says_how_many_it_takes(out):
    with Store.open(out) as store:
        fill(store, "abc")
    printed = type_in("status")
    assert "3 documents from" in printed
    assert "invoice: nothing is accepted without a look: " in printed
    assert (
        "╌╌╌ 0 of 59 3 waiting; 59 more documents without a mistake before 5 % can be promised"
        in (printed)
    )
    assert printed.endswith("Next: papersift review")


def test_what_was_settled_brings_the_target_nearer_at_the_pace_of_who_settled_it(out):
    with Store.open(out) as store:
        fill(store, "abcdefg")
        settle(store, as_right)
        fill(store, "hi")
    printed = type_in("status", "--out", out)
    assert "7 of 59 7 documents settled since it was fitted: papersift calibrate counts them" in (
        printed
    )
    assert "2 waiting; about 52 minutes of review before 5 % can be promised" in printed
    listed = type_in("queue", "--out", out)
    assert listed.startswith("invoice: ━━╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌ 7 of 59 0 wrong of 7; ")
    assert listed.index("7 of 59") < listed.index("Item Type Source")


def test_an_open_dial_says_what_it_promises(out):
    with Store.open(out) as store:
        calibration = open_dial(store, INVOICE, a_recipe())
        fill(store, "abc", calibration=calibration)
        keep(store, routed({}, doc_type=RECEIPT), name="d", doc_type=RECEIPT, dial=DIAL)
    printed = type_in("status")
    assert (
        "invoice: accepted without a look so that at most 5 % are wrong 0 wrong of 500 labelled"
        in (printed)
    )
    assert "receipt: nothing is accepted without a look" in printed
    [invoice, receipt] = json.loads(type_in("status", "--json"))["dials"]
    assert (invoice["open"], invoice["type_name"], invoice["promise"]["of"]) == (
        True,
        "invoice",
        500,
    )
    assert not receipt["open"]


def test_audits_tell_the_running_error_and_a_broken_promise_closes_the_dial(out):
    with Store.open(out) as store:
        calibration = open_dial(store, INVOICE, a_recipe())
        fill(store, "abc", calibration=calibration, audit=True)
        settle(store, as_right)
    assert "audit: 0 wrong of 3" in type_in("status")
    with Store.open(out) as store:
        fill(store, "defghijk", calibration=calibration, audit=True)
        settle(store, as_wrong)
    printed = type_in("status")
    assert "invoice: the promise is broken: nothing is accepted without a look until" in printed
    assert "8 wrong of 11" in printed
    assert "fit it anew before 5 % can be promised: papersift calibrate" in printed
    [invoice] = json.loads(type_in("status", "--json"))["dials"]
    assert (invoice["broken"], invoice["audited"], invoice["audited_wrong"]) == (True, 11, 8)


def test_nothing_tells_which_items_are_audits(out):
    """Two items that differ in nothing else are told in the same words, but for their names."""
    with Store.open(out) as store:
        calibration = open_dial(store, INVOICE, a_recipe())
        common = {"doubtful": ("grand_total",), "whole": True}
        for name, audit in (("a", True), ("b", False)):
            record = routed(PLAIN, audit=audit, score=0.9 if audit else 0.1, **common)
            keep(store, record, name=name, dial=DIAL, calibration_id=calibration.id)
        first, second = open_items(store)
    one, other = json.loads(type_in("queue", "list", "--json"))
    differ = {"id", "document_id", "source", "opened"}
    assert {name for name in one if one[name] != other[name]} <= differ
    assert "score" not in one
    one, other = (
        NUMBER.sub(r"\1 N", type_in("queue", "show", each.id)).replace(each.source, "SOURCE")
        for each in (first, second)
    )
    assert one == other
    assert "audit" not in type_in("queue", "show", first.id, "--json")
    assert "Right as it stands: papersift queue accept N" in one


def test_calibrations_are_listed_the_latest_first(out):
    assert "There is no store in 'out'" in CliRunner().invoke(app, ["calibrate", "--list"]).stderr
    with Store.open(out):
        pass
    assert "There is no calibration in out/ yet." in type_in("calibrate", "--list")
    assert json.loads(type_in("calibrate", "--list", "--json")) == []
    with Store.open(out) as store:
        open_dial(store, INVOICE, a_recipe())
        later = {"id": "20261102-080000-bbbb", "at": DECEMBER}
        records = [Scored(score=0.5, right=True)]
        newer = a_calibration(INVOICE, a_recipe(), records=records).model_copy(update=later)
        store.save_calibration(newer)
        other = a_calibration(INVOICE, a_recipe(model="openai/large"), name="20261101-080000-cccc")
        store.save_calibration(other)
    printed = type_in("calibrate", "--list")
    assert printed.startswith("calibration made model asking fitted on 20261102-080000-bbbb")
    assert "local/small fields 1 documents of type invoice in use" in printed
    listed = json.loads(type_in("calibrate", "--list", "--json"))
    assert {each["id"][-4:]: each["in_use"] for each in listed} == {
        "aaaa": False,
        "bbbb": True,
        "cccc": True,
    }
    assert "values" not in listed[0]
