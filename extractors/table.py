"""Find the table that lists a document's items, and read its rows by its columns.

A heading is a row of words above rows of figures. Cells belong to the heading they stand under.
A row is an item if it fills the table's figure columns; rows with fewer figures (subtotals, amounts
carried forward) are no items, rows of text alone go on with the item above them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial

from rapidfuzz import fuzz

from extractors.coerce.find import find_amounts, looks_like
from extractors.columns import NO_HEADING, Column, cells_of, columns_of, overlap
from extractors.layout import Line, Segment, around, text_of
from schemas.document import Box, Word
from schemas.kinds import Kind

FEWEST_COLUMNS = 3
MOST_LETTERS = 9
"""In a cell of figures: those of a unit or a currency."""
MOST_TABLES = 4
LONGEST_HEADING = 6
"""Words."""
SAME_HEADING = 85
"""From this similarity (0 to 100) on, a row is the same heading repeated."""
ROW_GAP = 0.5
"""Text this close under an item's row, in heights of its words, goes on with it."""
FIGURES = frozenset({Kind.AMOUNT, Kind.NUMBER, Kind.PERCENT})


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
class Cell:
    """Words of one row under one heading; of wrapped text also those of the rows below."""

    page: int
    words: tuple[Word, ...]

    @property
    def text(self) -> str:
        return " ".join(word.text for word in self.words)


Item = dict[str, Cell]
"""Cells by the name of the leaf that their column holds."""


def find_tables(lines: Sequence[Line]) -> tuple[Table, ...]:
    """Return what may be tables, in the order of the pages: at most `MOST_TABLES`, the fullest."""
    scores: dict[int, int] = {}
    for index, line in enumerate(lines):
        if not _is_heading(line) or any(_same_heading(line, lines[other]) for other in scores):
            continue
        rows = list(_body(lines, index))
        columns = _columns(line, rows)
        score = len(columns) * sum(_may_be_item(columns, row) for row in rows)
        if score and len(columns) >= FEWEST_COLUMNS:
            scores[index] = score
    fullest = sorted(scores, key=lambda index: -scores[index])[:MOST_TABLES]
    return tuple(_table(lines, index) for index in sorted(fullest))


def fitting_columns(table: Table, kind: Kind) -> tuple[Column, ...]:
    """Return the columns most of whose cells can hold a value of this kind."""
    return tuple(column for column in table.columns if _mostly(table, column, partial(_fits, kind)))


def may_share(table: Table, column: Column, one: Kind, other: Kind) -> bool:
    """Say whether a column can hold a figure and its unit: `3 kg`."""
    figure_and_text = (one is Kind.TEXT) != (other is Kind.TEXT)
    return figure_and_text and _mostly(table, column, lambda text, _: len(text.split()) == 2)


def _mostly(table: Table, column: Column, holds: Callable[[str, str], bool]) -> bool:
    """Say whether `holds(cell, heading)` is true for most of the rows that look like items."""
    rows = [cells_of(table.columns, row) for row in table.item_rows]
    texts = [_text(cells.get(column.heading, ())) for cells in rows]
    return sum(holds(text, column.heading) for text in texts) * 2 > len(texts)


def _fits(kind: Kind, text: str, heading: str) -> bool:
    """Say whether a cell can hold a value of this kind."""
    if kind is Kind.PERCENT:
        return any(map(str.isdigit, text)) and "%" in heading + text
    if kind in FIGURES:
        letters = sum(map(str.isalpha, text))
        return any(map(str.isdigit, text)) and letters <= MOST_LETTERS and "%" not in text
    return sum(map(str.isalpha, text)) * 2 >= len(text.replace(" ", "")) > 0


def _table(lines: Sequence[Line], start: int) -> Table:
    heading = lines[start]
    body = tuple(_body(lines, start, heading=heading))
    columns = _columns(heading, body)
    if start + 1 < len(lines) and _goes_on(heading, lines[start + 1]):
        columns, body = _join(columns, lines[start + 1]), body[1:]
    return Table(columns, body, tuple(row for row in body if _may_be_item(columns, row)))


def read_items(
    table: Table, columns: Mapping[str, Column], kinds: Mapping[str, Kind]
) -> tuple[Item, ...]:
    """Return the table's items; `columns` says which heading stands above which leaf."""
    figures = {name: columns[name] for name in columns if kinds[name] in FIGURES}
    needed = min(2, len({column.heading for column in figures.values()}))
    words_leaf = next((n for n in kinds if n in columns and kinds[n] is Kind.TEXT), None)
    if needed == 0:
        return ()
    items: list[Item] = []
    above: Box | None = None
    for row in table.body:
        cells = cells_of(table.columns, row)
        filled = _filled(cells, figures, kinds)
        text = cells.get(columns[words_leaf].heading, []) if words_leaf else []
        box = around([word for segment in row for word in segment.words])
        named = text or words_leaf is None
        if named and len(filled) >= needed and _last(figures).heading in filled:
            items.append(dict(_leaves(cells, columns, kinds, row[0].page)))
            above = box
            continue
        bare = not any(_has_digit(cells.get(column.heading)) for column in figures.values())
        if items and words_leaf and text and bare and above and _follows(above, box):
            items[-1][words_leaf] = _longer(items[-1].get(words_leaf), row[0].page, text)
            above = box
            continue
        above = None
    return tuple(items)


def _filled(
    cells: Mapping[str, Sequence[Word]], figures: Mapping[str, Column], kinds: Mapping[str, Kind]
) -> set[str]:
    """Return the headings of the figure columns that hold a figure of their kind in this row."""
    return {
        column.heading
        for name, column in figures.items()
        if _fits(kinds[name], _text(cells.get(column.heading, ())), column.heading)
    }


def _last(figures: Mapping[str, Column]) -> Column:
    """Return the rightmost figure column: an item without its total is none."""
    return max(figures.values(), key=lambda column: column.box.x1)


def _is_heading(line: Line) -> bool:
    """Say whether the row has words enough for a heading, and nothing that looks like money."""
    headings = _headings(line)
    words = sum(len(segment.words) for segment in headings)
    return len(headings) > 1 and words >= FEWEST_COLUMNS and not find_amounts(text_of(line))


def _headings(line: Line) -> list[Segment]:
    """Return the row's segments that can be headings: no sentences, hardly a digit."""
    return [
        segment
        for segment in line
        if len(segment.words) <= LONGEST_HEADING
        and sum(map(str.isdigit, segment.text)) * 10 <= len(segment.text)
    ]


def _columns(heading: Line, rows: Sequence[Line]) -> tuple[Column, ...]:
    """Return the columns; what the heading's row has beside its headings stays beside the table."""
    headings = _headings(heading)
    columns = columns_of(headings, rows)
    beside = any(segment.box.x1 < headings[0].box.x0 for segment in heading)
    return columns[1:] if beside and columns[0].heading == NO_HEADING else columns


def _goes_on(heading: Line, below: Line) -> bool:
    """Say whether a heading goes over a second row."""
    text = text_of(below)
    first, second = around(heading[0].words), around(below[0].words)
    close = second.y0 - first.y1 < 0.6 * (first.y1 - first.y0)
    under = all(any(overlap(seg.box, each.box) > 0 for each in heading) for seg in below)
    return (
        close
        and under
        and below[0].page == heading[0].page
        and len(below) < len(heading)
        and not any(map(str.isdigit, text))
    )


def _join(columns: Sequence[Column], below: Line) -> tuple[Column, ...]:
    joined = list(columns)
    for segment in below:
        index = max(range(len(joined)), key=lambda index: overlap(joined[index].box, segment.box))
        column = joined[index]
        heading = f"{column.heading} {segment.text}".replace("- ", "")
        joined[index] = Column(heading, column.box.union(segment.box))
    return tuple(joined)


def _body(lines: Sequence[Line], start: int, heading: Line | None = None) -> Iterator[Line]:
    """Yield the rows of the table whose heading is row `start`, until another heading on its page.

    With `heading`, also those of later pages: from its repetition on, or from their tops if no
    page repeats it.
    """
    page, inside = lines[start][0].page, True
    later = lines[start + 1 :]
    repeated = heading is not None and any(
        _same_heading(line, heading) for line in later if line[0].page != page
    )
    for line in later:
        if line[0].page != page:
            if heading is None:
                return
            page, inside = line[0].page, not repeated
        if heading and _same_heading(line, heading):
            inside = True
            continue
        if len(_headings(line)) >= FEWEST_COLUMNS and _is_heading(line):
            inside = False
        if inside:
            yield line


def _same_heading(line: Line, heading: Line) -> bool:
    return fuzz.ratio(text_of(line), text_of(heading)) >= SAME_HEADING


def _may_be_item(columns: Sequence[Column], row: Line) -> bool:
    """Say whether the row has an amount under one heading, a figure under another, and words."""
    cells = [_text(words) for words in cells_of(columns, row).values()]
    figures = sum(any(map(str.isdigit, text)) for text in cells)
    return figures > 1 and any(map(find_amounts, cells)) and len(cells) >= FEWEST_COLUMNS


def _leaves(
    cells: Mapping[str, Sequence[Word]],
    columns: Mapping[str, Column],
    kinds: Mapping[str, Kind],
    page: int,
) -> Iterator[tuple[str, Cell]]:
    for name, column in columns.items():
        words = cells.get(column.heading, ())
        sharing = [other for other in columns if columns[other] == column and other != name]
        if sharing and words:
            words = _share(kinds[name], words)
        if words:
            yield name, Cell(page, tuple(words))


def _share(kind: Kind, words: Sequence[Word]) -> Sequence[Word]:
    """Return those words of a cell that two leaves share which this kind can be."""
    if kind is Kind.TEXT:
        return [word for word in words if not any(map(str.isdigit, word.text))]
    if kind is Kind.PERCENT:
        return [word for word in words if "%" in word.text] or words
    return [word for word in words if looks_like(kind, word.text)][:1]


def _follows(above: Box, box: Box) -> bool:
    return box.y0 - above.y1 < ROW_GAP * (box.y1 - box.y0) and box.y0 > above.y0


def _longer(cell: Cell | None, page: int, words: Sequence[Word]) -> Cell:
    if cell is None:
        return Cell(page, tuple(words))
    return replace(cell, words=(*cell.words, *words))


def _has_digit(words: Sequence[Word] | None) -> bool:
    return any(map(str.isdigit, _text(words or ())))


def _text(words: Sequence[Word]) -> str:
    return " ".join(word.text for word in words)
