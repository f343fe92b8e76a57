"""Say why a record needs a look without the values of fields that a type masks.

Such reasons go to logs, tables and reports. The doubts of the fields themselves stay as they are: a
reviewer must see what is in question.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator

from schemas.extraction import DoubtCode, ExtractedRecord, FieldResult
from schemas.kinds import text_of
from schemas.record import pattern_of

HIDDEN = "•••"
SHORTEST = 2
"""Characters; what is shorter says nothing, and stands everywhere."""
PLAINLY = {
    DoubtCode.MISSING: "not found",
    DoubtCode.NOT_ON_PAGE: "stands nowhere on the pages",
    DoubtCode.NOT_TYPED: "can't be read as its kind",
    DoubtCode.AMBIGUOUS: "may be read in several ways",
    DoubtCode.CHECK_FAILED: "a check failed",
    DoubtCode.UNSURE: "not sure enough",
    DoubtCode.E_INVOICE: "the e-invoice and the page differ",
}
"""Of a masked field, whatever its doubt quotes."""


def reason_of(field: FieldResult, record: ExtractedRecord, mask: Collection[str]) -> str:
    """Return a doubtful field's first reason, with no masked value in it."""
    doubt = field.doubts[0]
    if not mask:
        return doubt.text
    if pattern_of(field.path) in mask:
        return PLAINLY.get(doubt.code, "it needs a look")
    return text_of_doubt(doubt.text, record, mask)


def text_of_doubt(text: str, record: ExtractedRecord, mask: Collection[str]) -> str:
    """Return what is said of a field that isn't masked, with no masked value in it."""
    if _about_masked(text, record, mask):
        return PLAINLY[DoubtCode.CHECK_FAILED]
    return hide(text, held_by(record, mask))


def hide(text: str, held: Collection[str]) -> str:
    """Return a text with what masked fields hold hidden."""
    for each in sorted(held, key=len, reverse=True):
        text = re.sub(rf"(?<!\w){re.escape(each)}(?!\w)", HIDDEN, text, flags=re.IGNORECASE)
    return text


def _about_masked(text: str, record: ExtractedRecord, mask: Collection[str]) -> bool:
    """Say whether a text is that of a check in which a masked field took part."""
    return any(
        check.text == text and any(pattern_of(path) in mask for path in check.fields)
        for check in record.checks
    )


def held_by(record: ExtractedRecord, mask: Collection[str]) -> frozenset[str]:
    """Return all texts that are known of a record's masked fields."""
    return frozenset(_held(record, mask)) if mask else frozenset()


def _held(record: ExtractedRecord, mask: Collection[str]) -> Iterator[str]:
    for field in record.fields:
        if pattern_of(field.path) not in mask:
            continue
        values = [field.value, *field.alternatives]
        texts = [field.raw, field.second, field.evidence and field.evidence.quote, *field.rivals]
        texts += [None if value is None else text_of(value) for value in values]
        yield from (text for text in texts if text and len(text) >= SHORTEST)
