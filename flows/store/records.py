"""The records of an extraction with their fields, and the review items of those in doubt."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import insert
from sqlalchemy.orm import Session

from flows.store.made import Made
from flows.store.places import draw_of, place_of
from flows.store.records_json import BOXES, DOUBTS
from flows.store.tables import FieldRow, ItemRow, RecordRow
from schemas.extraction import (
    Doubt,
    DoubtCode,
    ExtractedRecord,
    Extraction,
    FieldResult,
    Outcome,
)
from schemas.kinds import Kind, text_of
from schemas.record import pattern_of
from schemas.routing import RoutedRecord, Routing
from schemas.shape import Shape
from schemas.text import as_text

ADD_RECORD = insert(RecordRow.__table__)  # type: ignore[arg-type] # it is a table
ADD_FIELD = insert(FieldRow.__table__)  # type: ignore[arg-type]
ADD_ITEM = insert(ItemRow.__table__)  # type: ignore[arg-type]


def add_records(
    session: Session,
    extraction_id: int,
    routed: Sequence[RoutedRecord],
    found: Extraction,
    *,
    made: Sequence[Made],
    now: datetime,
) -> None:
    """Add the records of an extraction as they were routed, with the items of those in doubt.

    `made` says how those of each type were made.
    """
    connection = session.connection()
    by_type = {each.shape.name: each for each in made}
    for number, each in enumerate(routed):
        own = by_type[found.type_of(each.record)]
        first_page, last_page = each.record.pages or (None, None)
        record = {
            "extraction_id": extraction_id,
            "number": number,
            "type_name": own.shape.name,
            "recipe_id": own.recipe.id,
            **own.way.columns(),
            "outcome": each.outcome,
            "score": each.score,
            "held_back": is_held_back(found, number, each),
            "first_page": first_page,
            "last_page": last_page,
        }
        added = connection.execute(ADD_RECORD, record).inserted_primary_key
        assert added is not None
        rows = field_rows(added[0], each, own.shape)
        if rows:
            connection.execute(ADD_FIELD, rows)
        if each.outcome is Outcome.IN_REVIEW:
            item = {
                "record_id": added[0],
                "opened": now,
                "needs_word": item_needs_word(each, rows, found.doubts),
                "audit": each.audit,
                "revision": 0,
                "draw": draw_of(found.document_id, number),
            }
            connection.execute(ADD_ITEM, item | place_of(rows, found.doubts))


def records_to_keep(routing: Routing) -> tuple[RoutedRecord, ...]:
    """Return the records of a routing as the store has them.

    A document that is in review for a reason of its own, such as a page without text, has no record
    that could be trusted; if it has no record at all, a person gets an empty one to fill in.
    """
    routed = routing.records
    if routing.outcome is not Outcome.IN_REVIEW:
        return routed
    empty = RoutedRecord(record=ExtractedRecord(fields=()), outcome=Outcome.IN_REVIEW)
    routed = routed or (empty,)
    if all(each.outcome is Outcome.ACCEPTED for each in routed):
        changed = {"outcome": Outcome.IN_REVIEW}
        return tuple(each.model_copy(update=changed) for each in routed)
    return routed


def item_needs_word(
    routed: RoutedRecord, rows: Iterable[dict[str, Any]], doubts: Sequence[Doubt]
) -> bool:
    """Say whether a review item takes a word of its own, and isn't settled with its last field.

    `rows` are the record's fields, `doubts` those about the document as a whole.
    """
    known = {row["path"] for row in rows if row["doubtful"]}
    return bool(routed.whole or doubts) or not known or not known.issuperset(routed.doubtful)


def is_held_back(found: Extraction, number: int, routed: RoutedRecord) -> bool:
    """Say whether a record is in review for more than that it isn't sure enough.

    Every doubtful field has a doubt; those that extraction itself had hold the record back.
    """
    if routed.outcome is not Outcome.IN_REVIEW:
        return False
    if found.doubts or number >= len(found.records):
        return True
    return any(
        field.path in routed.doubtful and hard_codes(field)
        for field in found.records[number].fields
    )


def hard_codes(field: FieldResult) -> tuple[DoubtCode, ...]:
    """Return the doubts that extraction had of a field, whatever the confidence."""
    return tuple(doubt.code for doubt in field.doubts if doubt.code is not DoubtCode.UNSURE)


def document_outcome(records: Iterable[str], otherwise: Outcome) -> Outcome:
    """Return a document's outcome, given those of its records; `otherwise` if it has none."""
    found = {Outcome(record) for record in records}
    for outcome in (Outcome.IN_REVIEW, Outcome.REVIEWED):
        if outcome in found:
            return outcome
    if found == {Outcome.REJECTED}:
        return Outcome.REJECTED
    if Outcome.REJECTED in found:
        return Outcome.REVIEWED
    return Outcome.ACCEPTED if found else otherwise


def empty_field(record_id: int, position: int, path: str, kind: Kind) -> dict[str, Any]:
    """Return the row of a field for which nothing was found."""
    return _field_row(record_id, position, FieldResult(path=path, kind=kind, raw=None, value=None))


def field_rows(record_id: int, routed: RoutedRecord, shape: Shape) -> list[dict[str, Any]]:
    """Return the rows of a record's fields, also of those that are doubtful for being absent."""
    rows = [_field_row(record_id, at, field) for at, field in enumerate(routed.record.fields)]
    known = {row["path"] for row in rows}
    for path in routed.doubtful:
        leaf = shape.leaf(path)
        if path not in known and leaf is not None:
            rows.append(empty_field(record_id, len(rows), path, leaf.kind))
    for row in rows:
        row["doubtful"] = routed.outcome is Outcome.IN_REVIEW and row["path"] in routed.doubtful
        row["withheld"] = _names(routed.withheld, row["path"])
    return rows


def _names(paths: Collection[str], path: str) -> bool:
    return path in paths or pattern_of(path) in paths


def _field_row(record_id: int, position: int, field: FieldResult) -> dict[str, Any]:
    evidence = field.evidence
    return {
        "record_id": record_id,
        "position": position,
        "path": field.path,
        "kind": field.kind,
        "value": None if field.value is None else as_text(text_of(field.value)),
        "raw": None if field.raw is None else as_text(field.raw),
        "alternatives_json": json.dumps([text_of(value) for value in field.alternatives]),
        "confidence": field.confidence,
        "quote": as_text(evidence.quote) if evidence else None,
        "page": evidence.page if evidence else None,
        "boxes_json": BOXES.dump_json(evidence.boxes if evidence else ()).decode(),
        "places": evidence.places if evidence else 0,
        "signals_json": field.signals.model_dump_json(),
        "doubts_json": DOUBTS.dump_json(field.doubts).decode(),
        "doubtful": False,
        "withheld": False,
        "settled": None,
    }
