"""Which run has a document under way, so that no other asks about it meanwhile."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, delete, insert, select
from sqlalchemy.orm import Session

from flows.store.runs import is_alive
from flows.store.states import state_of
from flows.store.tables import RunRow, UnderWayRow
from schemas.run import DocumentState

UNDER_WAY = UnderWayRow.__table__
WHO_HAS = select(UNDER_WAY.c.document_id, UNDER_WAY.c.run_id).where(
    UNDER_WAY.c.document_id.in_(bindparam("documents", expanding=True))
)
ADD = insert(UNDER_WAY)  # type: ignore[arg-type] # it is a table
GIVE_BACK = delete(UNDER_WAY).where(  # type: ignore[arg-type]
    UNDER_WAY.c.document_id == bindparam("document"), UNDER_WAY.c.run_id == bindparam("run")
)


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
    document_ids: Collection[str],
    run_id: str,
    recipe_ids: Collection[str],
    *,
    again: bool,
    now: datetime,
) -> dict[str, Taken]:
    """Take documents for a run, each unless it is done or a run that lives has it."""
    taken: dict[str, Taken] = {}
    states = state_of(session, document_ids, recipe_ids)
    connection = session.connection()
    has: dict[str, str] = dict(
        connection.execute(WHO_HAS, {"documents": list(states)}).tuples().all()
    )
    new = []
    for document_id, state in states.items():
        if not (again or state.to_do):
            taken[document_id] = Taken(state, ours=False)
            continue
        has_it = has.get(document_id)
        if has_it is not None and has_it != run_id:
            if is_alive(session.get_one(RunRow, has_it), now):
                taken[document_id] = Taken(state, ours=False, elsewhere=has_it)
                continue
            give_back(session, document_id, has_it)
            has_it = None
        if has_it is None:
            new.append({"document_id": document_id, "run_id": run_id, "since": now})
        taken[document_id] = Taken(state, ours=True)
    if new:
        connection.execute(ADD, new)
    return taken


def give_back(session: Session, document_id: str, run_id: str | None) -> None:
    """Note that a run is done with a document, or left it for another one."""
    session.connection().execute(GIVE_BACK, {"document": document_id, "run": run_id})
