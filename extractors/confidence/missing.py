"""Which signals a model's server didn't give, in words: the others have to do without them."""

from __future__ import annotations

from schemas.extraction import Extraction
from schemas.kinds import Kind

NO_TOKENS = "the server reports no token probabilities: confidence rests on labels and checks"
NOT_COMPARED = "the second reading gave nothing that could be compared with the first"


def missing_signals(extraction: Extraction, *, second: bool = False) -> tuple[str, ...]:
    """Return a sentence for each signal that all answers of a document lack; empty: none does.

    `second` says whether there was to be a second reading. A document without values tells nothing
    of its server, nor do list cells and currencies, which rules alone may have chosen.
    """
    found = [
        field
        for record in extraction.records
        for field in record.fields
        if field.value is not None and field.signals.embedded is None
    ]
    asked = [each for each in found if "[" not in each.path and each.kind is not Kind.CURRENCY]
    missing = []
    if asked and all(each.signals.model_probability is None for each in asked):
        missing.append(NO_TOKENS)
    if second and found and all(each.signals.agrees is None for each in found):
        missing.append(NOT_COMPARED)
    return tuple(missing)
