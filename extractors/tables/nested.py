"""Positions inside positions, `01.02` in `01`: either the outer or the inner ones are billed.

Which of them is told by their sums: that of all rows counts some amounts twice.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from decimal import Decimal

from extractors.tables.figures import adds_up, figures_of

POSITION = re.compile(r"\d{1,4}(?:\.\d{1,4}){0,5}\.?")
PART = 2
"""Digits that one level has, where no full stop parts the levels: `0102`."""


def billed(
    positions: Sequence[str], amounts: Sequence[str], printed: Counter[Decimal]
) -> list[int]:
    """Return the indices of the items that are billed, of those at `positions` with `amounts`.

    `printed` counts the numbers printed outside of the items' rows. The outer ones are billed if
    their sum is printed, else all, else the inner ones; all if no level's sum is printed or no
    position is inside another one.
    """
    everything = list(range(len(positions)))
    names = [each.rstrip(".") for each in positions]
    outer = [at for at in everything if not any(_is_in(names[at], other) for other in names)]
    inner = [at for at in everything if not any(_is_in(other, names[at]) for other in names)]
    if len(outer) == len(names) or not all(map(POSITION.fullmatch, positions)):
        return everything
    for level in (outer, everything, inner):
        cells = [figures_of(amounts[at]) for at in level]
        if all(cells) and adds_up(cells, printed, Counter()):
            return level
    return everything


def _is_in(name: str, other: str) -> bool:
    """Say whether a position is inside another one: `1.2` in `1`, `0102` in `01`."""
    if name == other or not name.startswith(other):
        return False
    rest = name[len(other) :]
    if "." in name:
        return rest.startswith(".")
    return len(rest) % PART == 0 and len(other) % PART == 0
