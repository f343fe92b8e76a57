"""The fields of a record in review by their paths: found, added, taken out."""

from __future__ import annotations

from collections.abc import Sequence
from difflib import get_close_matches

from sqlalchemy import delete, insert
from sqlalchemy.orm import Session

from flows.store.items import FoundItem
from flows.store.records import empty_field
from flows.store.tables import FieldRow
from schemas.errors import DecisionError
from schemas.record import ITEM, pattern_of
from schemas.shape import Shape, item_number

ADDED = 1_000_000
"""Position from which on the fields stand that a person added: never that of an extracted one."""


def rows_under(found: FoundItem, path: str) -> list[FieldRow]:
    """Return the field, or the fields of the list or list item, that a path names."""
    under = (f"{path}.", f"{path}[")
    rows = [row for row in found.fields if row.path == path or row.path.startswith(under)]
    if not rows:
        raise no_such_field(found.item.id, path, [row.path for row in found.fields])
    return rows


def row_at(session: Session, found: FoundItem, path: str) -> FieldRow:
    """Return a field's row; make it if the type has such a field, or the list can grow by it."""
    row = next((row for row in found.fields if row.path == path), None)
    if row is not None:
        return row
    leaf = found.shape.leaf(path)
    if leaf is None:
        known = [row.path for row in found.fields] + [leaf.path for leaf in found.shape.leaves]
        raise no_such_field(found.item.id, path, known)
    _refuse_gap(found, path)
    _add_rows(session, found, _paths_with(found.shape, path))
    return next(row for row in found.fields if row.path == path)


def _refuse_gap(found: FoundItem, path: str) -> None:
    """Raise if the path names a list item after the next new one."""
    number, name = item_number(path), path.partition("[")[0]
    inside = [row.path for row in found.fields if row.path.startswith(f"{name}[")]
    count = max((item_number(each) or 0 for each in inside), default=-1) + 1
    if number is not None and number > count:
        raise DecisionError(
            f"{name!r} of item {found.item.id} has {count} items, counted from 0; "
            f"the next new one is {name}[{count}]."
        )


def _paths_with(shape: Shape, path: str) -> list[str]:
    """Return the paths to add for one: for a list item's, all of that item."""
    number, name = item_number(path), path.partition("[")[0]
    if number is None:
        return [path]
    leaves = next(each.leaves for each in shape.lists if each.name == name)
    return [ITEM.sub(f"[{number}]", leaf.path) for leaf in leaves]


def _add_rows(session: Session, found: FoundItem, paths: Sequence[str]) -> None:
    """Add empty fields to a record."""
    known = {row.path for row in found.fields}
    kinds = {leaf.path: leaf.kind for leaf in found.shape.all_leaves}
    end = max(ADDED, max((row.position for row in found.fields), default=-1) + 1)
    rows = [
        empty_field(found.record.id, end + at, path, kinds[pattern_of(path)])
        for at, path in enumerate(path for path in paths if path not in known)
    ]
    found.fields.extend(session.scalars(insert(FieldRow).returning(FieldRow), rows))


def remove_item(session: Session, found: FoundItem, path: str) -> str:
    """Take an item out of its list; return what it said."""
    name, number = path.partition("[")[0], item_number(path)
    gone = [row for row in found.fields if row.path.startswith(f"{path}.")]
    if number is None or not gone:
        item_id = found.item.id
        raise DecisionError(
            f"Item {item_id} has no list item {path!r}. Name one like this: line_items[2]; "
            f"see them with: papersift queue show {item_id}"
        )
    session.execute(delete(FieldRow).where(FieldRow.id.in_([row.id for row in gone])))
    for row in gone:
        found.fields.remove(row)
    for row in found.fields:
        at = item_number(row.path)
        if at is not None and at > number and row.path.startswith(f"{name}["):
            row.path = ITEM.sub(f"[{at - 1}]", row.path)
    return ", ".join(f"{row.path.rpartition('.')[2]}={row.value}" for row in gone if row.value)


def no_such_field(item_id: int, path: str, known: Sequence[str]) -> DecisionError:
    """Return the error for a path that names no field; it says what was perhaps meant."""
    here = [each.replace("[]", f"[{item_number(path) or 0}]") for each in known]
    near = get_close_matches(path, here, n=1, cutoff=0.5)
    meant = f" Did you mean {near[0]!r}?" if near else ""
    return DecisionError(
        f"Item {item_id} has no field {path!r}.{meant} "
        f"See all of them with: papersift queue show {item_id} --all"
    )
