"""What settled records say of their senders, read once a run."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from extractors.history import CONSTANT, mark_of, sender_key
from flows.store.tables import ExtractionRow, FieldRow, RecordRow
from schemas.extraction import Outcome
from schemas.history import SenderHistory, SettledDocument
from schemas.kinds import Kind
from schemas.review import Action


def sender_history(session: Session, type_name: str, sender: Sequence[str]) -> SenderHistory:
    """Return a type's settled records by their senders.

    `sender` are the leaves that tell who sent a document. What was withheld, and stands in lists,
    isn't looked at; a value that a person typed in has no form of print.
    """
    if not sender:
        return SenderHistory()
    rows = session.execute(
        select(
            RecordRow.id,
            ExtractionRow.document_id,
            FieldRow.path,
            FieldRow.kind,
            FieldRow.value,
            FieldRow.raw,
            FieldRow.settled,
        )
        .join(ExtractionRow, ExtractionRow.id == RecordRow.extraction_id)
        .join(FieldRow, FieldRow.record_id == RecordRow.id)
        .where(ExtractionRow.current, RecordRow.type_name == type_name)
        .where(RecordRow.outcome == Outcome.REVIEWED)
        .where(FieldRow.path.not_like("%[%"))
        .where(FieldRow.settled.is_not(None) | FieldRow.withheld.is_(False))
        .order_by(RecordRow.id)
    )
    documents: dict[int, str] = {}
    marks: dict[int, dict[str, str | None]] = defaultdict(dict)
    keys: dict[int, set[tuple[str, str]]] = defaultdict(set)
    for record_id, document_id, path, kind, value, raw, settled in rows:
        documents[record_id] = document_id
        if value is None:
            marks[record_id][path] = None
            continue
        if path in sender:
            keys[record_id].add((path, sender_key(value)))
        typed_in = raw is None or settled == Action.CORRECT
        if Kind(kind) in CONSTANT or not typed_in:
            marks[record_id][path] = mark_of(Kind(kind), value, raw or value)
    senders: dict[tuple[str, str], list[int]] = defaultdict(list)
    for place, record_id in enumerate(documents):
        for key in keys[record_id]:
            senders[key].append(place)
    return SenderHistory(
        documents=tuple(
            SettledDocument(document_id, marks[record_id])
            for record_id, document_id in documents.items()
        ),
        senders={key: tuple(places) for key, places in senders.items()},
    )
