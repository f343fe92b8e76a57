"""A document's text as the model reads it: all of it, or what is likely to hold values."""

import documents

from extractors.brief import (
    HEAD_ROWS,
    LONG_TEXT,
    LONGEST_ROW,
    LONGEST_TEXT,
    SAME_LABEL,
    SAME_SHAPE,
    brief_text,
    whole_text,
)
from extractors.layout import Segment
from schemas.document import Box, Word

HEAD = [f"Head {'x' * at}" for at in range(1, HEAD_ROWS + 1)]
ITEMS = [f"{at} | Nails | {at}.50 | 2 | {2 * at}.00" for at in range(10, 40)]


def lines_of_rows(*rows, page=1):
    """Return lines, all on one page; ` | ` in a row parts its segments."""
    box = Box(x0=0, y0=0, x1=10, y1=10)
    return [
        tuple(
            Segment(page, at, tuple(Word(text=text, box=box) for text in part.split()))
            for part in row.split(" | ")
        )
        for at, row in enumerate(rows)
    ]


def kept(*rows):
    return brief_text(lines_of_rows(*rows)).splitlines()


def test_whole_text_has_every_row_and_heads_its_pages():
    lines = documents.lines("Invoice | R-17\nTotal | 119.00", "Terms", "Terms")
    assert whole_text(lines) == (
        "[page 1]\nInvoice | R-17\nTotal | 119.00\n[page 2]\nTerms\n[page 3]\nTerms"
    )


def test_whole_text_has_what_all_pages_repeat_once():
    lines = documents.lines(
        "Muster GmbH | Page 1 of 2\nNails | 5.00", "Muster GmbH | Page 2 of 2\nTotal | 5.00"
    )
    assert whole_text(lines) == (
        "[page 1]\nMuster GmbH | Page 1 of 2\nNails | 5.00\n[page 2]\nTotal | 5.00"
    )


def test_nothing_gives_nothing():
    assert (whole_text(()), brief_text(())) == ("", "")


def test_short_document_is_kept_whole():
    assert kept(*HEAD) == HEAD


def test_row_that_repeats_word_for_word_is_kept_once():
    assert kept("Muster GmbH", "Total 5", "Muster GmbH", "Total 5") == ["Muster GmbH", "Total 5"]


def test_letterhead_of_a_later_page_is_left_out_though_its_rows_fall_otherwise():
    lines = [
        *lines_of_rows("Muster GmbH | Invoice 17", "Köln | Nails"),
        *lines_of_rows("Muster GmbH | Nails", "Page 2 of 2", "Total | 5.00", page=2),
    ]
    assert brief_text(lines).splitlines() == [
        "Muster GmbH | Invoice 17",
        "Köln | Nails",
        "Total | 5.00",
    ]


def test_of_a_table_the_first_rows_the_last_and_the_total_are_kept():
    heading = "No | Description | Price | Quantity | Amount"
    assert kept("Muster GmbH", heading, *ITEMS, "Total | 900.00") == [
        "Muster GmbH",
        heading,
        *ITEMS[:SAME_SHAPE],
        ITEMS[-1],
        "Total | 900.00",
    ]


def test_table_at_the_end_keeps_its_last_row():
    assert kept(*HEAD, *ITEMS)[HEAD_ROWS:] == [*ITEMS[:SAME_SHAPE], ITEMS[-1]]


def test_totals_are_all_kept():
    totals = [f"{word} total | {at}.00" for at, word in enumerate(["Net", "Tax", "Sub", "Grand"])]
    due = ["Zahlbetrag | 440,00", "Amount due | 441.00"]
    assert kept(*HEAD, *ITEMS, *totals, *due)[-6:] == [*totals, *due]


def test_of_rows_behind_one_label_the_first_few_are_kept():
    rows = [f"Week: {at}" for at in range(10, 20)]
    assert kept(*HEAD, *rows)[HEAD_ROWS:] == rows[:SAME_LABEL]


def test_later_rows_without_a_figure_or_a_label_are_left_out():
    rows = ["Kind regards", "Paid by: card", "Order 7"]
    assert kept(*HEAD, *rows)[HEAD_ROWS:] == ["Paid by: card", "Order 7"]


def test_sentences_are_left_out_unless_they_have_a_figure():
    rows = ["We thank you for your order", "Please pay by 14.03.2025 without deduction"]
    assert kept("Muster GmbH", *rows) == ["Muster GmbH", rows[1]]


def test_long_text_leaves_out_ways_of_contact_before_names_and_numbers():
    names = [f"Name {'n' * at}" for at in range(1, 28)]
    contact = [f"Phone 0221 {at}" for at in range(27, 30)]
    numbers = [f"Number: {at * 1237} {'z' * 60}" for at in range(20, 40)]
    found = kept(*contact, *names, *(f"{at}{row}" for at, row in enumerate(numbers)))
    assert sum(len(row) + 1 for row in [*contact, *found]) > LONG_TEXT
    assert not set(contact) & set(found)
    assert set(names) <= set(found)


def test_longest_text_keeps_its_beginning_and_its_end():
    rows = [f"{at}. Order {'x' * 40} of 14.03.2025: {at}.00" for at in range(200)]
    found = kept(*rows)
    assert "…" in found
    assert (found[0], found[-1]) == (rows[0], rows[-1])
    assert sum(len(row) + 1 for row in found) <= LONGEST_TEXT + len("…\n")


def test_long_row_is_cut():
    assert brief_text(lines_of_rows("a" * 500)) == "a" * LONGEST_ROW
