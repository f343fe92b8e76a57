"""Down to which score the settled documents are a fair sample of all."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Iterator

from sqlalchemy import select

from extractors.confidence.rate import rate
from extractors.confidence.record_score import held_back, score_of, standing_of
from flows.store.calibrations import noted_reaches
from flows.store.store import Store
from flows.store.tables import ExtractionRow, RecordRow
from schemas.calibration import Calibration, Scored, TypeEvidence
from schemas.doctype import DocumentType
from schemas.extraction import Outcome
from schemas.labelled import Origin

REVIEWED = (Origin.REVIEW, Origin.AUDIT)
NEVER_NOTED = 1.0
"""The reach of a queue of which nothing is known: none of it was drawn at random."""


def with_fair_floor(
    evidence: TypeEvidence,
    store: Store,
    doctype: DocumentType,
    calibration: Calibration,
    *,
    recipe_ids: Collection[str],
) -> TypeEvidence:
    """Return the evidence with the score from which its records are a fair sample.

    The queue offers first what the dial could accept soonest, so of what was settled the high
    scores are too many: five right ones of a hundred that wait say little beside sixty from above.
    From the reach on, as it was while people settled, records were drawn at random. The others
    count where none of them waits any more, be their scores by the new calibration what they may.
    """
    waiting = _passed_over(store, doctype, calibration, recipe_ids)
    return evidence.model_copy(update={"fair_from": fair_from(evidence.records, waiting)})


def fair_from(records: Iterable[Scored], passed_over: Iterable[float]) -> float:
    """Return the least score from which labelled records are a fair sample of all.

    `passed_over` are the scores of those that wait and weren't drawn at random.
    """
    if not any(each.origin in REVIEWED for each in records):
        return 0.0
    highest = max(passed_over, default=None)
    return 0.0 if highest is None else math.nextafter(highest, math.inf)


def passed_over_now(store: Store, type_name: str) -> tuple[float, ...]:
    """Return the scores, by the calibration in use, of waiting records that weren't drawn."""
    reach = _reach(store, type_name)
    return tuple(score for score in store.waiting_scores(type_name) if score < reach)


def _passed_over(
    store: Store, doctype: DocumentType, calibration: Calibration, recipe_ids: Collection[str]
) -> Iterator[float]:
    """Yield the scores by a new calibration of those records, though they needn't wait."""
    reach, known = _reach(store, doctype.name), _scores(store, doctype.name)
    for kept in store.to_reroute(doctype.name, recipe_ids):
        if kept.outcome is not Outcome.IN_REVIEW:
            continue
        rated = rate(kept.extraction, calibration)
        for number, record in enumerate(rated.records):
            if rated.type_of(record) != doctype.name:
                continue
            if known.get((kept.row_id, number), reach) >= reach:
                continue
            fields = [standing_of(field, field.confidence) for field in record.fields]
            if not held_back(fields, doctype.policy, rated.doubts):
                yield score_of(fields, doctype.policy)


def _reach(store: Store, type_name: str) -> float:
    with store.reading() as session:
        return noted_reaches(session).get(type_name, NEVER_NOTED)


def _scores(store: Store, type_name: str) -> dict[tuple[int, int], float]:
    """Return the scores of the records that wait, as the queue has them, by extraction and number.

    Records that wait for nobody are left out.
    """
    with store.reading() as session:
        rows = session.execute(
            select(RecordRow.extraction_id, RecordRow.number, RecordRow.score)
            .join(ExtractionRow, ExtractionRow.id == RecordRow.extraction_id)
            .where(ExtractionRow.current, RecordRow.type_name == type_name)
            .where(RecordRow.outcome == Outcome.IN_REVIEW)
        )
        return {(row.extraction_id, row.number): row.score for row in rows}
