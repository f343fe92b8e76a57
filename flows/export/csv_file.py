"""Write tables as CSV: one file for the rows, and one beside it for each list."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from decimal import Decimal
from pathlib import Path
from typing import Any

from flows.export.safe import harmless
from flows.export.tables import Table, printed
from flows.export.whole import written_whole


def write_csv(tables: Iterable[Table], path: Path) -> tuple[Path, ...]:
    """Write `FILE.csv`, and `FILE.line_items.csv` for a list; return the files."""
    written = []
    for index, table in enumerate(tables):
        file = path if not index else path.with_name(f"{path.stem}.{table.name}{path.suffix}")
        with written_whole(file) as part, part.open("w", encoding="utf-8", newline="") as opened:
            writer = csv.writer(opened)
            writer.writerow(map(harmless, table.columns))
            writer.writerows([_cell(value) for value in row] for row in table.rows)
        written.append(file)
    return tuple(written)


def _cell(value: Any) -> Any:
    """Return a value as the file has it: only text can be taken for a formula."""
    if isinstance(value, Decimal):
        return printed(value)
    return harmless(value) if isinstance(value, str) else value
