"""The items that wait: how sure they are, down to where they were settled, and how fast."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from datetime import datetime, timedelta
from itertools import pairwise
from statistics import median

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from flows.store.inputs import chunks
from flows.store.settled import SETTLED
from flows.store.tables import DecisionRow, ExtractionRow, ItemRow, RecordRow
from schemas.extraction import Outcome

PAUSE = timedelta(minutes=10)
"""Who settles nothing for longer isn't at it."""
FEWEST = 5
"""Settled items from which a pace can be told."""


def waiting_items(session: Session, type_name: str) -> int:
    """Count a type's open items."""
    return _count_open(session, RecordRow.type_name == type_name)


def waiting_items_of(session: Session, document_ids: Collection[str]) -> dict[str, tuple[int, ...]]:
    """Return the open items of each of these documents, in the order of its records."""
    found: dict[str, tuple[int, ...]] = {}
    for chunk in chunks(list(document_ids)):
        rows = session.execute(
            select(ExtractionRow.document_id, ItemRow.id)
            .join(RecordRow, RecordRow.extraction_id == ExtractionRow.id)
            .join(ItemRow, ItemRow.record_id == RecordRow.id)
            .where(ExtractionRow.document_id.in_(chunk), ExtractionRow.current)
            .where(RecordRow.outcome == Outcome.IN_REVIEW)
            .order_by(RecordRow.number)
        )
        for row in rows:
            found[row.document_id] = (*found.get(row.document_id, ()), row.id)
    return found


def waiting_items_by(session: Session, run_id: str) -> int:
    """Count the open items that a run added."""
    return _count_open(session, ExtractionRow.run_id == run_id)


def _count_open(session: Session, of: ColumnElement[bool]) -> int:
    return session.scalars(
        select(func.count())
        .select_from(ItemRow)
        .join(RecordRow, RecordRow.id == ItemRow.record_id)
        .join(ExtractionRow, ExtractionRow.id == RecordRow.extraction_id)
        .where(ExtractionRow.current, of)
        .where(RecordRow.outcome == Outcome.IN_REVIEW)
    ).one()


def waiting_scores(session: Session, type_name: str) -> tuple[float, ...]:
    """Return the scores of a type's open items, the highest first: 0 to 1.

    Without those that the dial would never accept: settling them supports no promise.
    """
    return tuple(
        session.scalars(
            select(RecordRow.score)
            .join(ExtractionRow, ExtractionRow.id == RecordRow.extraction_id)
            .join(ItemRow, ItemRow.record_id == RecordRow.id)
            .where(ExtractionRow.current, RecordRow.type_name == type_name)
            .where(RecordRow.outcome == Outcome.IN_REVIEW, RecordRow.held_back.is_(False))
            .order_by(RecordRow.score.desc())
        )
    )


def fair_down_to(session: Session, type_name: str, reach: float) -> float:
    """Return the score above which what was settled is a fair sample of a type, 0 to 1.

    From `reach` on items are settled in random order. Below it they aren't, so that there those
    scores are fair above which nothing is left open.
    """
    scores = waiting_scores(session, type_name)
    return max((score for score in scores if score < reach), default=0.0)


def review_pace(session: Session, who: str | None = None) -> float | None:
    """Return how many seconds an item takes, by all people or by one; None: it can't be told.

    It is the median of the times between two items that the same person settled one after the
    other, without the pauses.
    """
    settled = (
        select(DecisionRow.who, func.max(DecisionRow.at).label("at"))
        .join(ItemRow, ItemRow.id == DecisionRow.item_id)
        .join(RecordRow, RecordRow.id == ItemRow.record_id)
        .where(RecordRow.outcome.in_(SETTLED), DecisionRow.undone.is_(False))
        .group_by(DecisionRow.who, DecisionRow.item_id)
    )
    if who is not None:
        settled = settled.where(DecisionRow.who == who)
    moments: dict[str, list[datetime]] = defaultdict(list)
    for row in session.execute(settled):
        moments[row.who].append(row.at)
    gaps = [
        later - earlier
        for each in moments.values()
        for earlier, later in pairwise(sorted(each))
        if later - earlier <= PAUSE
    ]
    if sum(map(len, moments.values())) < FEWEST or not gaps:
        return None
    return median(gap.total_seconds() for gap in gaps)
