"""A page as a grey picture for OCR: evenly lit, and its letters of the size that engines like."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, TypeAlias

import cv2
import numpy as np
import pymupdf
from numpy.typing import NDArray

Pixels: TypeAlias = NDArray[np.uint8]
"""Rows of grey pixels; 0 is black."""

DPI = 200
"""Of a page that isn't one picture."""
LEAST_DPI, MOST_DPI = 72, 400
FULL = 0.5
"""A picture that covers so much of the page is the page: it is drawn pixel by pixel."""
MOST_PIXELS = 12_000_000
"""A4 at 330 dpi."""
LETTER_PX = 26.0
"""Height of the middle letter or digit that engines read best."""
LEAST_SCALE, MOST_SCALE = 0.5, 3.0
EVEN = 12
"""Brightnesses of the paper that differ by less, of 255, need no evening out."""
SMALL = 64
"""Side of the squares whose brightest tenth is taken as the paper's brightness."""


@dataclass(frozen=True)
class Drawing:
    """A page's picture."""

    pixels: Pixels
    scale: float
    """Pixels a point."""


@dataclass(frozen=True)
class Letters:
    """What in a picture may be letters and digits: black spots of their size."""

    x: NDArray[np.float64]
    """Middles, in pixels."""
    y: NDArray[np.float64]
    bottom: NDArray[np.float64]
    height: float
    """The middle one's, in pixels; 0: there are none."""

    def __len__(self) -> int:
        return len(self.x)


def draw(page: Any) -> Drawing:
    """Draw a page as it is shown; the lower of its own resolution and what engines need."""
    zoom = _zoom(page)
    drawn = page.get_pixmap(
        matrix=pymupdf.Matrix(zoom, zoom), colorspace=pymupdf.csGRAY, alpha=False
    )
    pixels = np.frombuffer(drawn.samples_mv, np.uint8).reshape(drawn.height, drawn.stride)
    own = pixels[:, : drawn.width].copy()  # what MuPDF drew goes with its pixmap
    return Drawing(evened(own), zoom)


def _zoom(page: Any) -> float:
    """Return the pixels a point at which a page is drawn."""
    width, height = page.rect.width, page.rect.height
    if not 0 < width * height < math.inf:
        raise ValueError("it has no size")
    zoom = DPI / 72
    for each in page.get_image_info():
        x0, y0, x1, y1 = each["bbox"]
        if (x1 - x0) * (y1 - y0) >= FULL * width * height:
            own = math.sqrt(each["width"] * each["height"] / ((x1 - x0) * (y1 - y0)))
            zoom = min(max(own, LEAST_DPI / 72), MOST_DPI / 72)
    return min(zoom, math.sqrt(MOST_PIXELS / (width * height)))


def evened(pixels: Pixels) -> Pixels:
    """Return the picture with its paper white everywhere: shadows and grey paper are taken out."""
    height, width = pixels.shape
    if min(height, width) < 2 * SMALL:
        return pixels
    few = cv2.resize(
        pixels, (max(8, width // 8), max(8, height // 8)), interpolation=cv2.INTER_AREA
    )
    side = max(3, SMALL // 8) | 1
    paper = cv2.medianBlur(cv2.dilate(few, np.ones((side, side), np.uint8)), 2 * side + 1)
    if int(paper.max()) - int(paper.min()) < EVEN and int(paper.min()) > 255 - EVEN:
        return pixels
    light = cv2.resize(paper, (width, height), interpolation=cv2.INTER_LINEAR)
    light = np.maximum(light, 32)  # what is black all over stays dark
    return np.asarray(cv2.divide(pixels, light, scale=255), np.uint8)


def letters_of(pixels: Pixels) -> Letters:
    """Return the spots that may be letters."""
    _, black = cv2.threshold(pixels, 0, 255, cv2.THRESH_BINARY_INV + cv2.THRESH_OTSU)
    _, _, stats, middles = cv2.connectedComponentsWithStats(black, connectivity=8)
    stats, middles = stats[1:], middles[1:]  # the first is the paper
    wide, high = stats[:, cv2.CC_STAT_WIDTH], stats[:, cv2.CC_STAT_HEIGHT]
    most = min(0.8 * min(pixels.shape), max(pixels.shape) / 12)
    fits = (high >= 5) & (wide >= 2) & (high < most) & (wide < 2 * most)
    fits &= (wide < 6 * high) & (high < 8 * wide)
    stats, middles, high = stats[fits], middles[fits], high[fits]
    if not len(high):
        nothing = np.zeros(0)
        return Letters(nothing, nothing, nothing, 0.0)
    middle = float(np.median(high))
    alike = (high > middle / 2.5) & (high < middle * 2.5)
    bottom = (stats[:, cv2.CC_STAT_TOP] + high)[alike].astype(np.float64)
    return Letters(middles[alike, 0], middles[alike, 1], bottom, middle)


def sized(drawing: Drawing, letters: Letters) -> Drawing:
    """Return the picture with letters of the right size."""
    if not letters.height:
        return drawing
    wanted = min(max(LETTER_PX / letters.height, LEAST_SCALE), MOST_SCALE)
    wanted = min(wanted, math.sqrt(MOST_PIXELS / drawing.pixels.size))
    if 0.85 < wanted < 1.15:
        return drawing
    how = cv2.INTER_CUBIC if wanted > 1 else cv2.INTER_AREA
    pixels = cv2.resize(drawing.pixels, None, fx=wanted, fy=wanted, interpolation=how)
    return Drawing(np.asarray(pixels, np.uint8), drawing.scale * wanted)
