"""What a field of a kind could be is in the document, and nothing else is."""

import documents
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from extractors.candidates import LONGEST, MOST, candidates
from extractors.layout import Segment
from schemas.document import Box, Word
from schemas.kinds import Kind

BOX = Box(x0=0, y0=0, x1=10, y1=10)


def lines_of_rows(*rows):
    """Return lines; ` | ` in a row parts its segments."""
    return [
        tuple(
            Segment(1, at, tuple(Word(text=text, box=BOX) for text in part.split()))
            for part in row.split(" | ")
        )
        for at, row in enumerate(rows)
    ]


KINDS = {
    "dates": (
        Kind.DATE,
        ["Date: 14.03.2025", "due 2025-04-01 | 3 April 2025", "Invoice 17"],
        {"14.03.2025", "2025-04-01", "3 April 2025"},
    ),
    "amounts": (
        Kind.AMOUNT,
        ["Total | 1.234,50 EUR", "Tax 19% | $5.00", "on 14.03.2025"],
        {"1.234,50", "$5.00"},
    ),
    "numbers": (Kind.NUMBER, ["Nails 24 | 1,5", "hours"], {"24", "1,5"}),
    "percents": (Kind.PERCENT, ["VAT 19% of | 7,7 %", "19 pieces"], {"19%", "7,7 %"}),
    "currencies": (Kind.CURRENCY, ["Total EUR | 5.00 $", "Nails 7 pcs"], {"EUR", "$"}),
    "identifiers": (
        Kind.IDENTIFIER,
        ["Invoice No. R-17/2025,", "Order (PO-88) | Nails", "14.03.2025 | 12.50"],
        {"R-17/2025", "PO-88"},
    ),
    "identifier in groups": (
        Kind.IDENTIFIER,
        ["Customer AB 1234 567"],
        {"AB 1234", "AB 1234 567", "1234", "1234 567", "567"},
    ),
    "IBAN in groups": (
        Kind.IBAN,
        ["IBAN DE89 3704 0044 0532 0130 00 BIC COBADEFF"],
        {"DE89 3704 0044 0532 0130 00"},
    ),
    "IBAN without groups": (
        Kind.IBAN,
        ["IBAN: GB33BUKB20201555555555"],
        {"GB33BUKB20201555555555"},
    ),
    "VAT numbers": (
        Kind.VAT_ID,
        ["USt-IdNr. DE136695976 | 14.03.2025", "IBAN", "Total 119.00"],
        {"DE136695976"},
    ),
    "texts": (
        Kind.TEXT,
        ["Muster Handels GmbH, Berlin", "Buyer: Quillback Farm | 12"],
        {
            "Muster Handels GmbH, Berlin",
            "Muster Handels GmbH",
            "Berlin",
            "Quillback Farm",
            "Buyer: Quillback Farm",
        },
    ),
    "none of the kind": (Kind.DATE, ["Muster Handels GmbH", "Total 5.00"], set()),
    "no text at all": (Kind.TEXT, [], set()),
}


@pytest.mark.parametrize(("kind", "rows", "expected"), KINDS.values(), ids=KINDS)
def test_candidates_of_a_kind(kind, rows, expected):
    assert set(candidates(kind, lines_of_rows(*rows))) == expected


def test_candidates_stand_in_reading_order_and_once_each():
    rows = ["14.03.2025 | 01.03.2025", "2025-04-01", "14.03.2025"]
    assert candidates(Kind.DATE, lines_of_rows(*rows)) == (
        "14.03.2025",
        "01.03.2025",
        "2025-04-01",
    )


def test_there_are_not_too_many():
    rows = [f"{whole}.50 EUR" for whole in range(1000, 1000 + 2 * MOST)]
    found = candidates(Kind.AMOUNT, lines_of_rows(*rows))
    assert len(found) == MOST
    assert found[0] == "1000.50"


def test_sentences_are_none():
    assert candidates(Kind.TEXT, lines_of_rows("word " * LONGEST)) == ()


def test_iban_of_a_real_page_is_found_whole():
    lines = documents.lines("Bank: Volksbank | IBAN: DE89 3704 0044 0532 0130 00")
    assert candidates(Kind.IBAN, lines) == ("DE89 3704 0044 0532 0130 00",)


TEXT = st.text("abE€$ 0123.,:-/%§()äIBANDE", max_size=40).filter(str.strip)


@settings(deadline=None)
@given(st.sampled_from(list(Kind)), st.lists(TEXT, max_size=6))
def test_every_candidate_is_copied_from_one_row(kind, rows):
    lines = lines_of_rows(*rows)
    printed = [bare(segment.text) for line in lines for segment in line]
    for each in candidates(kind, lines):
        assert any(bare(each) in text for text in printed)


def bare(text):
    """Return the text without white space and the punctuation that words may end with."""
    return "".join(text.translate(str.maketrans("", "", " .,;:()[]\"'")).split())
