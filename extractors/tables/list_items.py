"""A list's items, read from the table and the columns that were chosen for it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from decimal import Decimal

from extractors.layout import Line
from extractors.tables.cells import words_text
from extractors.tables.choose_columns import ColumnChoice, choose_table
from extractors.tables.column_evidence import Labels
from extractors.tables.columns import cells_of
from extractors.tables.figures import printed_figures
from extractors.tables.headless import find_lists
from extractors.tables.items import Item, read_rows
from extractors.tables.nested import POSITION, billed
from extractors.tables.table import find_tables
from schemas.doctype import Check, ProductCheck
from schemas.kinds import Kind
from schemas.record import ListField


def find_list(
    lines: Sequence[Line], each: ListField, labels: Labels, checks: Sequence[Check]
) -> tuple[ColumnChoice, ...]:
    """Return the tables that may hold a list, with their columns, the likeliest first.

    Mostly there is one; several come close. A list without a heading is looked for where no table
    with a heading will do. It is empty if there is nothing like a table, and the first one may be
    hopeless.
    """
    choices = choose_table(find_tables(lines), each, labels, checks, lines)
    if choices and not choices[0].hopeless:
        return choices
    bare = choose_table(find_lists(lines), each, labels, checks, lines)
    rows = len(choices[0].table.item_rows) if choices else 0
    if bare and not bare[0].hopeless and len(bare[0].table.item_rows) >= rows:
        return bare
    return choices or bare


def items_of(
    choice: ColumnChoice, each: ListField, checks: Sequence[Check], lines: Sequence[Line]
) -> tuple[Item, ...]:
    """Return the items of the chosen table, in the order of the pages.

    Of positions inside positions only those are returned whose sum the document prints.
    """
    kinds = {leaf.name: leaf.kind for leaf in each.leaves}
    rows = read_rows(choice.table, choice.columns, kinds, factors_of(each, checks))
    total = _total_leaf(each, choice)
    if total is None or len(rows) < 2:
        return tuple(item for item, _ in rows)
    amounts = [item[total].text if total in item else "" for item, _ in rows]
    positions = _positions(choice, [line for _, line in rows])
    if positions is None:
        return tuple(item for item, _ in rows)
    printed = _beside(lines, [line for _, line in rows])
    return tuple(rows[at][0] for at in billed(positions, amounts, printed))


def factors_of(each: ListField, checks: Sequence[Check]) -> tuple[str, str] | None:
    """Return the leaves whose product is checked, a quantity and a price, if there are two."""
    kinds: Mapping[str, Kind] = {leaf.path: leaf.kind for leaf in each.leaves}
    for check in checks:
        if isinstance(check, ProductCheck) and len(check.factors) == 2:
            one, other = sorted(check.factors, key=lambda path: kinds.get(path) is Kind.AMOUNT)
            if one in kinds and other in kinds:
                return one.rpartition(".")[2], other.rpartition(".")[2]
    return None


def _total_leaf(each: ListField, choice: ColumnChoice) -> str | None:
    amounts = [
        leaf.name
        for leaf in each.leaves
        if leaf.kind is Kind.AMOUNT and leaf.name in choice.columns
    ]
    return amounts[-1] if amounts else None


def _positions(choice: ColumnChoice, rows: Sequence[Line]) -> list[str] | None:
    """Return the positions of the items' rows, from a column that no leaf has."""
    used = {column.heading for column in choice.columns.values()}
    starts = {id(line): at for at, line in enumerate(choice.table.body)}
    items = {id(line) for line in choice.table.item_rows}
    for column in choice.table.columns[:2]:
        if column.heading in used:
            continue
        found = [_position(choice, column.heading, starts.get(id(row)), items) for row in rows]
        if all(found):
            return [each for each in found if each]
    return None


def _position(
    choice: ColumnChoice, heading: str, start: int | None, items: AbstractSet[int]
) -> str | None:
    """Return the position of the body's row `start`, or that of one below before the next item's.

    `items` are the ids of the rows that look like items.
    """
    body = choice.table.body
    if start is None:
        return None
    for at in range(start, len(body)):
        if at > start and id(body[at]) in items:
            return None
        text = words_text(cells_of(choice.table.columns, body[at]).get(heading, ()))
        if POSITION.fullmatch(text):
            return text
    return None


def _beside(lines: Sequence[Line], rows: Sequence[Line]) -> Counter[Decimal]:
    """Return the numbers printed outside of these rows."""
    own = {id(row) for row in rows}
    return printed_figures(line for line in lines if id(line) not in own)
