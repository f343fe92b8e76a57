"""What is printed around a value."""

import documents
import pytest

from extractors.candidates.candidates import find_candidates
from extractors.layout import lines_of
from extractors.ranking.surroundings import surroundings_of
from extractors.read import read_document
from schemas.kinds import Kind


def around(kind, text, *pages, at=0):
    """Return the surroundings of a candidate's place in a document with these texts."""
    lines = lines_of(read_document(documents.pdf(*pages)))
    [candidate] = [each for each in find_candidates(kind, lines) if each.text == text]
    return surroundings_of(candidate.places[at], lines)


def test_label_in_the_same_run_of_words():
    page = [(50, 50, "Invoice no. R-17"), (50, 90, "Net total 40.50 EUR")]
    assert around(Kind.IDENTIFIER, "R-17", page).before == "Invoice no."
    assert around(Kind.AMOUNT, "40.50", page).before == "Net total"


def test_only_what_stands_before_the_value_in_its_run():
    page = [(50, 50, "From 3 May 2025 to 5 June 2025")]
    assert around(Kind.DATE, "3 May 2025", page).before == "From"
    assert around(Kind.DATE, "5 June 2025", page).before == "From 3 May 2025 to"


def test_segments_to_the_left_the_nearest_first():
    page = [(50, 50, "Advertiser"), (150, 50, "Total:"), (300, 50, "40.50")]
    found = around(Kind.AMOUNT, "40.50", page)
    assert (found.before, found.left) == ("", ("Total:", "Advertiser"))


def test_label_is_looked_for_over_figures():
    page = [(50, 50, "Flight:"), (150, 50, "14.03.2025"), (300, 50, "28.03.2025")]
    found = around(Kind.DATE, "28.03.2025", page)
    assert (found.next_to, found.left) == ("14.03.2025", ("Flight:",))


def test_what_stands_behind_is_no_label():
    page = [(50, 50, "40.50"), (200, 50, "Net total")]
    found = around(Kind.AMOUNT, "40.50", page)
    assert (found.before, found.left, found.above, found.heading) == ("", (), "", "")
    assert found.behind == "Net total"
    assert around(Kind.AMOUNT, "40.50", [(50, 50, "Pay 40.50 EUR now")]).behind == "EUR now"


def test_label_above():
    page = [
        (50, 50, "Invoice number"),
        (250, 50, "Invoice date"),
        (50, 63, "R-17"),
        (250, 63, "14.03.2025"),
    ]
    found = around(Kind.IDENTIFIER, "R-17", page)
    assert (found.above, found.heading) == ("Invoice number", "Invoice number")
    found = around(Kind.DATE, "14.03.2025", page)
    assert (found.above, found.next_to, found.left) == ("Invoice date", "R-17", ())


def test_what_stands_far_above_is_no_label_but_may_be_a_heading():
    page = [(50, 50, "Invoice date"), (50, 120, "14.03.2025")]
    found = around(Kind.DATE, "14.03.2025", page)
    assert (found.above, found.heading) == ("", "Invoice date")


COLUMN = [
    (50, 50, "Description"),
    (300, 50, "Amount"),
    (50, 66, "Nails"),
    (300, 66, "12.00"),
    (50, 82, "Hammer"),
    (300, 82, "28.50"),
    (50, 98, "Saw"),
    (300, 98, "31.40"),
]


@pytest.mark.parametrize(
    ("text", "above"), [("12.00", "Amount"), ("28.50", "12.00"), ("31.40", "28.50")]
)
def test_heading_of_a_column_stands_over_its_other_values(text, above):
    found = around(Kind.AMOUNT, text, COLUMN)
    assert (found.above, found.heading) == (above, "Amount")


def test_other_columns_are_not_above():
    page = [(50, 50, "Buyer"), (300, 63, "14.03.2025")]
    assert around(Kind.DATE, "14.03.2025", page).heading == ""


def test_page_before_is_not_above():
    found = around(Kind.DATE, "14.03.2025", [(50, 820, "Due date")], [(50, 30, "14.03.2025")])
    assert (found.above, found.heading) == ("", "")


def test_each_place_has_its_own():
    page = [(50, 50, "Net: 40.50"), (50, 90, "To pay: 40.50")]
    assert around(Kind.AMOUNT, "40.50", page, at=0).before == "Net:"
    assert around(Kind.AMOUNT, "40.50", page, at=1).before == "To pay:"
