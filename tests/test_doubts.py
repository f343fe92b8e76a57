"""Why a field needs a look, in words."""

from decimal import Decimal

import pytest

from extractors.confidence.doubts import hard_doubts, missing, unsure
from schemas.doctype import Policy
from schemas.extraction import Coercion, DoubtCode, FieldResult, Signals
from schemas.kinds import Kind

PLAIN = Signals(probability=0.9, grounded=True, places=1, typed=True)
TWO_WAYS = Coercion(value=Decimal(1), alternatives=(Decimal(2), Decimal("3.50")))
ONE_WAY = Coercion(value=Decimal(1))
HARD = {
    "none": ({}, ONE_WAY, [], []),
    "none, however unsure": ({"probability": 0.01, "agrees": False}, ONE_WAY, [], []),
    "not typed says nothing else": (
        {"typed": False, "grounded": False},
        Coercion(value=None, problem="'abc' is no amount"),
        ["net + tax is too much"],
        [(DoubtCode.NOT_TYPED, "'abc' is no amount")],
    ),
    "not on a page": (
        {"grounded": False},
        ONE_WAY,
        [],
        [(DoubtCode.NOT_ON_PAGE, "stands nowhere on the pages")],
    ),
    "other readings": (
        {"ambiguous": True},
        TWO_WAYS,
        [],
        [(DoubtCode.AMBIGUOUS, "may also be 2 or 3.50")],
    ),
    "other readings, in the coercion's words": (
        {"ambiguous": True},
        TWO_WAYS.model_copy(update={"problem": "day or month first?"}),
        [],
        [(DoubtCode.AMBIGUOUS, "day or month first?")],
    ),
    "failed checks, worst first": (
        {"grounded": False},
        ONE_WAY,
        ["1 + 1 = 2, but 3", "1 x 1 = 1, but 2"],
        [
            (DoubtCode.NOT_ON_PAGE, "stands nowhere on the pages"),
            (DoubtCode.CHECK_FAILED, "1 + 1 = 2, but 3"),
            (DoubtCode.CHECK_FAILED, "1 x 1 = 1, but 2"),
        ],
    ),
}


@pytest.mark.parametrize(("update", "coercion", "failed", "expected"), HARD.values(), ids=HARD)
def test_hard_doubts(update, coercion, failed, expected):
    doubts = hard_doubts(PLAIN.model_copy(update=update), coercion, failed)
    assert [(doubt.code, doubt.text) for doubt in doubts] == expected


def test_field_that_must_be_there_is_doubted_if_it_is_not():
    policy = Policy(require=("total", "items[].amount"), review=("tax",))
    assert [doubt.code for doubt in missing("total", policy)] == [DoubtCode.MISSING]
    assert [doubt.code for doubt in missing("items[3].amount", policy)] == [DoubtCode.MISSING]
    assert list(missing("tax", policy)) == []


FORCED = "the model would have said something that doesn't stand on the pages like that"
SOFT = {
    "not sure": ({}, {}, 0.55, 0.95, "only 55% sure, not 95%"),
    "nearly sure": ({}, {}, 0.9496, 0.95, "only 94% sure, not 95%"),
    "sure": ({}, {}, 0.97, 0.95, "among the least sure of this record: 97%"),
    "forced on the model": ({}, {"free_probability": 0.001}, 0.5, 0.95, FORCED),
    "another reading": (
        {"second": "48.60"},
        {"agrees": False, "free_probability": 0.001},
        0.5,
        0.95,
        "a second reading gave '48.60'",
    ),
    "another reading, of a sure one": (
        {"second": "48.60"},
        {"agrees": False},
        0.99,
        0.95,
        "a second reading gave '48.60'",
    ),
    "none in another reading": (
        {},
        {"agrees": False},
        0.5,
        0.95,
        "a second reading found nothing",
    ),
    "agreed on, but not sure": (
        {},
        {"agrees": True},
        0.5,
        0.95,
        "only 50% sure, not 95%",
    ),
    "never sure enough": (
        {},
        {},
        0.99,
        float("inf"),
        "no error rate can be promised for it yet: 99% sure",
    ),
}


@pytest.mark.parametrize(
    ("update", "signals", "confidence", "asked", "text"), SOFT.values(), ids=SOFT
)
def test_soft_doubt(update, signals, confidence, asked, text):
    field = FieldResult(
        path="total",
        kind=Kind.AMOUNT,
        raw="40.50",
        value=Decimal("40.50"),
        signals=PLAIN.model_copy(update=signals),
        confidence=confidence,
        **update,
    )
    doubt = unsure(field, asked)
    assert (doubt.code, doubt.text) == (DoubtCode.UNSURE, text)


EMPTY = {
    "nothing else": ({}, "not found, and 40% sure that it isn't there"),
    "what it may be": (
        {"rivals": ("8.10", "9.00")},
        "not found, and 40% sure that it isn't there: perhaps it is '8.10'",
    ),
    "what a second reading gave": (
        {"rivals": ("8.10",), "second": "9.00"},
        "not found, but a second reading gave '9.00'",
    ),
}


@pytest.mark.parametrize(("update", "text"), EMPTY.values(), ids=EMPTY)
def test_soft_doubt_about_an_empty_field(update, text):
    field = FieldResult(
        path="tax", kind=Kind.AMOUNT, raw=None, value=None, confidence=0.4, **update
    )
    doubt = unsure(field, 0.95)
    assert (doubt.code, doubt.text) == (DoubtCode.MISSING, text)
