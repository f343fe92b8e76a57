"""Boxes of a page whose rows aren't level: as the page is shown, and with the page set straight."""

from __future__ import annotations

import math

from schemas.document import Box, Page


def straight(box: Box, page: Page) -> Box:
    """Return where a box lies once the page is turned so that its rows are level."""
    if not page.turn:
        return box
    x, y = _around_middle(_middle(box), page, page.turn, back=False)
    width, height = _sides(box, page.turn, inverse=True)
    return _box(x, y, width, height)


def shown(box: Box, page: Page) -> Box:
    """Return the smallest box, on the page as it is shown, around one on the page set straight."""
    if not page.turn:
        return box
    x, y = _around_middle(_middle(box), page, -page.turn, back=True)
    width, height = _sides(box, page.turn, inverse=False)
    return _box(x, y, width, height)


def _around_middle(
    point: tuple[float, float], page: Page, degrees: float, *, back: bool
) -> tuple[float, float]:
    """Turn a point clockwise from the page as shown to the one set straight, or `back`."""
    as_shown = (page.width / 2, page.height / 2)
    set_straight = as_shown if _quarters(page.turn) % 2 == 0 else as_shown[::-1]
    old, new = (set_straight, as_shown) if back else (as_shown, set_straight)
    angle = math.radians(degrees)
    x, y = point[0] - old[0], point[1] - old[1]
    return (
        new[0] + x * math.cos(angle) - y * math.sin(angle),
        new[1] + x * math.sin(angle) + y * math.cos(angle),
    )


def _sides(box: Box, degrees: float, *, inverse: bool) -> tuple[float, float]:
    """Return the sides of the box around a turned box, or of the one that was turned."""
    width, height = box.x1 - box.x0, box.y1 - box.y0
    quarters = _quarters(degrees)
    slant = math.radians(abs(degrees - 90 * quarters))
    cos, sin = math.cos(slant), math.sin(slant)
    if inverse:
        if quarters % 2:
            width, height = height, width
        whole = cos * cos - sin * sin
        width, height = (width * cos - height * sin) / whole, (height * cos - width * sin) / whole
        return max(width, 0.0), max(height, 0.0)
    width, height = width * cos + height * sin, width * sin + height * cos
    return (height, width) if quarters % 2 else (width, height)


def _quarters(degrees: float) -> int:
    return round(degrees / 90)


def _middle(box: Box) -> tuple[float, float]:
    return (box.x0 + box.x1) / 2, (box.y0 + box.y1) / 2


def _box(x: float, y: float, width: float, height: float) -> Box:
    return Box(x0=x - width / 2, y0=y - height / 2, x1=x + width / 2, y1=y + height / 2)
