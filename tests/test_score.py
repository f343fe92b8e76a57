"""Confidence follows the signals, and what must not be accepted unseen stays below 0.8."""

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from extractors.score import confidence_of, doubts_of
from schemas.extraction import Coercion, DoubtCode, Signals

SENSIBLE_THRESHOLD = 0.8
PLAIN = Signals(probability=0.9, grounded=True, places=1, typed=True)

SIGNALS = st.builds(
    Signals,
    probability=st.none() | st.floats(0, 1),
    margin=st.none() | st.floats(-1, 1),
    model_probability=st.none() | st.floats(0, 1),
    label=st.none() | st.floats(-9, 9),
    by_checks=st.booleans(),
    free_probability=st.none() | st.floats(0, 1),
    null_probability=st.none() | st.floats(0, 1),
    grounded=st.booleans(),
    places=st.integers(0, 9),
    typed=st.booleans(),
    ambiguous=st.booleans(),
    checks_passed=st.integers(0, 5),
    checks_failed=st.integers(0, 5),
)


def changed(signals, **update):
    return signals.model_copy(update=update)


def test_probability_alone_is_the_confidence():
    assert confidence_of(PLAIN) == pytest.approx(0.9)


def test_passed_check_adds_to_the_odds_and_a_failed_one_takes_away():
    # Odds of 0.9 are 9 to 1; a passed check multiplies them by e to 1.5, 4.4817.
    assert confidence_of(changed(PLAIN, checks_passed=1)) == pytest.approx(
        40.335 / 41.335, abs=1e-4
    )
    # A failed one multiplies them by e to -2.5, 0.0821.
    assert confidence_of(changed(PLAIN, checks_failed=1)) == pytest.approx(
        0.7388 / 1.7388, abs=1e-4
    )


def test_server_without_probabilities_is_believed_less():
    assert confidence_of(changed(PLAIN, probability=None)) == pytest.approx(0.75)


def test_no_model_is_believed_wholly():
    assert confidence_of(changed(PLAIN, probability=1.0)) == pytest.approx(0.97)
    assert confidence_of(changed(PLAIN, probability=0.0)) == pytest.approx(0.03)


@settings(deadline=None)
@given(SIGNALS)
def test_confidence_is_a_share(signals):
    assert 0 <= confidence_of(signals) <= 1


@settings(deadline=None)
@given(SIGNALS, st.floats(0, 1), st.floats(0, 1))
def test_more_probability_never_means_less_confidence(signals, one, other):
    low, high = sorted((one, other))
    assert confidence_of(changed(signals, probability=low)) <= confidence_of(
        changed(signals, probability=high)
    )


@settings(deadline=None)
@given(SIGNALS)
def test_another_passed_check_never_means_less_confidence(signals):
    more = changed(signals, checks_passed=signals.checks_passed + 1)
    assert confidence_of(signals) <= confidence_of(more)


@settings(deadline=None)
@given(SIGNALS)
def test_another_failed_check_never_means_more_confidence(signals):
    more = changed(signals, checks_failed=signals.checks_failed + 1)
    assert confidence_of(more) <= confidence_of(signals)


@settings(deadline=None)
@given(SIGNALS)
def test_grounded_plain_and_typed_never_means_less_confidence(signals):
    for update in ({"grounded": True}, {"ambiguous": False}, {"typed": True}):
        assert confidence_of(signals) <= confidence_of(changed(signals, **update))


CAPPED = {
    "stands nowhere": ({"grounded": False}, 0.2),
    "more than one reading": ({"ambiguous": True}, 0.5),
    "failed a check": ({"checks_failed": 1}, 0.5),
    "forced on the model": ({"free_probability": 0.001}, 0.5),
    "can't be read as its kind": ({"typed": False}, 0.0),
}


@pytest.mark.parametrize(("update", "most"), CAPPED.values(), ids=CAPPED)
@settings(deadline=None)
@given(signals=SIGNALS)
def test_cap(update, most, signals):
    confidence = confidence_of(changed(signals, **update))
    assert confidence <= most < SENSIBLE_THRESHOLD


TWO_WAYS = Coercion(value=Decimal(1), alternatives=(Decimal(2), Decimal("3.50")))
ONE_WAY = Coercion(value=Decimal(1))
DOUBTS = {
    "none": ({}, ONE_WAY, [], 0.9, []),
    "just sure enough": ({}, ONE_WAY, [], 0.8, []),
    "not sure": (
        {},
        ONE_WAY,
        [],
        0.55,
        [(DoubtCode.UNSURE, "the model isn't sure: 55%, and 80% are asked for")],
    ),
    "not typed says nothing else": (
        {"typed": False, "grounded": False},
        Coercion(value=None, problem="'abc' is no amount"),
        ["net + tax is too much"],
        0.0,
        [(DoubtCode.NOT_TYPED, "'abc' is no amount")],
    ),
    "not on a page": (
        {"grounded": False},
        ONE_WAY,
        [],
        0.9,
        [(DoubtCode.NOT_ON_PAGE, "stands nowhere on the pages")],
    ),
    "other readings": (
        {"ambiguous": True},
        TWO_WAYS,
        [],
        0.9,
        [(DoubtCode.AMBIGUOUS, "may also be 2 or 3.50")],
    ),
    "other readings, in the coercion's words": (
        {"ambiguous": True},
        TWO_WAYS.model_copy(update={"problem": "day or month first?"}),
        [],
        0.9,
        [(DoubtCode.AMBIGUOUS, "day or month first?")],
    ),
    "forced on the model": (
        {"free_probability": 0.001},
        ONE_WAY,
        [],
        0.5,
        [
            (
                DoubtCode.UNSURE,
                "the model would have said something that doesn't stand on the pages like that",
            )
        ],
    ),
    "failed checks, worst first": (
        {"grounded": False},
        ONE_WAY,
        ["1 + 1 = 2, but 3"],
        0.1,
        [
            (DoubtCode.NOT_ON_PAGE, "stands nowhere on the pages"),
            (DoubtCode.CHECK_FAILED, "1 + 1 = 2, but 3"),
            (DoubtCode.UNSURE, "the model isn't sure: 10%, and 80% are asked for"),
        ],
    ),
}


@pytest.mark.parametrize(
    ("update", "coercion", "failed", "confidence", "expected"), DOUBTS.values(), ids=DOUBTS
)
def test_doubts(update, coercion, failed, confidence, expected):
    doubts = doubts_of(
        changed(PLAIN, **update), coercion, failed, confidence=confidence, threshold=0.8
    )
    assert [(doubt.code, doubt.text) for doubt in doubts] == expected
