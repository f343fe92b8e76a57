"""The items of a list, read from their table; a model is asked only for what rules don't settle.

Which column is which mostly follows from headings and arithmetic. One question settles the rest; a
table that can't be followed is asked for whole, within bounds.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from pydantic import BaseModel

from extractors.asking.answers import Answer
from extractors.asking.call import Caller, byte_text
from extractors.asking.json_spans import json_spans
from extractors.asking.probability import Likelihood, of_tokens
from extractors.asking.prompts import ask_columns, ask_items
from extractors.layout import Line
from extractors.tables.choose_columns import ColumnChoice, Guess
from extractors.tables.column_evidence import Labels, heading_says
from extractors.tables.items import Item
from extractors.tables.list_items import find_list, items_of
from extractors.tables.list_question import (
    ASKED,
    columns_question,
    items_question,
    with_answers,
)
from schemas.doctype import DocumentType
from schemas.record import Leaf, ListField

COLUMNS_TOKENS = 160
MOST_TOKENS = 1600
"""Of a list that is asked for whole."""


def answers_of_list(
    doctype: DocumentType, each: ListField, lines: Sequence[Line], text: str, caller: Caller
) -> Iterator[Answer]:
    """Yield the answers for a list's items, in the order of the pages.

    `text` is the document as it stands in the other questions.

    Raises:
        AnswerError, ModelOutage, ModelRefusal: see `Caller.ask`.
    """
    choices = find_list(lines, each, doctype.labels, doctype.checks)
    if not choices or choices[0].hopeless:
        yield from _asked_whole(doctype, each, lines, text, caller)
        return
    choice = _settled(choices[0], doctype, each, text, caller)
    columns = {leaf.name: _column(leaf, each, choice, doctype.labels) for leaf in each.leaves}
    for index, item in enumerate(items_of(choice, each, doctype.checks, lines)):
        yield from _answers(each, index, item, columns)


def _column(leaf: Leaf, each: ListField, choice: ColumnChoice, labels: Labels) -> Answer:
    """Return what the cells of a leaf's column have in common."""
    guess, candidates = choice.guesses.get(leaf.name), choice.options.get(leaf.name)
    if guess is None:
        return Answer(leaf.path, leaf.kind, None, candidates=candidates)
    shown = guess.column.heading if guess.column else ""
    return Answer(
        leaf.path,
        leaf.kind,
        None,
        likelihood=_likelihood(guess) if guess.because == (ASKED,) else None,
        probability=guess.sure,
        margin=_likelihood(guess).margin,
        label=heading_says(shown, leaf, each, labels) if shown else None,
        candidates=candidates,
    )


def _answers(
    each: ListField, index: int, item: Item, columns: Mapping[str, Answer]
) -> Iterator[Answer]:
    for leaf in each.leaves:
        cell = item.get(leaf.name)
        yield replace(
            columns[leaf.name],
            path=f"{each.name}[{index}].{leaf.name}",
            raw=cell.text if cell else None,
            words=cell.words if cell else (),
            page=cell.page if cell else 0,
        )


def _likelihood(guess: Guess) -> Likelihood:
    """Return how likely a column is against all others: what it lacks is one rival's."""
    return Likelihood(guess.sure, 2 * guess.sure - 1)


def _settled(
    choice: ColumnChoice, doctype: DocumentType, each: ListField, text: str, caller: Caller
) -> ColumnChoice:
    """Ask for the columns that the rules leave open, all in one question."""
    model = columns_question(choice)
    if model is None:
        return choice
    leaves = [leaf for leaf in choice.undecided if leaf.name in model.model_fields]
    question = ask_columns(doctype, text, each, leaves, choice.table.excerpt)
    reply = caller.ask(question, model, max_tokens=COLUMNS_TOKENS)
    spans = json_spans("".join(token.text for token in reply.tokens))
    answers: dict[str, str] = reply.answer.model_dump()
    sure = {}
    for name in answers:
        span = spans.get(byte_text(name))
        likelihood = of_tokens(reply.tokens, span) if span else None
        sure[name] = likelihood.probability if likelihood else choice.guesses[name].sure
    return with_answers(choice, answers, sure)


def _asked_whole(
    doctype: DocumentType, each: ListField, lines: Sequence[Line], text: str, caller: Caller
) -> Iterator[Answer]:
    model = items_question(doctype.record, each, lines)
    if model is None:
        return
    reply = caller.ask(ask_items(doctype, text, each), model, max_tokens=MOST_TOKENS)
    spans = json_spans("".join(token.text for token in reply.tokens), nulls=True)
    items: Sequence[BaseModel] = getattr(reply.answer, each.name)
    for index, item in enumerate(items):
        for leaf in each.leaves:
            path, raw = f"{each.name}[{index}].{leaf.name}", getattr(item, leaf.name) or None
            span = spans.get(byte_text(path))
            likelihood = of_tokens(reply.tokens, span) if span else None
            yield Answer(path, leaf.kind, raw, likelihood)
