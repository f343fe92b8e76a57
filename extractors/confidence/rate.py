"""Give an extraction's fields their confidence."""

from __future__ import annotations

from collections.abc import Mapping

from extractors.confidence.apply import UNCALIBRATED, UNCALIBRATED_EMPTY, confidence_of
from schemas.calibration import Calibration
from schemas.extraction import Extraction, FieldResult


def rate(extraction: Extraction, calibration: Calibration | None) -> Extraction:
    """Return the extraction with the confidences that a calibration gives; see `rate_by`."""
    return rate_by(extraction, dict.fromkeys(extraction.type_names, calibration))


def rate_by(extraction: Extraction, calibrations: Mapping[str, Calibration | None]) -> Extraction:
    """Return the extraction with the confidences that calibrations give, by the records' types.

    They depend on the kept signals alone, so that nothing is asked again for them. Without a
    calibration they are set by hand, and are no probabilities that anybody checked.
    """
    records = tuple(
        record.model_copy(
            update={
                "fields": tuple(_rated(field, name, calibrations[name]) for field in record.fields)
            }
        )
        for record in extraction.records
        for name in (extraction.type_of(record),)
    )
    return extraction.model_copy(update={"records": records})


def _rated(field: FieldResult, type_name: str, calibration: Calibration | None) -> FieldResult:
    if field.raw is not None and field.value is None:
        return field.model_copy(update={"confidence": 0.0})  # it can't be read as its kind
    if field.value is None:
        model = calibration.empties if calibration else UNCALIBRATED_EMPTY
    else:
        model = calibration.values if calibration else UNCALIBRATED
    confidence = confidence_of(
        field.signals, model, type_name=type_name, kind=field.kind, path=field.path
    )
    return field.model_copy(update={"confidence": confidence})
