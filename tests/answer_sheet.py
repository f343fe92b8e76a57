"""A model that knows the gold: it answers every question as well as the question allows.

Whole records it copies as the pages print them; of offered strings it chooses one that means what
gold says, and of a table's headings the one that such columns have.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

from scripted_replies import Answer, Request

from extractors.asking.neutral import neutral
from extractors.brief import brief_text, whole_text
from extractors.candidates.candidates import candidates, spellings_of
from extractors.coerce.coerce import coerce
from extractors.coerce.locale import locale_of
from extractors.judging.compare import same
from extractors.judging.printed import PrintedValues
from extractors.layout import lines_of
from extractors.read import read_document
from flows.evaluate.gold import GoldDocument
from schemas.catalogue import find_type
from schemas.kinds import Kind, Value, text_of
from schemas.shape import shape_of

HEADINGS = {
    "description": [
        *("Program", "Description", "DESCRIPTION", "Beschreibung", "Bezeichnung", "Désignation"),
        *("Service", "Inventory Code", "(no heading)"),
    ],
    "quantity": ["Spots", "Menge", "QTY", "Qty", "Quantity", "Qté", "Volume"],
    "unit": ["Einheit", "U/M", "Unité", "Unit", "ME"],
    "unit_price": [
        *("Rate", "Ansatz CHF", "UNIT PRICE", "Einzelpreis", "Each (£)", "P.U. HT", "Preis/ME"),
    ],
    "tax_rate": ["MwSt.", "TVA"],
    "line_total": [
        *("Total", "Amount", "AMOUNT", "Betrag CHF", "Gesamt €", "Gesamtpreis", "Total (£)"),
        *("Montant HT", "Betrag EUR"),
    ],
}
"""The headings of the samples' tables, by the leaf that such a column holds; the best first."""


class AnswerSheet:
    """Answers requests about some gold documents."""

    def __init__(self, gold: Sequence[GoldDocument]) -> None:
        self._known = [KnownDocument(each) for each in gold]

    def __call__(self, request: Request) -> Answer:
        [known] = [each for each in self._known if each.is_asked_about(request.prompt)]
        properties = request.schema["properties"]
        if len(properties) == 1:
            [(name, schema)] = properties.items()
            return {name: known.choice(name, list(_strings(schema)), request.prompt)}
        return known.record(request.schema)

    def known(self, source: str) -> KnownDocument:
        """Return what is known of the document at a path."""
        [known] = [each for each in self._known if each.gold.source == source]
        return known


class KnownDocument:
    """A document, read, with its gold."""

    def __init__(self, gold: GoldDocument) -> None:
        self.gold = gold
        self.shape = shape_of(find_type(gold.type_given))
        self.document = read_document(Path(gold.source).read_bytes())
        self.lines = lines_of(self.document)
        self.locale = locale_of(whole_text(self.lines))

    @cached_property
    def printed(self) -> PrintedValues:
        return PrintedValues(self.document)

    def is_asked_about(self, prompt: str) -> bool:
        texts = (whole_text(self.lines), brief_text(self.lines))
        return any(text and neutral(text) in prompt for text in texts)

    def as_printed(self, kind: Kind, truth: Value | None) -> str | None:
        """Return the value as a page prints it, or else as gold has it."""
        if truth is None:
            return None
        found = self.printed.find(kind, truth)
        return found.text if found else text_of(truth)

    def record(self, schema: dict[str, Any]) -> dict[str, Any]:
        """Return the whole record."""
        answer: dict[str, Any] = dict.fromkeys(schema["properties"])
        for leaf in self.shape.leaves:
            answer[leaf.name] = self.as_printed(leaf.kind, self.gold.record.fields.get(leaf.path))
        for each in self.shape.lists:
            answer[each.name] = [
                {leaf.name: self.as_printed(leaf.kind, row.get(leaf.name)) for leaf in each.leaves}
                for row in self.gold.record.lists.get(each.name, ())
            ]
        return answer

    def choice(self, name: str, among: Sequence[str | None], prompt: str) -> str | None:
        """Return one of the strings that are offered, or begin what may be said; null, or the first
        of them, if none is right."""
        strings = [each for each in among if each is not None]
        for said in self._wanted(name, prompt):
            begun = [each for each in strings if said.startswith(each)]
            if begun:
                return max(begun, key=len)
        return None if None in among else strings[0]

    def _wanted(self, name: str, prompt: str) -> Iterator[str]:
        """Yield what would be a right answer, the best first."""
        truth = self.gold.record.fields.get(name)
        kinds = {leaf.name: leaf.kind for leaf in self.shape.leaves}
        if name in kinds:
            if truth is not None:
                yield from self._spellings(kinds[name], truth)
        elif name in HEADINGS:
            yield from (heading for heading in HEADINGS[name] if heading in prompt)
        else:
            yield from sorted(prompt.splitlines(), key=_known_headings, reverse=True)[:1]

    def _spellings(self, kind: Kind, truth: Value) -> Iterator[str]:
        """Yield all strings of the pages that mean `truth`, as they may be offered."""
        for text in candidates(kind, self.lines):
            value = coerce(kind, text, self.locale).value
            if value is not None and same(kind, truth, value):
                yield from spellings_of([text])


def _known_headings(row: str) -> int:
    """Return how many of the leaves a table with this row of headings has a column for."""
    cells = set(row.split(" | "))
    return sum(bool(cells & set(headings)) for headings in HEADINGS.values())


def _strings(schema: Any) -> Iterator[str | None]:
    """Yield what a schema lets one answer with."""
    if isinstance(schema, dict):
        yield from schema.get("enum", ())
        if "const" in schema:
            yield schema["const"]
        if schema.get("type") == "null":
            yield None
        for part in schema.get("anyOf", ()):
            yield from _strings(part)
