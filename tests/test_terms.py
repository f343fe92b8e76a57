"""Signals as terms: all rise with what speaks for the value, and so does any confidence."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractors.confidence.apply import UNCALIBRATED, UNCALIBRATED_EMPTY, confidence_of, log_odds
from extractors.confidence.terms import EMPTY_TERMS, VALUE_TERMS, terms_of
from schemas.calibration import ConfidenceModel, Weight
from schemas.extraction import Signals
from schemas.kinds import Kind

SHARES = st.none() | st.floats(0, 1)
FLAGS = st.none() | st.booleans()
SIGNALS = st.builds(
    Signals,
    probability=SHARES,
    margin=st.none() | st.floats(-1, 1),
    model_probability=SHARES,
    label=st.none() | st.floats(-20, 20),
    by_checks=st.booleans(),
    free_probability=SHARES,
    places=st.integers(0, 50),
    ambiguous=st.booleans(),
    checks_passed=st.integers(0, 5),
    checks_failed=st.integers(0, 5),
    candidates=st.none() | st.integers(0, 400),
    nested=FLAGS,
    cut=FLAGS,
    in_totals=FLAGS,
    unusual=st.booleans(),
    agrees=FLAGS,
    ocr=SHARES,
    history=st.none() | st.floats(-1, 1),
)
KINDS = st.sampled_from(list(Kind))
RISING = (
    "probability",
    "margin",
    "model_probability",
    "label",
    "free_probability",
    "checks_passed",
    "places",
    "in_totals",
    "agrees",
    "ocr",
    "history",
)
FALLING = (
    "by_checks",
    "ambiguous",
    "checks_failed",
    "candidates",
    "nested",
    "cut",
    "unusual",
)


@given(SIGNALS, KINDS, st.booleans())
def test_terms_are_known_and_finite(signals, kind, listed):
    terms = terms_of(signals, kind, listed=listed)

    assert terms.keys() <= set(VALUE_TERMS)
    assert all(math.isfinite(value) for value in terms.values())


def test_what_is_not_there_gives_no_term():
    assert terms_of(Signals()) == {
        "passed": 0.0,
        "unfailed": 0.0,
        "own_choice": 0.0,
        "one_reading": 0.0,
        "usual": 0.0,
    }


def test_a_cell_is_judged_by_its_column():
    signals = Signals(probability=0.9, checks_passed=1)

    assert {"column", "row_passed"} <= terms_of(signals, listed=True).keys()
    assert {"answer", "passed"} <= terms_of(signals).keys()
    assert not {"answer", "passed"} & terms_of(signals, listed=True).keys()


def test_what_is_unusual_in_words_is_a_term_of_its_own():
    signals = Signals(unusual=True)

    assert terms_of(signals, Kind.TEXT)["plain"] == -1
    assert terms_of(signals, Kind.DATE)["usual"] == -1
    assert "usual" not in terms_of(signals, Kind.TEXT)


def test_terms_that_count_for_nothing_are_0():
    terms = terms_of(Signals(agrees=True, ocr=1.0, history=0.0))

    assert (terms["agrees"], terms["history"]) == (0, 0)
    assert terms["ocr"] == pytest.approx(0)


@given(
    SIGNALS,
    SIGNALS,
    st.sampled_from(RISING + FALLING),
    KINDS,
    st.sampled_from(["one", "rows[3].a"]),
)
def test_confidence_never_falls_when_a_signal_rises(one, other, name, kind, path):
    given_values = getattr(one, name), getattr(other, name)
    if None in given_values or (name in ("candidates", "places") and 0 in given_values):
        return  # without a term both count as the middle
    low, high = sorted(given_values, reverse=name in FALLING)
    model = ConfidenceModel(
        intercept=-1.0,
        weights=tuple(Weight(term=term, weight=0.7, middle=0.2) for term in VALUE_TERMS),
        curve=((-2.0, -1.0), (0.0, -0.5), (3.0, 4.0)),
    )
    for each in (model, UNCALIBRATED, UNCALIBRATED_EMPTY):
        less, more = (
            confidence_of(
                one.model_copy(update={name: value}), each, type_name="t", kind=kind, path=path
            )
            for value in (low, high)
        )
        assert less <= more


def test_a_group_that_is_not_known_adds_nothing():
    model = ConfidenceModel(
        intercept=0.5, weights=(), groups={"amount": 1.0, "invoice/total": 0.25, "invoice": -2.0}
    )

    def of(type_name, kind, path):
        return log_odds(Signals(), model, type_name=type_name, kind=kind, path=path)

    assert of("invoice", Kind.AMOUNT, "total") == pytest.approx(-0.25)
    assert of("note", Kind.TEXT, "total") == pytest.approx(0.5)


def test_set_by_hand_a_field_and_a_cell_are_as_sure():
    signals = Signals(probability=0.8)
    found = [
        confidence_of(signals, UNCALIBRATED, type_name="t", kind=Kind.TEXT, path=path)
        for path in ("a", "rows[0].a")
    ]

    assert found == pytest.approx([0.8, 0.8])


def test_set_by_hand_an_absence_rises_with_its_probability():
    less, more = (
        confidence_of(
            Signals(probability=p), UNCALIBRATED_EMPTY, type_name="t", kind=Kind.TEXT, path="a"
        )
        for p in (0.2, 0.9)
    )

    assert EMPTY_TERMS[0] == "answer"
    assert 0.5 < less < more < 0.97
