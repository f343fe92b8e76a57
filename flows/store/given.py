"""What one recipe gave for documents: the extractions as they were made, and the failures."""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import dataclass, field

from sqlalchemy import select
from sqlalchemy.orm import Session, undefer

from flows.store.inputs import chunks
from flows.store.states import others_of
from flows.store.tables import ExtractionRow
from schemas.extraction import Cost, Extraction, Usage


@dataclass(frozen=True)
class Given:
    """What became of one document."""

    extraction: Extraction | None
    """As it was made, whatever a person said since; None: it failed."""
    problem: str
    """Why it failed, in words; empty if it didn't."""
    seconds: float
    usage: Usage
    cost: Cost
    recipes: dict[str, str] = field(default_factory=dict)
    """Ids of the recipes of its records, by their types."""


def given_by(
    session: Session, document_ids: Collection[str], recipe_id: str, *others: str
) -> dict[str, Given]:
    """Return what recipes gave last for each document that no other one was used on.

    A failure counts only where they never gave anything.
    """
    wanted = {recipe_id, *others}
    found: dict[str, Given] = {}
    for chunk in chunks(sorted(set(document_ids))):
        rows = session.scalars(
            select(ExtractionRow)
            .where(ExtractionRow.document_id.in_(chunk), ExtractionRow.recipe_id.in_(wanted))
            .order_by(ExtractionRow.extraction_json.is_not(None), ExtractionRow.id)
            .options(undefer(ExtractionRow.extraction_json))
        )
        for row in rows:  # the one to be taken comes last
            if wanted.issuperset(others_of(row).values()):
                found[row.document_id] = _given(row)
    return found


def _given(row: ExtractionRow) -> Given:
    text = row.extraction_json
    return Given(
        extraction=Extraction.model_validate_json(text) if text else None,
        problem="" if text else "; ".join(json.loads(row.reasons_json)),
        seconds=row.seconds,
        usage=Usage.model_validate_json(row.usage_json),
        cost=row.cost,
        recipes={row.type_name: row.recipe_id, **others_of(row)},
    )
