"""Calibrations for tests: nothing is accepted without one."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from flows.bench import opened_bench
from flows.store.store import Store
from schemas.batch import BatchRequest
from schemas.calibration import Calibration, ConfidenceModel, Scored, TypeEvidence
from schemas.doctype import DocumentType
from schemas.labelled import Origin
from schemas.recipe import Recipe

SURE = ConfidenceModel(intercept=4.0, weights=())
"""Finds each value right with a probability of 98 %."""
MADE = datetime(2026, 11, 1, 8, 0, tzinfo=UTC)
ENOUGH = 500
"""Documents without a mistake that allow 1 % to be promised, at 95 % assurance."""


def a_calibration(
    doctype: DocumentType,
    *recipes: Recipe,
    records: Sequence[Scored] | None = None,
    origin: Origin = Origin.GOLD,
    name: str = "20261101-080000-aaaa",
) -> Calibration:
    """Return a calibration for the model of these recipes.

    Its records are right and have the least score there is, unless others are given: whatever
    nothing else stands against is accepted.
    """
    usual = [Scored(score=0.0, right=True, origin=origin)] * ENOUGH
    evidence = TypeEvidence(
        type_name=doctype.name,
        recipe_ids=tuple(each.id for each in recipes),
        records=tuple(usual if records is None else records),
    )
    return Calibration(
        id=name,
        at=MADE,
        model=recipes[0].model,
        asking=recipes[0].asking,
        fitted_on=f"{len(evidence.records)} documents of type {doctype.name}",
        documents=len(evidence.records),
        labelled=10 * len(evidence.records),
        values=SURE,
        empties=SURE,
        form="made for a test",
        evidence=(evidence,),
    )


def open_dial(store: Store, doctype: DocumentType, *recipes: Recipe) -> Calibration:
    """Let a store accept what these recipes extract, unless something holds it back."""
    calibration = a_calibration(doctype, *recipes)
    store.save_calibration(calibration)
    return calibration


def allow(request: BatchRequest) -> Calibration:
    """Let runs like this one accept what nothing but the dial stands against.

    They need `audit=0` for it: of the first records that are accepted, all go to review.
    """
    with opened_bench(request) as bench:
        each = [a_calibration(doctype, bench.recipe(doctype)) for doctype in bench.types]
        evidence = tuple(found for calibration in each for found in calibration.evidence)
        calibration = each[0].model_copy(update={"evidence": evidence})
        bench.store.save_calibration(calibration)
        return calibration
