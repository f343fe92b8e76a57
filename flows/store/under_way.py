"""Which run has a document under way, so that no other asks about it meanwhile."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, insert
from sqlalchemy.orm import Session

from flows.store.runs import is_alive
from flows.store.states import state_of
from flows.store.tables import RunRow, UnderWayRow
from schemas.run import DocumentState


@dataclass(frozen=True)
class Taken:
    """What became of the wish to take a document."""

    state: DocumentState
    """How it stands."""
    ours: bool
    """It is this run's to do."""
    elsewhere: str = ""
    """Id of the run that has it under way; empty: there is none."""


def take(
    session: Session,
    document_id: str,
    run_id: str,
    recipe_ids: Collection[str],
    *,
    again: bool,
    now: datetime,
) -> Taken:
    """Take a document for a run, unless it is done or a run that lives has it."""
    state = state_of(session, [document_id], recipe_ids)[document_id]
    if not (again or state.to_do):
        return Taken(state, ours=False)
    row = session.get(UnderWayRow, document_id)
    if row is not None and row.run_id != run_id:
        if is_alive(session.get_one(RunRow, row.run_id), now):
            return Taken(state, ours=False, elsewhere=row.run_id)
        session.delete(row)
        session.flush()
        row = None
    if row is None:
        values = {"document_id": document_id, "run_id": run_id, "since": now}
        session.execute(insert(UnderWayRow).values(values))
    return Taken(state, ours=True)


def give_back(session: Session, document_id: str, run_id: str | None) -> None:
    """Note that a run is done with a document, or left it for another one."""
    ours = (UnderWayRow.document_id == document_id) & (UnderWayRow.run_id == run_id)
    session.execute(delete(UnderWayRow).where(ours))
