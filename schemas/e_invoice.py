"""An e-invoice: the values that an XML file inside a PDF declares, by the terms of EN 16931."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Literal

from pydantic import BaseModel

from schemas.kinds import Kind, Value, value_of

TERMS: dict[str, Kind] = {
    "invoice_number": Kind.IDENTIFIER,  # BT-1
    "issue_date": Kind.DATE,  # BT-2
    "due_date": Kind.DATE,  # BT-9
    "seller_name": Kind.TEXT,  # BT-27
    "seller_vat_id": Kind.VAT_ID,  # BT-31, else BT-32
    "buyer_name": Kind.TEXT,  # BT-44
    "buyer_vat_id": Kind.VAT_ID,  # BT-48
    "purchase_order": Kind.IDENTIFIER,  # BT-13
    "currency": Kind.CURRENCY,  # BT-5
    "net_total": Kind.AMOUNT,  # BT-109
    "tax_total": Kind.AMOUNT,  # BT-110
    "grand_total": Kind.AMOUNT,  # BT-112
    "amount_due": Kind.AMOUNT,  # BT-115
    "iban": Kind.IBAN,  # BT-84
    "line_items[].description": Kind.TEXT,  # BT-153
    "line_items[].quantity": Kind.NUMBER,  # BT-129
    "line_items[].unit": Kind.TEXT,  # BT-130: a code
    "line_items[].unit_price": Kind.AMOUNT,  # BT-146
    "line_items[].tax_rate": Kind.PERCENT,  # BT-152
    "line_items[].line_total": Kind.AMOUNT,  # BT-131
}
"""What is read of an e-invoice, named as the built-in invoice type names it, and its kind."""

LINES = "line_items[]."
"""How the terms of a line begin."""


class ELine(BaseModel, frozen=True):
    """One line of an e-invoice."""

    description: str | None = None
    quantity: Decimal | None = None
    unit: str | None = None
    """A code of UN/ECE recommendation 20: `C62` are pieces, `HUR` hours."""
    unit_price: Decimal | None = None
    tax_rate: Decimal | None = None
    line_total: Decimal | None = None
    price_base: Decimal = Decimal(1)
    """The price is for so many."""
    charges: Decimal = Decimal()
    """Less allowances, of this line: they stand between its price and its total."""


class EInvoice(BaseModel, frozen=True):
    """What the XML says; None: it doesn't give it."""

    file: str
    """Name of the embedded file."""
    syntax: Literal["CII", "UBL"] = "CII"
    profile: str = ""
    """As the file names it: `urn:cen.eu:en16931:2017`."""
    problem: str = ""
    """Why nothing could be read, in words; then there are no values."""
    invoice_number: str | None = None
    issue_date: date | None = None
    due_date: date | None = None
    seller_name: str | None = None
    seller_vat_id: str | None = None
    buyer_name: str | None = None
    buyer_vat_id: str | None = None
    purchase_order: str | None = None
    currency: str | None = None
    net_total: Decimal | None = None
    tax_total: Decimal | None = None
    grand_total: Decimal | None = None
    amount_due: Decimal | None = None
    iban: str | None = None
    line_items: tuple[ELine, ...] = ()
    has_lines: bool = True
    """False: a profile that knows none, such as Factur-X MINIMUM; the page may list some."""
    others: tuple[str, ...] = ()
    """All texts of the file but the lines': what it declares as something else speaks against no
    value."""
    charges: Decimal = Decimal()
    """Less allowances, of the whole invoice: they stand between its lines and its net total."""

    def value(self, term: str) -> Value | None:
        """Return the value of a term that is no line's."""
        found: Value | None = getattr(self, term)
        return found

    def declared(self, kind: Kind) -> frozenset[Value]:
        """Return all that the file gives as values of a kind, whatever it means by them."""
        terms = [term for term, own in TERMS.items() if own is kind]
        single = (self.value(term) for term in terms if not term.startswith(LINES))
        names = [term.removeprefix(LINES) for term in terms if term.startswith(LINES)]
        listed = (getattr(line, name) for line in self.line_items for name in names)
        others = (_read(kind, text) for text in self.others)
        return frozenset(value for value in (*single, *listed, *others) if value is not None)


def _read(kind: Kind, text: str) -> Value | None:
    """Return a text of the file as a value of a kind; None: it is none."""
    if kind is Kind.DATE and not text[:4].isdigit():
        return None
    try:
        return value_of(kind, text)
    except ValueError:
        return None
