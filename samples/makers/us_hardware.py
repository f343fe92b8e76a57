"""A hardware store's receipt on a workbench, photographed with a phone."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from .amounts import ENGLISH, slashed_us
from .photo import photograph
from .records import Line, Receipt, share
from .sample import Sample
from .till import Row, apart, bar, middle, print_roll

TAX_RATE = Decimal(7)


def _single(description: str, price: str, code: str) -> Line:
    return Line(description, None, None, code=code, fixed_total=Decimal(price))


LINES = (
    _single("DECK SCREW 3IN 5LB", "38.99", "070482"),
    Line("2X6X8 PT LUMBER", Decimal(6), Decimal("9.47"), code="112960"),
    _single("JOIST HANGER 10PK", "21.49", "081135"),
    Line("CONCRETE MIX 60LB", Decimal(4), Decimal("5.79"), code="104418"),
    _single("CARBIDE BLADE 7-1/4", "18.99", "330276"),
    Line("WORK GLOVES LG", Decimal(2), Decimal("12.99"), code="440019"),
    _single("CHALK LINE BLUE", "9.59", "320840"),
    _single("EXT STAIN CEDAR GAL", "46.99", "210057"),
)
SUBTOTAL = sum((line.total for line in LINES), Decimal("0.00"))
TAX = share(SUBTOTAL, TAX_RATE)

RECEIPT = Receipt(
    merchant="BOLTWICK HARDWARE",
    address=("318 Canal Street", "Brattleboro, VT 05301"),
    bought=date(2024, 10, 26),
    currency="USD",
    payment_method="VISA",
    lines=LINES,
    tax=TAX,
    total=SUBTOTAL + TAX,
)


def draw() -> bytes:
    """Draw the receipt and photograph it."""
    rows = (
        middle(RECEIPT.merchant, large=True),
        middle("Lumber - Paint - Tools - Rental"),
        *(middle(line) for line in RECEIPT.address),
        middle("(802) 555-0119"),
        middle(""),
        apart(slashed_us(RECEIPT.bought), "11:07 AM"),
        apart("STORE 02  REG 3", "TRANS 0058213"),
        apart("CASHIER: DWIGHT", ""),
        bar(),
        *(row for line in RECEIPT.lines for row in _article(line)),
        bar(),
        apart("SUBTOTAL", ENGLISH(SUBTOTAL)),
        apart(f"SALES TAX {TAX_RATE}%", ENGLISH(RECEIPT.tax)),
        apart("TOTAL", f"${ENGLISH(RECEIPT.total)}", bold=True),
        middle(""),
        apart(f"{RECEIPT.payment_method} ************6042", f"${ENGLISH(RECEIPT.total)}"),
        apart("AUTH 04418Z", "CHIP READ"),
        apart("CHANGE", "0.00"),
        middle(""),
        middle(f"ITEMS SOLD {sum(int(line.quantity or 1) for line in LINES)}"),
        middle(""),
        middle("RETURNS WITHIN 30 DAYS WITH RECEIPT"),
        middle("NO RETURNS ON CUT LUMBER OR MIXED PAINT"),
        middle("THANK YOU - SHOP LOCAL!"),
        middle(""),
    )
    roll = print_roll(rows, title="Receipt", author=RECEIPT.merchant, bars="0200358213")
    return photograph(roll, seed=58213)


def _article(line: Line) -> tuple[Row, ...]:
    article = apart(f"{line.code}  {line.description}", f"{ENGLISH(line.total)} T")
    if line.quantity is None or line.unit_price is None:
        return (article,)
    return (article, Row(f"        {line.quantity} @ {ENGLISH(line.unit_price)}"))


SAMPLE = Sample("receipts/boltwick.jpg", RECEIPT, draw)
