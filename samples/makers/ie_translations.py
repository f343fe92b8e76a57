"""A translation company at home in three countries: nothing says which number is the month."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from .amounts import ENGLISH, grouped, slashed_eu
from .lettering import Face
from .pen import A4, Column, Pen
from .records import Invoice, Line, Party
from .sample import Sample

INVOICE = Invoice(
    number="VLS-005417",
    # Printed as 03/04/2025, and meant as the third of April.
    issued=date(2025, 4, 3),
    seller=Party(
        "Veridane Language Services Ltd",
        ("Office 4, Grand Canal Exchange", "Dublin D04 V9K2", "Ireland"),
        "IE3647182VH",
    ),
    buyer=Party(
        "Suokallio Instruments Oy",
        ("Hatanpään puistokuja 31", "33900 Tampere", "Finland"),
        "FI27491831",
    ),
    purchase_order="4500018836",
    currency="EUR",
    tax_rate=Decimal(0),
    iban="IE44ZZQB99001548203716",
    prints_amount_due=True,
    lines=(
        Line("Translation EN-DE, operator manual SX-400", Decimal(18420), Decimal("0.155"), "word"),
        Line("Translation EN-JA, operator manual SX-400", Decimal(18420), Decimal("0.190"), "word"),
        Line("Second review by a chartered engineer", Decimal("21.5"), Decimal("68.00"), "hour"),
        Line("Desktop publishing, two languages", Decimal(148), Decimal("7.50"), "page"),
        Line("Terminology database set-up", Decimal(1), Decimal("420.00"), "flat"),
    ),
)

TEAL = "#007c89"
CORAL = "#f0725c"
DARK = "#22313a"
BODY = Face("Lato", 8.8, DARK, 1.4)
BOLD = BODY.but(font="Lato-Bold")
LABEL = Face("Lato", 7, "#7b8a92", 1.4)

COLUMNS = (
    Column("Service", 70, 128),
    Column("Volume", 129, 145, "right"),
    Column("Unit", 148, 158),
    Column("Rate", 158, 171, "right"),
    Column("Amount", 172, 195, "right"),
)


def draw() -> bytes:
    """Draw the page."""
    pen = Pen(A4, title=f"{INVOICE.number}", author=INVOICE.seller.name)
    pen.box(0, 0, 58, 297, fill="#f1f5f6")
    _logo(pen)
    _sidebar(pen)
    pen.text(70, 28, "INVOICE", Face("Lato-Black", 22, TEAL))
    pen.text(195, 28, INVOICE.number, Face("Lato-Light", 18, DARK), "right")
    _head(pen)
    y = _table(pen, 96)
    _totals(pen, y)
    return pen.finish()


def _logo(pen: Pen) -> None:
    pen.box(14, 16, 15, 11, fill=TEAL, radius=2)
    pen.shape([(17, 26.5), (17, 31), (22, 26.5)], fill=TEAL)
    pen.box(23, 21, 15, 11, fill=CORAL, radius=2)
    pen.shape([(35, 31.5), (35, 36), (30, 31.5)], fill=CORAL)
    pen.text(21.3, 23.6, "a", Face("Lato-Bold", 13, "#ffffff"), "center")
    pen.text(30.5, 28.6, "é", Face("Lato-Bold", 13, "#ffffff"), "center")
    pen.text(14, 44, "veridane", Face("Lato-Black", 17, DARK))
    pen.text(14, 49, "language services", Face("Lato", 8.5, TEAL))


def _sidebar(pen: Pen) -> None:
    blocks = (
        (62, "FROM", (INVOICE.seller.name, *INVOICE.seller.address)),
        (92, "VAT NUMBER", (INVOICE.seller.vat_id or "",)),
        (106, "CONTACT", ("billing@veridane.example", "veridane.example")),
        (
            130,
            "BANK",
            ("Liffey & Tolka Bank plc", "IBAN", grouped(INVOICE.iban or ""), "BIC ZZQBIE99"),
        ),
        (162, "PAYMENT", ("On receipt, by SEPA transfer.", "Please quote the invoice", "number.")),
        (250, "OFFICES", ("Dublin · Boston · Singapore",)),
        (
            264,
            "REGISTERED IN IRELAND",
            ("No. 714 902", "Directors: M. Oyelaran,", "S. Whitcombe (US)"),
        ),
    )
    for y, label, lines in blocks:
        pen.text(14, y, label, LABEL.but(font="Lato-Bold", color=TEAL))
        pen.lines(14, y + 4.6, lines, BODY.but(size=7.6))


def _head(pen: Pen) -> None:
    pen.text(70, 42, "Bill to", LABEL)
    pen.text(70, 47.5, INVOICE.buyer.name, BOLD.but(size=10.5))
    y = pen.lines(70, 52.8, INVOICE.buyer.address, BODY)
    pen.text(70, y, f"VAT {INVOICE.buyer.vat_id}", BODY)
    facts = (
        ("Date", slashed_eu(INVOICE.issued)),
        ("Purchase order", INVOICE.purchase_order or ""),
        ("Project", "SX-400 launch documentation"),
        ("Currency", INVOICE.currency),
    )
    for nth, (label, value) in enumerate(facts):
        pen.text(140, 42 + 9.4 * nth, label, LABEL)
        pen.text(140, 46.4 + 9.4 * nth, value, BOLD)


def _table(pen: Pen, y: float) -> float:
    pen.titles(COLUMNS, y, LABEL.but(font="Lato-Bold", color=TEAL))
    pen.rule(70, y + 2.4, 195, y + 2.4, width=1.2, color=TEAL)
    y += 9
    for line in INVOICE.lines:
        cells = (
            line.description,
            ENGLISH(line.quantity or Decimal(1)),
            line.unit or "",
            ENGLISH(line.unit_price or line.total),
            ENGLISH(line.total),
        )
        y = pen.row(COLUMNS, cells, y, BODY) + 3.2
        pen.rule(70, y - 5, 195, y - 5, width=0.3, color="#c9d5d9")
    return y


def _totals(pen: Pen, y: float) -> None:
    rows = (
        ("Net total", ENGLISH(INVOICE.net)),
        ("VAT 0%, reverse charge", ENGLISH(INVOICE.tax)),
        ("Total", ENGLISH(INVOICE.total)),
    )
    y += 2
    for label, amount in rows:
        pen.text(134, y, label, BODY)
        pen.text(195, y, amount, BODY, "right")
        y += 6
    pen.box(130, y - 2, 65, 13, fill=TEAL)
    pen.text(134, y + 6.2, "Amount due", Face("Lato-Bold", 10, "#ffffff"))
    pen.text(
        192, y + 6.3, f"EUR {ENGLISH(INVOICE.balance)}", Face("Lato-Bold", 12.5, "#ffffff"), "right"
    )
    pen.paragraph(
        70,
        y + 26,
        125,
        "VAT reverse charge: VAT is to be accounted for by the recipient under Article 196 of "
        "Council Directive 2006/112/EC.",
        BODY,
    )
    pen.paragraph(
        70,
        y + 40,
        125,
        "Word counts are of the source text and include repetitions. Files were handed over by "
        "secure link to your documentation team. Queries about this invoice: please write within "
        "ten days of receiving it.",
        BODY.but(color="#7b8a92"),
    )


SAMPLE = Sample("invoices/veridane.pdf", INVOICE, draw)
