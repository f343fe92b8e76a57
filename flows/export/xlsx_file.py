"""Write tables as an Excel workbook: a sheet for the rows, and one for each list.

Decimals and days are what they are. Text is text: no cell is a formula or a link.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import xlsxwriter

from flows.export.safe import is_formula, plain
from flows.export.tables import Table, printed
from flows.export.whole import written_whole
from schemas.errors import InputError

OPTIONS = {
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
    "constant_memory": True,
}
MOST_ROWS = 1_048_575
LONGEST_TEXT = 32_767
LONGEST_NAME = 31
FORBIDDEN = str.maketrans("[]:*?/\\'", "________")
"""In a sheet's name."""
EXACT_DIGITS = 15
"""Excel keeps no more of a number; a longer one is written as text, so that none is rounded."""
FIRST_YEAR = 1900
"""Excel has no earlier days."""
WIDTH = 16


def write_xlsx(tables: Iterable[Table], path: Path) -> tuple[Path, ...]:
    """Write one workbook; return its path in a tuple.

    Raises:
        InputError: a table has more rows than Excel takes.
    """
    tables = tuple(tables)
    if longest := next((each for each in tables if len(each.rows) > MOST_ROWS), None):
        raise InputError(
            f"Excel takes {MOST_ROWS:,} rows, and {longest.name} has {len(longest.rows):,}. "
            "Take --format csv or parquet."
        )
    with written_whole(path) as part:
        book = xlsxwriter.Workbook(str(part), OPTIONS)
        try:
            formats = _Formats(book)
            for table in tables:
                _write(book.add_worksheet(_sheet_name(table.name)), table, formats)
        finally:
            book.close()
    return (path,)


class _Formats:
    """How cells of each kind look."""

    def __init__(self, book: Any) -> None:
        self.head = book.add_format({"bold": True})
        self.decimal = book.add_format({"num_format": "#,##0.00##########"})
        self.day = book.add_format({"num_format": "yyyy-mm-dd"})
        self.text = book.add_format({"quote_prefix": True})
        """Stays text when somebody edits the cell."""


def _write(sheet: Any, table: Table, formats: _Formats) -> None:
    sheet.freeze_panes(1, 0)
    sheet.set_column(0, max(0, len(table.columns) - 1), WIDTH)
    for column, name in enumerate(table.columns):
        sheet.write_string(0, column, plain(name), formats.head)
    for index, row in enumerate(table.rows, start=1):
        for column, value in enumerate(row):
            _cell(sheet, index, column, value, formats)


def _cell(sheet: Any, row: int, column: int, value: Any, formats: _Formats) -> None:
    if value is None:
        return
    if isinstance(value, Decimal):
        if len(value.normalize().as_tuple().digits) <= EXACT_DIGITS:
            sheet.write_number(row, column, float(value), formats.decimal)
            return
        value = printed(value)
    if isinstance(value, bool | int | float):
        sheet.write_number(row, column, value)
        return
    if isinstance(value, date) and value.year >= FIRST_YEAR and not isinstance(value, datetime):
        sheet.write_datetime(row, column, datetime(value.year, value.month, value.day), formats.day)  # noqa: DTZ001 - a day
        return
    text = plain(str(value))
    short = text if len(text) <= LONGEST_TEXT else f"{text[: LONGEST_TEXT - 1]}…"
    sheet.write_string(row, column, short, formats.text if is_formula(str(value)) else None)


def _sheet_name(name: str) -> str:
    return name.translate(FORBIDDEN)[:LONGEST_NAME]
