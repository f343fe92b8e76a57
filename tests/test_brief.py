"""A document's text as the model reads it: all of it, or what is likely to hold values."""

import documents

from extractors.brief import (
    HEAD_ROWS,
    LONGEST_ROW,
    MOST_ROWS,
    SAME_SHAPE,
    TAIL_ROWS,
    brief_text,
    whole_text,
)
from extractors.layout import Segment
from schemas.document import Box, Word


def lines_of_rows(*rows):
    """Return lines of one segment each, all on one page."""
    box = Box(x0=0, y0=0, x1=10, y1=10)
    return [
        (Segment(1, at, tuple(Word(text=text, box=box) for text in row.split())),)
        for at, row in enumerate(rows)
    ]


def test_whole_text_has_every_row_and_heads_its_pages():
    lines = documents.lines("Invoice | R-17\nTotal | 119.00", "Terms", "Terms")
    assert whole_text(lines) == (
        "[page 1]\nInvoice | R-17\nTotal | 119.00\n[page 2]\nTerms\n[page 3]\nTerms"
    )


def test_nothing_gives_nothing():
    assert (whole_text(()), brief_text(())) == ("", "")


def test_short_document_is_kept_whole():
    rows = [f"row {'x' * at}" for at in range(1, HEAD_ROWS)]
    assert brief_text(lines_of_rows(*rows)) == "\n".join(rows)


def test_row_that_repeats_word_for_word_is_kept_once():
    assert brief_text(lines_of_rows("Muster GmbH", "Total 5", "Muster GmbH", "Total 5")) == (
        "Muster GmbH\nTotal 5"
    )


def test_of_later_rows_of_one_shape_the_first_few_are_kept():
    head = [f"head {'x' * at}" for at in range(1, HEAD_ROWS + 1)]
    items = [f"Nails {at} pcs {at}.50 EUR" for at in range(10, 40)]
    kept = brief_text(lines_of_rows(*head, *items, "Total: 900.00")).splitlines()
    assert kept[HEAD_ROWS:] == [*items[:SAME_SHAPE], "Total: 900.00"]


def test_later_rows_without_a_figure_or_a_label_are_left_out():
    head = [f"head {'x' * at}" for at in range(1, HEAD_ROWS + 1)]
    rows = ["we thank you for your order", "Paid by: card", "Order 7"]
    kept = brief_text(lines_of_rows(*head, *rows)).splitlines()
    assert kept[HEAD_ROWS:] == ["Paid by: card", "Order 7"]


def test_long_text_keeps_its_beginning_and_its_end():
    rows = [f"{'x ' * at}{mark} {at}" for mark in ":-" for at in range(1, 100)]
    kept = brief_text(lines_of_rows(*rows)).splitlines()
    assert len(kept) == MOST_ROWS + 1
    assert kept[MOST_ROWS - TAIL_ROWS] == "…"
    assert kept[0] == "x : 1"
    assert kept[-1] == "x " * 99 + "- 99"


def test_long_row_is_cut():
    assert brief_text(lines_of_rows("a" * 500)) == "a" * LONGEST_ROW
