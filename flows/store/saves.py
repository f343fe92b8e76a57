"""Saves: what a person said of an item at once, with what it takes to take it back."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import delete, insert, select, update
from sqlalchemy.orm import Session, undefer

from flows.store.items import FoundItem
from flows.store.tables import DecisionRow, FieldRow, SaveRow
from schemas.errors import DecisionError, StaleError

COLUMNS = tuple(column.name for column in FieldRow.__table__.columns if column.name != "record_id")
"""What is kept of a field before it changes."""

Snapshot = Mapping[int, Mapping[str, Any]]
"""The fields of a record by the ids of their rows."""


def snapshot(found: FoundItem) -> Snapshot:
    """Return a record's fields as they stand."""
    return {row.id: {name: getattr(row, name) for name in COLUMNS} for row in found.fields}


def begin_save(
    session: Session,
    found: FoundItem,
    *,
    who: str,
    now: datetime,
    seconds: float | None,
    actions: int | None,
) -> SaveRow:
    """Add a save, to be ended by `end_save` in the same transaction."""
    save = SaveRow(
        item_id=found.item.id,
        who=who,
        at=now,
        seconds=seconds,
        actions=actions,
        was=found.record.outcome,
        became=found.record.outcome,
        revision=0,
        before_json="",
        undone=False,
    )
    session.add(save)
    session.flush()
    return save


def end_save(session: Session, save: SaveRow, found: FoundItem, before: Snapshot) -> None:
    """Note what a save changed; the item has another revision from then on."""
    session.flush()
    after = snapshot(found)
    changed = [dict(row) for key, row in before.items() if after.get(key) != row]
    added = [key for key in after if key not in before]
    kept = {"changed": changed, "added": added, "revision": found.item.revision}
    found.item.revision += 1
    save.revision = found.item.revision
    save.became = found.record.outcome
    save.before_json = json.dumps(kept, ensure_ascii=False)


def undo_save(session: Session, found: FoundItem) -> SaveRow:
    """Bring a record's fields and outcome back to what they were before the last save.

    Raises:
        DecisionError: nothing was said of it.
        StaleError: something else changed it since.
    """
    item = found.item
    last, before_that = _last_two(session, item.id)
    if last is None:
        raise DecisionError(f"There is nothing to take back: nobody decided on item {item.id}.")
    if last.revision != item.revision:
        raise StaleError(
            f"What {last.who} said of item {item.id} can't be taken back any more: it has changed "
            "since. Correct it instead."
        )
    said = json.loads(last.before_json)
    gone = [row["id"] for row in said["changed"]] + said["added"]
    session.execute(delete(FieldRow).where(FieldRow.id.in_(gone)))
    if said["changed"]:
        record_id = found.record.id
        session.execute(
            insert(FieldRow), [row | {"record_id": record_id} for row in said["changed"]]
        )
    session.expire_all()
    found.record.outcome = last.was
    item.revision += 1
    if before_that is not None and before_that.revision == said["revision"]:
        before_that.revision = item.revision  # it is the last one now
    last.undone = True
    session.execute(update(DecisionRow).where(DecisionRow.save_id == last.id).values(undone=True))
    session.flush()
    return last


def _last_two(session: Session, item_id: int) -> tuple[SaveRow | None, SaveRow | None]:
    rows = session.scalars(
        select(SaveRow)
        .where(SaveRow.item_id == item_id, SaveRow.undone.is_(False))
        .order_by(SaveRow.id.desc())
        .limit(2)
        .options(undefer(SaveRow.before_json))
    ).all()
    last, before = (*rows, None, None)[:2]
    return last, before
