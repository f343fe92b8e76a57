"""Review: what a person says, what follows from it, and what is refused."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import polars as pl
import pytest
from builders import (
    NOVEMBER,
    PLAIN,
    a_recipe,
    document_id,
    files_in,
    keep,
    routed,
)

from flows.publish.publish import publish
from flows.review.decide import accept, correct, decisions_on, open_items, reject, show_item
from flows.review.typed import typed
from flows.store.decisions import Word
from flows.store.store import Store
from schemas.errors import InputError, OddError
from schemas.extraction import Doubt, DoubtCode, Outcome
from schemas.kinds import Kind
from schemas.review import Action, Correction
from schemas.run import Standing

ANNA = Word(who="anna", now=NOVEMBER)
NO_TEXT = Doubt(code=DoubtCode.NO_TEXT, text="page 1 has no text")
LINES = {
    "invoice_number": "R-17",
    "line_items[0].description": "Paper",
    "line_items[1].description": "Subtotal",
    "line_items[2].description": "Pens",
}


@pytest.fixture
def out(tmp_path):
    return tmp_path / "out"


@pytest.fixture
def store(out):
    with Store.open(out) as opened:
        yield opened


def published(out) -> list[dict]:
    """Return the trusted records."""
    if not files_in(out / "records"):
        return []
    return pl.read_parquet(out / "records/invoice/*.parquet").to_dicts()


def correction(text: str) -> list[Correction]:
    path, _, value = text.partition("=")
    return [Correction(path=path, text=value)]


# Looking


def test_open_items_say_what_is_doubtful_and_why(store):
    keep(store, routed(PLAIN), routed(PLAIN, doubtful=("grand_total",)))
    keep(store, name="scan", doubts=(NO_TEXT,))
    first, second = open_items(store)
    assert (first.id, first.record, first.source) == (1, 1, "in/a.pdf")
    assert first.doubtful == ("grand_total",)
    assert first.reasons == ("grand_total isn't sure",)
    assert (second.doubtful, second.reasons) == ((), ("page 1 has no text",))
    assert open_items(store, "receipt") == ()


def test_an_item_shows_what_is_doubtful_first_and_every_field(store):
    keep(store, routed(PLAIN, doubtful=("line_items[0].line_total", "grand_total")))
    item = show_item(store, 1)
    assert [field.path for field in item.open_fields] == [
        "grand_total",
        "line_items[0].line_total",
    ]
    first = item.fields[0]
    assert (first.value, first.raw, first.confidence) == ("119.00", "119.00", 0.4)
    assert first.evidence is not None
    assert (first.evidence.quote, first.evidence.page) == ("119.00", 1)
    assert first.doubts[0].text == "grand_total isn't sure"
    assert {"issue_date", "iban", "seller_name"} <= {field.path for field in item.fields}


def test_a_missing_required_field_can_be_doubtful(store):
    keep(store, routed(PLAIN, doubtful=("issue_date",)))
    [field] = show_item(store, 1).open_fields
    assert (field.path, field.kind, field.value) == ("issue_date", Kind.DATE, None)


# Deciding


def test_accepting_makes_the_record_trusted_and_publishes_it(store, out):
    keep(store, routed(PLAIN, doubtful=("grand_total",)))
    publish(store, out)
    assert published(out) == []
    item = accept(store, 1, ANNA, out_dir=out)
    assert (item.outcome, item.document_outcome) == (Outcome.REVIEWED, Outcome.REVIEWED)
    [row] = published(out)
    assert (row["grand_total"], row["_status"]) == (Decimal("119.00"), "reviewed")
    assert row["_confidence"] == 0.9  # what a person said is right doesn't count as doubtful
    [document] = pl.read_parquet(out / "documents/2026-11.parquet").to_dicts()
    assert document["outcome"] == "reviewed"
    assert open_items(store) == ()
    assert store.state_of([document_id()], a_recipe().id)[document_id()].standing is (
        Standing.SETTLED
    )


def test_a_decision_says_who_when_what_it_was_and_what_it_became(store, out):
    keep(store, routed(PLAIN, doubtful=("grand_total",)))
    correct(store, 1, correction("grand_total=120.00"), ANNA, out_dir=out)
    [said] = decisions_on(store, 1)
    assert said.model_dump() == {
        "item_id": 1,
        "action": Action.CORRECT,
        "path": "grand_total",
        "was": "119.00",
        "became": "120.00",
        "who": "anna",
        "at": NOVEMBER,
        "reason": "",
        "undone": False,
    }


def test_the_record_is_accepted_with_its_last_doubtful_field(store, out):
    keep(store, routed(PLAIN, doubtful=("grand_total", "invoice_number")))
    item = correct(store, 1, correction("grand_total=120.00"), ANNA, out_dir=out)
    assert item.outcome is Outcome.IN_REVIEW
    assert [field.path for field in item.open_fields] == ["invoice_number"]
    assert published(out) == []
    item = accept(store, 1, ANNA, out_dir=out, paths=["invoice_number"])
    assert item.outcome is Outcome.REVIEWED
    [row] = published(out)
    assert (row["grand_total"], row["invoice_number"]) == (Decimal("120.00"), "R-17")


def test_a_list_item_is_accepted_with_all_its_fields(store, out):
    paths = ("line_items[0].description", "line_items[0].line_total")
    keep(store, routed(PLAIN, doubtful=paths))
    assert accept(store, 1, ANNA, out_dir=out, paths=["line_items[0]"]).outcome is Outcome.REVIEWED


def test_a_field_can_be_set_to_empty(store, out):
    keep(store, routed(PLAIN, doubtful=("invoice_number",)))
    correct(store, 1, correction("invoice_number="), ANNA, out_dir=out)
    [row] = published(out)
    assert row["invoice_number"] is None
    assert row["_withheld"] == []


def test_a_withheld_field_stays_withheld_unless_it_is_named(store, out):
    withheld = routed(PLAIN, doubtful=("grand_total",), withheld=("invoice_number",))
    keep(store, withheld)
    keep(store, withheld, name="b")
    accept(store, 1, ANNA, out_dir=out)
    accept(store, 2, ANNA, out_dir=out, everything=True)
    first, second = published(out)
    assert (first["invoice_number"], first["_withheld"]) == (None, ["invoice_number"])
    assert (second["invoice_number"], second["_withheld"]) == ("R-17", [])


def test_rejecting_keeps_it_out_and_takes_it_out(store, out):
    keep(store, routed(PLAIN, doubtful=("grand_total",)))
    keep(store, routed(PLAIN, doubtful=("grand_total",)), name="b")
    accept(store, 1, ANNA, out_dir=out)
    accept(store, 2, ANNA, out_dir=out)
    assert len(published(out)) == 2
    item = reject(store, 1, "a copy of another one", ANNA, out_dir=out)
    assert (item.outcome, item.document_outcome) == (Outcome.REJECTED, Outcome.REJECTED)
    assert [row["_source"] for row in published(out)] == ["in/b.pdf"]
    assert decisions_on(store, 1)[-1].reason == "a copy of another one"
    reject(store, 2, "so is this", ANNA, out_dir=out)
    assert published(out) == []


def test_only_the_touched_month_is_published(store, out):
    keep(store, routed(PLAIN, doubtful=("grand_total",)))
    keep(store, routed(PLAIN), name="b", now=NOVEMBER + timedelta(days=31))
    publish(store, out)
    before = {path: (out / path).stat().st_mtime_ns for path in files_in(out)}
    accept(store, 1, ANNA, out_dir=out)
    touched = [
        path for path in files_in(out) if (out / path).stat().st_mtime_ns != before.get(path)
    ]
    assert touched == [
        "documents/2026-11.parquet",
        "fields/invoice/2026-11.parquet",
        "records/invoice/2026-11.parquet",
    ]


def test_a_document_of_two_records_is_reviewed_when_both_are_settled(store, out):
    doubtful = routed(PLAIN, doubtful=("grand_total",))
    keep(store, doubtful, doubtful)
    assert accept(store, 1, ANNA, out_dir=out).document_outcome is Outcome.IN_REVIEW
    assert len(published(out)) == 1
    item = reject(store, 2, "a copy", ANNA, out_dir=out)
    assert item.document_outcome is Outcome.REVIEWED


def test_a_scan_without_text_is_typed_in(store, out):
    keep(store, name="scan", doubts=(NO_TEXT,))
    values = ["invoice_number=R-1", "grand_total=5.00", "line_items[0].description=Pens"]
    item = correct(
        store, 1, [each for text in values for each in correction(text)], ANNA, out_dir=out
    )
    assert item.outcome is Outcome.IN_REVIEW  # only the person knows when all is typed in
    assert accept(store, 1, ANNA, out_dir=out).outcome is Outcome.REVIEWED
    [row] = published(out)
    assert (row["invoice_number"], row["grand_total"]) == ("R-1", Decimal("5.00"))
    assert [line["description"] for line in row["line_items"]] == ["Pens"]


# Lists


def test_a_list_grows_by_naming_its_next_item(store, out):
    keep(store, routed(LINES, doubtful=("invoice_number",)))
    item = correct(store, 1, correction("line_items[3].unit=pcs"), ANNA, out_dir=out)
    found = {field.path: field.value for field in item.fields}
    assert found["line_items[3].unit"] == "pcs"
    assert found["line_items[3].description"] is None
    with pytest.raises(InputError, match=r"has 4 items, counted from 0; the next new one is"):
        correct(store, 1, correction("line_items[9].unit=pcs"), ANNA, out_dir=out)


def test_removed_items_close_the_gap(store, out):
    keep(store, routed(LINES, doubtful=("line_items[1].description",)))
    item = correct(store, 1, [], ANNA, out_dir=out, removals=["line_items[0]", "line_items[1]"])
    assert item.outcome is Outcome.REVIEWED  # what was doubtful is gone
    [row] = published(out)
    assert [line["description"] for line in row["line_items"]] == ["Pens"]
    assert [(said.path, said.was) for said in decisions_on(store, 1)] == [
        ("line_items[1]", "description=Subtotal"),
        ("line_items[0]", "description=Paper"),
    ]


# What is refused


REFUSED = {
    "an impossible date": ("issue_date=2026-02-30", "is no date"),
    "words for a date": ("issue_date=soon", "Type it like this: 2026-11-23"),
    "words for an amount": ("grand_total=much", "Type it like this: 1234.50"),
    "a letter for a digit": ("grand_total=12O.50", "letters among its digits"),
    "an amount of two meanings": ("grand_total=1,234", "can be 1234 or 1.234"),
    "a date of two meanings": ("issue_date=03/04/2026", "can be 2026-04-03 or 2026-03-04"),
    "too many decimals": ("grand_total=0.1234567890123", "can't be published without rounding"),
    "an unknown field": ("grandtotal=5", "Did you mean 'grand_total'"),
    "an unknown field of a list": ("line_items[0].untis=5", r"Did you mean 'line_items\[0\].unit'"),
    "a list as a field": ("line_items=5", "has no field 'line_items'"),
    "a list without a number": ("line_items[].unit=5", "has no field"),
}


@pytest.mark.parametrize(("text", "message"), REFUSED.values(), ids=REFUSED)
def test_what_cannot_be_is_refused_and_nothing_changes(store, out, text, message):
    keep(store, routed(PLAIN, doubtful=("grand_total",)))
    both = correction("invoice_number=other") + correction(text)
    with pytest.raises(InputError, match=message):
        correct(store, 1, both, ANNA, out_dir=out)
    assert decisions_on(store, 1) == ()
    assert show_item(store, 1).outcome is Outcome.IN_REVIEW


TYPED = {
    "an ISO date": (Kind.DATE, "2026-11-01", "2026-11-01"),
    "a written date": (Kind.DATE, "3 April 2026", "2026-04-03"),
    "a plain amount": (Kind.AMOUNT, " 1234.50 ", "1234.50"),
    "a continental amount": (Kind.AMOUNT, "1.234,50", "1234.50"),
    "a negative one": (Kind.AMOUNT, "-5", "-5"),
    "a currency sign": (Kind.CURRENCY, "€", "EUR"),
    "spaces in an IBAN": (Kind.IBAN, "DE89 3704 0044 0532 0130 00", "DE89370400440532013000"),
    "nothing": (Kind.TEXT, "  ", None),
}


@pytest.mark.parametrize(("kind", "text", "value"), TYPED.values(), ids=TYPED)
def test_what_a_person_types_is_read_by_the_kind_of_the_field(kind, text, value):
    assert typed(kind, text, path="x").value == value


def test_wrong_check_digits_are_taken_and_remarked(store, out):
    keep(store, routed(PLAIN, doubtful=("grand_total",)))
    wrong = correction("iban=DE89370400440532013001")
    with pytest.raises(OddError, match="no valid IBAN") as refused:
        correct(store, 1, wrong, ANNA, out_dir=out)
    assert len(refused.value.odd) == 1
    assert decisions_on(store, 1) == ()
    item = correct(store, 1, wrong, ANNA, out_dir=out, insist=True)
    [iban] = [field for field in item.fields if field.path == "iban"]
    assert iban.value == "DE89370400440532013001"
    assert "no valid IBAN" in iban.doubts[0].text


def test_items_that_are_unknown_stale_or_settled_are_refused(store, out):
    with pytest.raises(InputError, match="no review item 7"):
        show_item(store, 7)
    keep(store, routed(PLAIN, doubtful=("grand_total",)))
    keep(store, routed(PLAIN), recipe=a_recipe(model="local/other"))
    with pytest.raises(InputError, match="a later one has replaced"):
        accept(store, 1, ANNA, out_dir=out)
    keep(store, routed(PLAIN, doubtful=("grand_total",)), name="b")
    accept(store, 2, ANNA, out_dir=out)
    with pytest.raises(InputError, match="Item 2 was accepted already"):
        accept(store, 2, ANNA, out_dir=out)
    reject(store, 2, "no", ANNA, out_dir=out)
    with pytest.raises(InputError, match="Item 2 was rejected"):
        correct(store, 2, correction("grand_total=5"), ANNA, out_dir=out)


def test_a_reviewed_record_can_still_be_corrected(store, out):
    keep(store, routed({**PLAIN, "issue_date": date(2026, 11, 1)}, doubtful=("grand_total",)))
    accept(store, 1, ANNA, out_dir=out)
    correct(store, 1, correction("issue_date=2026-11-02"), ANNA, out_dir=out)
    [row] = published(out)
    assert row["issue_date"] == date(2026, 11, 2)
