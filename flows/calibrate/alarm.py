"""Whether what audits found still agrees with the promise: a test that may be looked at any time.

The audited records are bets against the promise. The stake grows with each mistake and shrinks with
each right one; while the promise holds, the chance that it ever grows twentyfold is one in twenty,
however often one looks (Ville 1939; Waudby-Smith and Ramdas 2024, Estimating means of bounded
random variables by betting).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from pydantic import BaseModel, Field
from scipy.special import logsumexp

from flows.calibrate.bounds import lower_bound, upper_bound

TIMES = (1.5, 2.0, 3.0, 5.0, 8.0, 13.0)
"""The bets: that the error is so many times the promised one."""
MOST = 0.95


class Alarm(BaseModel, frozen=True):
    """What audits found under one calibration."""

    wrong: int = 0
    of: int = 0
    low: float = Field(0.0, ge=0, le=1)
    high: float = Field(1.0, ge=0, le=1)
    """The error rate is above `low`, and below `high`, each at the assurance."""
    e_value: float = 1.0
    """The most that the stake ever was; it began as 1."""
    broken: bool = False
    """The promise doesn't hold."""


def alarm_of(outcomes: Sequence[bool], *, error: float, assurance: float) -> Alarm:
    """Return what audits say of the promise.

    Args:
        outcomes: whether each audited record was wrong, in the order of settling.
        error: promised, 0 to 1.
        assurance: of the promise; a false alarm has the chance 1 - assurance.
    """
    wrong, of = sum(outcomes), len(outcomes)
    stake = _greatest(outcomes, error)
    return Alarm(
        wrong=wrong,
        of=of,
        low=lower_bound(wrong, of, assurance),
        high=upper_bound(wrong, of, assurance),
        e_value=stake,
        broken=stake >= 1 / (1 - assurance),
    )


def in_words(alarm: Alarm, error: float) -> str:
    """Return the running error, and whether the promise is broken, in words."""
    found = (
        f"{alarm.wrong} wrong of {alarm.of} accepted records that were looked at "
        f"({100 * alarm.low:.1f} to {100 * alarm.high:.0f} %)"
    )
    if alarm.broken:
        return (
            f"the promise of {100 * error:.3g} % is broken: {found}; find out why, then calibrate"
        )
    return found


def _greatest(outcomes: Sequence[bool], error: float) -> float:
    bets = np.array(sorted({min(MOST, error * times) for times in TIMES if error * times > error}))
    bets = bets[bets > error]
    if not len(outcomes) or not bets.size:
        return 1.0
    wrong = np.asarray(outcomes, dtype=bool)[:, None]
    ratios = np.where(wrong, np.log(bets / error), np.log((1 - bets) / (1 - error)))
    grown = np.cumsum(ratios, axis=0)
    count = np.arange(1, len(outcomes) + 1)
    # A bet that begins with outcome k has the share 1 / (k (k + 1)) of the stake; what hasn't
    # begun after n of them, 1 / (n + 1), is kept. A drift after a long good time is found as well.
    begun = -np.log(count * (count + 1.0))[:, None] - (grown - ratios)
    bets_now = logsumexp(np.logaddexp.accumulate(begun, axis=0) + grown, axis=1) - np.log(bets.size)
    stakes = np.logaddexp(bets_now, -np.log(count + 1.0))
    return float(np.exp(min(max(0.0, stakes.max()), 700.0)))
