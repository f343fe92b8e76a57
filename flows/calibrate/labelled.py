"""Extractions that gold has judged, as labelled records."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime

from schemas.evaluation import JudgedDocument, JudgedField, Verdict
from schemas.extraction import ExtractedRecord, Extraction
from schemas.kinds import text_of
from schemas.labelled import LabelledField, LabelledRecord, Origin


def labelled_of(
    extraction: Extraction,
    judged: JudgedDocument,
    *,
    model: str,
    asking: str,
    recipe_id: str,
    at: datetime,
    origin: Origin = Origin.GOLD,
) -> LabelledRecord:
    """Join what was found in a document with what gold says of it.

    A value that gold has not, and a value of gold that was not found, are not right; a field that
    gold leaves out stays unlabelled. Of several records the judged one is taken.

    Args:
        extraction: of the document, with its signals, before routing added doubts.
        judged: the same document, as `papersift eval` judged it.
        model: `provider/model` that answered.
        asking: how it was asked.
        recipe_id: of the recipe that extracted it.
        at: when.
        origin: who labelled it.

    Raises:
        ValueError: they aren't of one document.
    """
    if extraction.document_id != judged.document_id:
        raise ValueError("the extraction and the judgement are of two documents")
    labels = {field.path: field for field in _judged_fields(judged)}
    record = _judged_record(extraction, labels)
    fields = tuple(_fields(record, labels))
    found = {field.path for field in fields}
    return LabelledRecord(
        document_id=extraction.document_id,
        type_name=extraction.type_name,
        model=model,
        asking=asking,
        recipe_id=recipe_id,
        origin=origin,
        at=at,
        fields=fields,
        missing=tuple(
            label.pattern
            for path, label in labels.items()
            if path not in found and label.verdict is Verdict.MISSED
        ),
        whole=bool(labels),
        doubts=tuple(doubt.code for doubt in extraction.doubts),
    )


def _judged_fields(judged: JudgedDocument) -> Iterator[JudgedField]:
    yield from judged.fields
    for each in judged.lists:
        yield from each.cells


def _judged_record(extraction: Extraction, labels: Mapping[str, JudgedField]) -> ExtractedRecord:
    """Return the record that was judged: the one that has the judged values."""
    records = extraction.records or (ExtractedRecord(fields=()),)
    return max(records, key=lambda record: _alike(record, labels))


def _alike(record: ExtractedRecord, labels: Mapping[str, JudgedField]) -> int:
    """Return how many of a record's fields have the judged value."""
    return sum(
        field.path in labels
        and labels[field.path].value == (None if field.value is None else text_of(field.value))
        for field in record.fields
    )


def _fields(record: ExtractedRecord, labels: Mapping[str, JudgedField]) -> Iterator[LabelledField]:
    for field in record.fields:
        label = labels.get(field.path)
        yield LabelledField(
            path=field.path,
            kind=field.kind,
            empty=field.value is None,
            signals=field.signals,
            doubts=tuple(doubt.code for doubt in field.doubts),
            right=None if label is None else label.verdict.good,
        )
