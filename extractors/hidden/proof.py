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
LEAST_DIFFERENCE = 10
"""Of 255, at the darkest spot of a word. Light grey type makes 30, type that is a shade off its
background 3."""
LEAST_INK = 24
"""Of 255: between the darkest and the lightest spot where a picture shows writing."""

Pixels = npt.NDArray[np.int16]


class Proof:
    """Pictures of one page, made when they are first needed."""

    def __init__(self, opened: Opened, page: Any, rect: Rect, limits: Limits) -> None:
        self._rect = rect
        self._zoom = _zoom(rect)
        check_pixels(page, limits)
        self._whole = _draw(page, self._zoom)
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
        left, top = self._rect[:2]
        x0, y0 = ((rect[0] - left) * self._zoom, (rect[1] - top) * self._zoom)
        x1, y1 = ((rect[2] - left) * self._zoom, (rect[3] - top) * self._zoom)
        return pixels[
            max(0, math.floor(y0)) : max(0, math.ceil(y1)),
            max(0, math.floor(x0)) : max(0, math.ceil(x1)),
        ]

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
                return _draw(page, self._zoom)
        except UNDRAWABLE:
            return None


def _draw(page: Any, zoom: float) -> Pixels:
    turn = page.rotation
    if turn:
        page.set_rotation(0)
    try:
        drawn = page.get_pixmap(
            matrix=pymupdf.Matrix(zoom, zoom), colorspace=pymupdf.csRGB, alpha=False
        )
    finally:
        if turn:
            page.set_rotation(turn)
    flat = np.frombuffer(drawn.samples_mv, dtype=np.uint8)
    return flat.reshape(drawn.height, drawn.width, 3).astype(np.int16)


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
