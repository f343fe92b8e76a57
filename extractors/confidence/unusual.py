"""Whether a value is printed as values of its kind mostly are."""

from __future__ import annotations

import re
from decimal import Decimal

from extractors.coerce.folding import squeeze
from extractors.coerce.printed_dates import dates_in
from schemas.extraction import Coercion
from schemas.kinds import Kind

WEEKDAY_OR_LESS = re.compile(r"[^\W\d_]{0,10}[.,]? *")
NO_WORDS = re.compile(r"[:()#/|]|\d{3}")
"""What names and other words seldom have: the mark of a label, a bracket, a code."""
CURRENCY_LETTERS = 3
"""Letters beside an amount that may be its currency's."""
FREE = frozenset({Kind.CURRENCY, Kind.NUMBER, Kind.PERCENT})
"""Kinds that are printed in all sorts of ways."""


def is_unusual(kind: Kind, raw: str, coercion: Coercion) -> bool:
    """Say whether `raw`, which was read as a value of `kind`, is printed in an unusual way.

    So is a year of two digits, an amount without decimals, wrong check digits, spaces inside a
    number, words with a code or a bracket among them, and whatever had to be left out to read it.
    What couldn't be read isn't unusual.
    """
    if coercion.value is None or kind in FREE:
        return bool(coercion.value is not None and coercion.problem)
    text = squeeze(raw)
    if coercion.problem:
        return True
    if kind is Kind.DATE:
        return _is_unusual_date(text)
    if kind is Kind.TEXT:
        return NO_WORDS.search(text) is not None
    if isinstance(coercion.value, Decimal):
        exponent = coercion.value.as_tuple().exponent
        return exponent == 0 or sum(map(str.isalpha, text)) > CURRENCY_LETTERS
    return _signs(text) != _signs(str(coercion.value))


def _is_unusual_date(text: str) -> bool:
    found = dates_in(text)[0]
    before, after = text[: found.start], text[found.end :]
    return found.short_year or bool(after) or WEEKDAY_OR_LESS.fullmatch(before) is None


def _signs(text: str) -> str:
    """Return the letters and digits, in capitals."""
    return "".join(filter(str.isalnum, text)).upper()
