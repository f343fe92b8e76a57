"""A caterer in Bath: typed by hand, and its total has two digits swapped."""

from __future__ import annotations

import math
from datetime import date
from decimal import Decimal

from .amounts import ENGLISH, worded_uk
from .lettering import Face
from .pen import A4, Column, Pen
from .records import Invoice, Line, Party
from .sample import Sample

VAT = Decimal(20)

INVOICE = Invoice(
    number="MK/0762",
    issued=date(2025, 5, 30),
    due=date(2025, 6, 13),
    seller=Party(
        "Marrowby Kitchen Ltd",
        ("The Coach House, 9 Walcot Yard", "Bath BA1 5BG"),
        "GB417086204",
    ),
    buyer=Party(
        "Tolland Quay Architects LLP",
        ("3rd Floor, Narrow Plain House", "Bristol BS2 0AB"),
    ),
    currency="GBP",
    tax_rate=VAT,
    lines=(
        Line("Canapés on arrival, 6 per head", Decimal(65), Decimal("9.50")),
        Line(
            "Summer buffet: poached salmon, roast chicken, five salads",
            Decimal(65),
            Decimal("21.80"),
        ),
        Line("Lemon posset and shortbread", Decimal(65), Decimal("4.25")),
        Line("Waiting staff, four people at six hours", Decimal(24), Decimal("17.50")),
        Line("Glass and linen hire", Decimal(1), Decimal("198.50")),
    ),
    # Net and VAT make 3515.10; the caterer swapped two digits.
    misprinted_total=Decimal("3551.10"),
)

PLUM = "#6d2e46"
SAGE = "#8a9a7b"
BODY = Face("Times-Roman", 11, "#222222", 1.3)
BOLD = BODY.but(font="Times-Bold")

COLUMNS = (
    Column("", 30, 108),
    Column("Quantity", 110, 126, "right"),
    Column("Each (£)", 130, 151, "right"),
    Column("Total (£)", 155, 180, "right"),
)


def draw() -> bytes:
    """Draw the page."""
    pen = Pen(A4, title="Invoice Tolland Quay", author=INVOICE.seller.name)
    _letterhead(pen)
    pen.text(30, 72, worded_uk(INVOICE.issued), BODY)
    pen.lines(30, 82, (INVOICE.buyer.name, *INVOICE.buyer.address), BODY)
    pen.text(30, 105, f"Invoice {INVOICE.number}", Face("Times-Bold", 14, PLUM))
    pen.text(30, 112, "Summer party at Narrow Plain House on Thursday 22 May 2025, 65 guests", BODY)
    y = _totals(pen, _table(pen, 124))
    y = pen.paragraph(
        30,
        y,
        150,
        f"Payment is due by {worded_uk(INVOICE.due or INVOICE.issued)}. Please pay by bank "
        f"transfer to {INVOICE.seller.name}, Avon & Somer Bank, sort code 99-31-08, account "
        "71640293, with the invoice number as your reference.",
        BODY,
    )
    pen.text(30, y + 4, "It was a pleasure to cook for you. Thank you!", BODY)
    pen.text(30, y + 14, "Hattie Marrowby", Face("Times-Italic", 15, PLUM))
    pen.rule(30, 275, 180, 275, width=0.5, color=SAGE)
    pen.text(
        105,
        280,
        f"{INVOICE.seller.name} · Registered in England 11480326 · VAT no. {INVOICE.seller.vat_id}",
        BODY.but(size=8.5, color="#666666"),
        "center",
    )
    return pen.finish()


def _letterhead(pen: Pen) -> None:
    x, y = 105.0, 24.0
    for side in (-1, 1):
        pen.shape(
            [
                (x + side * 3, y + 2),
                (x + side * 12, y - 3, x + side * 20, y - 3, x + side * 27, y + 1),
            ],
            stroke=SAGE,
            line=1,
            closed=False,
        )
        for step in range(5):
            _leaf(pen, x + side * (6 + 4.4 * step), y - 0.2 - 1.2 * math.sin(step), side)
    pen.disc(x, y, 3.2, fill=PLUM)
    pen.shape(
        [(x, y - 3), (x + 0.5, y - 5, x + 2, y - 5.6, x + 2.6, y - 5.4)],
        stroke=SAGE,
        line=1.1,
        closed=False,
    )
    pen.text(105, 41, "Marrowby Kitchen", Face("Times-Italic", 27, PLUM), "center")
    pen.text(
        105, 47.5, "S E A S O N A L   C A T E R I N G", Face("Times-Roman", 8.5, SAGE), "center"
    )
    pen.text(
        105,
        54,
        f"{', '.join(INVOICE.seller.address)} · 01225 496 0148 · hello@marrowby.example",
        BODY.but(size=9, color="#666666"),
        "center",
    )


def _leaf(pen: Pen, x: float, y: float, side: int) -> None:
    for up in (-1, 1):
        pen.shape(
            [
                (x, y),
                (
                    x + side * 0.4,
                    y + up * 2.4,
                    x + side * 2.4,
                    y + up * 3.2,
                    x + side * 3.8,
                    y + up * 3,
                ),
                (x + side * 3, y + up * 1.2, x + side * 1.6, y + up * 0.2, x, y),
            ],
            fill=SAGE,
        )


def _table(pen: Pen, y: float) -> float:
    pen.titles(COLUMNS, y, BODY.but(font="Times-Italic", size=10))
    y += 8
    for line in INVOICE.lines:
        cells = (
            line.description,
            str(line.quantity),
            ENGLISH(line.unit_price or line.total),
            ENGLISH(line.total),
        )
        y = pen.row(COLUMNS, cells, y, BODY) + 2.4
    return y


def _totals(pen: Pen, y: float) -> float:
    rows = (
        ("Net", INVOICE.net),
        (f"VAT {VAT}%", INVOICE.tax),
        ("Total including VAT", INVOICE.total),
    )
    pen.rule(155, y - 3.6, 180, y - 3.6, width=0.6)
    for nth, (label, amount) in enumerate(rows):
        face = BOLD if nth == 2 else BODY
        pen.text(151, y + 1.5, label, face, "right")
        pen.text(
            180, y + 1.5, f"£{ENGLISH(amount)}" if nth == 2 else ENGLISH(amount), face, "right"
        )
        y += 6.4
    pen.rule(155, y - 3, 180, y - 3, width=0.6)
    pen.rule(155, y - 2.3, 180, y - 2.3, width=0.6)
    return y + 12


SAMPLE = Sample("invoices/marrowby.pdf", INVOICE, draw)
