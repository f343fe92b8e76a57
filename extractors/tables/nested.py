"""Positions inside positions, `01.02` in `01`: either the outer or the inner ones are billed.

Which of them is told by their sums: that of all rows counts some amounts twice.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from collections.abc import Set as AbstractSet
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
    holders = {name: _holders(name, set(names)) for name in names}
    holding = {holder for found in holders.values() for holder in found}
    outer = [at for at in everything if not holders[names[at]]]
    inner = [at for at in everything if names[at] not in holding]
    if len(outer) == len(names) or not all(map(POSITION.fullmatch, positions)):
        return everything
    for level in (outer, everything, inner):
        cells = [figures_of(amounts[at]) for at in level]
        if all(cells) and adds_up(cells, printed, Counter()):
            return level
    return everything


def _holders(name: str, names: AbstractSet[str]) -> list[str]:
    """Return those of `names` that a position is inside of."""
    shorter = (name[:end] for end in range(1, len(name)))
    return [each for each in shorter if each in names and _is_in(name, each)]


def _is_in(name: str, other: str) -> bool:
    """Say whether a position is inside another one: `1.2` in `1`, `0102` in `01`."""
    if name == other or not name.startswith(other):
        return False
    rest = name[len(other) :]
    if "." in name:
        return rest.startswith(".")
    return len(rest) % PART == 0 and len(other) % PART == 0
