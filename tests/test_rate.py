"""A calibration gives an extraction's fields their confidence; nothing else of it changes."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from extractors.confidence.rate import rate
from extractors.confidence.record_score import held_back, score_of, standing_of
from schemas.calibration import Calibration, ConfidenceModel, Weight
from schemas.doctype import Policy
from schemas.extraction import (
    Doubt,
    DoubtCode,
    ExtractedRecord,
    Extraction,
    FieldResult,
    Signals,
)
from schemas.kinds import Kind
from schemas.labelled import LabelledField

PLAIN = Signals(probability=0.9, grounded=True, places=1, typed=True)
NOWHERE = Doubt(code=DoubtCode.NOT_ON_PAGE, text="stands nowhere on the pages")


def field(path="total", signals=PLAIN, raw="5.00", value="5.00", doubts=()):
    return FieldResult(
        path=path,
        kind=Kind.AMOUNT,
        raw=raw,
        value=None if value is None else Decimal(value),
        signals=signals,
        doubts=doubts,
    )


def empty(path="tax", **signals):
    return field(path, Signals(**signals), raw=None, value=None)


def extraction(*fields):
    return Extraction(
        document_id="0" * 64,
        type_name="invoice",
        pages=1,
        records=(ExtractedRecord(fields=fields),),
        doubts=(Doubt(code=DoubtCode.REPAIRED, text="the file was damaged"),),
    )


def rated(*fields, by=None):
    return [each.confidence for each in rate(extraction(*fields), by).records[0].fields]


def model(intercept, **groups):
    return ConfidenceModel(
        intercept=intercept, weights=(Weight(term="answer", weight=1.0),), groups=groups
    )


CALIBRATION = Calibration(
    id="one",
    at=datetime(2026, 11, 23, tzinfo=UTC),
    model="local/small",
    asking="fields",
    fitted_on="nothing",
    documents=0,
    labelled=0,
    values=model(0.0, **{"invoice/total": -1.0, "invoice": 0.0}),
    empties=model(1.0),
)


def expit(odds):
    return 1 / (1 + 2.718281828459045**-odds)


def test_values_and_empty_fields_have_models_of_their_own():
    nine_to_one = 2.1972245773362196
    total, number, none = rated(field(), field("number"), empty(probability=0.9), by=CALIBRATION)
    assert total == pytest.approx(expit(nine_to_one - 1))
    assert number == pytest.approx(0.9)
    assert none == pytest.approx(expit(nine_to_one + 1))


def test_what_can_not_be_read_as_its_kind_is_never_right():
    unread = field(raw="abc", value=None)
    for by in (CALIBRATION, None):
        assert rated(unread, by=by) == [0.0]


def test_without_a_calibration_signals_count_all_the_same():
    sure, unsure, failed, nowhere = rated(
        field(),
        field(signals=PLAIN.model_copy(update={"probability": 0.5})),
        field(signals=PLAIN.model_copy(update={"checks_failed": 1})),
        field(signals=PLAIN.model_copy(update={"ambiguous": True})),
    )
    assert failed < unsure < sure
    assert nowhere < sure


def test_server_without_probabilities_is_believed_less_without_a_calibration():
    told, untold = rated(field(), field(signals=PLAIN.model_copy(update={"probability": None})))
    assert 0.5 < untold < told


def test_only_confidences_change():
    before = extraction(field(doubts=(NOWHERE,)), empty(probability=0.2))
    after = rate(before, CALIBRATION)
    fields = [each.model_copy(update={"confidence": 0.0}) for each in after.records[0].fields]
    record = after.records[0].model_copy(update={"fields": tuple(fields)})
    assert after.model_copy(update={"records": (record,)}) == before


def test_rating_again_changes_nothing():
    once = rate(extraction(field(), empty(probability=0.2)), CALIBRATION)
    assert rate(once, CALIBRATION) == once
    assert rate(rate(once, None), CALIBRATION) == once


@settings(deadline=None)
@given(st.none() | st.floats(0, 1), st.none() | st.floats(0, 1), st.booleans())
def test_confidence_is_a_share(probability, free, ambiguous):
    signals = Signals(
        probability=probability, free_probability=free, ambiguous=ambiguous, typed=True
    )
    for by in (CALIBRATION, None):
        for confidence in rated(field(signals=signals), empty(probability=probability), by=by):
            assert 0 <= confidence <= 1


POLICY = Policy(require=("total",), review=("tax", "items[].amount"))


def standings(*fields):
    return [standing_of(each, confidence) for each, confidence in fields]


def test_score_takes_the_least_sure_cell_of_a_column():
    fields = standings(
        (field("total"), 0.9),
        (field("items[0].amount"), 0.5),
        (field("items[1].amount"), 0.8),
        (field("note"), 0.1),
    )
    assert score_of(fields, POLICY) == pytest.approx(0.45)
    assert score_of(fields, Policy()) == 0.0


@settings(deadline=None)
@given(st.lists(st.floats(0, 1), min_size=1, max_size=12), st.data())
def test_score_rises_with_each_confidence(confidences, data):
    paths = ["total", "tax", *(f"items[{at}].amount" for at in range(10))]
    at = data.draw(st.integers(0, len(confidences) - 1))
    more = [*confidences]
    more[at] = data.draw(st.floats(confidences[at], 1))
    one, other = (
        score_of(
            standings(*((field(path), c) for path, c in zip(paths, some, strict=False))), POLICY
        )
        for some in (confidences, more)
    )
    assert 0 <= one <= other <= 1


def test_doubts_of_what_the_policy_names_and_of_the_document_hold_a_record_back():
    plain = standings((field("total"), 1.0))
    assert not held_back(plain, POLICY)
    assert held_back(plain, POLICY, [DoubtCode.NO_TEXT])
    assert held_back(standings((field("total", doubts=(NOWHERE,)), 1.0)), POLICY)
    assert held_back(standings((field("items[4].amount", doubts=(NOWHERE,)), 1.0)), POLICY)
    assert not held_back(standings((field("note", doubts=(NOWHERE,)), 1.0)), POLICY)


def test_labelled_field_stands_as_the_one_that_it_was_made_from():
    for made, labelled in (
        (
            field("items[2].amount", doubts=(NOWHERE,)),
            LabelledField(
                path="items[2].amount", kind=Kind.AMOUNT, doubts=(DoubtCode.NOT_ON_PAGE,)
            ),
        ),
        (empty("tax"), LabelledField(path="tax", kind=Kind.AMOUNT, empty=True)),
    ):
        assert standing_of(made, 0.7) == standing_of(labelled, 0.7)
    assert standing_of(empty("tax"), 0.7).empty


def test_what_is_not_found_on_a_page_that_is_hard_to_read_may_be_there():
    text, clear, poor = rated(
        *(empty(f"tax{ocr}", probability=0.999, ocr=ocr) for ocr in (None, 0.99, 0.5))
    )
    assert text == clear > 0.9
    assert poor < 0.8
