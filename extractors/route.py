"""Accept a document, or say which of its fields a person must look at."""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass

from extractors.confidence.doubts import unsure
from extractors.confidence.record_score import held_back, score_of, standing_of
from extractors.masking import held_by, hide, reason_of
from schemas.doctype import Policy
from schemas.extraction import ExtractedRecord, Extraction, FieldResult, Outcome
from schemas.record import pattern_of
from schemas.routing import RoutedRecord, Routing
from schemas.target import Dial

CLOSED = Dial(closed="nothing is known about the errors of this model on documents of this type")
LEAST_SURE = 2
"""Fields shown of a record in which no single one is doubtful."""


def never(_: int) -> bool:
    """Audit no record."""
    return False


@dataclass(frozen=True)
class Rules:
    """What decides where the records of one type go."""

    policy: Policy
    dial: Dial = CLOSED
    """What may be accepted; a closed one accepts nothing."""
    mask: Collection[str] = ()
    """Leaves whose values stand in no reason."""
    audits: Callable[[int], bool] = never
    """Says of a record, by its number, whether it is looked at though it is accepted."""


def route(
    extraction: Extraction,
    policy: Policy,
    dial: Dial = CLOSED,
    *,
    mask: Collection[str] = (),
    audits: Callable[[int], bool] = never,
) -> Routing:
    """Return the way of a document whose records are all of one type; see `route_by`."""
    rules = Rules(policy, dial, mask, audits)
    return route_by(extraction, dict.fromkeys(extraction.type_names, rules))


def route_by(extraction: Extraction, rules: Mapping[str, Rules]) -> Routing:
    """Return the way of a document whose fields have their confidence.

    A record is accepted if nothing holds it back, its score clears the dial, and so does each value
    of the policy's that has a target of its own. A doubt about the document as a whole sends all of
    it to review. More confidence in a field never turns an accepted record into one for review.

    Args:
        extraction: what was found, rated.
        rules: by the name of each type of its records.
    """
    own = [rules[extraction.type_of(record)] for record in extraction.records]
    routed = [
        _route_record(record, each, extraction, audit=each.audits(number))
        for number, (record, each) in enumerate(zip(extraction.records, own, strict=True))
    ]
    masked = [held_by(record, by.mask) for record, by in zip(extraction.records, own, strict=True)]
    held = frozenset().union(*masked)
    about_all = tuple(hide(doubt.text, held) for doubt in extraction.doubts)
    reasons = list(about_all)
    for each, by in zip(routed, own, strict=True):
        if any(field.value is not None for field in each.record.fields) or not reasons:
            # Of an empty record the document's own doubts say it all.
            reasons += _reasons(each, by.mask)
    accepted = bool(routed) and all(each.outcome is Outcome.ACCEPTED for each in routed)
    return Routing(
        outcome=Outcome.ACCEPTED if accepted else Outcome.IN_REVIEW,
        reasons=tuple(reasons),
        document_reasons=about_all,
        records=tuple(routed),
    )


def _route_record(
    record: ExtractedRecord, rules: Rules, extraction: Extraction, *, audit: bool
) -> RoutedRecord:
    policy, dial = rules.policy, rules.dial
    standings = [standing_of(field, field.confidence) for field in record.fields]
    score = score_of(standings, policy)
    hard = held_back(standings, policy, extraction.doubts)
    named = [field for field in record.fields if pattern_of(field.path) in policy.named]
    acceptable = (
        dial.threshold is not None
        and score >= dial.threshold
        and not hard
        and all(_clears(field, dial) for field in named)
    )
    accepted = acceptable and not audit
    doubtful = [] if accepted else _doubtful(named, dial, hard=hard)
    return RoutedRecord(
        record=_with_doubts(record, doubtful, dial),
        outcome=Outcome.ACCEPTED if accepted else Outcome.IN_REVIEW,
        doubtful=tuple(doubtful),
        withheld=tuple(
            field.path
            for field in record.fields
            if pattern_of(field.path) not in policy.named
            and field.value is not None
            and not _is_sure(field, dial)
        ),
        score=score,
        audit=acceptable and audit,
        # Where only the dial speaks against a record, nothing shows which ones are audits.
        whole=not accepted and (dial.threshold is None or not hard),
    )


def _asked(field: FieldResult, dial: Dial) -> float:
    """Return the confidence from which a field needs no look; infinite: none is enough."""
    if field.value is None:
        return dial.sure
    own = dial.fields.get(pattern_of(field.path), 0.0)
    return max(dial.sure, math.inf if own is None else own)


def _is_sure(field: FieldResult, dial: Dial) -> bool:
    return not field.doubts and field.confidence >= _asked(field, dial)


def _clears(field: FieldResult, dial: Dial) -> bool:
    """Say whether a field clears the target of its own, if it has one; only values have one."""
    least = dial.fields.get(pattern_of(field.path), 0.0)
    return field.value is None or (least is not None and field.confidence >= least)


def _doubtful(named: Sequence[FieldResult], dial: Dial, *, hard: bool) -> list[str]:
    """Return the fields to settle: those in doubt, else the least sure ones with a value."""
    found = {field.path for field in named if not _is_sure(field, dial)}
    if not found and not hard:
        valued = [field for field in named if field.value is not None]
        found = {f.path for f in sorted(valued, key=lambda f: f.confidence)[:LEAST_SURE]}
    return [field.path for field in named if field.path in found]


def _with_doubts(record: ExtractedRecord, doubtful: list[str], dial: Dial) -> ExtractedRecord:
    """Return the record with a doubt at least at each field that a person must settle."""
    fields = tuple(
        field.model_copy(update={"doubts": (unsure(field, _asked(field, dial)),)})
        if field.path in doubtful and not field.doubts
        else field
        for field in record.fields
    )
    return record.model_copy(update={"fields": fields})


def _reasons(routed: RoutedRecord, mask: Collection[str]) -> list[str]:
    """Return a line a reason, with the fields that share it: `due_date: two readings …`."""
    rows: dict[str, list[FieldResult]] = {}
    for field in routed.record.fields:
        if field.path in routed.doubtful:
            rows.setdefault(pattern_of(field.path), []).append(field)
    names: dict[str, list[str]] = {}
    for pattern, fields in rows.items():
        name = fields[0].path if len(fields) == 1 else f"{pattern} ({len(fields)} rows)"
        names.setdefault(reason_of(fields[0], routed.record, mask), []).append(name)
    return [f"{', '.join(sharing)}: {reason}" for reason, sharing in names.items()]
