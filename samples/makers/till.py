"""The narrow paper of a till: rows of characters of one width, grown to their length."""

from __future__ import annotations

from dataclasses import dataclass

from .lettering import Face
from .pen import Pen

WIDTH = 80.0
"""Paper width in mm."""
CHARACTERS = 42

BODY = Face("Courier", 8, leading=1.18)


@dataclass(frozen=True)
class Row:
    """One row of print, already laid out to `CHARACTERS`."""

    text: str
    bold: bool = False
    large: bool = False


def middle(text: str, *, bold: bool = False, large: bool = False) -> Row:
    """Centre `text`."""
    return Row(text, bold, large) if large else Row(text.center(CHARACTERS).rstrip(), bold)


def apart(left: str, right: str, *, bold: bool = False) -> Row:
    """Set `left` to the left edge and `right` to the right one."""
    return Row(left + right.rjust(CHARACTERS - len(left)), bold)


def bar(mark: str = "-") -> Row:
    """Fill a row with `mark`."""
    return Row(mark * CHARACTERS)


def print_roll(rows: tuple[Row, ...], *, title: str, author: str, bars: str = "") -> bytes:
    """Return a PDF as long as its rows, with `bars` as a bar code under them, if any."""
    head = 8.0
    length = head + sum(_step(row) for row in rows) + (22 if bars else 8)
    pen = Pen((WIDTH, length), title=title, author=author)
    y = head
    for row in rows:
        face = BODY.but(font="Courier-Bold") if row.bold or row.large else BODY
        if row.large:
            pen.text(WIDTH / 2, y + 2, row.text, face.but(size=13), "center")
        else:
            pen.text(4.4, y, row.text, face)
        y += _step(row)
    _bar_code(pen, bars, y)
    return pen.finish()


def _step(row: Row) -> float:
    return BODY.step * (1.9 if row.large else 1)


def _bar_code(pen: Pen, digits: str, y: float) -> None:
    if not digits:
        return
    x = WIDTH / 2 - 0.28 * 3.5 * len(digits)
    for digit in digits:
        for place, wide in enumerate(f"{int(digit) * 7 % 16:04b}"):
            thickness = 0.56 if wide == "1" else 0.28
            if place % 2 == 0:
                pen.box(x, y, thickness, 9, fill="#000000")
            x += 0.49
    pen.text(WIDTH / 2, y + 12, digits, BODY, "center")
