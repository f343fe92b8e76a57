"""Audits: accepted records that are looked at all the same, and what was found in them."""

from __future__ import annotations

import hashlib
import hmac

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from flows.store.settled import settled
from flows.store.tables import About, ItemRow, RecordRow
from schemas.doctype import Policy
from schemas.extraction import Outcome

DIGITS = 16
"""Hexadecimal ones of a keyed hash that make the draw."""


def audit_key(session: Session) -> str:
    """Return the store's secret."""
    return session.scalars(select(About.audit_key)).one()


def is_audited(key: str, document_id: str, number: int, share: float) -> bool:
    """Say whether a record of a document, by its number, is among the `share` that is looked at.

    It is random, for nobody knows the key, and the same whenever it is asked: who is looked at for
    one share is looked at for a larger one too.
    """
    said = f"{document_id}/{number}".encode()
    drawn = hmac.new(key.encode(), said, hashlib.sha256).hexdigest()[:DIGITS]
    return bool(int(drawn, 16) < share * 16**DIGITS)


def audit_outcomes(
    session: Session, type_name: str, calibration_id: str, policy: Policy, *, least: float = 0.0
) -> tuple[bool, ...]:
    """Return of each audited record whether it was wrong, in the order of settling.

    Those of a score from `least` on: a stricter target answers for no others.

    Those of all extractions count that were accepted under the calibration, also of such that a
    later one has replaced: what was found in them was found.
    """
    found = settled(
        session,
        ItemRow.audit,
        RecordRow.type_name == type_name,
        RecordRow.calibration_id == calibration_id,
        RecordRow.score >= least,
    )
    in_order = sorted(found, key=lambda each: each.word)
    return tuple(each.wrong(policy) for each in in_order)


def accepted_since(session: Session, type_name: str, calibration_id: str) -> int:
    """Count the records that were accepted under a calibration, the audited ones included."""
    counted = (
        select(func.count())
        .select_from(RecordRow)
        .outerjoin(ItemRow, ItemRow.record_id == RecordRow.id)
        .where(RecordRow.calibration_id == calibration_id, RecordRow.type_name == type_name)
        .where(or_(RecordRow.outcome == Outcome.ACCEPTED, ItemRow.audit))
    )
    return session.scalars(counted).one()
