"""Under which heading a value stands."""

import documents

from extractors.candidates.candidates import find_candidates
from extractors.layout import lines_of
from extractors.ranking.blocks import block_fits
from extractors.ranking.labels import LabelBook
from extractors.read import read_document
from schemas.kinds import Kind

HEADINGS = LabelBook(
    {"seller": ["seller", "from"], "buyer": ["bill to", "buyer"], "carrier": ["carrier"]}
)


def fits(text, *pages, kind=Kind.TEXT):
    """Return how well the headings fit the block of a candidate at its first place."""
    lines = lines_of(read_document(documents.pdf(*pages)))
    [candidate] = [each for each in find_candidates(kind, lines) if each.text == text]
    return block_fits(candidate.places[0], lines, HEADINGS)


def whose(*args, **kwargs):
    """Return the one field that a block belongs to."""
    [field] = [field for field, fit in fits(*args, **kwargs).items() if fit > 0]
    return field


STACKED = [
    (50, 50, "Seller"),
    (50, 66, "Muster Handels GmbH"),
    (50, 82, "Gasse 5"),
    (50, 98, "Bern"),
    (50, 150, "Bill to"),
    (50, 166, "Quillback Farm Ltd"),
    (50, 182, "Hill Road 9"),
]


def test_nearest_heading_above_counts():
    assert whose("Muster Handels GmbH", STACKED) == "seller"
    assert whose("Quillback Farm Ltd", STACKED) == "buyer"


def test_it_speaks_against_the_other_fields():
    found = fits("Quillback Farm Ltd", STACKED)
    assert set(found) == {"seller", "buyer", "carrier"}
    assert found["seller"] == found["carrier"] == -found["buyer"] < 0


def test_each_row_between_weakens_it():
    near, far = fits("Muster Handels GmbH", STACKED), fits("Bern", STACKED)
    assert near["seller"] > far["seller"] > 0


SIDE_BY_SIDE = [
    (50, 50, "Seller"),
    (320, 50, "Bill to"),
    (50, 66, "Muster Handels GmbH"),
    (320, 66, "Quillback Farm Ltd"),
    (50, 82, "DE136695976"),
    (320, 82, "ATU12345675"),
]


def test_blocks_side_by_side_have_each_their_own_heading():
    assert whose("Muster Handels GmbH", SIDE_BY_SIDE) == "seller"
    assert whose("Quillback Farm Ltd", SIDE_BY_SIDE) == "buyer"
    assert whose("DE136695976", SIDE_BY_SIDE, kind=Kind.VAT_ID) == "seller"
    assert whose("ATU12345675", SIDE_BY_SIDE, kind=Kind.VAT_ID) == "buyer"


def test_heading_before_the_value_in_its_row():
    page = [
        (50, 50, "Seller:"),
        (150, 50, "Muster Handels GmbH"),
        (50, 66, "Buyer:"),
        (150, 66, "Quillback Farm Ltd"),
    ]
    assert whose("Muster Handels GmbH", page) == "seller"
    assert whose("Quillback Farm Ltd", page) == "buyer"


def test_heading_to_the_right_of_a_value_is_none_of_its_own():
    page = [(50, 50, "Muster Handels GmbH"), (320, 50, "Bill to"), (320, 66, "Quillback Farm Ltd")]
    assert fits("Muster Handels GmbH", page) == {}
    assert whose("Quillback Farm Ltd", page) == "buyer"


def test_heading_below_is_none():
    page = [(50, 50, "Muster Handels GmbH"), (50, 80, "Bill to"), (50, 96, "Quillback Farm Ltd")]
    assert fits("Muster Handels GmbH", page) == {}


def test_heading_far_above_is_none():
    rows = [(50, 66 + 12 * row, f"Nails {row} mm") for row in range(14)]
    page = [(50, 50, "Bill to"), *rows, (50, 250, "Quillback Farm Ltd")]
    assert fits("Quillback Farm Ltd", page) == {}


def test_heading_of_another_page_is_none():
    pages = [(50, 800, "Bill to")], [(50, 50, "Quillback Farm Ltd")]
    assert fits("Quillback Farm Ltd", *pages) == {}


def test_sentence_with_a_headings_words_heads_nothing():
    page = [
        (50, 50, "Please send this bill with your cheque to"),
        (50, 66, "Quillback Farm Ltd"),
    ]
    assert fits("Quillback Farm Ltd", page) == {}


def test_type_without_headings_has_no_blocks():
    lines = lines_of(read_document(documents.pdf(STACKED)))
    place = find_candidates(Kind.TEXT, lines)[0].places[0]
    assert block_fits(place, lines, LabelBook({})) == {}
