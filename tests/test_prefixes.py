"""Beginnings that tell candidates apart."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from extractors.asking.prefixes import shortest_prefixes
from extractors.candidates.candidates import spellings_of

PREFIXES = {
    "only one: up to where its first token may end": (
        ["Muster Handels GmbH"],
        {"Muster": "Muster Handels GmbH"},
    ),
    "apart from the first word on": (
        ["Muster GmbH", "Quillback Farm Ltd"],
        {"Muster": "Muster GmbH", "Quillback": "Quillback Farm Ltd"},
    ),
    "apart in the second word": (
        ["Muster Handels GmbH", "Muster Holding AG"],
        {"Muster Handels": "Muster Handels GmbH", "Muster Holding": "Muster Holding AG"},
    ),
    "words aren't cut": (["Hammer", "Hammock"], {"Hammer": "Hammer", "Hammock": "Hammock"}),
    "one begins the other": (
        ["Muster", "Muster GmbH", "Muster GmbH & Co. KG"],
        {
            "Muster": "Muster",
            "Muster GmbH": "Muster GmbH",
            "Muster GmbH &": "Muster GmbH & Co. KG",
        },
    ),
    "digits are cut where they end": (
        ["14.03.2025", "28.03.2025"],
        {"14": "14.03.2025", "28": "28.03.2025"},
    ),
    "digits are cut by threes": (
        ["123456", "123789"],
        {"123456": "123456", "123789": "123789"},
    ),
    "long numbers": (
        ["1234567890", "1239876543"],
        {"123456": "1234567890", "123987": "1239876543"},
    ),
    "decimals": (
        ["48.60", "48.06", "40.50"],
        {"48.60": "48.60", "48.06": "48.06", "40": "40.50"},
    ),
    "none": ([], {}),
}


@pytest.mark.parametrize(("among", "expected"), PREFIXES.values(), ids=PREFIXES)
def test_shortest_beginnings(among, expected):
    assert shortest_prefixes({each: each for each in among}) == expected


def test_spellings_of_one_thing_need_not_be_told_apart():
    whole = "€2.129,79"
    found = shortest_prefixes({"2129,79": whole, "2.129,79": whole, whole: whole, "21,90": "21,90"})
    assert found == {"212": whole, "2.129": whole, "€2": whole, "21,90": "21,90"}


def parts(found, spelt):
    """Return the prefixes that a spelling begins with."""
    return [prefix for prefix in found if spelt.startswith(prefix)]


PIECES = st.lists(
    st.sampled_from(["12", "129", "4711", "2025", "A", "AB", "€", "é", " ", "  ", ".", ",", "-"]),
    min_size=1,
    max_size=6,
).map("".join)


@st.composite
def spelt(draw):
    """Draw spellings, each with what it stands for; every one stands for itself, too."""
    meanings = draw(st.lists(PIECES, min_size=1, max_size=8, unique=True))
    others = draw(st.dictionaries(PIECES, st.sampled_from(meanings), max_size=5))
    return {**others, **{each: each for each in meanings}}


@settings(deadline=None)
@given(spelt())
def test_beginnings_tell_all_meanings_apart(spellings):
    found = shortest_prefixes(spellings)
    assert set(found.values()) == set(spellings.values())
    for prefix, meant in found.items():
        begun = [each for each in spellings if each.startswith(prefix)]
        assert meant in [spellings[each] for each in begun]
        others = [each for each in begun if spellings[each] != meant]
        if others:  # the prefix is a whole spelling, so nothing shorter tells it from these
            assert spellings[prefix] == meant
    for each, meant in spellings.items():
        longest = max(parts(found, each), key=len)
        assert found[longest] == meant


@settings(deadline=None)
@given(spelt())
def test_a_beginning_ends_where_a_token_may_end(spellings):
    found = shortest_prefixes(spellings)
    for prefix in found.keys() - spellings.keys():
        digits = len(prefix) - len(prefix.rstrip("0123456789"))
        behind = [each[len(prefix)] for each in spellings if each.startswith(prefix)]
        assert any(
            character.isspace() or (digits and (not character.isdigit() or digits % 3 == 0))
            for character in behind
        )


@settings(deadline=None)
@given(spelt())
def test_no_beginning_is_longer_than_it_must_be(spellings):
    found = shortest_prefixes(spellings)
    for prefix, meant in found.items():
        shorter = [prefix[:end] for end in range(1, len(prefix)) if prefix[end].isspace()]
        for each in shorter:
            rivals = [other for other in spellings if other.startswith(each)]
            assert any(spellings[other] != meant for other in rivals)


AMOUNTS = st.integers(0, 9_999_999).map(lambda cents: f"{cents / 100:,.2f}")


@settings(deadline=None)
@given(st.lists(AMOUNTS, min_size=1, max_size=30, unique=True))
def test_every_amount_is_reached_by_each_of_its_spellings(among):
    spellings = spellings_of(among)
    found = shortest_prefixes(spellings)
    for each in among:
        assert found[max(parts(found, each), key=len)] == each
    for spelling, meant in spellings.items():
        assert found[max(parts(found, spelling), key=len)] == meant
