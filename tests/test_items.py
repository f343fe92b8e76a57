"""Rows become items whatever their layout: wrapped, centred, two-line, with details between."""

import documents
import pytest

from extractors.layout import lines_of
from extractors.read import read_document
from extractors.tables.table import find_tables, read_items
from schemas.kinds import Kind

KINDS = {
    "description": Kind.TEXT,
    "quantity": Kind.NUMBER,
    "unit_price": Kind.AMOUNT,
    "line_total": Kind.AMOUNT,
}
HEADING = ["Description", "Qty", "Price", "Total"]
COLUMNS = dict(zip(KINDS, HEADING, strict=True))
LEFT, RIGHT = (50,), (300, 400, 520)
FACTORS = ("quantity", "unit_price")


def lines_on(*pages):
    return lines_of(read_document(documents.pdf(*pages)))


def drawn(rows, left=LEFT, right=RIGHT, close=(), top=100.0):
    return documents.table(rows, left=left, right=right, close=close, top=top)


def items_in(lines, columns=COLUMNS, factors=None):
    (table, *_) = find_tables(lines)
    headings = {column.heading: column for column in table.columns}
    chosen = {leaf: headings[heading] for leaf, heading in columns.items()}
    return [
        [item[leaf].text if leaf in item else "" for leaf in columns]
        for item in read_items(table, chosen, KINDS, factors)
    ]


NAILS = ["Nails 40 mm", "24", "0.50", "12.00"]
HAMMER = ["Hammer", "2", "14.25", "28.50"]


def test_heading_over_three_rows_is_one():
    """As printed when narrow columns wrap and the other headings stand in the middle."""
    puts = [
        (280.0, 92.0, "Number"),
        (380.0, 92.0, "Price"),
        (50.0, 100.0, "Description"),
        (500.0, 100.0, "Total"),
        (280.0, 108.0, "of units"),
        (380.0, 108.0, "per unit"),
        *drawn([NAILS, HAMMER], top=124),
    ]
    columns = {**COLUMNS, "quantity": "Number of units", "unit_price": "Price per unit"}
    assert items_in(lines_on(puts), columns) == [NAILS, HAMMER]


def test_heading_over_several_columns_heads_none_of_them():
    puts = [(285.0, 90.0, "Quantities and prices in detail"), *drawn([HEADING, NAILS, HAMMER])]
    assert items_in(lines_on(puts)) == [NAILS, HAMMER]


def test_dates_may_head_columns():
    heading = ["Program", "Rate", "10/07", "10/14", "Spots", "Total"]
    rows = [["News at Six", "340.00", "4", "5", "9", "3,060.00"]]
    rows += [["Sports", "160.00", "2", "3", "5", "800.00"]]
    lines = lines_on(drawn([heading, *rows], right=(250, 300, 350, 400, 500)))
    columns = dict(zip(KINDS, ("Program", "Spots", "Rate", "Total"), strict=True))
    assert items_in(lines, columns) == [
        ["News at Six", "9", "340.00", "3,060.00"],
        ["Sports", "5", "160.00", "800.00"],
    ]


def test_figures_may_stand_beside_the_middle_of_their_text():
    puts = drawn([HEADING])
    for top, texts, figures in (
        (120, ("Support,", "May to June"), NAILS[1:]),
        (160, ("Supplies,", "various"), HAMMER[1:]),
    ):
        puts += [(50.0, float(top), texts[0]), (50.0, top + 10.0, texts[1])]
        puts += drawn([["", *figures]], top=top + 5)
    assert items_in(lines_on(puts)) == [
        ["Support, May to June", *NAILS[1:]],
        ["Supplies, various", *HAMMER[1:]],
    ]


def test_figures_may_stand_below_their_text():
    rows = [HEADING, ["Nails, galvanised"], ["", *NAILS[1:]], ["Hammer"], ["", *HAMMER[1:]]]
    assert items_in(lines_on(drawn(rows, close=(2, 4)))) == [
        ["Nails, galvanised", *NAILS[1:]],
        ["Hammer", *HAMMER[1:]],
    ]


NOTES = {
    "bullet": "• Lot 17",
    "list price": "List price: 0.75",
    "across the columns": "Positions of this order that came too late are free, see the next page",
}


@pytest.mark.parametrize("note", NOTES.values(), ids=NOTES)
def test_notes_are_no_part_of_the_description(note):
    rows = [HEADING, NAILS, ["galvanised"], [note], HAMMER]
    assert items_in(lines_on(drawn(rows, close=(2, 3)))) == [
        ["Nails 40 mm galvanised", *NAILS[1:]],
        HAMMER,
    ]


def test_text_of_a_column_beside_does_not_interrupt_a_description():
    rows = [
        ["Ref", *HEADING],
        ["A-1", *NAILS],
        ["lot 7", "galvanised"],
        ["box"],
        ["", "for outdoor use"],
        ["B-2", *HAMMER],
    ]
    lines = lines_on(drawn(rows, left=(50, 100), close=(2, 3, 4)))
    assert items_in(lines)[0][0] == "Nails 40 mm galvanised"


def test_text_that_runs_into_the_next_column_is_cut_where_that_begins():
    """The gap before the description is a blank in the second row only."""
    rows = [
        ["Code", *HEADING],
        ["AB", *NAILS],
        ["CD", *HAMMER],
        ["VERYLONG", "Saw", "1", "19.00", "19.00"],
    ]
    lines = lines_on(drawn(rows, left=(50, 104)))
    assert [item[0] for item in items_in(lines)] == ["Nails 40 mm", "Hammer", "Saw"]


def test_text_that_runs_up_to_a_price_leaves_it_alone():
    rows = [
        ["Description", "Price", "Qty", "Total"],
        ["Nails", "0.50", "24", "12.00"],
        ["Hammer", "14.25", "2", "28.50"],
        ["Bubble film on a roll of 50 metres each", "15.46", "2", "30.92"],
    ]
    lines = lines_on(drawn(rows, right=(232, 320, 420)))
    (long,) = [line for line in lines if line[0].text.startswith("Bubble")]
    assert long[0].text.endswith("each 15.46")
    columns = {leaf: COLUMNS[leaf] for leaf in ("description", "unit_price", "quantity")}
    assert items_in(lines, columns) == [row[:3] for row in rows[1:]]


def test_flat_charge_between_items_is_one():
    rows = [HEADING, NAILS, ["Delivery", "", "", "5.00"], HAMMER, ["Discount", "", "", "-2.00"]]
    assert items_in(lines_on(drawn(rows))) == [NAILS, ["Delivery", "", "", "5.00"], HAMMER]


SUMS = {
    "english": "Subtotal",
    "german": "Übertrag",
    "french": "Total HT",
    "dutch": "Subtotaal",
    "with words": "Total this page",
}


@pytest.mark.parametrize("label", SUMS.values(), ids=SUMS)
def test_sums_between_items_are_none(label):
    rows = [HEADING, NAILS, [label, "24", "", "12.00"], HAMMER]
    assert items_in(lines_on(drawn(rows))) == [NAILS, HAMMER]


def test_item_may_be_called_like_a_sum_if_all_its_figures_are_there():
    rows = [HEADING, NAILS, ["Total care cloth", "1", "4.00", "4.00"]]
    assert items_in(lines_on(drawn(rows))) == rows[1:]


def test_headings_inside_the_table_end_nothing():
    inner = ["Week", "Days", "Spots", "Rate"]
    detail = ["01/05 - 01/11", "MTW", "3", "50.00"]
    puts, top = drawn([HEADING]), 120.0
    for item in (NAILS, HAMMER):
        puts += drawn([item], top=top)
        puts += drawn([inner, detail], left=(60, 160), right=(240, 300), top=top + 16)
        top += 56
    assert items_in(lines_on(puts)) == [NAILS, HAMMER]


def test_rows_below_the_total_of_a_table_of_amounts_are_no_items():
    heading = ["Description of charges", "Nights", "Amount"]
    rows = [["Room", "one", "90.00"], ["Total", "", "90.00"], ["Paid in cash", "now", "90.00"]]
    columns = {"description": heading[0], "line_total": "Amount"}
    lines = lines_on(drawn([heading, *rows, ["1", "2", "3.00"]], left=(50, 250), right=(400,)))
    assert items_in(lines, columns) == [["Room", "90.00"]]


def test_quantity_and_price_may_stand_in_a_row_of_their_own():
    heading = ["Article name", "Code", "Amount"]
    rows = [["Milk", "A1", "3.45"], ["3 pcs x 1.15"], ["Bread", "B2", "2.10"]]
    lines = lines_on(drawn([heading, *rows], left=(50, 250), right=(400,)))
    (table,) = find_tables(lines)
    columns = {"description": table.columns[0], "line_total": table.columns[-1]}
    milk, bread = read_items(table, columns, KINDS, FACTORS)
    assert {name: cell.text for name, cell in milk.items()} == {
        "description": "Milk",
        "quantity": "3",
        "unit_price": "1.15",
        "line_total": "3.45",
    }
    assert "quantity" not in bread


def test_code_behind_a_price_is_no_part_of_it():
    rows = [
        ["Program", "Spots", "Rate Pri", "Total"],
        ["News", "2", "90.00 P04", "180.00"],
        ["Sports", "4", "120.00 P04", "480.00"],
    ]
    columns = {**COLUMNS, "description": "Program", "quantity": "Spots", "unit_price": "Rate Pri"}
    assert items_in(lines_on(drawn(rows)), columns) == [
        ["News", "2", "90.00", "180.00"],
        ["Sports", "4", "120.00", "480.00"],
    ]


def test_words_of_a_cell_all_stand_on_its_page():
    first = drawn([HEADING, NAILS, ["galvanised"]], close=(2,))
    lines = lines_on(first, drawn([HEADING, HAMMER]))
    (table,) = find_tables(lines)
    chosen = dict(zip(KINDS, table.columns, strict=True))
    words = {
        page: {word for line in lines for each in line for word in each.words if each.page == page}
        for page in (1, 2)
    }
    items = read_items(table, chosen, KINDS)
    assert [item["description"].page for item in items] == [1, 2]
    assert all(set(cell.words) <= words[cell.page] for item in items for cell in item.values())
