"""Keep what was found in a document, or why nothing was: each in one transaction."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import delete, insert
from sqlalchemy.orm import Session

from flows.store.inputs import month_of_document, note_inputs, noted_month
from flows.store.made import Made
from flows.store.recipes import remember
from flows.store.records import add_records, document_outcome, records_to_keep
from flows.store.states import (
    Told,
    demote,
    is_settled,
    told_of,
    touch_document,
    touch_extraction,
)
from flows.store.tables import ExtractionRow
from flows.store.under_way import give_back
from schemas.account import account_of
from schemas.exact import SCALE
from schemas.extraction import Cost, Extraction, Outcome, Usage
from schemas.recipe import Recipe
from schemas.routing import Routing
from schemas.run import InputNote
from schemas.text import as_text


class Kept(StrEnum):
    """What became of something that was to be kept."""

    KEPT = "kept"
    ALREADY = "already"
    """It was there: nothing was added."""
    BESIDE = "beside"
    """It was kept, but a person had decided on an earlier extraction, and that stays published."""


@dataclass(frozen=True, kw_only=True)
class Cause:
    """What something was kept for, and when."""

    source: str
    recipe: Recipe
    run_id: str | None
    now: datetime
    cost: Cost


ADD_EXTRACTION = insert(ExtractionRow.__table__)  # type: ignore[arg-type] # it is a table


def keep(
    session: Session,
    extraction: Extraction,
    routing: Routing,
    cause: Cause,
    *,
    made: Sequence[Made],
    again: bool,
    known: Collection[Recipe] = (),
) -> Kept:
    """Keep an extraction with its outcome, records, evidence and cost.

    Args:
        session: of the store.
        extraction: what was found.
        routing: its way.
        cause: why it is kept; its recipe is that of the first record.
        made: how the records of each type were made, that of the first record first.
        again: a person asked for it.
        known: the recipes that are remembered already.
    """
    document_id, recipe_id = extraction.document_id, cause.recipe.id
    month = _note(session, document_id, cause)
    for each in made:
        if each.recipe not in known:
            remember(session, each.recipe, each.shape, cause.now)
    first, *others = made
    rows = told_of(session, [document_id])
    whole = frozenset(each.recipe.id for each in made)
    if any(row.recipe_ids == whole and row.outcome != Outcome.FAILED for row in rows) and not again:
        return Kept.ALREADY
    same = [row for row in rows if row.recipe_id == recipe_id]
    current = next((row for row in rows if row.current), None)
    stands = current is not None and not again and is_settled(session, current)
    gone = _make_room(session, same, cause.run_id, month)
    if current is not None and current not in gone and not stands:
        demote(session, current, month)
    routed = records_to_keep(routing)
    outcome = document_outcome([each.outcome for each in routed], routing.outcome)
    row_id = _add(
        session,
        document_id=document_id,
        turn=_turn(same),
        type_name=first.shape.name,
        other_recipes_json=as_object({each.shape.name: each.recipe.id for each in others}),
        current=not stands,
        outcome=outcome,
        retry=False,
        reasons_json=as_json(routing.reasons),
        document_reasons_json=as_json(routing.document_reasons),
        pages=extraction.pages,
        seconds=extraction.seconds,
        usage_json=extraction.usage.model_dump_json(),
        extraction_json=extraction.model_dump_json(),
        account_json=account_of(extraction).model_dump_json(),
        **_columns(cause, recipe_id),
    )
    add_records(session, row_id, routed, extraction, made=made, now=cause.now)
    if stands:
        return Kept.BESIDE
    touch_document(session, document_id, [each.shape.name for each in made], month)
    return Kept.KEPT


def keep_failure(
    session: Session,
    document_id: str,
    reason: str,
    cause: Cause,
    *,
    retry: bool,
    usage: Usage,
    seconds: float,
) -> None:
    """Keep that a document failed; it becomes what is published only if nothing better is."""
    month = _note(session, document_id, cause)
    remember(session, cause.recipe, None, cause.now)
    rows = told_of(session, [document_id])
    same = [row for row in rows if row.recipe_id == cause.recipe.id]
    current = next((row for row in rows if row.current), None)
    given = current is not None and current.outcome != Outcome.FAILED
    gone = _make_room(session, same, cause.run_id, month)
    if current is not None and current not in gone and not given:
        demote(session, current, month)
    _add(
        session,
        document_id=document_id,
        turn=_turn(same),
        type_name=cause.recipe.type_name,
        current=not given,
        outcome=Outcome.FAILED,
        retry=retry,
        reasons_json=as_json([reason]),
        document_reasons_json=as_json([reason]),
        pages=None,
        seconds=seconds,
        usage_json=usage.model_dump_json(),
        extraction_json=None,
        **_columns(cause, cause.recipe.id),
    )
    touch_document(session, document_id, (), month)


def _note(session: Session, document_id: str, cause: Cause) -> str:
    """Make sure that the document has its row; its run is done with it. Return its month."""
    note = InputNote(source=cause.source, document_id=document_id)
    month = noted_month(session, note, cause.run_id)
    if month is None:
        note_inputs(session, [note], cause.run_id, now=cause.now)
        month = month_of_document(session, document_id)
    give_back(session, document_id, cause.run_id)
    return month


def _make_room(
    session: Session, same: Sequence[Told], run_id: str | None, month: str
) -> list[Told]:
    """Drop what this run kept of a recipe's failure; return it."""
    gone = [row for row in same if row.outcome == Outcome.FAILED and row.run_id == run_id]
    for row in gone:
        touch_extraction(session, row, month)
        session.execute(delete(ExtractionRow).where(ExtractionRow.id == row.id))
    return gone


def _turn(same: Sequence[Told]) -> int:
    """Return a recipe's next turn on a document."""
    return max((row.turn for row in same), default=-1) + 1


def _columns(cause: Cause, recipe_id: str) -> dict[str, Any]:
    return {
        "recipe_id": recipe_id,
        "run_id": cause.run_id,
        "cost": round(cause.cost, SCALE),
        "kept": cause.now,
    }


def _add(session: Session, **values: Any) -> int:
    """Add an extraction; return the id of its row."""
    added = session.connection().execute(ADD_EXTRACTION, values).inserted_primary_key
    assert added is not None
    return int(added[0])


def as_object(texts: Mapping[str, str]) -> str | None:
    """Return texts by their names as a column holds them; None: there are none."""
    return json.dumps(texts, ensure_ascii=False) if texts else None


def as_json(texts: Sequence[str]) -> str:
    """Return reasons as a column holds them."""
    return json.dumps([as_text(text) for text in texts], ensure_ascii=False)
