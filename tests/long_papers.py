"""Long papers: invoices of any length, and several documents in one file, made in memory."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from reportlab.pdfgen.canvas import Canvas

WIDTH, HEIGHT = 595.0, 842.0
LEFT = (50.0, 90.0)
"""Where the columns of positions and descriptions begin."""
RIGHT = (380.0, 460.0, 545.0)
"""Where those of quantities, prices and totals end."""
FIRST_ROWS = 24
"""Items on the first page; the later ones have room for more."""
LATER_ROWS = 21
GOODS = ("Hex bolt", "Washer", "Copper pipe", "Angle bracket", "Hinge", "Cable tie", "Wall plug")


@dataclass(frozen=True)
class LongInvoice:
    """An invoice over as many pages as its items take."""

    number: str
    items: int
    seller: str = "Ashgrove Fixings Ltd"
    day: str = "14 March 2025"
    footer: bool = True
    """Pages say `Page 2 of 7`."""
    lines: tuple[tuple[str, int, Decimal, Decimal], ...] = field(init=False)

    def __post_init__(self) -> None:
        made = []
        for at in range(self.items):
            quantity, price = at % 9 + 1, Decimal(125 + 7 * (at % 83)) / 100
            name = f"{GOODS[at % len(GOODS)]} {at % 40 + 4} mm"
            made.append((name, quantity, price, quantity * price))
        object.__setattr__(self, "lines", tuple(made))

    @property
    def net(self) -> Decimal:
        return sum((line[3] for line in self.lines), Decimal(0))

    @property
    def tax(self) -> Decimal:
        return (self.net / 5).quantize(Decimal("0.01"))

    @property
    def pages(self) -> int:
        return 1 + -(-max(0, self.items - FIRST_ROWS) // LATER_ROWS)

    def pdf(self) -> bytes:
        written = io.BytesIO()
        canvas = Canvas(written, pagesize=(WIDTH, HEIGHT), invariant=True)
        done = 0
        for page in range(1, self.pages + 1):
            y = self._head(canvas, page)
            rows = FIRST_ROWS if page == 1 else LATER_ROWS
            if page > 1:
                carried = sum((line[3] for line in self.lines[:done]), Decimal(0))
                y = _row(canvas, y, "", "Carried forward", "", "", _money(carried))
            for at in range(done, min(done + rows, self.items)):
                name, quantity, price, total = self.lines[at]
                y = _row(canvas, y, str(at + 1), name, str(quantity), _money(price), _money(total))
            done = min(done + rows, self.items)
            if done == self.items and page == self.pages:
                self._totals(canvas, y - 14)
            if self.footer:
                canvas.drawString(260, 30, f"Page {page} of {self.pages}")
            canvas.showPage()
        canvas.save()
        return written.getvalue()

    def _head(self, canvas: Canvas, page: int) -> float:
        canvas.setFont("Helvetica-Bold", 13)
        canvas.drawString(50, 800, self.seller)
        canvas.setFont("Helvetica", 9)
        if page > 1:
            canvas.drawString(50, 780, f"Invoice number: {self.number}")
            return _row(canvas, 750, "No", "Description", "Qty", "Unit price", "Amount")
        canvas.drawString(50, 786, "12 Ashgrove Lane, Leeds LS1 4AB")
        canvas.setFont("Helvetica-Bold", 16)
        canvas.drawString(400, 760, "INVOICE")
        canvas.setFont("Helvetica", 9)
        canvas.drawString(400, 740, f"Invoice number: {self.number}")
        canvas.drawString(400, 726, f"Invoice date: {self.day}")
        canvas.drawString(50, 740, "Bill to: Brackwater Joinery Ltd")
        canvas.drawString(50, 726, "4 Mill Road, York YO1 7HU")
        return _row(canvas, 680, "No", "Description", "Qty", "Unit price", "Amount")

    def _totals(self, canvas: Canvas, y: float) -> None:
        for label, value in (
            ("Net total", self.net),
            ("VAT 20%", self.tax),
            ("Total due GBP", self.net + self.tax),
        ):
            y = _row(canvas, y, "", label, "", "", _money(value))


def _row(canvas: Canvas, y: float, *cells: str) -> float:
    for x, text in zip(LEFT, cells, strict=False):
        canvas.drawString(x, y, text)
    for x, text in zip(RIGHT, cells[len(LEFT) :], strict=True):
        canvas.drawRightString(x, y, text)
    return y - 22


def _money(value: Decimal) -> str:
    return f"{value:,.2f}"


def sheet(*rows: str) -> bytes:
    """Return a page with these rows; without any it is blank."""
    written = io.BytesIO()
    canvas = Canvas(written, pagesize=(WIDTH, HEIGHT), invariant=True)
    for at, text in enumerate(rows):
        canvas.drawString(72, 700 - 24 * at, text)
    canvas.showPage()
    canvas.save()
    return written.getvalue()


def numbered(count: int) -> Sequence[LongInvoice]:
    """Return so many invoices of different senders and lengths."""
    sellers = ("Ashgrove Fixings Ltd", "Pinewick Paper Co", "Larkfield Tools Ltd")
    return tuple(
        LongInvoice(f"INV-{2040 + 7 * at}", 5 + 22 * (at % 2), seller=sellers[at % len(sellers)])
        for at in range(count)
    )
