"""Why a field isn't sure, in words that a person understands."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

from schemas.doctype import Policy
from schemas.extraction import Coercion, Doubt, DoubtCode, FieldResult, Signals
from schemas.kinds import text_of
from schemas.record import pattern_of

FORCED = 0.01
"""Below this free probability the model wanted to say something that it wasn't let."""
ROUNDING = 1e-9
"""0.29 is 28.999… in a hundred."""


def hard_doubts(signals: Signals, coercion: Coercion, failed: Sequence[str]) -> Iterator[Doubt]:
    """Yield what holds a value back however sure it is, the worst first; `failed` are checks."""
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


def missing(path: str, policy: Policy) -> Iterator[Doubt]:
    """Yield the doubt about a field without a value that must have one."""
    if pattern_of(path) in policy.require:
        yield Doubt(code=DoubtCode.MISSING, text="not found in the document")


def unsure(field: FieldResult, asked: float) -> Doubt:
    """Return why a field of which nothing worse is known needs a look.

    `asked` is the confidence that it would have to have; above 1, none is enough. A field that has
    it is looked at for its record's sake.
    """
    if field.value is None:
        return Doubt(code=DoubtCode.MISSING, text=_perhaps_missed(field))
    return Doubt(code=DoubtCode.UNSURE, text=_unsure_because(field, asked))


def _perhaps_missed(field: FieldResult) -> str:
    if field.second is not None:
        return f"not found, but a second reading gave {field.second!r}"
    text = f"not found, and {_percent(field.confidence)} sure that it isn't there"
    return f"{text}: perhaps it is {field.rivals[0]!r}" if field.rivals else text


def _unsure_because(field: FieldResult, asked: float) -> str:
    free, sure = field.signals.free_probability, _percent(field.confidence)
    if field.signals.agrees is False:
        gave = "found nothing" if field.second is None else f"gave {field.second!r}"
        return f"a second reading {gave}"
    if free is not None and free < FORCED:
        return "the model would have said something that doesn't stand on the pages like that"
    if asked > 1:
        return f"no error rate can be promised for it yet: {sure} sure"
    if field.confidence < asked:
        needed = math.ceil(100 * asked - ROUNDING)
        return f"only {sure} sure, not {needed}%"
    return f"among the least sure of this record: {sure}"


def _percent(share: float) -> str:
    """Return whole percents, never more than there are: 0.9496 is 94%."""
    return f"{math.floor(100 * share + ROUNDING):d}%"
