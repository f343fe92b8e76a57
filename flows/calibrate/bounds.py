"""Exact bounds on an error rate, from how many of some documents were wrong.

Clopper and Pearson (1934), The use of confidence or fiducial limits illustrated in the case of the
binomial; one-sided. Documents count, not fields: those of one document are wrong together.
"""

from __future__ import annotations

from bisect import bisect_left
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from scipy.special import bdtr, betaincinv

MOST = 100_000_000
"""More documents than that are no answer."""


def upper_bound(wrong: int, of: int, assurance: float) -> float:
    """Return what the error rate is at most, at an assurance: 0 to 1, and 1 of no documents."""
    return float(upper_bounds(np.array([wrong]), np.array([of]), assurance)[0])


def upper_bounds(
    wrong: NDArray[np.int_], of: NDArray[np.int_], assurance: float
) -> NDArray[np.float64]:
    """Return the upper bound of each pair."""
    all_wrong = wrong >= of
    bounds = betaincinv(wrong + 1, np.where(all_wrong, 1, of - wrong), assurance)
    return np.where(all_wrong, 1.0, bounds)


def lower_bound(wrong: int, of: int, assurance: float) -> float:
    """Return what the error rate is at least, at an assurance: 0 to 1; 0 if nothing is wrong."""
    if wrong <= 0:
        return 0.0
    return float(betaincinv(wrong, of - wrong + 1, 1 - assurance))


@lru_cache(maxsize=4096)
def fewest(error: float, assurance: float, wrong: int = 0) -> int:
    """Return how many documents, so many of them wrong, it takes to bound the rate by `error`."""
    sizes = range(wrong + 1, MOST)
    return sizes[bisect_left(sizes, True, key=lambda of: bdtr(wrong, of, error) <= 1 - assurance)]


def needed(wrong: int, of: int, error: float, assurance: float) -> int:
    """Return how many more documents, all without a mistake, bound the rate by `error`; 0: none."""
    return max(0, fewest(error, assurance, wrong) - of)
