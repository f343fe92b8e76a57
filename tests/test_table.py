"""A table's rows become items, each cell under its heading; what is no item is left out."""

import io

import documents
import pytest
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import getSampleStyleSheet
from reportlab.platypus import Paragraph, SimpleDocTemplate, Table, TableStyle

from extractors.layout import lines_of
from extractors.read import read_document
from extractors.tables.table import find_tables, fitting_columns, may_share, read_items
from schemas.kinds import Kind

KINDS = {
    "description": Kind.TEXT,
    "quantity": Kind.NUMBER,
    "unit": Kind.TEXT,
    "unit_price": Kind.AMOUNT,
    "tax_rate": Kind.PERCENT,
    "line_total": Kind.AMOUNT,
}
COLUMNS = {
    "description": "Description",
    "quantity": "Qty",
    "unit_price": "Price",
    "line_total": "Total",
}
HEADING = ["Description", "Qty", "Price", "Total"]
NAILS = ["Nails 40 mm", "24", "0.50", "12.00"]
HAMMER = ["Hammer", "2", "14.25", "28.50"]
SAW = ["Saw", "1", "19.00", "19.00"]
ITEMS = [NAILS, HAMMER, SAW]

LEFT, RIGHT = (50,), (300, 400, 520)


def drawn(rows, left=LEFT, right=RIGHT, close=()):
    return documents.table(rows, left=left, right=right, close=close)


def lines_on(*pages):
    return lines_of(read_document(documents.pdf(*pages)))


def only_table(lines):
    tables = find_tables(lines)
    assert len(tables) == 1
    return tables[0]


def items_in(lines, columns=COLUMNS):
    """Return the items' texts, in the order of `columns`; an empty text where there is no cell."""
    table = only_table(lines)
    headings = {column.heading: column for column in table.columns}
    chosen = {leaf: headings[heading] for leaf, heading in columns.items()}
    return [
        [item[leaf].text if leaf in item else "" for leaf in columns]
        for item in read_items(table, chosen, KINDS)
    ]


NO_ITEMS = {
    "nothing but items": [],
    "totals under the figures": [
        ["", "", "Net total", "59.50"],
        ["", "", "VAT 19%", "11.31"],
        ["", "", "Grand total", "70.81"],
    ],
    "totals under the descriptions": [["Subtotal", "", "", "59.50"], ["Total", "", "", "70.81"]],
    "amount carried forward": [["Carried forward", "", "", "59.50"]],
    "price without its total": [["Saw blades from", "", "3.50", ""]],
}


@pytest.mark.parametrize("rows", NO_ITEMS.values(), ids=NO_ITEMS)
def test_rows_below_the_items_are_none(rows):
    assert items_in(lines_on(drawn([HEADING, *ITEMS, *rows]))) == ITEMS


def test_heading_names_the_columns_from_left_to_right():
    table = only_table(lines_on(drawn([HEADING, *ITEMS])))
    assert table.heading == "Description | Qty | Price | Total"
    assert table.excerpt == (
        "Description | Qty | Price | Total\n"
        "Nails 40 mm | 24 | 0.50 | 12.00\n"
        "Hammer | 2 | 14.25 | 28.50"
    )


def test_letterhead_above_is_no_part_of_the_table():
    above = [(50, 50, "Muster Handels GmbH"), (50, 66, "Invoice R-17"), (400, 66, "14.03.2025")]
    assert items_in(lines_on(above + drawn([HEADING, *ITEMS]))) == ITEMS


def test_wrapped_description_goes_on_in_the_rows_below():
    rows = [HEADING, NAILS, ["galvanised, box"], ["of 100"], HAMMER, SAW]
    assert items_in(lines_on(drawn(rows, close=(2, 3)))) == [
        ["Nails 40 mm galvanised, box of 100", "24", "0.50", "12.00"],
        HAMMER,
        SAW,
    ]


def test_text_further_below_does_not_go_on_with_the_last_item():
    rows = [HEADING, *ITEMS, [""], ["Goods stay ours until they are paid"]]
    assert items_in(lines_on(drawn(rows))) == ITEMS


def test_headings_that_stand_close_are_split_by_the_figures_below():
    lines = lines_on(drawn([HEADING, *ITEMS], right=(300, 330, 360)))
    assert [segment.text for segment in lines[0]] == ["Description", "Qty Price Total"]
    assert items_in(lines) == ITEMS


def test_heading_over_two_rows_is_one():
    rows = [["Description", "Qty", "Unit", "Line"], ["", "", "price", "total"], *ITEMS]
    columns = {**COLUMNS, "unit_price": "Unit price", "line_total": "Line total"}
    assert items_in(lines_on(drawn(rows, close=(1,))), columns) == ITEMS


def test_descriptions_without_a_heading_are_a_column():
    rows = [["", "Qty", "Price", "Total"], *ITEMS]
    columns = {**COLUMNS, "description": "(no heading)"}
    assert items_in(lines_on(drawn(rows)), columns) == ITEMS


def test_equal_headings_are_told_apart():
    rows = [["Description", "Qty", "Amount", "Amount"], *ITEMS]
    columns = {**COLUMNS, "unit_price": "Amount", "line_total": "Amount (2)"}
    assert items_in(lines_on(drawn(rows)), columns) == ITEMS


def test_heading_repeated_on_every_page_is_no_item():
    first = drawn([HEADING, NAILS, HAMMER, ["Carried forward", "", "", "40.50"]])
    second = drawn([HEADING, ["Brought forward", "", "", "40.50"], SAW])
    letterhead = [(50.0, 50.0, "Muster Handels GmbH"), (450.0, 50.0, "Page 2")]
    assert items_in(lines_on(first, letterhead + second)) == ITEMS


def test_table_goes_on_at_the_top_of_a_page_that_does_not_repeat_its_heading():
    table = only_table(lines_on(drawn([HEADING, NAILS, HAMMER]), drawn([SAW])))
    columns = {column.heading: column for column in table.columns}
    chosen = {leaf: columns[heading] for leaf, heading in COLUMNS.items()}
    cells = [item["description"] for item in read_items(table, chosen, KINDS)]
    assert [(cell.text, cell.page) for cell in cells] == [
        ("Nails 40 mm", 1),
        ("Hammer", 1),
        ("Saw", 2),
    ]


def test_text_beside_the_table_is_left_out():
    beside = [(20, 116, "Muster GmbH"), (20, 132, "Lange Str. 7"), (20, 148, "Berlin")]
    assert items_in(lines_on(drawn([HEADING, *ITEMS], left=(150,)) + beside)) == ITEMS


def test_discounts_and_free_items_are_items():
    rows = [NAILS, ["Discount", "1", "-2.00", "-2.00"], ["Sample", "1", "0.00", "0.00"]]
    assert items_in(lines_on(drawn([HEADING, *rows]))) == rows


def test_missing_cell_of_an_item_stays_empty():
    rows = [NAILS, ["Delivery", "", "5.00", "5.00"], SAW]
    assert items_in(lines_on(drawn([HEADING, *rows]))) == rows


def test_quantity_and_unit_may_share_a_column():
    rows = [["Nails", "24 kg", "0.50", "12.00"], ["Hammer", "2 pcs", "14.25", "28.50"]]
    lines = lines_on(drawn([HEADING, *rows]))
    table = only_table(lines)
    assert may_share(table, table.columns[1], Kind.NUMBER, Kind.TEXT)
    assert not may_share(table, table.columns[1], Kind.NUMBER, Kind.AMOUNT)
    assert not may_share(table, table.columns[2], Kind.AMOUNT, Kind.TEXT)
    assert items_in(lines, {**COLUMNS, "unit": "Qty"}) == [
        ["Nails", "24", "0.50", "12.00", "kg"],
        ["Hammer", "2", "14.25", "28.50", "pcs"],
    ]


FITTING = {
    "text": (Kind.TEXT, ["Description"]),
    "number": (Kind.NUMBER, ["Qty", "Price", "Total"]),
    "amount": (Kind.AMOUNT, ["Qty", "Price", "Total"]),
    "percent": (Kind.PERCENT, ["VAT"]),
}


@pytest.mark.parametrize(("kind", "headings"), FITTING.values(), ids=FITTING)
def test_columns_that_can_hold_a_kind(kind, headings):
    rows = [
        ["Description", "Qty", "Price", "VAT", "Total"],
        ["Nails", "24", "0.50", "19%", "12.00"],
        ["Hammer", "2", "14.25", "7%", "28.50"],
    ]
    table = only_table(lines_on(drawn(rows, right=(250, 330, 400, 500))))
    assert [column.heading for column in fitting_columns(table, kind)] == headings


NO_TABLES = {
    "letter": [(50.0, 100.0, "Dear Sir,"), (50.0, 120.0, "we thank you for 5.00 EUR")],
    "heading without rows": drawn([HEADING]),
    "labels and values": drawn([["Net total", "59.50"], ["Total", "70.81"]], right=(300,)),
    "nothing": [],
}


@pytest.mark.parametrize("puts", NO_TABLES.values(), ids=NO_TABLES)
def test_what_is_no_table(puts):
    assert find_tables(lines_on(puts)) == ()


def test_two_tables_are_both_found_in_their_order():
    tax = [["Rate", "Net", "Tax", "Gross"], ["19%", "50.00", "9.50", "59.50"]]
    puts = drawn([HEADING, *ITEMS])
    puts += documents.table(tax, left=LEFT, right=RIGHT, top=300)
    assert [table.heading for table in find_tables(lines_on(puts))] == [
        "Description | Qty | Price | Total",
        "Rate | Net | Tax | Gross",
    ]


def test_cells_are_words_of_the_page():
    lines = lines_on(drawn([HEADING, *ITEMS]))
    table = only_table(lines)
    words = {word for line in lines for segment in line for word in segment.words}
    chosen = dict(zip(COLUMNS, table.columns, strict=True))
    for item in read_items(table, chosen, KINDS):
        assert all(word in words for cell in item.values() for word in cell.words)


def test_table_of_a_report_generator_with_wrapped_cells():
    body = getSampleStyleSheet()["BodyText"]
    long = "Nails, galvanised, 40 mm long, in a box of one hundred, for outdoor use"
    rows = [HEADING, [Paragraph(long, body), "24", "0.50", "12.00"], HAMMER, SAW]
    made = Table(rows, colWidths=(180, 60, 80, 80), repeatRows=1)
    made.setStyle(
        TableStyle([("VALIGN", (0, 0), (-1, -1), "TOP"), ("ALIGN", (1, 0), (-1, -1), "RIGHT")])
    )
    written = io.BytesIO()
    SimpleDocTemplate(written, pagesize=A4).build([made])
    assert items_in(lines_of(read_document(written.getvalue()))) == [
        [long, "24", "0.50", "12.00"],
        HAMMER,
        SAW,
    ]
