"""What is a label, and of what."""

import pytest

from extractors.candidates.label_words import (
    has_label_words,
    is_label,
    names_else,
    names_number,
    names_tax,
)

LABELS = (
    "Invoice No.",
    "Gesamtbetrag (netto)",
    "Rechnungsnummer:",
    "Date de facture",
    "Order #",
    "TOTAL TTC",
    "Leistungszeitraum",
)
NO_LABELS = (
    "Muster GmbH",
    "Adatum Corporation",
    "Stuttgart",
    "LE CLIENT",
    "Invoice 4711",
    "Order Nails",
    "",
    "12,00",
)


@pytest.mark.parametrize("text", LABELS)
def test_labels(text):
    assert is_label(text)


@pytest.mark.parametrize("text", NO_LABELS)
def test_no_labels(text):
    assert not is_label(text)


def test_label_with_its_number_has_only_words_of_labels():
    assert has_label_words("Invoice No. 4711")
    assert not has_label_words("Muster GmbH 4711")


NUMBERS = {
    "Invoice": True,
    "Order No.:": True,
    "Kunden-Nr.": True,
    "Rechnungsnummer:": True,
    "N° de commande": True,
    "#": True,
    "Contract": True,
    "Muster GmbH": False,
    "Tel.:": False,
    "Konto-Nr.:": False,
    "Handelsregisternummer:": False,
}


@pytest.mark.parametrize(("text", "expected"), NUMBERS.items(), ids=NUMBERS)
def test_label_of_a_number(text, expected):
    assert names_number(text) is expected


@pytest.mark.parametrize("text", ["Tel.:", "Fax", "PLZ", "P.O. Box", "Page", "BLZ:", "BIC", "HRB"])
def test_label_of_other_digits(text):
    assert names_else(text)


@pytest.mark.parametrize(
    "text", ["VAT No.", "USt-IdNr.:", "Steuernummer", "N° TVA", "P. IVA", "Tax ID", "GSTIN", "EIN:"]
)
def test_label_of_a_tax_number(text):
    assert names_tax(text)


@pytest.mark.parametrize("text", ["Invoice No.", "IBAN", "HRB", "Industrie", "Weinhandel"])
def test_no_label_of_a_tax_number(text):
    assert not names_tax(text)
