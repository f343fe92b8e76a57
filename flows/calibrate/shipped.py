"""Labelled records that come with papersift: signals and right or wrong of public documents.

    papersift calibrate --gold GOLD --export flows/calibrate/shipped/MODEL.json

They hold no text: no value, no quote, no name. With them stands the calibration that is fitted on
them alone, so that a run needn't fit it.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from typing import Any

from flows.calibrate.folds import short_id
from schemas.calibration import Calibration
from schemas.catalogue import BUILT_IN, built_in_type
from schemas.labelled import LabelledField, LabelledRecord, Origin

FOLDER = files("flows.calibrate") / "shipped"
DIGITS = 4
"""Significant ones of a float."""
SHIPPED = "shipped"
"""The id of a calibration that is fitted on these records alone."""


def export(records: Sequence[LabelledRecord]) -> str:
    """Return the JSON text of a shipped file, a line a record, for records of one model.

    Of what nobody labelled only that is kept which a type's policy names: the score of a record
    needs it.

    Raises:
        ValueError: there are none, or they are of several models.
    """
    if len({(each.model, each.asking) for each in records}) != 1:
        raise ValueError("a shipped file holds the records of one model")
    ordered = sorted(records, key=lambda each: (each.type_name, each.document_id))
    lines = [json.dumps(_short(each), separators=(",", ":")) for each in ordered]
    fitted = fit_shipped([_record(json.loads(line)) for line in lines])
    calibration = json.dumps(_rounded(fitted.model_dump(mode="json")), separators=(",", ":"))
    return f'{{"calibration":{calibration},\n"records":[\n' + ",\n".join(lines) + "\n]}\n"


def read_export(text: str) -> tuple[LabelledRecord, ...]:
    """Return the records of an exported text, as shipped ones."""
    return tuple(_record(each) for each in json.loads(text)["records"])


def shipped_records(model: str, asking: str) -> tuple[LabelledRecord, ...]:
    """Return the labelled records that come with papersift for a model; none of most models."""
    content = _content(model, asking)
    return tuple(_record(each) for each in content["records"]) if content else ()


@cache
def shipped_calibration(model: str, asking: str) -> Calibration | None:
    """Return the calibration that comes with papersift for a model; None: there is none."""
    content = _content(model, asking)
    return Calibration.model_validate(content["calibration"]) if content else None


def fit_shipped(records: Sequence[LabelledRecord]) -> Calibration:
    """Return the calibration that is fitted on shipped records alone."""
    from flows.calibrate.fit import calibrate  # noqa: PLC0415  # a run needn't load scikit-learn

    found, _ = calibrate(
        (),
        {name: built_in_type(name).policy for name in BUILT_IN},
        shipped=records,
        id=SHIPPED,
        at=max(each.at for each in records),
        model=records[0].model,
        asking=records[0].asking,
    )
    return found


@cache
def _content(model: str, asking: str) -> dict[str, Any] | None:
    """Return what the file of a model holds; None: there is none."""
    for path in sorted(FOLDER.iterdir(), key=str) if FOLDER.is_dir() else ():
        if path.name.endswith(".json"):
            content: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
            if (content["calibration"]["model"], content["calibration"]["asking"]) == (
                model,
                asking,
            ):
                return content
    return None


def _record(given: dict[str, Any]) -> LabelledRecord:
    fields = [LabelledField(path=path, **field) for path, field in given["fields"].items()]
    return LabelledRecord.model_validate({**given, "origin": Origin.SHIPPED, "fields": fields})


def _short(record: LabelledRecord) -> dict[str, Any]:
    """Return a record as plain values: what is as it is by default is left out."""
    dumped = record.model_dump(mode="json", exclude_defaults=True, exclude={"origin", "fields"})
    named = _named(record.type_name)
    fields = {
        field.path: _rounded(field.model_dump(mode="json", exclude_defaults=True, exclude={"path"}))
        for field in record.fields
        if field.right is not None or field.pattern in named
    }
    return {**dumped, "document_id": short_id(record.document_id), "fields": fields}


def _named(type_name: str) -> frozenset[str]:
    return built_in_type(type_name).policy.named if type_name in BUILT_IN else frozenset()


def _rounded(given: Any) -> Any:
    if isinstance(given, dict):
        return {name: _rounded(value) for name, value in given.items()}
    if isinstance(given, list):
        return [_rounded(value) for value in given]
    return float(f"{given:.{DIGITS}g}") if isinstance(given, float) else given
