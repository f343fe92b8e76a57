"""A row stays a row, and its wide gaps are kept."""

import documents
import pytest

from extractors.layout import around, lines_of, text_of
from extractors.read import read_document
from schemas.document import Box, Document, Page, Word


def row_of(*words):
    """Return a document of one row; each word as `(text, x0, x1)`, 10 points high."""
    row = tuple(Word(text=text, box=Box(x0=x0, y0=0, x1=x1, y1=10)) for text, x0, x1 in words)
    return Document(
        id="0" * 64,
        pages=(Page(number=1, width=600, height=800, source="text", rows=(row,)),),
    )


GAPS = {
    "a blank": ((("Net", 0, 20), ("total", 23, 45)), "Net total"),
    "as wide as the row is high": ((("Net", 0, 20), ("total", 30, 45)), "Net total"),
    "wider than that": ((("Net", 0, 20), ("100.00", 30.1, 60)), "Net | 100.00"),
    "words that touch": ((("Net", 0, 20), (":", 20, 22), ("100.00", 40, 60)), "Net : | 100.00"),
    "words that overlap": ((("Net", 0, 20), ("total", 18, 45)), "Net total"),
    "one word": ((("Total", 0, 20),), "Total"),
    "all apart": ((("a", 0, 5), ("b", 50, 55), ("c", 100, 105)), "a | b | c"),
}


@pytest.mark.parametrize(("words", "text"), GAPS.values(), ids=GAPS)
def test_gap_between_segments(words, text):
    assert [text_of(line) for line in lines_of(row_of(*words))] == [text]


def test_gap_is_measured_by_the_lower_word():
    small = Word(text="EUR", box=Box(x0=50, y0=4, x1=60, y1=10))
    large = Word(text="119.00", box=Box(x0=0, y0=0, x1=42, y1=20))
    page = Page(number=1, width=600, height=800, source="text", rows=((large, small),))
    assert text_of(lines_of(Document(id="0", pages=(page,)))[0]) == "119.00 | EUR"


def rows_of(*rows):
    """Return a document of rows below each other; each word as `(text, x0, x1)`."""
    made = tuple(
        tuple(
            Word(text=text, box=Box(x0=x0, y0=20 * at, x1=x1, y1=20 * at + 10))
            for text, x0, x1 in row
        )
        for at, row in enumerate(rows)
    )
    return Document(
        id="0" * 64,
        pages=(Page(number=1, width=600, height=800, source="text", rows=made),),
    )


def test_narrow_gap_parts_columns_where_rows_around_begin_one():
    cells = [("Katz", 120, 140)]
    document = rows_of(cells, [("Executive", 50, 113), ("Washington", 120, 170)], cells)
    assert [text_of(line) for line in lines_of(document)] == [
        "Katz",
        "Executive | Washington",
        "Katz",
    ]


def test_blank_parts_no_columns_though_rows_around_begin_there():
    cells = [("Katz", 120, 140)]
    document = rows_of(cells, [("Teresa", 50, 117), ("Tomlinson", 120, 170)], cells)
    assert text_of(lines_of(document)[1]) == "Teresa Tomlinson"


def test_narrow_gap_alone_parts_nothing():
    document = rows_of([("Katz", 120, 140)], [("Executive", 50, 113), ("Washington", 120, 170)])
    assert text_of(lines_of(document)[1]) == "Executive Washington"


def test_words_that_lap_are_parted_where_a_column_begins():
    cells = [("Nails", 120, 140)]
    document = rows_of(cells, [("4123456000014", 50, 127), ("Screws", 120, 170)], cells)
    assert text_of(lines_of(document)[1]) == "4123456000014 | Screws"


def test_segments_know_their_page_row_and_box():
    lines = lines_of(
        read_document(documents.pdf([(50, 60, "first page")], [(50, 60, "a"), (50, 90, "b c")]))
    )
    assert [(line[0].page, line[0].row, line[0].text) for line in lines] == [
        (1, 0, "first page"),
        (2, 0, "a"),
        (2, 1, "b c"),
    ]
    segment = lines[2][0]
    assert segment.box == segment.words[0].box.union(segment.words[1].box)


def test_pages_without_text_have_no_lines():
    data = documents.pdf([], [(50, 60, "Total")], [])
    assert [text_of(line) for line in lines_of(read_document(data))] == ["Total"]


def test_letter_reads_as_it_was_written():
    rows = "Invoice R-17 | 14.03.2025\nTotal | 119.00 EUR\nThank you"
    assert "\n".join(text_of(line) for line in documents.lines(rows)) == rows


def test_box_around_words_is_the_smallest():
    words = [
        Word(text="a", box=Box(x0=10, y0=20, x1=30, y1=40)),
        Word(text="b", box=Box(x0=5, y0=25, x1=20, y1=50)),
    ]
    assert around(words) == Box(x0=5, y0=20, x1=30, y1=50)
