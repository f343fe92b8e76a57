"""Postal addresses: the rows of a block from a street, or a house, to a town and its country."""

from __future__ import annotations

import re
from collections.abc import Iterator

from extractors.candidates.label_words import has_label_words, names_tax
from extractors.candidates.names import (
    EDGES,
    ENDS_WITH_FORM,
    LABEL,
    STREET,
    TOWN,
    Found,
    block,
    is_address,
    is_prose,
)
from extractors.candidates.spots import Spot
from extractors.coerce.find import find_amounts, find_dates
from extractors.coerce.places import is_country

MOST_ROWS = 6
LONGEST = 200
"""Characters of an address."""
REGION_WORDS = 4
"""A country or a region below a town has at most so many words."""

FEWEST_LETTERS = 2
"""Of a row; others are numbers."""

_POST_CODE = re.compile(
    r"\b\d{5}\b[,.]?\s*[^\W\d_]{2,}|[^\W\d_]{3,}[,.\s-]*\b(?:\d{5}|[1-9]\d{5})\W*$"
)
"""In a row below a street's, before a town or behind it; one of six digits is India's."""
_HOUSE = re.compile(
    r"(?:no|nr|lot|unit|block|blk|suite|shop|plot|level|floor|flat|apt|house|hs)\b"
    r"\W*[a-z]?-?\d.*[^\W\d_]{3,}"
    r"|(?:[a-z]{1,2}-)*[a-z]?\d+(?:[-/&][\da-z]+)*\s?[a-z]?,\s*[^\W\d_]{3,}",
    re.IGNORECASE,
)
"""What a row with a house begins with: `No. 12 Jalan`, `LOT 5-7, Mall`, `A-2-3, Plaza One`."""
_REACHED = re.compile(
    r"\b(?:tel|tél|fon|phone|telefon|telephone|fax|hotline|mobile?|e-?mail|www)\b|@|https?:",
    re.IGNORECASE,
)
"""By other ways than by post."""
_NUMBERED = re.compile(r"\b(?:reg|ssm|roc|id|no|nr)\b[^\w]*\d{5,}|^\W*\(.*\)\W*$", re.IGNORECASE)
"""A company's number."""


def addresses(spot: Spot) -> Iterator[Found]:
    """Yield a street or a town, and rows of a block from this one to a town and its country."""
    if spot.alike or len(spot.text) > LONGEST:
        return
    label = LABEL.match(spot.text)
    start = label.end() if label else 0
    text = spot.text[start:].strip(EDGES)
    words = spot.words(start, len(spot.text))
    if is_address(text):
        yield text, words
    if not _may_belong(text):
        return
    in_town, from_house = False, begins_with_house(text)
    for row in block(spot, MOST_ROWS)[1:]:
        longer = f"{text.rstrip(EDGES)}, {row.text.strip(EDGES)}"
        if len(longer) > LONGEST or row.text.endswith(":"):
            break
        if not (_is_region(row.text) if in_town else _may_belong(row.text)):
            break
        text, words = longer, (*words, *row.segment.words)
        in_town = in_town or _names_town(row.text)
        if in_town:
            yield text, words
            if is_country(text.rpartition(",")[2]):
                return
    if from_house and not in_town:  # a town without a post code looks like any word
        yield text, words


def _names_town(text: str) -> bool:
    """Say whether a row of an address has a town with its post code."""
    return TOWN.search(text) is not None or _POST_CODE.search(text) is not None


def begins_with_house(text: str) -> bool:
    """Say whether an address begins where a letter would be left: at a house or a street."""
    if len(text) > LONGEST:
        return False
    return STREET.search(text.split(",", maxsplit=1)[0]) is not None or (
        _HOUSE.match(text) is not None and _may_belong(text)
    )


def _is_region(text: str) -> bool:
    """Say whether a row below a town may name its region or country."""
    words = re.split(r"[\s,.-]+", text.strip(EDGES + "."))
    return (
        len(words) <= REGION_WORDS
        and all(word.isalpha() and word[0].isupper() for word in words)
        and not has_label_words(text)
        and not ENDS_WITH_FORM.search(text)
    )


def _may_belong(text: str) -> bool:
    """Say whether a row may be one of an address."""
    return sum(map(str.isalpha, text)) >= FEWEST_LETTERS and not (
        find_dates(text)
        or find_amounts(text)
        or _REACHED.search(text)
        or _NUMBERED.search(text)
        or names_tax(text)
        or has_label_words(text)
        or is_prose(text)
    )
