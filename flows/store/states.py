"""How documents stand: what is left to do for each, and which of its extractions is published."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Collection, Sequence

from sqlalchemy import ColumnElement, exists, select, update
from sqlalchemy.orm import Session

from flows.store.editions import documents_edition, touch, type_edition
from flows.store.inputs import chunks
from flows.store.tables import DecisionRow, DocumentRow, ExtractionRow, ItemRow, RecordRow
from schemas.extraction import Extraction, Outcome
from schemas.run import DocumentState, Standing


def state_of(
    session: Session, document_ids: Collection[str], recipe_ids: Collection[str]
) -> dict[str, DocumentState]:
    """Say for each document what is left to do with one of these recipes."""
    states: dict[str, DocumentState] = {}
    for chunk in chunks(sorted(set(document_ids))):
        rows: dict[str, list[ExtractionRow]] = defaultdict(list)
        settled = set(
            session.scalars(
                select(ExtractionRow.id).where(ExtractionRow.document_id.in_(chunk), decided())
            )
        )
        for row in session.scalars(
            select(ExtractionRow)
            .where(ExtractionRow.document_id.in_(chunk))
            .order_by(ExtractionRow.id)
        ):
            rows[row.document_id].append(row)
        for document_id in chunk:
            states[document_id] = _state(rows[document_id], recipe_ids, settled)
    return states


def is_settled(session: Session, extraction: ExtractionRow) -> bool:
    """Say whether a person decided on anything in it."""
    found = select(ExtractionRow.id).where(ExtractionRow.id == extraction.id, decided())
    return session.scalars(found).first() is not None


def make_current(session: Session, document_id: str, recipe_id: str) -> bool:
    """Publish what a recipe gave before; False if it gave nothing or a person's decision stands."""
    rows = session.scalars(
        select(ExtractionRow)
        .where(ExtractionRow.document_id == document_id)
        .order_by(ExtractionRow.id)
    ).all()
    current = next((row for row in rows if row.current), None)
    given = [r for r in rows if r.recipe_id == recipe_id and r.outcome != Outcome.FAILED]
    if not given:
        return False
    if current is given[-1]:
        return True
    if current is not None and is_settled(session, current):
        return False
    demote(session, document_id)
    given[-1].current = True
    touch_extraction(session, given[-1])
    return True


def demote(session: Session, document_id: str) -> None:
    """Take the published extraction of a document, if any, out of what is published."""
    current = session.scalars(
        select(ExtractionRow).where(ExtractionRow.document_id == document_id, ExtractionRow.current)
    ).first()
    if current is None:
        return
    touch_extraction(session, current)
    session.execute(
        update(ExtractionRow).where(ExtractionRow.id == current.id).values(current=False)
    )


def touch_extraction(session: Session, row: ExtractionRow) -> None:
    """Say that what is published of an extraction has changed."""
    month = session.scalars(
        select(DocumentRow.month).where(DocumentRow.id == row.document_id)
    ).one()
    touch(session, [documents_edition(month)], [row.document_id])
    if row.outcome != Outcome.FAILED:
        touch(session, [type_edition(row.type_name, month)], [row.document_id])


def extraction_of(session: Session, document_id: str, recipe_id: str) -> Extraction | None:
    """Return what a recipe gave last for a document, as it was made."""
    text = session.scalars(
        select(ExtractionRow.extraction_json)
        .where(ExtractionRow.document_id == document_id, ExtractionRow.recipe_id == recipe_id)
        .where(ExtractionRow.extraction_json.is_not(None))
        .order_by(ExtractionRow.id.desc())
    ).first()
    return Extraction.model_validate_json(text) if text else None


def decided() -> ColumnElement[bool]:
    """Be true of an extraction on which a person decided anything."""
    return exists(
        select(DecisionRow.id)
        .join(ItemRow, ItemRow.id == DecisionRow.item_id)
        .join(RecordRow, RecordRow.id == ItemRow.record_id)
        .where(RecordRow.extraction_id == ExtractionRow.id, DecisionRow.undone.is_(False))
    )


def _state(
    rows: Sequence[ExtractionRow], recipe_ids: Collection[str], decided: Collection[int]
) -> DocumentState:
    """Return how a document stands, given its extractions in the order they were made."""
    settled = next((row for row in rows if row.current and row.id in decided), None)
    if settled is not None:
        return _told(Standing.SETTLED, settled)
    ours = [row for row in rows if row.recipe_id in recipe_ids]
    given = [row for row in ours if row.outcome != Outcome.FAILED]
    if given:
        return _told(Standing.DONE, next((row for row in given if row.current), given[-1]))
    if ours:
        return _told(Standing.RETRY if ours[-1].retry else Standing.FAILED, ours[-1])
    return DocumentState(standing=Standing.NEW)


def _told(standing: Standing, row: ExtractionRow) -> DocumentState:
    outcome = Outcome(row.outcome)
    return DocumentState(
        standing=standing,
        outcome=outcome,
        reason="; ".join(json.loads(row.reasons_json)) if outcome is Outcome.FAILED else "",
        recipe_id=row.recipe_id,
        current=row.current,
    )
