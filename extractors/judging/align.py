"""Pair the rows of a list that was found with those that it should have."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from scipy.optimize import linear_sum_assignment

from extractors.judging.compare import same
from schemas.gold import GoldRow
from schemas.kinds import Kind, Value

FoundRow = Mapping[str, Value | None]


def align(
    gold: Sequence[GoldRow], found: Sequence[FoundRow], kinds: Mapping[str, Kind]
) -> dict[int, int]:
    """Return the index of the found row for each gold row that has one, so that most cells agree.

    No found row is taken twice. Among pairings that agree in as many cells the one that keeps the
    order is taken; rows that agree in nothing are no pair.
    """
    equal = np.array(
        [[equal_cells(row, other, kinds) for other in found] for row in gold], dtype=float
    ).reshape(len(gold), len(found))
    # The squares of all pairs' distances are less than one cell, and least in the rows' order.
    apart = np.subtract.outer(np.arange(len(gold)), np.arange(len(found))) ** 2
    unit = 2.0 * max(len(gold), len(found), 1) ** 3
    pairs = linear_sum_assignment(equal - apart / unit, maximize=True)
    return {
        int(row): int(other) for row, other in zip(*pairs, strict=True) if equal[row, other] > 0
    }


def equal_cells(gold: GoldRow, found: FoundRow, kinds: Mapping[str, Kind]) -> int:
    """Return how many values of a gold row a found row has."""
    return sum(
        truth is not None and value is not None and same(kinds[name], truth, value)
        for name, truth in gold.items()
        for value in [found.get(name)]
    )
