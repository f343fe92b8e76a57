"""A coffee service in Oldenburg: a DIN 5008 letter with two VAT rates and a three-column footer."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from .amounts import GERMAN, dotted, grouped
from .lettering import Face
from .pen import A4, Column, Pen
from .records import Invoice, Line, Party
from .sample import Sample

FULL = Decimal(19)
REDUCED = Decimal(7)

INVOICE = Invoice(
    number="RE-2025-0347",
    issued=date(2025, 3, 14),
    due=date(2025, 3, 28),
    seller=Party(
        "Kaffeekontor Brinkwarf GmbH",
        ("Stau 118", "26122 Oldenburg"),
        "DE317482065",
    ),
    buyer=Party(
        "Steuerkanzlei Lüdersen & Ohlig PartG mbB",
        ("Frau Wiebke Ohlig", "Contrescarpe 204", "28195 Bremen"),
    ),
    currency="EUR",
    iban="DE41999501000047218860",
    lines=(
        Line(
            "Espresso „Hafenmischung“, ganze Bohne",
            Decimal(24),
            Decimal("21.90"),
            "kg",
            REDUCED,
            "10021",
        ),
        Line(
            "Café Crème „Wattgold“ Bio, ganze Bohne",
            Decimal(36),
            Decimal("18.75"),
            "kg",
            REDUCED,
            "10034",
        ),
        Line(
            "Trinkschokolade, 32 % Kakao, Dose 750 g",
            Decimal(8),
            Decimal("11.40"),
            "Dose",
            REDUCED,
            "10310",
        ),
        Line(
            "Reinigungstabletten für Vollautomaten, 100 St.",
            Decimal(3),
            Decimal("27.80"),
            "Pack",
            FULL,
            "40117",
        ),
        Line("Wasserfilter Typ M, 6er-Set", Decimal(2), Decimal("64.90"), "Set", FULL, "40205"),
        Line(
            "Miete Kaffeevollautomat Modell K3, März 2025",
            Decimal(2),
            Decimal("149.00"),
            "Monat",
            FULL,
            "70003",
        ),
        Line(
            "Wartung vor Ort inkl. Anfahrt", Decimal("1.5"), Decimal("78.00"), "Std.", FULL, "80001"
        ),
    ),
)

BROWN = "#6a3d22"
SAND = "#d9b88f"
BODY = Face("Helvetica", 9.5, "#1a1a1a", 1.3)
BOLD = BODY.but(font="Helvetica-Bold")
TINY = Face("Helvetica", 7, "#444444", 1.35)

COLUMNS = (
    Column("Pos.", 25, 32),
    Column("Art.-Nr.", 35, 46),
    Column("Bezeichnung", 49, 116),
    Column("Menge", 116, 127, "right"),
    Column("Einheit", 129, 140),
    Column("MwSt.", 140, 151, "right"),
    Column("Einzelpreis", 152, 170, "right"),
    Column("Gesamt €", 172, 190, "right"),
)


def draw() -> bytes:
    """Draw the page."""
    pen = Pen(A4, title=f"Rechnung {INVOICE.number}", author=INVOICE.seller.name)
    _letterhead(pen)
    _address_window(pen)
    _facts(pen)
    pen.text(25, 104, f"Rechnung Nr. {INVOICE.number}", Face("Helvetica-Bold", 13, BROWN))
    pen.text(25, 113, "Sehr geehrte Frau Ohlig,", BODY)
    pen.paragraph(
        25,
        119.5,
        165,
        "vielen Dank für Ihren Auftrag. Für unsere Lieferungen und Leistungen berechnen wir Ihnen:",
        BODY,
    )
    y = _totals(pen, _table(pen, 129))
    y = pen.paragraph(
        25,
        y,
        165,
        f"Bitte überweisen Sie den Rechnungsbetrag ohne Abzug bis zum "
        f"{dotted(INVOICE.due or INVOICE.issued)} unter Angabe der Rechnungsnummer. "
        "Das Leistungsdatum entspricht, soweit nicht anders angegeben, dem Lieferdatum.",
        BODY,
    )
    pen.text(25, y + 4, "Mit freundlichen Grüßen aus Oldenburg", BODY)
    pen.text(25, y + 9, "Ihr Kaffeekontor-Team", BODY)
    _footer(pen)
    return pen.finish()


def _letterhead(pen: Pen) -> None:
    x, y = 178, 20
    pen.shape(
        [
            (x - 8, y - 4),
            (x + 8, y - 4),
            (x + 8, y + 6, x + 4, y + 8, x, y + 8),
            (x - 4, y + 8, x - 8, y + 6, x - 8, y - 4),
        ],
        fill=BROWN,
    )
    pen.disc(x + 9, y - 0.2, 3, stroke=BROWN, line=2.2)
    pen.rule(x - 11, y + 10.2, x + 12, y + 10.2, width=1.8, color=BROWN)
    for shift in (-3.5, 0, 3.5):
        pen.shape(
            [(x + shift, y - 6), (x + shift - 2, y - 8, x + shift + 2, y - 9.5, x + shift, y - 12)],
            stroke=SAND,
            line=1.5,
            closed=False,
        )
    pen.text(164, 22.5, "KAFFEEKONTOR", Face("Times-Bold", 17, BROWN), "right")
    pen.text(164, 29, "BRINKWARF", Face("Times-Roman", 13.5, BROWN), "right")
    for fold in (105, 148.5, 210):
        pen.rule(4, fold, 8 if fold != 148.5 else 10, fold, width=0.3, color="#888888")


def _address_window(pen: Pen) -> None:
    seller = INVOICE.seller
    pen.text(
        25, 48.5, " · ".join((seller.name, *seller.address)), Face("Helvetica", 6.8, "#444444")
    )
    pen.rule(25, 49.6, 105, 49.6, width=0.3, color="#888888")
    pen.lines(25, 56, (INVOICE.buyer.name, *INVOICE.buyer.address), BODY.but(size=10))


def _facts(pen: Pen) -> None:
    facts = (
        ("Rechnungsnummer", INVOICE.number),
        ("Rechnungsdatum", dotted(INVOICE.issued)),
        ("Kundennummer", "K-10482"),
        ("Lieferdatum", "12.03.2025"),
        ("Lieferschein", "LS-2025-0611"),
        ("Ihr Ansprechpartner", "Eike Brinkwarf"),
        ("Telefon", "0441 5550 118-12"),
    )
    for nth, (label, value) in enumerate(facts):
        pen.text(128, 56 + 5.2 * nth, label, Face("Helvetica", 8.5, "#555555"))
        pen.text(162, 56 + 5.2 * nth, value, BODY.but(size=9))


def _table(pen: Pen, top: float) -> float:
    pen.box(25, top, 165, 7, fill=BROWN)
    pen.titles(COLUMNS[1:-1], top + 4.8, Face("Helvetica-Bold", 8.2, "#ffffff"))
    pen.text(26.5, top + 4.8, COLUMNS[0].title, Face("Helvetica-Bold", 8.2, "#ffffff"))
    pen.text(188.5, top + 4.8, COLUMNS[-1].title, Face("Helvetica-Bold", 8.2, "#ffffff"), "right")
    y = top + 12
    for nth, line in enumerate(INVOICE.lines, start=1):
        cells = (
            f"  {nth}",
            line.code,
            line.description,
            GERMAN(line.quantity or Decimal(1)),
            line.unit or "",
            f"{line.tax_rate} %",
            GERMAN(line.unit_price or line.total),
            GERMAN(line.total),
        )
        y = pen.row(COLUMNS, cells, y, BODY.but(size=8.8)) + 1.8
        pen.rule(25, y - 4.4, 190, y - 4.4, width=0.3, color=SAND)
    return y + 2


def _totals(pen: Pen, y: float) -> float:
    pen.text(168, y, "Summe netto", BODY, "right")
    pen.text(190, y, GERMAN(INVOICE.net), BODY, "right")
    for each in INVOICE.taxes:
        y += 5
        pen.text(168, y, f"zzgl. {each.rate} % MwSt. auf {GERMAN(each.base)}", BODY, "right")
        pen.text(190, y, GERMAN(each.tax), BODY, "right")
    y += 5
    pen.text(168, y, "MwSt. gesamt", BODY, "right")
    pen.text(190, y, GERMAN(INVOICE.tax), BODY, "right")
    y += 3
    pen.rule(120, y, 190, y, width=0.8, color=BROWN)
    pen.text(168, y + 5.2, "Rechnungsbetrag EUR", BOLD.but(size=10.5), "right")
    pen.text(190, y + 5.2, GERMAN(INVOICE.total), BOLD.but(size=10.5), "right")
    pen.rule(120, y + 7.6, 190, y + 7.6, width=0.4, color=BROWN)
    pen.rule(120, y + 8.3, 190, y + 8.3, width=0.4, color=BROWN)
    return y + 18


def _footer(pen: Pen) -> None:
    columns = (
        (
            "Kaffeekontor Brinkwarf GmbH",
            "Stau 118 · 26122 Oldenburg",
            "Telefon 0441 5550 118-0",
            "kontor@brinkwarf.example",
            "www.brinkwarf.example",
        ),
        (
            "Geschäftsführer: Eike Brinkwarf",
            "Amtsgericht Oldenburg, HRB 218 407",
            f"USt-IdNr. {INVOICE.seller.vat_id}",
            "Steuernummer 64/203/18457",
        ),
        (
            "Bankverbindung",
            "Huntetaler Genossenschaftsbank",
            f"IBAN {grouped(INVOICE.iban or '')}",
            "BIC HUTGDE99XXX",
        ),
    )
    pen.rule(25, 272, 190, 272, width=0.5, color=BROWN)
    for x, lines in zip((25, 81, 137), columns, strict=True):
        pen.lines(x, 276.5, lines, TINY)


SAMPLE = Sample("invoices/kaffeekontor.pdf", INVOICE, draw)
