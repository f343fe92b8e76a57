"""What an engine saw as words: without what is no text, in boxes as high as type."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from statistics import median

from extractors.ocr.engine import Seen
from schemas.document import Box, Word

RULES = re.compile(r"[|_¦─—–\-=~.·•*'`‘’\"“”,:;]+")
"""What lines, dots and specks are taken for."""
EDGE_RULES = "|¦_"
"""At the ends of a word: a table's lines."""
LEAST_CONFIDENCE = 0.15
"""Below it is noise."""
LEAST_MARK = 0.6
"""The same of what holds no letter or digit."""

ASCENT, DESCENT = 0.9, 0.22
"""Of type, above and below its baseline, in its size: boxes of words in a text layer are so high,
and what words stand side by side is told by their boxes' heights."""
HIGH, LOW, BELOW = 0.72, 0.52, 0.2
"""Of capitals and digits, of small letters such as x, and of tails such as p's, in type's size."""
SMALL = frozenset("acemnorsuvwxzgpqyäöü")
TAILS = frozenset("gjpqyQ,;()[]{}/|$")
UNITS, CENTS = re.compile(r"\d\.$"), re.compile(r"\d\d")
TORN_GAP = 1.0
"""The parts of an amount that was torn are so close to each other, in heights."""
CODE = 2
"""Letters of a tax's code, behind an amount."""
LIKE = 1.5
"""A word whose own size differs more from its line's keeps it."""


def clean(seen: Iterable[Seen]) -> list[Seen]:
    """Return what is text."""
    return [word for each in seen if (word := _cleaned(each)) is not None]


def _cleaned(word: Seen) -> Seen | None:
    text = word.text.strip(EDGE_RULES)
    if not text or word.confidence < LEAST_CONFIDENCE or word.y1 - word.y0 < 2:
        return None
    lettered = any(each.isalnum() for each in text)
    if not lettered and (word.confidence < LEAST_MARK or RULES.fullmatch(text)):
        return None
    if text == word.text:
        return word
    width = (word.x1 - word.x0) / len(word.text)
    before = len(word.text) - len(word.text.lstrip(EDGE_RULES))
    x0 = word.x0 + before * width
    return Seen(
        text=text,
        x0=x0,
        y0=word.y0,
        x1=x0 + len(text) * width,
        y1=word.y1,
        confidence=word.confidence,
        line=word.line,
    )


def words_of(seen: Sequence[Seen], scale: float) -> list[Word]:
    """Return the words in points; `scale` is pixels a point."""
    found: list[Word] = []
    for _, line in groupby(sorted(seen, key=lambda each: each.line), key=lambda each: each.line):
        found += _line(_mended(list(line)), scale)
    return found


def _mended(line: Sequence[Seen]) -> list[Seen]:
    """Return a line whose last amount is one word: `53.` and `60`, perhaps before a tax's code."""
    for at in range(max(1, len(line) - 2), len(line)):
        left, right = line[at - 1], line[at]
        near = right.x0 - left.x1 < TORN_GAP * (left.y1 - left.y0)
        last = all(len(each.text) <= CODE for each in line[at + 1 :])
        if near and last and UNITS.search(left.text) and CENTS.fullmatch(right.text):
            return [*line[: at - 1], _one(left, right), *line[at + 1 :]]
    return [*line]


def _one(left: Seen, right: Seen) -> Seen:
    return Seen(
        text=left.text + right.text,
        x0=left.x0,
        y0=min(left.y0, right.y0),
        x1=right.x1,
        y1=max(left.y1, right.y1),
        confidence=min(left.confidence, right.confidence),
        line=left.line,
    )


def _line(line: Sequence[Seen], scale: float) -> Iterator[Word]:
    sizes = [_size(each) for each in line]
    common = median(sizes)
    bases = [
        each.y1 - (BELOW * size if _has_tail(each) else 0)
        for each, size in zip(line, sizes, strict=True)
    ]
    base = median(bases)
    for word, size, own in zip(line, sizes, bases, strict=True):
        alike = common / LIKE < size < common * LIKE and abs(own - base) < common / 2
        # marks such as a hyphen have no height of their own
        alike = alike or not any(each.isalnum() for each in word.text)
        em, foot = (common, base) if alike else (size, own)
        yield Word(
            text=word.text,
            box=Box(
                x0=word.x0 / scale,
                y0=(foot - ASCENT * em) / scale,
                x1=word.x1 / scale,
                y1=(foot + DESCENT * em) / scale,
            ),
            confidence=round(word.confidence, 3),
        )


def _size(word: Seen) -> float:
    """Return the size of a word's type by its height."""
    share = LOW if all(each in SMALL for each in word.text) else HIGH
    return (word.y1 - word.y0) / (share + (BELOW if _has_tail(word) else 0))


def _has_tail(word: Seen) -> bool:
    return any(each in TAILS for each in word.text)
