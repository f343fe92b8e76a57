"""Each labelled field of a record judged, and lists row by row."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import documents
import pytest
from builders import INVOICE, a_record

from extractors.judging.judge import Judge
from extractors.judging.printed import PrintedValues
from extractors.read import read_document
from schemas.evaluation import Verdict
from schemas.gold import GoldRecord
from schemas.kinds import Kind
from schemas.shape import shape_of

SHAPE = shape_of(INVOICE)
PAGE = """
Muster Handels GmbH | Rechnung R-17
Datum: 14. März 2025 | Seite 1
Artikel | Menge | Preis | Betrag
Nägel 40 mm | 24 | 0,50 | 12,00
Hammer | 2 | 600,00 | 1.200,00
Dübel | 1 | 12,00 | 12,00
Summe EUR | 1.212,00
"""


def judge(values, **options):
    record = a_record(values)
    return Judge(shape=SHAPE, found={each.path: each for each in record.fields}, **options)


def fields(values, gold, **options):
    found = judge(values, **options).fields(GoldRecord(fields=gold, lists={}))
    return {each.path: each for each in found}


def items(values, rows, **options):
    record = GoldRecord(fields={}, lists={"line_items": tuple(rows)})
    [found] = judge(values, **options).lists(record)
    return found


def rows_of(*rows):
    """Return the values of a record with these rows of description and total."""
    return {
        f"line_items[{index}].{name}": value
        for index, row in enumerate(rows)
        for name, value in row.items()
    }


@pytest.mark.parametrize(
    ("truth", "value", "verdict"),
    [
        (Decimal("119.00"), Decimal(119), Verdict.RIGHT),
        (Decimal("119.00"), Decimal(120), Verdict.WRONG),
        (Decimal("119.00"), None, Verdict.MISSED),
        (None, Decimal(119), Verdict.INVENTED),
        (None, None, Verdict.ABSENT),
    ],
)
def test_the_five_verdicts(truth, value, verdict):
    [field] = fields({"grand_total": value}, {"grand_total": truth}).values()
    assert (field.verdict, field.kind) == (verdict, Kind.AMOUNT)
    assert field.verdict.good is (verdict in ("right", "absent"))


def test_only_what_is_labelled_is_judged_and_all_of_it():
    found = fields(
        {"grand_total": Decimal(5), "seller_name": "ACME"},
        {"invoice_number": "R-1", "grand_total": Decimal(5)},
    )
    assert {path: field.verdict for path, field in found.items()} == {
        "invoice_number": Verdict.MISSED,
        "grand_total": Verdict.RIGHT,
    }


def test_a_judged_field_says_what_is_known_of_it():
    [field] = fields(
        {"grand_total": Decimal("5.10")}, {"grand_total": Decimal(7)}, withheld=("grand_total",)
    ).values()
    assert (field.truth, field.value, field.raw) == ("7", "5.10", "5.10")
    assert (field.confidence, field.page, field.withheld) == (0.9, 1, True)
    assert len(field.boxes) == 1
    assert (field.truth_page, field.truth_boxes) == (None, ())


NAILS = {"description": "Nails", "line_total": Decimal(12)}
HAMMER = {"description": "Hammer", "line_total": Decimal(30)}
SAW = {"description": "Saw", "line_total": Decimal(9)}


def figures(judged):
    return (
        judged.gold_rows,
        judged.found_rows,
        judged.matched_rows,
        judged.whole_rows,
        judged.gold_cells,
        judged.found_cells,
        judged.right_cells,
    )


def test_swapped_rows_are_all_right():
    judged = items(rows_of(HAMMER, NAILS), [NAILS, HAMMER])
    assert figures(judged) == (2, 2, 2, 2, 4, 4, 4)
    assert [(cell.path, cell.gold_row) for cell in judged.cells] == [
        ("line_items[1].description", 0),
        ("line_items[1].line_total", 0),
        ("line_items[0].description", 1),
        ("line_items[0].line_total", 1),
    ]


def test_a_missing_row_misses_its_cells_and_no_others():
    judged = items(rows_of(NAILS, SAW), [NAILS, HAMMER, SAW])
    assert figures(judged) == (3, 2, 2, 2, 6, 4, 4)
    missed = [cell for cell in judged.cells if cell.verdict is Verdict.MISSED]
    assert [(cell.path, cell.pattern) for cell in missed] == [
        ("line_items[+0].description", "line_items[].description"),
        ("line_items[+0].line_total", "line_items[].line_total"),
    ]


def test_an_extra_row_is_invented():
    judged = items(rows_of(NAILS, SAW, HAMMER), [NAILS, HAMMER])
    assert figures(judged) == (2, 3, 2, 2, 4, 6, 4)
    extra = [cell for cell in judged.cells if cell.verdict is Verdict.INVENTED]
    assert [(cell.path, cell.gold_row) for cell in extra] == [
        ("line_items[1].description", None),
        ("line_items[1].line_total", None),
    ]


def test_a_row_matches_when_more_than_half_of_its_values_are_right():
    wanted = {**NAILS, "quantity": Decimal(24), "unit": None}
    two = {**NAILS, "quantity": Decimal(25)}
    assert figures(items(rows_of(two), [wanted])) == (1, 1, 1, 0, 3, 3, 2)
    one = {**two, "line_total": Decimal(1)}
    assert figures(items(rows_of(one), [wanted])) == (1, 1, 0, 0, 3, 3, 1)
    invented = {**wanted, "unit": "pcs"}
    assert figures(items(rows_of(invented), [wanted])) == (1, 1, 1, 0, 3, 4, 3)


def test_a_leaf_that_no_row_labels_is_not_scored():
    found = rows_of({**NAILS, "unit": "pcs"}, {**SAW, "unit": "pcs"})
    judged = items(found, [NAILS])
    assert figures(judged) == (1, 2, 1, 1, 2, 4, 2)
    assert {cell.pattern for cell in judged.cells} == {
        "line_items[].description",
        "line_items[].line_total",
    }


def test_a_cell_that_its_own_row_does_not_label_is_not_scored():
    judged = items(
        rows_of({**NAILS, "unit": "pcs"}, {**SAW, "unit": "pcs"}), [NAILS, {**SAW, "unit": "pcs"}]
    )
    assert figures(judged) == (2, 2, 2, 2, 5, 5, 5)


def test_all_rows_are_invented_where_the_document_has_none():
    assert figures(items(rows_of(NAILS), [])) == (0, 1, 0, 0, 0, 2, 0)
    assert figures(items({}, [])) == (0, 0, 0, 0, 0, 0, 0)


def test_rows_without_a_value_are_none():
    found = {**rows_of(NAILS), "line_items[1].description": None}
    assert items(found, [NAILS]).found_rows == 1


@pytest.fixture(scope="module")
def printed():
    return PrintedValues(read_document(documents.letter(PAGE)))


@pytest.mark.parametrize(
    ("kind", "value", "text"),
    [
        (Kind.DATE, date(2025, 3, 14), "14. März 2025"),
        (Kind.AMOUNT, Decimal("1212.00"), "1.212,00"),
        (Kind.IDENTIFIER, "R-17", "R-17"),
        (Kind.TEXT, "muster handels gmbh", "muster handels gmbh"),
        (Kind.CURRENCY, "EUR", "EUR"),
    ],
)
def test_a_value_is_found_as_the_page_prints_it(printed, kind, value, text):
    found = printed.find(kind, value)
    assert (found.text, found.evidence.page) == (text, 1)
    assert "".join(text.casefold().split()) in "".join(found.evidence.quote.casefold().split())


def test_a_value_that_is_not_printed_is_nowhere(printed):
    assert printed.find(Kind.AMOUNT, Decimal("1.21")) is None
    assert printed.find(Kind.TEXT, "Meister Handels GmbH") is None


def test_the_language_is_that_of_the_words(printed):
    assert printed.language == "de"
    assert PrintedValues(read_document(documents.letter("1234"))).language == ""


def test_a_missed_cell_stands_in_its_own_row(printed):
    """`12,00` is printed in two rows; it is marked beside what was right of its row."""
    nails = {"description": "Nägel 40 mm", "line_total": Decimal(12)}
    page = printed.find(Kind.TEXT, "Nägel 40 mm")
    record = a_record({"line_items[0].description": "Nägel 40 mm"})
    found = {
        each.path: each.model_copy(update={"evidence": page.evidence}) for each in record.fields
    }
    [judged] = Judge(shape=SHAPE, found=found, printed=printed).lists(
        GoldRecord(fields={}, lists={"line_items": (nails,)})
    )
    description, total = judged.cells
    assert description.truth_boxes == description.boxes
    assert (total.verdict, total.truth_page) == (Verdict.MISSED, 1)
    assert abs(total.truth_boxes[0].y0 - description.boxes[0].y0) < 2
    beside = judge({}, printed=printed).fields(
        GoldRecord(fields={"grand_total": Decimal(1212)}, lists={})
    )
    assert beside[0].truth_boxes[0].y0 > total.truth_boxes[0].y0
