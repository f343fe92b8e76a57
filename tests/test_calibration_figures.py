"""The figures of calibrations, against numbers counted by hand."""

from __future__ import annotations

import numpy as np
import pytest

from flows.calibrate.figures import (
    LEAST_TOLD,
    MOST_POINTS,
    RESAMPLES,
    auroc,
    curve,
    expected_error,
    figures,
    reliability,
)
from flows.evaluate.bootstrap import PERCENTILES, SEED
from schemas.calibration import Scored, TypeEvidence
from schemas.held_out import HeldOut, HeldOutField, HeldOutRecord
from schemas.kinds import Kind
from schemas.labelled import Origin


def field(confidence: float, right, document: str = "a", **more) -> HeldOutField:
    usual = {
        "document_id": document,
        "type_name": "invoice",
        "path": "grand_total",
        "kind": Kind.AMOUNT,
        "empty": False,
        "origin": Origin.GOLD,
        "terms": {},
    }
    return HeldOutField(confidence=confidence, right=right, **{**usual, **more})


def record(score: float, right, document: str = "a", **more) -> HeldOutRecord:
    usual = {
        "document_id": document,
        "type_name": "invoice",
        "recipe_id": "r",
        "origin": Origin.GOLD,
        "held_back": False,
    }
    return HeldOutRecord(score=score, right=right, **{**usual, **more})


def held_out(*fields: HeldOutField, records: tuple[HeldOutRecord, ...] = ()) -> HeldOut:
    return HeldOut(fields=fields, records=records)


def test_auroc_counts_pairs_and_ties_half():
    # right: 0.9 0.5 0.5; wrong: 0.5 0.1. Pairs won: 2 + (0.5 + 1) + (0.5 + 1) of 6
    found = auroc([0.9, 0.5, 0.5, 0.5, 0.1], [True, True, True, False, False], list("abcde"))
    assert found is not None
    assert found.value == pytest.approx(5 / 6)


def test_an_auroc_of_few_errors_has_no_interval_that_looks_sure():
    scores = np.linspace(0, 1, 100)
    right = [place >= LEAST_TOLD - 1 for place in range(100)]
    few = auroc(list(scores), right, [str(place) for place in range(100)])
    assert few is not None
    assert (few.value, few.low, few.high, few.told) == (1.0, 0.0, 1.0, False)
    right[LEAST_TOLD + 20] = False
    enough = auroc(list(scores), right, [str(place) for place in range(100)])
    assert enough is not None
    assert enough.told
    assert 0.5 < enough.low < enough.value < enough.high <= 1


def test_the_interval_resamples_documents_not_fields():
    draw = np.random.default_rng(5)
    documents = np.repeat([str(number) for number in range(30)], 4)
    scores = draw.normal(size=120).round(1)
    right = draw.random(120) < 1 / (1 + np.exp(-2 * scores))
    found = auroc(list(scores), list(right), list(documents))

    def by_hand(rows):
        good, bad = scores[rows][right[rows]], scores[rows][~right[rows]]
        won = (good[:, None] > bad).mean() + (good[:, None] == bad).mean() / 2
        return float(won)

    names = np.unique(documents)
    even = np.full(len(names), 1 / len(names))
    weights = np.random.default_rng(SEED).multinomial(len(names), even, size=RESAMPLES)
    values = []
    for weight in weights:
        times = dict(zip(names, weight, strict=True))
        values.append(by_hand(np.repeat(np.arange(120), [times[each] for each in documents])))
    assert found is not None
    assert (found.low, found.high) == pytest.approx(tuple(np.percentile(values, PERCENTILES)))


def test_brier_and_expected_calibration_error():
    fields = [field(0.6, place < 12, str(place)) for place in range(20)]
    fields += [field(0.9, place < 10, str(place)) for place in range(20)]
    whole = figures(held_out(*fields)).whole
    assert whole.brier == pytest.approx((12 * 0.16 + 8 * 0.36 + 10 * 0.01 + 10 * 0.81) / 40)
    assert whole.ece == pytest.approx((20 * 0.0 + 20 * 0.4) / 40)
    assert (whole.right.count, whole.right.of, whole.documents) == (22, 40, 20)


def test_bins_hold_equally_many_and_equal_confidences_stay_together():
    apart = reliability([field(place / 200, place % 2 == 0, str(place)) for place in range(200)])
    assert [each.right.of for each in apart] == [20] * 10
    assert [each.low for each in apart] == pytest.approx([place / 10 for place in range(10)])
    together = reliability([field(0.99, True)] * 70 + [field(0.5, False)] * 30)
    assert [(each.low, each.high, each.right.of) for each in together] == [
        (0.5, 0.5, 30),
        (0.99, 0.99, 70),
    ]
    few = reliability([field(place / 25, True) for place in range(25)])
    assert [each.right.of for each in few] == [12, 13]
    assert expected_error(()) is None


def test_a_curve_accepts_equal_scores_together_and_is_bounded_exactly():
    points = curve([(0.9, True), (0.9, True), (0.8, False), (0.2, True)], 0.95)
    assert points.of == 4
    assert [(each.score, each.accepted, each.wrong) for each in points.points] == [
        (0.9, 2, 0),
        (0.8, 3, 1),
        (0.2, 4, 1),
    ]
    assert points.points[0].bound == pytest.approx(1 - 0.05**0.5)  # of none wrong in two
    assert [each.error for each in points.points] == pytest.approx([0, 1 / 3, 1 / 4])
    assert curve([], 0.95).points == ()


def test_a_long_curve_keeps_its_ends():
    points = curve([(place / 1000, True) for place in range(1000)], 0.95).points
    assert len(points) == MOST_POINTS
    assert (points[0].accepted, points[-1].accepted) == (1, 1000)


def test_coverage_is_the_longest_prefix_within_the_target():
    right = [True] * 60 + [False] + [True] * 39 + [False] * 10
    fields = [field(1 - place / 200, each, str(place)) for place, each in enumerate(right)]
    covered = figures(held_out(*fields)).whole.covered
    assert [(each.error, each.observed) for each in covered] == [
        (0.01, 100),
        (0.02, 101),
        (0.05, 104),
    ]
    assert {each.promised for each in covered} == {None}


def test_what_is_promised_of_records_is_less_than_what_is_seen():
    records = tuple(record(1 - place / 200, place < 90, str(place)) for place in range(100))
    [found] = figures(held_out(records=records)).records
    one, two, five = found.covered
    assert (one.observed, two.observed, five.observed) == (90, 91, 94)
    assert (one.promised, two.promised) == (0, 0)  # 299 and 149 without a mistake would do
    assert five.promised == 90
    assert found.auroc is not None
    assert found.auroc.value == 1.0


def test_promises_rest_on_the_users_own_records_if_there_are_any():
    records = (
        record(0.9, True, "a"),
        record(0.8, False, "b", held_back=True),
        record(0.7, True, "c", origin=Origin.SHIPPED),
        record(0.6, False, "d", type_name="receipt", origin=Origin.SHIPPED),
    )
    invoice, receipt = figures(held_out(records=records)).records
    assert (invoice.type_name, invoice.shipped, invoice.records, invoice.held_back) == (
        "invoice",
        False,
        1,
        1,
    )
    assert (receipt.shipped, receipt.records, receipt.wrong) == (True, 1, 1)
    evidence = TypeEvidence(
        type_name="invoice", recipe_ids=("r",), records=(Scored(score=0.5, right=False),)
    )
    given, _ = figures(held_out(records=records), [evidence]).records
    assert (given.records, given.wrong, given.held_back) == (1, 1, 0)


def test_each_signal_alone_on_the_fields_that_have_it():
    fields = [
        field(0.9, True, "a", terms={"answer": 3.0, "label": 0.0}),
        field(0.8, True, "b", terms={"answer": 2.0, "label": 1.0}),
        field(0.1, False, "c", terms={"answer": 1.0}),
        field(0.7, False, "d", terms={"answer": 2.5, "label": 2.0}),
        field(0.7, False, "e", empty=True, terms={"answer": 1.0}),
        field(0.6, True, "f", empty=True, terms={"answer": 0.0}),
    ]
    answer, label, empty = figures(held_out(*fields)).signals
    assert (answer.name, answer.fields, answer.of, answer.wrong) == ("answer", 4, 4, 2)
    assert answer.auroc is not None
    assert answer.confidence is not None
    assert answer.auroc.value == pytest.approx(3 / 4)
    assert answer.confidence.value == 1.0
    assert (label.name, label.fields, label.of, label.documents) == ("label", 3, 4, 3)
    assert label.auroc is not None
    assert label.auroc.value == 0.0
    assert (empty.name, empty.empty, empty.fields) == ("answer", True, 2)
    assert empty.auroc is not None
    assert empty.auroc.value == 0.0


def test_groups():
    fields = [
        field(0.9, True, "a"),
        field(0.9, False, "a", kind=Kind.DATE),
        field(0.9, True, "b", type_name="receipt", origin=Origin.SHIPPED, empty=True),
    ]
    found = figures(held_out(*fields))
    for groups, expected in (
        (found.by_type, [("invoice", 2), ("receipt", 1)]),
        (found.by_kind, [("amount", 2), ("date", 1)]),
        (found.by_presence, [("with a value", 2), ("without a value", 1)]),
        (found.by_origin, [("your own", 2), ("come with papersift", 1)]),
    ):
        assert [(each.name, each.fields) for each in groups] == expected


@pytest.mark.parametrize("right", [True, False])
def test_of_one_class_there_is_no_auroc_and_all_else(right):
    found = figures(
        held_out(field(0.9, right, terms={"answer": 1.0}), records=(record(0.9, right),))
    )
    assert found.whole.auroc is None
    assert found.whole.brier == pytest.approx(0.01 if right else 0.81)
    assert found.whole.ece == pytest.approx(0.1 if right else 0.9)
    assert found.signals[0].auroc is None
    assert found.records[0].auroc is None


def test_of_nothing_there_is_nothing():
    found = figures(held_out())
    assert (found.whole.fields, found.whole.auroc, found.whole.brier, found.whole.ece) == (
        0,
        None,
        None,
        None,
    )
    assert (found.by_type, found.signals, found.bins, found.records) == ((), (), (), ())
    none = TypeEvidence(type_name="invoice", recipe_ids=(), records=(), held_back=3)
    [empty] = figures(held_out(), [none]).records
    assert (empty.records, empty.shipped, empty.auroc, empty.curve.points) == (0, False, None, ())
