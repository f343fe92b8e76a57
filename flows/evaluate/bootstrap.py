"""Percentile bootstrap intervals over documents, which differ more than the fields of one do."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from schemas.evaluation import Share

RESAMPLES = 2_000
SEED = 20261123
"""The same evaluation gives the same intervals."""
PERCENTILES = (2.5, 97.5)
AT_ONCE = 1_000_000
"""Draws held in memory at a time: 8 MB."""

Floats = NDArray[np.float64]


def share(count: Sequence[float], of: Sequence[float]) -> Share:
    """Return the share of `count` among `of`, which have a number a document each."""
    counts, wholes = np.asarray(count, dtype=float), np.asarray(of, dtype=float)
    telling = wholes > 0
    low, high = interval([counts[telling], wholes[telling]], lambda sums: sums[:, 0] / sums[:, 1])
    return Share(count=counts.sum(), of=wholes.sum(), low=low, high=high)


def interval(
    columns: Sequence[Floats], statistic: Callable[[Floats], Floats]
) -> tuple[float, float]:
    """Return between which values 95 % of a statistic of resampled documents lie.

    Args:
        columns: numbers, one a document; all of the same length.
        statistic: makes the statistic of the columns' sums; gets and gives a row a resample.

    Returns:
        Low and high; both 0 where there is no document.
    """
    table = np.stack(columns, axis=1)
    documents = len(table)
    if documents == 0:
        return 0.0, 0.0
    draw = np.random.default_rng(SEED)
    rows = max(1, AT_ONCE // documents)
    even = np.full(documents, 1 / documents)
    found = [
        statistic(draw.multinomial(documents, even, size=min(rows, RESAMPLES - done)) @ table)
        for done in range(0, RESAMPLES, rows)
    ]
    low, high = np.percentile(np.concatenate(found), PERCENTILES)
    return float(low), float(high)
