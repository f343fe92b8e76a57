"""From signals to a confidence and to doubts in words: explicit, careful, not yet calibrated.

The confidence starts from the probability of the answer and is moved in log-odds by what speaks for
and against it; what must never be accepted unseen is capped below any sensible threshold.
"""

from __future__ import annotations

import math
from collections.abc import Iterator

from schemas.extraction import Coercion, Doubt, DoubtCode, Signals
from schemas.kinds import text_of

NO_PROBABILITY = 0.75
"""Where the server reports none."""
SUREST, LEAST_SURE = 0.97, 0.03
"""The model's own probability is believed no further."""
PASSED, FAILED = 1.5, -2.5
"""Log-odds that a check passed or failed with this field is worth."""
MOST_PASSED = 2
"""More checks than these add nothing: they share their fields."""
CAP_NOT_ON_PAGE, CAP_AMBIGUOUS, CAP_FAILED, CAP_FORCED = 0.2, 0.5, 0.5, 0.5
FORCED = 0.01
"""Below this free probability the model wanted to say something that it wasn't let."""


def confidence_of(signals: Signals) -> float:
    """Return a confidence from 0 to 1; more of what speaks for a value never lowers it."""
    if not signals.typed:
        return 0.0
    start = NO_PROBABILITY if signals.probability is None else signals.probability
    start = min(max(start, LEAST_SURE), SUREST)
    odds = math.log(start / (1 - start))
    odds += PASSED * min(signals.checks_passed, MOST_PASSED) + FAILED * signals.checks_failed
    confidence = 1 / (1 + math.exp(-odds))
    if not signals.grounded:
        confidence = min(confidence, CAP_NOT_ON_PAGE)
    if signals.ambiguous:
        confidence = min(confidence, CAP_AMBIGUOUS)
    if signals.checks_failed:
        confidence = min(confidence, CAP_FAILED)
    if _forced(signals):
        confidence = min(confidence, CAP_FORCED)
    return confidence


def doubts_of(
    signals: Signals, coercion: Coercion, failed: list[str], *, confidence: float, threshold: float
) -> Iterator[Doubt]:
    """Yield why a value isn't sure, the worst first; `failed` are checks, in words."""
    if not signals.typed:
        yield Doubt(code=DoubtCode.NOT_TYPED, text=coercion.problem)
        return
    if not signals.grounded:
        yield Doubt(code=DoubtCode.NOT_ON_PAGE, text="stands nowhere on the pages")
    if signals.ambiguous:
        others = " or ".join(text_of(value) for value in coercion.alternatives)
        text = coercion.problem or f"may also be {others}"
        yield Doubt(code=DoubtCode.AMBIGUOUS, text=text)
    for text in failed:
        yield Doubt(code=DoubtCode.CHECK_FAILED, text=text)
    if _forced(signals):
        text = "the model would have said something that doesn't stand on the pages like that"
        yield Doubt(code=DoubtCode.UNSURE, text=text)
    elif confidence < threshold:
        text = f"the model isn't sure: {confidence:.0%}, and {threshold:.0%} are asked for"
        yield Doubt(code=DoubtCode.UNSURE, text=text)


def _forced(signals: Signals) -> bool:
    return signals.free_probability is not None and signals.free_probability < FORCED
