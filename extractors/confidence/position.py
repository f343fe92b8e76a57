"""What the place of a value says of it: a block of sums, words that go on beside it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from extractors.layout import Line, Segment
from extractors.tables.cells import has_amount
from extractors.tables.totals import is_total
from schemas.document import Word

ALIGNED = 1.0
"""Figures under each other end no further apart than this, in heights of their words."""
BLOCK_ROWS = 6
"""A block of sums is looked at for so many rows above and below."""
MOST_CELLS = 3
"""A row of sums has a label, perhaps a rate or a currency, and the figure; more are a table's."""


class Positions:
    """Where the words of one document stand among the others."""

    def __init__(self, lines: Sequence[Line]) -> None:
        """Keep the rows of the document that `lines_of` gave: words are known by identity."""
        self._lines = lines
        self._places = {
            id(word): (row, segment)
            for row, line in enumerate(lines)
            for segment in line
            for word in segment.words
        }

    def cut(self, words: Sequence[Word]) -> bool | None:
        """Say whether other words go on beside these in their segments, a label left out.

        None for words that aren't of this document.
        """
        first, last = (self._place(words[:1]), self._place(words[-1:]))
        if first is None or last is None:
            return None
        before = first[1].words[: _index(first[1], words[0])]
        after = last[1].words[-1] is not words[-1]
        return after or (bool(before) and not before[-1].text.endswith(":"))

    def in_totals(self, words: Sequence[Word]) -> bool | None:
        """Say whether an amount stands in a block of sums.

        Rows of few cells that end with figures under each other are one; one of them at least must
        be labelled as a sum. None for words that aren't of this document.
        """
        place = self._place(words[-1:])
        if place is None:
            return None
        row, segment = place
        height = segment.box.y1 - segment.box.y0
        above = self._aligned(range(row - 1, row - 1 - BLOCK_ROWS, -1), segment, height)
        below = self._aligned(range(row + 1, row + 1 + BLOCK_ROWS), segment, height)
        own = self._lines[row]
        if not _is_row_of_sums(own) or own[-1] is not segment:
            return False
        block = [own, *above, *below]
        return len(block) > 1 and any(is_total(line[0].text) for line in block)

    def _place(self, words: Sequence[Word]) -> tuple[int, Segment] | None:
        """Return the row and the segment of the first of `words`."""
        return self._places.get(id(words[0])) if words else None

    def _aligned(self, rows: range, segment: Segment, height: float) -> Iterator[Line]:
        """Yield the rows from the nearest on whose figures end where `segment` ends."""
        for row in rows:
            if not 0 <= row < len(self._lines):
                return
            line = self._lines[row]
            apart = abs(line[-1].box.x1 - segment.box.x1)
            if line[0].page != segment.page or apart > ALIGNED * height:
                return
            if not _is_row_of_sums(line):
                return
            yield line


def _is_row_of_sums(line: Line) -> bool:
    return len(line) <= MOST_CELLS and has_amount(line[-1].text)


def _index(segment: Segment, word: Word) -> int:
    return next(at for at, each in enumerate(segment.words) if each is word)
