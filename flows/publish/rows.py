"""What each published file holds, read from the store piece by piece."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import Any

import pyarrow as pa
from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from flows.publish.account import account_columns
from flows.publish.columns import DOCUMENTS, FIELDS, RUNS, record_columns
from flows.publish.values import StoredField, published_values
from flows.store.runs import all_runs
from flows.store.states import others_of
from flows.store.status import TRUSTED
from flows.store.tables import DocumentRow, ExtractionRow, FieldRow, InputRow, RecordRow
from schemas.extraction import Outcome, Usage
from schemas.review import Action
from schemas.shape import Shape

RECORDS_A_BATCH = 1000

Only = Collection[str | None] | None
"""The documents to read, None among them for the inputs that couldn't be read; None for all."""


def record_batches(
    session: Session, only: Only = None, *, shape: Shape, month: str
) -> Iterator[pa.RecordBatch]:
    """Read a month's trusted records of a type, one row each."""
    schema = record_columns(shape)
    found = _records(shape.name, month, only).where(RecordRow.outcome.in_(TRUSTED))
    for chunk in session.execute(found).partitions(RECORDS_A_BATCH):
        fields = _fields_of(session, [row.id for row in chunk])
        rows = [_record(shape, row, fields[row.id]) for row in chunk]
        yield pa.RecordBatch.from_pylist(rows, schema=schema)


def field_batches(
    session: Session, only: Only = None, *, type_name: str, month: str
) -> Iterator[pa.RecordBatch]:
    """Read the fields of a month's records of a type, whatever became of the records."""
    for chunk in session.execute(_records(type_name, month, only)).partitions(RECORDS_A_BATCH):
        records = {row.id: row for row in chunk}
        found = session.execute(
            select(
                FieldRow.record_id,
                FieldRow.path,
                FieldRow.value,
                FieldRow.raw,
                FieldRow.confidence,
                FieldRow.page,
                FieldRow.quote,
                FieldRow.boxes_json,
                FieldRow.signals_json,
                FieldRow.settled,
            )
            .where(FieldRow.record_id.in_(records))
            .order_by(FieldRow.record_id, FieldRow.position)
        )
        rows = [_field(records[row.record_id], row) for row in found]
        if rows:
            yield pa.RecordBatch.from_pylist(rows, schema=FIELDS)


def document_batches(
    session: Session, only: Only = None, *, month: str
) -> Iterator[pa.RecordBatch]:
    """Read a month's inputs, one row each, whatever happened to them."""
    inputs = (
        select(InputRow.source, InputRow.document_id, InputRow.reason, InputRow.run_id)
        .where(InputRow.month == month)
        .order_by(InputRow.first_seen, InputRow.source, InputRow.id)
    )
    if only is not None:
        named = InputRow.document_id.in_(each for each in only if each)
        inputs = inputs.where(named | InputRow.document_id.is_(None) if None in only else named)
    for chunk in session.execute(inputs).partitions(RECORDS_A_BATCH):
        ids = {row.document_id for row in chunk if row.document_id}
        told = {
            row.document_id: row
            for row in session.scalars(
                select(ExtractionRow).where(
                    ExtractionRow.document_id.in_(ids), ExtractionRow.current
                )
            )
        }
        later = _later_failures(session, ids)
        rows = [_document(row, told.get(row.document_id), later) for row in chunk]
        yield pa.RecordBatch.from_pylist(rows, schema=DOCUMENTS)


def run_batches(session: Session, only: Only = None) -> Iterator[pa.RecordBatch]:
    """Read all runs, the earliest first."""
    assert only is None, "a run is no document"
    rows = []
    for run in reversed(all_runs(session)):
        summary = run.summary
        usage = summary.usage.model_dump(include=set(RUNS.names))
        rows.append(
            {
                "run_id": run.id,
                "recipes": run.recipe_ids,
                **run.model_dump(include=set(RUNS.names)),
                **summary.model_dump(include=set(RUNS.names)),
                **usage,
            }
        )
    if rows:
        yield pa.RecordBatch.from_pylist(rows, schema=RUNS)


def _records(type_name: str, month: str, only: Only) -> Select[Any]:
    """Select a month's records of a type that are published, with what is said of each."""
    source = (
        select(InputRow.source)
        .where(InputRow.document_id == ExtractionRow.document_id)
        .order_by(InputRow.first_seen, InputRow.source)
        .limit(1)
        .scalar_subquery()
    )
    found = (
        select(
            RecordRow.id,
            RecordRow.number,
            RecordRow.first_page,
            RecordRow.last_page,
            RecordRow.outcome,
            ExtractionRow.document_id,
            RecordRow.recipe_id,
            ExtractionRow.run_id,
            source.label("source"),
        )
        .join(ExtractionRow, ExtractionRow.id == RecordRow.extraction_id)
        .join(DocumentRow, DocumentRow.id == ExtractionRow.document_id)
        .where(ExtractionRow.current, RecordRow.type_name == type_name)
        .where(DocumentRow.month == month)
        .order_by(RecordRow.id)
    )
    if only is None:
        return found
    return found.where(ExtractionRow.document_id.in_(each for each in only if each))


def _fields_of(session: Session, record_ids: Sequence[int]) -> dict[int, list[StoredField]]:
    """Return the fields of each record, in their order."""
    fields: dict[int, list[StoredField]] = defaultdict(list)
    for row in session.execute(
        select(
            FieldRow.record_id,
            FieldRow.path,
            FieldRow.value,
            FieldRow.confidence,
            FieldRow.withheld,
            FieldRow.settled,
        )
        .where(FieldRow.record_id.in_(record_ids))
        .order_by(FieldRow.record_id, FieldRow.position)
    ):
        fields[row.record_id].append(
            StoredField(
                path=row.path,
                value=row.value,
                confidence=row.confidence,
                withheld=row.withheld and row.settled is None,
                settled=row.settled is not None,
            )
        )
    return fields


def _record(shape: Shape, row: Any, fields: Sequence[StoredField]) -> dict[str, Any]:
    values = published_values(shape, fields)
    return {
        **values.columns,
        "_document_id": row.document_id,
        "_record": row.number,
        "_first_page": row.first_page,
        "_last_page": row.last_page,
        "_source": row.source,
        "_status": row.outcome,
        "_confidence": values.confidence,
        "_withheld": values.withheld,
        "_recipe": row.recipe_id,
        "_run_id": row.run_id,
    }


def _field(record: Any, row: Any) -> dict[str, Any]:
    """Return a field's row; a value that a person gave has no evidence of the model's."""
    corrected = row.settled == Action.CORRECT
    return {
        "document_id": record.document_id,
        "source": record.source,
        "record": record.number,
        "field": row.path,
        "value": row.value,
        "raw": row.raw,
        "confidence": None if corrected else row.confidence,
        "outcome": record.outcome,
        "page": None if corrected else row.page,
        "quote": None if corrected else row.quote,
        "boxes": [] if corrected else json.loads(row.boxes_json),
        "signals": row.signals_json,
        "settled": row.settled,
    }


def _document(row: Any, told: ExtractionRow | None, later: dict[str, list[str]]) -> dict[str, Any]:
    common = {"document_id": row.document_id, "source": row.source}
    if row.document_id is None:
        failed = {"outcome": Outcome.FAILED, "reasons": [row.reason], "run_id": row.run_id}
        return common | failed
    if told is None:
        return common | {"outcome": None, "reasons": ["no run has reached it yet"]}
    usage = Usage.model_validate_json(told.usage_json)
    return common | {
        "type": told.type_name,
        "types": [told.type_name, *others_of(told)],
        "outcome": told.outcome,
        "reasons": json.loads(told.reasons_json) + later.get(row.document_id, []),
        "pages": told.pages,
        **account_columns(told.account_json),
        "seconds": told.seconds,
        "tokens": usage.input_tokens + usage.output_tokens,
        "cost": told.cost,
        "run_id": told.run_id,
    }


def _later_failures(session: Session, document_ids: Iterable[str]) -> dict[str, list[str]]:
    """Return why documents failed that already had something better, which stays published."""
    current = select(ExtractionRow.document_id, ExtractionRow.id).where(
        ExtractionRow.document_id.in_(document_ids),
        ExtractionRow.current,
        ExtractionRow.outcome != Outcome.FAILED,
    )
    better = current.subquery()
    found = session.execute(
        select(ExtractionRow.document_id, ExtractionRow.reasons_json)
        .join(better, better.c.document_id == ExtractionRow.document_id)
        .where(ExtractionRow.outcome == Outcome.FAILED, ExtractionRow.id > better.c.id)
        .order_by(ExtractionRow.id)
    )
    return {
        row.document_id: [f"a later try failed: {'; '.join(json.loads(row.reasons_json))}"]
        for row in found
    }
