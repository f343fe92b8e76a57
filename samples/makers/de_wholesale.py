"""An electrical wholesaler in Münster: three pages, delivery notes, Übertrag at each page's end."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from .amounts import GERMAN, dotted, grouped
from .de_wholesale_lines import delivery_notes
from .lettering import Face, wrap
from .pen import A4, Column, Pen
from .records import Invoice, Line, Party
from .sample import Sample

VAT = Decimal("19.00")
NOTES = delivery_notes()

INVOICE = Invoice(
    number="90417733",
    issued=date(2025, 6, 30),
    due=date(2025, 7, 30),
    seller=Party(
        "Wesselkamp Elektrogroßhandel GmbH & Co. KG",
        ("Gildenring 44", "48153 Münster"),
        "DE284619037",
    ),
    buyer=Party(
        "Elektro Tönsfeld GmbH",
        ("Salzbergener Damm 12", "48431 Rheine"),
    ),
    purchase_order="B25-0611",
    currency="EUR",
    tax_rate=VAT,
    iban="DE06999705550620041938",
    lines=tuple(line for _, lines in NOTES for line in lines),
)

BLUE = "#003a70"
YELLOW = "#f2b705"
BODY = Face("Helvetica", 8, "#000000", 1.25)
BOLD = BODY.but(font="Helvetica-Bold")
TINY = Face("Helvetica", 6.2, "#333333", 1.35)
HEAD = Face("Helvetica-Bold", 7.6, BLUE)

COLUMNS = (
    Column("Pos.", 20, 28, "right"),
    Column("Artikel", 31, 43),
    Column("Bezeichnung", 45, 117),
    Column("Menge", 118, 133, "right"),
    Column("ME", 135, 143),
    Column("Preis/ME", 144, 164, "right"),
    Column("Betrag EUR", 168, 190, "right"),
)
BOTTOM = 252.0
"""No row starts below this; the carried-forward row and the footer follow."""


def draw() -> bytes:
    """Draw the pages."""
    drawing = _Drawing()
    for heading, lines in NOTES:
        drawing.note(heading)
        for line in lines:
            drawing.line(line)
    return drawing.finish()


class _Drawing:
    """The state that goes from page to page: where we are, what has been summed up."""

    def __init__(self) -> None:
        self._pen = Pen(A4, title=f"Rechnung {INVOICE.number}", author=INVOICE.seller.name)
        self._page = 1
        self._position = 0
        self._sum = Decimal("0.00")
        _first_head(self._pen)
        self._y = _table_head(self._pen, 113)
        _footer(self._pen, self._page)

    def note(self, heading: str) -> None:
        """Write a delivery note's heading, never as a page's last row."""
        self._make_room(12)
        self._pen.text(31, self._y + 1, heading, BOLD.but(size=7.6, color=BLUE))
        self._y += 5.8

    def line(self, line: Line) -> None:
        """Write one line."""
        self._make_room(len(wrap(line.description, BODY, 72)) * BODY.step)
        self._position += 1
        cells = (
            str(self._position),
            line.code,
            line.description,
            GERMAN(line.quantity or Decimal(1)),
            line.unit or "",
            GERMAN(line.unit_price or line.total),
            GERMAN(line.total),
        )
        self._y = self._pen.row(COLUMNS, cells, self._y, BODY) + 2.9
        self._sum += line.total

    def finish(self) -> bytes:
        """Write the totals and return the PDF."""
        self._make_room(62)
        _totals(self._pen, self._y)
        return self._pen.finish()

    def _make_room(self, height: float) -> None:
        if self._y + height <= BOTTOM:
            return
        self._pen.rule(20, 254, 190, 254, width=0.6, color=BLUE)
        self._pen.text(164, 258.5, "Übertrag", BOLD, "right")
        self._pen.text(190, 258.5, GERMAN(self._sum), BOLD, "right")
        self._pen.turn_page()
        self._page += 1
        _next_head(self._pen)
        _footer(self._pen, self._page)
        self._y = _table_head(self._pen, 42)
        self._pen.text(164, self._y, "Übertrag", BOLD, "right")
        self._pen.text(190, self._y, GERMAN(self._sum), BOLD, "right")
        self._y += 5.6


def _logo(pen: Pen, x: float, y: float, scale: float) -> None:
    pen.box(x, y, 16 * scale, 16 * scale, fill=BLUE)
    bolt = ((9.6, 1.6), (3.6, 9), (7.4, 9), (5.8, 14.4), (12.4, 6.6), (8.4, 6.6))
    pen.shape([(x + a * scale, y + b * scale) for a, b in bolt], fill=YELLOW)


def _first_head(pen: Pen) -> None:
    _logo(pen, 20, 12, 1)
    pen.text(40, 20.5, "WESSELKAMP", Face("Helvetica-Bold", 21, BLUE))
    pen.text(40.4, 26.5, "Elektrogroßhandel seit 1958", Face("Helvetica", 9.5, "#444444"))
    pen.lines(
        190,
        16,
        (
            "Gildenring 44 · 48153 Münster",
            "Tel. 0251 5550 440 · Fax 0251 5550 449",
            "rechnung@wesselkamp.example",
            "www.wesselkamp.example",
        ),
        BODY.but(size=7.5),
        "right",
    )
    pen.rule(20, 32, 190, 32, width=2, color=YELLOW)
    seller = INVOICE.seller
    pen.text(20, 48, " · ".join((seller.name, *seller.address)), TINY)
    pen.lines(20, 56, ("Firma", INVOICE.buyer.name, *INVOICE.buyer.address), BODY.but(size=10))
    facts = (
        ("Rechnungsnummer", INVOICE.number),
        ("Rechnungsdatum", dotted(INVOICE.issued)),
        ("Kundennummer", "217304"),
        ("Ihre Bestellung", INVOICE.purchase_order or ""),
        ("Leistungszeitraum", "01.06. - 30.06.2025"),
        ("Sachbearbeiter", "H. Averkamp (Dw. 27)"),
    )
    pen.box(121, 46, 69, 38, fill="#eef2f7")
    for nth, (label, value) in enumerate(facts):
        pen.text(124, 52 + 5.6 * nth, label, BODY)
        pen.text(153, 52 + 5.6 * nth, value, BOLD)
    pen.text(20, 97, "Sammelrechnung", Face("Helvetica-Bold", 14, BLUE))
    pen.text(
        20, 103, "Wir lieferten Ihnen zu unseren Allgemeinen Verkaufs- und Lieferbedingungen:", BODY
    )


def _next_head(pen: Pen) -> None:
    _logo(pen, 20, 12, 0.6)
    pen.text(32, 18.8, "WESSELKAMP", Face("Helvetica-Bold", 13, BLUE))
    pen.text(
        190,
        18.8,
        f"Rechnung {INVOICE.number} vom {dotted(INVOICE.issued)} · Kunde 217304 · "
        f"{INVOICE.buyer.name}",
        BODY,
        "right",
    )
    pen.rule(20, 25, 190, 25, width=2, color=YELLOW)


def _table_head(pen: Pen, y: float) -> float:
    pen.rule(20, y - 5, 190, y - 5, width=0.6, color=BLUE)
    pen.titles(COLUMNS, y - 1.2, HEAD)
    pen.rule(20, y + 0.8, 190, y + 0.8, width=0.6, color=BLUE)
    return y + 5.4


def _totals(pen: Pen, y: float) -> None:
    pen.rule(20, y - 1.5, 190, y - 1.5, width=0.6, color=BLUE)
    pen.text(45, y + 4, "Lieferung frei Haus. Skontofähiger Betrag: keiner.", BODY)
    rows = (
        ("Warenwert netto", INVOICE.net),
        (f"Umsatzsteuer {GERMAN(VAT)} %", INVOICE.tax),
        ("Gesamtbetrag EUR", INVOICE.total),
    )
    for nth, (label, amount) in enumerate(rows):
        face = BOLD.but(size=10) if nth == 2 else BODY.but(size=9)
        if nth == 2:
            pen.box(116, y + 10.6, 74, 8.4, fill=YELLOW)
        shift = 4 + 5.2 * nth + (1.8 if nth == 2 else 0)
        pen.text(119, y + shift, label, face)
        pen.text(188, y + shift, GERMAN(amount), face, "right")
    y = pen.paragraph(
        20,
        y + 28,
        170,
        f"Zahlbar bis {dotted(INVOICE.due or INVOICE.issued)} netto ohne Abzug auf unser unten "
        "genanntes Konto. Reklamationen bitte innerhalb von acht Tagen nach Warenerhalt. Die Ware "
        "bleibt bis zur vollständigen Bezahlung unser Eigentum (verlängerter Eigentumsvorbehalt). "
        "Altgeräte nehmen wir gemäß ElektroG in unserer Niederlassung zurück.",
        BODY,
    )
    pen.text(20, y + 4, "Vielen Dank für Ihren Einkauf bei Wesselkamp.", BODY)


def _footer(pen: Pen, page: int) -> None:
    seller = INVOICE.seller
    columns = (
        (
            seller.name,
            "Kommanditgesellschaft, Sitz Münster",
            "Amtsgericht Münster, HRA 71 946",
            f"USt-IdNr. {seller.vat_id}",
        ),
        (
            "Pers. haftende Gesellschafterin:",
            "Wesselkamp Verwaltungs-GmbH",
            "Amtsgericht Münster, HRB 82 013",
            "Geschäftsführerin: Dr. Ina Wesselkamp",
        ),
        (
            "Münsterländer Handelsbank AG",
            f"IBAN {grouped(INVOICE.iban or '')}",
            "BIC MLHBDE99XXX",
            "Stiftung EAR: DE 99 104 417",
        ),
    )
    pen.rule(20, 268, 190, 268, width=0.4, color=BLUE)
    for x, lines in zip((20, 80, 138), columns, strict=True):
        pen.lines(x, 272, lines, TINY)
    # 3 is known beforehand: the lines do not change.
    pen.text(190, 289, f"Seite {page} von 3", BODY.but(size=7), "right")


SAMPLE = Sample("invoices/wesselkamp.pdf", INVOICE, draw)
