"""A sign maker in Sheffield: modern and airy, with a deposit taken off the amount due."""

from __future__ import annotations

import math
from datetime import date
from decimal import Decimal

from .amounts import ENGLISH, grouped, worded_uk
from .lettering import Face, text_width
from .pen import A4, Column, Pen
from .records import Invoice, Line, Party
from .sample import Sample

VAT = Decimal(20)

INVOICE = Invoice(
    number="FS-20418",
    issued=date(2025, 2, 24),
    due=date(2025, 3, 26),
    seller=Party(
        "Fernhollow Signworks Ltd",
        ("Unit 7, Kelham Wharf", "Alma Street", "Sheffield S3 8SA"),
        "GB318642707",
    ),
    buyer=Party(
        "Oddsmere Leisure Group Ltd",
        ("Accounts Payable", "Oddsmere House", "18 Wellington Parade", "Leeds LS1 4DL"),
    ),
    purchase_order="PO-77312",
    currency="GBP",
    tax_rate=VAT,
    iban="GB52QZXB99041760283915",
    prepaid=Decimal("1500.00"),
    prints_amount_due=True,
    lines=(
        Line(
            "Illuminated fascia sign, built-up aluminium letters with LED halo, 4200 × 650 mm",
            Decimal(1),
            Decimal("2845.00"),
        ),
        Line(
            "Double-sided projecting sign, 600 mm, powder-coated RAL 6005",
            Decimal(2),
            Decimal("412.50"),
        ),
        Line("Window vinyl, frosted, cut to shape (m²)", Decimal("14.5"), Decimal("38.40")),
        Line("Wayfinding plaques, engraved acrylic, A5", Decimal(26), Decimal("24.75")),
        Line("Site survey and artwork", Decimal(6), Decimal("65.00")),
        Line(
            "Installation, two fitters with access platform (hours)",
            Decimal("11.5"),
            Decimal("96.00"),
        ),
    ),
)

GREEN = "#1d5747"
PALE = "#eaf1ee"
GREY = "#6b7672"
INK = "#1f2624"
BODY = Face("Lato", 9, INK, 1.4)
SMALL = Face("Lato", 7.5, GREY, 1.45)
LABEL = Face("Lato-Bold", 7, GREEN)
BOLD = Face("Lato-Bold", 9, INK)

COLUMNS = (
    Column("DESCRIPTION", 20, 112),
    Column("QTY", 116, 130, "right"),
    Column("UNIT PRICE", 132, 160, "right"),
    Column("AMOUNT", 164, 190, "right"),
)


def draw() -> bytes:
    """Draw the page."""
    pen = Pen(A4, title=f"Invoice {INVOICE.number}", author=INVOICE.seller.name)
    _letterhead(pen)
    _parties(pen)
    _totals(pen, _table(pen, 104))
    _footer(pen)
    return pen.finish()


def _letterhead(pen: Pen) -> None:
    pen.box(0, 0, 210, 4, fill=GREEN)
    _fern(pen, 27, 27)
    pen.text(40, 25.5, "Fernhollow", Face("Lato-Black", 19, GREEN))
    pen.text(40.3, 31.5, "S I G N W O R K S", Face("Lato", 8, GREY))
    pen.text(190, 29, "Invoice", Face("Lato-Light", 30, INK), "right")


def _fern(pen: Pen, x: float, y: float) -> None:
    pen.disc(x, y, 8.5, fill=GREEN)
    pen.rule(x - 3.1, y + 6, x + 2.9, y - 5.6, width=1.1, color="#ffffff")
    for step in range(6):
        root_x, root_y = x - 2.3 + 0.86 * step, y + 4.4 - 1.66 * step
        length = 4.9 - 0.66 * step
        for degrees in (118, 4):
            tip_x = root_x + length * math.cos(math.radians(degrees))
            tip_y = root_y - length * math.sin(math.radians(degrees))
            pen.rule(root_x, root_y, tip_x, tip_y, width=1.1, color="#ffffff")


def _parties(pen: Pen) -> None:
    buyer, seller = INVOICE.buyer, INVOICE.seller
    pen.text(20, 53, "BILLED TO", LABEL)
    pen.text(20, 58.5, buyer.name, BOLD)
    pen.lines(20, 63.2, buyer.address, BODY)
    pen.text(92, 53, "FROM", LABEL)
    pen.text(92, 58.5, seller.name, BOLD)
    pen.lines(92, 63.2, (*seller.address, "0114 496 0172", "accounts@fernhollow.example"), BODY)
    facts = (
        ("Invoice no.", INVOICE.number),
        ("Invoice date", worded_uk(INVOICE.issued)),
        ("Due date", worded_uk(INVOICE.due or INVOICE.issued)),
        ("Your PO", INVOICE.purchase_order or ""),
        ("Job ref.", "J-3391 Riverside Baths"),
    )
    pen.text(146, 53, "DETAILS", LABEL)
    for nth, (label, value) in enumerate(facts):
        pen.text(146, 58.5 + 5 * nth, label, SMALL)
        pen.text(190, 58.5 + 5 * nth, value, BODY if nth else BOLD, "right")


def _table(pen: Pen, top: float) -> float:
    pen.rule(20, top - 6, 190, top - 6, color=GREEN, width=1)
    pen.titles(COLUMNS, top - 1.5, LABEL)
    pen.rule(20, top + 1.2, 190, top + 1.2, color=GREEN, width=0.4)
    y = top + 7
    for line in INVOICE.lines:
        cells = (
            line.description,
            str(line.quantity),
            ENGLISH(line.unit_price or line.total),
            ENGLISH(line.total),
        )
        y = pen.row(COLUMNS, cells, y, BODY) + 3
        pen.rule(20, y - 5, 190, y - 5, color="#d5dedb", width=0.4)
    return y


def _totals(pen: Pen, y: float) -> None:
    rows = (
        ("Subtotal", ENGLISH(INVOICE.net)),
        (f"VAT at {VAT}%", ENGLISH(INVOICE.tax)),
        ("Total GBP", ENGLISH(INVOICE.total)),
        ("Deposit received 3 February 2025", f"-{ENGLISH(INVOICE.prepaid)}"),
    )
    y += 2
    for label, amount in rows:
        face = BOLD if label.startswith("Total") else BODY
        pen.text(160, y, label, face, "right")
        pen.text(190, y, amount, face, "right")
        y += 6
    pen.box(112, y - 2, 78, 12, fill=GREEN, radius=1)
    pen.text(117, y + 5.4, "Amount due", Face("Lato-Bold", 10.5, "#ffffff"))
    pen.text(
        186, y + 5.6, f"£{ENGLISH(INVOICE.balance)}", Face("Lato-Bold", 13, "#ffffff"), "right"
    )

    pen.box(20, y - 26, 80, 36, fill=PALE, radius=1)
    pen.text(25, y - 19.5, "PAYMENT BY BANK TRANSFER", LABEL)
    details = (
        ("Account name", INVOICE.seller.name),
        ("Sort code", "99-04-17"),
        ("Account no.", "60283915"),
        ("IBAN", grouped(INVOICE.iban or "")),
        ("Reference", INVOICE.number),
    )
    for nth, (label, value) in enumerate(details):
        pen.text(25, y - 13.6 + 4.7 * nth, label, SMALL)
        pen.text(46, y - 13.6 + 4.7 * nth, value, BODY.but(size=8.2))


def _footer(pen: Pen) -> None:
    pen.rule(20, 266, 190, 266, color="#d5dedb", width=0.4)
    pen.paragraph(
        20,
        271,
        170,
        "Payment is due within 30 days of the invoice date. Goods remain the property of "
        "Fernhollow Signworks Ltd until paid for in full. We reserve the right to charge "
        "statutory interest under the Late Payment of Commercial Debts (Interest) Act 1998.",
        SMALL,
    )
    legal = (
        "Registered in England and Wales no. 09918243",
        f"VAT registration {INVOICE.seller.vat_id}",
        "www.fernhollow.example",
    )
    x = 20.0
    for nth, part in enumerate(legal):
        face = SMALL.but(color=GREEN)
        pen.text(x, 284, part, face)
        x += text_width(part, face) + 4
        if nth < len(legal) - 1:
            pen.disc(x, 283.1, 0.4, fill=GREEN)
            x += 4


SAMPLE = Sample("invoices/fernhollow.pdf", INVOICE, draw)
