"""Find the tables that may list a document's items.

A heading is a row of words above rows of figures, perhaps over several rows. Cells belong to the
heading they stand under. `extractors.tables.items` reads a table's rows.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial

from rapidfuzz import fuzz

from extractors.layout import Line, Segment, around, text_of
from extractors.tables.cells import fits, has_amount, has_digit, words_text
from extractors.tables.columns import NO_HEADING, Column, cells_of, columns_of
from extractors.tables.items import Cell, Item, read_items
from extractors.tables.totals import is_total
from schemas.kinds import Kind

__all__ = [
    "Cell",
    "Item",
    "Table",
    "find_tables",
    "fitting_columns",
    "may_share",
    "read_items",
]

FEWEST_COLUMNS = 3
MOST_TABLES = 6
LONGEST_HEADING = 6
"""Words."""
SAME_HEADING = 85
"""From this similarity (0 to 100) on, a row is the same heading repeated."""
HEADING_ROWS = 3
"""Above and below its fullest row, a heading has so many more rows at most."""
HEADING_GAP = 0.6
"""Rows of one heading stand this close, in heights of their words."""
SAME_GAP = 0.1
"""Gaps between rows that differ by less, in heights, are the same."""
FEWEST_ITEMS = 0.2
"""If so many of the rows with amounts have one in a column, those without are details of items."""
INNER_REPEATS = 2
"""A heading that comes so often on one page heads the details of single items."""


@dataclass(frozen=True)
class Table:
    """A heading and the rows below it, over all pages."""

    columns: tuple[Column, ...]
    body: tuple[Line, ...]
    item_rows: tuple[Line, ...]
    """Those that look like items."""

    @property
    def heading(self) -> str:
        return " | ".join(column.heading for column in self.columns)

    @property
    def excerpt(self) -> str:
        """The heading and the first rows, as text."""
        return "\n".join([self.heading, *(text_of(row) for row in self.item_rows[:2])])


@dataclass(frozen=True)
class _Heading:
    """The rows of a heading, as indices of the document's lines."""

    first: int
    fullest: int
    last: int


def find_tables(lines: Sequence[Line]) -> tuple[Table, ...]:
    """Return what may be tables, in the order of the pages: at most `MOST_TABLES`, the fullest."""
    headings = [_heading_at(lines, at) for at, line in enumerate(lines) if _is_heading(line)]
    apart = [each for each in headings if _is_fullest(each, headings, lines)]
    starts = {each.fullest for each in apart}
    scores: dict[int, int] = {}
    tables: dict[int, Table] = {}
    seen: list[Line] = []
    for each in apart:
        line = lines[each.fullest]
        if any(_same_heading(line, other) for other in seen):
            continue
        seen.append(line)
        table = _table(lines, each, starts)
        score = len(table.columns) * len(table.item_rows)
        if score and len(table.columns) >= FEWEST_COLUMNS:
            scores[each.fullest], tables[each.fullest] = score, table
    fullest = sorted(scores, key=lambda index: -scores[index])[:MOST_TABLES]
    return tuple(tables[index] for index in sorted(fullest))


def fitting_columns(table: Table, kind: Kind) -> tuple[Column, ...]:
    """Return the columns most of whose cells can hold a value of this kind."""
    return tuple(column for column in table.columns if _mostly(table, column, partial(fits, kind)))


def may_share(table: Table, column: Column, one: Kind, other: Kind) -> bool:
    """Say whether a column can hold a figure and its unit: `3 kg`."""
    figure_and_text = (one is Kind.TEXT) != (other is Kind.TEXT)
    return figure_and_text and _mostly(table, column, lambda text, _: len(text.split()) == 2)


def _mostly(table: Table, column: Column, holds: Callable[[str, str], bool]) -> bool:
    """Say whether `holds(cell, heading)` is true for most of the rows that look like items."""
    rows = [cells_of(table.columns, row) for row in table.item_rows]
    texts = [words_text(cells.get(column.heading, ())) for cells in rows]
    return sum(holds(text, column.heading) for text in texts) * 2 > len(texts)


def _table(lines: Sequence[Line], heading: _Heading, starts: set[int]) -> Table:
    body = tuple(_body(lines, heading, starts))
    own_page = [row for row in body if row[0].page == lines[heading.last][0].page]
    columns = _columns(lines, heading, own_page or body)
    return Table(columns, body, _item_rows(columns, body))


def _is_heading(line: Line) -> bool:
    """Say whether the row has words enough for a heading, and nothing that looks like money."""
    headings = _headings(line)
    words = sum(len(segment.words) for segment in headings)
    return len(headings) > 1 and words >= FEWEST_COLUMNS and not has_amount(text_of(line))


def _headings(line: Line) -> list[Segment]:
    """Return the row's segments that can be headings: no sentences, hardly a digit."""
    return [segment for segment in line if _may_head(segment)]


def _may_head(segment: Segment) -> bool:
    digits = sum(map(str.isdigit, segment.text))
    return len(segment.words) <= LONGEST_HEADING and digits * 10 <= len(segment.text)


def _heading_at(lines: Sequence[Line], at: int) -> _Heading:
    """Return the heading with the rows above and below that belong to it."""
    first = last = at
    while first > 0 and at - first < HEADING_ROWS and _belongs(lines, first - 1, first, at):
        first -= 1
    while (
        last + 1 < len(lines) and last - at < HEADING_ROWS and _belongs(lines, last + 1, last, at)
    ):
        last += 1
    return _Heading(first, at, last)


def _belongs(lines: Sequence[Line], row: int, next_to: int, fullest: int) -> bool:
    """Say whether a row is one more of a heading: close, short, without digits, no label."""
    line, near, main = lines[row], lines[next_to], lines[fullest]
    if line[0].page != near[0].page:
        return False
    upper, lower = (line, near) if row < next_to else (near, line)
    above, below = around(upper[0].words), around(lower[0].words)
    height = min(above.y1 - above.y0, below.y1 - below.y0)
    left, right = main[0].box.x0, main[-1].box.x1
    gap = below.y0 - above.y1
    # Rows that lie on each other are cells in the middle beside cells of several lines.
    within = gap < 0 or all(segment.box.x1 > left and segment.box.x0 < right for segment in line)
    return (
        gap < HEADING_GAP * height
        and (row < next_to or _nearer_above(lines, row, gap))
        and len(line) <= len(main)
        and not any(map(has_digit, (segment.text for segment in line)))
        and not any(segment.text.endswith(":") for segment in line)
        and all(_may_head(segment) for segment in line)
        and within
    )


def _nearer_above(lines: Sequence[Line], row: int, gap: float) -> bool:
    """Say whether a row is nearer to the one above than to that below; one word alone must be."""
    line = lines[row]
    if row + 1 == len(lines) or lines[row + 1][0].page != line[0].page:
        return True
    own, next_one = around(line[0].words), around(lines[row + 1][0].words)
    further = (next_one.y0 - own.y1) - gap
    slack = SAME_GAP * (own.y1 - own.y0)
    return further > slack or (len(line) > 1 and further > -slack)


def _is_fullest(each: _Heading, headings: Sequence[_Heading], lines: Sequence[Line]) -> bool:
    """Say whether no other row of the same heading has more segments."""
    return not any(
        other.first <= each.fullest <= other.last
        and (len(lines[other.fullest]), -other.fullest) > (len(lines[each.fullest]), -each.fullest)
        for other in headings
        if other is not each
    )


def _columns(lines: Sequence[Line], heading: _Heading, rows: Sequence[Line]) -> tuple[Column, ...]:
    """Return the columns; what the heading's row has beside its headings stays beside the table."""
    main = _between(lines[heading.fullest])
    others = [
        _headings(lines[at])
        for at in range(heading.first, heading.last + 1)
        if at != heading.fullest
    ]
    place = heading.fullest - heading.first
    columns = columns_of([*others[:place], main, *others[place:]], rows, place)
    beside = any(segment.box.x1 < main[0].box.x0 for segment in lines[heading.fullest])
    return columns[1:] if beside and columns[0].heading == NO_HEADING else columns


def _between(line: Line) -> list[Segment]:
    """Return a heading's segments, with those between two headings that have digits: `10/07`."""
    places = [at for at, segment in enumerate(line) if _may_head(segment)]
    return [
        segment
        for at, segment in enumerate(line)
        if places[0] <= at <= places[-1] and len(segment.words) <= LONGEST_HEADING
    ]


def _body(lines: Sequence[Line], heading: _Heading, starts: set[int]) -> Iterator[Line]:
    """Yield the rows below a heading until another one on its page, and those of later pages.

    On later pages they begin with the heading's repetition, or at their tops if no page repeats
    it. A heading that comes again and again on one page heads the details of single items and
    ends nothing.
    """
    fullest = lines[heading.fullest]
    page, inside = fullest[0].page, True
    repeated = any(
        at != heading.fullest and _same_heading(lines[at], fullest) and lines[at][0].page != page
        for at in starts
    )
    inner = _inner_headings(lines, starts, fullest)
    skip = _heading_size(heading)
    at = heading.last + 1
    while at < len(lines):
        line = lines[at]
        if line[0].page != page:
            page, inside = line[0].page, not repeated
        if at in starts and _same_heading(line, fullest):
            inside = True
            at += 1 + skip
            continue
        if at in starts and text_of(line) not in inner and len(_headings(line)) >= FEWEST_COLUMNS:
            inside = False
        if inside and not (at in starts and text_of(line) in inner):
            yield line
        at += 1


def _heading_size(heading: _Heading) -> int:
    """Return how many rows of a heading are below its fullest one."""
    return heading.last - heading.fullest


def _inner_headings(lines: Sequence[Line], starts: set[int], main: Line) -> set[str]:
    """Return the headings that come several times on one page, where the main one comes once."""
    counts: dict[tuple[int, str], int] = {}
    for at in starts:
        key = (lines[at][0].page, text_of(lines[at]))
        counts[key] = counts.get(key, 0) + 1
    main_text = text_of(main)
    return {
        text for (_, text), count in counts.items() if count >= INNER_REPEATS and text != main_text
    }


def _same_heading(line: Line, heading: Line) -> bool:
    return fuzz.ratio(text_of(line), text_of(heading)) >= SAME_HEADING


def _item_rows(columns: Sequence[Column], body: Sequence[Line]) -> tuple[Line, ...]:
    """Return the rows that look like items: of those with amounts the ones with the last amount."""
    rows = [(row, amounts) for row in body if (amounts := _amounts(columns, row))]
    for column in reversed(columns):
        ended = [row for row, amounts in rows if column.heading in amounts]
        if ended and len(ended) >= FEWEST_ITEMS * len(rows):
            return tuple(ended)
    return ()


def _amounts(columns: Sequence[Column], row: Line) -> set[str]:
    """Return the headings over a row's amounts, if it has another figure and words as well."""
    if is_total(row[0].text) or not any(has_digit(segment.text) for segment in row):
        return set()
    cells = {name: words_text(words) for name, words in cells_of(columns, row).items()}
    figures = sum(map(has_digit, cells.values()))
    if figures < 2 or len(cells) < FEWEST_COLUMNS:
        return set()
    return {name for name, text in cells.items() if has_amount(text)}
