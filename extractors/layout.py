"""A document as lines of segments: what stands in a row stays in a row, wide gaps are kept.

A segment is a run of words of one row with no wide gap between them: a cell of a table, a label, a
value. A narrower gap parts two segments where others of the rows around begin: cells of a narrow
column. `text_of` shows a row with ` | ` at its gaps, which a model reads as columns.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, partial

from extractors.turning import straight
from schemas.document import Box, Document, Page, Word

WIDE_GAP = 1.0
"""A gap between two words is wide from so many heights of the lower word on; a blank is 0.3."""
COLUMN_GAP = 0.5
"""The same where a column begins."""
LAPPED = -0.3
"""Words that lie on each other so far, in heights, are of two columns, if one begins there."""
ALIGNED = 0.5
"""Points between the left edges of a column's cells at most."""
COLUMN_ROWS = 2
"""So many rows must begin a segment there, of the `NEAR` rows above and below."""
NEAR = 5


@dataclass(frozen=True)
class Segment:
    """Words of one row without a wide gap."""

    page: int
    """From 1."""
    row: int
    """Index of the row on its page, from 0."""
    words: tuple[Word, ...]

    @cached_property
    def text(self) -> str:
        return " ".join(word.text for word in self.words)

    @cached_property
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


def around_shown(words: Sequence[Word]) -> Box:
    """Return the smallest box around all words where the page shows them."""
    box = words[0].shown or words[0].box
    for word in words[1:]:
        box = box.union(word.shown or word.box)
    return box


def lines_of(document: Document) -> tuple[Line, ...]:
    """Return the document's rows as segments, page by page, top to bottom."""
    return tuple(line for page in document.pages for line in _lines(page))


def _lines(page: Page) -> Iterator[Line]:
    rows = [
        tuple(_segments(page.number, index, row, _wide))
        for index, row in enumerate(_straight_rows(page))
    ]
    starts = [tuple(segment.words[0].box.x0 for segment in row) for row in rows]
    for index, row in enumerate(rows):
        near = [*starts[max(0, index - NEAR) : index], *starts[index + 1 : index + 1 + NEAR]]
        begins = partial(_begins_column, near)
        yield tuple(
            part for segment in row for part in _segments(page.number, index, segment.words, begins)
        )


def _straight_rows(page: Page) -> tuple[tuple[Word, ...], ...]:
    """Return the page's rows with the page set straight: columns then stand one under another."""
    if not page.turn:
        return page.rows
    return tuple(
        tuple(
            word.model_copy(update={"box": straight(word.box, page), "shown": word.box})
            for word in row
        )
        for row in page.rows
    )


def text_of(line: Line) -> str:
    """Return a row as text: `Total | 12.00 EUR`."""
    return " | ".join(segment.text for segment in line)


def _segments(
    page: int, row: int, words: Sequence[Word], apart: Callable[[Word, Word], bool]
) -> Iterator[Segment]:
    start = 0
    for index in range(1, len(words) + 1):
        if index == len(words) or apart(words[index - 1], words[index]):
            yield Segment(page, row, tuple(words[start:index]))
            start = index


def _wide(left: Word, right: Word) -> bool:
    return _gap(left, right) > WIDE_GAP


def _begins_column(near: Sequence[Sequence[float]], left: Word, right: Word) -> bool:
    """Say whether a gap that is not wide parts two columns: segments of other rows begin there."""
    if LAPPED < _gap(left, right) < COLUMN_GAP:
        return False
    begun = sum(any(abs(start - right.box.x0) < ALIGNED for start in row) for row in near)
    return begun >= COLUMN_ROWS


def _gap(left: Word, right: Word) -> float:
    """Return the gap between two words of a row in heights of the lower one."""
    height = min(left.box.y1 - left.box.y0, right.box.y1 - right.box.y0)
    return (right.box.x0 - left.box.x1) / height if height else 0.0
