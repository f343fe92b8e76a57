"""A record's fields, as the store has them, as one row of typed values."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from schemas.exact import fits
from schemas.kinds import Kind, Value, value_of
from schemas.record import pattern_of
from schemas.shape import Shape, item_number


@dataclass(frozen=True, kw_only=True)
class StoredField:
    """What publishing needs to know of a field."""

    path: str
    value: str | None
    confidence: float
    withheld: bool
    settled: bool


@dataclass(frozen=True, kw_only=True)
class PublishedValues:
    """A record's values, and what is said of them."""

    columns: dict[str, Any]
    confidence: float | None
    """The lowest of the fields that are there; one that a person settled counts as 1. None: there
    are none."""
    withheld: tuple[str, ...]
    """Paths of the fields that aren't published: not sure enough, or no place in the column."""


def published_values(shape: Shape, fields: Sequence[StoredField]) -> PublishedValues:
    """Return a record's columns by the type's shape; what isn't to be published is null there."""
    kinds = {leaf.path: leaf.kind for leaf in shape.all_leaves}
    columns = _nothing(shape, fields)
    sure: list[float] = []
    withheld: list[str] = []
    for field in fields:
        kind = kinds.get(pattern_of(field.path))
        value = _typed(kind, field.value) if kind and field.value is not None else None
        if field.withheld or (value is None and field.value is not None):
            withheld.append(field.path)
            continue
        if value is None:
            continue
        _row_of(columns, field.path)[field.path.rpartition(".")[2]] = value
        sure.append(1.0 if field.settled else field.confidence)
    return PublishedValues(
        columns=columns, confidence=min(sure, default=None), withheld=tuple(withheld)
    )


def _nothing(shape: Shape, fields: Iterable[StoredField]) -> dict[str, Any]:
    """Return columns without values, with as many items in each list as the fields name."""
    counts: dict[str, int] = {}
    for field in fields:
        number = item_number(field.path)
        if number is not None:
            name = field.path.partition("[")[0]
            counts[name] = max(counts.get(name, 0), number + 1)
    columns: dict[str, Any] = {leaf.name: None for leaf in shape.leaves}
    for each in shape.lists:
        empty = {leaf.name: None for leaf in each.leaves}
        columns[each.name] = [dict(empty) for _ in range(counts.get(each.name, 0))]
    return columns


def _row_of(columns: dict[str, Any], path: str) -> dict[str, Any]:
    """Return the row that holds the path's value: the record's own, or a list item's."""
    number = item_number(path)
    return columns if number is None else columns[path.partition("[")[0]][number]


def _typed(kind: Kind, text: str) -> Value | None:
    """Return the value, or None if the column has no place for it: nothing is rounded to fit.

    That happens where an older recipe had another kind for the field, and to numbers that no
    document prints.
    """
    try:
        value = value_of(kind, text)
    except ValueError:
        return None
    return None if isinstance(value, Decimal) and not fits(value) else value
