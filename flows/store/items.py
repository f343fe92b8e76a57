"""Review items: the records that need a look, and all that is known of their fields."""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from flows.store.calibrations import noted_reaches
from flows.store.inputs import chunks
from flows.store.recipes import shape_of_recipe
from flows.store.records import BOXES, DOUBTS
from flows.store.tables import ExtractionRow, FieldRow, InputRow, ItemRow, RecordRow
from schemas.errors import InputError
from schemas.extraction import Evidence, Outcome
from schemas.kinds import Kind
from schemas.record import pattern_of
from schemas.review import Action, ItemSummary, ReviewField, ReviewItem
from schemas.shape import Shape, item_number


@dataclass(frozen=True, kw_only=True)
class FoundItem:
    """An item with the rows that it speaks of."""

    item: ItemRow
    record: RecordRow
    extraction: ExtractionRow
    fields: list[FieldRow]
    shape: Shape


def open_items(
    session: Session, type_name: str | None = None, *, reaches: Mapping[str, float] | None = None
) -> tuple[ItemSummary, ...]:
    """List the items that nobody settled yet, in the order in which they are best settled.

    First, in random order, those that the dial of their type would accept soonest: settling them
    supports a promise, and what is settled of them is a fair sample. Then the others, first those
    whose doubtful fields are least certain: they teach most; among equals the oldest.

    Args:
        session: of the store.
        type_name: lists those of one type only.
        reaches: by type, the score from which on the dial could accept records soonest, 0 to 1;
            None: as they were last noted.
    """
    if reaches is None:
        reaches = noted_reaches(session)
    found = _items().where(ExtractionRow.current, RecordRow.outcome == Outcome.IN_REVIEW)
    if type_name is not None:
        found = found.where(ExtractionRow.type_name == type_name)
    rows = session.execute(found.order_by(ItemRow.id)).all()
    places: dict[int, tuple[bool, str, float, int]] = {}
    summaries: list[ItemSummary] = []
    for chunk in chunks(rows):
        fields = _open_fields(session, [row[1].id for row in chunk])
        sources = sources_of(session, {row[2].document_id for row in chunk})
        for row in chunk:
            item, record, extraction = row[0], row[1], row[2]
            reach = reaches.get(extraction.type_name)
            soon = reach is not None and record.score >= reach and not record.held_back
            drawn = _draw(extraction.document_id, record.number) if soon else ""
            places[item.id] = not soon, drawn, -_teaches(fields[record.id]), item.id
            summaries.append(
                ItemSummary(
                    id=item.id,
                    score=record.score,
                    type_name=extraction.type_name,
                    document_id=extraction.document_id,
                    record=record.number,
                    source=sources.get(extraction.document_id, ""),
                    opened=item.opened,
                    outcome=Outcome(record.outcome),
                    doubtful=tuple(row.path for row in fields[record.id]),
                    reasons=_reasons(extraction, fields[record.id]),
                )
            )
    return tuple(sorted(summaries, key=lambda each: places[each.id]))


def review_item(session: Session, item_id: int) -> ReviewItem:
    """Return an item with every field of its type, those to settle first.

    Raises:
        InputError: there is no such item, or a later extraction took its place.
    """
    found = find_item(session, item_id)
    extraction = found.extraction
    sources = sources_of(session, {extraction.document_id})
    return ReviewItem(
        id=item_id,
        type_name=extraction.type_name,
        document_id=extraction.document_id,
        record=found.record.number,
        source=sources.get(extraction.document_id, ""),
        opened=found.item.opened,
        outcome=Outcome(found.record.outcome),
        document_outcome=Outcome(extraction.outcome),
        recipe_id=extraction.recipe_id,
        reasons=tuple(json.loads(extraction.document_reasons_json)),
        fields=_review_fields(found),
        list_fields=tuple(leaf.path for each in found.shape.lists for leaf in each.leaves),
        needs_word=found.item.needs_word,
    )


def find_item(session: Session, item_id: int) -> FoundItem:
    """Return an item's rows.

    Raises:
        InputError: there is no such item, or a later extraction took its place.
    """
    row = session.execute(_items().where(ItemRow.id == item_id)).first()
    if row is None:
        raise InputError(
            f"There is no review item {item_id}. See what is open: papersift review list"
        )
    item, record, extraction = row[0], row[1], row[2]
    if not extraction.current:
        raise InputError(
            f"Review item {item_id} is about an extraction that a later one has replaced. "
            "See what is open now: papersift review list"
        )
    fields = session.scalars(
        select(FieldRow).where(FieldRow.record_id == record.id).order_by(FieldRow.position)
    )
    return FoundItem(
        item=item,
        record=record,
        extraction=extraction,
        fields=list(fields),
        shape=shape_of_recipe(session, extraction.recipe_id),
    )


def sources_of(session: Session, document_ids: Iterable[str]) -> dict[str, str]:
    """Return where each document was first seen."""
    found = session.execute(
        select(InputRow.document_id, InputRow.source)
        .where(InputRow.document_id.in_(set(document_ids)))
        .order_by(InputRow.first_seen.desc(), InputRow.source.desc())
    )
    return {row.document_id: row.source for row in found if row.document_id}


def _items() -> Select[ItemRow, RecordRow, ExtractionRow]:
    return (
        select(ItemRow, RecordRow, ExtractionRow)
        .join(RecordRow, RecordRow.id == ItemRow.record_id)
        .join(ExtractionRow, ExtractionRow.id == RecordRow.extraction_id)
    )


def _draw(document_id: str, number: int) -> str:
    """Return a record's place among others: random, and the same each time."""
    return hashlib.sha256(f"{document_id}/{number}".encode()).hexdigest()


def _teaches(fields: Sequence[FieldRow]) -> float:
    """Return how uncertain fields are on average, 0 to 0.25: most where it is half to half."""
    teaches = sum(row.confidence * (1 - row.confidence) for row in fields) / max(len(fields), 1)
    return round(teaches, 9)  # 0.1 and 0.9 are equals


def _open_fields(session: Session, record_ids: Sequence[int]) -> dict[int, list[FieldRow]]:
    """Return the fields of each record that must be settled."""
    fields: dict[int, list[FieldRow]] = defaultdict(list)
    for row in session.scalars(
        select(FieldRow)
        .where(FieldRow.record_id.in_(record_ids), FieldRow.doubtful, FieldRow.settled.is_(None))
        .order_by(FieldRow.position)
    ):
        fields[row.record_id].append(row)
    return fields


def _reasons(extraction: ExtractionRow, fields: Iterable[FieldRow]) -> tuple[str, ...]:
    """Return why a record needs a look, without saying anything twice."""
    reasons = list(json.loads(extraction.document_reasons_json))
    for field in fields:
        reasons += [doubt.text for doubt in DOUBTS.validate_json(field.doubts_json)]
    return tuple(dict.fromkeys(reasons))


def _review_fields(found: FoundItem) -> tuple[ReviewField, ...]:
    """Return the record's fields and the type's other ones: first those to settle."""
    shape = found.shape
    order = {leaf.path: at for at, leaf in enumerate(shape.all_leaves)}
    texts = {leaf.path: leaf.description for leaf in shape.all_leaves}
    fields = [_review_field(row, texts.get(pattern_of(row.path), "")) for row in found.fields]
    known = {field.path for field in fields}
    fields += [
        ReviewField(
            path=leaf.path,
            kind=leaf.kind,
            description=leaf.description,
            raw=None,
            value=None,
            confidence=0.0,
        )
        for leaf in shape.leaves
        if leaf.path not in known
    ]

    def place(field: ReviewField) -> tuple[bool, bool, str, int, int]:
        number = item_number(field.path)
        name = "" if number is None else field.path.partition("[")[0]
        at = order.get(pattern_of(field.path), len(order))
        return not field.open, number is not None, name, number or 0, at

    return tuple(sorted(fields, key=place))


def _review_field(row: FieldRow, description: str) -> ReviewField:
    evidence = None
    if row.quote is not None and row.page is not None:
        boxes = BOXES.validate_json(row.boxes_json)
        evidence = Evidence(quote=row.quote, page=row.page, boxes=boxes, places=row.places)
    return ReviewField(
        path=row.path,
        kind=Kind(row.kind),
        description=description,
        raw=row.raw,
        value=row.value,
        alternatives=tuple(json.loads(row.alternatives_json)),
        confidence=row.confidence,
        evidence=evidence,
        doubts=DOUBTS.validate_json(row.doubts_json),
        doubtful=row.doubtful,
        withheld=row.withheld and row.settled is None,
        settled=Action(row.settled) if row.settled else None,
    )
