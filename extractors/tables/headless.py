"""Lists without a heading, as on receipts: rows of words that end with an amount, then a sum.

An item may take two rows, words above and figures below.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

from extractors.layout import Line, text_of
from extractors.tables.cells import has_amount, has_digit, is_figures
from extractors.tables.columns import overlap, unnamed_columns
from extractors.tables.items import COUNT
from extractors.tables.table import Table
from extractors.tables.totals import is_total

FEWEST_ROWS = 2
"""One row alone may be anything."""
MOST_BETWEEN = 3
"""Rows without an amount between two items: wrapped text, how an amount came about."""
SAME_RIGHT = 1.5
"""Amounts that end at the same x, give or take so many of their heights, stand in one column."""
FEWEST_LETTERS = 2
MOST_LISTS = 3


def find_lists(lines: Sequence[Line]) -> tuple[Table, ...]:
    """Return what may be lists without a heading, the longest first: at most `MOST_LISTS`."""
    found = [
        table
        for _, page in groupby(lines, key=lambda line: line[0].page)
        for table in _lists_on(_two_line_items(list(page)))
    ]
    found.sort(key=lambda table: -len(table.item_rows))
    return tuple(found[:MOST_LISTS])


def _two_line_items(page: Sequence[Line]) -> list[Line]:
    """Return the rows with each row of words joined to the row of figures just below it."""
    joined: list[Line] = []
    for line in page:
        above = joined[-1] if joined else ()
        if above and _is_words(above) and _is_bare_figures(line):
            joined[-1] = (*above, *line)
        else:
            joined.append(line)
    return joined


def _is_words(line: Line) -> bool:
    """Say whether a row is words alone, no label and no sum."""
    text = text_of(line)
    return (
        sum(map(str.isalpha, text)) > FEWEST_LETTERS
        and not has_amount(text)
        and not text.endswith(":")
        and not is_total(text)
    )


def _is_bare_figures(line: Line) -> bool:
    """Say whether a row is figures alone that end with an amount: `2 x 1.50 | 3.00`."""
    return len(line) > 1 and all(map(is_figures, line)) and has_amount(line[-1].text)


def _lists_on(page: Sequence[Line]) -> Iterator[Table]:
    """Yield the lists of one page: rows with amounts that end at one x, up to a sum."""
    run: list[int] = []
    for at, line in enumerate(page):
        row = _is_row(line)
        far = bool(run) and at - run[-1] > MOST_BETWEEN
        if run and (is_total(line[0].text) or far or (row and not _aligned(page[run[-1]], line))):
            yield from _table(page, run)
            run = []
        if row and not is_total(line[0].text):
            run.append(at)
    yield from _table(page, run)


def _table(page: Sequence[Line], run: Sequence[int]) -> Iterator[Table]:
    if len(run) < FEWEST_ROWS:
        return
    rows = tuple(page[at] for at in run)
    above = page[run[0] - 1] if run[0] else None
    heading = above if above and not has_digit(text_of(above)) and len(above) > 1 else None
    columns = unnamed_columns(rows, heading)
    last = run[-1] + 1
    if last < len(page) and COUNT.fullmatch(" ".join(segment.text for segment in page[last])):
        last += 1
    if len(columns) > 1:
        yield Table(columns, tuple(page[run[0] : last]), rows)


def _is_row(line: Line) -> bool:
    """Say whether a row begins with words and ends with an amount."""
    first, last = line[0], line[-1]
    letters = sum(character.isalpha() for segment in line[:-1] for character in segment.text)
    return (
        first is not last
        and letters >= FEWEST_LETTERS
        and not first.text.endswith(":")
        and is_figures(last)
        and has_amount(last.text)
    )


def _aligned(one: Line, other: Line) -> bool:
    """Say whether the amounts of two rows end at the same x, or share most of their width."""
    first, second = one[-1].box, other[-1].box
    reach = SAME_RIGHT * (second.y1 - second.y0)
    return abs(first.x1 - second.x1) <= reach or overlap(first, second) > 0
