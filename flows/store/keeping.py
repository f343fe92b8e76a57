"""Keep what was found in a document, or why nothing was: each in one transaction."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from flows.store.inputs import note_inputs, plain
from flows.store.recipes import remember
from flows.store.records import add_records, document_outcome
from flows.store.runs import note_sign
from flows.store.states import demote, is_settled, touch_extraction
from flows.store.tables import ExtractionRow
from flows.store.under_way import give_back
from schemas.doctype import DocumentType
from schemas.exact import SCALE
from schemas.extraction import Cost, Extraction, Outcome, Usage
from schemas.recipe import Recipe
from schemas.routing import Routing
from schemas.run import InputNote
from schemas.shape import shape_of
from schemas.target import Dial


class Kept(StrEnum):
    """What became of something that was to be kept."""

    KEPT = "kept"
    ALREADY = "already"
    """It was there: nothing was added."""
    BESIDE = "beside"
    """It was kept, but a person had decided on an earlier extraction, and that stays published."""


@dataclass(frozen=True, kw_only=True)
class Cause:
    """What something was kept for, and when."""

    source: str
    recipe: Recipe
    run_id: str | None
    now: datetime
    cost: Cost


@dataclass(frozen=True, kw_only=True)
class Way:
    """What decided where a document goes."""

    calibration_id: str | None = None
    """Of the calibration that its confidences are of; None: they were set by hand."""
    dial: Dial | None = None
    routed_by: str | None = None
    """Names all that decided, the policy too; another name means another way."""

    def columns(self) -> dict[str, str | None]:
        """Return what an extraction's row says of it."""
        return {
            "calibration_id": self.calibration_id,
            "routed_by": self.routed_by,
            "routed_json": self.dial.model_dump_json() if self.dial else None,
        }


NO_WAY = Way()


def keep(
    session: Session,
    extraction: Extraction,
    routing: Routing,
    cause: Cause,
    *,
    doc_type: DocumentType,
    way: Way = NO_WAY,
    again: bool,
) -> Kept:
    """Keep an extraction with its outcome, records, evidence and cost."""
    _note(session, extraction.document_id, cause)
    shape = shape_of(doc_type)
    remember(session, cause.recipe, shape, cause.now)
    rows = _rows(session, extraction.document_id)
    same = [row for row in rows if row.recipe_id == cause.recipe.id]
    if any(row.outcome != Outcome.FAILED for row in same) and not again:
        return Kept.ALREADY
    current = next((row for row in rows if row.current), None)
    stands = current is not None and not again and is_settled(session, current)
    row = ExtractionRow(
        document_id=extraction.document_id,
        turn=_make_room(session, same, cause.run_id),
        type_name=shape.name,
        current=False,
        outcome=routing.outcome,
        retry=False,
        reasons_json=as_json(routing.reasons),
        document_reasons_json=as_json(routing.document_reasons),
        pages=extraction.pages,
        seconds=extraction.seconds,
        usage_json=extraction.usage.model_dump_json(),
        extraction_json=extraction.model_dump_json(),
        **_columns(cause),
        **way.columns(),
    )
    session.add(row)
    session.flush()
    records = add_records(session, row, routing, extraction, shape=shape, now=cause.now)
    row.outcome = document_outcome(records, routing.outcome)
    if stands:
        return Kept.BESIDE
    _publish(session, row)
    return Kept.KEPT


def keep_failure(
    session: Session,
    document_id: str,
    reason: str,
    cause: Cause,
    *,
    retry: bool,
    usage: Usage,
    seconds: float,
) -> None:
    """Keep that a document failed; it becomes what is published only if nothing better is."""
    _note(session, document_id, cause)
    remember(session, cause.recipe, None, cause.now)
    rows = _rows(session, document_id)
    same = [row for row in rows if row.recipe_id == cause.recipe.id]
    given = any(row.current and row.outcome != Outcome.FAILED for row in rows)
    row = ExtractionRow(
        document_id=document_id,
        turn=_make_room(session, same, cause.run_id),
        type_name=cause.recipe.type_name,
        current=False,
        outcome=Outcome.FAILED,
        retry=retry,
        reasons_json=as_json([reason]),
        document_reasons_json=as_json([reason]),
        pages=None,
        seconds=seconds,
        usage_json=usage.model_dump_json(),
        extraction_json=None,
        **_columns(cause),
    )
    session.add(row)
    session.flush()
    if given:
        touch_extraction(session, row)
        return
    _publish(session, row)


def _note(session: Session, document_id: str, cause: Cause) -> None:
    """Make sure that the document has its row; its run gives a sign, and is done with it."""
    note = InputNote(source=cause.source, document_id=document_id)
    note_inputs(session, [note], cause.run_id, now=cause.now)
    note_sign(session, cause.run_id, cause.now)
    give_back(session, document_id, cause.run_id)


def _rows(session: Session, document_id: str) -> Sequence[ExtractionRow]:
    """Return a document's extractions in the order they were made."""
    found = select(ExtractionRow).where(ExtractionRow.document_id == document_id)
    return session.scalars(found.order_by(ExtractionRow.id)).all()


def _make_room(session: Session, same: Sequence[ExtractionRow], run_id: str | None) -> int:
    """Return the recipe's next turn on a document; what this run kept of a failure is dropped."""
    for row in same:
        if row.outcome == Outcome.FAILED and row.run_id == run_id:
            touch_extraction(session, row)
            session.execute(delete(ExtractionRow).where(ExtractionRow.id == row.id))
    return max((row.turn for row in same), default=-1) + 1


def _columns(cause: Cause) -> dict[str, object]:
    return {
        "recipe_id": cause.recipe.id,
        "run_id": cause.run_id,
        "cost": round(cause.cost, SCALE),
        "kept": cause.now,
    }


def _publish(session: Session, row: ExtractionRow) -> None:
    """Make an extraction the document's published one."""
    demote(session, row.document_id)
    row.current = True
    session.flush()
    touch_extraction(session, row)


def as_json(texts: Sequence[str]) -> str:
    """Return reasons as a column holds them."""
    return json.dumps([plain(text) for text in texts], ensure_ascii=False)
