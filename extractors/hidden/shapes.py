"""Glyphs drawn alike in size, and what their edges look like as numbers that can be compared."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
from pymupdf import mupdf

from extractors.hidden.around import Rect

CELL = 24
"""Pixels of the square in which a glyph is drawn."""
MARGIN = 2
COLUMNS = 16
DIRECTIONS = 8
"""In which an edge may run."""
PLACES = 6
"""Along each side, at which edges are gathered."""
SPREAD = 1.9
"""Pixels around a place, as a standard deviation."""
LENGTH = DIRECTIONS * PLACES**2
"""Of what describes a shape."""
FAINT = 0.2
"""Of full ink; less at a drawing's edge is none of it."""
LARGE = 1e5
"""Units of a glyph's em while it is measured."""
LEAST, MOST = 50.0, 1e7
"""Of its sides in these units: what is beyond can't be drawn."""

Floats = npt.NDArray[np.float32]
_STROKE = mupdf.FzStrokeState()
_LARGE = mupdf.FzMatrix(LARGE, 0, 0, LARGE, 0, 0)
_AS_IT_IS = mupdf.FzMatrix()


def shapes(font: Any, glyphs: Sequence[int]) -> Floats:
    """Return a row for each glyph of a MuPDF font, of length one; zeros if it shows nothing.

    The more alike two shapes are, the nearer to 1 is the product of their rows.
    """
    boxes = [_box(font, glyph) for glyph in glyphs]
    drawn = _drawn(font, glyphs, boxes)
    if is_drawings(font):  # each says itself how large it is
        boxes = [box and _inked(box, ink) for box, ink in zip(boxes, drawn, strict=True)]
        drawn = _drawn(font, glyphs, boxes)
    return _described(drawn)


def is_drawings(font: Any) -> bool:
    """Say whether a MuPDF font's glyphs are small drawings (Type 3), not outlines."""
    return bool(mupdf.ll_fz_font_t3_procs(font.m_internal))


def _drawn(font: Any, glyphs: Sequence[int], boxes: Sequence[Rect | None]) -> Floats:
    """Return pictures of glyphs, each box filling its cell; 0 is paper and 1 is ink."""
    rows = max(1, -(-len(glyphs) // COLUMNS))
    text = mupdf.FzText()
    for number, (glyph, box) in enumerate(zip(glyphs, boxes, strict=True)):
        if box is not None:
            at = _fitted(box, *_middle(number))
            text.fz_show_glyph(font, at, glyph, 0, 0, 0, mupdf.FZ_BIDI_NEUTRAL, 0)
    area = mupdf.FzIrect(0, 0, COLUMNS * CELL, rows * CELL)
    grey = mupdf.fz_device_gray()
    paper = mupdf.fz_new_pixmap_with_bbox(grey, area, mupdf.FzSeparations(), 0)
    mupdf.fz_clear_pixmap_with_value(paper, 255)
    device = mupdf.fz_new_draw_device(mupdf.FzMatrix(), paper)
    mupdf.fz_fill_text(device, text, mupdf.FzMatrix(), grey, [0.0], 1.0, mupdf.FzColorParams())
    mupdf.fz_close_device(device)
    pixels = np.array(mupdf.fz_pixmap_samples_memoryview(paper), dtype=np.float32)
    cells = pixels.reshape(rows, CELL, COLUMNS, CELL).swapaxes(1, 2).reshape(-1, CELL, CELL)
    ink: Floats = np.float32(1) - cells[: len(glyphs)] / np.float32(255)
    return ink


def _middle(number: int) -> tuple[float, float]:
    """Return the middle of a glyph's cell."""
    return (number % COLUMNS + 0.5) * CELL, (number // COLUMNS + 0.5) * CELL


def _box(font: Any, glyph: int) -> Rect | None:
    """Return the box of a glyph, that of its outline if it has one; None: it can't be drawn."""
    if is_drawings(font):
        return _sized(mupdf.fz_bound_glyph(font, glyph, _LARGE))
    outline = mupdf.fz_outline_glyph(font, glyph, _LARGE)
    if not outline.m_internal:
        return None
    return _sized(mupdf.fz_bound_path(outline, _STROKE, _AS_IT_IS))


def _sized(box: Any) -> Rect | None:
    x0, y0, x1, y1 = box.x0, box.y0, box.x1, box.y1
    return (x0, y0, x1, y1) if LEAST < x1 - x0 < MOST and LEAST < y1 - y0 < MOST else None


def _inked(box: Rect, ink: Floats) -> Rect | None:
    """Return the part of a glyph's box that has ink; `ink` is its picture."""
    there = ink > FAINT
    rows, columns = np.flatnonzero(there.any(axis=1)), np.flatnonzero(there.any(axis=0))
    if not rows.size:
        return None
    across, up, right, down = _scales(box, CELL / 2, CELL / 2)
    x0, x1 = ((float(x) - right) / across for x in (columns[0], columns[-1] + 1))
    y1, y0 = ((down - float(y)) / up for y in (rows[0], rows[-1] + 1))
    return max(box[0], x0), max(box[1], y0), min(box[2], x1), min(box[3], y1)


def _fitted(box: Rect, x: float, y: float) -> Any:
    """Return the matrix that draws what has a box around a point, of the size of a cell.

    What is narrow is widened, but stays narrower than what is wide.
    """
    across, up, right, down = _scales(box, x, y)
    return mupdf.FzMatrix(LARGE * across, 0, 0, -LARGE * up, right, down)


def _scales(box: Rect, x: float, y: float) -> tuple[float, float, float, float]:
    """Return how much a box is widened and heightened to fill a cell, and where its origin is."""
    x0, y0, x1, y1 = box
    width, height = x1 - x0, y1 - y0
    inner = CELL - 2 * MARGIN
    less = inner * math.sqrt(math.sin(math.pi / 2 * min(width, height) / max(width, height)))
    across = (less if width < height else inner) / width
    up = (less if height < width else inner) / height
    return across, up, x - across * (x0 + x1) / 2, y + up * (y0 + y1) / 2


def _pooling() -> Floats:
    """Return how much each row or column of a cell counts at each place."""
    places = np.linspace(MARGIN, CELL - MARGIN, PLACES)
    far = (np.arange(CELL) + 0.5 - places[:, None]) / SPREAD
    weights = np.exp(-0.5 * far**2)
    weights /= weights.sum(axis=1, keepdims=True)
    return np.asarray(weights.T, dtype=np.float32)


_POOLING = _pooling()


def _described(pictures: Floats) -> Floats:
    """Return how strong the edges of pictures are, by direction and place."""
    count, size = len(pictures), CELL * CELL
    across, down = np.zeros_like(pictures), np.zeros_like(pictures)
    across[:, :, 1:-1] = pictures[:, :, 2:] - pictures[:, :, :-2]
    down[:, 1:-1] = pictures[:, 2:] - pictures[:, :-2]
    edges = np.flatnonzero((across != 0) | (down != 0))
    x, y = across.ravel()[edges], down.ravel()[edges]
    strength = np.hypot(x, y)
    turn = np.arctan2(y, x) * np.float32(DIRECTIONS / (2 * math.pi)) + DIRECTIONS
    lower = turn.astype(np.int64)
    share = (turn - lower).astype(np.float32)
    of, pixel = np.divmod(edges, size)
    found = np.zeros((count, DIRECTIONS, size), dtype=np.float32)
    flat, start = found.ravel(), of * DIRECTIONS
    flat[(start + lower % DIRECTIONS) * size + pixel] = strength * (1 - share)
    flat[(start + (lower + 1) % DIRECTIONS) * size + pixel] = strength * share
    # one picture after another: what is larger is done by several threads, which takes longer
    columns = (found.reshape(count, -1, CELL) @ _POOLING).reshape(-1, CELL, PLACES)
    pooled = np.sqrt(_POOLING.T @ columns).reshape(count, LENGTH)
    length = np.linalg.norm(pooled, axis=1, keepdims=True)
    alike: Floats = np.divide(pooled, length, out=np.zeros_like(pooled), where=length > 0)
    return alike
