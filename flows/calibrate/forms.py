"""The forms that a model of confidence can have, and the choice among them over documents."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import product

import numpy as np

from extractors.confidence.terms import EMPTY_TERMS, VALUE_TERMS
from flows.calibrate.curve import Curve, on_curve, rising_curve
from flows.calibrate.logistic import fit_logistic, log_odds_of
from flows.calibrate.samples import Flags, Floats, Samples
from schemas.calibration import ConfidenceModel

FOLDS = 10
FEW_TERMS = ("answer", "passed", "unfailed", "column", "row_passed", "plain", "agrees")
"""What tells most by itself: the model's probabilities, the checks, whether words are nothing but
words, and a second reading."""
SIMPLER = 0.5
"""Standard errors of the difference by which a simpler form's loss may be larger."""


@dataclass(frozen=True)
class Form:
    """One way to make a model of labelled fields."""

    few: bool
    """Few terms only."""
    grouped: bool
    """Groups have log-odds of their own."""
    curved: bool
    """A rising curve follows."""
    shipped: bool
    """Fields that come with papersift are fitted too."""

    @property
    def parts(self) -> int:
        """How much it has that a simpler form has not."""
        return (not self.few) + self.grouped + self.curved

    def __str__(self) -> str:
        return ", ".join(
            (
                "few signals" if self.few else "all signals",
                "a term for each group" if self.grouped else "pooled",
                "isotonic" if self.curved else "logistic as it is",
                "with what comes with papersift" if self.shipped else "own documents alone",
            )
        )


@dataclass(frozen=True)
class CrossFit:
    """A form's models, each fitted without one fold, and what they say of that fold."""

    form: Form
    models: tuple[ConfidenceModel, ...]
    """By fold."""
    whole: ConfidenceModel
    """Fitted on all."""
    losses: Mapping[str, tuple[float, int]]
    """By document: the sum of its fields' log losses, and how many they are."""

    @property
    def loss(self) -> float:
        """Log loss of a held-out field."""
        return sum(each for each, _ in self.losses.values()) / max(
            sum(count for _, count in self.losses.values()), 1
        )


def cross_fits(
    samples: Samples, folds: Mapping[str, int], *, own_too: bool, shipped_too: bool
) -> Iterator[CrossFit]:
    """Yield the fit of each form that is possible.

    Args:
        samples: fields with a value, or fields without.
        folds: of their documents.
        own_too: the user's are enough to be fitted alone; then losses are over them.
        shipped_too: there are some that come with papersift.
    """
    fold = np.array([folds[each] for each in samples.documents.tolist()])
    judged = samples.own if own_too else np.ones(len(samples), dtype=np.bool_)
    pools = [True, False] if own_too and shipped_too else [shipped_too]
    for shipped, few, grouped in product(pools, (True, False), (False, True)):
        used = samples.own | shipped
        names = FEW_TERMS if few else (*VALUE_TERMS, *EMPTY_TERMS)
        models = [
            fit_logistic(samples.only(used & (fold != number)), names, grouped=grouped)
            for number in range(FOLDS)
        ]
        odds = np.empty(len(samples))
        for number, model in enumerate(models):
            odds[fold == number] = log_odds_of(samples.only(fold == number), model)
        whole = fit_logistic(samples.only(used), names, grouped=grouped)
        for curved in (False, True):
            curves = [
                rising_curve(odds[used & (fold != number)], samples.right[used & (fold != number)])
                if curved
                else ()
                for number in range(FOLDS)
            ]
            curve = rising_curve(odds[used], samples.right[used]) if curved else ()
            bent = np.empty(len(samples))
            for number in range(FOLDS):
                bent[fold == number] = on_curve(curves[number], odds[fold == number])
            yield CrossFit(
                form=Form(few, grouped, curved, shipped),
                models=tuple(
                    _with_curve(model, each) for model, each in zip(models, curves, strict=True)
                ),
                whole=_with_curve(whole, curve),
                losses=_losses(samples, bent, judged, whole),
            )


def choose(fits: list[CrossFit]) -> CrossFit:
    """Return the simplest fit that isn't clearly worse than the best one, by held-out log loss."""
    best = min(fits, key=lambda fit: fit.loss)
    for fit in sorted(fits, key=lambda fit: (fit.form.parts, fit.loss)):
        if fit.loss - best.loss <= SIMPLER * _standard_error(fit, best):
            return fit
    return best


def _standard_error(one: CrossFit, other: CrossFit) -> float:
    """Return that of the difference of two losses, over documents."""
    apart = np.array([one.losses[name][0] - other.losses[name][0] for name in one.losses])
    fields = sum(count for _, count in one.losses.values())
    return float(apart.std() * np.sqrt(len(apart)) / max(fields, 1))


def _with_curve(model: ConfidenceModel, curve: Curve) -> ConfidenceModel:
    return model.model_copy(update={"curve": curve})


def _losses(
    samples: Samples, odds: Floats, judged: Flags, model: ConfidenceModel
) -> dict[str, tuple[float, int]]:
    bounds = (np.log(model.least / (1 - model.least)), np.log(model.most / (1 - model.most)))
    signed = np.where(samples.right, 1.0, -1.0) * np.clip(odds, *bounds)
    loss = np.logaddexp(0.0, -signed)
    found: dict[str, tuple[float, int]] = {}
    for document in np.unique(samples.documents[judged]).tolist():
        at = judged & (samples.documents == document)
        found[document] = (float(loss[at].sum()), int(at.sum()))
    return found
