"""Claims: who has a review item before him, so that nobody else gets it."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from flows.store.tables import ClaimRow
from schemas.errors import ClaimedError
from schemas.review import Claim

CLAIM = timedelta(minutes=5)
"""How long a claim holds that isn't renewed; a page renews it each minute."""


def take(session: Session, item_id: int, *, holder: str, who: str, now: datetime) -> Claim:
    """Claim an item or renew the claim; the holder's claim on another item ends.

    Raises:
        ClaimedError: somebody else has it.
    """
    refuse_claimed(session, item_id, holder=holder, now=now)
    mine = claim_on(session, item_id, now=now)
    since = mine.since if mine else now
    session.execute(
        delete(ClaimRow).where(
            (ClaimRow.item_id == item_id) | (ClaimRow.holder == holder) | (ClaimRow.until <= now)
        )
    )
    claim = Claim(item_id=item_id, who=who, since=since, until=now + CLAIM)
    session.execute(insert(ClaimRow).values(**claim.model_dump(), holder=holder))
    return claim


def release(session: Session, item_id: int, *, holder: str) -> None:
    """Give an item back; what somebody else holds stays his."""
    mine = (ClaimRow.item_id == item_id) & (ClaimRow.holder == holder)
    session.execute(delete(ClaimRow).where(mine))


def end(session: Session, item_id: int) -> None:
    """End whatever claim there is: the item is settled."""
    session.execute(delete(ClaimRow).where(ClaimRow.item_id == item_id))


def claim_on(session: Session, item_id: int, *, now: datetime) -> Claim | None:
    """Return the claim that holds on an item, if any."""
    row = session.get(ClaimRow, item_id)
    if row is None or row.until <= now:
        return None
    return Claim(item_id=item_id, who=row.who, since=row.since, until=row.until)


def refuse_claimed(
    session: Session, item_id: int, *, holder: str | None, now: datetime, who: str | None = None
) -> None:
    """Raise if somebody else has the item before him.

    Without a holder, as from a terminal, a person's own claim (`who`) isn't in his way.
    """
    row = session.get(ClaimRow, item_id)
    if row is None or row.until <= now or row.holder == holder:
        return
    if holder is None and row.who == who:
        return
    raise ClaimedError(
        f"{row.who} has item {item_id} before them since {row.since:%H:%M} UTC. Take another one, "
        f"or wait: it is free again by {row.until:%H:%M} UTC unless they are still at it."
    )


def held(session: Session, item_ids: list[int], *, now: datetime) -> dict[int, str]:
    """Return of these items who has them now."""
    rows = session.execute(
        select(ClaimRow.item_id, ClaimRow.who)
        .where(ClaimRow.item_id.in_(item_ids))
        .where(ClaimRow.until > now)
    )
    return {row.item_id: row.who for row in rows}
