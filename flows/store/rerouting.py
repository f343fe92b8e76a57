"""Send kept documents another way, as when confidences were fitted anew: nothing is asked again."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session, undefer

from flows.store.claims import end
from flows.store.keeping import as_json
from flows.store.made import Way
from flows.store.places import draw_of, place_of
from flows.store.recipes import shape_of_recipe
from flows.store.records import (
    document_outcome,
    field_rows,
    is_held_back,
    item_needs_word,
    records_to_keep,
)
from flows.store.states import decided, is_settled, others_of, touch_extraction
from flows.store.tables import ExtractionRow, FieldRow, ItemRow, RecordRow
from schemas.extraction import Extraction, Outcome
from schemas.routing import RoutedRecord, Routing
from schemas.shape import Shape
from schemas.target import Dial

COLUMNS = tuple(
    column.name for column in FieldRow.__table__.columns if column.name not in ("id", "record_id")
)
"""What is said of a field, without its place in the table."""


@dataclass(frozen=True)
class KeptExtraction:
    """A kept extraction on which nobody decided."""

    row_id: int
    outcome: Outcome
    """Of the document."""
    extraction: Extraction
    """As it was made."""
    recipes: dict[str, str]
    """Ids of the recipes of its records, by their types."""


def to_reroute(
    session: Session,
    type_name: str,
    recipe_ids: Collection[str],
    way: Way,
    *,
    only: Collection[str] | None = None,
) -> tuple[int, ...]:
    """Return the ids of published extractions on which no person decided.

    Those that have records of this type and these recipes, and not such that went the same way
    already: that has the same name, or where it has none, the same calibration and an equal dial.
    With `only`, those of these documents.
    """
    named = None if only is None else frozenset(only)
    rows = session.execute(
        select(
            ExtractionRow.id,
            ExtractionRow.document_id,
            RecordRow.calibration_id,
            RecordRow.routed_by,
            RecordRow.routed_json,
        )
        .join(RecordRow, RecordRow.extraction_id == ExtractionRow.id)
        .where(ExtractionRow.current, RecordRow.type_name == type_name)
        .where(RecordRow.recipe_id.in_(set(recipe_ids)))
        .where(ExtractionRow.extraction_json.is_not(None), ~decided())
        .order_by(ExtractionRow.id)
    )
    found = (
        row.id
        for row in rows
        if (named is None or row.document_id in named) and not _goes_so(row, way)
    )
    return tuple(dict.fromkeys(found))


def kept_extractions(session: Session, row_ids: Sequence[int]) -> tuple[KeptExtraction, ...]:
    """Return extractions by the ids of their rows, in this order."""
    rows = session.scalars(
        select(ExtractionRow)
        .where(ExtractionRow.id.in_(row_ids))
        .order_by(ExtractionRow.id)
        .options(undefer(ExtractionRow.extraction_json))
    )
    return tuple(
        KeptExtraction(
            row_id=row.id,
            outcome=Outcome(row.outcome),
            extraction=Extraction.model_validate_json(row.extraction_json),
            recipes={row.type_name: row.recipe_id, **others_of(row)},
        )
        for row in rows
        if row.extraction_json is not None
    )


def reroute(
    session: Session,
    row_id: int,
    routing: Routing,
    way: Way,
    *,
    others: Mapping[str, Way],
    now: datetime,
) -> Outcome:
    """Send an extraction the way of a new routing; return the outcome of its document.

    `others` names by their types the records for which something else decided than `way`.

    An accepted record may go to review, and the other way round. What a person decided on stays, as
    does what a later extraction replaced. An audit that nobody settled stays one for as long as the
    record would be accepted: else who looks could tell which items are audits.
    """
    row = session.get(ExtractionRow, row_id, options=[undefer(ExtractionRow.extraction_json)])
    assert row is not None, "extractions that gave anything are never deleted"
    if not row.current or row.extraction_json is None or is_settled(session, row):
        return Outcome(row.outcome)
    found = Extraction.model_validate_json(row.extraction_json)
    shapes: dict[str, Shape] = {}
    records = session.scalars(
        select(RecordRow).where(RecordRow.extraction_id == row_id).order_by(RecordRow.number)
    ).all()
    routed = records_to_keep(routing)
    assert len(records) == len(routed), "routing changes no records"
    changed = audited = False
    for record, each in zip(records, routed, strict=True):
        if record.recipe_id not in shapes:
            shapes[record.recipe_id] = shape_of_recipe(session, record.recipe_id)
        shape = shapes[record.recipe_id]
        moved, audit = _reroute_record(session, record, each, found, shape=shape, now=now)
        for name, value in others.get(record.type_name, way).columns().items():
            setattr(record, name, value)
        changed, audited = changed or moved, audited or audit
    before = row.outcome, row.reasons_json
    row.outcome = document_outcome([record.outcome for record in records], routing.outcome)
    reasons = routing.reasons
    if audited:  # they need reasons as others do
        reasons = tuple(dict.fromkeys((*reasons, *json.loads(row.reasons_json))))
    row.reasons_json = as_json(reasons)
    row.document_reasons_json = as_json(routing.document_reasons)
    if changed or before != (row.outcome, row.reasons_json):
        touch_extraction(session, row)
    return Outcome(row.outcome)


def _reroute_record(
    session: Session,
    record: RecordRow,
    routed: RoutedRecord,
    found: Extraction,
    *,
    shape: Shape,
    now: datetime,
) -> tuple[bool, bool]:
    """Send one record its way; say if what is published changed, and if it stays for its audit."""
    item = session.scalars(select(ItemRow).where(ItemRow.record_id == record.id)).one_or_none()
    old = session.scalars(
        select(FieldRow).where(FieldRow.record_id == record.id).order_by(FieldRow.position)
    ).all()
    stays = (
        item is not None
        and item.audit
        and record.outcome == Outcome.IN_REVIEW
        and routed.outcome is Outcome.ACCEPTED
    )
    rows = field_rows(record.id, routed, shape)
    if stays:
        rows = _looked_at(rows, old)
    changed = [_said(each) for each in rows] != [_said(_as_dict(each)) for each in old]
    if changed:
        session.execute(delete(FieldRow).where(FieldRow.record_id == record.id))
        if rows:
            session.execute(insert(FieldRow), rows)
    was, outcome = record.outcome, Outcome.IN_REVIEW if stays else routed.outcome
    record.outcome, record.score = outcome, routed.score
    record.held_back = is_held_back(found, record.number, routed)
    if outcome is Outcome.IN_REVIEW and not stays:
        if item is None:
            item = ItemRow(
                record_id=record.id,
                opened=now,
                needs_word=False,
                audit=False,
                revision=0,
                draw=draw_of(found.document_id, record.number),
            )
            session.add(item)
        elif was != Outcome.IN_REVIEW:
            item.opened = now
        item.audit = routed.audit
        item.needs_word = item_needs_word(routed, rows, found.doubts)
        for name, value in place_of(rows, found.doubts).items():
            setattr(item, name, value)
    elif item is not None and not stays:
        item.needs_word = False  # it keeps its number, and is closed
        end(session, item.id)
    if item is not None and (changed or was != outcome):
        item.revision = (item.revision or 0) + 1
    session.flush()
    return changed or was != outcome, stays


def _looked_at(rows: list[dict[str, Any]], old: Sequence[FieldRow]) -> list[dict[str, Any]]:
    """Return the rows of an accepted record with the doubts that its audit shows."""
    shown = {row.path: row.doubts_json for row in old if row.doubtful}
    return [
        row | {"doubtful": True, "doubts_json": shown[row["path"]]} if row["path"] in shown else row
        for row in rows
    ]


def _as_dict(row: FieldRow) -> dict[str, Any]:
    return {name: getattr(row, name) for name in COLUMNS}


def _said(row: Mapping[str, Any]) -> tuple[Any, ...]:
    return tuple(row[name] for name in COLUMNS)


def _goes_so(row: Any, way: Way) -> bool:
    """Say whether a record went this way already."""
    if way.routed_by is not None:
        return bool(row.routed_by == way.routed_by)
    if way.dial is None or row.routed_json is None or row.calibration_id != way.calibration_id:
        return False
    return _set(Dial.model_validate_json(row.routed_json)) == _set(way.dial)


def _set(dial: Dial) -> Dial:
    """Return what of a dial decides, whoever is audited and however it is worded."""
    return dial.model_copy(update={"audit": 0.0, "closed": ""})
