"""A landscape supplier in Arizona: the boxed form that small-business software prints."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from .amounts import ENGLISH, slashed_us
from .lettering import Face
from .pen import LETTER, Column, Pen
from .records import Invoice, Line, Party
from .sample import Sample

SALES_TAX = Decimal("9.18")

INVOICE = Invoice(
    number="11862",
    issued=date(2025, 3, 27),
    due=date(2025, 4, 26),
    seller=Party(
        "Quillback Ridge Landscape Supply LLC",
        ("4417 Juniper Flat Road", "Prescott, AZ 86305"),
    ),
    buyer=Party(
        "Sandoval-Hart Builders, Inc.",
        ("Attn: Accounts Payable", "2290 Old Granite Way, Ste 4", "Prescott Valley, AZ 86314"),
    ),
    purchase_order="SH-4471",
    currency="USD",
    tax_rate=SALES_TAX,
    prints_amount_due=True,
    lines=(
        Line(
            '3/4" crushed granite, desert tan',
            Decimal(18),
            Decimal("46.50"),
            "TON",
            None,
            "GRAN-34",
        ),
        Line(
            'Flagstone, Sedona red, 1-1/2" select',
            Decimal("4.25"),
            Decimal("318.00"),
            "TON",
            None,
            "FLAG-RED",
        ),
        Line(
            "Weed barrier fabric, 4' x 300' roll, commercial grade",
            Decimal(6),
            Decimal("89.95"),
            "ROLL",
            None,
            "FAB-4300",
        ),
        Line(
            'Boulders, 18"-24", hand picked', Decimal(11), Decimal("74.00"), "EA", None, "BLDR-18"
        ),
        Line(
            "Decomposed granite, stabilized", Decimal(9), Decimal("112.40"), "YD", None, "DG-STAB"
        ),
        Line(
            "Steel edging, 14 ga x 10', brown", Decimal(32), Decimal("21.85"), "EA", None, "EDGE-14"
        ),
        Line("Delivery, end dump, Zone 2", Decimal(2), Decimal("135.00"), "LOAD", None, "DEL-Z2"),
    ),
)

BODY = Face("Helvetica", 9, leading=1.2)
BOLD = BODY.but(font="Helvetica-Bold")
TITLE = Face("Helvetica", 8.5)

COLUMNS = (
    Column("Item", 14, 33),
    Column("Description", 36, 116),
    Column("Qty", 119, 131, "right"),
    Column("U/M", 134, 145, "center"),
    Column("Rate", 147, 169, "right"),
    Column("Amount", 172, 200, "right"),
)
EDGES = (12.0, 34.5, 117.5, 132.5, 146.5, 170.5, 202.0)


def draw() -> bytes:
    """Draw the page."""
    pen = Pen(LETTER, title=f"Invoice {INVOICE.number}", author=INVOICE.seller.name)
    _letterhead(pen)
    _addresses(pen)
    _order_strip(pen)
    _table(pen)
    _foot(pen)
    return pen.finish()


def _letterhead(pen: Pen) -> None:
    pen.shape([(12, 33), (20, 18), (24, 24), (28, 14.5), (38, 33)], fill="#8a5a33")
    pen.shape([(12, 33), (20, 18), (22.2, 21.4), (18.5, 33)], fill="#a8764a")
    pen.shape([(25.7, 20), (28, 14.5), (30.5, 19), (28.6, 21.4), (27.3, 19.7)], fill="#f4ede4")
    pen.rule(12, 34.6, 38, 34.6, width=1.4, color="#5c6b3a")
    pen.text(42, 19.5, INVOICE.seller.name, Face("Times-Bold", 14))
    pen.lines(42, 24.5, INVOICE.seller.address, Face("Times-Roman", 10.5, leading=1.15))
    pen.text(42, 33.4, "(928) 555-0143    www.quillbackridge.example", Face("Times-Roman", 10.5))
    pen.text(202, 20, "Invoice", Face("Helvetica-Bold", 24), "right")
    _cells(
        pen,
        (152, 177, 202),
        25,
        ("Date", "Invoice #"),
        (slashed_us(INVOICE.issued), INVOICE.number),
    )


def _addresses(pen: Pen) -> None:
    ship_to = (
        "Sandoval-Hart Builders, Inc.",
        "Job 24-118 Thumb Butte Estates",
        "Lot 14, Sidewinder Trail",
        "Prescott, AZ 86305",
    )
    blocks = (
        (12, "Bill To", (INVOICE.buyer.name, *INVOICE.buyer.address)),
        (112, "Ship To", ship_to),
    )
    for x, label, address in blocks:
        pen.box(x, 47, 90, 32, stroke="#000000", line=0.7)
        pen.rule(x, 53, x + 90, 53, width=0.7)
        pen.text(x + 2, 51.3, label, TITLE)
        pen.lines(x + 2, 58, address, BODY.but(size=9.5))


def _order_strip(pen: Pen) -> None:
    _cells(
        pen,
        (34.5, 67.5, 96.5, 117.5, 146.5, 170.5, 202),
        86,
        ("P.O. Number", "Terms", "Rep", "Ship", "Via", "Due Date"),
        (
            INVOICE.purchase_order or "",
            "Net 30",
            "DLM",
            "03/25/2025",
            "Our truck",
            slashed_us(INVOICE.due or INVOICE.issued),
        ),
    )


def _cells(
    pen: Pen, edges: tuple[float, ...], y: float, titles: tuple[str, ...], values: tuple[str, ...]
) -> None:
    pen.box(edges[0], y, edges[-1] - edges[0], 12, stroke="#000000", line=0.7)
    pen.rule(edges[0], y + 5.4, edges[-1], y + 5.4, width=0.7)
    for left, right, title, value in zip(edges, edges[1:], titles, values, strict=False):
        if left != edges[0]:
            pen.rule(left, y, left, y + 12, width=0.7)
        pen.text((left + right) / 2, y + 4, title, TITLE, "center")
        pen.text((left + right) / 2, y + 10, value, BODY, "center")


def _table(pen: Pen) -> None:
    pen.box(12, 102, 190, 108, stroke="#000000", line=0.7)
    pen.rule(12, 108, 202, 108, width=0.7)
    for edge in EDGES[1:-1]:
        pen.rule(edge, 102, edge, 210, width=0.7)
    for column, left, right in zip(COLUMNS, EDGES, EDGES[1:], strict=False):
        pen.text((left + right) / 2, 106.3, column.title, TITLE, "center")
    y = 113.0
    for line in INVOICE.lines:
        cells = (
            line.code,
            line.description,
            str(line.quantity),
            line.unit or "",
            ENGLISH(line.unit_price or line.total),
            ENGLISH(line.total),
        )
        y = pen.row(COLUMNS, cells, y, BODY) + 1.6


def _foot(pen: Pen) -> None:
    pen.paragraph(
        14,
        218,
        98,
        "Thank you for your business! Material once delivered is not returnable. A finance charge "
        "of 1.5% per month will be added to past due balances. Please write your invoice number on "
        "your check.",
        BODY.but(size=8.5),
    )
    rows = (
        ("Subtotal", f"${ENGLISH(INVOICE.net)}"),
        (f"Sales Tax ({SALES_TAX}%)", f"${ENGLISH(INVOICE.tax)}"),
        ("Total", f"${ENGLISH(INVOICE.total)}"),
        ("Payments/Credits", "$0.00"),
        ("Balance Due", f"${ENGLISH(INVOICE.balance)}"),
    )
    pen.box(117.5, 210, 84.5, 8 * len(rows), stroke="#000000", line=0.7)
    for nth, (label, amount) in enumerate(rows):
        y = 210 + 8 * nth
        if nth:
            pen.rule(117.5, y, 202, y, width=0.7)
        heavy = label in {"Total", "Balance Due"}
        pen.text(120, y + 5.6, label, Face("Helvetica-Bold", 11) if heavy else BOLD.but(size=9.5))
        pen.text(
            200, y + 5.6, amount, BOLD.but(size=10.5) if heavy else BODY.but(size=9.5), "right"
        )
    pen.text(12, 262, "Phone (928) 555-0143", BODY.but(size=8))
    pen.text(107, 262, "office@quillbackridge.example", BODY.but(size=8), "center")
    pen.text(202, 262, "Mon-Fri 6:30-4:30, Sat 7-12", BODY.but(size=8), "right")


SAMPLE = Sample("invoices/quillback-ridge.pdf", INVOICE, draw)
