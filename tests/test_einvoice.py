"""E-invoices: which embedded file is read, what it says, and where the page says something else."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pymupdf
import pytest
from asked_invoice import INVOICE
from e_invoices import LINES, cii, cii_line, holding, page, ubl, zugferd_1

from extractors.confidence.rate import rate
from extractors.einvoice.attachments import MOST_BYTES
from extractors.einvoice.extract import extract_embedded, with_embedded
from extractors.einvoice.parse import parse
from extractors.einvoice.served import serves, serves_wholly, type_of
from extractors.read import read_document
from extractors.route import route
from schemas.catalogue import built_in_type
from schemas.doctype import read_type
from schemas.e_invoice import ELine
from schemas.errors import TypeFileError
from schemas.extraction import DoubtCode, Outcome
from schemas.target import Dial

OPEN = Dial(threshold=0.5)
SAID = {
    "invoice_number": "R-17",
    "issue_date": date(2025, 3, 14),
    "due_date": date(2025, 3, 28),
    "seller_name": "Muster Handels GmbH",
    "seller_vat_id": "DE136695976",
    "buyer_name": "Quillback Farm Ltd",
    "buyer_vat_id": None,
    "purchase_order": "PO-88",
    "currency": "EUR",
    "net_total": Decimal("40.50"),
    "tax_total": Decimal("8.10"),
    "grand_total": Decimal("48.60"),
    "amount_due": Decimal("48.60"),
    "iban": None,
}
NAILS = {
    "description": "Nails 40 mm",
    "quantity": Decimal("24.0000"),
    "unit": "H87",
    "unit_price": Decimal("0.50"),
    "tax_rate": Decimal("20.00"),
    "line_total": Decimal("12.00"),
}


def fields_of(pdf: bytes, doctype=INVOICE):
    (record,) = extract_embedded(read_document(pdf, embedded=True), doctype).records
    return {field.path: field for field in record.fields}


def doubts_of(pdf: bytes) -> dict[str, str]:
    return {path: field.doubts[0].text for path, field in fields_of(pdf).items() if field.doubts}


@pytest.mark.parametrize(
    ("xml", "name"),
    {
        "Factur-X and ZUGFeRD 2": (cii(), "factur-x.xml"),
        "ZUGFeRD 2.0": (cii(), "zugferd-invoice.xml"),
        "ZUGFeRD 1": (zugferd_1(), "ZUGFeRD-invoice.xml"),
        "XRechnung": (cii(), "xrechnung.xml"),
        "UBL": (ubl(), "xrechnung.xml"),
    }.values(),
)
def test_each_standard_gives_the_declared_values_exactly(xml, name):
    given = read_document(holding(xml, name=name), embedded=True).e_invoice
    assert given is not None
    assert (given.problem, given.file) == ("", name)
    assert {term: given.value(term) for term in SAID} == SAID
    assert given.line_items[0] == ELine(**NAILS)


def test_no_e_invoice_is_read_unless_asked_for():
    assert read_document(holding(cii())).e_invoice is None
    assert read_document(page(), embedded=True).e_invoice is None


def test_only_files_with_the_standards_names_count():
    pdf = holding(b"never opened", name="report.xml", **{"invoice.xml": cii()})
    assert read_document(pdf, embedded=True).e_invoice is None


def test_of_two_e_invoices_the_newest_standard_is_taken():
    pdf = holding(zugferd_1(), name="ZUGFeRD-invoice.xml", **{"factur-x.xml": cii()})
    given = read_document(pdf, embedded=True).e_invoice
    assert given is not None
    assert given.file == "factur-x.xml"


def test_an_associated_file_counts_without_a_name_tree_and_a_supplement_never():
    def associated(relation: str) -> bytes:
        with pymupdf.open(stream=page(), filetype="pdf") as made:
            stream, spec = made.get_new_xref(), made.get_new_xref()
            made.update_object(stream, "<</Type/EmbeddedFile>>")
            made.update_stream(stream, cii())
            made.update_object(
                spec,
                f"<</Type/Filespec/F(factur-x.xml)/UF(factur-x.xml)/AFRelationship/{relation}"
                f"/EF<</F {stream} 0 R>>>>",
            )
            made.xref_set_key(made.pdf_catalog(), "AF", f"[{spec} 0 R]")
            return bytes(made.tobytes())

    given = read_document(associated("Alternative"), embedded=True).e_invoice
    assert given is not None
    assert given.invoice_number == "R-17"
    assert read_document(associated("Supplement"), embedded=True).e_invoice is None


LAUGHS = '<!DOCTYPE l [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]>'
THIEF = '<!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/passwd">]>'
REFUSED = {
    "entities": (cii(head=LAUGHS, number="&b;"), "it declares entities"),
    "a file of this machine": (cii(head=THIEF, number="&f;"), "it declares entities"),
    "cut short": (cii()[:900], "it is no XML, or damaged"),
    "nothing": (b"", "it is no XML, or damaged"),
    "another XML": (b"<html/>", "it is XML, but no invoice"),
    "a total in words": (cii(total="forty"), "its GrandTotalAmount is no number"),
    "a total of any size": (cii(total="1e999999"), "its GrandTotalAmount is no number"),
    "no day": (cii(issued="20250230"), "its IssueDateTime is no day"),
    "too many lines": (cii([LINES[0]] * 5001), "it has more than 5000 lines"),
}


@pytest.mark.parametrize(("xml", "why"), REFUSED.values(), ids=REFUSED)
def test_what_cannot_be_trusted_is_refused_and_says_why(xml, why):
    assert parse(xml, "factur-x.xml").problem.startswith(why)


def test_a_small_file_that_unpacks_to_a_large_one_is_refused():
    pdf = holding(b"<a>" + b" " * (MOST_BYTES + 1))
    assert len(pdf) < 100_000
    given = read_document(pdf, embedded=True).e_invoice
    assert given is not None
    assert given.problem == "it unpacks to more than 8 MB"


def test_each_value_has_its_place_on_the_page_as_the_page_prints_it():
    fields = fields_of(holding(cii()))
    assert fields["issue_date"].value == date(2025, 3, 14)
    assert fields["issue_date"].evidence.quote == "14.03.2025"
    assert fields["grand_total"].evidence.quote == "48.60"
    assert fields["line_items[0].quantity"].evidence.quote == "24"
    assert fields["line_items[1].line_total"].raw == "28.50"
    rows = [fields[f"line_items[{n}].line_total"].evidence.boxes[0].y0 for n in (0, 1)]
    assert rows[0] < rows[1]


def test_what_the_page_does_not_print_is_given_and_says_so():
    fields = fields_of(holding(cii()))
    for path in ("seller_vat_id", "line_items[0].unit"):
        assert fields[path].evidence is None
        assert fields[path].signals.embedded == "unprinted"
        assert not fields[path].doubts
    assert fields["net_total"].signals.embedded == "agrees"


def test_its_lists_have_a_receipt_and_what_else_is_known_of_the_record_stays():
    document = read_document(holding(cii()), embedded=True)
    alone = extract_embedded(document, INVOICE)
    [receipt] = alone.records[0].receipts
    assert (receipt.name, receipt.rows_seen, receipt.rows_given) == ("line_items", 2, 2)
    assert receipt.computed_total == Decimal("40.50")
    read = alone.model_copy(
        update={"records": (alone.records[0].model_copy(update={"pages": (1, 1), "receipts": ()}),)}
    )
    [both] = with_embedded(read, document, INVOICE).records
    assert (both.pages, both.receipts) == ((1, 1), (receipt,))


def test_an_e_invoice_that_agrees_with_its_page_can_be_accepted():
    extraction = extract_embedded(read_document(holding(cii()), embedded=True), INVOICE)
    rated = rate(extraction, None)
    assert route(rated, INVOICE.policy, OPEN).outcome is Outcome.ACCEPTED
    assert route(rated, INVOICE.policy).outcome is Outcome.IN_REVIEW, "the dial rules"
    assert extraction.usage.calls == 0


DIFFERENT = {
    "a total that is nowhere": (
        cii(total="58.60", tax="18.10"),
        {},
        "grand_total",
        "the e-invoice says 58.60, but the page shows '48.60'",
    ),
    "another account": (
        cii(iban="DE75512108001245126199"),
        {"Order:_PO-88": "IBAN DE88200800000970375700"},
        "iban",
        "the e-invoice says DE75512108001245126199, but the page shows 'DE88200800000970375700'",
    ),
    "another number": (
        cii(number="R-18"),
        {},
        "invoice_number",
        "the e-invoice says R-18, but the page shows 'R-17'",
    ),
    "a number that the page has nowhere": (
        cii(number="4711-A"),
        {"Invoice:_R-17": "Invoice"},
        "invoice_number",
        "the e-invoice says 4711-A, which stands nowhere on the pages",
    ),
    "another seller": (
        cii(seller="Anderswo AG"),
        {},
        "seller_name",
        "the e-invoice says Anderswo AG, which stands nowhere on the pages",
    ),
    "a day that only the page gives": (
        cii(due=""),
        {},
        "due_date",
        "the e-invoice gives none, but the page shows '28.03.2025'",
    ),
}


@pytest.mark.parametrize(("xml", "printed", "path", "why"), DIFFERENT.values(), ids=DIFFERENT)
def test_where_page_and_xml_differ_it_goes_to_review_and_says_how(xml, printed, path, why):
    pdf = holding(xml, page(**printed))
    assert doubts_of(pdf)[path] == why
    extraction = rate(extract_embedded(read_document(pdf, embedded=True), INVOICE), None)
    routing = route(extraction, INVOICE.policy, OPEN)
    assert routing.outcome is Outcome.IN_REVIEW
    assert path in routing.records[0].doubtful


def test_a_page_without_text_cannot_be_held_against_it():
    with pymupdf.open() as made:
        made.new_page().draw_rect((10, 10, 50, 50))
        blank = bytes(made.tobytes())
    extraction = extract_embedded(read_document(holding(cii(), blank), embedded=True), INVOICE)
    assert [doubt.code for doubt in extraction.doubts] == [DoubtCode.E_INVOICE]


def test_charges_of_the_invoice_and_of_a_line_are_part_of_the_sum():
    discount = (
        "<ram:SpecifiedTradeAllowanceCharge><ram:ChargeIndicator><udt:Indicator>false"
        "</udt:Indicator></ram:ChargeIndicator><ram:ActualAmount>3.00</ram:ActualAmount>"
        "</ram:SpecifiedTradeAllowanceCharge>"
    )
    lines = [LINES[0], (*LINES[1][:3], "25.50", discount)]
    freight = "<ram:ChargeTotalAmount>3.00</ram:ChargeTotalAmount>"
    (record,) = extract_embedded(
        read_document(holding(cii(lines, charges=freight)), embedded=True), INVOICE
    ).records
    assert [check.name for check in record.checks if check.verdict == "failed"] == []


def test_lines_that_only_sum_up_others_are_left_out():
    group = cii_line("All of it", "1", "40.50", "40.50", status="GROUP").encode()
    first = b"<ram:IncludedSupplyChain"
    xml = cii().replace(first, group + first, 1)
    assert [line.description for line in parse(xml, "a").line_items] == ["Nails 40 mm", "Hammer"]


OWN = """\
---
name: bill
fields:
  nr: {kind: identifier, description: number of the bill}
  total: {kind: amount, description: total with tax}
  goods:
    description: what is billed
    fields:
      text: {kind: text, description: name}
e_invoice:
  nr: invoice_number
  total: grand_total
  "goods[].text": "line_items[].description"
MORE---
A bill.
"""


def own_type(tmp_path, more=""):
    path = tmp_path / "bill.md"
    path.write_text(OWN.replace("MORE", more), encoding="utf-8")
    return read_type(path)


def test_a_type_of_ones_own_says_which_of_its_fields_are_an_e_invoices(tmp_path):
    doctype = own_type(tmp_path)
    assert serves_wholly(doctype)
    values = {path: field.value for path, field in fields_of(holding(cii()), doctype).items()}
    assert values == {
        "nr": "R-17",
        "total": Decimal("48.60"),
        "goods[0].text": "Nails 40 mm",
        "goods[1].text": "Hammer",
    }


@pytest.mark.parametrize(
    ("more", "why"),
    [("  total: gross", "an e-invoice has no 'gross'"), ("  total: issue_date", "of kind date")],
)
def test_a_term_that_is_none_is_refused(tmp_path, more, why):
    with pytest.raises(TypeFileError, match=why):
        own_type(tmp_path, f"{more}\n")


def test_types_that_are_no_invoice_are_left_to_the_model():
    assert not serves(built_in_type("receipt"))
    given = parse(cii(), "factur-x.xml")
    types = tuple(map(built_in_type, ("ad_order", "receipt", "invoice")))
    assert type_of(given, types) is types[2]
    assert type_of(given, types[:1]) is None
    assert type_of(parse(b"", "factur-x.xml"), types) is None
