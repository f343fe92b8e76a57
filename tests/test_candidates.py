"""What a field of a kind could be is in the document, and hardly anything else is."""

from dataclasses import replace

import documents
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from extractors.candidates.candidates import MOST, candidates, find_candidates
from extractors.candidates.names import LONGEST
from extractors.candidates.spots import SAME_SHAPE
from extractors.layout import Segment, lines_of
from extractors.read import read_document
from schemas.document import Box, Word
from schemas.kinds import Kind

LETTER_WIDTH, ROW_HEIGHT = 5, 10


def lines_of_rows(*rows):
    """Return lines below each other; ` | ` in a row parts its segments, each a column of 200."""
    return [
        tuple(
            Segment(1, at, tuple(_words(part, 200 * column, at * 1.2 * ROW_HEIGHT)))
            for column, part in enumerate(row.split(" | "))
            if part.split()
        )
        for at, row in enumerate(rows)
    ]


def _words(part, left, top):
    for text in part.split():
        right = left + LETTER_WIDTH * len(text)
        yield Word(text=text, box=Box(x0=left, y0=top, x1=right, y1=top + ROW_HEIGHT))
        left = right + 3


KINDS = {
    "dates": (
        Kind.DATE,
        ["Date: 14.03.2025", "due 2025-04-01 | 3 April 2025", "Invoice 17"],
        {"14.03.2025", "2025-04-01", "3 April 2025"},
    ),
    "both days of a range": (
        Kind.DATE,
        ["10/13/20 - 10/19/20", "1.4.2025-30.4.2025"],
        {"10/13/20", "10/19/20", "1.4.2025", "30.4.2025"},
    ),
    "amounts": (
        Kind.AMOUNT,
        ["Total | 1.234,50 EUR", "Tax 19% | $5.00", "on 14.03.2025"],
        {"1.234,50", "$5.00"},
    ),
    "amounts below zero": (
        Kind.AMOUNT,
        ["Credit | (12.50)", "Rabatt | 3,00-", "Net | -$7.25"],
        {"(12.50)", "3,00-", "-$7.25"},
    ),
    "thousands behind a blank": (Kind.AMOUNT, ["Total | 6 810.30"], {"6 810.30"}),
    "numbers": (Kind.NUMBER, ["Nails 24 | 1,5", "hours"], {"24", "1,5"}),
    "percents": (Kind.PERCENT, ["VAT 19% of | 7,7 %", "19 pieces"], {"19%", "7,7 %"}),
    "currencies": (Kind.CURRENCY, ["Total EUR | 5.00 $", "Nails 7 pcs"], {"EUR", "$"}),
    "identifiers": (
        Kind.IDENTIFIER,
        ["Invoice No. R-17/2025,", "Order (PO-88) | Nails", "14.03.2025 | 12.50"],
        {"R-17/2025", "PO-88"},
    ),
    "number with a backslash": (Kind.IDENTIFIER, ["Invoice No. GT\\5153"], {"GT\\5153"}),
    "tax number glued to two labels": (
        Kind.VAT_ID,
        ["GSTIN/UIN:27AAEPH8682F1ZI"],
        {"27AAEPH8682F1ZI"},
    ),
    "short numbers behind their label": (
        Kind.IDENTIFIER,
        ["Invoice 17", "Order No.: | 23", "Nails | 24", "Customer", "31"],
        {"17", "23", "31"},
    ),
    "identifier in groups": (Kind.IDENTIFIER, ["Customer AB 1234 567"], {"AB 1234 567"}),
    "identifier in groups behind its label": (Kind.IDENTIFIER, ["PO 1234 567"], {"1234 567"}),
    "label glued to its number": (
        Kind.IDENTIFIER,
        ["Nr.4711", "Invoice#123", "Kd-Nr.:88"],
        {"4711", "123", "88"},
    ),
    "number with a remark": (
        Kind.IDENTIFIER,
        ["Teilrechnung Nr. 4711 mit LV vom 30.05.2026"],
        {"4711 mit LV", "4711"},
    ),
    "letters and digits behind a dash": (Kind.IDENTIFIER, ["Your ref | PO-77312"], {"PO-77312"}),
    "numbers of other things": (
        Kind.IDENTIFIER,
        [
            "Tel.: 0221 123456",
            "Fax | 0221 123457",
            "50667 Köln",
            "Musterstr. 12",
            "Chicago, IL 60674-8722",
            "(309) 786-5441",
            "IBAN DE89 3704 0044 0532 0130 00",
            "Page 3 of 4",
            "10:30 PM",
            "MIKE FOR MAYOR 2020",
            "VAT FI27491831",
            "USt-IdNr. DE136695976",
            "6 810.30",
        ],
        set(),
    ),
    "IBAN in groups": (
        Kind.IBAN,
        ["IBAN DE89 3704 0044 0532 0130 00 BIC COBADEFF"],
        {"DE89 3704 0044 0532 0130 00"},
    ),
    "IBAN without groups": (
        Kind.IBAN,
        ["IBAN: GB33BUKB20201555555555", "IBAN:DE89370400440532013000"],
        {"GB33BUKB20201555555555", "DE89370400440532013000"},
    ),
    "IBAN over two rows": (
        Kind.IBAN,
        ["Bank | IBAN", "Volksbank | DE89 3704 0044 0532", "Köln | 0130 00"],
        {"DE89 3704 0044 0532 0130 00"},
    ),
    "VAT numbers": (
        Kind.VAT_ID,
        ["USt-IdNr. DE136695976 | 14.03.2025", "IBAN", "Total 119.00", "Tel 0221 1234567"],
        {"DE136695976"},
    ),
    "tax numbers behind their label": (
        Kind.VAT_ID,
        ["Steuernummer: 201/113/40209", "HRB 2011134", "Tax ID", "12-3456789"],
        {"201/113/40209", "12-3456789"},
    ),
    "VAT numbers with a label of capitals, with an addition": (
        Kind.VAT_ID,
        ["VAT FI27491831", "CHE-314.860.275 MWST"],
        {"FI27491831", "CHE-314.860.275 MWST"},
    ),
    "VAT number in groups before another number": (
        Kind.VAT_ID,
        ["USt-ID DE 136 695 976 HRB 4711234"],
        {"DE 136 695 976"},
    ),
    "texts": (
        Kind.TEXT,
        ["Muster Handels GmbH, Berlin", "Buyer: Quillback Farm | 12"],
        {"Muster Handels GmbH, Berlin", "Muster Handels GmbH", "Berlin", "Quillback Farm"},
    ),
    "name in a letterhead": (
        Kind.TEXT,
        ["Muster GmbH · Musterstr. 12 · 50667 Köln"],
        {"Muster GmbH"},
    ),
    "legal form after a comma": (Kind.TEXT, ["Quillback Farm, Inc."], {"Quillback Farm, Inc."}),
    "number in brackets behind a name": (
        Kind.TEXT,
        ["Quillback Farm (21434)"],
        {"Quillback Farm (21434)", "Quillback Farm"},
    ),
    "what follows a legal form": (
        Kind.TEXT,
        ["Moulin SARL au capital"],
        {"Moulin SARL au capital", "Moulin SARL"},
    ),
    "texts that are no names": (
        Kind.TEXT,
        [
            "Invoice number:",
            "Gesamtbetrag (netto) | 12,00",
            "Page 1 of 2",
            "14 March 2025",
            "50667 Köln",
            "12 Market Street",
            "We thank you for your order",
            "nature whatsoever.",
            "EUR",
        ],
        set(),
    ),
    "name over two rows": (
        Kind.TEXT,
        ["Muster Handels", "und Söhne GmbH"],
        {"Muster Handels", "und Söhne GmbH", "Muster Handels und Söhne GmbH"},
    ),
    "person after a form of address": (
        Kind.TEXT,
        ["Herrn", "Max Muster"],
        {"Herrn", "Max Muster", "Herrn Max Muster"},
    ),
    "legal form in the row below": (
        Kind.TEXT,
        ["QUILLBACK BOOK", "CO. (M) SDN BHD"],
        {"QUILLBACK BOOK", "QUILLBACK BOOK CO. (M) SDN BHD"},
    ),
    "two names below each other": (
        Kind.TEXT,
        ["Muster Handel GmbH", "Quillback Farm"],
        {"Muster Handel GmbH", "Quillback Farm"},
    ),
    "none of the kind": (Kind.DATE, ["Muster Handels GmbH", "Total 5.00"], set()),
    "no text at all": (Kind.TEXT, [], set()),
}


@pytest.mark.parametrize(("kind", "rows", "expected"), KINDS.values(), ids=KINDS)
def test_candidates_of_a_kind(kind, rows, expected):
    assert set(candidates(kind, lines_of_rows(*rows))) == expected


def test_address_goes_over_the_rows_of_its_block():
    rows = ["Muster GmbH | Date", "Musterstr. 12 | 14.03.2025", "50667 Köln", "Total: | 5.00"]
    found = candidates(Kind.ADDRESS, lines_of_rows(*rows))
    assert "Muster GmbH, Musterstr. 12, 50667 Köln" in found
    assert "Musterstr. 12, 50667 Köln" in found
    assert not any("14.03.2025" in each or "Total" in each for each in found)


def test_of_signs_that_ocr_sees_only_those_beside_figures_are_currencies():
    lines = [
        tuple(
            replace(each, words=tuple(w.model_copy(update={"confidence": 0.5}) for w in each.words))
            for each in line
        )
        for line in lines_of_rows("Amt € e | INR Two Thousand Only", "Total | $ 5.00")
    ]
    assert candidates(Kind.CURRENCY, lines) == ("INR", "$")


def test_candidates_stand_in_reading_order_and_once_each():
    rows = ["14.03.2025 | 01.03.2025", "2025-04-01", "14.03.2025"]
    assert candidates(Kind.DATE, lines_of_rows(*rows)) == (
        "14.03.2025",
        "01.03.2025",
        "2025-04-01",
    )


def test_candidate_knows_all_its_places_and_their_words():
    rows = ["Date | Invoice of 3 April 2025", "due", "3 April 2025"]
    [found] = find_candidates(Kind.DATE, lines_of_rows(*rows))
    assert found.text == "3 April 2025"
    assert [(place.page, place.line, place.segment) for place in found.places] == [
        (1, 0, 1),
        (1, 2, 0),
    ]
    for place in found.places:
        assert " ".join(word.text for word in place.words) == "3 April 2025"


def test_words_of_a_name_over_two_rows_are_those_of_both():
    [joined] = [
        each
        for each in find_candidates(Kind.TEXT, lines_of_rows("12 | Muster &", "Ort | Sohn GmbH"))
        if each.text == "Muster & Sohn GmbH"
    ]
    [place] = joined.places
    assert [word.text for word in place.words] == ["Muster", "&", "Sohn", "GmbH"]
    assert (place.line, place.segment) == (0, 1)


def test_there_are_not_too_many():
    rows = [f"{whole}.50 EUR" for whole in range(1000, 1000 + 2 * MOST)]
    found = candidates(Kind.AMOUNT, lines_of_rows(*rows))
    assert len(found) == MOST
    assert found[0] == "1000.50"


def test_rows_of_a_table_give_the_first_few_the_last_and_the_total():
    rows = [f"{at} | Nails {at} | {at}.25 | {at}.50" for at in range(10, 30)]
    found = candidates(Kind.AMOUNT, lines_of_rows(*rows, "Total | of | 1.00 | 99.00"))
    assert len(found) == 2 * (SAME_SHAPE + 1) + 2
    assert {"10.50", "29.50", "99.00"} <= set(found)
    assert "20.50" not in found


def test_quantity_beside_an_amount_is_no_thousand():
    puts = [(50, 60, "6"), (62, 60, "810.30")]
    lines = lines_of(read_document(documents.pdf(puts)))
    assert len(lines[0]) == 1
    assert candidates(Kind.AMOUNT, lines) == ("810.30",)


def test_sentences_are_none():
    assert candidates(Kind.TEXT, lines_of_rows("word " * LONGEST)) == ()


def test_iban_of_a_real_page_is_found_whole():
    lines = documents.lines("Bank: Volksbank | IBAN: DE89 3704 0044 0532 0130 00")
    assert candidates(Kind.IBAN, lines) == ("DE89 3704 0044 0532 0130 00",)


TEXT = st.text("abE€$ 0123.,:-/%§()äIBANDE", max_size=40).filter(str.strip)


@settings(deadline=None)
@given(st.sampled_from(list(Kind)), st.lists(TEXT, max_size=6))
def test_every_candidate_is_copied_from_its_words(kind, rows):
    lines = lines_of_rows(*rows)
    for each in find_candidates(kind, lines):
        for place in each.places:
            words = bare(" ".join(word.text for word in place.words))
            assert bare(each.text) in words
            assert place.words[0] in lines[place.line][place.segment].words


def bare(text):
    """Return the text without white space and the punctuation that words may end with."""
    return "".join(text.translate(str.maketrans("", "", " .,;:()[]\"'*•·|_�✉☎")).split())
