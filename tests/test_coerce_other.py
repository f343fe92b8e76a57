"""Currencies, identifiers, account numbers, names, addresses; and laws for every kind."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractors.coerce.coerce import coerce
from extractors.coerce.locale import DocumentLocale
from schemas.kinds import TYPE_OF_KIND, Kind, text_of, value_of

UNKNOWN = DocumentLocale()

CURRENCIES = {
    "code": ("EUR", "EUR"),
    "small letters": ("chf", "CHF"),
    "euro sign": ("€", "EUR"),
    "pound sign": ("£", "GBP"),
    "rupee sign": ("₹", "INR"),
    "rupees": ("Rs.", "INR"),
    "ringgit": ("RM", "MYR"),
    "Swiss abbreviation": ("Fr.", "CHF"),
    "zloty": ("zł", "PLN"),
    "dollar": ("$", "USD"),
    "US dollar": ("US$", "USD"),
    "Australian dollar": ("A$", "AUD"),
    "English name": ("US dollars", "USD"),
    "German name": ("Schweizer Franken", "CHF"),
    "French name": ("francs suisses", "CHF"),
    "bare name": ("Pounds sterling", "GBP"),
    "euro": ("Euro", "EUR"),
    "code and sign": ("EUR (€)", "EUR"),
    "an amount with its sign": ("$ 12.50", "USD"),
    "an amount with its code": ("12,50 EUR", "EUR"),
    "in words": ("All amounts in CHF", "CHF"),
}


@pytest.mark.parametrize(("raw", "code"), CURRENCIES.values(), ids=CURRENCIES)
def test_currency(raw, code):
    found = coerce(Kind.CURRENCY, raw, UNKNOWN)
    assert (found.value, found.alternatives, found.problem) == (code, (), "")


SHARED = {
    "dollar in Canada": ("$", DocumentLocale(countries=("CA",)), "CAD", ()),
    "dollar in the United States": ("$", DocumentLocale(countries=("US", "CA")), "USD", ()),
    "dollar in Australia, billed to the US": (
        "$",
        DocumentLocale(countries=("AU", "US")),
        "AUD",
        ("USD",),
    ),
    "crown in Swedish": ("kr", DocumentLocale(languages=("sv",)), "SEK", ()),
    "crown in Danish": ("kr.", DocumentLocale(languages=("da",)), "DKK", ()),
    "crown in Norway": ("kr", DocumentLocale(countries=("NO",)), "NOK", ()),
    "crown of nowhere": ("kr", UNKNOWN, "SEK", ("DKK", "NOK", "ISK")),
    "rupees in Pakistan": ("Rs", DocumentLocale(countries=("PK",)), "PKR", ()),
    "yuan": ("¥", DocumentLocale(countries=("CN",)), "CNY", ()),
}


@pytest.mark.parametrize(("raw", "locale", "code", "others"), SHARED.values(), ids=SHARED)
def test_a_sign_of_several_countries_is_decided_by_the_document(raw, locale, code, others):
    found = coerce(Kind.CURRENCY, raw, locale)
    assert (found.value, found.alternatives) == (code, others)
    assert bool(found.problem) == bool(others)


@pytest.mark.parametrize("raw", ["", "12.50", "or", "net", "EUR or USD"])
def test_text_without_one_currency_has_no_value(raw):
    found = coerce(Kind.CURRENCY, raw, UNKNOWN)
    assert found.value is None
    assert found.problem


IDENTIFIERS = {
    "as printed": ("RE-20171118/506", "RE-20171118/506"),
    "inner spaces stay": ("210111 mit LV", "210111 mit LV"),
    "spaces folded": (" 4711 \n 12 ", "4711 12"),
    "label and colon": ("Invoice No.: 4711", "4711"),
    "spaced colon": ("Invoice Number : INV-1", "INV-1"),
    "German label": ("Rechnungsnummer: RE-1", "RE-1"),
    "label without colon": ("Nr. 47 A", "47 A"),
    "French label": ("N° 123", "123"),
    "number sign as label": ("Invoice # 950658-1", "950658-1"),
    "number sign and colon": ("#: 12", "12"),
    "number sign of its own": ("#BLR_WF1", "#BLR_WF1"),
    "number sign set apart": ("# BLR_WF1", "#BLR_WF1"),
    "a colon inside": ("urn:cen.eu:16931", "urn:cen.eu:16931"),
    "a word is no label": ("Order 12", "Order 12"),
    "begins like a label": ("NO1234", "NO1234"),
    "comma at the end": ("4711,", "4711"),
    "letters only": ("Invoice: draft", "Invoice: draft"),
}


@pytest.mark.parametrize(("raw", "value"), IDENTIFIERS.values(), ids=IDENTIFIERS)
def test_identifier(raw, value):
    found = coerce(Kind.IDENTIFIER, raw, UNKNOWN)
    assert (found.value, found.problem) == (value, "")


IBANS = {
    "grouped": ("DE89 3704 0044 0532 0130 00", "DE89370400440532013000"),
    "small letters": ("de89370400440532013000", "DE89370400440532013000"),
    "label": ("IBAN: GB82 WEST 1234 5698 7654 32", "GB82WEST12345698765432"),
    "followed by the BIC": (
        "IBAN : FR14 2004 1010 0505 0001 3M02 606 BIC PSSTFRPP",
        "FR1420041010050500013M02606",
    ),
}


@pytest.mark.parametrize(("raw", "value"), IBANS.values(), ids=IBANS)
def test_iban(raw, value):
    found = coerce(Kind.IBAN, raw, UNKNOWN)
    assert (found.value, found.problem) == (value, "")


def test_iban_with_wrong_check_digits_is_kept_and_said():
    found = coerce(Kind.IBAN, "DE88 3704 0044 0532 0130 00", UNKNOWN)
    assert found.value == "DE88370400440532013000"
    assert found.problem == (
        "'DE88370400440532013000' is no valid IBAN: checksum or check digit is invalid."
    )


VAT_IDS = {
    "German": ("DE 136 695 976", "DE136695976"),
    "label": ("USt-IdNr.: DE136695976", "DE136695976"),
    "long label": ("N° TVA intracommunautaire : FR 83 404 833 048", "FR83404833048"),
    "British": ("VAT Reg No: GB 980 7806 84", "GB980780684"),
    "Dutch": ("BTW NL810433941B01", "NL810433941B01"),
    "Belgian": ("BE 0403.019.261", "BE0403019261"),
    "Swiss": ("CHE-107.787.577 MWST", "CHE107787577MWST"),
    "Indian": ("GSTIN: 27AAPFU0939F1ZV", "27AAPFU0939F1ZV"),
    "NO is short for number": ("VAT Reg NO 123456789", "123456789"),
    "NO is Norway": ("NO 995 525 828 MVA", "NO995525828MVA"),
    "country behind it": ("DE136695976 (Germany)", "DE136695976"),
    "tax number without country": ("Steuernummer: 12/345/67890", "12/345/67890"),
    "American": ("Tax ID: 12-3456789", "12-3456789"),
}


@pytest.mark.parametrize(("raw", "value"), VAT_IDS.values(), ids=VAT_IDS)
def test_vat_id(raw, value):
    found = coerce(Kind.VAT_ID, raw, UNKNOWN)
    assert (found.value, found.problem) == (value, "")


def test_vat_id_with_wrong_check_digits_is_kept_and_said():
    found = coerce(Kind.VAT_ID, "DE 123 456 789", UNKNOWN)
    assert found.value == "DE123456789"
    assert found.problem == (
        "'DE123456789' is no valid tax number of DE: checksum or check digit is invalid."
    )


WORDS = {
    "folded": (Kind.TEXT, " Bei  Spiel\nGmbH ", "Bei Spiel GmbH"),
    "colon left over": (Kind.TEXT, "Consulting:", "Consulting"),
    "full stop stays": (Kind.TEXT, "ACME Inc.", "ACME Inc."),
    "address in rows": (
        Kind.ADDRESS,
        "Ecke 12,\n12345  Stadthausen\n",
        "Ecke 12, 12345 Stadthausen",
    ),
    "address in one row": (
        Kind.ADDRESS,
        "Ecke 12, 12345 Stadthausen",
        "Ecke 12, 12345 Stadthausen",
    ),
}


@pytest.mark.parametrize(("kind", "raw", "value"), WORDS.values(), ids=WORDS)
def test_words(kind, raw, value):
    found = coerce(kind, raw, UNKNOWN)
    assert (found.value, found.problem) == (value, "")


@pytest.mark.parametrize("kind", Kind)
@pytest.mark.parametrize("raw", ["", "  \n", "-", "?"])
def test_nothing_is_no_value_of_any_kind(kind, raw):
    found = coerce(kind, raw, UNKNOWN)
    assert found.value is None
    assert found.problem


ANY_LOCALE = st.builds(
    DocumentLocale,
    decimal_mark=st.sampled_from([None, ".", ","]),
    date_order=st.sampled_from([None, "day_first", "month_first"]),
    languages=st.sampled_from([(), ("en",), ("de",), ("sv",)]),
    countries=st.sampled_from([(), ("US",), ("CH",), ("AU", "US")]),
)
PRINTED = st.text(st.sampled_from("0123456789.,-/'() €$%ADEMRabdemrx:\n"), max_size=25)


@given(st.sampled_from(Kind), st.one_of(st.text(max_size=40), PRINTED), ANY_LOCALE)
def test_any_text_gives_a_value_or_a_reason(kind, raw, locale):
    """`coerce` never raises, its values are of their kind, and what it can't read it explains."""
    found = coerce(kind, raw, locale)
    assert found.value is not None or found.problem
    assert not found.alternatives or found.problem
    assert found.value not in found.alternatives
    for value in (found.value, *found.alternatives):
        if value is not None:
            assert isinstance(value, TYPE_OF_KIND[kind].__origin__)
            assert value_of(kind, text_of(value)) == value


@given(st.sampled_from(Kind), st.one_of(st.text(max_size=40), PRINTED))
def test_a_plain_value_reads_as_itself(kind, raw):
    """What `coerce` made of a text stays the same when its text form is read once more."""
    iso = DocumentLocale(decimal_mark=".", date_order="day_first")
    found = coerce(kind, raw, iso)
    if found.value is None or found.problem:
        return
    assert coerce(kind, text_of(found.value), iso).value == found.value
