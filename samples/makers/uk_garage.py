"""A garage in Shropshire: printed on paper, stamped by the customer and scanned."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from .amounts import ENGLISH, slashed_eu
from .lettering import Face
from .paper import scan
from .pen import A4, Column, Pen
from .records import Invoice, Line, Party
from .sample import Sample

VAT = Decimal("20.00")

INVOICE = Invoice(
    number="48213",
    issued=date(2025, 4, 9),
    seller=Party(
        "Pemberwick Motor Engineers",
        ("Station Works, Corve Lane", "Ludlow, Shropshire SY8 2PX"),
        "GB 294 7315 31",
    ),
    buyer=Party(
        "Wyndle Valley Farm Vets LLP",
        ("The Old Creamery", "Stokesay Road", "Craven Arms", "SY7 9QW"),
    ),
    currency="GBP",
    tax_rate=VAT,
    prints_amount_due=True,
    lines=(
        Line("Full service incl. oil and filter", Decimal("1.00"), Decimal("189.00")),
        Line("Engine oil 5W-30 (litre)", Decimal("6.50"), Decimal("9.40")),
        Line("Oil filter", Decimal("1.00"), Decimal("11.85")),
        Line("Front brake discs, vented (pair)", Decimal("1.00"), Decimal("128.60")),
        Line("Front brake pad set", Decimal("1.00"), Decimal("54.20")),
        Line("Track rod end N/S", Decimal("1.00"), Decimal("31.75")),
        Line("Wiper blades", Decimal("2.00"), Decimal("14.50")),
        Line("Labour, brakes and steering", Decimal("2.75"), Decimal("62.00")),
        Line("Four-wheel alignment", Decimal("1.00"), Decimal("72.00")),
        Line("Disposal of waste oil and tyres", Decimal("1.00"), Decimal("6.50")),
    ),
)

PRINT = Face("Times-Roman", 10, leading=1.2)
TYPED = Face("Courier", 10, leading=1.25)

COLUMNS = (
    Column("Qty", 19, 35, "right"),
    Column("Description of parts and labour", 39, 128),
    Column("Price", 130, 157, "right"),
    Column("Amount £", 160, 189, "right"),
)


def draw() -> bytes:
    """Draw the page and scan it."""
    author = INVOICE.seller.name
    pen = Pen(A4, title="Invoice", author=author)
    _letterhead(pen)
    _form(pen)
    _table(pen)
    _totals(pen)
    _stamp(pen)
    return scan(pen.finish(), title="Scan_20250414_0007", author="Scanner", seed=48213)


def _letterhead(pen: Pen) -> None:
    pen.disc(32, 30, 12, stroke="#000000", line=2)
    pen.disc(32, 30, 9.6, stroke="#000000", line=0.6)
    # An open-ended spanner across the badge.
    pen.rule(26.5, 35.5, 36, 26, width=6)
    pen.disc(37.4, 24.6, 3.4, fill="#000000")
    pen.shape([(37, 25), (38, 20), (42, 24)], fill="#ffffff")
    pen.disc(26.3, 35.7, 2.6, fill="#000000")
    pen.disc(26.3, 35.7, 1.1, fill="#ffffff")
    pen.text(112, 27, "PEMBERWICK", Face("Times-Bold", 27), "center")
    pen.text(112, 34.5, "M O T O R   E N G I N E E R S", Face("Times-Bold", 11.5), "center")
    pen.text(
        112,
        40.4,
        "Servicing · MOT · Tyres · Diagnostics · Agricultural Repairs",
        Face("Times-Italic", 10),
        "center",
    )
    pen.lines(
        190,
        22,
        ("Station Works", "Corve Lane", "Ludlow", "Shropshire", "SY8 2PX"),
        PRINT.but(size=9),
        "right",
    )
    pen.rule(20, 45.5, 190, 45.5, width=1.6)
    pen.rule(20, 46.6, 190, 46.6, width=0.5)
    pen.text(20, 51.5, "Tel. Ludlow (01584) 496 0183", PRINT.but(size=9))
    pen.text(190, 51.5, f"VAT Reg. No. {INVOICE.seller.vat_id}", PRINT.but(size=9), "right")


def _form(pen: Pen) -> None:
    pen.text(105, 62, "INVOICE", Face("Times-Bold", 17), "center")
    pen.box(20, 67, 88, 33, stroke="#000000", line=0.8, radius=2)
    pen.text(23, 72.5, "To:", PRINT)
    pen.lines(32, 73, (INVOICE.buyer.name, *INVOICE.buyer.address), TYPED)
    facts = (
        ("Invoice No.", INVOICE.number),
        ("Date / tax point", slashed_eu(INVOICE.issued)),
        ("Job card", "JC 9917"),
        ("Vehicle", "Pickup, QV19 XZB"),
        ("Mileage", "68,412"),
        ("Account", "W037"),
    )
    for nth, (label, value) in enumerate(facts):
        y = 72 + 5.5 * nth
        pen.text(116, y, label, PRINT)
        pen.text(146, y, value, TYPED)
        pen.rule(145, y + 1.2, 190, y + 1.2, width=0.4, dash=(0.6, 1.6))


def _table(pen: Pen) -> None:
    pen.box(20, 106, 170, 98, stroke="#000000", line=0.8)
    pen.rule(20, 114, 190, 114, width=0.8)
    for edge in (37, 129, 158.5):
        pen.rule(edge, 106, edge, 204, width=0.5)
    pen.titles(COLUMNS, 111.4, Face("Times-Bold", 10))
    y = 121.0
    for line in INVOICE.lines:
        cells = (
            str(line.quantity),
            line.description,
            ENGLISH(line.unit_price or line.total),
            ENGLISH(line.total),
        )
        y = pen.row(COLUMNS, cells, y, TYPED) + 1.8


def _totals(pen: Pen) -> None:
    rows = (
        ("Net", INVOICE.net),
        (f"VAT @ {VAT}%", INVOICE.tax),
        ("Invoice total", INVOICE.total),
        ("BALANCE DUE", INVOICE.balance),
    )
    pen.box(129, 204, 61, 32, stroke="#000000", line=0.8)
    pen.rule(158.5, 204, 158.5, 236, width=0.5)
    for nth, (label, amount) in enumerate(rows):
        y = 204 + 8 * nth
        pen.rule(129, y, 190, y, width=0.5)
        last = nth == len(rows) - 1
        pen.text(131, y + 5.4, label, Face("Times-Bold", 9.5) if last else PRINT)
        font = "Courier-Bold" if last else "Courier"
        pen.text(189, y + 5.5, ENGLISH(amount), TYPED.but(font=font), "right")
    pen.text(20, 212, "Terms: strictly 14 days from date of invoice.", PRINT)
    pen.text(20, 217, "E. & O. E.", PRINT)
    pen.paragraph(
        20,
        251,
        170,
        "Please make cheques payable to Pemberwick Motor Engineers, or pay by BACS: Marches & "
        "Teme Bank, sort code 99-07-62, account 20488137, quoting the invoice number. All parts "
        "remain our property until paid for. Old parts are kept for seven days.",
        PRINT.but(size=8.5),
    )
    pen.text(
        105, 272, "Proprietors: G. R. Pemberwick & A. J. Tansley", PRINT.but(size=8.5), "center"
    )


def _stamp(pen: Pen) -> None:
    ink = Face("Helvetica-Bold", 13, "#333333")
    canvas = pen.canvas
    canvas.saveState()
    canvas.translate(290, 190)
    canvas.rotate(7)
    canvas.setStrokeColorRGB(0.22, 0.22, 0.22, alpha=0.75)
    canvas.setLineWidth(1.8)
    canvas.roundRect(-62, -24, 124, 52, 5)
    canvas.restoreState()
    pen.slanted(102.2, 228.1, "RECEIVED", ink, degrees=7, opacity=0.75)
    pen.slanted(102.8, 234.2, "14 APR 2025", ink.but(size=12), degrees=7, opacity=0.75)
    # Initials of whoever approved it, in ball-point.
    pen.shape(
        [
            (24, 231),
            (26, 222, 29, 221, 28, 229),
            (27, 235, 25, 233, 30, 228),
            (33, 224, 33, 233, 36, 229),
            (38, 225, 40, 222, 39, 230),
            (42, 225, 45, 227, 50, 224),
        ],
        stroke="#2a2a2a",
        line=1.2,
        closed=False,
    )


SAMPLE = Sample("invoices/pemberwick-scan.pdf", INVOICE, draw)
