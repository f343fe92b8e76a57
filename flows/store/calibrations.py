"""Calibrations, the gold that they were fitted on, and what follows from them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, insert, select, tuple_, update
from sqlalchemy.orm import Session, undefer

from flows.store.inputs import chunks
from flows.store.tables import AnnouncementRow, CalibrationRow, LabelledRow, ReachRow
from schemas.calibration import Calibration
from schemas.labelled import LabelledRecord

ROWS = 200
"""Rows a statement: each has eight values, and databases limit how many one may name."""


def save_calibration(session: Session, calibration: Calibration) -> None:
    """Keep a calibration, and put it in use for its model and way of asking."""
    same = (
        CalibrationRow.model == calibration.model,
        CalibrationRow.asking == calibration.asking,
    )
    session.execute(update(CalibrationRow).where(*same).values(current=False))
    session.execute(delete(CalibrationRow).where(CalibrationRow.id == calibration.id))
    session.execute(
        insert(CalibrationRow).values(
            id=calibration.id,
            at=calibration.at,
            model=calibration.model,
            asking=calibration.asking,
            calibration_json=calibration.model_dump_json(),
            current=True,
        )
    )


def current_calibration(session: Session, model: str, asking: str) -> Calibration | None:
    """Return the calibration in use for a model and way of asking; None: none was ever fitted."""
    text = session.scalars(
        select(CalibrationRow.calibration_json).where(
            CalibrationRow.model == model, CalibrationRow.asking == asking, CalibrationRow.current
        )
    ).one_or_none()
    return Calibration.model_validate_json(text) if text else None


def all_calibrations(session: Session) -> tuple[Calibration, ...]:
    """Return every calibration that was kept, the latest first."""
    rows = session.scalars(
        select(CalibrationRow)
        .order_by(CalibrationRow.at.desc(), CalibrationRow.id.desc())
        .options(undefer(CalibrationRow.calibration_json))
    )
    return tuple(Calibration.model_validate_json(row.calibration_json) for row in rows)


def keep_labelled(session: Session, records: Sequence[LabelledRecord]) -> None:
    """Keep gold, one record for each document and recipe: a later one takes its place."""
    rows = {
        (each.document_id, each.recipe_id): {
            "document_id": each.document_id,
            "recipe_id": each.recipe_id,
            "type_name": each.type_name,
            "model": each.model,
            "asking": each.asking,
            "at": each.at,
            "origin": each.origin,
            "labelled_json": each.model_dump_json(exclude_defaults=True),
        }
        for each in records
    }
    for chunk in chunks(list(rows.items()), ROWS):
        keys = [key for key, _ in chunk]
        session.execute(
            delete(LabelledRow).where(
                tuple_(LabelledRow.document_id, LabelledRow.recipe_id).in_(keys)
            )
        )
        session.execute(insert(LabelledRow), [row for _, row in chunk])


def labelled_gold(session: Session, model: str, asking: str) -> tuple[LabelledRecord, ...]:
    """Return the gold that was kept for a model and way of asking, in the order of its ids."""
    texts = session.scalars(
        select(LabelledRow.labelled_json)
        .where(LabelledRow.model == model, LabelledRow.asking == asking)
        .order_by(LabelledRow.document_id, LabelledRow.recipe_id)
    )
    return tuple(LabelledRecord.model_validate_json(text) for text in texts)


def note_reach(session: Session, type_name: str, reach: float) -> None:
    """Note from which score on, 0 to 1, the dial of a type could accept records soonest."""
    session.execute(delete(ReachRow).where(ReachRow.type_name == type_name))
    session.execute(insert(ReachRow).values(type_name=type_name, reach=reach))


def noted_reaches(session: Session) -> dict[str, float]:
    """Return the reach of each type that has one, by its name."""
    found = session.execute(select(ReachRow.type_name, ReachRow.reach))
    return {row.type_name: row.reach for row in found}


def announce(session: Session, key: str, text: str, *, now: datetime) -> bool:
    """Note that something was said; False if it was said before."""
    known = select(AnnouncementRow.key).where(AnnouncementRow.key == key)
    if session.scalars(known).first() is not None:
        return False
    session.execute(insert(AnnouncementRow).values(key=key, at=now, text=text))
    return True
