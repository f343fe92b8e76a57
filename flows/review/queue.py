"""Who gets which review item: the queue, page by page, and claims on what people look at."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from flows.store import claims, items, queue
from flows.store.store import Store
from schemas.queue import QueueFilter, QueuePage
from schemas.review import Claim


def queue_page(
    store: Store, wanted: QueueFilter, *, limit: int, offset: int = 0, now: datetime
) -> QueuePage:
    """Return some of the open items that are wanted, and what there is to choose by."""
    with store.reading() as session:
        return queue.queue_page(session, wanted, limit=limit, offset=offset, now=now)


def left(store: Store, wanted: QueueFilter, *, now: datetime) -> int:
    """Count the open items that are wanted."""
    with store.reading() as session:
        return queue.left(session, wanted, now=now)


def next_item(
    store: Store,
    wanted: QueueFilter,
    *,
    holder: str,
    who: str,
    skip: Collection[int] = (),
    now: datetime,
) -> int | None:
    """Claim the item that is best settled next and that nobody else has; None: there is none."""
    with store.writing() as session:
        return queue.next_item(session, wanted, holder=holder, who=who, skip=skip, now=now)


def following(
    store: Store, wanted: QueueFilter, *, holder: str, skip: Collection[int] = (), now: datetime
) -> int | None:
    """Return the item that `next_item` would claim; None: there is none."""
    with store.reading() as session:
        return queue.following(session, wanted, holder=holder, skip=skip, now=now)


def claim(store: Store, item_id: int, *, holder: str, who: str, now: datetime) -> Claim:
    """Claim an item, or renew the claim: nobody else gets it for some minutes.

    Raises:
        NoItemError: there is no such item.
        ClaimedError: somebody else has it.
    """
    with store.writing() as session:
        items.find_item(session, item_id)
        return claims.take(session, item_id, holder=holder, who=who, now=now)


def claim_on(store: Store, item_id: int, *, now: datetime) -> Claim | None:
    """Return the claim that holds on an item, if any."""
    with store.reading() as session:
        return claims.claim_on(session, item_id, now=now)


def release(store: Store, item_id: int, *, holder: str) -> None:
    """Give an item back; what somebody else holds stays his."""
    with store.writing() as session:
        claims.release(session, item_id, holder=holder)
