"""Find the rows of a page in which an e-invoice's lines are printed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from extractors.judging.compare import WORDS
from extractors.judging.printed import WRAPPED, Printed, PrintedValues
from schemas.kinds import Value
from schemas.record import Leaf

ABOVE, BELOW = 1, 3
"""A line's cells stand so many rows above or below the row that most of them are in."""
FEWEST = 2
"""Cells of a line that must stand together; fewer may be anything's."""


class RowFinder:
    """Finds lines from the top down: of rows that fit equally well the next one is taken."""

    def __init__(self, printed: PrintedValues) -> None:
        self._printed = printed
        self._last = -1

    def places(self, values: Mapping[Leaf, Value]) -> dict[Leaf, Printed]:
        """Return where a line's values are printed; those that aren't are left out."""
        rows = {leaf: self._printed.rows(leaf.kind, value) for leaf, value in values.items()}
        near: Counter[int] = Counter()
        for found in rows.values():
            near.update({row + off for row in found for off in range(-BELOW, ABOVE + 1)})
        fitting = {row for row in near if near[row] >= min(FEWEST, len(values))}
        own = {row: sum(row in found for found in rows.values()) for row in fitting}
        at = max(
            fitting,
            key=lambda row: (near[row], own[row], row > self._last, -abs(row - self._last)),
            default=None,
        )
        if at is not None:
            self._last = at
        places: dict[Leaf, Printed] = {}
        for leaf, value in values.items():
            beside = [] if at is None else [r for r in rows[leaf] if -ABOVE <= r - at <= BELOW]
            closest = sorted(beside, key=lambda row: abs(row - (at or 0)))[:1]
            place = self._printed.find(leaf.kind, value)
            if closest:
                rows_of_it = WRAPPED if leaf.kind in WORDS else 1
                below = range(closest[0], closest[0] + rows_of_it)
                place = self._printed.find_in(leaf.kind, value, below)
            if place is not None:
                places[leaf] = place
        return places
