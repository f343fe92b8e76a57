"""A joinery in Savoy: French amounts, dates in words, Net à payer and the legal small print."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from .amounts import FRENCH, NO_BREAK_SPACE, grouped, worded_french
from .lettering import Face, wrap
from .pen import A4, Column, Pen
from .records import Invoice, Line, Party
from .sample import Sample

TVA = Decimal(20)

INVOICE = Invoice(
    number="FA-2025-0129",
    issued=date(2025, 3, 14),
    due=date(2025, 4, 13),
    seller=Party(
        "Menuiserie Vaurenard SARL",
        ("27 route des Scieries", "74960 Annecy"),
        "FR39519837462",
    ),
    buyer=Party(
        "Hôtel des Trois Névés SAS",
        ("Service comptabilité", "315 chemin du Calvaire", "74120 Megève"),
        "FR30843209172",
    ),
    purchase_order="BC-2025-044",
    currency="EUR",
    iban="FR7699999041200003174629505",
    prints_amount_due=True,
    lines=(
        Line(
            "Comptoir d’accueil en chêne massif, finition huilée, sur mesure",
            Decimal(1),
            Decimal("4860.00"),
            "u",
            TVA,
            "MEN-01",
        ),
        Line(
            "Banquette de salon, mélèze brossé, L. 2,40 m",
            Decimal(4),
            Decimal("735.50"),
            "u",
            TVA,
            "MEN-14",
        ),
        Line(
            "Lambris mural épicéa vieilli, pose comprise",
            Decimal("38.5"),
            Decimal("92.00"),
            "m²",
            TVA,
            "LAM-07",
        ),
        Line(
            "Porte intérieure à panneaux, quincaillerie laiton",
            Decimal(6),
            Decimal("512.40"),
            "u",
            TVA,
            "POR-22",
        ),
        Line(
            "Dépose et évacuation de l’ancien agencement",
            Decimal(1),
            Decimal("640.00"),
            "ft",
            TVA,
            "DIV-02",
        ),
        Line("Main-d’œuvre atelier et chantier", Decimal(46), Decimal("48.00"), "h", TVA, "MO-01"),
    ),
)

NAVY = "#23395b"
OCHRE = "#c08a3e"
BODY = Face("Caladea", 9.6, "#1d1d1d", 1.28)
BOLD = BODY.but(font="Caladea-Bold")
ITALIC = BODY.but(font="Caladea-Italic")
SMALL = Face("Caladea", 7.6, "#444444", 1.3)

COLUMNS = (
    Column("Réf.", 17, 32),
    Column("Désignation", 34, 99),
    Column("Qté", 100, 113, "right"),
    Column("Unité", 115, 126, "center"),
    Column("P.U. HT", 127, 149, "right"),
    Column("TVA", 150, 163, "right"),
    Column("Montant HT", 165, 193, "right"),
)


def draw() -> bytes:
    """Draw the page."""
    pen = Pen(A4, title=f"Facture {INVOICE.number}", author=INVOICE.seller.name)
    _letterhead(pen)
    _buyer(pen)
    _facts(pen)
    y = _table(pen, 103)
    _totals(pen, y + 4)
    _payment(pen, y + 4)
    _footer(pen)
    return pen.finish()


def _letterhead(pen: Pen) -> None:
    pen.shape([(15, 32), (26, 12), (37, 32)], fill=NAVY)
    for level, half in ((20.5, 3.4), (25, 5.8), (29.5, 8.2)):
        pen.rule(26 - half, level, 26 + half, level, width=1.1, color="#ffffff")
    pen.rule(26, 17, 26, 32, width=1.1, color="#ffffff")
    pen.text(42, 20.5, "Menuiserie Vaurenard", Face("Caladea-Bold", 19, NAVY))
    pen.text(
        42.3, 26.2, "Agencement · Ébénisterie · Chalets — depuis 1974", ITALIC.but(color=OCHRE)
    )
    pen.text(42.3, 31.6, f"{', '.join(INVOICE.seller.address)} · Tél. 04 99 55 01 74", SMALL)
    pen.rule(15, 37, 195, 37, width=0.8, color=OCHRE)


def _buyer(pen: Pen) -> None:
    pen.box(110, 46, 85, 37, stroke="#9aa3b0", line=0.6, radius=1.5)
    pen.text(115, 52, "Client", SMALL.but(color=OCHRE))
    pen.text(115, 57.6, INVOICE.buyer.name, BOLD.but(size=10.5))
    y = pen.lines(115, 62.6, INVOICE.buyer.address, BODY)
    pen.text(115, y + 2.4, f"N° TVA : {INVOICE.buyer.vat_id}", SMALL)


def _facts(pen: Pen) -> None:
    pen.text(15, 52, f"Facture n° {INVOICE.number}", Face("Caladea-Bold", 15, NAVY))
    pen.text(15, 59.5, f"Annecy, le {worded_french(INVOICE.issued)}", BODY)
    due = worded_french(INVOICE.due or INVOICE.issued)
    facts = (
        ("Votre commande", INVOICE.purchase_order or ""),
        ("Devis accepté", "DV-2025-0087"),
        ("Code client", "H0315"),
        ("Échéance", f"le {due}"),
    )
    for nth, (label, value) in enumerate(facts):
        pen.text(15, 67 + 4.8 * nth, f"{label} :", BODY.but(color="#555555"))
        pen.text(45, 67 + 4.8 * nth, value, BODY)
    pen.text(15, 94, "Objet : agencement du hall d’accueil et du salon — chantier de Megève", BOLD)


def _table(pen: Pen, top: float) -> float:
    pen.box(15, top - 5, 180, 7.6, fill=NAVY)
    pen.titles(COLUMNS, top, Face("Caladea-Bold", 9, "#ffffff"))
    y = top + 8
    for nth, line in enumerate(INVOICE.lines):
        cells = (
            line.code,
            line.description,
            FRENCH(line.quantity or Decimal(1)),
            line.unit or "",
            _euros(line.unit_price or line.total),
            f"{line.tax_rate}{NO_BREAK_SPACE}%",
            _euros(line.total),
        )
        text_lines = len(wrap(line.description, BODY, COLUMNS[1].right - COLUMNS[1].left))
        height = text_lines * BODY.step + 3
        if nth % 2:
            pen.box(15, y - 4.6, 180, height, fill="#f3f0ea")
        pen.row(COLUMNS, cells, y, BODY)
        y += height
    pen.rule(15, y - 4.6, 195, y - 4.6, width=0.8, color=NAVY)
    return y


def _totals(pen: Pen, y: float) -> None:
    rows = (
        ("Total HT", INVOICE.net),
        (f"TVA {TVA}{NO_BREAK_SPACE}%", INVOICE.tax),
        ("Total TTC", INVOICE.total),
    )
    for nth, (label, amount) in enumerate(rows):
        pen.text(130, y + 6 * nth, label, BODY)
        pen.text(193, y + 6 * nth, _euros(amount), BODY, "right")
    pen.box(127, y + 15, 68, 10, stroke=NAVY, line=1)
    pen.text(130, y + 21.6, "Net à payer", BOLD.but(size=11.5, color=NAVY))
    pen.text(193, y + 21.6, _euros(INVOICE.balance), BOLD.but(size=11.5, color=NAVY), "right")


def _payment(pen: Pen, y: float) -> None:
    pen.text(15, y, "Règlement", BOLD.but(color=NAVY))
    y = pen.paragraph(
        15,
        y + 5,
        100,
        "Par virement bancaire à 30 jours date de facture. Pas d’escompte pour paiement anticipé.",
        BODY,
    )
    pen.text(15, y + 2.5, "Banque Alpestre de Crédit", BODY)
    pen.text(15, y + 7.3, f"IBAN : {grouped(INVOICE.iban or '')}", BODY)
    pen.text(15, y + 12.1, "BIC : BALCFR9AXXX", BODY)
    pen.paragraph(
        15,
        y + 24,
        178,
        "En cas de retard de paiement, une pénalité égale à trois fois le taux d’intérêt légal "
        "sera exigible, ainsi qu’une indemnité forfaitaire pour frais de recouvrement de "
        f"40{NO_BREAK_SPACE}€ (art. L441-10 et D441-5 du code de commerce). Les marchandises "
        "restent notre propriété jusqu’au paiement intégral du prix. TVA acquittée sur les "
        "encaissements.",
        SMALL,
    )


def _footer(pen: Pen) -> None:
    pen.rule(15, 276, 195, 276, width=0.8, color=OCHRE)
    pen.text(
        105,
        280.8,
        f"{INVOICE.seller.name} au capital de 48{NO_BREAK_SPACE}000{NO_BREAK_SPACE}€ — "
        "RCS Annecy 519 837 462 — SIRET 519 837 462 00026 — APE 4332A",
        SMALL,
        "center",
    )
    pen.text(
        105,
        284.8,
        f"TVA intracommunautaire {INVOICE.seller.vat_id} — Assurance décennale Mutuelle du Bâti "
        "Savoyard n° 7741-0382",
        SMALL,
        "center",
    )


def _euros(amount: Decimal) -> str:
    return f"{FRENCH(amount)}{NO_BREAK_SPACE}€"


SAMPLE = Sample("invoices/vaurenard.pdf", INVOICE, draw)
