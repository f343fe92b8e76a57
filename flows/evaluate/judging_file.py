"""Judge a file of which gold names each record: which were found, and what is right in them.

Records are paired by their pages, and only with those of the same type: the fields of another one
aren't the same fields.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

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
from schemas.evaluation import JudgedDocument, Standing, Verdict
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
    routing = _routing(extraction, types, settings) if extraction else None
    found = routing.records if routing else ()
    printed = PrintedValues(document) if document else None
    pages = extraction.pages if extraction else len(document.pages) if document else 0
    of_type = [extraction.type_of(each.record) if extraction else "" for each in found]
    pairs = _paired(gold, found, of_type, pages)
    judged: list[JudgedDocument] = []

    def add(
        judgement: Judged,
        type_name: str,
        at: PageRange | None,
        standing: Standing,
        outcome: Outcome,
    ) -> None:
        fields, lists = judgement
        mask = types[type_name].mask
        first = not judged
        judged.append(
            JudgedDocument(
                document_id=gold[0].document_id,
                source=gold[0].source,
                group=gold[0].group,
                type_name=type_name,
                record_pages=at,
                standing=standing,
                several=True,
                first=first,
                language=printed.language if printed else "",
                pages=pages,
                outcome=outcome,
                problem="" if extraction else (given.problem if given else NEVER),
                seconds=given.seconds if given and first else 0.0,
                **({"usage": given.usage, "cost": given.cost} if given and first else {}),
                fields=masked(fields, extraction, mask),
                lists=tuple(
                    each.model_copy(update={"cells": masked(each.cells, extraction, mask)})
                    for each in lists
                ),
            )
        )

    for index, each in enumerate(gold):
        own = found[pairs[index]] if index in pairs else None
        judge = _judge(shape_of(types[each.type_name]), own, printed)
        judgement = judge.fields(each.record), judge.lists(each.record)
        if own is None:
            otherwise = routing.outcome if routing else Outcome.FAILED
            add(_not_absent(judgement), each.type_name, each.pages, "missed", otherwise)
        else:
            add(judgement, each.type_name, each.pages, "found", own.outcome)
    for at, own in enumerate(found):
        if at not in pairs.values():
            shape = shape_of(types[of_type[at]])
            judge, nothing = _judge(shape, own, printed), _nothing(shape)
            judgement = _not_absent((judge.fields(nothing), judge.lists(nothing)))
            add(judgement, of_type[at], own.record.pages, "extra", own.outcome)
    return tuple(judged)


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
