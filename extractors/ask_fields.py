"""Ask field by field, each answer chosen among the strings of its kind: the way for small models.

The document stands first in every question and is the same in all of a document's questions, so the
server reads it once. What a list holds is read from its table; only its columns are asked for.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, create_model

from extractors.answers import Answer
from extractors.brief import brief_text
from extractors.call import Caller, Messages, byte_text
from extractors.candidates import candidates, spellings_of
from extractors.coerce.coerce import coerce
from extractors.coerce.locale import DocumentLocale
from extractors.columns import Column
from extractors.json_spans import json_spans
from extractors.layout import Line
from extractors.probability import Likelihood, among_candidates
from extractors.prompts import ask_column, ask_leaf, ask_table
from extractors.table import Table, find_tables, fitting_columns, may_share, read_items
from schemas.doctype import DocumentType
from schemas.kinds import Kind
from schemas.record import Leaf, ListField, leaves_of, lists_of

ONLY_COLUMN = Likelihood(0.8, 0.8)
"""Of a leaf for which only one column has the right kind of cells: it isn't asked for."""
NUMBERS = frozenset({Kind.IDENTIFIER, Kind.IBAN, Kind.VAT_ID})
"""A number of these kinds names one thing: it can't be two fields of a record."""
ANSWER_TOKENS = 160
"""Of one answer: the longest candidate has some 60."""


def answers_by_field(
    doctype: DocumentType, lines: Sequence[Line], locale: DocumentLocale, caller: Caller
) -> tuple[Answer, ...]:
    """Return the answers for all fields; those of list items in the order of the pages."""
    asker = _Asker(doctype, brief_text(lines), caller)
    found: list[Answer] = []
    for leaf in leaves_of(doctype.record):
        among = candidates(leaf.kind, lines)
        found.append(_only_currency(leaf, among, locale) or asker.leaf(leaf, among))
    found = _names_one_thing(found)
    tables = find_tables(lines)
    for each in lists_of(doctype.record):
        found += asker.items(each, tables)
    return tuple(found)


def _names_one_thing(answers: Sequence[Answer]) -> list[Answer]:
    """Leave a number that was chosen for several fields to the surest of them."""
    surest: dict[str, Answer] = {}
    for answer in answers:
        if answer.kind in NUMBERS and answer.raw is not None:
            before = surest.setdefault(answer.raw, answer)
            if _sureness(answer) > _sureness(before):
                surest[answer.raw] = answer
    return [
        replace(answer, raw=None)
        if answer.kind in NUMBERS and answer.raw and surest[answer.raw] is not answer
        else answer
        for answer in answers
    ]


def _sureness(answer: Answer) -> float:
    return answer.likelihood.probability if answer.likelihood else 0.0


def choice_model(name: str, among: Sequence[str]) -> type[BaseModel]:
    """Return the model of an answer that has one field, `name`, which is one of `among`."""
    one_of = Literal[tuple(among)]  # type: ignore[valid-type]
    fields: dict[str, Any] = {name: (one_of, ...)}
    return create_model(name, __config__=ConfigDict(extra="forbid"), **fields)


def _only_currency(leaf: Leaf, among: Sequence[str], locale: DocumentLocale) -> Answer | None:
    """Return the currency without asking if the document names no second one."""
    if leaf.kind is not Kind.CURRENCY:
        return None
    codes = {coerce(leaf.kind, each, locale).value for each in among}
    return Answer(leaf.path, leaf.kind, among[0], Likelihood(1.0, 1.0)) if len(codes) == 1 else None


@dataclass(frozen=True)
class _Asker:
    """Asks one document's questions."""

    doctype: DocumentType
    text: str
    caller: Caller

    def leaf(self, leaf: Leaf, among: Sequence[str]) -> Answer:
        """Ask which of `among` a field is; if there are none, the document doesn't give it."""
        if not among:
            return Answer(leaf.path, leaf.kind, None)
        question = ask_leaf(self.doctype, self.text, leaf)
        raw, likelihood = self._choose(leaf.name, among, question)
        return Answer(leaf.path, leaf.kind, raw, likelihood)

    def items(self, each: ListField, tables: Sequence[Table]) -> Iterator[Answer]:
        """Ask which table holds the list and what its columns are, then read its rows."""
        headings = {table.heading: table for table in tables}
        if not headings:
            return
        question = ask_table(self.doctype, self.text, each, tables)
        heading, _ = self._choose(each.name, list(headings), question)
        table = headings[heading]
        columns, likelihoods = self._columns(each, table)
        kinds = {leaf.name: leaf.kind for leaf in each.leaves}
        for index, item in enumerate(read_items(table, columns, kinds)):
            for leaf in each.leaves:
                cell = item.get(leaf.name)
                yield Answer(
                    path=f"{each.name}[{index}].{leaf.name}",
                    kind=leaf.kind,
                    raw=cell.text if cell else None,
                    likelihood=likelihoods[leaf.name],
                    words=cell.words if cell else (),
                    page=cell.page if cell else 0,
                )

    def _columns(
        self, each: ListField, table: Table
    ) -> tuple[dict[str, Column], dict[str, Likelihood | None]]:
        """Ask for the column of each leaf; the surest takes a column that two want."""
        wants: list[tuple[float, Leaf, Column]] = []
        likelihoods: dict[str, Likelihood | None] = {leaf.name: None for leaf in each.leaves}
        for leaf in each.leaves:
            fitting = {column.heading: column for column in fitting_columns(table, leaf.kind)}
            if not fitting:
                continue
            heading = next(iter(fitting))
            likelihood: Likelihood | None = ONLY_COLUMN
            if len(fitting) > 1:
                question = ask_column(self.doctype, self.text, each, leaf, table.excerpt)
                heading, likelihood = self._choose(leaf.name, list(fitting), question)
            likelihoods[leaf.name] = likelihood
            wants.append((likelihood.probability if likelihood else 1.0, leaf, fitting[heading]))
        taken: dict[str, Column] = {}
        kinds = {leaf.name: leaf.kind for leaf in each.leaves}
        for _, leaf, column in sorted(wants, key=lambda want: -want[0]):
            sharers = [kinds[name] for name, other in taken.items() if other == column]
            if not sharers or (len(sharers) == 1 and may_share(table, column, leaf.kind, *sharers)):
                taken[leaf.name] = column
        return taken, likelihoods

    def _choose(
        self, name: str, among: Sequence[str], question: Messages
    ) -> tuple[str, Likelihood | None]:
        """Ask for one of `among`, and how probable the answer was among them."""
        spellings = spellings_of(among)
        model = choice_model(name, list(spellings))
        reply = self.caller.ask(question, model, max_tokens=ANSWER_TOKENS)
        raw = spellings[getattr(reply.answer, name)]
        span = json_spans("".join(token.text for token in reply.tokens)).get(byte_text(name))
        return raw, among_candidates(reply.tokens, span, spellings) if span else None
