"""Export what the store holds as one file, for people and programs that don't read Parquet folders.

published anew → read → written as CSV, Excel, Parquet or JSON lines
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, Literal

import polars as pl

from flows.export.csv_file import write_csv
from flows.export.tables import Table, What, printed, published, tables_of
from flows.export.whole import written_whole
from flows.export.xlsx_file import write_xlsx
from flows.publish.publish import publish
from flows.store.store import Store

Format = Literal["csv", "xlsx", "parquet", "jsonl"]
WRITERS: dict[str, Callable[[Iterable[Table], Path], tuple[Path, ...]]] = {
    "csv": write_csv,
    "xlsx": write_xlsx,
}


def export(
    store: Store,
    out: Path,
    what: What,
    path: Path,
    *,
    format: Format,  # noqa: A002 - what the option is called
    type_name: str | None = None,
) -> tuple[tuple[Path, ...], int]:
    """Write what is known now to a file; return the files that it became, and the rows.

    Args:
        store: that holds it.
        out: the output folder, which is brought up to date first.
        what: trusted records, the fields of all records, or the documents.
        path: of the file; lists of records go to files of their own beside a CSV file.
        format: of the file. Parquet and JSON lines keep lists in their rows.
        type_name: of records and fields; None: the only one there is.

    Raises:
        InputError: there is nothing to export, or not in this format.
        PathError: the file or the folder can't be written.
    """
    publish(store, out)
    frame = published(out, what, type_name)
    if format in WRITERS:
        return WRITERS[format](tables_of(frame, what), path), frame.height
    with written_whole(path) as part:
        if format == "parquet":
            frame.write_parquet(part)
        else:
            _write_lines(frame, part)
    return (path,), frame.height


def _write_lines(frame: pl.DataFrame, path: Path) -> None:
    """Write a line a row; decimals are texts, so that no reader rounds them, and days ISO dates."""
    with path.open("w", encoding="utf-8", newline="\n") as opened:
        for row in frame.iter_rows(named=True):
            opened.write(f"{json.dumps(_plain(row), ensure_ascii=False)}\n")


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _plain(each) for name, each in value.items()}
    if isinstance(value, list):
        return [_plain(each) for each in value]
    if isinstance(value, Decimal):
        return printed(value)
    return value.isoformat() if isinstance(value, date | datetime) else value
