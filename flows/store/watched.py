"""Files of watched folders that are done, so that nothing is read again to know that."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import delete, insert, select, update
from sqlalchemy.orm import Session

from flows.store.inputs import chunks
from flows.store.tables import InputRow, WatchedRow
from schemas.text import as_text


def watched(session: Session, sources: Collection[str]) -> dict[str, tuple[str, str]]:
    """Return stamp and document of those of these files that were done."""
    found: dict[str, tuple[str, str]] = {}
    for chunk in chunks([as_text(source) for source in sources]):
        rows = session.scalars(select(WatchedRow).where(WatchedRow.source.in_(chunk)))
        found |= {row.source: (row.stamp, row.document_id) for row in rows}
    return found


def note_watched(session: Session, source: str, stamp: str, document_id: str) -> None:
    """Note that a file, as its stamp says it is, is done."""
    forget_watched(session, source)
    values = {"source": as_text(source), "stamp": stamp, "document_id": document_id}
    session.execute(insert(WatchedRow).values(values))


def forget_watched(session: Session, source: str) -> None:
    """Forget a file that isn't there any more."""
    session.execute(delete(WatchedRow).where(WatchedRow.source == as_text(source)))


def note_moved(session: Session, source: str, document_id: str, place: str) -> None:
    """Note where an input is now; it keeps the name under which it was found."""
    those = (InputRow.source == as_text(source)) & (InputRow.document_id == document_id)
    session.execute(update(InputRow).where(those).values(place=as_text(place)))
