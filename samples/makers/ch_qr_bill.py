"""The payment part of a Swiss QR-bill, as the implementation guidelines of SIX describe it."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from reportlab.graphics import renderPDF
from reportlab.graphics.barcode.qr import QrCodeWidget
from reportlab.graphics.shapes import Drawing
from reportlab.lib.units import mm

from .amounts import grouped
from .lettering import Face
from .pen import Pen

TOP = 192.0
"""The payment part is 105 mm high and lies at the foot of an A4 page."""

TITLE = Face("Helvetica-Bold", 11)
RECEIPT_LABEL = Face("Helvetica-Bold", 6, leading=1.5)
RECEIPT_VALUE = Face("Helvetica", 8, leading=1.13)
LABEL = Face("Helvetica-Bold", 8, leading=1.4)
VALUE = Face("Helvetica", 10, leading=1.1)


@dataclass(frozen=True)
class QrBill:
    """What the payment part says."""

    iban: str
    creditor: tuple[str, ...]
    """Name, street with number, postcode with town."""
    debtor: tuple[str, ...]
    """The same of who pays."""
    currency: str
    amount: Decimal
    reference: str
    """ISO 11649, from RF on."""


def draw_qr_bill(pen: Pen, bill: QrBill) -> None:
    """Draw receipt and payment part at the foot of the page."""
    pen.rule(0, TOP, 210, TOP, width=0.4, dash=(3, 2))
    pen.rule(62, TOP, 62, 297, width=0.4, dash=(3, 2))
    pen.text(105, TOP - 1.5, "Vor der Einzahlung abzutrennen", Face("Helvetica", 6.5), "center")
    _receipt(pen, bill)
    _payment_part(pen, bill)


def _receipt(pen: Pen, bill: QrBill) -> None:
    pen.text(5, TOP + 9, "Empfangsschein", TITLE)
    y = _block(
        pen, 5, TOP + 15, "Konto / Zahlbar an", (grouped(bill.iban), *bill.creditor), small=True
    )
    y = _block(pen, 5, y, "Referenz", (grouped(bill.reference),), small=True)
    _block(pen, 5, y, "Zahlbar durch", bill.debtor, small=True)
    _amount(pen, bill, (5, 18), RECEIPT_LABEL, RECEIPT_VALUE)
    pen.text(57, TOP + 85, "Annahmestelle", RECEIPT_LABEL, "right")


def _payment_part(pen: Pen, bill: QrBill) -> None:
    pen.text(67, TOP + 9, "Zahlteil", TITLE)
    _code(pen, bill)
    _amount(pen, bill, (67, 82), LABEL, VALUE)
    y = _block(pen, 118, TOP + 8, "Konto / Zahlbar an", (grouped(bill.iban), *bill.creditor))
    y = _block(pen, 118, y, "Referenz", (grouped(bill.reference),))
    _block(pen, 118, y, "Zahlbar durch", bill.debtor)


def _block(
    pen: Pen, x: float, y: float, label: str, lines: tuple[str, ...], *, small: bool = False
) -> float:
    head, value = (RECEIPT_LABEL, RECEIPT_VALUE) if small else (LABEL, VALUE)
    pen.text(x, y, label, head)
    return pen.lines(x, y + value.step, lines, value) + value.step


def _amount(pen: Pen, bill: QrBill, places: tuple[float, float], label: Face, value: Face) -> None:
    pen.text(places[0], TOP + 72, "Währung", label)
    pen.text(places[1], TOP + 72, "Betrag", label)
    pen.text(places[0], TOP + 76.5, bill.currency, value)
    # QR-bills group thousands by a blank, whatever the letter above does.
    pen.text(places[1], TOP + 76.5, f"{bill.amount:,}".replace(",", " "), value)


def _code(pen: Pen, bill: QrBill) -> None:
    widget = QrCodeWidget(_payload(bill), barLevel="M", barBorder=0)
    left, bottom, right, top = widget.getBounds()
    side = 46 * mm
    drawing = Drawing(
        side, side, transform=[side / (right - left), 0, 0, side / (top - bottom), -left, -bottom]
    )
    drawing.add(widget)
    renderPDF.draw(drawing, pen.canvas, 67 * mm, (pen.height - TOP - 17 - 46) * mm)
    centre = (67 + 23, TOP + 17 + 23)
    pen.box(centre[0] - 3.5, centre[1] - 3.5, 7, 7, fill="#ffffff")
    pen.box(centre[0] - 3, centre[1] - 3, 6, 6, fill="#000000")
    pen.box(centre[0] - 0.6, centre[1] - 2, 1.2, 4, fill="#ffffff")
    pen.box(centre[0] - 2, centre[1] - 0.6, 4, 1.2, fill="#ffffff")


def _payload(bill: QrBill) -> str:
    no_ultimate_creditor = [""] * 7
    return "\r\n".join(
        [
            "SPC",
            "0200",
            "1",
            bill.iban,
            *_address(bill.creditor),
            *no_ultimate_creditor,
            str(bill.amount),
            bill.currency,
            *_address(bill.debtor),
            "SCOR",
            bill.reference,
            "",
            "EPD",
        ]
    )


def _address(lines: tuple[str, ...]) -> list[str]:
    name, street, town = lines
    street_name, number = street.rsplit(" ", 1)
    postcode, place = town.split(" ", 1)
    return ["S", name, street_name, number, postcode, place, "CH"]
