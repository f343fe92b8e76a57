"""A document as lines of segments: what stands in a row stays in a row, wide gaps are kept.

A segment is a run of words of one row with no wide gap between them: a cell of a table, a label, a
value. `text_of` shows a row with ` | ` at its gaps, which a model reads as columns.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from schemas.document import Box, Document, Word

WIDE_GAP = 1.0
"""A gap between two words is wide from so many heights of the lower word on; a blank is 0.3."""


@dataclass(frozen=True)
class Segment:
    """Words of one row without a wide gap."""

    page: int
    """From 1."""
    row: int
    """Index of the row on its page, from 0."""
    words: tuple[Word, ...]

    @property
    def text(self) -> str:
        return " ".join(word.text for word in self.words)

    @property
    def box(self) -> Box:
        return around(self.words)


Line = Sequence[Segment]
"""A row of a page, from left to right."""


def around(words: Sequence[Word]) -> Box:
    """Return the smallest box around all words; there must be one at least."""
    box = words[0].box
    for word in words[1:]:
        box = box.union(word.box)
    return box


def lines_of(document: Document) -> tuple[Line, ...]:
    """Return the document's rows as segments, page by page, top to bottom."""
    return tuple(
        tuple(_segments(page.number, index, row))
        for page in document.pages
        for index, row in enumerate(page.rows)
    )


def text_of(line: Line) -> str:
    """Return a row as text: `Total | 12.00 EUR`."""
    return " | ".join(segment.text for segment in line)


def _segments(page: int, row: int, words: Sequence[Word]) -> Iterator[Segment]:
    start = 0
    for index in range(1, len(words) + 1):
        if index == len(words) or _wide(words[index - 1], words[index]):
            yield Segment(page, row, tuple(words[start:index]))
            start = index


def _wide(left: Word, right: Word) -> bool:
    height = min(left.box.y1 - left.box.y0, right.box.y1 - right.box.y0)
    return right.box.x0 - left.box.x1 > WIDE_GAP * height
