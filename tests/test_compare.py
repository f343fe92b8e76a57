"""When two values are the same, and which rows belong together."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from extractors.judging.align import align
from extractors.judging.compare import same
from schemas.kinds import Kind, value_of

SAME = [
    (Kind.AMOUNT, "1234.50", "1234.5"),
    (Kind.NUMBER, "6", "6.00"),
    (Kind.PERCENT, "19", "19.0"),
    (Kind.DATE, "2024-04-03", "2024-04-03"),
    (Kind.CURRENCY, "EUR", "eur"),
    (Kind.IDENTIFIER, "INV/2023/03-8", "inv 2023 03 8"),
    (Kind.IBAN, "DE77 3707 0060 0321 9870 00", "DE77370700600321987000"),
    (Kind.VAT_ID, "ATU-123.456.78", "ATU12345678"),
    (Kind.TEXT, "Michael Bloomberg 2020, Inc", "MICHAEL BLOOMBERG 2020 INC."),
    (Kind.TEXT, "Straße 3 (Hof)", "STRASSE 3 - Hof"),
    (Kind.TEXT, "Rock ’n’ Roll", "Rock 'n' Roll"),
    (Kind.TEXT, "ﬁne 10 m²", "Fine 10 m2"),
    (Kind.ADDRESS, "Lange Straße 88, 27232 Sulingen", "Lange Straße 88\n27232 Sulingen"),
    (Kind.TEXT, "...", "..."),
]
DIFFERENT = [
    (Kind.AMOUNT, "1234.50", "1234.05"),
    (Kind.AMOUNT, "-5.00", "5.00"),
    (Kind.DATE, "2024-04-03", "2024-03-04"),
    (Kind.CURRENCY, "USD", "CAD"),
    (Kind.IDENTIFIER, "R-17", "R-18"),
    (Kind.IDENTIFIER, "0017", "17"),
    (Kind.IDENTIFIER, "#", "-"),
    (Kind.TEXT, "Müller", "Muller"),
    (Kind.TEXT, "Résumé", "Resume"),
    (Kind.TEXT, "C++", "C"),
    (Kind.TEXT, "...", "!!!"),
    (Kind.ADDRESS, "Lange Straße 88", "Lange Straße 8"),
]


@pytest.mark.parametrize(("kind", "one", "other"), SAME)
def test_values_that_say_the_same(kind, one, other):
    assert same(kind, value_of(kind, one), value_of(kind, other))
    assert same(kind, value_of(kind, other), value_of(kind, one))


@pytest.mark.parametrize(("kind", "one", "other"), DIFFERENT)
def test_values_that_do_not(kind, one, other):
    assert not same(kind, value_of(kind, one), value_of(kind, other))


def test_figures_are_exact_however_long():
    assert not same(Kind.AMOUNT, Decimal("0.1") + Decimal("0.2"), Decimal("0.30000000000000004"))
    assert same(Kind.DATE, date(2024, 2, 29), date(2024, 2, 29))


KINDS = {"description": Kind.TEXT, "quantity": Kind.NUMBER, "line_total": Kind.AMOUNT}


def row(description, quantity, total):
    return {
        "description": description,
        "quantity": None if quantity is None else Decimal(quantity),
        "line_total": None if total is None else Decimal(total),
    }


NAILS, HAMMER, SAW = row("Nails", "24", "12.00"), row("Hammer", "2", "28.50"), row("Saw", "1", "9")
JUNK = row("carried forward", None, "40.50")

ALIGNED = {
    "the same": ([NAILS, HAMMER], [NAILS, HAMMER], {0: 0, 1: 1}),
    "swapped": ([NAILS, HAMMER], [HAMMER, NAILS], {0: 1, 1: 0}),
    "one missing": ([NAILS, HAMMER, SAW], [NAILS, SAW], {0: 0, 2: 1}),
    "one too many": ([NAILS, SAW], [NAILS, JUNK, SAW], {0: 0, 1: 2}),
    "nothing in common": ([NAILS], [JUNK], {}),
    "none found": ([NAILS], [], {}),
    "none wanted": ([], [NAILS], {}),
    "equal rows keep their order": ([SAW, SAW, SAW], [SAW, SAW, SAW], {0: 0, 1: 1, 2: 2}),
    "fewer equal rows keep their order": ([SAW, SAW], [JUNK, JUNK, SAW, SAW], {0: 2, 1: 3}),
}


@pytest.mark.parametrize(("gold", "found", "pairs"), ALIGNED.values(), ids=ALIGNED)
def test_rows_are_paired_so_that_most_cells_agree(gold, found, pairs):
    assert align(gold, found, KINDS) == pairs


def test_the_whole_pairing_is_the_best_not_each_pair():
    """Both found rows agree with the first gold row in two cells, but the second has only one."""
    gold = [row("Nails", "24", "12.00"), row("Bolts", "9", "3.00")]
    found = [row("Nails", "24", "3.00"), row("Screws", "24", "12.00")]
    assert align(gold, found, KINDS) == {0: 1, 1: 0}


def test_what_is_not_labelled_or_absent_pairs_no_rows():
    assert align([{"description": "Nails"}], [NAILS], KINDS) == {0: 0}
    assert align([{"quantity": None}], [row("Saw", None, "1")], KINDS) == {}


def test_many_equal_rows_keep_their_order():
    assert align([SAW] * 200, [SAW] * 200, KINDS) == {index: index for index in range(200)}
