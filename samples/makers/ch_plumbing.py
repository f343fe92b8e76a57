"""A heating engineer in Chur: francs with apostrophes, and a QR-bill to pay it with."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from .amounts import SWISS, dotted
from .ch_qr_bill import QrBill, draw_qr_bill
from .lettering import Face
from .pen import A4, Column, Pen
from .records import Invoice, Line, Party
from .sample import Sample

MWST = Decimal("8.1")

INVOICE = Invoice(
    number="25-1047",
    issued=date(2025, 2, 17),
    due=date(2025, 3, 19),
    seller=Party(
        "Bergmattli Haustechnik AG",
        ("Rheinmühleweg 62", "7000 Chur"),
        "CHE-314.860.275 MWST",
    ),
    buyer=Party(
        "StWEG Sonnmatt",
        ("c/o Verwaltung Caflisch", "Via Nova 14", "7017 Flims Dorf"),
    ),
    currency="CHF",
    tax_rate=MWST,
    iban="CH6199999000418273650",
    prints_amount_due=True,
    lines=(
        Line(
            "Umwälzpumpe Heizkreis 2 ersetzt, elektronisch geregelt",
            Decimal(1),
            Decimal("1468.00"),
            "Stk",
        ),
        Line("Strangregulierventil DN 32", Decimal(4), Decimal("187.50"), "Stk"),
        Line("Ausdehnungsgefäss 80 Liter", Decimal(1), Decimal("412.00"), "Stk"),
        Line("Heizungswasser aufbereitet nach SWKI BT 102-01", Decimal(1450), Decimal("0.80"), "l"),
        Line("Arbeitszeit Servicetechniker", Decimal("13.5"), Decimal("128.00"), "Std"),
        Line("Arbeitszeit Lernender 3. Lehrjahr", Decimal("9.5"), Decimal("64.00"), "Std"),
        Line("Anfahrtspauschale Zone 3", Decimal(2), Decimal("87.00"), "Pausch"),
    ),
)

RED = "#c8102e"
BODY = Face("Helvetica", 9, "#111111", 1.28)
BOLD = BODY.but(font="Helvetica-Bold")
SMALL = BODY.but(size=7.4, color="#555555")

COLUMNS = (
    Column("Beschreibung", 20, 104),
    Column("Menge", 106, 121, "right"),
    Column("Einheit", 124, 138),
    Column("Ansatz CHF", 140, 162, "right"),
    Column("Betrag CHF", 166, 190, "right"),
)


def draw() -> bytes:
    """Draw the page."""
    pen = Pen(A4, title=f"Rechnung {INVOICE.number}", author=INVOICE.seller.name)
    _letterhead(pen)
    pen.lines(120, 48, (INVOICE.buyer.name, *INVOICE.buyer.address), BODY.but(size=10))
    facts = (
        ("Datum", dotted(INVOICE.issued)),
        ("Zahlbar bis", dotted(INVOICE.due or INVOICE.issued)),
        ("Auftrag", "A-24-3308, Heizzentrale Haus B"),
        ("MWST-Nr.", INVOICE.seller.vat_id or ""),
    )
    for nth, (label, value) in enumerate(facts):
        pen.text(20, 48 + 5 * nth, label, SMALL.but(size=8.2))
        pen.text(42, 48 + 5 * nth, value, BODY)
    pen.text(20, 82, f"Rechnung Nr. {INVOICE.number}", Face("Helvetica-Bold", 14, RED))
    pen.text(
        20, 88.5, "Ersatz Umwälzpumpe und hydraulischer Abgleich vom 3. bis 6. Februar 2025", BODY
    )
    _totals(pen, _table(pen, 98))
    seller, buyer = INVOICE.seller, INVOICE.buyer
    draw_qr_bill(
        pen,
        QrBill(
            iban=INVOICE.iban or "",
            creditor=(seller.name, *seller.address),
            debtor=(buyer.name, *buyer.address[1:]),
            currency=INVOICE.currency,
            amount=INVOICE.total,
            reference="RF47BM20250214",
        ),
    )
    return pen.finish()


def _letterhead(pen: Pen) -> None:
    pen.shape([(20, 27), (30, 12), (34.5, 18.6), (37, 15), (45, 27)], fill="#2b2f36")
    pen.shape(
        [(30, 12), (33.2, 16.8), (31, 18.4), (29.4, 16.6), (27, 18.6), (26.6, 17.2)], fill="#ffffff"
    )
    pen.shape(
        [
            (40.5, 29),
            (36.2, 29, 35.6, 24.6, 38.4, 22.4),
            (39.6, 21.2, 40.2, 19.8, 40.5, 17.8),
            (40.9, 19.8, 41.5, 21.2, 42.7, 22.4),
            (45.4, 24.6, 44.8, 29, 40.5, 29),
        ],
        fill=RED,
    )
    pen.text(50, 20, "Bergmattli", Face("Helvetica-Bold", 19, "#2b2f36"))
    pen.text(50, 26.6, "Heizung · Sanitär · Lüftung", Face("Helvetica", 10, RED))
    pen.lines(
        190,
        16,
        (
            INVOICE.seller.name,
            *INVOICE.seller.address,
            "Tel. 081 555 04 62",
            "info@bergmattli.example",
        ),
        SMALL,
        "right",
    )
    pen.rule(20, 35, 190, 35, width=0.8, color=RED)


def _table(pen: Pen, y: float) -> float:
    pen.titles(COLUMNS, y, BOLD.but(size=8.4))
    pen.rule(20, y + 2, 190, y + 2, width=0.8)
    y += 7
    for line in INVOICE.lines:
        cells = (
            line.description,
            SWISS(line.quantity or Decimal(1)),
            line.unit or "",
            SWISS(line.unit_price or line.total),
            SWISS(line.total),
        )
        y = pen.row(COLUMNS, cells, y, BODY) + 1.1
    return y


def _totals(pen: Pen, y: float) -> None:
    pen.rule(20, y - 2.6, 190, y - 2.6, width=0.4)
    rows = (
        ("Total exkl. MWST", INVOICE.net),
        (f"MWST {MWST} %", INVOICE.tax),
        ("Total inkl. MWST", INVOICE.total),
        ("Zu bezahlen CHF", INVOICE.balance),
    )
    for nth, (label, amount) in enumerate(rows):
        face = BOLD.but(size=10) if nth == 3 else BODY
        pen.text(162, y + 2.4 + 5.2 * nth, label, face, "right")
        pen.text(190, y + 2.4 + 5.2 * nth, SWISS(amount), face, "right")
    pen.rule(118, y + 20.2, 190, y + 20.2, width=0.8)
    pen.text(20, y + 2.4, "Zahlungskondition: 30 Tage netto.", BODY)
    pen.text(20, y + 7.6, "Besten Dank für Ihr Vertrauen.", BODY)


SAMPLE = Sample("invoices/bergmattli.pdf", INVOICE, draw)
