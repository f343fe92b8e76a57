"""The strings of a document that a field of some kind could be, and where they stand.

A small model that may only choose one of them can't invent, and its evidence comes for free. Each
one that the field can't be is a trap for it, so there are as few as can be.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from extractors.candidates.addresses import addresses
from extractors.candidates.names import names
from extractors.candidates.numbers import ibans, identifiers, tax_numbers
from extractors.candidates.spots import Spot, spots_of
from extractors.coerce.find import find_amounts, find_dates, looks_like
from extractors.layout import Line
from schemas.document import Word
from schemas.kinds import Kind

MOST = 200
"""So many candidates a field at most, of more the first and the last ones, where headers and totals
stand; a grammar of more slows the server down."""
LETTER = r"[^\W\d_]"
BLANK = 0.45
"""Figures so far apart at most, in heights of their words, may be one number: a blank is 0.3."""
THOUSANDS = re.compile(r"(?<=\d)[.,' \u00a0\u202f](?=\d{3}(?!\d))")
FIGURES = re.compile(r"-?\d(?:.*\d)?")

Found = tuple[str, tuple[Word, ...]]
"""A candidate's text and its words."""
Finder = Callable[[Spot], Iterable[Found]]


@dataclass(frozen=True)
class Place:
    """Where a candidate stands."""

    page: int
    """From 1."""
    line: int
    """Index into the document's lines, of the first row."""
    segment: int
    """Index in that line, of the first segment."""
    words: tuple[Word, ...]
    """Those that it consists of, row by row; a first or last one may be longer than it."""


@dataclass(frozen=True)
class Candidate:
    """A string that a field could be."""

    text: str
    places: tuple[Place, ...]
    """In reading order, at least one."""


def find_candidates(kind: Kind, lines: Sequence[Line]) -> tuple[Candidate, ...]:
    """Return the different candidates of `kind`, in reading order, at most `MOST` of them."""
    return _candidates(kind, spots_of(lines))


def _candidates(kind: Kind, spots: Iterable[Spot]) -> tuple[Candidate, ...]:
    found: dict[str, dict[Place, None]] = {}
    for spot in spots:
        for text, words in FINDERS[kind](spot):
            place = Place(spot.segment.page, spot.line, spot.at, words)
            found.setdefault(text, {}).setdefault(place)
    texts = list(found)
    if len(texts) > MOST:
        texts = [*texts[: MOST // 2], *texts[-MOST // 2 :]]
    return tuple(Candidate(text, tuple(found[text])) for text in texts)


def candidates_by_kind(
    kinds: Iterable[Kind], lines: Sequence[Line]
) -> dict[Kind, tuple[Candidate, ...]]:
    """Return the candidates of each kind: several fields share them."""
    spots = tuple(spots_of(lines))
    return {kind: _candidates(kind, spots) for kind in set(kinds)}


def candidates(kind: Kind, lines: Sequence[Line]) -> tuple[str, ...]:
    """Return the texts of `find_candidates`."""
    return tuple(candidate.text for candidate in find_candidates(kind, lines))


def spellings_of(among: Sequence[str]) -> dict[str, str]:
    """Return each candidate by itself and by its bare figures: no thousands mark, no currency.

    A model that wants to write `2129,79` and may only write `€2.129,79` or `21,90` is led to the
    second one: its first tokens are those that it wants.
    """
    spellings = {each: each for each in among}
    for each in among:
        bare = FIGURES.search(each) if find_amounts(each) else None
        for spelt in (bare.group() if bare else each, each):
            spellings.setdefault(spelt, each)
            spellings.setdefault(THOUSANDS.sub("", spelt), each)
    return spellings


def _dates(spot: Spot) -> Iterator[Found]:
    if spot.alike:
        return iter(())
    return (_cut(spot, *span) for span in find_dates(spot.text))


def _amounts(spot: Spot) -> Iterator[Found]:
    """Yield amounts; of `6 810.30` either the whole or, over a wider gap, `810.30`."""
    spans = [] if spot.alike else find_amounts(spot.text)
    for start, end in spans:
        longer = [span for span in spans if span[1] == end and span[0] < start]
        together = any(_one_number(spot, span[0], end) for span in longer)
        if not together and _one_number(spot, start, end):
            yield _cut(spot, start, end)


def _one_number(spot: Spot, start: int, end: int) -> bool:
    """Say whether no gap between the words is wider than a blank, or their dash's."""
    words = spot.words(start, end)
    return all(
        right.box.x0 - left.box.x1 <= BLANK * (right.box.y1 - right.box.y0)
        or not any(map(str.isdigit, left.text))
        for left, right in pairwise(words)
    )


def _numbers(spot: Spot) -> Iterator[Found]:
    words = (match.span() for match in re.finditer(r"\S+", spot.text))
    return (
        _cut(spot, start, end)
        for start, end in words
        if looks_like(Kind.NUMBER, spot.text[start:end])
    )


def _percents(spot: Spot) -> Iterator[Found]:
    matches = re.finditer(r"\d{1,3}(?:[.,]\d+)?\s?%", spot.text)
    return (_cut(spot, *match.span()) for match in matches)


def _currencies(spot: Spot) -> Iterator[Found]:
    """Yield codes and signs; of signs that OCR sees those beside figures: specks look like some."""
    seen = spot.segment.words[0].confidence is not None
    alone = seen and not any(map(str.isdigit, spot.text))
    words = re.finditer(
        rf"[A-Z]{{1,2}}\$|(?<!{LETTER}){LETTER}{{2,3}}(?!{LETTER})\.?|[^\w\s.,:;()/-]+", spot.text
    )
    return (
        _cut(spot, *word.span())
        for word in words
        if looks_like(Kind.CURRENCY, word.group())
        and not (alone and not any(map(str.isalpha, word.group())))
    )


def _cut(spot: Spot, start: int, end: int) -> Found:
    return spot.text[start:end], spot.words(start, end)


FINDERS: dict[Kind, Finder] = {
    Kind.TEXT: names,
    Kind.ADDRESS: addresses,
    Kind.IDENTIFIER: identifiers,
    Kind.IBAN: ibans,
    Kind.VAT_ID: tax_numbers,
    Kind.DATE: _dates,
    Kind.AMOUNT: _amounts,
    Kind.NUMBER: _numbers,
    Kind.PERCENT: _percents,
    Kind.CURRENCY: _currencies,
}
