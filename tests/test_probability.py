"""How probable an answer was among those it could have been, with the sums done by hand."""

import itertools
import json
import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from extractors.asking.call import Token, byte_text
from extractors.asking.json_spans import json_spans
from extractors.asking.probability import among_candidates, of_tokens, shares


def said(*pieces):
    """Return tokens; each piece is its text, its probability and those of the others there."""
    return [
        Token(
            text=byte_text(text) if isinstance(text, str) else text.decode("latin-1"),
            logprob=math.log(probability),
            others=tuple((byte_text(other), math.log(p)) for other, p in others.items()),
        )
        for text, probability, others in pieces
    ]


def likelihood_of(tokens, *candidates, **spellings):
    span = json_spans("".join(token.text for token in tokens))["a"]
    return among_candidates(tokens, span, {**{each: each for each in candidates}, **spellings})


OPENING = ('{"a": "', 1.0, {})
CLOSING = ('"}', 1.0, {})

CHOICES = {
    "the only candidate": (
        (OPENING, ("ACME", 0.3, {"The": 0.6}), CLOSING),
        ("ACME",),
        (1.0, 1.0),
    ),
    "two of three listed tokens are candidates": (
        (OPENING, ("yes", 0.6, {"no": 0.2, "maybe": 0.2}), CLOSING),
        ("yes", "no"),
        (0.75, 0.5),
    ),
    "the other was likelier before it was cut off": (
        (OPENING, ("yes", 0.2, {"no": 0.6}), CLOSING),
        ("yes", "no"),
        (0.25, -0.5),
    ),
    "candidates part after a common beginning": (
        (OPENING, ("R-", 0.5, {"X": 0.4}), ("17", 0.7, {"18": 0.2}), CLOSING),
        ("R-17", "R-18"),
        (7 / 9, 5 / 9),
    ),
    "two steps multiply": (
        (OPENING, ("a", 0.6, {"b": 0.2}), ("c", 0.3, {"d": 0.3}), CLOSING),
        ("ac", "ad", "b"),
        (0.375, 0.0),
    ),
    "token that holds the quote and the value": (
        (('{"a":', 1.0, {}), (' "ACME', 0.6, {' "Bolt': 0.2, " null": 0.1}), CLOSING),
        ("ACME", "Bolt"),
        (0.75, 0.5),
    ),
    "part of a rival": (
        (OPENING, ("Nord", 0.6, {"Süd": 0.2}), CLOSING),
        ("Nord", "Südwest"),
        (0.75, 0.5),
    ),
    "character split over two tokens": (
        (OPENING, (b"\xe2\x82", 0.6, {"$": 0.2}), (b"\xac", 1.0, {}), CLOSING),
        ("€", "$"),
        (0.75, 0.5),
    ),
    "escaped character": (
        (OPENING, ('\\"X\\"', 0.6, {"Y": 0.2}), CLOSING),
        ('"X"', "Y"),
        (0.75, 0.5),
    ),
}


@pytest.mark.parametrize(("pieces", "candidates", "expected"), CHOICES.values(), ids=CHOICES)
def test_choice_among_candidates(pieces, candidates, expected):
    likelihood = likelihood_of(said(*pieces), *candidates)
    assert (likelihood.probability, likelihood.margin) == pytest.approx(expected)


def test_rival_that_was_not_listed_counts_as_the_least_listed():
    tokens = said(OPENING, ("yes", 0.6, {"well": 0.3, "hm": 0.05}), CLOSING)
    assert likelihood_of(tokens, "yes", "no").probability == pytest.approx(0.6 / 0.65)


def test_other_spelling_of_the_same_value_is_no_rival():
    tokens = said(OPENING, ("1234", 0.5, {"1.234": 0.3, '12"': 0.2}), CLOSING)
    likelihood = likelihood_of(tokens, "1.234", "12", **{"1234": "1.234"})
    assert (likelihood.probability, likelihood.margin) == pytest.approx((0.8, 0.6))


NULLS = {
    "not listed": ({"[": 0.1}, 0.0),
    "listed": ({"null": 0.03, "[": 0.1}, 0.03),
    "listed in two forms": ({"null": 0.03, " null": 0.01}, 0.04),
    "with what follows it": ({"null}": 0.02}, 0.02),
    "nothing listed": ({}, 0.0),
}


@pytest.mark.parametrize(("others", "expected"), NULLS.values(), ids=NULLS)
def test_probability_of_null_is_read_where_the_quote_opens(others, expected):
    tokens = said(('{"a": ', 1.0, {"null": 0.5}), ('"', 0.9, others), ("ACME", 1.0, {}), CLOSING)
    assert likelihood_of(tokens, "ACME", "Bolt").null == pytest.approx(expected)


def test_null_after_an_opening_quote_means_nothing():
    tokens = said(('{"a": "', 0.9, {}), ("ACME", 0.5, {"null": 0.4}), CLOSING)
    assert likelihood_of(tokens, "ACME").null == 0.0


FREE = {
    "one token": ((("ACME", 0.9, {"Bolt": 0.1}),), (0.9, 0.8)),
    "product of all": ((("AC", 0.9, {"B": 0.1}), ("ME", 0.8, {"DC": 0.15})), (0.72, 0.585)),
    "no others listed": ((("ACME", 0.9, {}),), (0.9, 0.9)),
}


@pytest.mark.parametrize(("pieces", "expected"), FREE.values(), ids=FREE)
def test_free_text_is_as_probable_as_its_tokens_together(pieces, expected):
    tokens = said(OPENING, *pieces, CLOSING)
    span = json_spans("".join(token.text for token in tokens))["a"]
    likelihood = of_tokens(tokens, span)
    assert likelihood is not None
    assert (likelihood.probability, likelihood.margin) == pytest.approx(expected)


def test_empty_text_has_no_likelihood():
    assert of_tokens(said(('{"a": "', 0.9, {}), ('"}', 0.8, {})), (7, 7)) is None


WORDS = st.text("ab€", min_size=1, max_size=4)
SHARES = st.floats(0.01, 1.0)


@st.composite
def generated(draw):
    """Draw candidates and one of them generated, byte by byte, with rivals at every place."""
    candidates = draw(st.lists(WORDS, min_size=1, max_size=5, unique=True))
    written = json.dumps({"a": draw(st.sampled_from(candidates))}, ensure_ascii=False)
    tokens = []
    for byte in written.encode():
        share = draw(SHARES)
        others = draw(st.dictionaries(st.sampled_from("ab$"), st.floats(0.001, 0.3), max_size=2))
        listed = {text: p for text, p in others.items() if text != chr(byte)}
        tokens += said((bytes([byte]), share, listed))
    return candidates, tokens


def shares_of(tokens, *candidates, **spellings):
    span = json_spans("".join(token.text for token in tokens))["a"]
    return shares(tokens, span, {**{each: each for each in candidates}, **spellings})


SHARED = {
    "the only candidate": (
        (OPENING, ("ACME", 0.3, {"The": 0.6}), CLOSING),
        {"ACME": 1.0},
    ),
    "listed tokens that begin a candidate": (
        (OPENING, ("yes", 0.6, {"no": 0.2, "maybe": 0.2}), CLOSING),
        {"yes": 0.75, "no": 0.25},
    ),
    "the other was likelier": (
        (OPENING, ("yes", 0.2, {"no": 0.6}), CLOSING),
        {"yes": 0.25, "no": 0.75},
    ),
    "what parted at the first token shares that token's evenly": (
        (OPENING, ("R-", 0.6, {"X": 0.4}), ("17", 1.0, {}), CLOSING),
        {"R-17": 0.6, "X-1": 0.2, "X-2": 0.2},
    ),
    "what parted later has a share of what was left": (
        (OPENING, ("R-", 0.5, {"X": 0.5}), ("17", 0.6, {"18": 0.2, "oops": 0.2}), CLOSING),
        {"R-17": 0.375, "R-18": 0.125, "X": 0.5},
    ),
    "unlisted ones share the least listed": (
        (OPENING, ("yes", 0.6, {"well": 0.3, "hm": 0.2}), CLOSING),
        {"yes": 0.75, "no": 0.125, "never": 0.125},
    ),
    "one begins the other, and is closed": (
        (OPENING, ("Muster", 1.0, {}), ('"}', 0.8, {" GmbH": 0.2})),
        {"Muster": 0.8, "Muster GmbH": 0.2},
    ),
    "one begins the other, and is gone on with": (
        (OPENING, ("Muster", 1.0, {}), (" GmbH", 0.6, {'"': 0.4}), CLOSING),
        {"Muster": 0.4, "Muster GmbH": 0.6},
    ),
}


@pytest.mark.parametrize(("pieces", "expected"), SHARED.values(), ids=SHARED)
def test_shares_of_all_candidates(pieces, expected):
    assert shares_of(said(*pieces), *expected) == pytest.approx(expected)


def test_spellings_of_one_thing_share_with_others_together():
    tokens = said(OPENING, ("1234", 0.5, {"1.234": 0.3, '12"': 0.2}), CLOSING)
    found = shares_of(tokens, "1.234", "12", **{"1234": "1.234"})
    assert found == pytest.approx({"1.234": 0.8, "12": 0.2})


@settings(deadline=None)
@given(generated())
def test_shares_are_one_together(case):
    candidates, tokens = case
    found = shares_of(tokens, *candidates)
    assert set(found) == set(candidates)
    assert sum(found.values()) == pytest.approx(1)
    assert all(share >= 0 for share in found.values())


@settings(deadline=None)
@given(st.lists(st.floats(0.01, 1), min_size=2, max_size=8))
def test_shares_order_candidates_as_the_model_does(weights):
    names = "abcdefgh"[: len(weights)]
    total = sum(weights) * 1.2
    listed = {name: weight / total for name, weight in zip(names, weights, strict=True)}
    tokens = said(OPENING, ("a", listed.pop("a"), listed), CLOSING)
    found = shares_of(tokens, *names)
    chosen = likelihood_of(tokens, *names)
    assert found["a"] == pytest.approx(chosen.probability)
    rivals = max(share for name, share in found.items() if name != "a")
    assert found["a"] - rivals == pytest.approx(chosen.margin)
    for one, other in itertools.pairwise(sorted(names, key=lambda name: found[name])):
        assert weights[names.index(one)] <= weights[names.index(other)] * (1 + 1e-9)


@settings(deadline=None)
@given(generated())
def test_probability_is_between_none_and_all(case):
    candidates, tokens = case
    likelihood = likelihood_of(tokens, *candidates)
    assert 0 < likelihood.probability <= 1
    assert -1 <= likelihood.margin <= likelihood.probability
    if len(candidates) == 1:
        assert likelihood.probability == 1
