"""Apply a calibration's model to signals."""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Iterator

from extractors.confidence.terms import terms_of
from schemas.calibration import ConfidenceModel, Weight
from schemas.extraction import Embedded, Signals
from schemas.kinds import Kind
from schemas.record import pattern_of

UNCALIBRATED = ConfidenceModel(
    intercept=-1.1,  # the middle of the term of the two that a field hasn't
    weights=(
        Weight(term="answer", weight=1.0, middle=1.1),
        Weight(term="column", weight=1.0, middle=1.1),
        Weight(term="passed", weight=1.5),
        Weight(term="row_passed", weight=1.5),
        Weight(term="unfailed", weight=2.5),
        Weight(term="free", weight=0.5),
        Weight(term="one_reading", weight=2.0),
    ),
    least=0.03,
    most=0.97,
)
"""For a model of which no labelled document is known: set by hand, and no ground for a promise."""
UNCALIBRATED_EMPTY = ConfidenceModel(
    intercept=1.5,
    weights=(Weight(term="answer", weight=0.5), Weight(term="ocr", weight=1.0)),
    least=0.03,
    most=0.97,
)
"""Also for most others: what isn't there is hardly ever labelled. Few values are overlooked, but
nobody has counted how few. What OCR can't read may well be there."""

EMBEDDED: dict[Embedded, float] = {"agrees": 0.99, "unprinted": 0.97, "differs": 0.3}
"""Of what an e-invoice declares, or doesn't: set by hand, for no model chose it. They give records
an order; how many of them are wrong, only labelled ones show."""


def confidence_of(
    signals: Signals, model: ConfidenceModel, *, type_name: str, kind: Kind, path: str
) -> float:
    """Return the probability that a value is right, 0 to 1; without a type it never is."""
    if signals.embedded is not None:
        return EMBEDDED[signals.embedded]
    odds = log_odds(signals, model, type_name=type_name, kind=kind, path=path)
    return min(max(_expit(on_curve(model, odds)), model.least), model.most)


def log_odds(
    signals: Signals, model: ConfidenceModel, *, type_name: str, kind: Kind, path: str
) -> float:
    """Return what the model says before its curve."""
    given = terms_of(signals, kind, listed="[" in path)
    odds = model.intercept
    for each in model.weights:
        odds += each.weight * given.get(each.term, each.middle)
    for group in groups_of(type_name, kind, path):
        odds += model.groups.get(group, 0.0)
    return odds


def groups_of(type_name: str, kind: Kind, path: str) -> Iterator[str]:
    """Yield the groups that a field belongs to, from the widest to the narrowest."""
    yield str(kind)
    yield type_name
    yield f"{type_name}/{kind}"
    yield f"{type_name}/{pattern_of(path)}"


def on_curve(model: ConfidenceModel, odds: float) -> float:
    """Return the log-odds that the model's curve makes of its own: level beyond its ends."""
    curve = model.curve
    if not curve:
        return odds
    at = bisect_right(curve, odds, key=lambda point: point[0])
    if at == 0:
        return curve[0][1]
    if at == len(curve):
        return curve[-1][1]
    (left, low), (right, high) = curve[at - 1], curve[at]
    return low + (high - low) * (odds - left) / (right - left)


def _expit(odds: float) -> float:
    return 1 / (1 + math.exp(-odds)) if odds > -700 else 0.0  # exp would overflow
