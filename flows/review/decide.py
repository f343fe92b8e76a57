"""The review queue: look at what is doubtful, say what is right, and see it published.

    for each in open_items(store):
        print(each.id, each.source, each.reasons)
    correct(store, 7, [Correction(path="grand_total", text="119.00")], word, out_dir=out)

`settle` and `undo` only commit; `accept`, `correct` and `reject` also publish, and if that fails,
the next one makes up for it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from flows.publish.publish import publish
from flows.review.check import Paper, checked, new_values
from flows.store import decisions, items, queue
from flows.store.decisions import NewValue, Said, Word
from flows.store.store import Store
from schemas.document import Page
from schemas.review import Correction, Decision, ItemSummary, ReviewItem, Settlement


def open_items(
    store: Store, type_name: str | None = None, *, reaches: Mapping[str, float] | None = None
) -> tuple[ItemSummary, ...]:
    """List what nobody settled yet, in the order in which it is best settled.

    First what the dial could accept soonest, in random order, then what teaches most. `reaches`
    says by type from which score on that is; None: as the latest run or calibration noted it.
    """
    with store.reading() as session:
        return queue.open_items(session, type_name, reaches=reaches)


def show_item(store: Store, item_id: int) -> ReviewItem:
    """Return an item with every field of its type, those to settle first.

    Raises:
        NoItemError: there is no such item, or a later extraction took its place.
    """
    with store.reading() as session:
        return items.review_item(session, item_id)


def decisions_on(store: Store, item_id: int) -> tuple[Decision, ...]:
    """Return what was said about an item, the earliest first."""
    with store.reading() as session:
        return decisions.decisions_on(session, item_id)


def settle(
    store: Store,
    item_id: int,
    settlement: Settlement,
    word: Word,
    *,
    pages: Sequence[Page] | None = None,
) -> ReviewItem:
    """Take all that a person says of an item, or nothing; who calls publishes it.

    With the document's `pages`, values are read by its ways and found on its pages.

    Raises:
        DecisionError: it can't be taken; `schemas.errors` names the cases.
    """
    values: tuple[NewValue, ...] = ()
    if settlement.values:
        with store.reading() as session:
            found = items.find_item(session, item_id)
            draft = checked(found, settlement.values, settlement.removals, Paper(pages))
        values = new_values(draft, insist=settlement.insist)
    said = Said(
        values=values,
        removals=settlement.removals,
        accept=settlement.accept,
        accept_all=settlement.accept_all,
        everything=settlement.everything,
        reject=settlement.reject,
        seconds=settlement.seconds,
        actions=settlement.actions,
    )
    with store.writing() as session:
        decisions.settle(
            session,
            item_id,
            word,
            said,
            revision=settlement.revision,
            holder=settlement.holder,
        )
        return items.review_item(session, item_id)


def undo(
    store: Store,
    item_id: int,
    word: Word,
    *,
    revision: int | None = None,
    holder: str | None = None,
) -> ReviewItem:
    """Take back what was said last of an item; who calls publishes that.

    Raises:
        DecisionError: nothing was said, or something else changed it since.
    """
    with store.writing() as session:
        decisions.undo(session, item_id, word, revision=revision, holder=holder)
        return items.review_item(session, item_id)


def accept(
    store: Store,
    item_id: int,
    word: Word,
    *,
    out_dir: Path,
    paths: Sequence[str] = (),
    everything: bool = False,
) -> ReviewItem:
    """Say that fields are right: those in `paths`, or all that are to be settled, or `everything`.

    Without `paths` the record is trusted from then on; with them it is once the last doubtful field
    is settled. Fields that were withheld stay so unless they are named, or all is accepted.

    Raises:
        DecisionError: it can't be taken; `schemas.errors` names the cases.
    """
    settlement = Settlement(accept=tuple(paths), accept_all=not paths, everything=everything)
    item = settle(store, item_id, settlement, word)
    publish(store, out_dir)
    return item


def correct(
    store: Store,
    item_id: int,
    corrections: Sequence[Correction],
    word: Word,
    *,
    out_dir: Path,
    removals: Sequence[str] = (),
    insist: bool = False,
    pages: Sequence[Page] | None = None,
) -> ReviewItem:
    """Give fields other values and take items out of lists; all of it or, if one can't be, nothing.

    A correction one past the end of a list adds an item to it. `removals` name list items, such as
    `line_items[2]`; those after a removed one move up. The record is trusted once its last doubtful
    field is settled.

    Raises:
        DecisionError: it can't be taken; `schemas.errors` names the cases.
    """
    settlement = Settlement(values=tuple(corrections), removals=tuple(removals), insist=insist)
    item = settle(store, item_id, settlement, word, pages=pages)
    publish(store, out_dir)
    return item


def reject(store: Store, item_id: int, reason: str, word: Word, *, out_dir: Path) -> ReviewItem:
    """Say that a record isn't to be used, and why; it is never published, or no longer.

    Raises:
        DecisionError: there is no such item, or it was rejected already.
    """
    item = settle(store, item_id, Settlement(reject=reason), word)
    publish(store, out_dir)
    return item
