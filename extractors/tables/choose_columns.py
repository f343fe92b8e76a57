"""Choose which column of a table holds which leaf of a list's items, by rules.

What speaks for a column: its heading, the kind of its cells, its place, and arithmetic over the
rows: quantity x price = amount, and a sum that is printed elsewhere. What remains doubtful is for
a model to say.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import product

from extractors.layout import Line
from extractors.tables.cells import FIGURES
from extractors.tables.column_evidence import (
    MOST_FITTING,
    Evidence,
    Labels,
    evidence_of,
    labels_of,
    product_share,
    score_of,
    sum_holds,
)
from extractors.tables.columns import Column
from extractors.tables.figures import printed_figures
from extractors.tables.headings import likeness, names_another
from extractors.tables.table import Table, may_share
from schemas.doctype import Check, ProductCheck, SumCheck
from schemas.kinds import Kind
from schemas.record import Leaf, ListField

PRODUCT = 2.5
"""What it counts that the product is right in all rows."""
SUM = 1.5
NOTHING = 1.7
"""What a column must count for more than, to be better than none; its kind alone counts 1."""
MOST_OPTIONS = 7
"""Columns tried for each leaf, the best ones."""
DOUBTFUL = 0.7
"""A leaf less sure than this is worth a question."""
UNTOLD = 0.65
"""What neither a heading nor arithmetic speaks for isn't surer."""
LONGEST_WORD = 10
"""Characters that short texts have on average: units, codes."""
NUMBERED = re.compile(r" \(\d+\)$")
"""What tells columns of one heading apart tells a model nothing."""
STEEP = 1.2
UNRIVALLED = 3.0
"""The lead of a leaf that has no other choice."""
TELLING = frozenset({"heading", "product", "sum"})
CLOSE_SCORE = 0.85
"""A table with this share of the best one's score may be the right one."""


@dataclass(frozen=True)
class Guess:
    """The column of a leaf."""

    column: Column | None
    """None: the table doesn't hold the leaf."""
    sure: float
    """From 0 to 1; not calibrated."""
    because: tuple[str, ...] = ()
    """What spoke for it: `heading`, `kind`, `place`, `product`, `sum`, `shared`."""
    rival: Column | None = None
    """The next best column, if it isn't none."""


@dataclass(frozen=True)
class ColumnChoice:
    """The columns of a list's leaves in one table."""

    table: Table
    leaves: tuple[Leaf, ...]
    guesses: Mapping[str, Guess]
    """By the name of the leaf."""
    undecided: tuple[Leaf, ...]
    """Those for which a question to a model is worth its time."""
    score: float
    """How well the table fits the list; comparable between tables of one document."""
    hopeless: bool
    """The leaves that make an item an item have no column: the table had better be asked whole."""
    options: Mapping[str, int] = field(default_factory=dict)
    """How many of the columns could hold each leaf, by their cells."""

    @property
    def columns(self) -> dict[str, Column]:
        """The chosen column of each leaf that has one."""
        return {name: each.column for name, each in self.guesses.items() if each.column}


def choose_columns(
    table: Table, each: ListField, labels: Labels, checks: Sequence[Check], lines: Sequence[Line]
) -> ColumnChoice:
    """Return the best column of each leaf of `each`, how sure it is, and what stays undecided."""
    return _choose(table, each, labels, checks, printed_figures(lines))


def choose_table(
    tables: Sequence[Table],
    each: ListField,
    labels: Labels,
    checks: Sequence[Check],
    lines: Sequence[Line],
) -> tuple[ColumnChoice, ...]:
    """Return the columns of the tables that may hold the list, the likeliest first.

    It is empty if there are no tables. More than one are returned only if they come close: then a
    question which one it is is worth its time.
    """
    printed = printed_figures(lines)
    choices = [_choose(table, each, labels, checks, printed) for table in tables]
    choices.sort(key=lambda choice: -choice.score)
    return tuple(
        choice
        for at, choice in enumerate(choices)
        if at == 0 or (not choice.hopeless and choice.score > CLOSE_SCORE * choices[0].score)
    )


def _choose(
    table: Table,
    each: ListField,
    labels: Labels,
    checks: Sequence[Check],
    printed: Counter[Decimal],
) -> ColumnChoice:
    evidence = evidence_of(table, each, labels, checks, printed)
    figures = [leaf for leaf in each.leaves if leaf.kind in FIGURES]
    others = [leaf for leaf in each.leaves if leaf.kind not in FIGURES]
    guesses: dict[str, Guess] = {}
    total = 0.0
    for group in (figures, others):
        score, found = _best(evidence, group, guesses)
        total += score
        guesses |= found
    guesses = _shared(evidence, guesses)
    ordered = {leaf.name: guesses[leaf.name] for leaf in each.leaves}
    undecided = tuple(leaf for leaf in each.leaves if _worth_asking(evidence, leaf, guesses))
    rows = math.log1p(len(table.item_rows))
    return ColumnChoice(
        table=table,
        leaves=each.leaves,
        guesses=ordered,
        undecided=undecided,
        score=max(0.0, total) * (1 + rows / 10),
        hopeless=_hopeless(evidence, guesses),
        options={leaf.name: len(_fitting(evidence, leaf)) for leaf in each.leaves},
    )


def _worth_asking(evidence: Evidence, leaf: Leaf, guesses: Mapping[str, Guess]) -> bool:
    """Say whether a model may know better, by the headings.

    It may if two columns are close and have different headings, or if a leaf has no column though
    one that fits has a heading that says nothing to the rules.
    """
    guess = guesses[leaf.name]
    if guess.column is None:
        return _has_unknown(evidence, leaf, guesses)
    headings = {
        NUMBERED.sub("", column.heading) for column in (guess.column, guess.rival) if column
    }
    named = any(not heading.startswith("(") for heading in headings)
    return guess.sure < DOUBTFUL and named and len(headings) > 1


def _has_unknown(evidence: Evidence, leaf: Leaf, guesses: Mapping[str, Guess]) -> bool:
    """Say whether a column without a leaf can hold this one, under a heading unlike all labels."""
    taken = {guess.column.heading for guess in guesses.values() if guess.column}
    texts = [other for other in evidence.each.leaves if other.kind is Kind.TEXT]
    short = leaf.kind is Kind.TEXT and leaf not in texts[:1]
    return any(
        score_of(evidence, leaf, column)[0] > 0
        and column.heading not in taken
        and not column.heading.startswith("(")
        and not names_another(column.heading)
        and not any(
            likeness(column.heading, labels_of(other, evidence.labels))
            for other in evidence.each.leaves
        )
        and not (short and _length(evidence, column) > LONGEST_WORD)
        for column in evidence.table.columns
    )


def _length(evidence: Evidence, column: Column) -> float:
    """Return how many characters a column's cells have, on average."""
    texts = [row.get(column.heading, "") for row in evidence.rows]
    return sum(map(len, texts)) / max(1, len(texts))


def _options(evidence: Evidence, leaf: Leaf) -> list[Column]:
    """Return the columns that can hold a leaf, the best first, the likeliest few."""
    fitting = _fitting(evidence, leaf)
    fitting.sort(key=lambda column: -score_of(evidence, leaf, column)[0])
    return fitting[:MOST_OPTIONS]


def _fitting(evidence: Evidence, leaf: Leaf) -> list[Column]:
    """Return the columns that can hold a leaf, from left to right."""
    return [column for column in evidence.table.columns if score_of(evidence, leaf, column)[0] > 0]


def _best(
    evidence: Evidence, leaves: Sequence[Leaf], before: Mapping[str, Guess]
) -> tuple[float, dict[str, Guess]]:
    """Return the assignment of columns to these leaves that counts most, and its count."""
    taken = {guess.column.heading for guess in before.values() if guess.column}
    options: list[list[Column | None]] = [
        [None, *(each for each in _options(evidence, leaf) if each.heading not in taken)]
        for leaf in leaves
    ]
    best: dict[tuple[str, str], float] = {}
    winner: tuple[float, tuple[Column | None, ...]] = (-math.inf, ())
    for columns in product(*options):
        used = [column.heading for column in columns if column]
        if len(set(used)) < len(used):
            continue
        score = _total(evidence, leaves, columns)
        for leaf, column in zip(leaves, columns, strict=True):
            key = (leaf.name, column.heading if column else "")
            best[key] = max(best.get(key, -math.inf), score)
        if score > winner[0]:
            winner = (score, columns)
    score, columns = winner
    chosen = {leaf.name: column for leaf, column in zip(leaves, columns, strict=True)}
    guesses = {}
    for leaf in leaves:
        column = chosen[leaf.name]
        heading = column.heading if column else ""
        rivals = [
            each for (name, other), each in best.items() if name == leaf.name and other != heading
        ]
        margin = score - max(rivals, default=score - 3)
        because = _because(evidence, leaf, chosen)
        guesses[leaf.name] = Guess(column, 1 - 0.5 * math.exp(-STEEP * margin), because)
    return score, guesses


def _total(evidence: Evidence, leaves: Sequence[Leaf], columns: Sequence[Column | None]) -> float:
    """Return what an assignment counts, above that of no column for any leaf."""
    score = sum(
        score_of(evidence, leaf, column)[0] - NOTHING
        for leaf, column in zip(leaves, columns, strict=True)
        if column
    )
    chosen = {leaf.path: column for leaf, column in zip(leaves, columns, strict=True)}
    for check in evidence.checks:
        if isinstance(check, ProductCheck):
            score += PRODUCT * product_share(evidence, check, chosen)
        elif isinstance(check, SumCheck):
            score += SUM * sum_holds(evidence, check, chosen)
    return score


def _because(
    evidence: Evidence, leaf: Leaf, chosen: Mapping[str, Column | None]
) -> tuple[str, ...]:
    column = chosen[leaf.name]
    if column is None:
        return ()
    because = list(score_of(evidence, leaf, column)[1])
    prefix = leaf.path.removesuffix(leaf.name)
    paths = {prefix + name: each for name, each in chosen.items()}
    for check in evidence.checks:
        if isinstance(check, ProductCheck) and leaf.path in (*check.factors, check.product):
            because += ["product"] * (product_share(evidence, check, paths) > MOST_FITTING)
        elif isinstance(check, SumCheck) and leaf.path in check.parts:
            because += ["sum"] * sum_holds(evidence, check, paths)
    return tuple(because)


def _shared(evidence: Evidence, guesses: Mapping[str, Guess]) -> dict[str, Guess]:
    """Give a text leaf without a column that of a figure which has its unit beside it."""
    shared = dict(guesses)
    for leaf in evidence.each.leaves:
        guess = shared[leaf.name]
        if leaf.kind is not Kind.TEXT or guess.column:
            continue
        for other in evidence.each.leaves:
            column = shared[other.name].column
            if other.kind is Kind.NUMBER and column and _has_units(evidence, column):
                shared[leaf.name] = Guess(column, shared[other.name].sure, ("shared",))
                break
    return shared


def _has_units(evidence: Evidence, column: Column) -> bool:
    return may_share(evidence.table, column, Kind.NUMBER, Kind.TEXT)


def _hopeless(evidence: Evidence, guesses: Mapping[str, Guess]) -> bool:
    """Say whether no column says what an item is, or none what it costs.

    Columns that neither a heading nor arithmetic speaks for are those of another table.
    """
    leaves = evidence.each.leaves
    names = [leaf.name for leaf in leaves if leaf.kind is Kind.TEXT][:1]
    costs = [leaf.name for leaf in leaves if leaf.kind is Kind.AMOUNT]
    costs = costs or [leaf.name for leaf in leaves if leaf.kind in FIGURES]
    told = {reason for name in (*names, *costs) for reason in guesses[name].because}
    return not (
        (not names or guesses[names[0]].column)
        and (not costs or any(guesses[name].column for name in costs))
        and told & TELLING
    )
