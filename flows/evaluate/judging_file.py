"""Judge a file of which gold names each record: which were found, and what is right in them.

Records are paired by their pages, and only with those of the same type: the fields of another one
aren't the same fields.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from scipy.optimize import linear_sum_assignment

from extractors.confidence.rate import rate_by
from extractors.judging.judge import Judge
from extractors.judging.printed import PrintedValues
from extractors.route import CLOSED, Rules, route_by
from flows.calibrate.setting import Setting
from flows.evaluate.gold import GoldDocument
from flows.evaluate.judging import NEVER, Judged, masked
from flows.store.given import Given
from schemas.doctype import DocumentType
from schemas.document import Document
from schemas.evaluation import JudgedDocument, JudgedField, JudgedList, Standing, Verdict
from schemas.extraction import Extraction, Outcome
from schemas.gold import GoldRecord
from schemas.parts import PageRange
from schemas.routing import RoutedRecord, Routing
from schemas.shape import Shape, shape_of


def judge_file(
    gold: Sequence[GoldDocument],
    types: Mapping[str, DocumentType],
    given: Given | None,
    settings: Mapping[str, Setting],
    *,
    document: Document | None = None,
) -> tuple[JudgedDocument, ...]:
    """Return the judgement of each record of a file: those of gold, then those that it has not.

    All that gold has of a record that wasn't found is missed; all that was found of a record that
    gold has not is invented.

    Args:
        gold: all of the file's records.
        types: of gold and of what was found, by name.
        given: what became of the file; None: nothing.
        settings: what is accepted, by the types' names; audits are left out.
        document: its pages; None: they can't be read.
    """
    extraction = given.extraction if given else None
    printed = PrintedValues(document) if document else None
    pages = extraction.pages if extraction else len(document.pages) if document else 0
    routing = _routing(extraction, types, settings) if extraction else None
    file = _File(gold, types, extraction, routing, printed, pages)
    return tuple(
        JudgedDocument(
            document_id=gold[0].document_id,
            source=gold[0].source,
            group=gold[0].group,
            type_name=each.type_name,
            record_pages=each.pages,
            standing=each.standing,
            several=True,
            first=number == 0,
            language=printed.language if printed else "",
            pages=pages,
            outcome=each.outcome,
            problem="" if extraction else (given.problem if given else NEVER),
            seconds=given.seconds if given and number == 0 else 0.0,
            **({"usage": given.usage, "cost": given.cost} if given and number == 0 else {}),
            fields=masked(each.fields, extraction, types[each.type_name].mask),
            lists=tuple(
                one.model_copy(
                    update={"cells": masked(one.cells, extraction, types[each.type_name].mask)}
                )
                for one in each.lists
            ),
        )
        for number, each in enumerate(file.judged())
    )


class _Record(NamedTuple):
    """One record's judgement."""

    type_name: str
    pages: PageRange | None
    standing: Standing
    outcome: Outcome
    fields: tuple[JudgedField, ...]
    lists: tuple[JudgedList, ...]


@dataclass(frozen=True)
class _File:
    """What gold has of a file, and what was found in it."""

    gold: Sequence[GoldDocument]
    types: Mapping[str, DocumentType]
    extraction: Extraction | None
    routing: Routing | None
    printed: PrintedValues | None
    pages: int

    def judged(self) -> Iterator[_Record]:
        """Yield the records of gold, then those that it has not."""
        found = self.routing.records if self.routing else ()
        of_type = (
            [self.extraction.type_of(each.record) for each in found] if self.extraction else []
        )
        pairs = _paired(self.gold, found, of_type, self.pages)
        for index, each in enumerate(self.gold):
            if index in pairs:
                yield self._found(each, found[pairs[index]])
            else:
                yield self._missed(each)
        for index, own in enumerate(found):
            if index not in pairs.values():
                yield self._extra(own, of_type[index])

    def _found(self, gold: GoldDocument, own: RoutedRecord) -> _Record:
        judgement = self._judgement(gold.type_name, own, gold.record)
        return _Record(gold.type_name, gold.pages, "found", own.outcome, *judgement)

    def _missed(self, gold: GoldDocument) -> _Record:
        judgement = _not_absent(self._judgement(gold.type_name, None, gold.record))
        outcome = self.routing.outcome if self.routing else Outcome.FAILED
        return _Record(gold.type_name, gold.pages, "missed", outcome, *judgement)

    def _extra(self, own: RoutedRecord, type_name: str) -> _Record:
        nothing = _nothing(shape_of(self.types[type_name]))
        judgement = _not_absent(self._judgement(type_name, own, nothing))
        return _Record(type_name, own.record.pages, "extra", own.outcome, *judgement)

    def _judgement(self, type_name: str, own: RoutedRecord | None, truth: GoldRecord) -> Judged:
        judge = _judge(shape_of(self.types[type_name]), own, self.printed)
        return judge.fields(truth), judge.lists(truth)


def _routing(
    extraction: Extraction, types: Mapping[str, DocumentType], settings: Mapping[str, Setting]
) -> Routing:
    rules = {}
    for name in extraction.type_names:
        dial = settings[name].dial if name in settings else CLOSED
        rules[name] = Rules(types[name].policy, dial, types[name].mask)
    calibrations = {
        name: settings[name].calibration if name in settings else None for name in rules
    }
    return route_by(rate_by(extraction, calibrations), rules)


def _paired(
    gold: Sequence[GoldDocument], found: Sequence[RoutedRecord], of_type: Sequence[str], pages: int
) -> dict[int, int]:
    """Return the found record of each gold record that has one: so that most pages are shared."""
    shared = np.array(
        [
            [
                _shared(each.pages, own.record.pages, pages) if each.type_name == name else 0.0
                for own, name in zip(found, of_type, strict=True)
            ]
            for each in gold
        ],
        dtype=float,
    ).reshape(len(gold), len(found))
    pairs = linear_sum_assignment(shared, maximize=True)
    return {int(one): int(other) for one, other in zip(*pairs, strict=True) if shared[one, other]}


def _shared(one: PageRange | None, other: PageRange | None, pages: int) -> float:
    """Return how many pages two records share, of those that either has: 0 to 1."""
    first, second = (set(range(a, b + 1)) for a, b in (one or (1, pages), other or (1, pages)))
    return len(first & second) / max(len(first | second), 1)


def _judge(shape: Shape, own: RoutedRecord | None, printed: PrintedValues | None) -> Judge:
    if own is None:
        return Judge(shape=shape, found={}, printed=printed)
    found = {field.path: field for field in own.record.fields}
    return Judge(shape=shape, found=found, withheld=own.withheld, printed=printed)


def _nothing(shape: Shape) -> GoldRecord:
    """Return gold that says of each field that the document doesn't give it."""
    return GoldRecord(
        fields={leaf.path: None for leaf in shape.leaves},
        lists={each.name: () for each in shape.lists},
    )


def _not_absent(judged: Judged) -> Judged:
    """Return a judgement without what neither has: it says nothing of a record that one lacks."""
    fields, lists = judged
    return (
        tuple(field for field in fields if field.verdict is not Verdict.ABSENT),
        tuple(
            each.model_copy(
                update={"cells": tuple(c for c in each.cells if c.verdict is not Verdict.ABSENT)}
            )
            for each in lists
        ),
    )
