"""Draw a page with and without its text: a word that makes no difference is hidden."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pymupdf

from extractors.hidden.around import Rect
from extractors.opening import UNDRAWABLE, Opened, check_pixels
from schemas.limits import Limits

DPI = 96
MOST_PIXELS = 12_000_000
"""Of one drawing; a larger page is drawn more coarsely."""
MARGIN = 2.0
"""Points around what is drawn."""
LEAST_DIFFERENCE = 10
"""Of 255, at the darkest spot of a word. Light grey type makes 30, type that is a shade off its
background 3."""
LEAST_INK = 24
"""Of 255: between the darkest and the lightest spot where a picture shows writing."""

Pixels = npt.NDArray[np.int16]


class Proof:
    """Pictures of the part of a page where something may be hidden, with its text and without."""

    def __init__(
        self, opened: Opened, page: Any, rect: Rect, where: Sequence[Rect], limits: Limits
    ) -> None:
        """Draw the smallest part of a page, which has `rect`, that holds all of `where`."""
        self._rect = _around(where, rect)
        self._zoom = _zoom(rect)
        self._at = (0, 0)
        check_pixels(page, limits)
        self._whole = self._draw(page)
        self._bare = self._without_text(opened, page.number)

    @property
    def works(self) -> bool:
        """Whether the page could be drawn both ways."""
        return self._bare is not None and self._bare.shape == self._whole.shape

    def shows(self, rect: Rect) -> bool:
        """Say whether text in a rectangle makes a difference to what the page shows."""
        assert self._bare is not None
        whole, bare = self._cut(self._whole, rect), self._cut(self._bare, rect)
        return whole.size > 0 and int(np.abs(whole - bare).max()) >= LEAST_DIFFERENCE

    def has_ink(self, rect: Rect) -> bool:
        """Say whether the page shows anything in a rectangle but one colour."""
        part = self._cut(self._whole, rect)
        if not part.size:
            return False
        flat = part.reshape(-1, part.shape[-1])
        return int((flat.max(axis=0) - flat.min(axis=0)).max()) >= LEAST_INK

    def _cut(self, pixels: Pixels, rect: Rect) -> Pixels:
        left, top = self._at
        x0, y0, x1, y1 = (side * self._zoom for side in rect)
        return pixels[
            max(0, math.floor(y0) - top) : max(0, math.ceil(y1) - top),
            max(0, math.floor(x0) - left) : max(0, math.ceil(x1) - left),
        ]

    def _draw(self, page: Any) -> Pixels:
        turn = page.rotation
        if turn:
            page.set_rotation(0)
        try:
            drawn = page.get_pixmap(
                matrix=pymupdf.Matrix(self._zoom, self._zoom),
                colorspace=pymupdf.csRGB,
                alpha=False,
                clip=self._rect,
            )
        finally:
            if turn:
                page.set_rotation(turn)
        self._at = (drawn.x, drawn.y)
        flat = np.frombuffer(drawn.samples_mv, dtype=np.uint8)
        return flat.reshape(drawn.height, drawn.width, 3).astype(np.int16)

    def _without_text(self, opened: Opened, number: int) -> Pixels | None:
        if opened.filetype != "pdf":
            return None
        try:
            with opened.again() as document:
                page = document[number]
                for annotation in list(page.annots() or ()):
                    page.delete_annot(annotation)
                for widget in list(page.widgets() or ()):
                    page.delete_widget(widget)
                page.set_rotation(0)
                page.add_redact_annot(page.rect, fill=False, cross_out=False)
                page.apply_redactions(
                    images=pymupdf.PDF_REDACT_IMAGE_NONE,
                    graphics=pymupdf.PDF_REDACT_LINE_ART_NONE,
                    text=pymupdf.PDF_REDACT_TEXT_REMOVE,
                )
                return self._draw(page)
        except UNDRAWABLE:
            return None


def _around(parts: Sequence[Rect], page: Rect) -> Rect:
    """Return the smallest rectangle around parts of a page, or else the whole page."""
    left, top, right, bottom = zip(*parts, strict=True)
    x0, y0 = max(min(left) - MARGIN, page[0]), max(min(top) - MARGIN, page[1])
    x1, y1 = min(max(right) + MARGIN, page[2]), min(max(bottom) + MARGIN, page[3])
    return (x0, y0, x1, y1) if x0 < x1 and y0 < y1 else page


def _zoom(rect: Rect) -> float:
    area = (rect[2] - rect[0]) * (rect[3] - rect[1])
    if not 0 < area < math.inf:
        raise ValueError("the page has no size")
    return min(DPI / 72, math.sqrt(MOST_PIXELS / area))


def overlap(rect: Rect, others: Sequence[Rect]) -> float:
    """Return how much of a rectangle others lie on, 0 to 1; those that lie on each other count."""
    area = max((rect[2] - rect[0]) * (rect[3] - rect[1]), 1e-6)
    shared = 0.0
    for other in others:
        width = min(rect[2], other[2]) - max(rect[0], other[0])
        height = min(rect[3], other[3]) - max(rect[1], other[1])
        shared += max(width, 0.0) * max(height, 0.0)
    return min(shared / area, 1.0)
