"""Count in the store what review costs and finds; each of these is one statement.

Whatever grows with the store is counted by the database: what comes back are groups, and a row for
each record or document that a person settled.
"""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from sqlalchemy import ColumnElement, and_, exists, func, or_, select, tuple_
from sqlalchemy.orm import Session, aliased

from flows.store.settled import SETTLED
from flows.store.tables import (
    ChangeRow,
    DecisionRow,
    ExtractionRow,
    InputRow,
    ItemRow,
    RecipeRow,
    RecordRow,
    SaveRow,
)
from schemas.extraction import Outcome
from schemas.recipe import Recipe
from schemas.record import pattern_of
from schemas.review import Action


class Recorded(NamedTuple):
    """Records that have all of this in common."""

    type_name: str
    recipe_id: str
    folder: str
    """Ends with its slash; empty where there is none."""
    day: date
    """Of their extraction."""
    current: bool
    """They are of their documents' published extractions."""
    outcome: Outcome
    records: int


class SettledRecord(NamedTuple):
    """A record on which a person said the last word."""

    item_id: int
    type_name: str
    recipe_id: str
    folder: str
    day: date
    """Of the last word."""
    rejected: bool
    changed: frozenset[str]
    """The fields that were changed, as patterns; `line_items[]` for an item that was removed."""


class SettledDocument(NamedTuple):
    """What it took to settle all records of a document."""

    day: date
    """Of the last word."""
    seconds: float | None
    """None: not all of it was counted."""
    actions: int | None


def stamp_of(session: Session) -> int:
    """Return a number that rises with every change of an extraction, a record or a decision."""
    return session.scalars(select(func.max(ChangeRow.id))).one() or 0


def recorded(session: Session) -> tuple[Recorded, ...]:
    """Count all records that were ever kept."""
    columns = (
        RecordRow.type_name,
        RecordRow.recipe_id,
        _folder(),
        func.date(ExtractionRow.kept),
        ExtractionRow.current,
        RecordRow.outcome,
    )
    rows = (
        session.connection()
        .execute(
            select(*columns, func.count())
            .select_from(RecordRow)
            .join(ExtractionRow, ExtractionRow.id == RecordRow.extraction_id)
            .join(FIRST, _first_seen())
            .group_by(*columns)
        )
        .all()
    )
    return tuple(
        Recorded(
            type_name=type_name,
            recipe_id=recipe_id,
            folder=folder,
            day=_day(day),
            current=current,
            outcome=Outcome(outcome),
            records=count,
        )
        for type_name, recipe_id, folder, day, current, outcome, count in rows
    )


def document_outcomes(session: Session) -> dict[Outcome, int]:
    """Count documents by the outcome of what is published of them."""
    rows = (
        session.connection()
        .execute(
            select(ExtractionRow.outcome, func.count())
            .where(ExtractionRow.current)
            .group_by(ExtractionRow.outcome)
        )
        .all()
    )
    return {Outcome(outcome): count for outcome, count in rows}


def settled_records(session: Session) -> tuple[SettledRecord, ...]:
    """Return the records that people settled, also of extractions that were replaced since."""
    rows = (
        session.connection()
        .execute(
            select(
                ItemRow.id,
                RecordRow.type_name,
                RecordRow.recipe_id,
                _folder(),
                RecordRow.outcome,
            )
            .join(RecordRow, RecordRow.id == ItemRow.record_id)
            .join(ExtractionRow, ExtractionRow.id == RecordRow.extraction_id)
            .join(FIRST, _first_seen())
            .where(RecordRow.outcome.in_(SETTLED))
            .order_by(ItemRow.id)
        )
        .all()
    )
    changed, said = _changed(session), _said(session)
    return tuple(
        SettledRecord(
            item_id=item_id,
            type_name=type_name,
            recipe_id=recipe_id,
            folder=folder,
            day=_day(said[item_id]),
            rejected=outcome == Outcome.REJECTED,
            changed=frozenset(changed.get(item_id, ())),
        )
        for item_id, type_name, recipe_id, folder, outcome in rows
        if item_id in said
    )


def settled_documents(session: Session) -> tuple[SettledDocument, ...]:
    """Return what it took to settle documents; those settled before saves were kept are missing."""
    rows = (
        session.connection()
        .execute(
            select(
                func.date(func.max(SaveRow.at)),
                func.count(),
                func.count(SaveRow.seconds),
                func.sum(SaveRow.seconds),
                func.count(SaveRow.actions),
                func.sum(SaveRow.actions),
            )
            .select_from(SaveRow)
            .join(ItemRow, ItemRow.id == SaveRow.item_id)
            .join(RecordRow, RecordRow.id == ItemRow.record_id)
            .join(ExtractionRow, ExtractionRow.id == RecordRow.extraction_id)
            .where(~SaveRow.undone, ExtractionRow.outcome.in_(SETTLED))
            .group_by(ExtractionRow.id)
        )
        .all()
    )
    return tuple(
        SettledDocument(
            day=_day(day),
            seconds=seconds if timed == saves else None,
            actions=actions if counted == saves else None,
        )
        for day, saves, timed, seconds, counted, actions in rows
    )


def rejections(session: Session) -> dict[str, int]:
    """Count rejected records by the reason that was given."""
    rows = (
        session.connection()
        .execute(
            select(DecisionRow.reason, func.count())
            .join(ItemRow, ItemRow.id == DecisionRow.item_id)
            .join(RecordRow, RecordRow.id == ItemRow.record_id)
            .where(DecisionRow.action == Action.REJECT, ~DecisionRow.undone)
            .where(RecordRow.outcome == Outcome.REJECTED)
            .group_by(DecisionRow.reason)
        )
        .all()
    )
    return {row[0]: row[1] for row in rows}


def recipes(session: Session) -> dict[str, tuple[Recipe, date]]:
    """Return the recipes, with the day on which each was first used."""
    rows = (
        session.connection()
        .execute(select(RecipeRow.id, RecipeRow.recipe_json, RecipeRow.first_used))
        .all()
    )
    return {row[0]: (Recipe.model_validate_json(row[1]), row[2].date()) for row in rows}


def _said(session: Session) -> dict[int, str | date]:
    """Return by item the day on which something was said last."""
    rows = (
        session.connection()
        .execute(
            select(DecisionRow.item_id, func.date(func.max(DecisionRow.at)))
            .where(~DecisionRow.undone)
            .group_by(DecisionRow.item_id)
        )
        .all()
    )
    return {row[0]: row[1] for row in rows}


def _changed(session: Session) -> dict[int, set[str]]:
    """Return by item the fields that people changed."""
    rows = (
        session.connection()
        .execute(
            select(DecisionRow.item_id, DecisionRow.path).where(~DecisionRow.undone, is_change())
        )
        .all()
    )
    found: dict[int, set[str]] = {}
    patterns: dict[str, str] = {}
    for item_id, path in rows:
        if path not in patterns:
            patterns[path] = pattern_of(path)
        found.setdefault(item_id, set()).add(patterns[path])
    return found


def is_change() -> ColumnElement[bool]:
    """Be true of a decision by which something isn't any more what it was."""
    corrected = DecisionRow.action == Action.CORRECT
    return or_(
        and_(corrected, DecisionRow.was.is_distinct_from(DecisionRow.became)),
        DecisionRow.action == Action.REMOVE,
    )


FIRST, EARLIER = aliased(InputRow), aliased(InputRow)


def _first_seen() -> ColumnElement[bool]:
    """Let `FIRST` be the input as which an extraction's document was seen first."""
    is_earlier = tuple_(EARLIER.first_seen, EARLIER.source) < tuple_(FIRST.first_seen, FIRST.source)
    return and_(
        FIRST.document_id == ExtractionRow.document_id,
        ~exists().where(EARLIER.document_id == FIRST.document_id, is_earlier),
    )


def _folder() -> ColumnElement[str]:
    """Return the folder of that input, with its slash; empty where there is none."""
    source = func.replace(FIRST.source, "\\", "/")
    # Trimmed are all characters at the end that aren't a slash.
    return func.rtrim(source, func.replace(source, "/", ""))


def _day(told: str | date) -> date:
    """Return a day: SQLite gives it as text."""
    return date.fromisoformat(told) if isinstance(told, str) else told
