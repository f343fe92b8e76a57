"""How documents stand: what is left to do for each, and which of its extractions is published."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from typing import NamedTuple

from sqlalchemy import ColumnElement, bindparam, exists, select, update
from sqlalchemy.orm import Session

from flows.store.editions import documents_edition, touch, type_edition
from flows.store.inputs import chunks, month_of_document
from flows.store.tables import DecisionRow, ExtractionRow, ItemRow, RecordRow
from schemas.extraction import Extraction, Outcome
from schemas.run import DocumentState, Standing


def state_of(
    session: Session, document_ids: Collection[str], recipe_ids: Collection[str]
) -> dict[str, DocumentState]:
    """Say for each document what is left to do with one of these recipes."""
    states: dict[str, DocumentState] = {}
    for chunk in chunks(sorted(set(document_ids))):
        rows: dict[str, list[Told]] = defaultdict(list)
        for row in told_of(session, chunk):
            rows[row.document_id].append(row)
        settled = _decided_of(session, chunk) if rows else set()
        for document_id in chunk:
            states[document_id] = _state(rows[document_id], recipe_ids, settled)
    return states


class Told(NamedTuple):
    """An extraction's row without what is large in it, by the names of its columns."""

    id: int
    document_id: str
    recipe_id: str
    other_recipes_json: str | None
    run_id: str | None
    turn: int
    type_name: str
    current: bool
    outcome: str
    retry: bool
    reasons_json: str

    @property
    def recipe_ids(self) -> frozenset[str]:
        """Those of all its records."""
        return frozenset((self.recipe_id, *others_of(self).values()))


EXTRACTIONS = ExtractionRow.__table__
TOLD = select(*(EXTRACTIONS.c[name] for name in Told._fields)).order_by(EXTRACTIONS.c.id)
TOLD_OF = TOLD.where(EXTRACTIONS.c.document_id.in_(bindparam("documents", expanding=True)))
TOLD_OF_ONE = TOLD.where(EXTRACTIONS.c.document_id == bindparam("document"))
"""A list is put into the statement at each use, which takes as long as to run it."""
NO_LONGER_CURRENT = (
    update(EXTRACTIONS)  # type: ignore[arg-type] # it is a table
    .where(EXTRACTIONS.c.id == bindparam("row_id"))
    .values(current=False)
)


def others_of(row: ExtractionRow | Told) -> dict[str, str]:
    """Return the types of an extraction's records beside that of the first, with their recipes."""
    found: dict[str, str] = json.loads(row.other_recipes_json or "{}")
    return found


def told_of(session: Session, document_ids: Collection[str]) -> list[Told]:
    """Return the extractions of these documents in the order they were made."""
    session.flush()
    connection = session.connection()
    if len(document_ids) == 1:
        [document_id] = document_ids
        rows = connection.execute(TOLD_OF_ONE, {"document": document_id})
    else:
        rows = connection.execute(TOLD_OF, {"documents": list(document_ids)})
    return [Told(*row) for row in rows]


def _decided_of(session: Session, document_ids: Collection[str]) -> set[int]:
    """Return the ids of these documents' extractions on which a person decided anything."""
    found = select(ExtractionRow.id).where(ExtractionRow.document_id.in_(document_ids), decided())
    return set(session.scalars(found))


def is_settled(session: Session, extraction: ExtractionRow | Told) -> bool:
    """Say whether a person decided on anything in it."""
    found = select(ExtractionRow.id).where(ExtractionRow.id == extraction.id, decided())
    return session.scalars(found).first() is not None


def make_current(session: Session, document_id: str, recipe_ids: Collection[str]) -> bool:
    """Publish what recipes gave before; False if it is nothing or a person's decision stands."""
    rows, wanted = told_of(session, [document_id]), frozenset(recipe_ids)
    current = next((row for row in rows if row.current), None)
    given = [row for row in rows if row.recipe_ids <= wanted and row.outcome != Outcome.FAILED]
    if not given:
        return False
    if current is given[-1]:
        return True
    if current is not None and is_settled(session, current):
        return False
    if current is not None:
        demote(session, current)
    session.execute(
        update(ExtractionRow).where(ExtractionRow.id == given[-1].id).values(current=True)
    )
    touch_extraction(session, given[-1])
    return True


def demote(session: Session, current: Told, month: str | None = None) -> None:
    """Take the published extraction of a document out of what is published."""
    touch_extraction(session, current, month)
    session.connection().execute(NO_LONGER_CURRENT, {"row_id": current.id})


def touch_extraction(session: Session, row: ExtractionRow | Told, month: str | None = None) -> None:
    """Say that what is published of an extraction has changed; `month` is its document's."""
    failed = row.outcome == Outcome.FAILED
    touch_document(
        session, row.document_id, () if failed else (row.type_name, *others_of(row)), month
    )


def touch_document(
    session: Session, document_id: str, type_names: Iterable[str], month: str | None
) -> None:
    """Say that what is published of a document has changed, among records of these types."""
    if month is None:
        month = month_of_document(session, document_id)
    names = [type_edition(name, month) for name in type_names]
    touch(session, [documents_edition(month), *names], [document_id])


def extraction_of(session: Session, document_id: str, recipe_id: str) -> Extraction | None:
    """Return what a recipe alone gave last for a document, as it was made."""
    text = session.scalars(
        select(ExtractionRow.extraction_json)
        .where(ExtractionRow.document_id == document_id, ExtractionRow.recipe_id == recipe_id)
        .where(ExtractionRow.other_recipes_json.is_(None))
        .where(ExtractionRow.extraction_json.is_not(None))
        .order_by(ExtractionRow.id.desc())
    ).first()
    return Extraction.model_validate_json(text) if text else None


def decided() -> ColumnElement[bool]:
    """Be true of an extraction on which a person decided anything."""
    return exists(
        select(DecisionRow.id)
        .join(ItemRow, ItemRow.id == DecisionRow.item_id)
        .join(RecordRow, RecordRow.id == ItemRow.record_id)
        .where(RecordRow.extraction_id == ExtractionRow.id, DecisionRow.undone.is_(False))
    )


def _state(
    rows: Sequence[Told], recipe_ids: Collection[str], decided: Collection[int]
) -> DocumentState:
    """Return how a document stands, given its extractions in the order they were made."""
    settled = next((row for row in rows if row.current and row.id in decided), None)
    if settled is not None:
        return _told(Standing.SETTLED, settled)
    wanted = frozenset(recipe_ids)
    # A record of another recipe makes all of it another one's: one of its types has changed, say.
    ours = [row for row in rows if row.recipe_ids <= wanted]
    given = [row for row in ours if row.outcome != Outcome.FAILED]
    if given:
        return _told(Standing.DONE, next((row for row in given if row.current), given[-1]))
    if ours:
        return _told(Standing.RETRY if ours[-1].retry else Standing.FAILED, ours[-1])
    return DocumentState(standing=Standing.NEW)


def _told(standing: Standing, row: Told) -> DocumentState:
    outcome = Outcome(row.outcome)
    return DocumentState(
        standing=standing,
        outcome=outcome,
        reason="; ".join(json.loads(row.reasons_json)) if outcome is Outcome.FAILED else "",
        recipe_id=row.recipe_id,
        current=row.current,
    )
