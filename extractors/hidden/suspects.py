"""Which runs of text may not be visible, by their looks and by what lies over and under them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import numpy.typing as npt

from extractors.hidden.around import Rect
from extractors.hidden.reasons import AWAY, INVISIBLE, ON_PICTURE, SAME_COLOUR, TINY, UNDER
from extractors.hidden.shown import Run, Shape, Shown

WHITE = 0xFFFFFF
ALIKE = 40
"""Red, green and blue, of 255, that all differ by less can hardly be told apart."""
SEEN_THROUGH = 26
"""Of 255: text of less opacity can't be read."""
SMALLEST = 1.5
"""Points: smaller type can't be read; the small print of contracts has 5."""
COVERED = 0.5
"""What is drawn later over so much of a run may hide it."""
MOST_PAIRS = 2_000_000
"""Runs by shapes; of a page with more each run is a suspect."""

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]


def suspects(shown: Shown) -> dict[int, str]:
    """Return why a run may not be visible, by its index; a run that surely is has none."""
    if not shown.runs:
        return {}
    found = dict(_by_themselves(shown.runs))
    if len(shown.runs) * len(shown.shapes) > MOST_PAIRS:
        return dict.fromkeys(range(len(shown.runs)), UNDER) | found
    ground = np.full(len(shown.runs), WHITE)
    if shown.shapes:
        _look_around(shown, ground, found)
    if shown.pictures:
        rects = _rects(shown.runs)
        for index in map(int, np.flatnonzero(_on(rects, _as_array(shown.pictures)).any(axis=1))):
            found.setdefault(index, ON_PICTURE)
    colours = np.array([run.colour for run in shown.runs])
    for index in map(int, np.flatnonzero(_alike(colours, ground))):
        if shown.runs[index].text.strip():
            found.setdefault(index, SAME_COLOUR)
    return found


def _by_themselves(runs: Sequence[Run]) -> Iterator[tuple[int, str]]:
    """Yield the runs that can't be visible wherever they stand."""
    for index, run in enumerate(runs):
        if run.alpha < SEEN_THROUGH and run.text.strip():
            yield index, AWAY if run.clip else INVISIBLE
        elif run.size < SMALLEST and run.text.strip():
            yield index, TINY


def _alike(one: Integers, other: Integers) -> npt.NDArray[np.bool_]:
    """Say which colours, 0xRRGGBB, can hardly be told apart."""
    same = np.full(np.broadcast(one, other).shape, fill_value=True)
    for shift in (0, 8, 16):
        same &= np.abs((one >> shift & 255) - (other >> shift & 255)) < ALIKE
    return same


def _look_around(shown: Shown, ground: Integers, found: dict[int, str]) -> None:
    """Set the colour that each run stands on, and note those that lie under something."""
    runs, shapes = _rects(shown.runs), _rects(shown.shapes)
    at = np.array([run.place for run in shown.runs])
    placed = np.array([shape.place for shape in shown.shapes])
    over = placed > at[:, None]
    for index in map(int, np.flatnonzero((over & _covered(runs, shapes)).any(axis=1))):
        found.setdefault(index, UNDER)
    around = _on(runs, shapes) & ~over
    for index, number in zip(*map(np.ndarray.tolist, np.nonzero(around)), strict=True):
        run, shape = shown.runs[index], shown.shapes[number]
        if shape.plain:
            ground[index] = shape.colour
        elif _alike(np.array(run.colour), np.array(shape.colour)):
            found.setdefault(index, SAME_COLOUR)


def _on(runs: Floats, shapes: Floats) -> npt.NDArray[np.bool_]:
    """Say of each run and shape whether the run's middle is within the shape."""
    x = ((runs[:, 0] + runs[:, 2]) / 2)[:, None]
    y = ((runs[:, 1] + runs[:, 3]) / 2)[:, None]
    x0, y0, x1, y1 = shapes.T
    found: npt.NDArray[np.bool_] = (x >= x0) & (x <= x1) & (y >= y0) & (y <= y1)
    return found


def _covered(runs: Floats, shapes: Floats) -> npt.NDArray[np.bool_]:
    """Say of each run and shape whether the shape lies on much of the run."""
    width = np.minimum(runs[:, None, 2], shapes[None, :, 2]) - np.maximum(
        runs[:, None, 0], shapes[None, :, 0]
    )
    height = np.minimum(runs[:, None, 3], shapes[None, :, 3]) - np.maximum(
        runs[:, None, 1], shapes[None, :, 1]
    )
    area = (runs[:, 2] - runs[:, 0]) * (runs[:, 3] - runs[:, 1])
    shared = np.clip(width, 0, None) * np.clip(height, 0, None)
    found: npt.NDArray[np.bool_] = shared > COVERED * area[:, None]
    return found


def _rects(of: Sequence[Run] | Sequence[Shape]) -> Floats:
    return _as_array([each.rect for each in of])


def _as_array(rects: Sequence[Rect]) -> Floats:
    return np.array(rects, dtype=np.float64).reshape(-1, 4)
