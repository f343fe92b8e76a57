"""A master painter in Franconia: a plain table, wrapped descriptions, Skonto terms."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from .amounts import GERMAN, dotted, grouped
from .lettering import Face
from .pen import A4, Column, Pen
from .records import Invoice, Line, Party, share
from .sample import Sample

VAT = Decimal(19)
SKONTO = Decimal(2)

INVOICE = Invoice(
    number="2025/058",
    issued=date(2025, 5, 19),
    due=date(2025, 6, 18),
    seller=Party(
        "Malerbetrieb Quastner",
        ("Mainleite 23", "96103 Hallstadt"),
        "DE125904373",
    ),
    buyer=Party(
        "Roswitha und Jörg Bäuerlein",
        ("Am Kellerberg 7", "96123 Litzendorf"),
    ),
    currency="EUR",
    tax_rate=VAT,
    iban="DE07999302400018834107",
    lines=(
        Line(
            "Fassade Nord- und Westseite: Untergrund reinigen, lose Altanstriche entfernen, "
            "Risse bis 2 mm schließen",
            Decimal("86.50"),
            Decimal("9.80"),
            "m²",
        ),
        Line(
            "Grundierung mit Tiefgrund LF, anschließend zweimaliger Anstrich mit "
            "Silikonharzfarbe, Farbton Sandstein 14",
            Decimal("86.50"),
            Decimal("24.60"),
            "m²",
        ),
        Line(
            "Gerüst stellen, vorhalten (4 Wochen) und abbauen, inkl. An- und Abtransport",
            Decimal("1.00"),
            Decimal("1180.00"),
            "psch.",
        ),
        Line(
            "Fensterläden abnehmen, anschleifen, zweimal mit Wetterschutzlasur streichen und "
            "wieder einhängen",
            Decimal("8.00"),
            Decimal("67.50"),
            "Stk.",
        ),
        Line("Dachuntersicht (Holz) lasieren, Nussbaum", Decimal("22.40"), Decimal("18.75"), "lfm"),
        Line(
            "Stundenlohnarbeiten nach Anweisung: Ausbesserung Putz am Sockel, laut "
            "unterschriebenem Regiezettel",
            Decimal("5.50"),
            Decimal("54.00"),
            "Std.",
        ),
        Line(
            "Abdeckmaterial, Klebeband, Kleinmaterial", Decimal("1.00"), Decimal("48.00"), "psch."
        ),
    ),
)

RED = "#b3261e"
BODY = Face("Vera", 8.4, "#000000", 1.35)
BOLD = BODY.but(font="Vera-Bold")
SMALL = BODY.but(size=7, color="#333333")

COLUMNS = (
    Column("Pos", 25, 32),
    Column("Menge", 33, 46, "right"),
    Column("Einheit", 49, 61),
    Column("Bezeichnung", 63, 141),
    Column("Einzelpreis", 143, 164, "right"),
    Column("Gesamtpreis", 166, 188, "right"),
)
EDGES = (23.0, 32.0, 47.5, 62.0, 142.0, 165.5, 190.0)


def draw() -> bytes:
    """Draw the page."""
    pen = Pen(A4, title=f"Rechnung {INVOICE.number}", author="Detlef Quastner")
    _letterhead(pen)
    seller = INVOICE.seller
    pen.text(25, 51, ", ".join((seller.name, *seller.address)), SMALL.but(size=6))
    pen.lines(25, 59, ("Eheleute", INVOICE.buyer.name, *INVOICE.buyer.address), BODY.but(size=9))
    _facts(pen)
    pen.text(25, 99, "RECHNUNG", Face("Vera-Bold", 13))
    pen.text(25, 106, "Bauvorhaben: Fassadenanstrich Wohnhaus, Am Kellerberg 7", BODY)
    pen.text(25, 111, "Leistungszeitraum: 22.04. bis 14.05.2025", BODY)
    y = _totals(pen, _table(pen, 117))
    _terms(pen, y)
    _footer(pen)
    return pen.finish()


def _letterhead(pen: Pen) -> None:
    # A brush that has just drawn the stripe across the letterhead.
    pen.shape(
        [(25, 36), (70, 33.5, 120, 38.5, 168, 35), (168, 38.5), (120, 41.5, 70, 37.5, 25, 39.4)],
        fill=RED,
    )
    pen.box(168, 31.8, 9, 8.6, fill="#5a4632")
    pen.box(177, 31, 3, 10.2, fill="#b9bcc0")
    pen.shape(
        [(180, 33), (184, 34, 190, 34.2, 196, 35), (196, 37.4), (190, 38, 184, 38.4, 180, 39.4)],
        fill="#d9a441",
    )
    pen.text(25, 21, "Malerbetrieb", Face("Vera", 12))
    pen.text(25, 29.5, "QUASTNER", Face("Vera-Bold", 22, RED))
    pen.text(190, 18.5, "Detlef Quastner, Malermeister", BOLD, "right")
    pen.lines(
        190,
        22.8,
        (
            "Fassaden · Innenräume · Lackierarbeiten",
            "Tel. 0951 5550 2318 · Mobil 0151 5550 8841",
            "post@maler-quastner.example",
        ),
        SMALL,
        "right",
    )


def _facts(pen: Pen) -> None:
    facts = (
        ("Rechnung Nr.:", INVOICE.number),
        ("Datum:", dotted(INVOICE.issued)),
        ("Kunden-Nr.:", "1174"),
        ("Angebot:", "A 2025/021 v. 03.03.2025"),
    )
    for nth, (label, value) in enumerate(facts):
        pen.text(124, 60 + 5 * nth, label, BODY)
        pen.text(149, 60 + 5 * nth, value, BOLD if nth == 0 else BODY)


def _table(pen: Pen, top: float) -> float:
    pen.box(23, top, 167, 7, fill="#e6e6e6")
    pen.titles(COLUMNS, top + 4.8, BOLD.but(size=7.6))
    y = top + 12
    for nth, line in enumerate(INVOICE.lines, start=1):
        cells = (
            str(nth),
            GERMAN(line.quantity or Decimal(1)),
            line.unit or "",
            line.description,
            GERMAN(line.unit_price or line.total),
            GERMAN(line.total),
        )
        y = pen.row(COLUMNS, cells, y, BODY) + 1.6
    y -= 2
    for edge in EDGES:
        pen.rule(edge, top, edge, y, width=0.6)
    for level in (top, top + 7, y):
        pen.rule(23, level, 190, level, width=0.6)
    return y


def _totals(pen: Pen, y: float) -> float:
    rows = (
        ("Nettobetrag", INVOICE.net),
        (f"+ {VAT} % Mehrwertsteuer", INVOICE.tax),
        ("Rechnungsbetrag", INVOICE.total),
    )
    for nth, (label, amount) in enumerate(rows):
        face = BOLD if nth == 2 else BODY
        pen.text(139, y + 5, label, face, "right")
        pen.text(145, y + 5, "EUR", face)
        pen.text(188, y + 5, GERMAN(amount), face, "right")
        y += 6.4
        pen.rule(142, y, 190, y, width=0.6)
    pen.rule(142, y + 0.8, 190, y + 0.8, width=0.6)
    return y + 11


def _terms(pen: Pen, y: float) -> None:
    discount = share(INVOICE.total, SKONTO)
    y = pen.paragraph(
        25,
        y,
        163,
        f"Zahlbar bis 29.05.2025 mit {SKONTO} % Skonto = {GERMAN(discount)} EUR, also "
        f"{GERMAN(INVOICE.total - discount)} EUR, oder bis {dotted(INVOICE.due or INVOICE.issued)} "
        "ohne Abzug.",
        BODY,
    )
    y = pen.paragraph(
        25,
        y + 2,
        163,
        f"Im Rechnungsbetrag sind Lohnkosten von {GERMAN(share(INVOICE.total, Decimal(62)))} EUR "
        "enthalten (Handwerkerleistung nach § 35a EStG). Bitte bewahren Sie diese Rechnung zwei "
        "Jahre auf (§ 14b UStG).",
        BODY,
    )
    pen.text(25, y + 3, "Herzlichen Dank für Ihren Auftrag!", BODY)
    pen.shape(
        [
            (26, y + 12),
            (28, y + 3, 32, y + 5, 30, y + 11),
            (29, y + 15, 26, y + 13, 31, y + 10),
            (33, y + 9, 33, y + 14, 36, y + 10),
            (37, y + 8, 37, y + 13, 40, y + 10),
            (42, y + 7, 41, y + 14, 45, y + 9),
            (48, y + 6, 46, y + 13, 51, y + 10),
            (55, y + 8, 58, y + 10, 64, y + 7),
        ],
        stroke="#1b2f7a",
        line=1.1,
        closed=False,
    )


def _footer(pen: Pen) -> None:
    seller = INVOICE.seller
    pen.rule(25, 277, 190, 277, width=1.2, color=RED)
    pen.text(
        107.5,
        281.5,
        f"{seller.name} · Inh. Detlef Quastner · {' · '.join(seller.address)} · "
        f"USt-IdNr. {seller.vat_id}",
        SMALL,
        "center",
    )
    pen.text(
        107.5,
        285.5,
        f"Regnitztal-Bank eG · IBAN {grouped(INVOICE.iban or '')} · BIC RGTZDE99XXX · "
        "Handwerkskammer für Oberfranken",
        SMALL,
        "center",
    )


SAMPLE = Sample("invoices/malerbetrieb.pdf", INVOICE, draw)
