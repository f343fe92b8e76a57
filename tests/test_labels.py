"""How well a text fits the labels of fields that compete for it."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from extractors.ranking.labels import LabelBook, words_of

BOOK = LabelBook(
    {
        "number": ["invoice number", "invoice no", "Rechnung Nr", "Rechnungsnummer", "facture n"],
        "date": ["invoice date", "Rechnungsdatum", "Datum", "date d'échéance", "fecha"],
        "total": ["total", "Gesamtbetrag", "Summe"],
        "net": ["net total", "total excl VAT", "Gesamtbetrag netto", "Zwischensumme"],
        "vat": ["VAT", "tax"],
        "other": ["Kunden Nr", "customer number", "delivery date", "Lieferdatum"],
    }
)
FIELDS = {"number", "date", "total", "net", "vat", "other"}

WHOSE = {
    "label as it was given": ("Invoice number", "number"),
    "colon, full stop and hyphen": ("Rechnung-Nr.:", "number"),
    "inflected in front of a hyphen": ("Rechnungs-Nr.", "number"),
    "compound that ends with the label": ("Handelsrechnung-Nr.", "number"),
    "compound, in one word": ("Handelsrechnungsnummer", "number"),
    "number's word at the compound's end": ("Rechnungsnr.:", "number"),
    "the same of another's": ("KUNDENNR", "other"),
    "the number's word is another's": ("Kunden-Nr.", "other"),
    "the number's word is a sign": ("Invoice #", "number"),
    "the number's word comes first": ("No. of our invoice", "number"),
    "capitals": ("RECHNUNGSDATUM", "date"),
    "accents left out": ("DATE D'ECHEANCE", "date"),
    "accents made of two characters": ("date d'e\u0301che\u0301ance", "date"),
    "sharp s and small capitals of another width": ("\uff34\uff4f\uff54\uff41\uff4c", "total"),
    "misprint": ("Rechnunsgdatum", "date"),
    "plural": ("Invoice numbers", "number"),
    "longer label wins over the shorter": ("Net total", "net"),
    "longer label of three words": ("Total excl. VAT", "net"),
    "longer compound wins": ("Zwischensumme", "net"),
    "two words win over the first": ("Gesamtbetrag (netto)", "net"),
    "one word of its own": ("Total", "total"),
    "figures don't count": ("VAT 20%", "vat"),
    "figures within": ("Invoice 2025 no.", "number"),
    "label at the end of more text": ("Our services in March, invoice no.", "number"),
}


@pytest.mark.parametrize(("text", "whose"), WHOSE.values(), ids=WHOSE)
def test_text_fits_one_field_and_speaks_against_all_others(text, whose):
    fits = BOOK.fits(text)
    assert set(fits) == FIELDS
    assert fits[whose] > 0
    assert {fit for field, fit in fits.items() if field != whose} == {-fits[whose]}


SILENT = {
    "empty": "",
    "only figures": "4711 / 12.50 %",
    "words of no label": "Nails 40 mm",
    "number of something": "No. 4711",
    "part of a label": "net",
    "short word inside another": "rotation",
    "other word that sounds alike": "Summit",
    "label that is over long ago": "total and then five or six other words",
}


@pytest.mark.parametrize("text", SILENT.values(), ids=SILENT)
def test_text_without_a_label_says_nothing(text):
    fits = BOOK.fits(text)
    assert set(fits) == FIELDS
    assert set(fits.values()) == {0.0}


def test_label_that_several_fields_have_speaks_for_all_of_them():
    book = LabelBook({"seller": ["VAT ID"], "buyer": ["VAT ID", "your VAT ID"], "total": ["total"]})
    fits = book.fits("VAT ID:")
    assert fits["seller"] == fits["buyer"] == 1.0
    assert fits["total"] == -1.0
    fits = book.fits("Your VAT ID:")
    assert fits["buyer"] > 0 > fits["seller"]


def test_label_speaks_little_against_a_value_of_another_kind():
    """`Invoice` above a company's name isn't its label, but doesn't say that it is none."""
    labels = {"number": ["invoice"], "other_number": ["order"], "name": ["seller"]}
    kinds = {"number": "identifier", "other_number": "identifier", "name": "text"}
    fits = LabelBook(labels, kinds).fits("Invoice")
    assert fits["number"] == 1.0
    assert -1 <= fits["other_number"] < fits["name"] <= 0
    fits = LabelBook({**labels, "none": ["page"]}, kinds).fits("Page")
    assert fits["number"] == fits["other_number"] == fits["name"] < 0


def test_whole_label_alone_fits_best():
    assert BOOK.fits("Total")["total"] == BOOK.fits("TOTAL:")["total"] == 1.0
    alone, among = BOOK.fits("Total")["total"], BOOK.fits("Quillback Farm total")["total"]
    assert 0 < among < alone


def test_words_between_a_label_and_its_value_weaken_it():
    texts = ["total", "total today", "total today here", "total today here again"]
    fits = [BOOK.fits(text)["total"] for text in texts]
    assert fits == sorted(fits, reverse=True)
    assert len(set(fits)) == len(fits)


def test_small_words_and_figures_between_do_not():
    assert BOOK.fits("Total 12.50")["total"] == BOOK.fits("Total")["total"]
    assert BOOK.fits("Total no")["total"] == BOOK.fits("Total")["total"]


def test_the_nearer_of_two_labels_counts():
    fits = BOOK.fits("Invoice number 4711, delivery date")
    assert fits["other"] > 0 > fits["number"]


def test_field_without_labels_is_fitted_by_none():
    book = LabelBook({"a": [], "b": ["total"]})
    assert book.fits("total") == {"a": -1.0, "b": 1.0}
    assert LabelBook({}).fits("total") == {}


WORDS = {
    "letters in small": ("Net TOTAL", ("net", "total")),
    "accents": ("Fälligkeit numéro", ("falligkeit", "numero")),
    "sharp s": ("Straße", ("strasse",)),
    "parted by anything else": ("USt-IdNr./P.O. (netto)", ("ust", "idnr", "p", "o", "netto")),
    "figures": ("Nr.4711 R2D2", ("nr", "r", "d")),
    "none": ("12.50 €", ()),
}


@pytest.mark.parametrize(("text", "words"), WORDS.values(), ids=WORDS)
def test_words_are_plain(text, words):
    assert words_of(text) == words


LABELLED = st.lists(st.sampled_from(["total", "net", "no", "VAT", "tax", "x", "5"])).map(" ".join)


@settings(deadline=None)
@given(st.text(max_size=60) | LABELLED)
def test_any_text_fits_between_minus_one_and_one(text):
    fits = BOOK.fits(text)
    assert set(fits) == FIELDS
    assert all(-1 <= fit <= 1 for fit in fits.values())
    best = max(fits.values())
    assert best >= 0
    assert set(fits.values()) <= {best, -best}
