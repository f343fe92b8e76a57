"""What error can be promised of documents that are accepted from a score on.

The scores are tested from the highest down, at places that are fixed before anybody looks at what
is wrong: how many documents are accepted there. The first place is where the fewest documents that
could pass are accepted, or a quarter of all; the first that fails ends it (fixed-sequence testing),
so no correction for many tests is due. Given the score at a place, the documents above it are a
random sample of those that will be accepted, and how many of them are wrong is binomial; so is the
bound exact there. If documents of a higher score aren't wrong more often, which a monotone
calibration is for, the chance that a promise is too bold is at most 1 - assurance.

Geifman and El-Yaniv (2017), Selective classification for deep neural networks: the guaranteed risk
of what is selected. Angelopoulos, Bates, Candès, Jordan and Lei (2021), Learn then test: the fixed
sequence of tests.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from scipy.special import bdtr

from flows.calibrate.alarm import Alarm
from flows.calibrate.alarm import in_words as alarm_in_words
from flows.calibrate.bounds import fewest, upper_bounds
from schemas.calibration import Scored, TypeEvidence
from schemas.target import Dial, Promise, Target

PART = 4
"""One of so many documents is accepted at the first place, if that is more than must be."""
YOUNG = 5
"""Of the first so many accepted records half or more are audited."""
ERRORS = (*(n / 1000 for n in range(2, 100, 4)), *(n / 100 for n in range(10, 100)))
"""Tried to find the least that can be promised."""


@dataclass(frozen=True)
class _Places:
    """Where scores part, from the highest down: so many documents are accepted there."""

    scores: NDArray[np.float64]
    accepted: NDArray[np.int_]
    wrong: NDArray[np.int_]
    bounds: NDArray[np.float64]
    of: int
    assurance: float

    def passed(self, error: float) -> int | None:
        """Return the last place that passes; None: the first one fails, or there is none."""
        start = int(np.searchsorted(self.accepted, _start(error, self.assurance, self.of)))
        failed = np.flatnonzero(self.bounds[start:] > error)
        end = start + int(failed[0]) if failed.size else len(self.bounds)
        return end - 1 if end > start else None


def promise_of(
    tested: Sequence[Scored], *, error: float, assurance: float, floor: float = 0.0
) -> Promise:
    """Return what can be promised.

    Args:
        tested: labelled documents with their scores by a model that hadn't seen them.
        error: may be wrong of what is accepted, 0 to 1.
        assurance: how sure that must be, 0 to 1.
        floor: lower scores aren't tested.
    """
    places = _places([each for each in tested if each.score >= floor], assurance)
    at = places.passed(error)
    common = {"error": error, "assurance": assurance, "of": len(tested)}
    if at is not None:
        return Promise(
            **common,
            threshold=float(places.scores[at]),
            accepted=int(places.accepted[at]),
            wrong=int(places.wrong[at]),
            bound=float(places.bounds[at]),
            least=_least(places),
        )
    if not len(places.scores):
        return Promise(**common, threshold=None, needed=fewest(error, assurance))
    more, index = _missing(places, error)
    met = index is not None
    return Promise(
        **common,
        threshold=None,
        accepted=int(places.accepted[index]) if met else 0,
        wrong=int(places.wrong[index]) if met else 0,
        bound=float(places.bounds[index]) if met else 1.0,
        needed=more,
        least=_least(places),
    )


def promises_of(
    target: Target, evidence: TypeEvidence | None
) -> tuple[Promise, dict[str, Promise]]:
    """Return what can be promised of a type's records, and of each leaf with its own target."""
    records = evidence.records if evidence else ()
    floor = evidence.fair_from if evidence else 0.0
    whole = promise_of(records, error=target.error, assurance=target.assurance, floor=floor)
    leaves = {
        leaf: promise_of(
            evidence.fields.get(leaf, ()) if evidence else (),
            error=error,
            assurance=target.assurance,
        )
        for leaf, error in target.fields.items()
    }
    return whole, leaves


def dial_of(
    target: Target,
    evidence: TypeEvidence | None,
    *,
    alarm: Alarm | None = None,
) -> Dial:
    """Return what is accepted of a type.

    Args:
        target: what a person asks for.
        evidence: labelled documents of the type; None: there are none.
        alarm: what audits found; a broken promise closes the dial.
    """
    promise, leaves = promises_of(target, evidence)
    broken = alarm is not None and alarm.broken
    return Dial(
        target=target,
        threshold=None if broken else promise.threshold,
        closed=_closed(target, promise, alarm),
        fields={leaf: each.threshold for leaf, each in leaves.items()},
    )


def audit_share(target: Target, accepted: int) -> float:
    """Return the share of accepted records that goes to review, 0 to 1.

    It is more while few were accepted under the calibration: the promise is young, and a mistake
    of its making shows soonest so.
    """
    return max(target.audit, YOUNG / (YOUNG + accepted)) if target.audit else 0.0


def in_words(promise: Promise) -> str:
    """Return what can be promised, or what is missing for it, in words."""
    asked = per_cent(promise.error)
    if promise.threshold is not None:
        bound, assurance = per_cent(_rounded_up(promise.bound)), per_cent(promise.assurance)
        return (
            f"{promise.wrong} wrong of {promise.accepted} labelled documents that it would accept, "
            f"so at most {bound} at {assurance} assurance"
        )
    more = f"{promise.needed:,} more without a mistake would allow {asked}"
    if promise.of and not promise.accepted:
        return f"among the surest of {promise.of} labelled documents some are wrong; {more}"
    if not promise.accepted:
        without = f"{promise.needed:,} without a mistake would allow {asked}"
        return f"none of your documents is labelled yet that could be accepted; {without}"
    return f"{promise.wrong} wrong of {promise.accepted}; {more}"


def _rounded_up(bound: float) -> float:
    return math.ceil(1000 * bound) / 1000


def per_cent(share: float) -> str:
    """Return a share as per cent with as many digits as say something: `0.5 %`, `5 %`."""
    return f"{100 * share:.2g} %" if share < 0.1 else f"{100 * share:.0f} %"


def _closed(target: Target, promise: Promise, alarm: Alarm | None) -> str:
    if alarm is not None and alarm.broken:
        return alarm_in_words(alarm, target.error)
    return in_words(promise) if promise.threshold is None else ""


def _places(tested: Sequence[Scored], assurance: float) -> _Places:
    ranked = sorted(tested, key=lambda each: -each.score)
    wrong = np.cumsum([not each.right for each in ranked], dtype=int)
    ends = [at for at, (one, next_) in enumerate(pairwise(ranked)) if one.score != next_.score]
    ends += [len(ranked) - 1] if ranked else []
    scores = np.array([ranked[at].score for at in ends], dtype=float)
    accepted = np.array(ends, dtype=int) + 1
    wrongs = wrong[ends] if ends else np.array([], dtype=int)
    bounds = upper_bounds(wrongs, accepted, assurance) if ends else np.array([], dtype=float)
    return _Places(scores, accepted, wrongs, bounds, len(ranked), assurance)


def _start(error: float, assurance: float, of: int) -> int:
    """Return how many documents are accepted at the first place.

    Where there are many it is further down than it must be: a single mistake at the top would else
    end it. It depends on their number alone, not on what is wrong.
    """
    return max(fewest(error, assurance), of // PART)


def _missing(places: _Places, error: float) -> tuple[int, int | None]:
    """Return how many more documents, all right and surer than the rest, open the dial.

    Also the place that they make pass; None: they pass by themselves, for the surest one is wrong.
    They are counted by the very procedure that will judge them: more documents also move the first
    place down.
    """
    least = fewest(error, places.assurance)
    more = np.arange(1, PART * (least + places.of) + 1)
    starts = np.maximum(least, (places.of + more) // PART)
    at = np.searchsorted(places.accepted, starts - more)
    there = at < len(places.accepted)
    index = np.minimum(at, len(places.accepted) - 1)
    tail = bdtr(places.wrong[index].astype(float), places.accepted[index] + more, error)
    passes = (more >= starts) | (there & (tail <= 1 - places.assurance))
    first = int(np.flatnonzero(passes)[0])
    alone = bool(more[first] >= starts[first])
    return int(more[first]), None if alone else int(index[first])


def _least(places: _Places) -> float:
    return next((error for error in ERRORS if places.passed(error) is not None), 1.0)
