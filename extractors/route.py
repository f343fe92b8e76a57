"""Accept a document, or say which of its fields a person must look at."""

from __future__ import annotations

from schemas.doctype import Policy
from schemas.extraction import ExtractedRecord, Extraction, FieldResult, Outcome
from schemas.record import pattern_of
from schemas.routing import RoutedRecord, Routing


def route(extraction: Extraction, policy: Policy) -> Routing:
    """Return the way of a document under its type's policy.

    A record is accepted only if all fields that the policy names are without a doubt, and those
    that it requires are there. A doubt about the document as a whole sends all of it to review.
    """
    routed = [_route_record(record, policy, extraction) for record in extraction.records]
    reasons = [doubt.text for doubt in extraction.doubts]
    for each in routed:
        if any(field.value is not None for field in each.record.fields) or not reasons:
            reasons += _reasons(each)  # of an empty record the document's own doubts say it all
    accepted = bool(routed) and all(each.outcome is Outcome.ACCEPTED for each in routed)
    return Routing(
        outcome=Outcome.ACCEPTED if accepted else Outcome.IN_REVIEW,
        reasons=tuple(reasons),
        document_reasons=tuple(doubt.text for doubt in extraction.doubts),
        records=tuple(routed),
    )


def _route_record(record: ExtractedRecord, policy: Policy, extraction: Extraction) -> RoutedRecord:
    named = {*policy.require, *policy.review}
    unsure = [field for field in record.fields if field.doubts]
    doubtful = [field.path for field in unsure if pattern_of(field.path) in named]
    withheld = [
        field.path
        for field in unsure
        if pattern_of(field.path) not in named and field.value is not None
    ]
    in_review = bool(doubtful or extraction.doubts)
    return RoutedRecord(
        record=record,
        outcome=Outcome.IN_REVIEW if in_review else Outcome.ACCEPTED,
        doubtful=tuple(doubtful),
        withheld=tuple(withheld),
    )


def _reasons(routed: RoutedRecord) -> list[str]:
    """Return a line a reason, with the fields that share it: `due_date: two readings …`."""
    rows: dict[str, list[FieldResult]] = {}
    for field in routed.record.fields:
        if field.path in routed.doubtful:
            rows.setdefault(pattern_of(field.path), []).append(field)
    names: dict[str, list[str]] = {}
    for pattern, fields in rows.items():
        name = fields[0].path if len(fields) == 1 else f"{pattern} ({len(fields)} rows)"
        names.setdefault(fields[0].doubts[0].text, []).append(name)
    return [f"{', '.join(sharing)}: {reason}" for reason, sharing in names.items()]
