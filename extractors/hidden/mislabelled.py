"""Where a page has text that says other characters than it shows."""

from __future__ import annotations

import bisect
import math
from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from pymupdf import mupdf

from extractors.hidden.around import TEXT, Around, Rect
from extractors.hidden.glyphs import items_of
from extractors.hidden.lying import lying_fonts, plain

NEAR = 0.5
"""Points around a word within which its characters begin."""


class Places:
    """Where glyphs of lying fonts begin."""

    def __init__(self, points: Sequence[tuple[float, float]] = ()) -> None:
        self._rows: defaultdict[int, list[float]] = defaultdict(list)
        for x, y in sorted(point for point in points if all(map(math.isfinite, point))):
            self._rows[math.floor(y)].append(x)

    def __bool__(self) -> bool:
        return bool(self._rows)

    def within(self, rect: Rect) -> bool:
        """Say whether any of them is in a rectangle."""
        left, top, right, bottom = rect
        for y in range(math.floor(top - NEAR), math.floor(bottom + NEAR) + 1):
            if (xs := self._rows.get(y)) is not None:
                at = bisect.bisect_left(xs, left - NEAR)
                if at < len(xs) and xs[at] <= right + NEAR:
                    return True
        return False


def mislabelled(drawn: Any, around: Around) -> Places:
    """Find what a display list draws in lying fonts; what can't be judged is taken as it is."""
    fonts = lying_fonts(around.glyphs)
    if not fonts:
        return Places()
    device = _Device(fonts)
    whole = mupdf.FzRect(mupdf.FzRect.Fixed_INFINITE)
    mupdf.fz_run_display_list(drawn.this, device, mupdf.FzMatrix(), whole, mupdf.FzCookie())
    mupdf.fz_close_device(device)
    return Places(device.points)


class _Device(mupdf.FzDevice2):  # type: ignore[misc]
    """Notes where letters and digits of some fonts begin."""

    def __init__(self, fonts: frozenset[int]) -> None:
        super().__init__()
        self._fonts = fonts
        self.points: list[tuple[float, float]] = []
        for name in TEXT:
            getattr(self, f"use_virtual_{name}")()

    def fill_text(self, _context: Any, text: Any, *given: Any) -> None:
        matrix = next(each for each in given if isinstance(each, mupdf.fz_matrix))
        a, b, c, d, e, f = (getattr(matrix, name) for name in "abcdef")
        for items in items_of(text, self._fonts):
            for x, y, code in items[["x", "y", "character"]].tolist():
                if plain(code):
                    self.points.append((a * x + c * y + e, b * x + d * y + f))

    stroke_text = clip_text = clip_stroke_text = fill_text
