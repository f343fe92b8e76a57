"""Read a table's rows as items: cells by leaf, wrapped text joined, what is no item left out.

A row is an item if it fills the table's figure columns. Text rows close to it belong to it: below
its own text, or around its figures where they stand beside several lines of text. Totals, amounts
carried forward, notes and details are left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise, takewhile
from typing import TYPE_CHECKING

from extractors.coerce.find import looks_like
from extractors.layout import Line, around
from extractors.tables.cells import FIGURES, fits, has_amount, has_digit, up_to_cents, words_text
from extractors.tables.columns import Column, cells_of, overlap
from extractors.tables.figures import figures_of
from extractors.tables.nested import POSITION
from extractors.tables.totals import is_end, is_total
from schemas.document import Box, Word
from schemas.kinds import Kind

if TYPE_CHECKING:
    from extractors.tables.table import Table

ROW_GAP = 0.5
"""Text this close under an item's row, in heights of its words, goes on with it."""
SAME_SIZE = 0.12
"""Text of another size, by this share of the height at least, is a note to the item."""
CENT = Decimal("0.01")
BULLET = re.compile(r"[•*·]")
COUNT = re.compile(
    r"(?P<count>\d+(?:[.,]\d+)?) ?(?:[^\W\d_]{1,5}\.?)? ?[x×*@] ?(?:[^\W\d]{1,3} ?)?"
    r"(?P<price>-?\d+[.,]\d{2,4})(?:[^\d].*)?",
    re.IGNORECASE,
)
"""A row of its own that says how an item's amount came about: `3 Stk x 1,15`."""


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


@dataclass
class _Row:
    """A row of the table's body, as its columns part it."""

    line: Line
    cells: dict[str, list[Word]]
    text: list[Word]
    """What stands in the column of descriptions."""
    filled: set[str]
    """Headings of the figure columns that hold a figure."""
    bare: bool
    """No digit in any figure column."""

    @property
    def page(self) -> int:
        return self.line[0].page

    @property
    def box(self) -> Box:
        return around(self.text or [word for each in self.line for word in each.words])


def read_items(
    table: Table,
    columns: Mapping[str, Column],
    kinds: Mapping[str, Kind],
    factors: tuple[str, str] | None = None,
) -> tuple[Item, ...]:
    """Return the table's items; `columns` says which heading stands above which leaf.

    `factors` are the leaves of a quantity and of a price, which may stand in a row of their own:
    `3 Stk x 1,15`.
    """
    return tuple(item for item, _ in read_rows(table, columns, kinds, factors))


def read_rows(
    table: Table,
    columns: Mapping[str, Column],
    kinds: Mapping[str, Kind],
    factors: tuple[str, str] | None = None,
) -> tuple[tuple[Item, Line], ...]:
    """Return the table's items, each with the row that its figures stand in."""
    figures = {name: columns[name] for name in columns if kinds[name] in FIGURES}
    if not figures:
        return ()
    words_leaf = next((n for n in kinds if n in columns and kinds[n] is Kind.TEXT), None)
    text = columns[words_leaf] if words_leaf else None
    rows = [_row(table, line, figures, kinds, text) for line in table.body]
    chosen = _item_rows(rows, figures, kinds, words_leaf)
    texts = _texts(table, rows, chosen, columns[words_leaf]) if words_leaf else {}
    found = []
    for at in chosen:
        row = rows[at]
        item = dict(_leaves(row.cells, columns, kinds, row.page))
        if words_leaf and at in texts and texts[at]:
            item[words_leaf] = Cell(row.page, tuple(texts[at]))
        if words_leaf and words_leaf not in item:
            continue
        found.append((at, item))
    if factors:
        _add_counts(rows, found, factors)
        last = max(figures, key=lambda name: figures[name].box.x1)
        for _, item in found:
            _part_count(item, words_leaf, factors, last)
    return tuple((item, rows[at].line) for at, item in found)


def _row(
    table: Table,
    line: Line,
    figures: Mapping[str, Column],
    kinds: Mapping[str, Kind],
    column: Column | None,
) -> _Row:
    cells = cells_of(table.columns, line)
    filled = {
        column.heading
        for name, column in figures.items()
        if fits(kinds[name], words_text(cells.get(column.heading, ())), column.heading)
    }
    text = cells.get(column.heading, []) if column else []
    bare = not any(has_digit(words_text(cells.get(c.heading, ()))) for c in figures.values())
    return _Row(line, cells, text, filled, bare)


def _item_rows(
    rows: Sequence[_Row],
    figures: Mapping[str, Column],
    kinds: Mapping[str, Kind],
    words_leaf: str | None,
) -> list[int]:
    """Return the indices of the rows that hold an item's figures."""
    headings = {column.heading for column in figures.values()}
    counted = {
        column.heading for name, column in figures.items() if kinds[name] is not Kind.PERCENT
    }
    counted = counted if len(counted) > 1 else headings
    needed = min(2, len(counted))
    last = max(figures.values(), key=lambda column: column.box.x1).heading
    end = next(
        (at for at, row in enumerate(rows) if last in row.filled and is_end(row.line[0].text)),
        len(rows),
    )
    full = [
        at
        for at, row in enumerate(rows)
        if len(row.filled & counted) >= needed
        and last in row.filled
        and not (_is_sum(row) and (row.filled != headings or needed == 1))
    ]
    if needed == 1:
        return list(takewhile(lambda at: at < end, full))
    if not full or words_leaf is None:
        return full
    # A flat charge between items has an amount only.
    flat = [
        at
        for at in range(full[0], full[-1])
        if at not in full
        and rows[at].filled & counted == {last}
        and rows[at].text
        and not _is_sum(rows[at])
    ]
    return sorted([*full, *flat])


def _is_sum(row: _Row) -> bool:
    """Say whether a row begins as rows of sums do, and has no position's number in front."""
    first = row.line[0].text
    return is_total(first) or (not POSITION.fullmatch(first) and is_total(words_text(row.text)))


def _texts(
    table: Table, rows: Sequence[_Row], chosen: Sequence[int], column: Column
) -> dict[int, list[Word]]:
    """Return the description of each item, by the index of the row of its figures."""
    texts = {at: list(rows[at].text) for at in chosen}
    taken: set[int] = set()
    above_style = _stands_above(rows, chosen)
    for index, at in enumerate(chosen):
        before = chosen[index - 1] + 1 if index else 0
        if not rows[at].text:
            above = _run_up(rows, at, before, taken, upper=chosen[index - 1] if index else None)
            if not above_style and index and not rows[chosen[index - 1]].text:
                above = [each for each in above if each not in taken]
            for other in above:
                texts[at] = [*rows[other].text, *texts[at]]
                taken.add(other)
        after = chosen[index + 1] if index + 1 < len(chosen) else len(rows)
        for other in _run_down(table, rows, at, after, column):
            if other in taken:
                break
            if not rows[at].text and after < len(rows) and _nearer(rows, other, at, after):
                break
            texts[at].extend(rows[other].text)
            taken.add(other)
    return texts


def _stands_above(rows: Sequence[_Row], chosen: Sequence[int]) -> bool:
    """Say whether text stands close above the first item, which has none beside its figures."""
    return bool(chosen) and chosen[0] > 0 and bool(rows[chosen[0] - 1].text)


def _nearer(rows: Sequence[_Row], other: int, above: int, below: int) -> bool:
    """Say whether a text row is nearer to the item below it, which has no text of its own."""
    if rows[below].text or rows[below].page != rows[other].page:
        return False
    run = [rows[at].box for at in range(above, below + 1) if rows[at].text or at in (above, below)]
    gaps = [two.y0 - one.y1 for one, two in pairwise(run)]
    widest = max(range(len(gaps)), key=gaps.__getitem__)
    position = [at for at in range(above, below + 1) if rows[at].text or at in (above, below)]
    return position.index(other) > widest


def _run_up(
    rows: Sequence[_Row], at: int, stop: int, taken: set[int], upper: int | None
) -> list[int]:
    """Return the text rows close above an item's row, from the nearest on."""
    found: list[int] = []
    below = rows[at]
    for other in range(at - 1, stop - 1, -1):
        row = rows[other]
        if not row.text:
            continue
        near = row.page == below.page and _close(row.box, below.box)
        if other in taken or not row.bare or not near:
            break
        if upper is not None and not _nearer(rows, other, upper, at) and rows[upper].text:
            break
        found.append(other)
        below = row
    return found


def _run_down(
    table: Table, rows: Sequence[_Row], at: int, stop: int, column: Column
) -> Iterator[int]:
    """Yield the text rows that go on with an item's text."""
    above = rows[at]
    height = _height(above.text) if above.text else None
    for other in range(at + 1, stop):
        row = rows[other]
        if row.page != above.page:
            return
        if not row.bare:
            return
        if not row.text:
            continue
        if not _close(above.box, row.box) or _spans(table, row, column):
            return
        if _is_sum(row) or _is_note(words_text(row.text)):
            return
        if height and abs(_height(row.text) - height) > SAME_SIZE * height:
            return
        yield other
        above = row


def _is_note(text: str) -> bool:
    """Say whether text is a detail, no part of a description: `• Lot 7`, `List price: 1.50`."""
    priced = ":" in text and has_amount(text)
    counted = COUNT.fullmatch(text) is not None
    return BULLET.match(text) is not None or priced or counted or is_total(text)


def _close(above: Box, below: Box) -> bool:
    """Say whether two rows stand as close as the lines of one text."""
    return below.y0 - above.y1 < ROW_GAP * (below.y1 - below.y0) and below.y0 > above.y0


def _height(words: Sequence[Word]) -> float:
    box = words[0].box
    return box.y1 - box.y0


def _spans(table: Table, row: _Row, column: Column) -> bool:
    """Say whether a row's text goes on into the columns right of its own: a note."""
    box = around(row.text)
    return any(
        other.box.x0 > column.box.x0 and overlap(other.box, box) > (other.box.x1 - other.box.x0) / 2
        for other in table.columns
        if other != column
    )


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
        if kinds[name] is Kind.AMOUNT:
            words = up_to_cents(words)
        if words:
            yield name, Cell(page, tuple(words))


def _share(kind: Kind, words: Sequence[Word]) -> Sequence[Word]:
    """Return those words of a cell that two leaves share which this kind can be."""
    if kind is Kind.TEXT:
        return [word for word in words if not has_digit(word.text)]
    if kind is Kind.PERCENT:
        return [word for word in words if "%" in word.text] or words
    return [word for word in words if looks_like(kind, word.text)][:1]


def _add_counts(
    rows: Sequence[_Row], found: Sequence[tuple[int, Item]], factors: tuple[str, str]
) -> None:
    """Give items the quantity and price that stand in a row of their own beside theirs."""
    items = dict(found)
    for at, row in enumerate(rows):
        if at in items:
            continue
        words = [word for segment in row.line for word in segment.words]
        counted = COUNT.fullmatch(words_text(words))
        if not counted:
            continue
        near = [other for other in (at - 1, at + 1) if other in items]
        first = min(items, default=at)
        order = sorted(near, key=lambda other: (other > at) != (at < first))
        for other in order[:1]:
            for leaf, part in zip(factors, ("count", "price"), strict=True):
                if leaf not in items[other]:
                    cell = _words_at(words, counted.span(part))
                    items[other][leaf] = Cell(row.page, cell)


def _part_count(item: Item, words_leaf: str | None, factors: tuple[str, str], last: str) -> None:
    """Take quantity and price out of a description that ends with them: `Milk 3 x 1.15`."""
    cell = item.get(words_leaf or "")
    if cell is None or last not in item or any(leaf in item for leaf in factors):
        return
    for start in range(1, len(cell.words)):
        words = cell.words[start:]
        counted = COUNT.fullmatch(words_text(words))
        if counted and _multiplies(counted["count"], counted["price"], item[last].text):
            item[words_leaf or ""] = Cell(cell.page, cell.words[:start])
            for leaf, part in zip(factors, ("count", "price"), strict=True):
                item[leaf] = Cell(cell.page, _words_at(words, counted.span(part)))
            return


def _multiplies(count: str, price: str, amount: str) -> bool:
    """Say whether a quantity and a price make an amount, to the cent."""
    totals = figures_of(amount)
    return any(
        abs(one * other - total) <= CENT
        for one in figures_of(count)
        for other in figures_of(price)
        for total in totals
    )


def _words_at(words: Sequence[Word], span: tuple[int, int]) -> tuple[Word, ...]:
    """Return the words whose text, all joined by blanks, overlaps the span."""
    at, inside = 0, []
    for word in words:
        end = at + len(word.text)
        if at < span[1] and span[0] < end:
            inside.append(word)
        at = end + 1
    return tuple(inside)
