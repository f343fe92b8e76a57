"""How a picture must be turned so that its lines are level and the right way up."""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np
from scipy.spatial import cKDTree

from extractors.ocr.picture import Letters, Pixels

if TYPE_CHECKING:
    from numpy.typing import NDArray

LEAST_LETTERS = 30
"""From fewer nothing is concluded."""
MOST_LETTERS = 4000
"""More aren't looked at."""
SIDEWAYS = 1.5
"""So many times more letters must have their neighbours above and below than beside them."""
MOST_SLANT = 12.0
"""Degrees."""
LEAST_SLANT = 0.15
"""Lines that fall by less over a page's width, a sixth of a line, are level."""


def is_sideways(letters: Letters) -> bool:
    """Say whether lines run up and down: a letter's neighbours are nearer than the next line."""
    if len(letters) < LEAST_LETTERS:
        return False
    at = np.column_stack((letters.x, letters.y))[:MOST_LETTERS]
    _, near = cKDTree(at).query(at, k=3)
    steps = np.abs(at[near[:, 1:]] - at[:, None, :]).reshape(-1, 2)
    beside = int((steps[:, 0] > 2 * steps[:, 1]).sum())
    above = int((steps[:, 1] > 2 * steps[:, 0]).sum())
    return above > SIDEWAYS * beside


def slant_of(letters: Letters) -> float:
    """Return by how many degrees lines fall to the right; 0 if they are level, or too few."""
    if len(letters) < LEAST_LETTERS:
        return 0.0
    choice = np.linspace(0, len(letters) - 1, min(len(letters), MOST_LETTERS)).astype(int)
    x, y, bin_px = letters.x[choice], letters.bottom[choice], max(2.0, letters.height / 4)
    coarse = _sharpest(x, y, bin_px, np.arange(-MOST_SLANT, MOST_SLANT + 0.01, 0.5))
    fine = _sharpest(x, y, bin_px, np.arange(coarse - 0.5, coarse + 0.51, 0.05))
    return fine if abs(fine) >= LEAST_SLANT else 0.0


def _sharpest(
    x: NDArray[np.float64], y: NDArray[np.float64], bin_px: float, degrees: NDArray[np.float64]
) -> float:
    """Return the angle at which the feet of the letters gather in the fewest heights."""
    scores = []
    for each in degrees:
        angle = np.radians(each)
        level = np.floor((y * np.cos(angle) - x * np.sin(angle)) / bin_px).astype(np.int64)
        counts = np.bincount(level - level.min())
        # half a bin further as well, so that where bins begin doesn't matter
        scores.append(float((counts**2).sum() + ((counts[1:] + counts[:-1]) ** 2).sum() / 2))
    return float(degrees[int(np.argmax(scores))])


def turned(pixels: Pixels, quarters: int) -> Pixels:
    """Return the picture turned clockwise by so many quarters."""
    return np.ascontiguousarray(np.rot90(pixels, -quarters))


def levelled(pixels: Pixels, slant: float) -> Pixels:
    """Return the picture turned around its middle so that lines that fall by `slant` are level."""
    if not slant:
        return pixels
    height, width = pixels.shape
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), slant, 1.0)
    return np.asarray(
        cv2.warpAffine(pixels, matrix, (width, height), flags=cv2.INTER_CUBIC, borderValue=255),
        np.uint8,
    )
