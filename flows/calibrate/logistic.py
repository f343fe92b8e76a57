"""Fit a logistic model whose weights are never below 0, with groups that shrink to the pool."""

from __future__ import annotations

from collections.abc import Collection

import numpy as np
from sklearn.linear_model import LogisticRegression

from flows.calibrate.samples import Floats, Samples
from schemas.calibration import ConfidenceModel, Weight

TERM_SPREAD, GROUP_SPREAD = 0.55, 0.85
"""Standard deviations that are expected before data is seen: of the log-odds for one standard
deviation of a term, and of those that a group adds. A group of few fields stays near the pool."""
FLAT = 1e-9
"""A term that varies less says nothing."""
ASSUMED = {"agrees": 1.5, "ocr": 0.5, "history": 1.0}
"""Weights, set by hand, of signals that no labelled field has: without them they would count for
nothing until they are labelled. Each is 0 where it says nothing."""


def fit_logistic(samples: Samples, names: Collection[str], *, grouped: bool) -> ConfidenceModel:
    """Return the model of `names` terms that fits best; right and wrong ones must be there.

    Terms are standardised and penalised alike. One whose weight comes out below 0 is left out and
    the others are fitted again, the worst first, so that confidence rises with each signal.
    """
    columns = [at for at, name in enumerate(samples.names) if name in names]
    values = samples.terms[:, columns]
    middles = middles_of(values)
    values = np.where(np.isnan(values), middles, values)
    spreads = values.std(axis=0)
    kept = [at for at in range(len(columns)) if spreads[at] > FLAT]
    scaled = (values - middles) / np.where(spreads > FLAT, spreads, 1)
    groups = samples.groups * (GROUP_SPREAD / TERM_SPREAD) if grouped else samples.groups[:, :0]
    while True:
        intercept, found = _fitted(np.hstack([scaled[:, kept], groups]), samples.right)
        weights = found[: len(kept)]
        if not kept or weights.min() >= 0:
            break
        kept.pop(int(weights.argmin()))
    odds = {at: weight / spreads[at] for at, weight in zip(kept, weights, strict=True)}
    count = len(samples)
    return ConfidenceModel(
        intercept=float(intercept - sum(odds[at] * middles[at] for at in kept)),
        weights=(
            *(
                Weight(
                    term=samples.names[columns[at]],
                    weight=float(weight),
                    middle=float(middles[at]),
                )
                for at, weight in odds.items()
            ),
            *(
                Weight(term=name, weight=weight)
                for name, weight in ASSUMED.items()
                if name not in samples.names
            ),
        ),
        groups={
            name: float(shift * GROUP_SPREAD / TERM_SPREAD)
            for name, shift in zip(samples.group_names, found[len(kept) :], strict=False)
            if shift
        },
        least=0.5 / (count + 1),
        most=(count + 0.5) / (count + 1),
    )


def middles_of(values: Floats) -> Floats:
    """Return the mean of each column's values that are there; 0 where none is."""
    there = ~np.isnan(values)
    counts = there.sum(axis=0)
    sums = np.where(there, values, 0.0).sum(axis=0)
    return np.asarray(sums / np.maximum(counts, 1), dtype=np.float64)


def _fitted(inputs: Floats, right: np.ndarray) -> tuple[float, Floats]:
    """Return intercept and coefficients; without inputs the intercept alone."""
    if inputs.shape[1] == 0:
        share = float(np.clip(right.mean(), 1e-6, 1 - 1e-6))
        return float(np.log(share / (1 - share))), np.zeros(0)
    model = LogisticRegression(C=TERM_SPREAD**2, solver="newton-cholesky", max_iter=200)
    model.fit(inputs, right)
    return float(model.intercept_[0]), np.asarray(model.coef_[0], dtype=np.float64)


def log_odds_of(samples: Samples, model: ConfidenceModel) -> Floats:
    """Return what the model says of each field, before its curve."""
    odds = np.full(len(samples), model.intercept)
    for each in model.weights:
        if each.term in samples.names:
            column = samples.terms[:, samples.names.index(each.term)]
            odds += each.weight * np.where(np.isnan(column), each.middle, column)
        else:
            odds += each.weight * each.middle
    shifts = np.array([model.groups.get(name, 0.0) for name in samples.group_names])
    return np.asarray(odds + samples.groups @ shifts, dtype=np.float64)
