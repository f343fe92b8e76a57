"""Choose a record's values together: each by its own evidence, unless the type's checks object.

Where a check fails, the values that take part in it are chosen again, together, among the best few
of each. A value that only a check brought in is marked: the same check can't speak for it then.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product

from extractors.check import run_checks
from extractors.ranking.rank import Option
from schemas.doctype import Check, DifferCheck, DocumentType, OrderCheck, SumCheck, named_by
from schemas.extraction import CheckResult, FieldResult
from schemas.kinds import Kind
from schemas.record import Leaf, pattern_of

BEST = 6
"""So many of a field's options are tried."""
MOST_TOGETHER = 4
"""Fields; a check with more is left as it is."""
PASSED, FAILED = 1.0, -2.5
"""Log-odds of a check."""
TWICE = -4.0
"""Log-odds of a number that stands in one place being two fields."""
NUMBERS = frozenset({Kind.IDENTIFIER, Kind.IBAN, Kind.VAT_ID})
"""A number of these kinds names one thing: it can't be two fields of a record."""
REPAIRING = (SumCheck, DifferCheck, OrderCheck)
"""Checks whose failing says that a wrong value was chosen; a number with wrong check digits may be
printed so, and an item's product is a matter of its row."""


@dataclass(frozen=True)
class Choice:
    """What one field could be: an option, or that the document doesn't give it."""

    field: FieldResult
    score: float
    option: Option | None


@dataclass(frozen=True)
class Decision:
    """What one field is taken to be."""

    choice: Choice
    probability: float
    """Among all its choices, by its own evidence alone: 0 to 1."""
    margin: float
    """That less the next one's; below 0 where checks overruled it."""
    by_checks: bool
    """Its own evidence would have chosen another one."""


def decide(
    doctype: DocumentType,
    choices: Mapping[Leaf, Sequence[Choice]],
    items: Sequence[FieldResult],
) -> dict[Leaf, Decision]:
    """Return one decision for each leaf; each must have a choice at least, the best first.

    `items` are the fields of the record's lists: they stay as they are.
    """
    doctype, items = _repairing(doctype, choices, items)
    checker = _Checker(doctype.checks, items)
    taken = _each_number_once({leaf: some[0] for leaf, some in choices.items()}, choices)
    by_path = {leaf.path: leaf for leaf in choices}
    tried: set[tuple[str, ...]] = set()
    for _ in doctype.checks:
        again = [
            group
            for group in _in_conflict(checker, taken)
            if 0 < len(group) <= MOST_TOGETHER and group not in tried
        ]
        if not again:
            break
        for group in again:
            tried.add(group)
            leaves = [by_path[path] for path in group]
            taken = _best_together(checker, taken, choices, leaves)
    return {leaf: _decision(choice, choices[leaf]) for leaf, choice in taken.items()}


class _Checker:
    """Runs checks on many choices; each only once on the same values: a list may be long."""

    def __init__(self, checks: Sequence[Check], items: Sequence[FieldResult]) -> None:
        self._checks = [(check, frozenset(named_by(check))) for check in checks]
        self._items = items
        self._known: dict[tuple[int, ...], tuple[CheckResult, ...]] = {}

    def results(self, taken: Mapping[Leaf, Choice]) -> list[CheckResult]:
        """Return what the checks say if single fields are as taken; the items always are."""
        found: list[CheckResult] = []
        for at, (check, named) in enumerate(self._checks):
            fields = [choice.field for leaf, choice in taken.items() if leaf.path in named]
            key = (at, *map(id, fields))  # choices outlive this
            if key not in self._known:
                self._known[key] = run_checks([check], [*fields, *self._items])
            found += self._known[key]
        return found


def _repairing(
    doctype: DocumentType, leaves: Iterable[Leaf], items: Sequence[FieldResult]
) -> tuple[DocumentType, list[FieldResult]]:
    """Return the type with those checks only that single fields take part in, and their items."""
    single = {leaf.path for leaf in leaves}
    checks = [each for each in doctype.checks if isinstance(each, REPAIRING)]
    checks = [each for each in checks if single & set(named_by(each))]
    needed = {path for each in checks for path in named_by(each)}
    kept = [item for item in items if pattern_of(item.path) in needed]
    return doctype.model_copy(update={"checks": tuple(checks)}), kept


def _in_conflict(checker: _Checker, taken: Mapping[Leaf, Choice]) -> Iterator[tuple[str, ...]]:
    """Yield the paths of single fields that don't go together."""
    single = {leaf.path for leaf in taken}
    for check in checker.results(taken):
        if check.verdict == "failed":
            yield tuple(path for path in check.fields if path in single)


def _each_number_once(
    taken: Mapping[Leaf, Choice], choices: Mapping[Leaf, Sequence[Choice]]
) -> dict[Leaf, Choice]:
    """Leave a number to the field that most speaks for; the others take their next best."""
    found: dict[Leaf, Choice] = dict(taken)
    given: set[str] = set()
    for leaf in sorted(taken, key=lambda leaf: -taken[leaf].score):
        if leaf.kind not in NUMBERS:
            continue
        left = [each for each in choices[leaf] if each.field.raw not in given]
        found[leaf] = left[0] if left else choices[leaf][-1]
        given |= {raw for raw in (found[leaf].field.raw,) if raw}
    return found


def _twins(taken: Mapping[Leaf, Choice]) -> Iterator[tuple[str, ...]]:
    """Yield the paths of fields that have the same number."""
    found: dict[str, list[str]] = {}
    for leaf, choice in taken.items():
        if leaf.kind in NUMBERS and choice.field.raw:
            found.setdefault(choice.field.raw, []).append(leaf.path)
    return (tuple(paths) for paths in found.values() if len(paths) > 1)


def _best_together(
    checker: _Checker,
    taken: Mapping[Leaf, Choice],
    choices: Mapping[Leaf, Sequence[Choice]],
    leaves: Sequence[Leaf],
) -> dict[Leaf, Choice]:
    def worth(some: Mapping[Leaf, Choice]) -> float:
        checks = checker.results(some)
        passed = sum(check.verdict == "passed" and check.tells for check in checks)
        failed = sum(check.verdict == "failed" for check in checks)
        own = sum(choice.score for choice in some.values())
        twins = sum(len(paths) - 1 for paths in _twins(some))
        return own + PASSED * passed + FAILED * failed + TWICE * twins

    together = product(*(choices[leaf][:BEST] for leaf in leaves))
    return max(
        ({**taken, **dict(zip(leaves, some, strict=True))} for some in together),
        key=worth,
    )


def _decision(taken: Choice, choices: Sequence[Choice]) -> Decision:
    best = max(choice.score for choice in choices)
    weights = {id(choice): math.exp(choice.score - best) for choice in choices}
    total = sum(weights.values())
    own = weights.pop(id(taken)) / total
    return Decision(
        choice=taken,
        probability=own,
        margin=own - max(weights.values(), default=0.0) / total,
        by_checks=taken is not choices[0],
    )
