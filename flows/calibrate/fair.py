"""Down to which score the settled documents are a fair sample of all."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator

from extractors.confidence.rate import rate
from extractors.confidence.record_score import held_back, score_of, standing_of
from flows.calibrate.promise import promises_of
from flows.calibrate.setting import reach_of
from flows.store.store import Store
from schemas.calibration import Calibration, TypeEvidence
from schemas.doctype import DocumentType
from schemas.extraction import Outcome
from schemas.labelled import Origin
from schemas.target import Target

REVIEWED = (Origin.REVIEW, Origin.AUDIT)


def with_fair_floor(
    evidence: TypeEvidence,
    store: Store,
    doctype: DocumentType,
    calibration: Calibration,
    *,
    target: Target,
    recipe_ids: Collection[str],
) -> TypeEvidence:
    """Return the evidence with the score from which its records are a fair sample.

    The queue offers first what the dial could accept soonest, so of what was settled the high
    scores are too many. Above the reach they were drawn at random; below it the sample is fair only
    down to the first document that still waits.
    """
    waiting = _waiting(store, doctype, calibration, recipe_ids)
    return evidence.model_copy(update={"fair_from": fair_from(evidence, waiting, target)})


def fair_from(evidence: TypeEvidence, waiting: Iterable[float], target: Target) -> float:
    """Return the score, 0 to 1, from which labelled documents are a fair sample of all.

    `waiting` are the scores of the documents that nobody settled yet and that could be accepted.
    """
    if not any(each.origin in REVIEWED for each in evidence.records):
        return 0.0
    promise, _ = promises_of(target, evidence)
    reach = reach_of(evidence, promise)
    return max((score for score in waiting if score < reach), default=0.0)


def _waiting(
    store: Store, doctype: DocumentType, calibration: Calibration, recipe_ids: Collection[str]
) -> Iterator[float]:
    """Yield the scores, under a calibration, of the records that wait for a look and needn't."""
    for kept in store.to_reroute(doctype.name, recipe_ids):
        if kept.outcome is not Outcome.IN_REVIEW:
            continue
        rated = rate(kept.extraction, calibration)
        for record in rated.records:
            fields = [standing_of(field, field.confidence) for field in record.fields]
            if not held_back(fields, doctype.policy, rated.doubts):
                yield score_of(fields, doctype.policy)
