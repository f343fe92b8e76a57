"""What a cell of a table can hold: figures, words, an amount of money."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from extractors.coerce.find import find_amounts
from extractors.layout import Line, Segment
from schemas.document import Word
from schemas.kinds import Kind

FIGURES = frozenset({Kind.AMOUNT, Kind.NUMBER, Kind.PERCENT})
MOST_LETTERS = 9
"""In a cell of figures: those of a unit or a currency."""
MOST_FIGURE_WORDS = 4
"""Of a cell of figures: `EUR 1 234,50`; more are a sentence that has a number in it."""
SHORT_WORD = 4
"""A word of a segment of figures has a digit, or at most so many letters: a unit, a currency."""
QUANTITY_WORDS = 2
"""A quantity has so many words at most: the figure and its unit, of any length."""
NOT_A_FIGURE = re.compile(r"\d[./-]\d{1,2}[./-]\d|\d:\d|:\d|\d-\d")
"""Dates, times and codes have digits but are no figures."""
CENTS = re.compile(r"\d[.,]\d{2}[^\w\s]?$")
REMEMBERED = 8192
"""Texts whose amounts are kept: a table's rows are looked at several times."""


@lru_cache(maxsize=REMEMBERED)
def has_amount(text: str) -> bool:
    """Say whether something in the text is printed like money."""
    return any(map(str.isdigit, text)) and bool(find_amounts(text))


def fits(kind: Kind, text: str, heading: str) -> bool:
    """Say whether a cell with this text, under this heading, can hold a value of this kind."""
    if kind is Kind.PERCENT:
        return has_digit(text) and "%" in heading + text
    if kind in FIGURES:
        letters = sum(map(str.isalpha, text))
        return (
            has_digit(text)
            and letters <= MOST_LETTERS
            and "%" not in text
            and len(text.split()) <= MOST_FIGURE_WORDS
            and not NOT_A_FIGURE.search(text)
        )
    return sum(map(str.isalpha, text)) * 2 >= len(text.replace(" ", "")) > 0


def is_figures(segment: Segment) -> bool:
    """Say whether a segment is figures, perhaps of several columns: `24 kg`, `7 % 21,90`."""
    words = [word.text for word in segment.words]
    if len(words) <= QUANTITY_WORDS and words[0][0].isdigit():
        return True
    return all(has_digit(word) or len(word) <= SHORT_WORD for word in words)


def has_digit(text: str) -> bool:
    """Say whether any character is a digit."""
    return any(map(str.isdigit, text))


def amounts_among(row: Line) -> bool:
    """Say whether one of a row's segments holds money."""
    return any(has_amount(segment.text) for segment in row)


def words_text(words: Sequence[Word]) -> str:
    """Return words as text, a blank between two."""
    return " ".join(word.text for word in words)


def up_to_cents(words: Sequence[Word]) -> Sequence[Word]:
    """Return words up to the first amount with cents, if figures follow: `90.00 P04` is 90.00."""
    for at, word in enumerate(words[:-1], start=1):
        if CENTS.search(word.text) and any(has_digit(each.text) for each in words[at:]):
            return words[:at]
    return words
