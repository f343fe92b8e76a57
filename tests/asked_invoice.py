"""An invoice on one page, and a model that answers about it as a good one would."""

from __future__ import annotations

import documents

from extractors.read import read_document
from schemas.catalogue import built_in_type

INVOICE = built_in_type("invoice")
ROWS = [
    ["Description", "Qty", "Price", "Total"],
    ["Nails 40 mm", "24", "0.50", "12.00"],
    ["Hammer", "2", "14.25", "28.50"],
]
PUTS = [
    (50.0, 50.0, "Muster Handels GmbH"),
    (400.0, 50.0, "Invoice: R-17"),
    (50.0, 66.0, "Quillback Farm Ltd"),
    (400.0, 66.0, "Date: 14.03.2025"),
    (50.0, 82.0, "Order: PO-88"),
    (400.0, 82.0, "Payable by: 28.03.2025"),
    *documents.table(ROWS, left=(50,), right=(300, 400, 520)),
    (50.0, 200.0, "Net total"),
    (480.0, 200.0, "40.50"),
    (50.0, 216.0, "VAT 20%"),
    (480.0, 216.0, "8.10"),
    (50.0, 232.0, "Total EUR"),
    (480.0, 232.0, "48.60"),
]
ON_PAGE = {
    "invoice_number": "R-17",
    "issue_date": "14.03.2025",
    "due_date": "28.03.2025",
    "seller_name": "Muster Handels GmbH",
    "seller_vat_id": None,
    "buyer_name": "Quillback Farm Ltd",
    "buyer_vat_id": None,
    "purchase_order": "PO-88",
    "currency": "EUR",
    "net_total": "40.50",
    "tax_total": "8.10",
    "grand_total": "48.60",
    "amount_due": "48.60",
    "iban": None,
}
ITEM_ROWS = [
    {"description": "Nails 40 mm", "quantity": "24", "unit_price": "0.50", "line_total": "12.00"},
    {"description": "Hammer", "quantity": "2", "unit_price": "14.25", "line_total": "28.50"},
]
WHOLE = {
    **ON_PAGE,
    "line_items": [{**item, "unit": None, "tax_rate": None} for item in ITEM_ROWS],
}
HEADINGS = {
    "description": "Description",
    "quantity": "Qty",
    "unit_price": "Price",
    "line_total": "Total",
}
WANTED = {
    **ON_PAGE,
    **HEADINGS,
    "unit": None,
    "tax_rate": None,
    "line_items": "Description | Qty | Price | Total",
}


def document_of(*puts):
    return read_document(documents.pdf(puts or PUTS))


def fields_of(extraction):
    (record,) = extraction.records
    return {field.path: field for field in record.fields}


def offered(field):
    """Return what a schema's field may be; one that has a single choice has a constant."""
    return field["enum"] if "enum" in field else [field["const"]] if "const" in field else []


def choices_in(request):
    """Return the choices of each of a question's fields."""
    return {name: offered(field) for name, field in request.schema["properties"].items()}


def choose(request):
    """Answer a question about the invoice as a good model would, with a choice's beginning."""
    return {name: chosen(name, choices) for name, choices in choices_in(request).items()}


def chosen(name, choices):
    wanted = WANTED[name] or ""
    fitting = [choice for choice in choices if wanted.startswith(choice)]
    return max(fitting, key=len) if fitting else choices[-1]
