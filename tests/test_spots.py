"""What stands around a segment."""

import documents

from extractors.candidates.spots import SAME_SHAPE, spots_of
from extractors.layout import lines_of
from extractors.read import read_document


def spots(*puts):
    """Return the spots of a page by their texts."""
    return {spot.text: spot for spot in spots_of(lines_of(read_document(documents.pdf(puts))))}


def test_left_is_the_segment_before_in_the_row():
    found = spots((50, 60, "Invoice No."), (200, 60, "4711"))
    assert (found["4711"].left, found["Invoice No."].left) == ("Invoice No.", "")


def test_above_and_below_are_in_the_same_column():
    found = spots((50, 60, "Date"), (200, 60, "Order No."), (200, 74, "4711"), (50, 75, "today"))
    assert found["4711"].above is found["Order No."]
    assert found["Date"].below is found["today"]


def test_rows_of_another_column_may_lie_between():
    found = spots((50, 60, "Muster"), (300, 64, "Köln"), (50, 70, "GmbH"))
    assert found["Muster"].below is found["GmbH"]


def test_what_stands_far_below_is_another_thing():
    found = spots((50, 60, "Muster"), (50, 120, "GmbH"))
    assert found["Muster"].below is None
    assert found["GmbH"].above is None


def test_rows_of_a_table_are_alike_but_the_first_few_and_the_last():
    rows = [[str(at), f"Nails {at}", f"{at}.25", f"{at}.50"] for at in range(10, 20)]
    found = spots(*documents.table(rows, left=[50, 100, 250, 350]))
    alike = [at for at in range(10, 20) if found[f"Nails {at}"].alike]
    assert alike == list(range(10 + SAME_SHAPE, 19))


def test_row_with_a_label_is_not_one_of_many():
    rows = [[str(at), f"Nails {at}", f"{at}.25", f"{at}.50"] for at in range(10, 20)]
    rows.insert(6, ["7", "Subtotal", "1.00", "99.00"])
    found = spots(*documents.table(rows, left=[50, 100, 250, 350]))
    assert not found["Subtotal"].alike
    assert found["Nails 16"].alike


def test_heading_of_a_table_is_known_and_a_row_of_labels_and_values_is_none():
    heading = spots((50, 60, "No."), (150, 60, "Item"), (250, 60, "Sec"), (350, 60, "Amount"))
    values = spots((50, 60, "Buyer:"), (150, 60, "Muster"), (250, 60, "Date:"), (350, 60, "Net"))
    assert heading["Sec"].in_heading
    assert not values["Muster"].in_heading
