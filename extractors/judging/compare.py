"""Whether two typed values say the same.

Figures and dates are equal or not. Names that only differ in case, white space or punctuation are
the same; accents tell names apart, so they count.
"""

from __future__ import annotations

import unicodedata

from schemas.kinds import Kind, Value

CODES = frozenset({Kind.IDENTIFIER, Kind.IBAN, Kind.VAT_ID, Kind.CURRENCY})
WORDS = frozenset({Kind.TEXT, Kind.ADDRESS})


def same(kind: Kind, one: Value, other: Value) -> bool:
    """Say whether two values of `kind` are the same."""
    if kind in CODES:
        return _letters_and_figures(str(one)) == _letters_and_figures(str(other))
    if kind in WORDS:
        return _words(str(one)) == _words(str(other))
    return one == other


def _letters_and_figures(text: str) -> str:
    folded = _fold(text)
    return "".join(filter(str.isalnum, folded)) or folded


def _words(text: str) -> str:
    """Return the text without white space and punctuation; signs such as + and € stay."""
    folded = _fold(text)
    kept = (c for c in folded if unicodedata.category(c)[0] not in "PZC" and c not in "|`´")
    return "".join(kept) or folded


def _fold(text: str) -> str:
    """Return one form of letters that print alike, whatever their case."""
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold()).strip()
