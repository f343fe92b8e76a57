"""Labelled records under a model of confidence: how sure it is of them, and what is wrong."""

from __future__ import annotations

from collections.abc import Callable

from extractors.confidence.apply import confidence_of
from schemas.calibration import ConfidenceModel
from schemas.doctype import Policy
from schemas.extraction import DoubtCode
from schemas.labelled import LabelledField, LabelledRecord

Published = Callable[[LabelledField], bool]
"""Says of a field that no policy names whether its value would be published."""


def unreadable(field: LabelledField) -> bool:
    """Say whether an answer couldn't be read as its kind: neither a value nor its absence."""
    return field.empty and DoubtCode.NOT_TYPED in field.doubts


def confidences_of(
    record: LabelledRecord, values: ConfidenceModel, empties: ConfidenceModel
) -> tuple[float, ...]:
    """Return the confidence of each field, 0 to 1, as `rate` gives it to a new document's."""
    return tuple(
        0.0
        if unreadable(field)
        else confidence_of(
            field.signals,
            empties if field.empty else values,
            type_name=record.type_name,
            kind=field.kind,
            path=field.path,
        )
        for field in record.fields
    )


def published_from(
    record: LabelledRecord, confidences: tuple[float, ...], error: float
) -> Published:
    """Return what says whether a value isn't withheld when this share may be wrong, 0 to 1."""
    sure = {
        field.path
        for field, confidence in zip(record.fields, confidences, strict=True)
        if confidence >= 1 - error and not field.doubts and not field.empty
    }
    return lambda field: field.path in sure


def wrong(record: LabelledRecord, policy: Policy, *, published: Published) -> bool:
    """Say whether accepting a record without a look would be a mistake.

    It would be if something that the policy names is not right, be it wrong, invented or missed; if
    a wrong value of another field would be published; or if a person rejected the record. What
    nobody labelled isn't held against it.
    """
    named = policy.named
    return (
        record.refused
        or any(leaf in named for leaf in record.missing)
        or any(
            field.right is False and (field.pattern in named or published(field))
            for field in record.fields
        )
    )
