"""What speaks for a column of a table to hold a leaf: heading, cells, place, and arithmetic."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import product

from extractors.tables.cells import FIGURES, fits, has_amount, words_text
from extractors.tables.columns import Column, cells_of
from extractors.tables.figures import adds_up, figures_of, printed_figures
from extractors.tables.headings import likeness, names_another
from extractors.tables.table import Table
from schemas.doctype import Check, ProductCheck, SumCheck
from schemas.kinds import Kind
from schemas.record import Leaf, ListField

Labels = Mapping[str, Sequence[str]]
"""What columns are called, by the path of the leaf: `line_items[].unit_price`."""
HEADING = 3.0
"""What a heading that is one of the leaf's labels counts."""
ANOTHER = 2.0
"""What a heading of another sort of column takes away."""
PLACE = 1.5
"""What it counts that a column is the longest text, or the rightmost amount."""
SIGN = 1.0
"""What it counts that cells are percentages, which few columns hold."""
MOST_FITTING = 0.5
"""The share of rows whose cells must be of the kind."""
TRIVIAL = 0.3
"""What a row with a quantity of 1 tells of the product, where others tell 1."""
SURELY_NAMED = 0.75
"""A heading this much like a label may stand over cells that many rows leave empty."""
SURELY_A_RATE = 0.9
"""Under a heading this much like the label figures without a % may be rates."""
FEWEST_NAMED = 0.3
"""The share of rows that must have a description at least: others are details of an item."""
MOST_ROWS = 40
"""Rows that are multiplied for each try, the first ones."""
HIGHEST_RATE = 30
"""Percent: a tax rate without its sign is no more."""
ROUNDED = Decimal("0.011")
"""By so much a product may differ from the amount printed: both are rounded."""
SEVERAL = re.compile(r"(?<=[.,]\d\d) .*")
"""What follows an amount with cents in its cell: a code, a figure of the next column."""
BASES = (1, 100, 1000)
"""A price may be that of so many pieces."""


@dataclass(frozen=True)
class Evidence:
    """What is known of a table's columns, computed once."""

    table: Table
    each: ListField
    labels: Labels
    checks: Sequence[Check]
    printed: Counter[Decimal]
    rows: list[dict[str, str]]
    """Of each item's row the text by heading."""
    own: Counter[Decimal]
    """Numbers in the items' rows."""
    longest: str
    """Heading of the column with the longest texts."""
    rightmost: str
    """Heading of the rightmost column of amounts."""
    scores: dict[tuple[str, str], tuple[float, tuple[str, ...]]] = field(default_factory=dict)

    def worth(self, row: Mapping[str, str], heading: str) -> tuple[Decimal, ...]:
        """Return what a row's cell under this heading can be worth."""
        text = row.get(heading, "")
        return figures_of(text) or figures_of(SEVERAL.sub("", text))


def evidence_of(
    table: Table,
    each: ListField,
    labels: Labels,
    checks: Sequence[Check],
    printed: Counter[Decimal],
) -> Evidence:
    """Return what is known of a table's columns; `printed` counts the document's numbers."""
    rows = [
        {heading: words_text(words) for heading, words in cells_of(table.columns, row).items()}
        for row in table.item_rows
    ]
    lengths = {
        column.heading: sum(
            len(row.get(column.heading, ""))
            for row in rows
            if fits(Kind.TEXT, row.get(column.heading, ""), "")
        )
        for column in table.columns
    }
    amounts = [
        column.heading
        for column in table.columns
        if sum(has_amount(row.get(column.heading, "")) for row in rows) * 2 > len(rows)
    ]
    return Evidence(
        table=table,
        each=each,
        labels=labels,
        checks=checks,
        printed=printed,
        rows=rows,
        own=printed_figures(table.item_rows),
        longest=max(lengths, key=lambda heading: lengths[heading]),
        rightmost=amounts[-1] if amounts else "",
    )


def labels_of(leaf: Leaf, labels: Labels) -> tuple[str, ...]:
    """Return what a leaf's column may be called: the type's words, its name, its description."""
    return (*labels.get(leaf.path, ()), leaf.name.replace("_", " "), leaf.description)


def heading_says(heading: str, leaf: Leaf, each: ListField, labels: Labels) -> float:
    """Return how much a heading speaks for a leaf, in log-odds: from -`HEADING` to `HEADING`.

    Below 0 it names another leaf of the list better, or a column that no leaf is.
    """
    own = likeness(heading, labels_of(leaf, labels))
    others = (likeness(heading, labels_of(one, labels)) for one in each.leaves if one != leaf)
    other = max(others, default=0.0)
    if max(own, other) == 0:
        return -ANOTHER if names_another(heading) else 0.0
    return HEADING * (own if own >= other else -other)


def score_of(evidence: Evidence, leaf: Leaf, column: Column) -> tuple[float, tuple[str, ...]]:
    """Return what speaks for a column by itself: heading, kind and place; 0 if it can't be."""
    key = (leaf.name, column.heading)
    if key not in evidence.scores:
        evidence.scores[key] = _new_score(evidence, leaf, column)
    return evidence.scores[key]


def _new_score(evidence: Evidence, leaf: Leaf, column: Column) -> tuple[float, tuple[str, ...]]:
    alike = likeness(column.heading, labels_of(leaf, evidence.labels))
    kind = _kind_share(evidence, leaf, column, alike)
    if kind <= MOST_FITTING:
        return 0.0, ()
    score, because = HEADING * alike + kind, ["kind"]
    if alike:
        because.insert(0, "heading")
    elif names_another(column.heading):
        score -= ANOTHER
    if _is_place(evidence, leaf, column):
        score += PLACE
        because.append("place")
    if leaf.kind is Kind.PERCENT:
        score += SIGN if not names_another(column.heading) else 0.0
    return max(score, 0.01), tuple(because)


def _kind_share(evidence: Evidence, leaf: Leaf, column: Column, alike: float) -> float:
    """Return the share of rows whose cell can be of the leaf's kind; of amounts, if printed so."""
    texts = [row.get(column.heading, "") for row in evidence.rows]
    there = [text for text in texts if text]
    if not there:
        # Descriptions may stand in rows of their own, and so may figures that most items lack.
        return 1.0 if alike >= 1 and column.starts is None and leaf.kind is Kind.TEXT else 0.0
    if leaf.kind is Kind.TEXT and alike >= SURELY_NAMED:
        enough = len(there) >= FEWEST_NAMED * len(texts)
        return sum(map(_has_letters, there)) / len(there) if enough else 0.0
    share = sum(fits(leaf.kind, text, column.heading) for text in there) / len(texts)
    if alike >= SURELY_NAMED and leaf.kind in FIGURES:
        share = max(share, sum(fits(leaf.kind, t, column.heading) for t in there) / len(there))
    if leaf.kind is Kind.PERCENT and alike >= SURELY_A_RATE and share <= MOST_FITTING:
        return sum(map(_is_rate, there)) / len(there)
    if leaf.kind is Kind.AMOUNT and share > MOST_FITTING:
        money = sum(map(has_amount, there)) / len(there)
        return 0.6 * share + 0.4 * money if alike or money > MOST_FITTING else 0.0
    return share


def _has_letters(text: str) -> bool:
    return any(map(str.isalpha, text))


def _is_rate(text: str) -> bool:
    values = figures_of(text)
    return bool(values) and 0 <= values[-1] <= HIGHEST_RATE


def _is_place(evidence: Evidence, leaf: Leaf, column: Column) -> bool:
    """Say whether the column is the longest text for a description, the last amount for a total."""
    first_text = next((each for each in evidence.each.leaves if each.kind is Kind.TEXT), None)
    amounts = [each for each in evidence.each.leaves if each.kind is Kind.AMOUNT]
    if leaf == first_text:
        return column.heading == evidence.longest
    return bool(amounts) and leaf == amounts[-1] and column.heading == evidence.rightmost


def product_share(
    evidence: Evidence, check: ProductCheck, chosen: Mapping[str, Column | None]
) -> float:
    """Return in what share of the rows the product is right; rows of one piece tell less."""
    columns = [chosen.get(path) for path in (*check.factors, check.product)]
    if not all(columns):
        return 0.0
    headings = [column.heading for column in columns if column]
    key = ("×", "|".join(headings))
    if key not in evidence.scores:
        told = [_tells(evidence, row, headings) for row in evidence.rows[:MOST_ROWS]]
        right = sum(each for each in told if each > 0)
        evidence.scores[key] = (right / max(1, len(told)), ())
    return evidence.scores[key][0]


def _tells(evidence: Evidence, row: Mapping[str, str], headings: Sequence[str]) -> float:
    """Return what a row tells of a product: 0 if it is wrong, little if a factor is 1."""
    *factors, total = [evidence.worth(row, heading) for heading in headings]
    for values in product(*factors):
        computed = math.prod(values, start=Decimal(1))
        if any(abs(computed - each * base) <= ROUNDED * base for each in total for base in BASES):
            return TRIVIAL if any(value in (0, 1) for value in values) else 1.0
    return 0.0


def sum_holds(evidence: Evidence, check: SumCheck, chosen: Mapping[str, Column | None]) -> bool:
    """Say whether the cells of a list's leaf add up to an amount printed elsewhere."""
    part = next((each for each in check.parts if each in chosen), None)
    column = chosen[part] if part else None
    if column is None:
        return False
    key = ("+", column.heading)
    if key not in evidence.scores:
        cells = [evidence.worth(row, column.heading) for row in evidence.rows]
        there = [each for each in cells if each]
        # The sum of one row is that row: it is printed wherever its amount is.
        holds = len(there) > 1 and adds_up(there, evidence.printed, evidence.own)
        evidence.scores[key] = (float(holds), ())
    return bool(evidence.scores[key][0])
