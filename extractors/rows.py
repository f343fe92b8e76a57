"""Words as rows: what stands on one height is one row."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TypeVar

from schemas.document import Word

Put = TypeVar("Put", bound=tuple[float, float, float, float, object])
"""A box's x0, y0, x1, y1, and what stands in it."""


def rows_of(words: Sequence[Word]) -> tuple[tuple[Word, ...], ...]:
    """Group words whose middles lie on one height into rows, top to bottom, left to right."""
    puts = [(word.box.x0, word.box.y0, word.box.x1, word.box.y1, word) for word in words]
    return tuple(tuple(put[4] for put in row) for row in put_in_rows(puts))


def put_in_rows(puts: Iterable[Put]) -> list[list[Put]]:
    """Group what stands in boxes, as `rows_of` does words.

    The middles of the first in a row and of each other are no further apart than half of the lower
    one's height.
    """
    rows: list[list[Put]] = []
    middle = height = 0.0
    """Of the first of the last row, twice its middle."""
    for put in sorted(puts, key=_by_place):
        twice, own = put[1] + put[3], put[3] - put[1]
        if rows and abs(twice - middle) <= min(own, height):
            rows[-1].append(put)
            continue
        rows.append([put])
        middle, height = twice, own
    for row in rows:
        row.sort(key=_by_x)
    return rows


def _by_place(put: Put) -> tuple[float, float]:
    return put[1] + put[3], put[0]


def _by_x(put: Put) -> float:
    return put[0]
