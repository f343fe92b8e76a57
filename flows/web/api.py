"""The HTTP API: what the page does, and what scripts can do just as well."""

from __future__ import annotations

from collections.abc import Collection
from typing import Annotated

from fastapi import APIRouter, BackgroundTasks, Body, Depends, Query
from fastapi.openapi.models import Example
from fastapi.responses import Response

from flows.review.check import check
from flows.review.decide import decisions_on, settle, show_item, undo
from flows.review.queue import claim, claim_on, following, left, next_item, queue_page, release
from flows.web.bodies import sound_body
from flows.web.desk import ADesk, Desk, Person, word_of
from flows.web.documents import ItemId, pages_of, prepare
from flows.web.failing import Code, Refusal
from flows.web.messages import (
    SOMEBODY,
    Draft,
    HolderOnly,
    ItemAnswer,
    ItemWithDecisions,
    NextItem,
    NextWanted,
    QueueQuery,
    State,
    UndoWanted,
    refusals,
)
from flows.web.since import decisions_since
from schemas.errors import StaleError
from schemas.queue import QueueFilter, QueuePage
from schemas.review import Checked, Claim, Settlement

UNTOLD = {"items": {"__all__": {"score"}}}
"""Of an item, to who decides on it: beside the dial it would tell which ones are audits."""
SETTLEMENTS: dict[str, Example] = {
    "accept": {
        "summary": "All that is left is right",
        "value": {"accept_all": True, "revision": 0, "holder": SOMEBODY},
    },
    "correct": {
        "summary": "Correct a field, take an item out of a list, accept the rest",
        "value": {
            "values": [{"path": "grand_total", "text": "119.00"}],
            "removals": ["line_items[1]"],
            "accept_all": True,
            "revision": 0,
            "holder": SOMEBODY,
            "seconds": 8.5,
            "actions": 12,
        },
    },
    "reject": {
        "summary": "It isn't to be used",
        "value": {"reject": "not an invoice", "revision": 0, "holder": SOMEBODY},
    },
}

router = APIRouter(prefix="/api", dependencies=[Depends(sound_body)])


@router.get(
    "/queue",
    tags=["queue"],
    summary="List what is open",
    responses=refusals(422),
    response_model_exclude=UNTOLD,
)
def list_queue(desk: ADesk, wanted: Annotated[QueueQuery, Query()]) -> QueuePage:
    """List open items in the order in which they are best settled, and count them."""
    return queue_page(
        desk.store,
        filter_of(wanted),
        limit=wanted.limit,
        offset=wanted.offset,
        now=desk.clock(),
    )


@router.post("/queue/next", tags=["queue"], summary="Take the next item", responses=refusals(422))
def take_next(
    desk: ADesk, who: Person, wanted: NextWanted, afterwards: BackgroundTasks
) -> NextItem:
    """Claim the item that is best settled next: nobody else gets it for five minutes.

    Renew the claim while the item is looked at, and release it if it isn't settled.
    """
    only, now = filter_of(wanted), desk.clock()
    found = next_item(desk.store, only, holder=wanted.holder, who=who, skip=wanted.skip, now=now)
    many, pace = left(desk.store, only, now=now), desk.store.review_pace()
    if found is None:
        return NextItem(item=None, claim=None, left=many, seconds_each=pace)
    held = claim_on(desk.store, found, now=now)
    item = show_item(desk.store, found)
    afterwards.add_task(_prepare_following, desk, only, wanted.holder, {found, *wanted.skip})
    return NextItem(item=item, claim=held, left=many, seconds_each=pace)


@router.get(
    "/items/{item_id}", tags=["items"], summary="Show an item", responses=refusals(404, 422)
)
def get_item(desk: ADesk, item_id: ItemId) -> ItemWithDecisions:
    """Show an item with every field, what was said about it, and who has it before him."""
    return ItemWithDecisions(
        item=show_item(desk.store, item_id),
        decisions=decisions_on(desk.store, item_id),
        claim=claim_on(desk.store, item_id, now=desk.clock()),
    )


@router.post(
    "/items/{item_id}/claim",
    tags=["items"],
    summary="Claim an item, or renew the claim",
    responses=refusals(404, 409, 422),
)
def claim_item(desk: ADesk, who: Person, item_id: ItemId, given: HolderOnly) -> Claim:
    """Have an item for oneself for the next five minutes; refused while another person has it."""
    return claim(desk.store, item_id, holder=given.holder, who=who, now=desk.clock())


@router.post(
    "/items/{item_id}/release",
    tags=["items"],
    summary="Give an item back",
    status_code=204,
    responses=refusals(422),
)
def release_item(desk: ADesk, item_id: ItemId, given: HolderOnly) -> Response:
    """End a claim; one that isn't there, or is another's, stays as it is."""
    release(desk.store, item_id, holder=given.holder)
    return Response(status_code=204)


@router.post(
    "/items/{item_id}/check",
    tags=["items"],
    summary="Check a draft",
    responses=refusals(404, 413, 422),
)
def check_item(desk: ADesk, item_id: ItemId, draft: Draft) -> Checked:
    """Say what values would come to, which checks would fail, and what is odd; change nothing."""
    pages = pages_of(desk, item_id) if draft.values else None
    return check(desk.store, item_id, draft.values, draft.removals, pages=pages)


@router.post(
    "/items/{item_id}/settle",
    tags=["items"],
    summary="Decide",
    responses=refusals(404, 409, 413, 422),
)
def settle_item(
    desk: ADesk,
    who: Person,
    item_id: ItemId,
    settlement: Annotated[Settlement, Body(openapi_examples=SETTLEMENTS)],
) -> ItemAnswer:
    """Correct, remove, accept and reject at once: all of it holds, or nothing.

    It is kept when this answers, and published soon after.
    """
    pages = pages_of(desk, item_id) if settlement.values else None
    try:
        item = settle(desk.store, item_id, settlement, word_of(desk, who), pages=pages)
    except StaleError as error:
        raise _stale(desk, item_id, settlement.revision, error) from None
    desk.publisher.note()
    return ItemAnswer(item=item)


@router.post(
    "/items/{item_id}/undo",
    tags=["items"],
    summary="Take back",
    responses=refusals(404, 409, 422),
)
def undo_item(desk: ADesk, who: Person, item_id: ItemId, wanted: UndoWanted) -> ItemAnswer:
    """Take back what was said last of an item; it is open again, and claimed by who asks."""
    try:
        item = undo(
            desk.store,
            item_id,
            word_of(desk, who),
            revision=wanted.revision,
            holder=wanted.holder,
        )
    except StaleError as error:
        raise _stale(desk, item_id, wanted.revision, error) from None
    desk.publisher.note()
    return ItemAnswer(item=item)


@router.get("/state", tags=["server"], summary="Tell how publishing stands", responses=refusals())
def get_state(desk: ADesk) -> State:
    """Count what is open, and say whether all decisions are published."""
    state = desk.publisher.state()
    many = left(desk.store, QueueFilter(), now=desk.clock())
    return State(left=many, publishing=state.publishing, problem=state.problem)


def filter_of(wanted: QueueFilter) -> QueueFilter:
    """Return the filter alone; empty texts, as forms send them, filter nothing."""
    given = {name: getattr(wanted, name) or None for name in QueueFilter.model_fields}
    return QueueFilter.model_validate(given)


def _prepare_following(
    desk: Desk, wanted: QueueFilter, holder: str, passed: Collection[int]
) -> None:
    """Have the document ready that is best settled after those that are passed."""
    found = following(desk.store, wanted, holder=holder, skip=passed, now=desk.clock())
    if found is not None:
        prepare(desk, show_item(desk.store, found))


def _stale(desk: Desk, item_id: int, seen: int | None, error: StaleError) -> Refusal:
    """Return the refusal of what was said about an older state of an item, with the new one."""
    item = show_item(desk.store, item_id)
    return Refusal(
        409,
        Code.STALE,
        str(error),
        item=item.model_dump(mode="json"),
        decisions=[
            each.model_dump(mode="json") for each in decisions_since(desk.store, item_id, seen or 0)
        ],
    )
