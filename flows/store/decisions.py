"""What a person says about a review item, and what follows from it; each in one transaction."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from difflib import get_close_matches

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from flows.store.items import FoundItem, find_item
from flows.store.records import DOUBTS, document_outcome, empty_field
from flows.store.states import touch_extraction
from flows.store.tables import DecisionRow, FieldRow, RecordRow
from schemas.errors import InputError
from schemas.extraction import Doubt, DoubtCode, Outcome
from schemas.record import ITEM, pattern_of
from schemas.review import Action, Decision
from schemas.shape import Shape, item_number

ADDED = 1_000_000
"""Position from which on the fields stand that a person added: never that of an extracted one."""


@dataclass(frozen=True, kw_only=True)
class Word:
    """Who says something, and when."""

    who: str
    now: datetime


@dataclass(frozen=True, kw_only=True)
class NewValue:
    """What a person says that a field's value is."""

    path: str
    value: str | None
    """As text; None: the document doesn't give the field."""
    remark: str = ""
    """What is odd about the value, in words: wrong check digits, say."""


def accept(
    session: Session, item_id: int, word: Word, *, paths: Sequence[str], everything: bool
) -> None:
    """Say that fields are right: those named, else those to settle, else also those withheld.

    Without `paths` the item is settled by it.
    """
    found = find_item(session, item_id)
    _refuse_settled(found)
    if paths:
        rows = [row for path in paths for row in _rows_under(found, path)]
    else:
        rows = [row for row in found.fields if _is_open(row) or (everything and _is_withheld(row))]
        _refuse_empty(found, rows)
    for row in rows:
        row.settled = Action.ACCEPT
        _note(session, found, word, Action.ACCEPT, path=row.path, was=row.value, became=row.value)
    if not paths:
        _note(session, found, word, Action.ACCEPT)
        _settle(session, found, Outcome.REVIEWED)
        return
    _settle_if_done(session, found)


def correct(
    session: Session,
    item_id: int,
    word: Word,
    *,
    values: Sequence[NewValue],
    removals: Sequence[str] = (),
) -> None:
    """Give fields other values, and take items such as `line_items[2]` out of their lists.

    The list items behind a removed one move up. A record that a person accepted before can still be
    corrected.
    """
    found = find_item(session, item_id)
    _refuse_rejected(found)
    for new in values:
        row = _row_at(session, found, new.path)
        was, row.value = row.value, new.value
        row.settled = Action.CORRECT
        # The doubts were about what the model said; the extraction still has them.
        doubts = (Doubt(code=DoubtCode.UNSURE, text=new.remark),) if new.remark else ()
        row.doubts_json = DOUBTS.dump_json(doubts).decode()
        _note(session, found, word, Action.CORRECT, path=new.path, was=was, became=new.value)
    # From the last to the first, so that each number means what it meant when it was read.
    for path in sorted(set(removals), key=lambda path: item_number(path) or 0, reverse=True):
        was = _remove(session, found, path)
        _note(session, found, word, Action.REMOVE, path=path, was=was)
    _settle_if_done(session, found)


def reject(session: Session, item_id: int, word: Word, *, reason: str) -> None:
    """Say that a record isn't to be used; also one that a person accepted before."""
    found = find_item(session, item_id)
    _refuse_rejected(found)
    _note(session, found, word, Action.REJECT, reason=reason)
    _settle(session, found, Outcome.REJECTED)


def decisions_on(session: Session, item_id: int) -> tuple[Decision, ...]:
    """Return what was said about an item, the earliest first."""
    rows = session.scalars(
        select(DecisionRow).where(DecisionRow.item_id == item_id).order_by(DecisionRow.id)
    )
    return tuple(
        Decision(
            item_id=row.item_id,
            action=Action(row.action),
            path=row.path,
            was=row.was,
            became=row.became,
            who=row.who,
            at=row.at,
            reason=row.reason,
        )
        for row in rows
    )


def no_such_field(item_id: int, path: str, known: Sequence[str]) -> InputError:
    """Return the error for a path that names no field; it says what was perhaps meant."""
    here = [each.replace("[]", f"[{item_number(path) or 0}]") for each in known]
    near = get_close_matches(path, here, n=1, cutoff=0.5)
    meant = f" Did you mean {near[0]!r}?" if near else ""
    return InputError(
        f"Item {item_id} has no field {path!r}.{meant} "
        f"See all of them with: papersift review show {item_id} --all"
    )


def _remove(session: Session, found: FoundItem, path: str) -> str:
    """Take an item out of its list; return what it said."""
    name, number = path.partition("[")[0], item_number(path)
    gone = [row for row in found.fields if row.path.startswith(f"{path}.")]
    if number is None or not gone:
        item_id = found.item.id
        raise InputError(
            f"Item {item_id} has no list item {path!r}. Name one like this: line_items[2]; "
            f"see them with: papersift review show {item_id}"
        )
    session.execute(delete(FieldRow).where(FieldRow.id.in_([row.id for row in gone])))
    for row in gone:
        found.fields.remove(row)
    for row in found.fields:
        at = item_number(row.path)
        if at is not None and at > number and row.path.startswith(f"{name}["):
            row.path = ITEM.sub(f"[{at - 1}]", row.path)
    return ", ".join(f"{row.path.rpartition('.')[2]}={row.value}" for row in gone if row.value)


def _refuse_empty(found: FoundItem, rows: Sequence[FieldRow]) -> None:
    """Raise if something is to be right as it stands that isn't there at all."""
    empty = [row.path for row in rows if row.value is None and _is_open(row)]
    if empty:
        raise InputError(
            f"Item {found.item.id} has no {', '.join(empty)}. Give the values: papersift review "
            f"correct {found.item.id} {empty[0]}=VALUE. What the document really doesn't give, "
            f"accept by its name: papersift review accept {found.item.id} {empty[0]}"
        )


def _refuse_settled(found: FoundItem) -> None:
    _refuse_rejected(found)
    if found.record.outcome == Outcome.REVIEWED:
        item_id = found.item.id
        raise InputError(
            f"Item {item_id} was accepted already. To change it: "
            f"papersift review correct {item_id} FIELD=VALUE"
        )


def _refuse_rejected(found: FoundItem) -> None:
    if found.record.outcome == Outcome.REJECTED:
        raise InputError(
            f"Item {found.item.id} was rejected. To have its document extracted afresh, run it "
            "again with --again."
        )


def _is_open(row: FieldRow) -> bool:
    return row.doubtful and row.settled is None


def _is_withheld(row: FieldRow) -> bool:
    return row.withheld and row.settled is None


def _rows_under(found: FoundItem, path: str) -> list[FieldRow]:
    """Return the field, or the fields of the list or list item, that a path names."""
    under = (f"{path}.", f"{path}[")
    rows = [row for row in found.fields if row.path == path or row.path.startswith(under)]
    if not rows:
        raise no_such_field(found.item.id, path, [row.path for row in found.fields])
    return rows


def _row_at(session: Session, found: FoundItem, path: str) -> FieldRow:
    """Return a field's row; make it if the type has such a field, or the list can grow by it."""
    row = next((row for row in found.fields if row.path == path), None)
    if row is not None:
        return row
    leaf = found.shape.leaf(path)
    if leaf is None:
        known = [row.path for row in found.fields] + [leaf.path for leaf in found.shape.leaves]
        raise no_such_field(found.item.id, path, known)
    _refuse_gap(found, path)
    _add_rows(session, found, _paths_with(found.shape, path))
    return next(row for row in found.fields if row.path == path)


def _refuse_gap(found: FoundItem, path: str) -> None:
    """Raise if the path names a list item after the next new one."""
    number, name = item_number(path), path.partition("[")[0]
    inside = [row.path for row in found.fields if row.path.startswith(f"{name}[")]
    count = max((item_number(each) or 0 for each in inside), default=-1) + 1
    if number is not None and number > count:
        raise InputError(
            f"{name!r} of item {found.item.id} has {count} items, counted from 0; "
            f"the next new one is {name}[{count}]."
        )


def _paths_with(shape: Shape, path: str) -> list[str]:
    """Return the paths to add for one: for a list item's, all of that item."""
    number, name = item_number(path), path.partition("[")[0]
    if number is None:
        return [path]
    leaves = next(each.leaves for each in shape.lists if each.name == name)
    return [ITEM.sub(f"[{number}]", leaf.path) for leaf in leaves]


def _add_rows(session: Session, found: FoundItem, paths: Sequence[str]) -> None:
    """Add empty fields to a record."""
    known = {row.path for row in found.fields}
    kinds = {leaf.path: leaf.kind for leaf in found.shape.all_leaves}
    end = max(ADDED, max((row.position for row in found.fields), default=-1) + 1)
    rows = [
        empty_field(found.record.id, end + at, path, kinds[pattern_of(path)])
        for at, path in enumerate(path for path in paths if path not in known)
    ]
    found.fields.extend(session.scalars(insert(FieldRow).returning(FieldRow), rows))


def _settle_if_done(session: Session, found: FoundItem) -> None:
    """Accept the record with its last doubtful field, unless it takes a word of its own."""
    done = not found.item.needs_word and not any(_is_open(row) for row in found.fields)
    # An accepted one too: it was open before its document went another way.
    if done and found.record.outcome in (Outcome.IN_REVIEW, Outcome.ACCEPTED):
        _settle(session, found, Outcome.REVIEWED)
        return
    touch_extraction(session, found.extraction)


def _settle(session: Session, found: FoundItem, outcome: Outcome) -> None:
    """Give the record its outcome, and the document the one that follows."""
    found.record.outcome = outcome
    session.flush()
    outcomes = session.scalars(
        select(RecordRow.outcome).where(RecordRow.extraction_id == found.extraction.id)
    ).all()
    found.extraction.outcome = document_outcome(outcomes, outcome)
    touch_extraction(session, found.extraction)


def _note(
    session: Session,
    found: FoundItem,
    word: Word,
    action: Action,
    *,
    path: str = "",
    was: str | None = None,
    became: str | None = None,
    reason: str = "",
) -> None:
    """Keep what was said."""
    session.execute(
        insert(DecisionRow).values(
            item_id=found.item.id,
            action=action,
            path=path,
            was=was,
            became=became,
            who=word.who,
            at=word.now,
            reason=reason,
        )
    )
