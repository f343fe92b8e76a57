"""How often answers are right, by how sure they were."""

from __future__ import annotations

from statistics import fmean

from flows.evaluate.bootstrap import share
from flows.evaluate.statistics import all_fields
from schemas.calibration_figures import Bin
from schemas.evaluation import Evaluation, JudgedField, Verdict

BINS = 10
"""Of the confidence, equally wide."""


def reliability(evaluation: Evaluation) -> tuple[Bin, ...]:
    """Return the bins that hold answers, by their confidence; cells of lists count too."""
    bins = []
    for number in range(BINS):
        fields = [
            [field for field in all_fields(document) if _bin_of(field) == number]
            for document in evaluation.documents
        ]
        sure = [field.confidence for each in fields for field in each]
        if sure:
            right = share(
                [sum(field.verdict is Verdict.RIGHT for field in each) for each in fields],
                [len(each) for each in fields],
            )
            bins.append(
                Bin(
                    low=number / BINS,
                    high=(number + 1) / BINS,
                    confidence=fmean(sure),
                    right=right,
                )
            )
    return tuple(bins)


def _bin_of(field: JudgedField) -> int | None:
    """Return the number of the answer's bin, from 0; None if no answer was given."""
    if field.value is None:
        return None
    return min(BINS - 1, max(0, int(field.confidence * BINS)))
