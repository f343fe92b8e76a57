"""What was said of an item since somebody saw it."""

from __future__ import annotations

from sqlalchemy import func, select

from flows.review.decide import decisions_on
from flows.store.store import Store
from flows.store.tables import DecisionRow, SaveRow
from schemas.review import Decision


def decisions_since(store: Store, item_id: int, revision: int) -> tuple[Decision, ...]:
    """Return the decisions from the first save on that is newer than a revision of the item."""
    with store.reading() as session:
        first = session.scalar(
            select(func.min(SaveRow.id)).where(
                SaveRow.item_id == item_id, SaveRow.revision > revision
            )
        )
        before = session.scalars(
            select(func.count())
            .select_from(DecisionRow)
            .where(DecisionRow.item_id == item_id, DecisionRow.save_id < first)
        ).one()
    return decisions_on(store, item_id)[before:] if first is not None else ()
