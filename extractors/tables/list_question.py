"""What a model is asked about a list that rules alone don't settle: its columns, or all of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, create_model

from extractors.layout import Line
from extractors.tables.cells import has_amount, is_figures
from extractors.tables.choose_columns import ColumnChoice, Guess
from extractors.tables.table import fitting_columns, may_share
from extractors.tables.totals import is_total
from schemas.answer import answer_model
from schemas.kinds import Kind
from schemas.record import Leaf, ListField, item_model

NONE = "none"
"""The answer for a leaf that the table doesn't hold."""
MOST_ITEMS = 12
"""A list with more rows isn't asked for: a small model writes 20 tokens a second, 60 an item."""
MORE_ITEMS = 2
"""An item may be printed without an amount, so some more than the rows with amounts."""
FEWEST_LETTERS = 3
ASKED = "asked"
"""Why a guess was made: a model said so."""


def columns_question(choice: ColumnChoice) -> type[BaseModel] | None:
    """Return the model of one joined answer: for each undecided leaf a heading or `none`.

    None if there is nothing to ask.
    """
    fields: dict[str, Any] = {}
    for leaf in choice.undecided:
        headings = _headings(choice, leaf)
        if headings:
            one_of = Literal[(*headings, NONE)]  # type: ignore[valid-type]
            fields[leaf.name] = (one_of, Field(description=leaf.description))
    if not fields:
        return None
    return create_model("Columns", __config__=ConfigDict(extra="forbid"), **fields)


def with_answers(
    choice: ColumnChoice, answers: Mapping[str, str], sure: Mapping[str, float]
) -> ColumnChoice:
    """Return the choice with a model's headings, by leaf, and how probable each answer was.

    A column that a surer leaf has stays with it, unless both can share it.
    """
    columns = {column.heading: column for column in choice.table.columns}
    guesses = dict(choice.guesses)
    for name in answers:
        column = columns.get(answers[name])
        guesses[name] = Guess(column, sure[name], (ASKED,))
    kinds = {leaf.name: leaf.kind for leaf in choice.leaves}
    kept: dict[str, Guess] = {}
    for name in sorted(guesses, key=lambda name: -guesses[name].sure):
        guess = guesses[name]
        sharers = [kinds[other] for other, each in kept.items() if each.column == guess.column]
        taken = guess.column is not None and any(
            not may_share(choice.table, guess.column, kinds[name], kind) for kind in sharers
        )
        kept[name] = replace(guess, column=None) if taken else guess
    ordered = {name: kept[name] for name in guesses}
    return replace(choice, guesses=ordered, undecided=())


def items_question(
    record: type[BaseModel], each: ListField, lines: Sequence[Line]
) -> type[BaseModel] | None:
    """Return the model of an answer that gives all items of a list, verbatim.

    It is bounded by the rows that look like items. None if no row does: then there is no list; or
    if there are too many.
    """
    item = item_model(record.model_fields[each.name])
    rows = len(rows_like_items(lines))
    if item is None or not 0 < rows <= MOST_ITEMS:
        return None
    fields: dict[str, Any] = {
        each.name: (
            list[answer_model(item)],  # type: ignore[misc]
            Field(max_length=rows + MORE_ITEMS, description=each.description),
        )
    }
    return create_model("Items", __config__=ConfigDict(extra="forbid"), **fields)


def rows_like_items(lines: Sequence[Line]) -> tuple[Line, ...]:
    """Return the rows that begin with words and end with an amount, sums left out."""
    return tuple(line for line in lines if _may_be_item(line))


def _may_be_item(line: Line) -> bool:
    words = "".join(segment.text for segment in line[:-1])
    return (
        sum(map(str.isalpha, words)) >= FEWEST_LETTERS
        and not line[0].text.endswith(":")
        and not is_total(line[0].text)
        and is_figures(line[-1])
        and has_amount(line[-1].text)
    )


def _headings(choice: ColumnChoice, leaf: Leaf) -> list[str]:
    """Return the headings that a model may choose from: fitting ones that no sure leaf has."""
    undecided = {other.name for other in choice.undecided}
    taken = {
        guess.column.heading
        for name, guess in choice.guesses.items()
        if guess.column and name not in undecided
    }
    if leaf.kind is Kind.TEXT:
        taken -= {column.heading for column in fitting_columns(choice.table, Kind.NUMBER)}
    fitting = fitting_columns(choice.table, leaf.kind)
    return [column.heading for column in fitting if column.heading not in taken]
