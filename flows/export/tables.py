"""What an export holds: a table of rows without lists, and one for each list that rows have."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any, Literal
from urllib.parse import unquote

import polars as pl

from schemas.errors import InputError
from schemas.kinds import text_of

What = Literal["records", "fields", "documents"]
KEYS = ("_document_id", "_record")
"""Columns by which a list's rows are joined to the record that they are of."""
ROW = "_row"
"""The place in its list, from 0."""


@dataclass(frozen=True)
class Table:
    """Rows whose values are single: texts, decimals, days, numbers or nothing."""

    name: str
    """`records`, or the list's: `line_items`."""
    columns: tuple[str, ...]
    rows: tuple[tuple[Any, ...], ...]


def published(out: Path, what: What, type_name: str | None) -> pl.DataFrame:
    """Read what is published in an output folder.

    Raises:
        InputError: there is none, or several types, of which one must be named.
    """
    if what == "documents":
        found = _read(sorted((out / what).glob("*.parquet")), what)
        return found.filter(pl.col("types").list.contains(type_name)) if type_name else found
    types = {
        unquote(folder.name): folder
        for folder in sorted((out / what).glob("*"))
        if any(folder.glob("*.parquet"))
    }
    if type_name is None and len(types) > 1:
        names = ", ".join(map(repr, types))
        raise InputError(f"There are {what} of several types: say --type, one of {names}.")
    folder = types.get(type_name) if type_name else next(iter(types.values()), None)
    return _read(sorted(folder.glob("*.parquet")) if folder else [], what, type_name)


def _read(files: list[Path], what: What, type_name: str | None = None) -> pl.DataFrame:
    if not files:
        of = f" of type {type_name!r}" if type_name else ""
        hint = " Records are there when they were accepted or settled in review."
        raise InputError(f"There are no {what}{of} yet.{hint if what == 'records' else ''}")
    return pl.concat([pl.read_parquet(file) for file in files], how="diagonal")


def tables_of(frame: pl.DataFrame, name: str) -> Iterator[Table]:
    """Yield the rows without their lists of items, then each of these lists."""
    lists = [column for column in frame.columns if _holds_items(frame.schema[column])]
    flat = frame.drop(lists)
    yield Table(name, tuple(flat.columns), tuple(tuple(map(_single, row)) for row in flat.rows()))
    for each in lists:
        keys = [key for key in KEYS if key in frame.columns]
        columns = [field.name for field in _item_fields(frame.schema[each])]
        rows = [
            (*owner, index, *(_single(item[column]) for column in columns))
            for *owner, items in frame.select(*keys, each).rows()
            for index, item in enumerate(items or ())
        ]
        yield Table(each, (*keys, ROW, *columns), tuple(rows))


def _holds_items(kind: Any) -> bool:
    """Say whether a column is a list of a type's items; boxes are lists of figures."""
    return isinstance(kind, pl.List) and isinstance(kind.inner, pl.Struct) and not _is_boxes(kind)


def _is_boxes(kind: Any) -> bool:
    return {field.name for field in _item_fields(kind)} == {"x0", "y0", "x1", "y1"}


def _item_fields(kind: Any) -> Any:
    return kind.inner.fields


def _single(value: Any) -> Any:
    """Return a value that a cell can hold: lists of texts joined, other lists as JSON."""
    if isinstance(value, list):
        if all(isinstance(each, str) for each in value):
            return "; ".join(value) or None
        return json.dumps(value)
    return value


def printed(value: Decimal) -> str:
    """Return a decimal without the zeros that its column adds, but with two places at least."""
    text = text_of(value)
    whole, _, places = text.partition(".")
    return f"{whole}.{places.rstrip('0').ljust(2, '0')}" if places else text
