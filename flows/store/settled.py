"""What people settled in review, compared with what was extracted: labels for confidences."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnExpressionArgument, Row, Select, select
from sqlalchemy.orm import Session, undefer

from extractors.confidence.labelled import wrong
from flows.store.inputs import chunks
from flows.store.records import hard_codes
from flows.store.tables import DecisionRow, ExtractionRow, FieldRow, ItemRow, RecipeRow, RecordRow
from schemas.doctype import Policy
from schemas.extraction import Extraction, FieldResult, Outcome
from schemas.kinds import text_of, value_of
from schemas.labelled import LabelledField, LabelledRecord, Origin
from schemas.recipe import Recipe
from schemas.record import pattern_of
from schemas.review import Action
from schemas.text import as_text

SETTLED = (Outcome.REVIEWED, Outcome.REJECTED)
"""The outcomes of records on which a person said the last word."""
AT_ONCE = 200
"""Extractions in memory."""


@dataclass(frozen=True, kw_only=True)
class Settled:
    """A record that a person settled."""

    record: LabelledRecord
    withheld: frozenset[str]
    """Paths of fields that would not have been published if nobody had looked."""
    word: int
    """Id of the decision that settled it: they rise with time."""

    def wrong(self, policy: Policy) -> bool:
        """Say whether accepting it as it was extracted would have been a mistake.

        It counts as labelled records do, with what was really withheld.
        """
        return wrong(
            self.record,
            policy,
            published=lambda field: (
                not (field.empty or field.doubts or field.path in self.withheld)
            ),
        )


def settled_records(
    session: Session, model: str, asking: str, *, since: datetime | None = None
) -> tuple[LabelledRecord, ...]:
    """Return what was settled of a model's published extractions, in the order of settling.

    A field that was accepted or corrected is right if its value is still the extracted one. An
    accept of the whole record speaks for every field that wasn't withheld. Whatever nobody looked
    at stays unlabelled. With `since`, only those on which something was said after that moment.
    """
    which = [ExtractionRow.current, RecordRow.recipe_id.in_(_recipes(session, model, asking))]
    if since is not None:
        which.append(ItemRow.id.in_(_said_since(since)))
    found = settled(session, *which)
    return tuple(each.record for each in sorted(found, key=lambda each: each.word))


def _said_since(since: datetime) -> Select[tuple[int]]:
    """Select the items of which something was said after a moment and not taken back."""
    return select(DecisionRow.item_id).where(DecisionRow.at > since, DecisionRow.undone.is_(False))


def settled(session: Session, *which: ColumnExpressionArgument[bool]) -> Iterator[Settled]:
    """Yield the settled records that meet the conditions on item, record and extraction."""
    rows = session.execute(
        select(ItemRow.id, RecordRow.id, RecordRow.extraction_id)
        .join(RecordRow, RecordRow.id == ItemRow.record_id)
        .join(ExtractionRow, ExtractionRow.id == RecordRow.extraction_id)
        .where(RecordRow.outcome.in_(SETTLED), *which)
        .order_by(ItemRow.id)
    ).all()
    recipes: dict[str, Recipe] = {}
    for chunk in chunks(rows, AT_ONCE):
        yield from _chunk(session, chunk, recipes)


def _recipes(session: Session, model: str, asking: str) -> list[str]:
    """Return the ids of the recipes of a model and way of asking."""
    found = session.execute(select(RecipeRow.id, RecipeRow.recipe_json))
    recipes = {row.id: Recipe.model_validate_json(row.recipe_json) for row in found}
    return [key for key, each in recipes.items() if (each.model, each.asking) == (model, asking)]


def _chunk(
    session: Session, rows: Sequence[Row[tuple[int, int, int]]], recipes: dict[str, Recipe]
) -> Iterator[Settled]:
    """Yield what a few items, given as ids of item, record and extraction, come to."""
    item_ids, record_ids, extraction_ids = (set(ids) for ids in zip(*rows, strict=True))
    items = {
        row.id: row for row in session.scalars(select(ItemRow).where(ItemRow.id.in_(item_ids)))
    }
    records = {
        row.id: row
        for row in session.scalars(select(RecordRow).where(RecordRow.id.in_(record_ids)))
    }
    extractions = {
        row.id: row
        for row in session.scalars(
            select(ExtractionRow)
            .where(ExtractionRow.id.in_(extraction_ids))
            .options(undefer(ExtractionRow.extraction_json))
        )
    }
    fields: dict[int, dict[int, FieldRow]] = defaultdict(dict)
    for field in session.scalars(select(FieldRow).where(FieldRow.record_id.in_(record_ids))):
        fields[field.record_id][field.position] = field
    decisions: dict[int, list[DecisionRow]] = defaultdict(list)
    for decision in session.scalars(
        select(DecisionRow)
        .where(DecisionRow.item_id.in_(item_ids), DecisionRow.undone.is_(False))
        .order_by(DecisionRow.id)
    ):
        decisions[decision.item_id].append(decision)
    parsed: dict[int, Extraction] = {}
    for item_id, record_id, extraction_id in rows:
        row, record = extractions[extraction_id], records[record_id]
        if not decisions[item_id] or row.extraction_json is None:
            continue
        if extraction_id not in parsed:
            parsed[extraction_id] = Extraction.model_validate_json(row.extraction_json)
        if record.recipe_id not in recipes:
            told = session.get_one(RecipeRow, record.recipe_id).recipe_json
            recipes[record.recipe_id] = Recipe.model_validate_json(told)
        yield _compared(
            parsed[extraction_id],
            record,
            fields[record_id],
            decisions[item_id],
            recipe=recipes[record.recipe_id],
            audit=items[item_id].audit,
        )


def _compared(
    extraction: Extraction,
    record: RecordRow,
    rows: dict[int, FieldRow],
    decisions: Sequence[DecisionRow],
    *,
    recipe: Recipe,
    audit: bool,
) -> Settled:
    """Compare a record as it was extracted with its fields, by position, as they stand now.

    Positions stay when the rows of a list move up, so that each field finds its own.
    """
    found = extraction.records[record.number].fields if extraction.records else ()
    words = [each for each in decisions if not each.path]
    accepted = any(each.action == Action.ACCEPT for each in words)
    refused = record.outcome == Outcome.REJECTED
    added = [each for position, each in sorted(rows.items()) if position >= len(found)]
    return Settled(
        record=LabelledRecord(
            document_id=extraction.document_id,
            type_name=record.type_name,
            model=recipe.model,
            asking=recipe.asking,
            recipe_id=record.recipe_id,
            origin=Origin.AUDIT if audit else Origin.REVIEW,
            at=decisions[-1].at,
            fields=tuple(
                LabelledField(
                    path=field.path,
                    kind=field.kind,
                    empty=field.value is None,
                    signals=field.signals,
                    doubts=hard_codes(field),
                    right=_right(field, rows.get(at), accepted=accepted),
                )
                for at, field in enumerate(found)
            ),
            missing=tuple(pattern_of(each.path) for each in added if each.value is not None),
            whole=accepted or refused,
            doubts=tuple(doubt.code for doubt in extraction.doubts),
            refused=refused,
        ),
        withheld=frozenset(
            field.path for at, field in enumerate(found) if at in rows and rows[at].withheld
        ),
        word=words[0].id if words else decisions[-1].id,
    )


def _right(field: FieldResult, row: FieldRow | None, *, accepted: bool) -> bool | None:
    """Say whether what was extracted was right; None: nobody looked, or it can't be told.

    `row` is the field as it stands now, None if a person removed its list item; `accepted` says
    that the record was accepted as a whole.
    """
    if row is None:
        return None if field.value is None or "[" not in field.path else False
    raw = None if field.raw is None else as_text(field.raw)
    if row.raw != raw or pattern_of(row.path) != pattern_of(field.path):
        return None  # a field that was added later took the place of one that was removed
    if row.settled is None and (row.withheld or not accepted):
        return None
    return _same(field, row.value)


def _same(field: FieldResult, value: str | None) -> bool:
    """Say whether a value, as text, is the one that was extracted."""
    if field.value is None or value is None:
        return field.value is None and value is None
    if value == as_text(text_of(field.value)):
        return True
    try:
        return value_of(field.kind, value) == field.value
    except ValueError:
        return False
