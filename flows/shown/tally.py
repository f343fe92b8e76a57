"""Count what became of a run's documents, one by one: what it keeps is bounded.

A run of 10,000 documents must not hold all that is said of each of them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from flows.shown.reasons import Reason, reason_of
from schemas.batch import DocumentLine
from schemas.extraction import Outcome

MOST_ROWS = 300
"""Documents that are shown one by one."""
MOST_SLOW = 5
MOST_REASONS = 1000
"""That are told apart; there are a few dozen unless a server says something new each time."""
OTHER = Reason("other reasons")

T = TypeVar("T")


class First(Generic[T]):
    """The first of what comes, in some order; the others are forgotten."""

    def __init__(self, most: int, key: Callable[[T], Any]) -> None:
        """Keep `most` of them, those with the least keys."""
        self._most = most
        self._key = key
        self._kept: list[T] = []

    def add(self, each: T) -> None:
        self._kept.append(each)
        if len(self._kept) >= 2 * self._most:
            self._cut()

    def __call__(self) -> tuple[T, ...]:
        self._cut()
        return tuple(self._kept)

    def _cut(self) -> None:
        self._kept.sort(key=self._key)
        del self._kept[self._most :]


@dataclass
class Common:
    """A reason, and how often it was given."""

    documents: int = 0
    fields: Counter[str] = field(default_factory=Counter)


class Tally:
    """What became of the documents of a run so far."""

    def __init__(self) -> None:
        """Begin with none."""
        self.found = 0
        """Inputs, twins included."""
        self.outcomes: Counter[Outcome] = Counter()
        """Of the documents that this run took."""
        self.before: Counter[Outcome] = Counter()
        """Of those that were done already."""
        self.types: Counter[str] = Counter()
        """Of the documents that this run took and that were extracted; of one, each type once."""
        self.doubts: dict[str, Common] = {}
        """Why documents need a look, by the reason's text."""
        self.failures: dict[str, Common] = {}
        self._rows: First[DocumentLine] = First(MOST_ROWS, _rank)
        self._slow: First[DocumentLine] = First(MOST_SLOW, lambda line: -line.seconds)

    def add(self, line: DocumentLine) -> None:
        """Count a document."""
        self.found += 1
        self._rows.add(line)
        if line.seconds:
            self._slow.add(line)
        if line.outcome is None:
            return
        (self.before if line.note else self.outcomes)[line.outcome] += 1
        failed = line.outcome is Outcome.FAILED
        if not line.note and not failed:
            self.types.update(line.types)
        _count(self.failures if failed else self.doubts, line.reasons)

    @property
    def rows(self) -> tuple[DocumentLine, ...]:
        """The documents to be shown: first those that failed, then those that need a look."""
        return self._rows()

    @property
    def left_out(self) -> int:
        """Documents that aren't among the `rows`."""
        return max(0, self.found - MOST_ROWS)

    @property
    def slowest(self) -> tuple[DocumentLine, ...]:
        return self._slow()


def _rank(line: DocumentLine) -> tuple[int, bool, str]:
    order = {Outcome.FAILED: 0, Outcome.IN_REVIEW: 1, None: 3}
    return order.get(line.outcome, 2), bool(line.note), line.source


def _count(known: dict[str, Common], reasons: tuple[str, ...]) -> None:
    """Count a document's reasons, each once."""
    fields: dict[str, set[str]] = {}
    for text in reasons:
        reason = reason_of(text)
        if reason.text not in known and len(known) >= MOST_REASONS:
            reason = OTHER
        fields.setdefault(reason.text, set()).update(reason.fields)
    for text, names in fields.items():
        common = known.setdefault(text, Common())
        common.documents += 1
        common.fields.update(names)
