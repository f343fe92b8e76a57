"""Inputs: every path that was found, whatever became of it."""

from __future__ import annotations

import hashlib
import os
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from typing import TypeVar

from sqlalchemy import bindparam, delete, insert, select, update
from sqlalchemy.orm import Session

from flows.store.editions import documents_edition, touch
from flows.store.tables import DocumentRow, InputRow
from schemas.run import InputNote
from schemas.text import as_name, as_text

CHUNK = 500
"""Rows a statement: databases limit how many values one may name."""

Row = TypeVar("Row")

INPUTS = InputRow.__table__
NOTED_MONTH = select(INPUTS.c.month).where(
    INPUTS.c.id == bindparam("input"), INPUTS.c.run_id == bindparam("run"), INPUTS.c.reason == ""
)
MONTH_OF = select(DocumentRow.__table__.c.month).where(
    DocumentRow.__table__.c.id == bindparam("document")
)


def note_inputs(
    session: Session, notes: Sequence[InputNote], run_id: str | None, *, now: datetime
) -> None:
    """Note inputs and the documents they are; a document seen for the first time gets its month."""
    for chunk in chunks(list({input_id(note): note for note in notes}.items())):
        months = _note_documents(session, chunk, now)
        _note_chunk(session, chunk, months, run_id, now)
        readable = [as_text(note.source) for _, note in chunk if note.document_id is not None]
        _forget_unreadable(session, readable)


def noted_month(session: Session, note: InputNote, run_id: str | None) -> str | None:
    """Return the month of an input that a run has noted as one that can be read; else None."""
    noted = {"input": input_id(note), "run": run_id}
    return session.connection().execute(NOTED_MONTH, noted).scalar_one_or_none()


def month_of_document(session: Session, document_id: str) -> str:
    """Return the month in which a document was first seen."""
    month: str = session.connection().execute(MONTH_OF, {"document": document_id}).scalar_one()
    return month


def input_id(note: InputNote) -> str:
    """Return the id of a (source, document) pair."""
    return hashlib.sha256(f"{note.document_id or ''}\0{as_text(note.source)}".encode()).hexdigest()


def places_of(session: Session, document_id: str) -> tuple[str, ...]:
    """Return the paths and addresses at which a document was found, the latest first.

    What looks like a name that is no text comes as that name too.
    """
    rows = session.execute(
        select(InputRow.place, InputRow.source)
        .where(InputRow.document_id == document_id)
        .order_by(InputRow.last_seen.desc(), InputRow.source)
    )
    places = [row.place or row.source for row in rows]
    return tuple(dict.fromkeys(name for place in places for name in (place, as_name(place))))


def month_of(now: datetime) -> str:
    """Return the month of a moment, in UTC: `2026-11`."""
    return f"{now.astimezone(UTC):%Y-%m}"


def chunks(rows: Sequence[Row], size: int = CHUNK) -> Iterator[Sequence[Row]]:
    """Cut rows into pieces of at most `size`."""
    return (rows[start : start + size] for start in range(0, len(rows), size))


def _place(source: str) -> str:
    """Return the whole path of a source, empty for an address."""
    return "" if "://" in source else as_text(os.path.abspath(source))  # noqa: PTH100 - links stay


def _note_documents(
    session: Session, chunk: Sequence[tuple[str, InputNote]], now: datetime
) -> dict[str, str]:
    """Add the documents that are new; return the month of each in the chunk."""
    ids = {note.document_id for _, note in chunk if note.document_id is not None}
    known = select(DocumentRow.id, DocumentRow.month).where(DocumentRow.id.in_(ids))
    months = {row.id: row.month for row in session.execute(known)}
    new = sorted(ids - months.keys())
    if new:
        month = month_of(now)
        rows = [{"id": document_id, "first_seen": now, "month": month} for document_id in new]
        session.execute(insert(DocumentRow), rows)
        months |= dict.fromkeys(new, month)
    return months


def _note_chunk(
    session: Session,
    chunk: Sequence[tuple[str, InputNote]],
    months: dict[str, str],
    run_id: str | None,
    now: datetime,
) -> None:
    """Add the inputs that are new, and note of the others that they were seen again."""
    ids = [each for each, _ in chunk]
    known = {
        each: (month, document_id)
        for each, month, document_id in session.execute(
            select(InputRow.id, InputRow.month, InputRow.document_id).where(InputRow.id.in_(ids))
        )
    }
    new = [
        {
            "id": each,
            "source": as_text(note.source),
            "place": _place(note.source),
            "document_id": note.document_id,
            "reason": as_text(note.reason),
            "first_seen": now,
            "last_seen": now,
            "month": months[note.document_id] if note.document_id else month_of(now),
            "run_id": run_id,
        }
        for each, note in chunk
        if each not in known
    ]
    again = [
        {
            "id": each,
            "place": _place(note.source),
            "reason": as_text(note.reason),
            "last_seen": now,
            "run_id": run_id,
        }
        for each, note in chunk
        if each in known
    ]
    if new:
        session.execute(insert(InputRow), new)
    if again:
        session.execute(update(InputRow), again)
    changed: dict[str, list[str | None]] = defaultdict(list)
    for row in new:
        changed[str(row["month"])].append(row["document_id"])  # type: ignore[arg-type]
    for month, document_id in known.values():
        if document_id is None:
            changed[month].append(None)
    for month, document_ids in changed.items():
        touch(session, [documents_edition(month)], document_ids)


def _forget_unreadable(session: Session, sources: Iterable[str]) -> None:
    """Drop what was said of paths that couldn't be read and now can."""
    gone = session.execute(
        delete(InputRow)
        .where(InputRow.source.in_(set(sources)), InputRow.document_id.is_(None))
        .returning(InputRow.month)
    ).scalars()
    touch(session, (documents_edition(month) for month in gone.all()), [None])
