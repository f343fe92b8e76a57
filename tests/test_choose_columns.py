"""Columns are chosen by headings, cells, places and sums; a model is asked only what stays open."""

import documents
import pytest

from extractors.layout import lines_of
from extractors.read import read_document
from extractors.tables.choose_columns import choose_columns, choose_table
from extractors.tables.list_items import find_list, items_of
from extractors.tables.list_question import (
    NONE,
    columns_question,
    items_question,
    rows_like_items,
    with_answers,
)
from extractors.tables.table import find_tables
from schemas.catalogue import built_in_type
from schemas.doctype import ProductCheck
from schemas.record import lists_of

INVOICE = built_in_type("invoice")
(LINES,) = lists_of(INVOICE.record)
LABELS = {
    "line_items[].description": ("description", "Bezeichnung"),
    "line_items[].quantity": ("quantity", "qty", "amount", "Menge"),
    "line_items[].unit": ("unit", "Einheit"),
    "line_items[].unit_price": ("unit price", "price", "Einzelpreis", "Preis"),
    "line_items[].tax_rate": ("VAT", "VAT %", "USt"),
    "line_items[].line_total": ("line total", "total", "amount", "Betrag", "Gesamt"),
}
LEFT, RIGHT = (50,), (300, 400, 520)
ROWS = [["Nails 40 mm", "24", "0.50", "12.00"], ["Hammer", "2", "14.25", "28.50"]]
TAX = [["Rate", "Net", "Tax", "Gross"], ["19%", "40.50", "7.70", "48.20"]]


def lines_with(rows, left=LEFT, right=RIGHT, top=100, beside=()):
    puts = documents.table(rows, left=left, right=right, top=top)
    return lines_of(read_document(documents.pdf([*puts, *beside])))


def choice_in(lines, labels=LABELS, checks=INVOICE.checks):
    (table, *_) = find_tables(lines)
    return choose_columns(table, LINES, labels, checks, lines)


def headings_of(choice):
    return {name: column.heading for name, column in choice.columns.items()}


HEADINGS = {
    "english": ["Description", "Qty", "Unit price", "Total"],
    "german": ["Bezeichnung", "Menge", "Einzelpreis", "Gesamt"],
    "abbreviated": ["Descr.", "Quant.", "Unit pr.", "Total"],
    "with currency": ["Description", "Quantity", "Price (EUR)", "Total EUR"],
    "compounds": ["Bezeichnung", "Menge", "Verkaufspreis", "Zeilenbetrag"],
}


@pytest.mark.parametrize("headings", HEADINGS.values(), ids=HEADINGS)
def test_headings_say_what_columns_hold(headings):
    choice = choice_in(lines_with([headings, *ROWS]))
    assert headings_of(choice) == dict(
        zip(("description", "quantity", "unit_price", "line_total"), headings, strict=True)
    )
    assert choice.undecided == ()
    assert not choice.hopeless
    assert all(guess.sure > 0.9 for guess in choice.guesses.values() if guess.column)


def test_arithmetic_decides_where_headings_mislead():
    """`Amount` may be a quantity or money; only one assignment multiplies."""
    lines = lines_with([["Description", "Amount", "Price", "Total"], *ROWS])
    choice = choice_in(lines)
    assert headings_of(choice)["quantity"] == "Amount"
    assert headings_of(choice)["line_total"] == "Total"
    assert "product" in choice.guesses["quantity"].because


def test_arithmetic_decides_where_headings_say_nothing():
    lines = lines_with([["Description", "Foo", "Bar", "Baz"], *ROWS])
    choice = choice_in(lines)
    assert headings_of(choice)["quantity"] == "Foo"
    assert headings_of(choice)["unit_price"] == "Bar"
    assert headings_of(choice)["line_total"] == "Baz"


def test_price_of_a_hundred_multiplies_too():
    rows = [["Screws", "300", "4.00", "12.00"], ["Nuts", "500", "6.00", "30.00"]]
    choice = choice_in(lines_with([["Description", "Foo", "Bar", "Baz"], *rows]))
    assert "product" in choice.guesses["line_total"].because


def test_sum_printed_below_speaks_for_the_totals():
    rows = [["Service", "1", "", "12.00"], ["Travel", "2", "", "28.50"]]
    total = [["Net total", "", "", "40.50"]]
    choice = choice_in(lines_with([["Description", "Days", "", "Foo"], *rows, *total]))
    assert choice.guesses["line_total"].column.heading == "Foo"
    assert "sum" in choice.guesses["line_total"].because


def test_numbers_of_lines_and_articles_are_no_leaf():
    rows = [["1", "4711", *ROWS[0]], ["2", "4712", *ROWS[1]]]
    headings = ["Pos", "Art. No.", "Description", "Qty", "Price", "Total"]
    choice = choice_in(lines_with([headings, *rows], left=(50, 80, 140)))
    assert headings_of(choice) == {
        "description": "Description",
        "quantity": "Qty",
        "unit_price": "Price",
        "line_total": "Total",
    }


def test_unit_beside_its_quantity_shares_the_column():
    rows = [["Nails", "24 kg", "0.50", "12.00"], ["Hammer", "2 pcs", "14.25", "28.50"]]
    choice = choice_in(lines_with([["Description", "Quantity", "Price", "Total"], *rows]))
    assert headings_of(choice)["unit"] == "Quantity"
    assert choice.guesses["unit"].because == ("shared",)


def test_rates_may_lack_their_sign_but_net_prices_are_none():
    rows = [["Nails", "24", "0.50", "19", "12.00"], ["Hammer", "2", "14.25", "7", "28.50"]]
    right = (250, 330, 400, 500)
    named = [["Description", "Qty", "Price", "USt", "Total"], *rows]
    assert headings_of(choice_in(lines_with(named, right=right)))["tax_rate"] == "USt"
    net = [["Description", "Qty", "Price excl. VAT", "Disc", "Total"], *rows]
    assert "tax_rate" not in headings_of(choice_in(lines_with(net, right=right)))


def test_unknown_heading_over_a_fitting_column_is_asked_for():
    rows = [["Nails", "24", "0.70", "12.00"], ["Hammer", "2", "15.00", "28.50"]]
    choice = choice_in(lines_with([["Description", "Qty", "Quux", "Total"], *rows]))
    assert [leaf.name for leaf in choice.undecided] == ["unit_price"]
    question = columns_question(choice)
    assert question.model_json_schema()["properties"]["unit_price"]["enum"] == ["Quux", NONE]


def test_nothing_open_is_nothing_to_ask():
    choice = choice_in(lines_with([["Description", "Qty", "Price", "Total"], *ROWS]))
    assert columns_question(choice) is None


def test_answer_completes_the_choice():
    rows = [["Nails", "24", "0.70", "12.00"], ["Hammer", "2", "15.00", "28.50"]]
    choice = choice_in(lines_with([["Description", "Qty", "Quux", "Total"], *rows]))
    done = with_answers(choice, {"unit_price": "Quux"}, {"unit_price": 0.8})
    assert headings_of(done)["unit_price"] == "Quux"
    assert done.undecided == ()
    assert done.guesses["unit_price"].sure == 0.8
    none = with_answers(choice, {"unit_price": NONE}, {"unit_price": 0.8})
    assert "unit_price" not in headings_of(none)


def test_answer_takes_no_column_from_a_surer_leaf():
    choice = choice_in(lines_with([["Description", "Qty", "Price", "Total"], *ROWS]))
    done = with_answers(choice, {"unit_price": "Total"}, {"unit_price": 0.3})
    assert headings_of(done)["line_total"] == "Total"
    assert "unit_price" not in headings_of(done)


def test_table_of_the_list_comes_first():
    rows = [["Description", "Qty", "Price", "Total"], *ROWS]
    tax = documents.table(TAX, left=LEFT, right=RIGHT, top=300)
    lines = lines_with(rows, beside=tax)
    choices = choose_table(find_tables(lines), LINES, LABELS, INVOICE.checks, lines)
    assert [choice.table.columns[0].heading for choice in choices] == ["Description"]


def test_table_of_something_else_is_hopeless():
    rows = [["Foo", "Bar", "Baz"], ["May", "17", "40.50"], ["June", "23", "61.70"]]
    assert choice_in(lines_with(rows, right=(300, 400))).hopeless


def test_receipt_without_a_heading_is_read_up_to_its_sum():
    receipt = built_in_type("receipt")
    (items,) = lists_of(receipt.record)
    product = ProductCheck(
        rule="product",
        factors=("line_items[].quantity", "line_items[].unit_price"),
        product="line_items[].line_total",
    )
    checks = (*receipt.checks, product)
    rows = [
        ["BREAD 750G", "3.49 B"],
        ["MILK 1L", "3.45 B"],
        ["3 pcs x 1.15", ""],
        ["SOAP", "1.35 A"],
        ["TOTAL", "8.29"],
        ["CARD", "8.29"],
    ]
    lines = lines_with(rows, right=(220,))
    (choice,) = find_list(lines, items, {}, checks)
    assert not choice.hopeless
    found = items_of(choice, items, checks, lines)
    assert [{name: cell.text for name, cell in item.items()} for item in found] == [
        {"description": "BREAD 750G", "line_total": "3.49"},
        {"description": "MILK 1L", "line_total": "3.45", "quantity": "3", "unit_price": "1.15"},
        {"description": "SOAP", "line_total": "1.35"},
    ]


def test_receipt_may_print_words_above_figures():
    receipt = built_in_type("receipt")
    (items,) = lists_of(receipt.record)
    factors = ("line_items[].quantity", "line_items[].unit_price")
    product = ProductCheck(rule="product", factors=factors, product="line_items[].line_total")
    checks = (*receipt.checks, product)
    rows = [
        ["MINERAL WATER 1L"],
        ["2 x 1.50", "3.00 S"],
        ["DISH SOAP LEMON"],
        ["1 x 4.30", "4.30 S"],
        ["TOTAL", "7.30"],
    ]
    lines = lines_with(rows, right=(220,))
    (choice,) = find_list(lines, items, {}, checks)
    found = items_of(choice, items, checks, lines)
    names = ("description", "quantity", "unit_price", "line_total")
    assert [[item[name].text for name in names] for item in found] == [
        ["MINERAL WATER 1L", "2", "1.50", "3.00"],
        ["DISH SOAP LEMON", "1", "4.30", "4.30"],
    ]


def test_amounts_that_add_up_to_nothing_printed_are_no_list():
    rows = [["Account", "12.00"], ["Deposit", "3.00"], ["Fee", "1.00"], ["TOTAL", "99.00"]]
    (choice,) = find_list(lines_with(rows, right=(220,)), LINES, LABELS, INVOICE.checks)
    assert choice.hopeless


def test_letter_has_no_list():
    lines = documents.lines("Dear Sir,\n\nwe thank you for 5.00 EUR and remain")
    assert find_list(lines, LINES, LABELS, INVOICE.checks) == ()
    assert items_question(INVOICE.record, LINES, lines) is None


NESTED = {
    "outer positions add up": ([("1", "30.00"), ("1.1", "10.00"), ("1.2", "20.00")], ["1"]),
    "inner ones are free": ([("1", "30.00"), ("1.1", "0.00"), ("1.2", "0.00")], ["1"]),
    "inner positions add up": ([("1", "9.00"), ("1.1", "10.00"), ("1.2", "20.00")], ["1.1", "1.2"]),
    "none is inside another": ([("1", "10.00"), ("2", "20.00")], ["1", "2"]),
}


@pytest.mark.parametrize(("rows", "billed"), NESTED.values(), ids=NESTED)
def test_positions_in_positions_are_billed_once(rows, billed):
    """The document prints the sum that is billed: 30.00."""
    headings = ["Pos", "Description", "Qty", "Price", "Total"]
    body = [[pos, f"Part {pos}", "1", total, total] for pos, total in rows]
    lines = lines_with([headings, *body, ["", "", "", "Net", "30.00"]], left=(50, 90))
    (choice,) = find_list(lines, LINES, LABELS, INVOICE.checks)
    items = items_of(choice, LINES, INVOICE.checks, lines)
    assert [item["description"].text for item in items] == [f"Part {pos}" for pos in billed]


def test_whole_list_is_asked_for_within_bounds():
    lines = lines_with([*ROWS, ["Total", "", "", "40.50"]])
    assert [line[0].text for line in rows_like_items(lines)] == ["Nails 40 mm", "Hammer"]
    schema = items_question(INVOICE.record, LINES, lines).model_json_schema()
    assert schema["properties"]["line_items"]["maxItems"] == 4


def test_a_list_of_more_rows_than_can_be_written_in_time_is_not_asked_for():
    def lines(count):
        rows = [[f"Work no {letter}", "12.00"] for letter in "abcdefghijklmnop"[:count]]
        return lines_with(rows, right=(400,))

    assert items_question(INVOICE.record, LINES, lines(12)) is not None
    assert items_question(INVOICE.record, LINES, lines(13)) is None
