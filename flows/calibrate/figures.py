"""The figures of a calibration: how well confidences tell right from wrong, and what they allow.

    figures(held_out, calibration.evidence, assurance=0.95).whole.auroc

Each labelled field and record was rated by a model fitted without its document.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from itertools import pairwise
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from flows.calibrate.bounds import upper_bounds
from flows.calibrate.promise import promise_of
from flows.evaluate.bootstrap import PERCENTILES, SEED, share
from schemas.calibration import Scored, TypeEvidence
from schemas.calibration_figures import (
    Auroc,
    Bin,
    CalibrationFigures,
    Covered,
    Curve,
    Measure,
    Point,
    RecordMeasure,
    SignalMeasure,
)
from schemas.held_out import HeldOut, HeldOutField, HeldOutRecord
from schemas.labelled import Origin
from schemas.target import DEFAULT_ASSURANCE

TARGETS = (0.01, 0.02, 0.05)
"""Of the coverage in tables."""
BINS = 10
"""Of the confidence."""
LEAST_IN_BIN = 10
"""Fewer say nothing about a share: there are fewer bins then."""
RESAMPLES = 400
"""For the interval of an AUROC: there are many of them, and its second digit is enough."""
AT_ONCE = 2_000_000
"""Weights of resampled fields held in memory at a time: 16 MB."""
LEAST_TOLD = 5
"""With fewer right ones, or wrong ones, an AUROC is chance; resampling wouldn't show it."""
MOST_POINTS = 200
"""A curve with more looks the same."""
WITH_VALUE, WITHOUT_VALUE = "with a value", "without a value"
OWN, SHIPPED = "your own", "come with papersift"

Floats = NDArray[np.float64]
Thing = TypeVar("Thing")


def figures(
    held_out: HeldOut,
    evidence: Iterable[TypeEvidence] = (),
    *,
    assurance: float = DEFAULT_ASSURANCE,
) -> CalibrationFigures:
    """Return the figures of held-out confidences.

    Args:
        held_out: all labelled fields and records.
        evidence: what promises rest on, by type; of a type without it, the user's own records
            that aren't held back, or if there are none the shipped ones.
        assurance: of the bounds, 0 to 1.

    A figure that can't be made is None; nothing labelled gives figures of nothing.
    """
    fields = held_out.fields
    by_type = _by(fields, lambda field: field.type_name)
    return CalibrationFigures(
        assurance=assurance,
        whole=_measure("all fields", fields),
        by_type=_measures(by_type),
        by_kind=_measures(_by(fields, lambda field: str(field.kind))),
        by_presence=_measures(
            _by(fields, lambda field: WITHOUT_VALUE if field.empty else WITH_VALUE)
        ),
        by_origin=_measures(
            _by(fields, lambda field: SHIPPED if field.origin is Origin.SHIPPED else OWN)
        ),
        signals=(*_signals(fields, empty=False), *_signals(fields, empty=True)),
        bins=reliability(fields),
        bins_by_type={name: reliability(each) for name, each in by_type.items()},
        curve=curve([(each.confidence, each.right) for each in fields], assurance),
        curves_by_type={
            name: curve([(field.confidence, field.right) for field in each], assurance)
            for name, each in by_type.items()
        },
        records=_records(held_out.records, evidence, assurance),
    )


def auroc(scores: Sequence[float], right: Sequence[bool], documents: Sequence[str]) -> Auroc | None:
    """Return how well scores tell right from wrong; None if all are right, or none is.

    The interval resamples documents, for the fields of one go wrong together.
    """
    if len(set(right)) < 2:
        return None
    from sklearn.metrics import roc_auc_score  # noqa: PLC0415 - a second to import

    value = float(roc_auc_score(right, scores))
    if min(sum(right), len(right) - sum(right)) < LEAST_TOLD:
        return Auroc(value=value, low=0.0, high=1.0)
    low, high = _auroc_interval(np.asarray(scores), np.asarray(right, dtype=float), documents)
    return Auroc(value=value, low=min(low, value), high=max(high, value))


def reliability(fields: Sequence[HeldOutField]) -> tuple[Bin, ...]:
    """Return bins of the confidence with equally many fields, from the least sure to the surest.

    Equal confidences stay in one bin, so that its fields' order decides nothing; where many are
    equal there are fewer bins.
    """
    ranked = sorted(fields, key=lambda field: field.confidence)
    bins = []
    for first, last in pairwise(_edges([each.confidence for each in ranked])):
        inside = ranked[first:last]
        by_document = _by(inside, lambda field: field.document_id).values()
        bins.append(
            Bin(
                low=inside[0].confidence,
                high=inside[-1].confidence,
                confidence=sum(each.confidence for each in inside) / len(inside),
                right=share(
                    [sum(field.right for field in each) for each in by_document],
                    [len(each) for each in by_document],
                ),
            )
        )
    return tuple(bins)


def expected_error(bins: Sequence[Bin]) -> float | None:
    """Return the expected calibration error, 0 to 1: how far bins' confidences are from the truth.

    The mean over bins of |mean confidence - share right|, by their counts; None without a bin.
    """
    count = sum(each.right.of for each in bins)
    if not count:
        return None
    off = sum(each.right.of * abs(each.confidence - each.right.share) for each in bins)
    return float(off / count)


def curve(scored: Sequence[tuple[float, bool]], assurance: float) -> Curve:
    """Return risk against coverage of (score, right); equal scores are accepted together."""
    prefixes = _prefixes(scored)
    if len(prefixes) > MOST_POINTS:
        places = np.linspace(0, len(prefixes) - 1, MOST_POINTS).round().astype(int)
        prefixes = [prefixes[place] for place in places]
    if not prefixes:
        return Curve(of=0)
    _, counts, wrongs = zip(*prefixes, strict=True)
    bounds = upper_bounds(np.array(wrongs), np.array(counts), assurance)
    return Curve(
        of=len(scored),
        points=tuple(
            Point(score=score, accepted=accepted, wrong=wrong, bound=float(bound))
            for (score, accepted, wrong), bound in zip(prefixes, bounds, strict=True)
        ),
    )


def _measures(groups: dict[str, list[HeldOutField]]) -> tuple[Measure, ...]:
    """Return a measure a group, the largest group first."""
    ranked = sorted(groups.items(), key=lambda group: (-len(group[1]), group[0]))
    return tuple(_measure(name, fields) for name, fields in ranked)


def _measure(name: str, fields: Sequence[HeldOutField]) -> Measure:
    by_document = _by(fields, lambda field: field.document_id).values()
    scored = [(each.confidence, each.right) for each in fields]
    return Measure(
        name=name,
        fields=len(fields),
        documents=len(by_document),
        right=share(
            [sum(field.right for field in each) for each in by_document],
            [len(each) for each in by_document],
        ),
        auroc=_auroc(fields),
        brier=_brier(scored),
        ece=expected_error(reliability(fields)),
        covered=_covered(scored),
    )


def _brier(scored: Sequence[tuple[float, bool]]) -> float | None:
    if not scored:
        return None
    from sklearn.metrics import brier_score_loss  # noqa: PLC0415

    confidences, right = zip(*scored, strict=True)
    return float(brier_score_loss(right, confidences, pos_label=True, labels=[False, True]))


def _auroc(
    fields: Sequence[HeldOutField], score: Callable[[HeldOutField], float] | None = None
) -> Auroc | None:
    scores = [score(each) if score else each.confidence for each in fields]
    return auroc(scores, [each.right for each in fields], [each.document_id for each in fields])


def _signals(fields: Sequence[HeldOutField], *, empty: bool) -> list[SignalMeasure]:
    """Return each signal alone, the most telling first; those that can't be measured last."""
    such = [each for each in fields if each.empty is empty]
    names = sorted({name for each in such for name in each.terms})
    found = [_signal(name, such, empty=empty) for name in names]
    return sorted(found, key=lambda each: -each.auroc.value if each.auroc else 1.0)


def _signal(name: str, such: Sequence[HeldOutField], *, empty: bool) -> SignalMeasure:
    having = [each for each in such if name in each.terms]
    return SignalMeasure(
        name=name,
        empty=empty,
        fields=len(having),
        of=len(such),
        documents=len({each.document_id for each in having}),
        wrong=sum(not each.right for each in having),
        auroc=_auroc(having, lambda field: field.terms[name]),
        confidence=_auroc(having),
        covered=_covered([(each.terms[name], each.right) for each in having]),
    )


def _records(
    records: Sequence[HeldOutRecord], evidence: Iterable[TypeEvidence], assurance: float
) -> tuple[RecordMeasure, ...]:
    known = {each.type_name: each for each in evidence}
    by_type = _by(records, lambda record: record.type_name)
    for name, each in by_type.items():
        known.setdefault(name, _evidence(name, each))
    return tuple(_record_measure(known[name], assurance) for name in sorted(known))


def _evidence(type_name: str, records: Sequence[HeldOutRecord]) -> TypeEvidence:
    own = [each for each in records if each.origin is not Origin.SHIPPED] or records
    return TypeEvidence(
        type_name=type_name,
        recipe_ids=tuple(sorted({each.recipe_id for each in own})),
        records=tuple(
            Scored(score=each.score, right=each.right, origin=each.origin)
            for each in own
            if not each.held_back
        ),
        held_back=sum(each.held_back for each in own),
    )


def _record_measure(evidence: TypeEvidence, assurance: float) -> RecordMeasure:
    tested = evidence.records
    scored = [(each.score, each.right) for each in tested]
    covered = []
    for each in _covered(scored):
        promise = promise_of(
            tested, error=each.error, assurance=assurance, floor=evidence.fair_from
        )
        promised = promise.accepted if promise.threshold is not None else 0
        covered.append(each.model_copy(update={"promised": promised}))
    return RecordMeasure(
        type_name=evidence.type_name,
        shipped=bool(tested) and evidence.shipped,
        records=len(tested),
        wrong=sum(not each.right for each in tested),
        held_back=evidence.held_back,
        auroc=auroc(  # a record is a document
            [each.score for each in tested],
            [each.right for each in tested],
            [str(number) for number in range(len(tested))],
        ),
        curve=curve(scored, assurance),
        covered=tuple(covered),
    )


def _covered(scored: Sequence[tuple[float, bool]]) -> tuple[Covered, ...]:
    prefixes = _prefixes(scored)
    return tuple(
        Covered(
            error=error,
            observed=max(
                (accepted for _, accepted, wrong in prefixes if wrong <= error * accepted),
                default=0,
            ),
        )
        for error in TARGETS
    )


def _prefixes(scored: Sequence[tuple[float, bool]]) -> list[tuple[float, int, int]]:
    """Return (score, how many have it or more, how many of these are wrong), the surest first."""
    counts: Counter[float] = Counter()
    wrongs: Counter[float] = Counter()
    for score, right in scored:
        counts[score] += 1
        wrongs[score] += not right
    prefixes, accepted, wrong = [], 0, 0
    for score in sorted(counts, reverse=True):
        accepted += counts[score]
        wrong += wrongs[score]
        prefixes.append((score, accepted, wrong))
    return prefixes


def _edges(ranked: Sequence[float]) -> list[int]:
    """Return where bins of rising numbers begin and end; equal numbers aren't parted."""
    count = len(ranked)
    if not count:
        return []
    bins = max(1, min(BINS, count // LEAST_IN_BIN))
    edges = {0, count}
    for number in range(1, bins):
        edge = round(number * count / bins)
        while edge < count and ranked[edge] == ranked[edge - 1]:
            edge += 1
        edges.add(edge)
    return sorted(edges)


def _auroc_interval(scores: Floats, right: Floats, documents: Sequence[str]) -> tuple[float, float]:
    """Return between which values 95 % of the AUROCs of resampled documents lie."""
    order = np.argsort(scores, kind="stable")
    ranked, right = scores[order], right[order]
    starts = np.flatnonzero(np.r_[True, ranked[1:] != ranked[:-1]])
    names, place = np.unique(np.asarray(documents)[order], return_inverse=True)
    draw = np.random.default_rng(SEED)
    even = np.full(len(names), 1 / len(names))
    rows = max(1, AT_ONCE // len(scores))
    found = []
    for done in range(0, RESAMPLES, rows):
        weights = draw.multinomial(len(names), even, size=min(rows, RESAMPLES - done))[:, place]
        good = np.add.reduceat(weights * right, starts, axis=1)
        bad = np.add.reduceat(weights * (1 - right), starts, axis=1)
        below = np.cumsum(bad, axis=1) - bad / 2
        pairs = good.sum(axis=1) * bad.sum(axis=1)
        won = (good * below).sum(axis=1)
        found.append(won[pairs > 0] / pairs[pairs > 0])
    values = np.concatenate(found)
    if not len(values):
        return 0.0, 1.0
    low, high = np.percentile(values, PERCENTILES)
    return float(low), float(high)


def _by(things: Iterable[Thing], key: Callable[[Thing], str]) -> dict[str, list[Thing]]:
    groups: dict[str, list[Thing]] = defaultdict(list)
    for each in things:
        groups[key(each)].append(each)
    return dict(groups)
