"""Count what the store holds."""

from __future__ import annotations

from decimal import Decimal

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from flows.store.runs import latest_run
from flows.store.tables import DocumentRow, ExtractionRow, InputRow, ItemRow, RecordRow
from schemas.extraction import Outcome
from schemas.run import Status

TRUSTED = (Outcome.ACCEPTED, Outcome.REVIEWED)
"""The outcomes of records that are published."""


def read_status(session: Session) -> Status:
    """Count documents by outcome, open items, trusted records and cost."""
    outcomes = session.execute(
        select(ExtractionRow.outcome, func.count())
        .where(ExtractionRow.current)
        .group_by(ExtractionRow.outcome)
    )
    inputs = select(func.count()).select_from(InputRow)
    records = (
        select(func.count())
        .select_from(RecordRow)
        .join(ExtractionRow, ExtractionRow.id == RecordRow.extraction_id)
        .where(ExtractionRow.current)
    )
    items = records.join(ItemRow, ItemRow.record_id == RecordRow.id)
    return Status(
        inputs=session.scalars(inputs).one(),
        documents=session.scalars(select(func.count()).select_from(DocumentRow)).one(),
        outcomes={Outcome(outcome): count for outcome, count in outcomes},
        unreadable=session.scalars(inputs.where(InputRow.document_id.is_(None))).one(),
        open_items=session.scalars(items.where(RecordRow.outcome == Outcome.IN_REVIEW)).one(),
        trusted_records=session.scalars(records.where(RecordRow.outcome.in_(TRUSTED))).one(),
        cost=sum(session.scalars(select(ExtractionRow.cost)), start=Decimal(0)),
        last_run=latest_run(session),
    )
