"""What a person says about a review item, and what follows from it; each in one transaction."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from flows.store.claims import end, refuse_claimed, take
from flows.store.field_paths import remove_item, row_at, rows_under
from flows.store.items import FoundItem, doubts_of, find_item
from flows.store.places import place_of
from flows.store.records import document_outcome
from flows.store.records_json import BOXES, DOUBTS
from flows.store.saves import begin_save, end_save, snapshot, undo_save
from flows.store.states import touch_extraction
from flows.store.tables import DecisionRow, FieldRow, RecordRow
from schemas.errors import DecisionError, ImpossibleError, StaleError
from schemas.extraction import Doubt, DoubtCode, Evidence, Outcome
from schemas.review import Action, Decision
from schemas.shape import item_number


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
    evidence: Evidence | None = None
    """Where it stands on the pages, if that is known."""


@dataclass(frozen=True, kw_only=True)
class Said:
    """All that a person says of an item at once."""

    values: Sequence[NewValue] = ()
    removals: Sequence[str] = ()
    """List items such as `line_items[2]`, by their numbers before anything is removed."""
    accept: Sequence[str] = ()
    """Fields and list items that are right."""
    accept_all: bool = False
    """All that is open is right, and the item is settled."""
    everything: bool = False
    """With `accept_all`: also what is withheld."""
    reject: str | None = None
    """Why the record isn't to be used."""
    seconds: float | None = None
    actions: int | None = None


def settle(
    session: Session,
    item_id: int,
    word: Word,
    said: Said,
    *,
    revision: int | None = None,
    holder: str | None = None,
) -> None:
    """Take what a person says of an item: values, then acceptances, then removals.

    The list items behind a removed one move up. A record that a person accepted before can still be
    corrected, or rejected. With its last doubtful field the record is accepted.

    Raises:
        DecisionError: it can't be taken, and nothing was changed; `schemas.errors` names the cases.
    """
    found = find_item(session, item_id)
    refuse_claimed(session, item_id, holder=holder, now=word.now, who=word.who)
    _refuse_stale(session, found, revision)
    before = snapshot(found)
    save = begin_save(
        session,
        found,
        who=word.who,
        now=word.now,
        seconds=said.seconds,
        actions=said.actions,
    )
    noted = _Noting(session, found, word, save.id)
    _refuse_rejected(found)
    if said.reject is not None:
        noted(Action.REJECT, reason=said.reject)
        _settle(session, found, Outcome.REJECTED)
    else:
        _take(session, found, said, noted)
    _update_item(session, found)
    end_save(session, save, found, before)


def undo(
    session: Session,
    item_id: int,
    word: Word,
    *,
    revision: int | None = None,
    holder: str | None = None,
) -> None:
    """Take back what was said last of an item; with a holder, the item is his from then on.

    Raises:
        DecisionError: nothing was said, or something else changed it since.
    """
    found = find_item(session, item_id)
    refuse_claimed(session, item_id, holder=holder, now=word.now, who=word.who)
    _refuse_stale(session, found, revision)
    save = undo_save(session, found)
    found = find_item(session, item_id)
    session.execute(
        insert(DecisionRow).values(
            item_id=item_id,
            save_id=save.id,
            action=Action.UNDO,
            path="",
            who=word.who,
            at=word.now,
            reason="",
            undone=True,  # it counts for nothing either
        )
    )
    _settle(session, found, Outcome(save.was))
    _update_item(session, found)
    if holder is not None and found.record.outcome == Outcome.IN_REVIEW:
        take(session, item_id, holder=holder, who=word.who, now=word.now)


def _take(session: Session, found: FoundItem, said: Said, noted: _Noting) -> None:
    """Change what is said to be otherwise, and note what is said to be right."""
    if said.accept or said.accept_all:
        _refuse_accepted(found)
    for new in said.values:
        row = row_at(session, found, new.path)
        was, row.value = row.value, new.value
        row.settled = Action.CORRECT
        # The doubts were about what the model said; the extraction still has them.
        doubts = (Doubt(code=DoubtCode.UNSURE, text=new.remark),) if new.remark else ()
        row.doubts_json = DOUBTS.dump_json(doubts).decode()
        evidence = new.evidence
        row.quote, row.page = (evidence.quote, evidence.page) if evidence else (None, None)
        row.boxes_json = BOXES.dump_json(evidence.boxes if evidence else ()).decode()
        row.places = evidence.places if evidence else 0
        noted(Action.CORRECT, path=new.path, was=was, became=new.value)
    given = {new.path for new in said.values}
    named = [row for path in said.accept for row in rows_under(found, path)]
    for row in dict.fromkeys(row for row in named if row.path not in given):
        row.settled = Action.ACCEPT
        noted(Action.ACCEPT, path=row.path, was=row.value, became=row.value)
    # From the last to the first, so that each number means what it meant when it was read.
    for path in sorted(set(said.removals), key=lambda path: item_number(path) or 0, reverse=True):
        noted(Action.REMOVE, path=path, was=remove_item(session, found, path))
    if not said.accept_all:
        _settle_if_done(session, found)
        return
    rows = [row for row in found.fields if _is_open(row) or (said.everything and _is_withheld(row))]
    _refuse_empty(rows)
    for row in rows:
        row.settled = Action.ACCEPT
        noted(Action.ACCEPT, path=row.path, was=row.value, became=row.value)
    noted(Action.ACCEPT)
    _settle(session, found, Outcome.REVIEWED)


def _update_item(session: Session, found: FoundItem) -> None:
    """Bring up to date what the item's row says of its fields; a settled one is nobody's."""
    if found.record.outcome != Outcome.IN_REVIEW:
        end(session, found.item.id)
        return
    rows = [
        {name: getattr(row, name) for name in ("doubtful", "settled", "confidence", "doubts_json")}
        for row in found.fields
    ]
    for name, value in place_of(rows, doubts_of(session, found.extraction.id)).items():
        setattr(found.item, name, value)


def _refuse_stale(session: Session, found: FoundItem, revision: int | None) -> None:
    """Raise if the item isn't any more what the person saw."""
    if revision is None or revision == found.item.revision:
        return
    last = session.scalars(
        select(DecisionRow)
        .where(DecisionRow.item_id == found.item.id)
        .order_by(DecisionRow.id.desc())
        .limit(1)
    ).first()
    since = f"{last.who} decided on it at {last.at:%H:%M} UTC" if last else "it was rated anew"
    raise StaleError(
        f"Item {found.item.id} has changed since you opened it: {since}. "
        "Nothing of yours was saved; look at it as it is now."
    )


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
            undone=row.undone,
        )
        for row in rows
    )


def _refuse_empty(rows: Sequence[FieldRow]) -> None:
    """Raise if something is to be right as it stands that isn't there at all."""
    empty = [row.path for row in rows if row.value is None and _is_open(row)]
    if empty:
        problem = (
            "it has no value. Give one, or if the document really gives none, accept it by its name"
        )
        raise ImpossibleError.of(dict.fromkeys(empty, problem))


def _refuse_accepted(found: FoundItem) -> None:
    if found.record.outcome == Outcome.REVIEWED:
        raise DecisionError(
            f"Item {found.item.id} was accepted already. To change it, correct its fields."
        )


def _refuse_rejected(found: FoundItem) -> None:
    if found.record.outcome == Outcome.REJECTED:
        raise DecisionError(
            f"Item {found.item.id} was rejected. Take that back first (undo), or have its document "
            "extracted afresh: papersift run --again."
        )


def _is_open(row: FieldRow) -> bool:
    return row.doubtful and row.settled is None


def _is_withheld(row: FieldRow) -> bool:
    return row.withheld and row.settled is None


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


@dataclass(frozen=True)
class _Noting:
    """Keeps what is said, decision by decision."""

    session: Session
    found: FoundItem
    word: Word
    save_id: int

    def __call__(
        self,
        action: Action,
        *,
        path: str = "",
        was: str | None = None,
        became: str | None = None,
        reason: str = "",
    ) -> None:
        self.session.execute(
            insert(DecisionRow).values(
                item_id=self.found.item.id,
                save_id=self.save_id,
                action=action,
                path=path,
                was=was,
                became=became,
                who=self.word.who,
                at=self.word.now,
                reason=reason,
                undone=False,
            )
        )
