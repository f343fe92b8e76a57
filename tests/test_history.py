"""What earlier settled documents of the same sender say of a value."""

from __future__ import annotations

import time
from datetime import date
from decimal import Decimal

import pytest
from builders import INVOICE, NOVEMBER, document_id, keep, routed
from hypothesis import given
from hypothesis import strategies as st

from extractors.history import LATEST, form_of, sender_key, share, with_history
from flows.review.decide import correct, reject
from flows.store import decisions
from flows.store.decisions import Said, Word
from flows.store.store import Store
from schemas.extraction import ExtractedRecord, Extraction, FieldResult
from schemas.history import SenderHistory, SettledDocument
from schemas.kinds import Kind, Value, text_of
from schemas.review import Correction

ANNA = Word(who="anna", now=NOVEMBER)
SENDER = INVOICE.sender
USUAL: dict[str, Value | None] = {
    "seller_vat_id": "DE123456788",
    "seller_name": "Marrowby & Sons",
    "invoice_number": "R-2026-0017",
    "currency": "EUR",
    "issue_date": date(2026, 11, 3),
    "grand_total": Decimal("119.00"),
    "purchase_order": None,
}


def an_extraction(
    values: dict[str, Value | None], raws: dict[str, str] | None = None, name: str = "new"
) -> Extraction:
    kinds = {"seller_vat_id": Kind.VAT_ID, "seller_name": Kind.TEXT, "currency": Kind.CURRENCY}
    kinds |= {"issue_date": Kind.DATE, "grand_total": Kind.AMOUNT}
    fields = tuple(
        FieldResult(
            path=path,
            kind=kinds.get(path, Kind.IDENTIFIER),
            raw=(raws or {}).get(path, None if value is None else text_of(value)),
            value=value,
        )
        for path, value in values.items()
    )
    record = ExtractedRecord(fields=fields)
    return Extraction(
        document_id=document_id(name), type_name="invoice", pages=1, records=(record,)
    )


def told(extraction: Extraction, history: SenderHistory) -> dict[str, float | None]:
    """Return what history says of each field."""
    [record] = with_history(extraction, INVOICE, history).records
    return {field.path: field.signals.history for field in record.fields}


@pytest.fixture
def out(tmp_path):
    return tmp_path / "out"


@pytest.fixture
def store(out):
    with Store.open(out) as opened:
        yield opened


def settle(
    store: Store, values: dict[str, Value | None], name: str, withheld: tuple[str, ...] = ()
) -> int:
    """Let a person accept a document; return the number of its item."""
    item = store.status().documents + 1
    keep(store, routed(values, doubtful=("currency",), withheld=withheld), name=name)
    with store.writing() as session:
        decisions.settle(session, item, ANNA, Said(accept_all=True))
    return item


# Forms

FORMS = {
    "an amount of any size": (Kind.AMOUNT, "1.234.567,50", "9,99"),
    "a small amount": (Kind.AMOUNT, "7,00", "9,99"),
    "spaces between thousands": (Kind.AMOUNT, "1 234,50", "9,99"),
    "another mark": (Kind.AMOUNT, "1,234.50", "9.99"),
    "no decimals": (Kind.AMOUNT, "EUR 1500", "A 9"),
    "three decimals": (Kind.NUMBER, "12,500", "9"),
    "a minus": (Kind.AMOUNT, "-20.5", "-9.9"),
    "a per cent": (Kind.PERCENT, "19 %", "9 %"),
    "a date of figures": (Kind.DATE, "3.11.2026", "9.9.9999"),
    "the same with noughts": (Kind.DATE, "03.11.2026", "9.9.9999"),
    "a short year": (Kind.DATE, "03.11.26", "9.9.9"),
    "a written date": (Kind.DATE, "3  November 2026", "9 A 9999"),
    "a number": (Kind.IDENTIFIER, "INV-17", "A-9"),
    "a longer one": (Kind.IDENTIFIER, "INV-204", "A-9"),
    "one with its year": (Kind.IDENTIFIER, "INV-20260017", "A-9999999"),
}


@pytest.mark.parametrize(("kind", "raw", "form"), FORMS.values(), ids=FORMS)
def test_forms(kind, raw, form):
    assert form_of(kind, raw) == form


@given(st.decimals(min_value=0, max_value=10**12, places=2, allow_nan=False))
def test_amounts_printed_alike_are_of_one_form(amount):
    assert form_of(Kind.AMOUNT, f"{amount:,.2f}") == "9.99"


def test_a_sender_is_known_whatever_the_case_and_spaces():
    assert sender_key("DE 123 456 788") == sender_key("de123456788")
    assert sender_key("Marrowby & Sons") == sender_key("MARROWBY & SONS ")
    assert sender_key("Marrowby") != sender_key("Marrow")
    assert sender_key("—") == "—"


@given(st.integers(0, 50), st.integers(0, 50))
def test_the_share_is_drawn_to_nothing_where_little_is_known(same, more):
    of = same + more
    assert -1 < share(same, of) < 1
    assert share(same + 1, of + 1) > share(same, of) > share(same, of + 1)
    assert share(0, 0) == 0


# Comparing


def history_of(*documents: SettledDocument) -> SenderHistory:
    places = tuple(range(len(documents)))
    return SenderHistory(documents, {("seller_vat_id", "de123456788"): places})


def settled(name: str, **marks: str | None) -> SettledDocument:
    return SettledDocument(document_id(name), marks)


def test_values_and_forms_are_compared_with_those_of_the_sender():
    marks = {"seller_name": "marrowbysons", "invoice_number": "A-9999-9999", "grand_total": "9,99"}
    history = history_of(*(settled(name, **marks, purchase_order=None) for name in "abc"))
    raws = {"grand_total": "2.119,00"}
    found = told(an_extraction(USUAL, raws), history)
    all_three = pytest.approx(0.75)
    assert found["seller_name"] == all_three
    assert found["invoice_number"] == all_three
    assert found["grand_total"] == all_three
    assert found["purchase_order"] == all_three
    assert found["issue_date"] is None  # nothing is known of it
    odd = USUAL | {"seller_name": "INVOICE", "invoice_number": "17", "purchase_order": "4711"}
    found = told(an_extraction(odd, {"grand_total": "119.00"}), history)
    none_of_three = pytest.approx(-0.75)
    assert found["seller_name"] == none_of_three
    assert found["invoice_number"] == none_of_three
    assert found["grand_total"] == none_of_three
    assert found["purchase_order"] == none_of_three


def test_nothing_is_said_of_a_sender_that_is_not_known():
    history = history_of(settled("a", seller_name="marrowbysons"))
    unknown = USUAL | {"seller_vat_id": "FR1"}
    assert set(told(an_extraction(unknown), history).values()) == {None}
    assert set(told(an_extraction(USUAL), SenderHistory()).values()) == {None}


def test_a_document_does_not_speak_for_itself():
    history = history_of(settled("new", seller_name="marrowbysons"))
    assert set(told(an_extraction(USUAL), history).values()) == {None}


def test_the_latest_documents_count():
    old = [settled(f"old {number}", seller_name="old") for number in range(LATEST)]
    new = [settled(f"new {number}", seller_name="marrowbysons") for number in range(LATEST)]
    assert told(an_extraction(USUAL), history_of(*old, *new))["seller_name"] > 0.98
    assert told(an_extraction(USUAL), history_of(*new, *old))["seller_name"] < -0.98


def test_what_could_not_be_read_says_nothing():
    odd = USUAL | {"grand_total": None}
    history = history_of(settled("a", grand_total=None))
    assert told(an_extraction(odd, {"grand_total": "much"}), history)["grand_total"] is None
    assert told(an_extraction(odd), history)["grand_total"] == 0.5


# From the store


def test_settled_records_make_the_history(store):
    for name in ("a", "b"):
        settle(store, USUAL, name)
    history = store.sender_history("invoice", SENDER)
    assert {each.document_id for each in history.documents} == {document_id("a"), document_id("b")}
    found = told(an_extraction(USUAL | {"currency": "USD"}), history)
    assert found == pytest.approx(dict.fromkeys(USUAL, 2 / 3) | {"currency": -2 / 3})
    assert told(an_extraction(USUAL, name="a"), history)["currency"] == 0.5
    assert store.sender_history("receipt", ("merchant_name",)).documents == ()
    assert store.sender_history("invoice", ()).documents == ()


def test_any_leaf_of_the_sender_tells_who_he_is(store):
    settle(store, USUAL, "a")
    history = store.sender_history("invoice", SENDER)
    by_name = USUAL | {"seller_vat_id": None, "seller_name": "MARROWBY & SONS"}
    assert told(an_extraction(by_name), history)["currency"] == 0.5


def test_what_was_corrected_counts_by_its_value_and_has_no_form(store, out):
    item = settle(store, USUAL, "a")
    changes = [Correction(path="currency", text="CHF"), Correction(path="grand_total", text="5.00")]
    correct(store, item, changes, ANNA, out_dir=out)
    [document] = store.sender_history("invoice", SENDER).documents
    assert document.marks["currency"] == "chf"
    assert "grand_total" not in document.marks
    assert document.marks["issue_date"] == "9999-9-9"
    assert document.marks["purchase_order"] is None


def test_what_was_withheld_rejected_or_only_accepted_is_not_known(store, out):
    settle(store, USUAL, "a", withheld=("seller_name",))
    rejected = settle(store, USUAL, "b")
    reject(store, rejected, "a copy", ANNA, out_dir=out)
    keep(store, routed(USUAL), name="c")
    [document] = store.sender_history("invoice", SENDER).documents
    assert document.document_id == document_id("a")
    assert "seller_name" not in document.marks


def test_ten_thousand_settled_documents_are_compared_in_no_time():
    rows = [
        SettledDocument(document_id(str(number)), dict.fromkeys(USUAL, "x"))
        for number in range(10_000)
    ]
    senders = {("seller_vat_id", "de123456788"): tuple(range(10_000))}
    history = SenderHistory(tuple(rows), senders)
    extraction = an_extraction(USUAL)
    began = time.perf_counter()
    for _ in range(10):
        with_history(extraction, INVOICE, history)
    assert (time.perf_counter() - began) / 10 < 0.1
