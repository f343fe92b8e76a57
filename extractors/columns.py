"""A table's columns: headings, split and completed by what stands below them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from extractors.coerce.find import find_amounts
from extractors.layout import Line, Segment, around
from schemas.document import Box, Word

NO_HEADING = "(no heading)"
HEADING_GAP = 0.42
"""Two words of a heading this far apart, in their heights, may head two columns; a blank is 0.3."""
BODY_GAP = 0.2
"""Figures this far apart, in their heights, in all rows, may stand in two columns."""
BESIDE = 1.5
"""What begins this far to the right of the last heading, in its heights, is beside the table."""
SHORT_WORD = 4
"""A word of a cell of figures has a digit, or at most so many letters: a unit, a currency."""
QUANTITY_WORDS = 2
"""A quantity has so many words at most: the figure and its unit, of any length."""


@dataclass(frozen=True)
class Column:
    """A heading and where it stands."""

    heading: str
    box: Box


def columns_of(heading: Sequence[Segment], rows: Sequence[Line]) -> tuple[Column, ...]:
    """Return the columns below a heading's segments, from left to right.

    A segment is split where its words stand apart and so do the figures below; what stands to the
    left of all headings in most rows with amounts is a column without a heading.
    """
    filled = [row for row in rows if any(find_amounts(segment.text) for segment in row)]
    whole = [Column(segment.text, segment.box) for segment in heading]
    parts = [
        part
        for segment, column in zip(heading, whole, strict=True)
        for part in _split(segment, _words_under(whole, column, filled))
    ]
    return tuple(_named_apart([*_left_of(parts, filled), *parts]))


def column_of(columns: Sequence[Column], box: Box) -> Column:
    """Return the column that shares most width with the box, or else the nearest one."""
    return max(columns, key=lambda column: overlap(column.box, box))


def cells_of(columns: Sequence[Column], row: Line) -> dict[str, list[Word]]:
    """Return the row's words by the heading that they stand under, without what is beside it."""
    cells: dict[str, list[Word]] = {}
    for segment in row:
        if _beside(segment.box, columns):
            continue
        parts = [(word,) for word in segment.words] if _figures(segment) else [segment.words]
        for part in parts:
            cells.setdefault(column_of(columns, around(part)).heading, []).extend(part)
    return cells


def _beside(box: Box, columns: Sequence[Column]) -> bool:
    """Say whether a box lies to the left or well to the right of all columns."""
    right = columns[-1].box.x1 + BESIDE * (box.y1 - box.y0)
    return box.x1 < columns[0].box.x0 or box.x0 > right


def overlap(one: Box, other: Box) -> float:
    """Return the width that both share, in points; below 0 it is the distance between them."""
    return min(one.x1, other.x1) - max(one.x0, other.x0)


def _split(segment: Segment, words: Sequence[Word]) -> Iterator[Column]:
    """Yield a heading as one column, or as several if its words and those below stand apart."""
    groups: list[list[Word]] = [[segment.words[0]]]
    for left, right in zip(segment.words, segment.words[1:], strict=False):
        apart = right.box.x0 - left.box.x1 > HEADING_GAP * (right.box.y1 - right.box.y0)
        if apart:
            groups.append([right])
        else:
            groups[-1].append(right)
    headings = [Column(" ".join(word.text for word in group), around(group)) for group in groups]
    taken = [column_of(headings, block) for block in _blocks(words)]
    used = [heading for heading in headings if heading in taken]
    if len(used) < 2:
        yield Column(segment.text, segment.box)
        return
    for heading in headings:
        below = [
            block for block, column in zip(_blocks(words), taken, strict=True) if column == heading
        ]
        box = heading.box
        for block in below:
            box = Box(x0=min(box.x0, block.x0), x1=max(box.x1, block.x1), y0=box.y0, y1=box.y1)
        yield Column(heading.heading, box)


def _blocks(words: Sequence[Word]) -> list[Box]:
    """Return the stretches of x that words of any row cover, from left to right."""
    blocks: list[Box] = []
    for word in sorted(words, key=lambda word: word.box.x0):
        gap = BODY_GAP * (word.box.y1 - word.box.y0)
        if blocks and word.box.x0 - blocks[-1].x1 <= gap:
            blocks[-1] = blocks[-1].union(word.box)
        else:
            blocks.append(word.box)
    return blocks


def _words_under(columns: Sequence[Column], column: Column, rows: Sequence[Line]) -> list[Word]:
    return [
        word
        for row in rows
        for segment in row
        if _figures(segment)
        for word in segment.words
        if column_of(columns, word.box) == column
    ]


def _left_of(columns: Sequence[Column], rows: Sequence[Line]) -> list[Column]:
    """Return the column without a heading to the left of all others, if there is one."""
    edge = columns[0].box
    left = [row[0].box for row in rows if row[0].box.x1 < edge.x0]
    if not rows or len(left) * 2 < len(rows):
        return []
    box = Box(x0=min(b.x0 for b in left), x1=max(b.x1 for b in left), y0=edge.y0, y1=edge.y1)
    return [Column(NO_HEADING, box)]


def _named_apart(columns: Sequence[Column]) -> Iterator[Column]:
    """Yield the columns, equal headings numbered."""
    seen: dict[str, int] = {}
    for column in columns:
        seen[column.heading] = count = seen.get(column.heading, 0) + 1
        yield column if count == 1 else Column(f"{column.heading} ({count})", column.box)


def _figures(segment: Segment) -> bool:
    """Say whether a segment is figures, perhaps of several columns: `24 kg`, `7 % 21,90`."""
    words = [word.text for word in segment.words]
    if len(words) <= QUANTITY_WORDS and words[0][0].isdigit():
        return True
    return all(any(map(str.isdigit, word)) or len(word) <= SHORT_WORD for word in words)
