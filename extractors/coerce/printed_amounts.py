"""Amounts of money as they are printed: where they stand in a text."""

from __future__ import annotations

import re
from collections.abc import Iterator

from extractors.coerce.amounts import PERCENT
from extractors.coerce.currency import SIGN
from extractors.coerce.folding import fold
from extractors.coerce.numerals import COMPACT, readings
from extractors.coerce.printed_dates import dates_in
from extractors.coerce.remembering import remembered

_LEFT = re.compile(rf"(?<![\w./,'\\-])(?<!\d:)(\()?[-+]?((?:{SIGN.pattern})?)[-+]?$")
_RIGHT = re.compile(
    rf"([.,]--?(?!\w))?((?:{SIGN.pattern})?)(?:-(?!\w))?(\))?[A-Z]?"
    rf"(?!\w)(?![.,:'/][0-9])(?!-[^\W_])(?!{PERCENT.pattern})"
)
_CURRENCY_LEFT = re.compile(rf"(?:{SIGN.pattern}) $")
_CURRENCY_RIGHT = re.compile(rf" (?:{SIGN.pattern})")
_THOUSANDS_LEFT = re.compile(r"(?<![\w.,/'-])[1-9][0-9]{0,2}(?: [0-9]{3})* $")
_DASH_LEFT = re.compile(r"(?:^|[^0-9 ] ?|^ )(- )$")
_REACH = 16
"""Characters to look back: longer than any currency's sign and a few thousands."""


@remembered
def amounts_in(text: str) -> tuple[tuple[int, int], ...]:
    """Return the half-open spans of what is printed like money, left to right, the longer first.

    Digits count with decimals, grouped thousands, or a currency beside them; never inside a date, a
    percentage or a longer token. A sign and a currency without space between belong to the span.

    Spans overlap where a space or dash has two meanings, and then both are given: a space may part
    thousands (`1 234,50`) or columns (quantity 1, price 234,50), a dash may be a minus (`- 12,50`).
    """
    folded = fold(text)
    dates = [(one.start, one.end) for one in dates_in(folded)]
    found = {
        span
        for start, end in _numerals(folded)
        if not any(start < date_end and date_start < end for date_start, date_end in dates)
        for span in _spans(folded, start, end)
    }
    return tuple(sorted(found, key=lambda span: (span[0], -span[1])))


def _numerals(text: str) -> Iterator[tuple[int, int]]:
    """Yield the spans of digits with their marks, and again with the thousands before a space."""
    for match in COMPACT.finditer(text):
        start, end = match.span()
        if not readings(match[0]):
            continue
        yield start, end
        left = text[max(0, start - _REACH) : start]
        if re.fullmatch(r"[0-9]{3}(?:[.,][0-9]+)?", match[0]) and (
            more := _THOUSANDS_LEFT.search(left)
        ):
            yield start - len(more[0]), end


def _spans(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Yield the span of these digits if they are money, and that with a loose minus before it."""
    before = text[max(0, start - _REACH) : start]
    left, right = _LEFT.search(before), _RIGHT.match(text, end)
    if left is None or right is None:
        return
    named = left[2] or right[2] or _CURRENCY_LEFT.search(before) or _CURRENCY_RIGHT.match(text, end)
    if re.fullmatch(r"[0-9 ]+", text[start:end]) and not (named or right[1]):
        return
    first, last = start - len(left[0]), right.end()
    if bool(left[1]) != bool(right[3]):
        first, last = first + bool(left[1]), last - bool(right[3])
    yield first, last
    before = text[max(0, first - _REACH) : first]
    if first == start and (dash := _DASH_LEFT.search(before)):
        yield first - len(dash[1]), last
