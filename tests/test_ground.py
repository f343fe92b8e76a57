"""Answers are found where they stand, and what stands nowhere is not found."""

import documents
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from extractors.ground import evidence_of, ground
from extractors.layout import lines_of
from extractors.read import read_document
from schemas.document import Box, Document, Page, Word

LETTER = """
Muster Handels GmbH | Invoice R-2012
Lange Strasse 7 | Date: 14.03.2025
10115 Berlin | Order (PO-88),
Delivered to: | Price
Quillback Ridge Farm | $5.00
and Dairy Ltd. | 12.50
Shipping on 3 days | 12,502.50
Net total | 1 234,50 EUR
Total: | 119.00 EUR
Amount due: | 119.00 EUR
"""
LINES = documents.lines(LETTER, "Terms\nPay 119.00 EUR within 30 days to Muster Handels GmbH")

PLACES = {
    "a word": ("R-2012", "R-2012", 1, 1),
    "several words": ("Lange Strasse 7", "Lange Strasse 7", 1, 1),
    "other case": ("lange STRASSE 7", "Lange Strasse 7", 1, 1),
    "other white space": ("Lange  Strasse\n7", "Lange Strasse 7", 1, 1),
    "no white space": ("1234,50 EUR", "1 234,50 EUR", 1, 1),
    "within brackets and a comma": ("PO-88", "(PO-88),", 1, 1),
    "with the page's own punctuation": ("(PO-88),", "(PO-88),", 1, 1),
    "without a full stop": ("and Dairy Ltd", "and Dairy Ltd.", 1, 1),
    "behind a currency sign": ("5.00", "$5.00", 1, 1),
    "a currency sign": ("$", "$5.00", 1, 1),
    "on the second page": ("Terms", "Terms", 2, 1),
    "in two places": ("Muster Handels GmbH", "Muster Handels GmbH", 1, 2),
    "in three places": ("119.00 EUR", "119.00 EUR", 1, 3),
    "over a wide gap": ("Total: 119.00", "Total: 119.00", 1, 1),
}


@pytest.mark.parametrize(("raw", "quote", "page", "places"), PLACES.values(), ids=PLACES)
def test_ground(raw, quote, page, places):
    evidence = ground(raw, LINES)
    assert evidence is not None
    assert (evidence.quote, evidence.page, evidence.places) == (quote, page, places)


NOWHERE = {
    "other words": "Musterfrau",
    "digits within a longer number": "12",
    "year within a number": "2012",
    "end of a number": "502.50",
    "beginning of a number": "12.5",
    "letters within a word": "Ridg",
    "rows of two columns mixed": "Berlin Delivered Price",
    "words in another order": "Handels Muster GmbH",
    "more than is there": "Lange Strasse 7a",
    "over two pages": "119.00 EUR Terms",
    "nothing": "",
    "white space": " \n ",
}


@pytest.mark.parametrize("raw", NOWHERE.values(), ids=NOWHERE)
def test_what_stands_nowhere_is_not_found(raw):
    lines = documents.lines(LETTER.replace("R-2012", "R2012"), "Terms")
    assert ground(raw, lines) is None


def test_digits_are_not_found_inside_a_longer_number():
    lines = documents.lines("Contract 2012\nQuantity 12")
    evidence = ground("12", lines)
    assert evidence is not None
    assert (evidence.quote, evidence.places) == ("12", 1)


def test_value_goes_on_in_the_next_row_of_its_column():
    evidence = ground("Quillback Ridge Farm and Dairy Ltd.", LINES)
    assert evidence is not None
    first, second = evidence.boxes
    assert first.y1 <= second.y1
    assert second.y0 > first.y0
    assert first.x0 == second.x0


def test_value_over_two_rows_does_not_take_the_column_beside_it():
    page = documents.pdf(
        [(50, 60, "Muster"), (200, 60, "Other"), (50, 71, "Handels GmbH"), (200, 71, "Firm Ltd")]
    )
    lines = lines_of(read_document(page))
    assert [
        ground(raw, lines) is not None
        for raw in ("Muster Handels GmbH", "Other Firm Ltd", "Muster Firm Ltd")
    ] == [True, True, False]


def test_of_several_places_the_first_is_taken_or_the_last():
    first, last = ground("119.00 EUR", LINES), ground("119.00 EUR", LINES, last=True)
    assert first is not None
    assert last is not None
    assert (first.page, last.page) == (1, 2)
    assert first.places == last.places == 3


def test_one_row_has_one_box_whatever_the_sizes_of_its_words():
    small = Word(text="Total", box=Box(x0=50, y0=90.3, x1=70, y1=102.7))
    large = Word(text="119.00", box=Box(x0=78, y0=84.9, x1=121, y1=104.2))
    evidence = evidence_of(1, [small, large])
    assert evidence.quote == "Total 119.00"
    assert evidence.boxes == (Box(x0=50, y0=84.9, x1=121, y1=104.2),)


def words_in(document, evidence):
    """Return what the page's words say whose middles lie in the evidence's boxes."""
    words = document.pages[evidence.page - 1].words
    return " ".join(
        word.text for word in words if any(lies_in(word.box, b) for b in evidence.boxes)
    )


def lies_in(box, other):
    x, y = (box.x0 + box.x1) / 2, (box.y0 + box.y1) / 2
    return other.x0 <= x <= other.x1 and other.y0 <= y <= other.y1


TURNS = {"upright": 0, "turned by 90 degrees": 90, "turned by 270 degrees": 270}


@pytest.mark.parametrize("degrees", TURNS.values(), ids=TURNS)
def test_quote_is_what_the_words_in_the_boxes_say(degrees):
    document = read_document(documents.turned(documents.letter(LETTER), degrees))
    lines = lines_of(document)
    for word in document.pages[0].words:
        evidence = ground(word.text, lines)
        assert evidence is not None
        assert evidence.quote == words_in(document, evidence)


NOISE = st.text("abcde.:- 0123", min_size=1, max_size=6).filter(str.strip).map(str.strip)
PLANTED = st.lists(st.text("XYZ789", min_size=1, max_size=5), min_size=1, max_size=4)


def document_of(rows):
    """Return a document of these rows of words, each word as wide as its text, evenly apart."""
    made = []
    for at, row in enumerate(rows):
        words, x = [], 50.0
        for text in row:
            box = Box(x0=x, y0=at * 15, x1=x + 5 * len(text), y1=at * 15 + 10)
            words.append(Word(text=text, box=box))
            x = box.x1 + 3
        made.append(tuple(words))
    page = Page(number=1, width=600, height=800, source="text", rows=tuple(made))
    return Document(id="0" * 64, pages=(page,))


@st.composite
def planted(draw):
    """Draw rows of noise, the words planted in one of them, and where they begin."""
    noise = st.lists(NOISE.map(lambda text: text.replace(" ", "")), min_size=1, max_size=6)
    rows = draw(st.lists(noise, min_size=1, max_size=6))
    words = draw(PLANTED)
    row = draw(st.integers(0, len(rows) - 1))
    at = draw(st.integers(0, len(rows[row])))
    rows[row][at:at] = words
    return rows, words, row, at


@settings(deadline=None)
@given(planted())
def test_planted_words_are_found_at_their_place(case):
    rows, words, row, at = case
    document = document_of(rows)
    evidence = ground(" ".join(words), lines_of(document))
    assert evidence is not None
    assert evidence.quote == " ".join(words) == words_in(document, evidence)
    expected = document.pages[0].rows[row][at : at + len(words)]
    assert evidence.boxes == (
        Box(x0=expected[0].box.x0, y0=row * 15, x1=expected[-1].box.x1, y1=row * 15 + 10),
    )
    assert evidence.places == 1


@settings(deadline=None)
@given(st.lists(st.lists(NOISE, min_size=1, max_size=6), min_size=1, max_size=6), PLANTED)
def test_what_was_not_planted_is_not_found(rows, words):
    assert ground(" ".join(words), lines_of(document_of(rows))) is None
