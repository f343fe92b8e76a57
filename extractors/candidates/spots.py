"""Segments with what stands around them: the label on the left or above, the row below.

A value says little of itself: by the words beside it, `4711` is an invoice's number or a house's.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from extractors.candidates.label_words import is_label
from extractors.layout import Line, Segment
from schemas.document import Box, Word

LABEL_GAP = 1.2
"""A label stands so close above its value at most, and a row above the next, in their heights."""
REACH = 4
"""Rows to look up and down: rows of other columns may lie between two of one column."""
TABLE_CELLS = 4
"""A row of so many cells is one of a table."""
MOST_LABELS = 0.6
"""A row is a table's heading if more than this part of its cells are labels."""
_DIGIT = re.compile(r"\d")
SAME_SHAPE = 3
"""Of a table's rows that have figures and words in the same cells, so many are looked at."""


@dataclass(eq=False)
class Spot:
    """A segment, and what it stands beside."""

    line: int
    """Index into the document's lines."""
    at: int
    """Index in that line."""
    segment: Segment
    left: str
    """The text of the segment before it in its row."""
    alike: bool
    """Its row is one of many alike: a table's."""
    in_heading: bool
    """Its row is a table's heading."""
    above: Spot | None = None
    """What stands right above, in the same column."""
    below: Spot | None = None

    @property
    def text(self) -> str:
        return self.segment.text

    @property
    def box(self) -> Box:
        return self.segment.box

    @property
    def height(self) -> float:
        """In points."""
        return self.box.y1 - self.box.y0

    def words(self, start: int, end: int) -> tuple[Word, ...]:
        """Return the words that the text has between `start` and `end`, in part or whole."""
        found: list[Word] = []
        at = 0
        for word in self.segment.words:
            if at < end and at + len(word.text) > start:
                found.append(word)
            at += len(word.text) + 1
        return tuple(found)


def spots_of(lines: Sequence[Line]) -> tuple[Spot, ...]:
    """Return all segments in reading order."""
    many = _rows_alike(lines)
    rows: list[list[Spot]] = []
    for index, line in enumerate(lines):
        alike, in_heading = index in many, _is_heading(line)
        row: list[Spot] = []
        for at, segment in enumerate(line):
            row.append(Spot(index, at, segment, row[-1].text if row else "", alike, in_heading))
        rows.append(row)
    for index, row in enumerate(rows):
        for spot in row:
            _join_below(spot, rows[index + 1 : index + 1 + REACH])
    return tuple(spot for row in rows for spot in row)


def _rows_alike(lines: Sequence[Line]) -> set[int]:
    """Return the indices of a table's rows but the first and the last, and those with a label."""
    shapes: dict[str, list[int]] = {}
    for index, line in enumerate(lines):
        if len(line) >= TABLE_CELLS:
            shapes.setdefault(shape_of(line), []).append(index)
    return {
        index
        for rows in shapes.values()
        for index in rows[SAME_SHAPE:-1]
        if not any(is_label(segment.text) for segment in lines[index])
    }


def _is_heading(line: Line) -> bool:
    """Say whether most of the row's cells are labels, and none has a figure."""
    texts = [segment.text for segment in line]
    if len(texts) < TABLE_CELLS or any(text.endswith(":") or _DIGIT.search(text) for text in texts):
        return False
    return sum(map(is_label, texts)) > MOST_LABELS * len(texts)


def shape_of(line: Line) -> str:
    """Return which cells of a row have figures and which have letters: `a|9|9a`."""
    return "|".join(_cell_shape(segment.text) for segment in line)


def _cell_shape(text: str) -> str:
    return "9" * any(map(str.isdigit, text)) + "a" * (re.search(r"[^\W\d_]", text) is not None)


def _join_below(spot: Spot, rows: Sequence[Sequence[Spot]]) -> None:
    """Find the next segment of the spot's column, if it stands close."""
    box = spot.box
    for row in rows:
        if row[0].segment.page != spot.segment.page:
            return
        for other in row:
            under = other.box
            if min(box.x1, under.x1) > max(box.x0, under.x0):
                gap = under.y0 - box.y1
                if gap <= LABEL_GAP * max(spot.height, other.height) and under.y0 > box.y0:
                    spot.below = other
                    if other.above is None:
                        other.above = spot
                return


def columns_below(spot: Spot, most: int) -> list[Spot]:
    """Return the spot and up to `most` - 1 segments that follow it down its column."""
    found = [spot]
    while len(found) < most and (below := found[-1].below) is not None:
        found.append(below)
    return found
