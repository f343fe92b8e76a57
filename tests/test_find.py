"""Dates and amounts are found where they stand in a line, and nothing else is."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractors.coerce.coerce import coerce
from extractors.coerce.find import find_amounts, find_dates, looks_like
from extractors.coerce.locale import DocumentLocale
from schemas.kinds import Kind

DATES = {
    "dotted": ("Rechnung Nr. 4711 vom 30.05.2026", ["30.05.2026"]),
    "at the end of a sentence": ("Bitte zahlen Sie bis zum 09.12.2017.", ["09.12.2017"]),
    "two with a dash": ("Flight 12/30/19 - 03/29/20", ["12/30/19", "03/29/20"]),
    "two with a dash and no space": ("06/23/20-06/26/20", ["06/23/20", "06/26/20"]),
    "two dotted with a dash": ("01.05.14-31.05.14", ["01.05.14", "31.05.14"]),
    "a time isn't part of it": ("Printed 2018-06-18T12:33:11", ["2018-06-18"]),
    "a weekday isn't part of it": ("Wed 3 April 2024", ["3 April 2024"]),
    "English": ("due on March 3, 2026 in full", ["March 3, 2026"]),
    "English, day first": ("dated 14-Mar-2025 ", ["14-Mar-2025"]),
    "German": ("Rechnungsdatum 7. Mai 2014", ["7. Mai 2014"]),
    "French": ("Fait à Paris, le 1er février 2025", ["1er février 2025"]),
    "Spanish": ("el 5 de enero de 2025", ["5 de enero de 2025"]),
    "Italian": ("data 12 luglio 2025", ["12 luglio 2025"]),
    "Dutch": ("Factuurdatum: 19 april 2014", ["19 april 2014"]),
    "the four-digit year wins": ("on 5 March 14, 2025", ["March 14, 2025"]),
    "no year": ("July 1 - July 31 , 2014", ["July 31 , 2014"]),
    "digits run on": ("20171118/506 INV/2023/03/0008 1.2.2024.5", []),
    "no day of the calendar": ("31.02.2025 45/45/2025", []),
    "an amount": ("12.50 1.234.567,89", []),
    "a phone number": ("+49 6051 916 44 10", []),
}


@pytest.mark.parametrize(("line", "dates"), DATES.values(), ids=DATES)
def test_find_dates(line, dates):
    assert [line[start:end] for start, end in find_dates(line)] == dates


AMOUNTS = {
    "decimals": ("Total 571.04", ["571.04"]),
    "thousands": ("Summe 1.234 EUR", ["1.234"]),
    "currency joined": ("Rate $1,300.00 NM", ["$1,300.00"]),
    "currency apart isn't part of it": ("€ 399,00 21% € 69,99", ["399,00", "69,99"]),
    "whole with currency": ("Rs 1939 x 1 Room", ["1939"]),
    "whole with currency behind": ("500 EUR", ["500"]),
    "whole alone": ("Qty 12, room 500", []),
    "no cents": ("12,- CHF", ["12,-"]),
    "minus": ("€ -9,32", ["-9,32"]),
    "minus behind": ("Gutschrift 12,50-", ["12,50-"]),
    "parentheses": ("Credit ($12.00)", ["($12.00)"]),
    "parenthesis of a sentence": ("(over 12.50", ["12.50"]),
    "label joined": ("Total:12.50", ["12.50"]),
    "tax code joined": ("MILK 10.00A", ["10.00A"]),
    "percentage": ("15.00% of 7,5 % Prozent", []),
    "date": ("12.03.2024 12/30/19", []),
    "time and version": ("12:30.50 v1.2.3", []),
    "identifier": ("INV-12.50 FA-2017-0009 12.50/3 A12.50", []),
    "address of a computer": ("192.168.10.20", []),
    "phone number": ("(412)242-4300", []),
    "loose dash may be a minus": ("Rabatt - 12,50", ["- 12,50", "12,50"]),
    "dash between two": ("10,00 - 12,50", ["10,00", "12,50"]),
    "space may part thousands": ("1 234,50", ["1 234,50", "234,50"]),
    "space may part columns": ("2 500,00 € 1.000,00", ["2 500,00", "500,00", "1.000,00"]),
    "space before two digits parts columns": ("2 50,00", ["50,00"]),
}


@pytest.mark.parametrize(("line", "amounts"), AMOUNTS.values(), ids=AMOUNTS)
def test_find_amounts(line, amounts):
    assert [line[start:end] for start, end in find_amounts(line)] == amounts


LOOKS = {
    Kind.DATE: (
        ["03.04.2024", "12/30/19 4:55 PM", "Wed, 3 April 2024", "2018-06-18T12:33:11"],
        ["", "April", "4711", "12/30/19 - 03/29/20", "see 3 April 2024 in May 7"],
    ),
    Kind.AMOUNT: (
        ["12", "1.234,50", "$ 12.50", "(12.00)", "12,50-", "-9,32 EUR", "8.70 SR", "1 234,50"],
        ["", "EUR", "12 kg", "A12", "12.03.2024", "1 2", "12.50 and more"],
    ),
    Kind.NUMBER: (["2", "2,5", "3 Stk", "x 3", "40 Unit(s)"], ["", "Stk", "A4", "2 x 3"]),
    Kind.PERCENT: (["19 %", "7,5%", "19"], ["", "%", "1939", "19 EUR"]),
    Kind.CURRENCY: (["€", "EUR", "US$", "RM", "Fr."], ["", "ACME", "12"]),
    Kind.IBAN: (["DE89 3704 0044 0532 0130 00"], ["", "DE89", "4711"]),
    Kind.VAT_ID: (
        ["DE136695976", "DE 136 695 976", "CHE-107.787.577 MWST", "12/345/67890"],
        ["", "Germany", "DE12", "Hello 12345"],
    ),
    Kind.IDENTIFIER: (
        ["4711", "RE-20171118/506", "#BLR_1", "DE 232 446 240"],
        ["", "Rechnung", "7", "Order of May 5"],
    ),
    Kind.TEXT: (["ACME", "3M Co"], ["", "4711", "A"]),
    Kind.ADDRESS: (["Ecke 12"], ["", "12"]),
}


@pytest.mark.parametrize("kind", LOOKS)
def test_looks_like(kind):
    likely, unlikely = LOOKS[kind]
    assert [text for text in likely if not looks_like(kind, text)] == []
    assert [text for text in unlikely if looks_like(kind, text)] == []


LINE = st.lists(
    st.sampled_from(
        ["12.50", "€", "3", "April", "2024", "-", "1 234,50", "03/04/25", "x", "(", ")"]
    ),
    max_size=8,
).map(" ".join)


@given(st.one_of(st.text(max_size=60), LINE))
def test_what_is_found_is_in_the_line_and_can_be_read(line):
    """Spans are in order and inside the line; each reads as its kind, whatever the document."""
    for kind, spans in ((Kind.DATE, find_dates(line)), (Kind.AMOUNT, find_amounts(line))):
        assert spans == sorted(spans, key=lambda span: (span[0], -span[1]))
        for start, end in spans:
            assert 0 <= start < end <= len(line)
            assert coerce(kind, line[start:end], DocumentLocale()).value is not None


def test_abbreviated_currency_stands_close_to_its_amount():
    text = "Total Rs.319.00"
    assert [text[start:end] for start, end in find_amounts(text)] == ["Rs.319.00"]
