"""Where a value that is known to be right stands on the pages, however it is printed there."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from extractors.brief import whole_text
from extractors.candidates.candidates import candidates
from extractors.coerce.coerce import coerce
from extractors.coerce.locale import DocumentLocale, locale_of
from extractors.ground import ground
from extractors.judging.compare import CODES, WORDS, same
from extractors.layout import lines_of
from schemas.document import Box, Document
from schemas.extraction import Coercion, Evidence
from schemas.kinds import Kind, Value, text_of

STAND_LAST = Kind.AMOUNT
"""Of an amount that is printed in several places the last is taken; of all else the first."""
WRAPPED = 6
"""Words go on over so many rows at most."""
NEAR = 0.5
"""A row that begins within so many heights above or below another one is beside it."""


@dataclass(frozen=True)
class Printed:
    """A value as a page prints it."""

    text: str
    evidence: Evidence


@dataclass(frozen=True)
class _Candidate:
    """A string of one row that can be read as a value."""

    text: str
    coercion: Coercion
    row: int
    """Index of the line."""


class PrintedValues:
    """What one document prints, looked up by value."""

    def __init__(self, document: Document) -> None:
        """Look at nothing yet but the document's ways."""
        self._lines = lines_of(document)
        self._locale = locale_of(whole_text(self._lines))
        self._known: dict[Kind, tuple[_Candidate, ...]] = {}

    @property
    def locale(self) -> DocumentLocale:
        """How the document prints its numbers and dates."""
        return self._locale

    @property
    def language(self) -> str:
        """ISO 639-1, the one with most words; empty: can't be said."""
        return self._locale.languages[0] if self._locale.languages else ""

    def find(self, kind: Kind, value: Value, near: Evidence | None = None) -> Printed | None:
        """Return where `value` is printed, if anywhere; with `near`, only in the rows beside it."""
        rows = range(len(self._lines)) if near is None else self._beside(near)
        return self.find_in(kind, value, rows)

    def find_in(self, kind: Kind, value: Value, rows: Sequence[int]) -> Printed | None:
        """Return where `value` is printed in some of the document's rows, if anywhere."""
        lines = [self._lines[row] for row in rows if row < len(self._lines)]
        last = kind is STAND_LAST
        if kind in WORDS or kind in CODES:
            text = text_of(value)
            found = ground(text, lines, last=last)
            if found:
                return Printed(text, found)
        alike = list(self._alike(kind, value, frozenset(rows)))
        if not alike:
            return None
        chosen = alike[-1 if last else 0]
        evidence = ground(chosen.text, [self._lines[chosen.row]])
        return Printed(chosen.text, evidence) if evidence else None

    def rows(self, kind: Kind, value: Value) -> list[int]:
        """Return the rows in which `value` is printed, or begins to be, top to bottom."""
        if kind in WORDS or kind in CODES:
            return [row for row in range(len(self._lines)) if self._begins(text_of(value), row)]
        return sorted({each.row for each in self._alike(kind, value, range(len(self._lines)))})

    def _begins(self, text: str, row: int) -> bool:
        """Say whether `text` begins in a row; it may go on in those below."""
        found = ground(text, self._lines[row : row + WRAPPED])
        if found is None or found.page != self._lines[row][0].page:
            return False
        return any(_overlap(found.boxes[0], each.box) for each in self._lines[row])

    def _alike(self, kind: Kind, value: Value, rows: Collection[int]) -> Iterator[_Candidate]:
        """Yield what is read as `value` first, then what could be read so."""
        among = [each for each in self._candidates(kind) if each.row in rows]
        plain = [c for c in among if c.coercion.value and same(kind, value, c.coercion.value)]
        if plain:
            yield from plain
            return
        for each in among:
            if any(same(kind, value, other) for other in each.coercion.alternatives):
                yield each

    def _candidates(self, kind: Kind) -> tuple[_Candidate, ...]:
        if kind not in self._known:
            self._known[kind] = tuple(
                _Candidate(text, coerce(kind, text, self._locale), row)
                for row, line in enumerate(self._lines)
                for text in candidates(kind, [line])
            )
        return self._known[kind]

    def _beside(self, near: Evidence) -> list[int]:
        top = min(box.y0 for box in near.boxes)
        bottom = max(box.y1 for box in near.boxes)
        height = max(box.y1 - box.y0 for box in near.boxes)
        return [
            row
            for row, line in enumerate(self._lines)
            if line[0].page == near.page
            and line[0].box.y1 > top - NEAR * height
            and line[0].box.y0 < bottom + NEAR * height
        ]


def _overlap(one: Box, other: Box) -> bool:
    return min(one.x1, other.x1) > max(one.x0, other.x0) and min(one.y1, other.y1) > max(
        one.y0, other.y0
    )
