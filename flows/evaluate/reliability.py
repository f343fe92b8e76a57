"""How often answers are right, by how sure they were."""

from __future__ import annotations

from dataclasses import dataclass
from statistics import fmean

from flows.evaluate.bootstrap import share
from flows.evaluate.statistics import all_fields
from schemas.evaluation import Evaluation, JudgedField, Share, Verdict

BINS = 10
"""Of the confidence, equally wide."""


@dataclass(frozen=True)
class Bin:
    """The answers whose confidence lies between two values."""

    low: float
    high: float
    confidence: float
    """Their mean."""
    right: Share
    """Of the answers; an invented one is not right."""


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
            bins.append(Bin(number / BINS, (number + 1) / BINS, fmean(sure), right))
    return tuple(bins)


def _bin_of(field: JudgedField) -> int | None:
    """Return the number of the answer's bin, from 0; None if no answer was given."""
    if field.value is None:
        return None
    return min(BINS - 1, max(0, int(field.confidence * BINS)))
