"""Which published files are out of date: each change of the store marks some anew."""

from __future__ import annotations

import secrets
from collections.abc import Collection, Iterable
from functools import lru_cache

from sqlalchemy import BindParameter, bindparam, func, insert, select, update
from sqlalchemy.orm import Session
from sqlalchemy.sql.dml import ReturningUpdate

from flows.store.tables import ChangeRow, EditionRow

RUNS = "runs"

# Statements of tables, made once: as of mapped classes, a document would cost three times as much.
EDITIONS = EditionRow.__table__
ADD_EDITION = insert(EDITIONS)  # type: ignore[arg-type] # it is a table
ADD_CHANGE = insert(ChangeRow.__table__)  # type: ignore[arg-type]


@lru_cache
def _mark(names: int) -> ReturningUpdate[tuple[str]]:
    """Return the statement that marks so many files; of a list it would be made at each use."""
    named: list[BindParameter[str]] = [bindparam(f"name_{number}") for number in range(names)]
    return (
        update(EDITIONS)  # type: ignore[arg-type] # it is a table
        .where(EDITIONS.c.name.in_(named))
        .values(mark=bindparam("new_mark"))
        .returning(EDITIONS.c.name)
    )


def documents_edition(month: str) -> str:
    """Return the name of a month's list of inputs."""
    return f"documents/{month}"


def type_edition(type_name: str, month: str) -> str:
    """Return the name of a type's records and fields of a month."""
    return f"type/{type_name}/{month}"


def touch(
    session: Session, names: Iterable[str], document_ids: Collection[str | None] = ()
) -> None:
    """Say that what these files show of these documents has changed; None: of unreadable inputs.

    To be called in the transaction that changes it.
    """
    wanted = sorted(set(names))
    if not wanted:
        return
    mark = secrets.token_hex(8)
    connection = session.connection()
    named = {f"name_{number}": name for number, name in enumerate(wanted)}
    known = set(connection.execute(_mark(len(wanted)), named | {"new_mark": mark}).scalars())
    new = [{"name": name, "mark": mark} for name in wanted if name not in known]
    if new:
        connection.execute(ADD_EDITION, new)
    changes = [
        {"edition": name, "mark": mark, "document_id": each}
        for name in wanted
        for each in document_ids
    ]
    if changes:
        connection.execute(ADD_CHANGE, changes)


def editions(session: Session) -> dict[str, str]:
    """Return each file's mark."""
    rows = session.execute(select(EditionRow.name, EditionRow.mark).order_by(EditionRow.name))
    return {row.name: row.mark for row in rows}


def changed_since(
    session: Session, name: str, mark: str, *, most: int
) -> frozenset[str | None] | None:
    """Return the documents that changed in a file since it had `mark`.

    None if that isn't known, or there are more than `most`: then the file is to be made afresh.
    """
    seen = session.scalars(
        select(func.max(ChangeRow.id)).where(ChangeRow.edition == name, ChangeRow.mark == mark)
    ).one()
    if seen is None:
        return None
    found = session.scalars(
        select(ChangeRow.document_id)
        .where(ChangeRow.edition == name, ChangeRow.id > seen)
        .distinct()
        .limit(most + 1)
    ).all()
    return None if len(found) > most else frozenset(found)
