"""What a person vouched for of the records that he settled: it is known to be right."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, func, select
from sqlalchemy.orm import Session

from flows.store.inputs import chunks
from flows.store.items import sources_of
from flows.store.recipes import shape_of_recipe
from flows.store.tables import About, DecisionRow, ExtractionRow, FieldRow, ItemRow, RecordRow
from schemas.extraction import Outcome
from schemas.parts import PageRange
from schemas.record import ListField
from schemas.review import Action
from schemas.shape import Shape, item_number

Texts = dict[str, str | None]
"""Values as text by their leaves' names; None: the document doesn't give it."""


@dataclass(frozen=True, kw_only=True)
class Vouched:
    """A record that a person settled and didn't reject."""

    item_id: int
    document_id: str
    source: str
    """Where the document was first seen."""
    shape: Shape
    """Of its type, as it was when it was extracted."""
    number: int
    """Of the record in its document, from 0."""
    pages: PageRange | None
    """Of the file; None: nobody said which."""
    records: int
    """How many its document holds, rejected ones too."""
    at: datetime
    """When something was last said of it."""
    fields: Texts
    lists: dict[str, tuple[Texts, ...]]
    """The rows of each list that is known whole; what of a row wasn't looked at isn't in it."""


def store_id(session: Session) -> str:
    """Return the store's name for itself, which no other store has."""
    return session.scalars(select(About.store_id)).one()


def vouched(session: Session) -> Iterator[Vouched]:
    """Yield what people settled of the published extractions, by the items' numbers.

    Known is each field that was accepted or corrected. An accept of the whole record speaks for
    every field that wasn't withheld, those without a value too, and for its lists having no other
    rows; but where nothing was read, as in a scan, an empty list says nothing. Without such an
    accept a list is known if each value that it has was settled.
    """
    rows = session.execute(
        select(
            ItemRow.id,
            ItemRow.record_id,
            ExtractionRow.id.label("extraction_id"),
            ExtractionRow.document_id,
            RecordRow.recipe_id,
            RecordRow.number,
            RecordRow.first_page,
            RecordRow.last_page,
        )
        .join(RecordRow, RecordRow.id == ItemRow.record_id)
        .join(ExtractionRow, ExtractionRow.id == RecordRow.extraction_id)
        .where(ExtractionRow.current, RecordRow.outcome == Outcome.REVIEWED)
        .order_by(ItemRow.id)
    ).all()
    shapes: dict[str, Shape] = {}
    for chunk in chunks(rows):
        for row in chunk:
            if row.recipe_id not in shapes:
                shapes[row.recipe_id] = shape_of_recipe(session, row.recipe_id)
        yield from _chunk(session, chunk, shapes)


def _chunk(
    session: Session, rows: Sequence[Row[Any]], shapes: dict[str, Shape]
) -> Iterator[Vouched]:
    item_ids, record_ids, extraction_ids, document_ids, *_ = (
        set(ids) for ids in zip(*rows, strict=True)
    )
    fields: dict[int, list[FieldRow]] = defaultdict(list)
    for field in session.scalars(
        select(FieldRow).where(FieldRow.record_id.in_(record_ids)).order_by(FieldRow.position)
    ):
        fields[field.record_id].append(field)
    said: dict[int, list[DecisionRow]] = defaultdict(list)
    for decision in session.scalars(
        select(DecisionRow).where(DecisionRow.item_id.in_(item_ids), DecisionRow.undone.is_(False))
    ):
        said[decision.item_id].append(decision)
    counts = {
        row.extraction_id: row.records
        for row in session.execute(
            select(RecordRow.extraction_id, func.count().label("records"))
            .where(RecordRow.extraction_id.in_(extraction_ids))
            .group_by(RecordRow.extraction_id)
        )
    }
    sources = sources_of(session, document_ids)
    for row in rows:
        words = said[row.id]
        if not words:
            continue
        whole = any(each.action == Action.ACCEPT and not each.path for each in words)
        shape = shapes[row.recipe_id]
        yield Vouched(
            item_id=row.id,
            document_id=row.document_id,
            source=sources.get(row.document_id, ""),
            shape=shape,
            number=row.number,
            pages=None if row.first_page is None else (row.first_page, row.last_page),
            records=counts[row.extraction_id],
            at=max(each.at for each in words),
            fields=_fields(shape, fields[row.record_id], whole=whole),
            lists=_lists(shape, fields[row.record_id], whole=whole),
        )


def _fields(shape: Shape, rows: Sequence[FieldRow], *, whole: bool) -> Texts:
    """Return the known fields that stand in no list, in the order of the type."""
    known = {row.path: row for row in rows}
    found: Texts = {}
    for leaf in shape.leaves:
        row = known.get(leaf.path)
        if _is_known(row, whole=whole):
            found[leaf.name] = row.value if row else None
    return found


def _lists(shape: Shape, rows: Sequence[FieldRow], *, whole: bool) -> dict[str, tuple[Texts, ...]]:
    """Return the lists that are known."""
    read = any(row.raw is not None for row in rows)
    found = {each.name: _list(each, rows, whole=whole) for each in shape.lists}
    return {name: rows for name, rows in found.items() if rows or (rows == () and read)}


def _list(each: ListField, rows: Sequence[FieldRow], *, whole: bool) -> tuple[Texts, ...] | None:
    """Return a list's rows; None: it isn't known whether they are all, or right."""
    items: dict[int, dict[str, FieldRow]] = defaultdict(dict)
    for row in rows:
        number = item_number(row.path)
        if number is not None and row.path.startswith(f"{each.name}["):
            items[number][row.path.rpartition(".")[2]] = row
    found: list[Texts] = []
    for _, cells in sorted(items.items()):
        known: Texts = {}
        unknown = False
        for leaf in each.leaves:
            cell = cells.get(leaf.name)
            if _is_known(cell, whole=whole):
                known[leaf.name] = cell.value if cell else None
            elif cell is not None and cell.value is not None:
                unknown = True
        says = any(value is not None for value in known.values())
        if unknown and not (whole and says):
            return None
        if says:
            found.append(known)
    return tuple(found) if found or whole else None


def _is_known(row: FieldRow | None, *, whole: bool) -> bool:
    """Say whether a person spoke for a field; None: there never was one."""
    if row is None:
        return whole
    return row.settled is not None or (whole and not row.withheld)
