"""How sure a whole record is, and what holds it back however sure it is."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from schemas.doctype import Policy
from schemas.extraction import Doubt, DoubtCode, FieldResult
from schemas.labelled import LabelledField
from schemas.record import pattern_of


@dataclass(frozen=True)
class Standing:
    """What routing has to know of a field."""

    path: str
    confidence: float
    empty: bool
    doubts: tuple[DoubtCode, ...]
    """Those that extraction had."""

    @property
    def pattern(self) -> str:
        return pattern_of(self.path)


def standing_of(field: FieldResult | LabelledField, confidence: float) -> Standing:
    """Return how a field stands, be it of a new document or of a labelled one."""
    if isinstance(field, LabelledField):
        return Standing(field.path, confidence, field.empty, field.doubts)
    codes = tuple(doubt.code for doubt in field.doubts)
    return Standing(field.path, confidence, field.value is None, codes)


def score_of(fields: Iterable[Standing], policy: Policy) -> float:
    """Return the product of the confidences of what the policy names, 0 to 1.

    Of a list's column the least sure cell counts: its cells are right or wrong together. Fields
    of a record aren't independent, so this is an order, not a probability; what it is worth,
    labelled records say. A type whose policy names nothing has nothing to go by: 0.
    """
    least: dict[str, float] = {}
    for each in fields:
        if each.pattern in policy.named:
            least[each.pattern] = min(least.get(each.pattern, 1.0), each.confidence)
    score = 1.0
    for confidence in least.values():
        score *= confidence
    return score if least else 0.0


def held_back(
    fields: Iterable[Standing], policy: Policy, document: Iterable[DoubtCode | Doubt] = ()
) -> bool:
    """Say whether a record is never accepted without a look, whatever the dial says.

    So is one of which a required field is missing, or a named one stands nowhere, can't be read as
    its kind, has two readings or fails a check; and one whose document is in doubt as a whole.
    """
    of_fields = any(each.doubts and each.pattern in policy.named for each in fields)
    return of_fields or bool(tuple(document))
