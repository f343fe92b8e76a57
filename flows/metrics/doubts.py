"""How often the reasons for a look were right: the field was changed, or accepted as it stood.

Only of reviewed records: a rejected one says nothing of its fields. Without audits: their doubts
led to no look.
"""

from __future__ import annotations

import json
import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from typing import TypeVarTuple

from sqlalchemy import Select, case, exists, func, select
from sqlalchemy.orm import Session

from flows.metrics.query import is_change
from flows.store.tables import DecisionRow, ExtractionRow, FieldRow, ItemRow, RecordRow, SaveRow
from schemas.extraction import DoubtCode, Outcome
from schemas.metrics import DOCUMENT
from schemas.review import Action

CODE = re.compile(r'"code":\s*"(\w+)"')
"""In JSON; inside of a text each quotation mark stands behind a backslash."""

Found = TypeVarTuple("Found")


def doubts(session: Session) -> dict[str, tuple[int, int]]:
    """Return by doubt how many fields were changed, of all that it was a reason to look at.

    What was corrected before saves were kept isn't counted: its doubts are gone.
    """
    right: Counter[str] = Counter()
    of = _accepted(session)
    for code, changed in _corrected(session):
        right[code] += changed
        of[code] += 1
    found = {str(code): (right[code], of[code]) for code in DoubtCode if of[code]}
    about_all = _about_all(session)
    return found | ({DOCUMENT: about_all} if about_all[1] else {})


def _accepted(session: Session) -> Counter[str]:
    """Count by doubt the fields that were accepted as they stood."""
    has = {code: FieldRow.doubts_json.contains(f'"code":"{code}"') for code in DoubtCode}
    counts = (func.coalesce(func.sum(case((each, 1), else_=0)), 0) for each in has.values())
    row = (
        session.connection()
        .execute(
            _looked_at(select(*counts))
            .join(FieldRow, FieldRow.record_id == RecordRow.id)
            .where(FieldRow.doubtful, FieldRow.settled == Action.ACCEPT)
        )
        .one()
    )
    return Counter(dict(zip(map(str, has), row, strict=True)))


def _corrected(session: Session) -> Iterator[tuple[str, bool]]:
    """Yield the doubts of the fields that were given a value, and whether it was another one."""
    said = (
        session.connection()
        .execute(
            _looked_at(select(SaveRow.id, DecisionRow.path, is_change()))
            .join(SaveRow, SaveRow.item_id == ItemRow.id)
            .join(DecisionRow, DecisionRow.save_id == SaveRow.id)
            .where(~SaveRow.undone, DecisionRow.action.in_((Action.CORRECT, Action.REMOVE)))
        )
        .all()
    )
    changes: dict[int, dict[str, bool]] = defaultdict(dict)
    for save_id, path, changed in said:
        changes[save_id][path] = changed
    before = (
        session.connection()
        .execute(
            _looked_at(select(SaveRow.id, SaveRow.before_json))
            .join(SaveRow, SaveRow.item_id == ItemRow.id)
            .where(~SaveRow.undone)
            .where(
                exists().where(
                    DecisionRow.save_id == SaveRow.id,
                    DecisionRow.action.in_((Action.CORRECT, Action.REMOVE)),
                )
            )
        )
        .all()
    )
    for save_id, before_json in before:
        for field in json.loads(before_json)["changed"]:
            fate = _fate(field["path"], changes[save_id])
            # Once corrected, its doubts are about what a person said.
            if fate is None or not field["doubtful"] or field["settled"] == Action.CORRECT:
                continue
            for code in set(CODE.findall(field["doubts_json"])):
                yield code, fate


def _about_all(session: Session) -> tuple[int, int]:
    """Count the records in which anything was changed, of those whose document was in doubt."""
    changed = exists().where(DecisionRow.item_id == ItemRow.id, ~DecisionRow.undone, is_change())
    row = (
        session.connection()
        .execute(
            _looked_at(
                select(func.coalesce(func.sum(case((changed, 1), else_=0)), 0), func.count())
            )
            .join(ExtractionRow, ExtractionRow.id == RecordRow.extraction_id)
            .where(ExtractionRow.document_reasons_json != "[]")
        )
        .one()
    )
    return row[0], row[1]


def _looked_at(query: Select[tuple[*Found]]) -> Select[tuple[*Found]]:
    """Let it speak of reviewed records that were looked at for a reason."""
    return (
        query.select_from(ItemRow)
        .join(RecordRow, RecordRow.id == ItemRow.record_id)
        .where(RecordRow.outcome == Outcome.REVIEWED, ~ItemRow.audit)
    )


def _fate(path: str, changes: dict[str, bool]) -> bool | None:
    """Say whether a field was changed, by itself or with its list item; None: nothing was said."""
    if path in changes:
        return changes[path]
    return changes.get(path.rpartition(".")[0])
