"""Amounts, quantities and rates say what their printed digits say."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractors.coerce.coerce import coerce
from extractors.coerce.locale import DocumentLocale
from schemas.kinds import Kind

UNKNOWN = DocumentLocale()
POINT = DocumentLocale(decimal_mark=".")
COMMA = DocumentLocale(decimal_mark=",")

PLAIN = {
    "German": ("1.234,50", "1234.50"),
    "English": ("1,234.50", "1234.50"),
    "French": ("1 234,50", "1234.50"),
    "French, no-break space": ("1\u00a0234,50", "1234.50"),
    "French, narrow no-break space": ("1\u202f234,50 €", "1234.50"),
    "thin space": ("1\u2009234.50", "1234.50"),
    "Swiss": ("1'234.50", "1234.50"),
    "Swiss, curly": ("CHF 1’234.50", "1234.50"),
    "Indian": ("Rs. 1,23,456.00", "123456.00"),
    "millions in German": ("1.234.567", "1234567"),
    "millions in English": ("1,234,567.89", "1234567.89"),
    "no decimals": ("1939", "1939"),
    "four digits before the mark": ("1234.567", "1234.567"),
    "below one": ("0.123", "0.123"),
    "no zero before the mark": (".50", "0.50"),
    "zeros at the end stay": ("12.500,000", "12500.000"),
    "dash for no cents": ("12,-", "12"),
    "two dashes for no cents": ("12.--", "12"),
    "long dash for no cents": ("CHF 12.—", "12"),
    "Indian end": ("500/-", "500"),
    "minus": ("-12.50", "-12.50"),
    "minus sign of Unicode": ("−12.50", "-12.50"),
    "minus after the sign": ("€ -9,32", "-9.32"),
    "minus before the sign": ("-$12.50", "-12.50"),
    "loose minus": ("- 12,50", "-12.50"),
    "minus at the end": ("12,50-", "-12.50"),
    "minus at the end before the code": ("12,50- EUR", "-12.50"),
    "parentheses": ("(12.00)", "-12.00"),
    "parentheses around the sign too": ("($1,234.00)", "-1234.00"),
    "zero has no sign": ("-0.00", "0.00"),
    "plus": ("+ 5.00", "5.00"),
    "euro sign": ("€12,50", "12.50"),
    "ringgit": ("RM50.00", "50.00"),
    "rupee sign": ("₹ 5", "5"),
    "US dollars": ("US$ 4.11", "4.11"),
    "kroner": ("12,00 kr", "12.00"),
    "zloty": ("12,00 zł", "12.00"),
    "word": ("12,50 Euro", "12.50"),
    "label": ("Total: 12.50", "12.50"),
    "tax code": ("8.70 SR", "8.70"),
    "footnote": ("8.70*", "8.70"),
    "wide digits": ("１２．５０", "12.50"),
}


@pytest.mark.parametrize(("raw", "value"), PLAIN.values(), ids=PLAIN)
def test_amount_has_one_meaning(raw, value):
    found = coerce(Kind.AMOUNT, raw, UNKNOWN)
    assert (str(found.value), found.alternatives, found.problem) == (value, (), "")


BY_DOCUMENT = {
    "full stop in a document with decimal commas": (Kind.AMOUNT, "1.234", COMMA, "1234"),
    "full stop in a document with decimal points": (Kind.AMOUNT, "1.234", POINT, "1.234"),
    "comma in a document with decimal commas": (Kind.AMOUNT, "1,234", COMMA, "1.234"),
    "comma in a document with decimal points": (Kind.AMOUNT, "1,234", POINT, "1234"),
    "thousands in a German document": (
        Kind.AMOUNT,
        "1.234",
        DocumentLocale(languages=("de",)),
        "1234",
    ),
    "thousands in an English document": (
        Kind.AMOUNT,
        "1,234",
        DocumentLocale(languages=("en",)),
        "1234",
    ),
    "the amount's own marks are stronger": (Kind.AMOUNT, "12.50", COMMA, "12.50"),
    "quantity in a document with decimal commas": (Kind.NUMBER, "1.000 Stk", COMMA, "1000"),
    "quantity in a document with decimal points": (Kind.NUMBER, "1.000", POINT, "1.000"),
}


@pytest.mark.parametrize(("kind", "raw", "locale", "value"), BY_DOCUMENT.values(), ids=BY_DOCUMENT)
def test_the_document_decides_between_thousands_and_decimals(kind, raw, locale, value):
    found = coerce(kind, raw, locale)
    assert (str(found.value), found.alternatives, found.problem) == (value, (), "")


UNCERTAIN = {
    "thousands or decimals, money": (Kind.AMOUNT, "1.234", "1234", ["1.234"]),
    "thousands or decimals, negative": (Kind.AMOUNT, "-1,234", "-1234", ["-1.234"]),
    "thousands or decimals, quantity": (Kind.NUMBER, "1.000", "1.000", ["1000"]),
    "credit": (Kind.AMOUNT, "12.00 CR", "-12.00", ["12.00"]),
    "marks that no country sets so": (Kind.AMOUNT, "1.234.50", "1234.50", []),
    "torn by scanning": (Kind.AMOUNT, "1, 234.50", "1234.50", []),
    "words beside it": (Kind.AMOUNT, "Total 12.50", "12.50", []),
}


@pytest.mark.parametrize(
    ("kind", "raw", "value", "alternatives"), UNCERTAIN.values(), ids=UNCERTAIN
)
def test_uncertain_amount_keeps_its_readings_and_says_why(kind, raw, value, alternatives):
    found = coerce(kind, raw, UNKNOWN)
    assert str(found.value) == value
    assert [str(each) for each in found.alternatives] == alternatives
    assert raw in found.problem


def test_two_readings_are_written_out():
    problem = coerce(Kind.AMOUNT, "1.234", UNKNOWN).problem
    assert problem == "'1.234' has two readings: 1234 or 1.234."


NO_AMOUNT = {
    "nothing": ("", "It is empty."),
    "words": ("see above", "'see above' is not an amount: it holds no number."),
    "a date": ("12.03.2024", "'12.03.2024' is not an amount: it is a date."),
    "a rate": ("19 %", "'19 %' is not an amount: it is a percentage."),
    "a code": ("INV-123", "'INV-123' is not an amount: its digits are part of a word."),
    "a weight": ("12kg", "'12kg' is not an amount: its digits are part of a word."),
    "two amounts": ("12.50 or 13.50", "'12.50 or 13.50' is not an amount: it holds 2 numbers."),
    "an address": (
        "192.168.0.1",
        "'192.168.0.1' is not an amount: no country writes a number so.",
    ),
}


@pytest.mark.parametrize(("raw", "problem"), NO_AMOUNT.values(), ids=NO_AMOUNT)
def test_text_that_is_no_amount_has_no_value(raw, problem):
    found = coerce(Kind.AMOUNT, raw, UNKNOWN)
    assert (found.value, found.problem) == (None, problem)


NUMBERS = {
    "whole": ("2", "2"),
    "comma": ("2,5", "2.5"),
    "unit": ("3 Stk", "3"),
    "unit without space": ("12hrs", "12"),
    "unit with parentheses": ("40 Unit(s)", "40"),
    "unit before": ("Stk 3", "3"),
    "times": ("2x", "2"),
    "times before": ("x 3", "3"),
    "square metres": ("12,50 m2", "12.50"),
    "returned": ("-2", "-2"),
}


@pytest.mark.parametrize(("raw", "value"), NUMBERS.values(), ids=NUMBERS)
def test_number_leaves_its_unit_aside(raw, value):
    found = coerce(Kind.NUMBER, raw, UNKNOWN)
    assert (str(found.value), found.problem) == (value, "")


@pytest.mark.parametrize("raw", ["1 1/2", "½", "950658-1", "A4", "2 x 500 g", "none"])
def test_text_that_is_no_number_has_no_value(raw):
    found = coerce(Kind.NUMBER, raw, UNKNOWN)
    assert found.value is None
    assert raw in found.problem


RATES = {
    "percent": ("19 %", "19"),
    "decimals": ("19,00%", "19.00"),
    "bare": ("19", "19"),
    "a fraction stays one": ("0.19", "0.19"),
    "three decimals are no thousands": ("7.000 %", "7.000"),
    "words": ("MwSt. 19% incl.", "19"),
    "of an amount": ("20% of 100.00", "20"),
    "written out": ("7 Prozent", "7"),
    "negative": ("-5%", "-5"),
}


@pytest.mark.parametrize(("raw", "value"), RATES.values(), ids=RATES)
def test_percent(raw, value):
    found = coerce(Kind.PERCENT, raw, UNKNOWN)
    assert (str(found.value), found.problem) == (value, "")


@pytest.mark.parametrize("raw", ["9% + 9%", "exempt", "12.03.2024", "19 20"])
def test_text_that_is_no_rate_has_no_value(raw):
    found = coerce(Kind.PERCENT, raw, UNKNOWN)
    assert found.value is None
    assert raw in found.problem


STYLES = {
    "German": (".", ","),
    "English": (",", "."),
    "French": ("\u202f", ","),
    "Swiss": ("'", "."),
    "spaced": (" ", "."),
}
PRINTED = [
    "{sign}{digits}",
    "{sign}€{digits}",
    "{sign}{digits} EUR",
    "RM {sign}{digits}",
]


@given(
    st.decimals(min_value=-(10**12), max_value=10**12, places=2),
    st.sampled_from(list(STYLES.values())),
    st.sampled_from(PRINTED),
)
def test_what_any_country_prints_reads_back_exactly(value, style, printed):
    """A number with two decimals has one meaning in every style, and keeps each digit."""
    thousands, decimals = style
    digits = f"{abs(value):,}".translate({ord(","): thousands, ord("."): decimals})
    found = coerce(
        Kind.AMOUNT, printed.format(sign="-" if value < 0 else "", digits=digits), UNKNOWN
    )
    assert (found.value, found.problem) == (value, "")
    assert isinstance(found.value, Decimal)
    assert found.value.as_tuple().exponent == -2
