"""A grocer's till receipt: two tax classes in the prices, deposits, goods sold by weight."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from .amounts import GERMAN, dotted
from .records import Line, Receipt, cents
from .sample import Sample
from .till import Row, apart, bar, middle, print_roll

FULL, REDUCED = "A", "B"
RATES = {FULL: Decimal(19), REDUCED: Decimal(7)}


def _single(description: str, price: str, tax_class: str = REDUCED) -> Line:
    return Line(description, None, None, code=tax_class, fixed_total=Decimal(price))


def _several(
    description: str, quantity: str, price: str, tax_class: str = REDUCED, unit: str = ""
) -> Line:
    return Line(description, Decimal(quantity), Decimal(price), unit, code=tax_class)


LINES = (
    _single("ROGGENMISCHBROT 750G", "3.49"),
    _several("H-MILCH 3,5% 1L", "3", "1.15"),
    _single("DEICHKÄSE SCHEIBEN", "2.79"),
    _several("BANANEN LOSE", "0.986", "1.79", unit="kg"),
    _several("TOMATEN RISPE", "0.482", "2.99", unit="kg"),
    _single("EIER FREILAND 10ER", "3.29"),
    _single("HAFERFLOCKEN ZART", "0.99"),
    _single("GRÜNKOHL TK 600G", "1.89"),
    _single("PINKEL 2ER", "4.59"),
    _several("MINERALWASSER 1,5L", "6", "0.69", FULL),
    _several("PFAND EINWEG", "6", "0.25", FULL),
    _single("SPÜLMITTEL ZITRONE", "1.35", FULL),
    _single("KÜCHENTÜCHER 4ROL", "3.25", FULL),
    _single("TEELICHTER 50ST", "2.99", FULL),
)


def _gross(tax_class: str) -> Decimal:
    return sum((line.total for line in LINES if line.code == tax_class), Decimal("0.00"))


def _net(tax_class: str) -> Decimal:
    return cents(_gross(tax_class) / (1 + RATES[tax_class] / 100))


RECEIPT = Receipt(
    merchant="Frischmarkt Ohlendiek",
    address=("Lange Straße 88", "27232 Sulingen"),
    bought=date(2025, 1, 18),
    currency="EUR",
    payment_method="Girocard",
    lines=LINES,
    tax=sum((_gross(each) - _net(each) for each in RATES), Decimal("0.00")),
    total=sum((line.total for line in LINES), Decimal("0.00")),
)


def draw() -> bytes:
    """Draw the receipt."""
    rows = (
        middle(RECEIPT.merchant, large=True),
        *(middle(line) for line in RECEIPT.address),
        middle("Tel. 04271 5550 26"),
        middle("USt-IdNr. DE231740963"),
        middle(""),
        apart("", "EUR"),
        *(row for line in RECEIPT.lines for row in _article(line)),
        bar(),
        apart("SUMME", f"EUR {GERMAN(RECEIPT.total)}", bold=True),
        bar("="),
        apart(f"Geg. {RECEIPT.payment_method}", f"EUR {GERMAN(RECEIPT.total)}"),
        middle(""),
        *_taxes(),
        middle(""),
        *_card_slip(),
        middle(""),
        *_till_facts(),
        middle(""),
        middle("Vielen Dank für Ihren Einkauf!"),
        middle("Mo-Sa 7:00 - 20:00 Uhr"),
    )
    return print_roll(rows, title="Kassenbon", author=RECEIPT.merchant)


def _article(line: Line) -> tuple[Row, ...]:
    article = apart(line.description, f"{GERMAN(line.total)} {line.code}")
    if line.quantity is None or line.unit_price is None:
        return (article,)
    if line.unit:
        count = (
            f"   {GERMAN(line.quantity)} {line.unit} x {GERMAN(line.unit_price)} EUR/{line.unit}"
        )
    else:
        count = f"   {line.quantity} Stk x {GERMAN(line.unit_price)}"
    return (article, Row(count))


def _taxes() -> tuple[Row, ...]:
    def row(head: str, *amounts: str) -> Row:
        return Row(head.ljust(12) + "".join(amount.rjust(10) for amount in amounts))

    rows = [row("Steuer  %", "Netto", "Steuer", "Brutto")]
    for tax_class, rate in RATES.items():
        gross, net = _gross(tax_class), _net(tax_class)
        amounts = (GERMAN(each) for each in (net, gross - net, gross))
        rows.append(row(f"{tax_class}= {GERMAN(rate):>4}%", *amounts))
    whole = (RECEIPT.total - RECEIPT.tax, RECEIPT.tax, RECEIPT.total)
    rows.append(row("Gesamt", *(GERMAN(each) for each in whole)))
    return tuple(rows)


def _card_slip() -> tuple[Row, ...]:
    return (
        bar(),
        middle("* *  Kundenbeleg  * *"),
        apart("Datum:", dotted(RECEIPT.bought)),
        apart("Uhrzeit:", "17:42:09 Uhr"),
        apart("Beleg-Nr.", "4471"),
        apart("Trace-Nr.", "108266"),
        middle("Kartenzahlung kontaktlos"),
        middle("girocard"),
        apart("Nr.", "###############3308 0001"),
        apart("Terminal-ID", "69 004 127"),
        apart("Betrag EUR", GERMAN(RECEIPT.total)),
        middle("Zahlung erfolgt"),
        bar(),
    )


def _till_facts() -> tuple[Row, ...]:
    return (
        apart(dotted(RECEIPT.bought), "17:42   Bon-Nr. 3816"),
        apart("Markt 0001", "Kasse 2   Bed. 141"),
        Row("TSE-Transaktion:      204417"),
        Row("TSE-Signaturzähler:   431906"),
        Row("TSE-Start: 2025-01-18T17:40:33.000+01:00"),
        Row("TSE-Stop:  2025-01-18T17:42:11.000+01:00"),
    )


SAMPLE = Sample("receipts/ohlendiek.pdf", RECEIPT, draw)
