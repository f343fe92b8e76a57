"""Printed dates become days of the calendar; the document decides their order."""

from datetime import date

import pytest
from babel import Locale
from babel.dates import format_date
from hypothesis import given
from hypothesis import strategies as st

from extractors.coerce.coerce import coerce
from extractors.coerce.locale import DocumentLocale
from extractors.coerce.months import LANGUAGES, month_number
from schemas.kinds import Kind

UNKNOWN = DocumentLocale()
DAY_FIRST = DocumentLocale(date_order="day_first")
MONTH_FIRST = DocumentLocale(date_order="month_first")

PLAIN = {
    "dotted": ("14.03.2025", date(2025, 3, 14)),
    "dotted is day first": ("03.04.2024", date(2024, 4, 3)),
    "dotted with spaces": ("14. 3. 2025", date(2025, 3, 14)),
    "dotted, short year": ("01.05.14", date(2014, 5, 1)),
    "slashes, day over 12": ("14/03/2025", date(2025, 3, 14)),
    "slashes, month first by its number": ("03/14/2025", date(2025, 3, 14)),
    "slashes, short year": ("31/12/18", date(2018, 12, 31)),
    "slashes with spaces": ("27 / 10 / 2017", date(2017, 10, 27)),
    "day and month the same": ("04/04/2024", date(2024, 4, 4)),
    "hyphens": ("15-10-2015", date(2015, 10, 15)),
    "ISO": ("2025-03-04", date(2025, 3, 4)),
    "year first with slashes": ("2025/03/04", date(2025, 3, 4)),
    "without marks": ("20250304", date(2025, 3, 4)),
    "short year first when nothing else is possible": ("99/12/31", date(1999, 12, 31)),
    "century of 69": ("01.02.69", date(2069, 2, 1)),
    "century of 70": ("01.02.70", date(1970, 2, 1)),
    "leap day": ("29.02.2024", date(2024, 2, 29)),
    "English short month": ("14-Mar-2025", date(2025, 3, 14)),
    "English short month and year": ("14/MAR/25", date(2025, 3, 14)),
    "no spaces": ("14Mar2025", date(2025, 3, 14)),
    "American": ("Mar 14, 2025", date(2025, 3, 14)),
    "American, spaced comma": ("August 3 , 2014", date(2014, 8, 3)),
    "American, apostrophe": ("Mar 14 '25", date(2025, 3, 14)),
    "ordinal": ("3rd of April 2024", date(2024, 4, 3)),
    "American ordinal": ("April 3rd, 2024", date(2024, 4, 3)),
    "weekday": ("Wednesday, 3 April 2024", date(2024, 4, 3)),
    "German": ("14. März 2025", date(2025, 3, 14)),
    "German with umlaut spelt out": ("14. Maerz 2025", date(2025, 3, 14)),
    "German with article": ("den 3. April 2024", date(2024, 4, 3)),
    "Austrian": ("7. Jänner 2025", date(2025, 1, 7)),
    "French": ("le 14 mars 2025", date(2025, 3, 14)),
    "French first": ("1er avril 2025", date(2025, 4, 1)),
    "French without accents": ("14 fevrier 2025", date(2025, 2, 14)),
    "Spanish": ("14 de marzo de 2025", date(2025, 3, 14)),
    "Italian": ("14 gennaio 2025", date(2025, 1, 14)),
    "Dutch": ("19 april 2014", date(2014, 4, 19)),
    "Polish": ("14 października 2025", date(2025, 10, 14)),
    "Hungarian": ("2025. március 14.", date(2025, 3, 14)),
    "with time": ("2018-06-18 12:33:11", date(2018, 6, 18)),
    "with time of ISO": ("2018-06-18T12:33:11Z", date(2018, 6, 18)),
    "with American time": ("12/30/19 4:55 PM", date(2019, 12, 30)),
    "with label": ("Date: 14.03.2025", date(2025, 3, 14)),
    "same date twice": ("14.03.2025 14.03.2025", date(2025, 3, 14)),
}


@pytest.mark.parametrize(("raw", "day"), PLAIN.values(), ids=PLAIN)
def test_date_has_one_meaning(raw, day):
    found = coerce(Kind.DATE, raw, UNKNOWN)
    assert (found.value, found.alternatives, found.problem) == (day, (), "")


BY_DOCUMENT = {
    "day first": ("03/04/2025", DAY_FIRST, date(2025, 4, 3)),
    "month first": ("03/04/2025", MONTH_FIRST, date(2025, 3, 4)),
    "day first, hyphens": ("03-04-25", DAY_FIRST, date(2025, 4, 3)),
    "month first, hyphens": ("03-04-25", MONTH_FIRST, date(2025, 3, 4)),
    "the date's own numbers are stronger": ("14/03/2025", MONTH_FIRST, date(2025, 3, 14)),
    "year first has no order": ("2025-03-04", DAY_FIRST, date(2025, 3, 4)),
}


@pytest.mark.parametrize(("raw", "locale", "day"), BY_DOCUMENT.values(), ids=BY_DOCUMENT)
def test_the_document_decides_the_order(raw, locale, day):
    found = coerce(Kind.DATE, raw, locale)
    assert (found.value, found.alternatives, found.problem) == (day, (), "")


UNCERTAIN = {
    "order unknown": (
        "03/04/2025",
        UNKNOWN,
        [date(2025, 4, 3), date(2025, 3, 4)],
        "'03/04/2025' has two readings: 3 April 2025 or 4 March 2025.",
    ),
    "dotted among dates that are month first": (
        "03.04.2025",
        MONTH_FIRST,
        [date(2025, 4, 3), date(2025, 3, 4)],
        "'03.04.2025' has two readings: 3 April 2025 or 4 March 2025.",
    ),
    "two dates": (
        "03/30/20 - 04/12/20",
        MONTH_FIRST,
        [date(2020, 3, 30), date(2020, 4, 12)],
        "'03/30/20 - 04/12/20' holds 2 dates: 03/30/20, 04/12/20.",
    ),
}


@pytest.mark.parametrize(("raw", "locale", "days", "problem"), UNCERTAIN.values(), ids=UNCERTAIN)
def test_uncertain_date_keeps_its_readings_and_says_why(raw, locale, days, problem):
    found = coerce(Kind.DATE, raw, locale)
    assert [found.value, *found.alternatives] == days
    assert found.problem == problem


NO_DATE = {
    "nothing": ("  ", "It is empty."),
    "relative": ("yesterday", "'yesterday' is not a date."),
    "no year": (
        "14 March",
        "'14 March' is not a date: day, month and year must all be there.",
    ),
    "no day": (
        "March 2025",
        "'March 2025' is not a date: day, month and year must all be there.",
    ),
    "no such day": (
        "31.02.2025",
        "'31.02.2025' is not a date: the calendar has no such day.",
    ),
    "no leap year": (
        "2023-02-29",
        "'2023-02-29' is not a date: the calendar has no such day.",
    ),
    "no such month": (
        "2024/13/02",
        "'2024/13/02' is not a date: the calendar has no such day.",
    ),
    "an amount": ("1,234.50", "'1,234.50' is not a date."),
    "an invoice number": ("INV/2023/03/0008", "'INV/2023/03/0008' is not a date."),
}


@pytest.mark.parametrize(("raw", "problem"), NO_DATE.values(), ids=NO_DATE)
def test_text_that_is_no_date_has_no_value(raw, problem):
    found = coerce(Kind.DATE, raw, UNKNOWN)
    assert (found.value, found.problem) == (None, problem)


WORDED = [
    (language, width)
    for language in ("en", "de", "fr", "es", "it", "nl")
    for width in ("long", "full")
] + [("en", "medium"), ("de", "medium"), ("fr", "medium"), ("es", "medium"), ("nl", "medium")]


@given(st.dates(date(1900, 1, 1), date(2099, 12, 31)), st.sampled_from(WORDED))
def test_what_a_language_writes_out_reads_back(day, style):
    language, width = style
    found = coerce(Kind.DATE, format_date(day, width, locale=language), UNKNOWN)
    assert (found.value, found.problem) == (day, "")


@given(st.dates(date(1900, 1, 1), date(2099, 12, 31)))
def test_every_order_that_fits_is_kept(day):
    """The true day is the value or an alternative, whatever the document says."""
    for printed in (f"{day:%d/%m/%Y}", f"{day:%m/%d/%Y}"):
        found = coerce(Kind.DATE, printed, UNKNOWN)
        assert day in (found.value, *found.alternatives)


def test_months_of_all_languages_agree():
    """No name is one month in one language and another month in another."""
    for language in LANGUAGES.split():
        for number, name in Locale.parse(language).months["format"]["wide"].items():
            assert month_number(name.removeprefix("de ").removeprefix("d’")) == number
