"""What moved from one evaluation to another, over what both judged by the same truth."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from flows.evaluate.bootstrap import Floats, interval
from flows.evaluate.statistics import all_fields
from schemas.evaluation import Evaluation, JudgedDocument, JudgedField, Verdict
from schemas.parts import PageRange
from schemas.statistics import Comparison, Difference, Move

Key = tuple[str, int | None]
"""Of a field: its path without row numbers, and its gold row if it stands in a list."""
Pair = tuple[JudgedField, JudgedField]
"""The same field before and now."""


def compare(now: Evaluation, against: Evaluation) -> Comparison:
    """Return what became right and wrong, and the differences with their paired intervals.

    Rows that gold has not are left out: there is nothing to pair them by.
    """
    then = {_name(each): each for each in against.documents}
    common = [each for each in now.documents if _name(each) in then]
    pairs = [list(_pairs(then[_name(each)], each)) for each in common]
    moved = [
        Move(
            source=each.source,
            document_id=each.document_id,
            type_name=each.type_name,
            was=was,
            now=field,
        )
        for each, fields in zip(common, pairs, strict=True)
        for was, field in fields
        if was.verdict.good is not field.verdict.good
    ]
    return Comparison(
        against=against.id,
        documents=len(common),
        only_now=len(now.documents) - len(common),
        only_then=len(against.documents) - len(common),
        accuracy=_difference(pairs, in_lists=False),
        cells=_difference(pairs, in_lists=True),
        became_right=tuple(move for move in moved if move.now.verdict.good),
        became_wrong=tuple(move for move in moved if move.was.verdict.good),
    )


def _name(document: JudgedDocument) -> tuple[str, str, PageRange | None]:
    return document.document_id, document.type_name, document.record_pages


def _pairs(then: JudgedDocument, now: JudgedDocument) -> Iterator[Pair]:
    before = _by_key(then)
    for key, field in _by_key(now).items():
        was = before.get(key)
        if was is not None and was.truth == field.truth:
            yield was, field


def _by_key(document: JudgedDocument) -> Mapping[Key, JudgedField]:
    return {
        (field.pattern, field.gold_row): field
        for field in all_fields(document)
        if field.gold_row is not None or field.pattern == field.path
    }


def _difference(pairs: Sequence[Sequence[Pair]], *, in_lists: bool) -> Difference:
    """Return the difference of the shares of right fields among those that gold has a value of."""
    counts = []
    for fields in pairs:
        telling = [
            pair
            for pair in fields
            if pair[1].truth is not None and (pair[1].gold_row is not None) is in_lists
        ]
        if telling:
            was, now = (sum(p[i].verdict is Verdict.RIGHT for p in telling) for i in (0, 1))
            counts.append((was, now, len(telling)))
    if not counts:
        return Difference(was=0, now=0, low=0, high=0)
    table = np.array(counts, dtype=float)
    was, now, of = table.sum(axis=0)
    low, high = interval(list(table.T), _shift)
    return Difference(was=was / of, now=now / of, low=low, high=high)


def _shift(sums: Floats) -> Floats:
    moved: Floats = (sums[:, 1] - sums[:, 0]) / sums[:, 2]
    return moved
