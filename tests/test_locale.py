"""A document tells by its amounts, dates, words and addresses how it is to be read."""

import pytest

from extractors.coerce.locale import DocumentLocale, locale_of

MARKS = {
    "German amounts": ("Summe 1.234,50 EUR", ","),
    "plain comma": ("12,34", ","),
    "English amounts": ("Total 1,234.50", "."),
    "Swiss amounts": ("1'234.50", "."),
    "French amounts": ("1\u202f234,50 €", ","),
    "millions": ("1.234.567", ","),
    "one stray amount of another style": ("1,00 2,00 3,00 4,00 Thuiskopie €3.50", ","),
    "as many of both": ("1,50 2.50", None),
    "nothing but thousands or decimals": ("1.234 Stück", None),
    "a version is no amount": ("Version 2.6", None),
    "a date is no amount": ("vom 12.03.2024", None),
    "an address is no amount": ("192.168.10.20", None),
    "opening hours are no amounts": ("Mo-Fr 08.30 - 12.30 Uhr", None),
}


@pytest.mark.parametrize(("text", "mark"), MARKS.values(), ids=MARKS)
def test_decimal_mark_is_seen_in_amounts_with_one_meaning(text, mark):
    assert locale_of(text).decimal_mark == mark


ORDERS = {
    "a day over 12 comes first": ("from 01/02/2024 to 28/02/2024", "day_first"),
    "a day over 12 comes second": ("Flight 01/06/20 - 01/26/20", "month_first"),
    "dotted": ("03.04.2024", "day_first"),
    "both orders": ("01/26/20 and 26/01/20", None),
    "written out says nothing": ("3 April 2024", None),
    "German words": ("Rechnung vom 03/04/2024, Betrag und Datum", "day_first"),
    "an American address": ("Chicago, IL 60693  01/02/2024", "month_first"),
    "an American phone": ("Main: (952) 944-9999  01/02/2024", "month_first"),
    "dollars and English": (
        "Total amount due on this date, please pay to: 01/02/2024 $12.50",
        "month_first",
    ),
    "pounds": ("01/02/2024 £12.50", "day_first"),
    "a British post code": ("London SW1A 1AA 01/02/2024", "day_first"),
    "India": ("GSTIN 27AAPFU0939F1ZV 01/02/2024", "day_first"),
    "Malaysia": ("ACME SDN BHD, Kuala Lumpur 01/02/2024", "day_first"),
    "Canada prints both": ("Toronto, ON M5H 2N2 01/02/2024", None),
    "from Britain to America": ("London SW1A 1AA, Chicago, IL 60693", None),
    "a German post code is not in Delaware": ("DE 37079 Göttingen, Deutschland", "day_first"),
}


@pytest.mark.parametrize(("text", "order"), ORDERS.values(), ids=ORDERS)
def test_date_order(text, order):
    assert locale_of(text).date_order == order


LANGUAGES = {
    "German": ("Rechnung Nr. 1 vom 3. April, Betrag und Steuer, Seite 1 von 2", "de"),
    "English": ("Invoice number and date of the order, amount due, page 1 of 2", "en"),
    "French": ("Facture du 3 avril, montant de la commande, total TTC, prix HT", "fr"),
    "Dutch": ("Factuur met datum, bedrag en aantal van de klant, totaal btw", "nl"),
    "Spanish": ("Factura con fecha, importe y precio de la página del cliente", "es"),
    "Swedish": ("Faktura med datum och belopp, antal, pris, summa, moms", "sv"),
}


@pytest.mark.parametrize(("text", "language"), LANGUAGES.values(), ids=LANGUAGES)
def test_language_with_most_words_comes_first(text, language):
    assert locale_of(text).languages[0] == language


COUNTRIES = {
    "named": ("Ile de la Réunion, France", ("FR",)),
    "named in another language": ("Deutschland / Germany, Spain", ("DE", "ES")),
    "of an account": ("DE89 3704 0044 0532 0130 00", ("DE",)),
    "New Mexico is not Mexico": ("New Mexico", ()),
    "nothing": ("4711", ()),
}


@pytest.mark.parametrize(("text", "countries"), COUNTRIES.values(), ids=COUNTRIES)
def test_countries_with_most_evidence_come_first(text, countries):
    assert locale_of(text).countries == countries


LIKELY = {
    "seen": (DocumentLocale(decimal_mark=".", languages=("de",)), "."),
    "German": (DocumentLocale(languages=("de",)), ","),
    "German in Switzerland": (DocumentLocale(languages=("de",), countries=("CH",)), "."),
    "English": (DocumentLocale(languages=("en",)), "."),
    "nothing known": (DocumentLocale(), None),
}


@pytest.mark.parametrize(("locale", "mark"), LIKELY.values(), ids=LIKELY)
def test_likely_mark_where_no_amount_shows_it(locale, mark):
    assert locale.likely_mark == mark


def test_empty_document_says_nothing():
    assert locale_of("") == DocumentLocale()
