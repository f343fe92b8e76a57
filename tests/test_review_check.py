"""What a person types is read, found on the page, and held against the type's checks."""

from __future__ import annotations

from decimal import Decimal

import pytest
from builders import NOVEMBER, keep, routed

from extractors.read import rows_of
from flows.review.check import check
from flows.review.decide import settle, show_item
from flows.store.decisions import Word
from flows.store.store import Store
from schemas.document import Box, Page
from schemas.document import Word as PageWord
from schemas.errors import DecisionError, ImpossibleError, OddError
from schemas.review import Correction, Pointed, Settlement

ANNA = Word(who="anna", now=NOVEMBER)
SUMS = {
    "net_total": Decimal("100.00"),
    "tax_total": Decimal("19.00"),
    "grand_total": Decimal("119.00"),
    "invoice_number": "R-17",
}
PRINTED = ["Rechnung R-18", "Rechnungsdatum 03.04.2026", "Gesamtbetrag 1.234,50 EUR"]


def a_page(lines) -> Page:
    words = [
        PageWord(text=text, box=Box(x0=x, y0=y, x1=x + 80, y1=y + 10))
        for y, line in zip(range(0, 800, 20), lines, strict=False)
        for x, text in zip(range(0, 600, 100), line.split(), strict=False)
    ]
    return Page(number=1, width=600, height=800, source="text", rows=rows_of(words))


PAGES = (a_page(PRINTED),)


@pytest.fixture
def store(tmp_path):
    with Store.open(tmp_path / "out") as opened:
        keep(opened, routed(SUMS, doubtful=("grand_total",)))
        yield opened


def given(text: str, pointed: Pointed | None = None) -> Correction:
    path, _, value = text.partition("=")
    return Correction(path=path, text=value, pointed=pointed)


def test_an_item_says_what_its_checks_say(store):
    [total] = [each for each in show_item(store, 1).checks if each.name == "sum: grand_total"]
    assert total.verdict == "passed"


def test_a_total_that_doesnt_add_up_must_be_insisted_on(store):
    wrong = (given("grand_total=120.00"),)
    draft = check(store, 1, wrong)
    [text] = draft.odd
    assert text.endswith("= 119.00, but grand_total is 120.00 (1.00 more)")
    with pytest.raises(OddError, match=r"1\.00 more"):
        settle(store, 1, Settlement(values=wrong), ANNA)
    settle(store, 1, Settlement(values=wrong, insist=True), ANNA)
    [total] = [each for each in show_item(store, 1).fields if each.path == "grand_total"]
    assert total.value == "120.00"


def test_what_failed_before_needs_no_insisting_elsewhere(store):
    settle(store, 1, Settlement(values=(given("tax_total=18.00"),), insist=True), ANNA)
    assert check(store, 1, [given("invoice_number=R-99")]).odd == ()
    assert check(store, 1, [given("net_total=101.00")]).odd == ()
    assert len(check(store, 1, [given("net_total=102.00")]).odd) == 1


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("issue_date=31.02.2026", "2026-11-23"),
        ("issue_date=soon", "2026-11-23"),
        ("grand_total=12O.50", "letters among its digits"),
        (f"invoice_number={'9' * 20_000}", "20,000 characters"),
    ],
)
def test_what_is_impossible_is_said_and_refused(store, text, problem):
    [field] = check(store, 1, [given(text)]).fields
    assert field.value is None
    assert problem in field.problem
    with pytest.raises(ImpossibleError, match=field.path):
        settle(store, 1, Settlement(values=(given(text),), insist=True), ANNA)


def test_what_can_be_several_things_gives_its_readings(store):
    [field] = check(store, 1, [given("issue_date=03/04/2026")]).fields
    assert field.value is None
    assert field.readings == ("2026-04-03", "2026-03-04")


def test_a_document_says_how_its_values_are_read_and_where_they_stand(store):
    date, total, number, nowhere = check(
        store,
        1,
        [
            given("issue_date=03.04.2026"),
            given("grand_total=1234.50"),
            given("invoice_number=R-18"),
            given("purchase_order=4711"),
        ],
        pages=PAGES,
    ).fields
    assert (date.value, date.evidence.quote) == ("2026-04-03", "03.04.2026")
    assert (total.value, total.evidence.quote) == ("1234.50", "1.234,50")
    assert (number.value, number.evidence.quote) == ("R-18", "R-18")
    assert (nowhere.value, nowhere.evidence) == ("4711", None)


def test_what_was_pointed_at_is_the_evidence_that_is_kept(store):
    pointed = Pointed(page=1, boxes=(Box(x0=95, y0=38, x1=290, y1=52),))
    value = given("grand_total=1.234,50", pointed)
    item = settle(store, 1, Settlement(values=(value,), insist=True), ANNA, pages=PAGES)
    [total] = [each for each in item.fields if each.path == "grand_total"]
    assert total.value == "1234.50"
    assert (total.evidence.page, total.evidence.quote) == (1, "1.234,50 EUR")


def test_a_typed_value_doesnt_keep_the_old_ones_evidence(store):
    item = settle(store, 1, Settlement(values=(given("invoice_number=R-99"),)), ANNA, pages=PAGES)
    [number] = [each for each in item.fields if each.path == "invoice_number"]
    assert number.evidence is None


def test_rows_are_numbered_as_they_will_be(store):
    totals = ("10", "999", "90")
    lines = {f"line_items[{at}].line_total": Decimal(each) for at, each in enumerate(totals)}
    keep(store, routed({**SUMS, **lines}, doubtful=("line_items[1].line_total",)), name="b")

    def summed(checks):
        return next(each for each in checks if each.name == "sum: net_total")

    assert summed(show_item(store, 2).checks).verdict == "failed"
    after = summed(check(store, 2, [], ["line_items[1]"]).checks)
    assert after.verdict == "passed"
    assert after.fields == ("line_items[0].line_total", "line_items[1].line_total", "net_total")


def test_a_field_that_isnt_there_is_refused(store):
    with pytest.raises(DecisionError, match="Did you mean 'grand_total'"):
        check(store, 1, [given("grand_totl=1")])
