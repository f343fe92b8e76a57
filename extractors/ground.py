"""Find where an answer stands on the pages."""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from collections.abc import Iterator, Sequence

from extractors.coerce.remembering import remembered
from extractors.layout import Line, Segment, around_shown
from schemas.document import Box, Word
from schemas.extraction import Evidence

ROWS_OF_A_VALUE = 6
"""A name or an address goes over so many rows at most."""
EDGES = ".,;:()[]\"'"
MARKS = ".,'’"
"""Between two digits they belong to one number: `12` doesn't stand in `12.50`."""


def ground(raw: str, lines: Sequence[Line], *, last: bool = False) -> Evidence | None:
    """Return where one value stands; of several, `Ground` finds them faster."""
    return Ground(lines).find(raw, last=last)


class Ground:
    """The words of a document, and which of them a value may begin with."""

    def __init__(self, lines: Sequence[Line]) -> None:
        """Look at each word once."""
        self._lines = lines
        self._rows = [[word for segment in line for word in segment.words] for line in lines]
        self._at: dict[str, list[tuple[int, int]]] = defaultdict(list)
        """Rows and places in them, by the word as `_bare` leaves it."""
        for row, words in enumerate(self._rows):
            for number, word in enumerate(words):
                if bare := _bare(word.text):
                    self._at[bare].append((row, number))
        self._longest = max(map(len, self._at), default=0)
        self._text = "\n".join(self._at)

    def find(self, raw: str, *, last: bool = False) -> Evidence | None:
        """Return where `raw` stands, or None if it stands nowhere.

        A value may go on in the next rows of its column. White space, and punctuation at the ends
        of words and rows, need not be the same. Of several places the first is taken, or the
        `last`.
        """
        wanted = _bare(raw)
        if not wanted:
            return None
        places = list(self._places(wanted))
        if not places:
            return None
        page, words = places[-1 if last else 0]
        return evidence_of(page, words, places=len(places))

    def _places(self, wanted: str) -> Iterator[tuple[int, tuple[Word, ...]]]:
        for row, start in sorted(self._beginnings(wanted)):
            words = self._rows[row]
            found = _follow(wanted, words[start:]) or _follow_down(
                wanted, self._lines, row, words[start]
            )
            if found:
                yield self._lines[row][0].page, tuple(found)

    def _beginnings(self, wanted: str) -> Iterator[tuple[int, int]]:
        """Yield where a word is the beginning of what is wanted, or has the whole of it."""
        for end in range(1, min(len(wanted), self._longest) + 1):
            yield from self._at.get(wanted[:end], ())
        if wanted in self._text:
            for bare, places in self._at.items():
                if wanted in bare and wanted != bare:
                    yield from places


def evidence_of(page: int, words: Sequence[Word], *, places: int = 1) -> Evidence:
    """Return the evidence that `words` of one page are, one box for each row of them."""
    rows: list[list[Word]] = []
    for word in words:
        if rows and _beside(rows[-1][0].box, word.box):
            rows[-1].append(word)
            continue
        rows.append([word])
    return Evidence(
        quote=" ".join(word.text for word in words),
        page=page,
        boxes=tuple(around_shown(row) for row in rows),
        places=places,
    )


def _follow(wanted: str, words: Sequence[Word]) -> list[Word]:
    """Return the first of `words` that together are `wanted`, or nothing."""
    first = _bare(words[0].text)
    if wanted != first and wanted in first:
        return [words[0]] if _stands_free(wanted, words[0].text) else []
    rest, found = wanted, []
    for word in words:
        bare = _bare(word.text)
        found.append(word)
        if not rest.startswith(bare):
            return found if bare.startswith(rest) and _stands_free(rest, word.text) else []
        rest = rest[len(bare) :]
        if not rest:
            return found
    return []


def _follow_down(wanted: str, lines: Sequence[Line], row: int, first: Word) -> list[Word]:
    """Like `_follow`, for a value that goes on in the segment below."""
    segment, at = next(
        (each, number)
        for each in lines[row]
        for number, word in enumerate(each.words)
        if word is first
    )
    words = list(segment.words[at:])
    for line in lines[row + 1 : row + ROWS_OF_A_VALUE]:
        if line[0].page != segment.page:
            break
        below = [each for each in line if _overlap(each, segment)]
        words += below[0].words if below else ()
    return _follow(wanted, words)


def _beside(one: Box, other: Box) -> bool:
    """Say whether the middles are no further apart than half of the lower one's height."""
    apart = abs((one.y0 + one.y1) - (other.y0 + other.y1)) / 2
    return apart <= min(one.y1 - one.y0, other.y1 - other.y0) / 2


def _overlap(one: Segment, other: Segment) -> bool:
    a, b = one.box, other.box
    return min(a.x1, b.x1) > max(a.x0, b.x0)


def _stands_free(wanted: str, word: str) -> bool:
    """Say whether `wanted` stands in `word` without being cut out of letters or digits."""
    text = _fold(word)
    at = text.find(wanted)
    while at >= 0:
        before, behind = text[:at], text[at + len(wanted) :]
        if not (_goes_on(before[::-1], wanted[0]) or _goes_on(behind, wanted[-1])):
            return True
        at = text.find(wanted, at + 1)
    return False


def _goes_on(rest: str, edge: str) -> bool:
    """Say whether letters or digits go on from `edge` into `rest`, as figures do over a mark."""
    number = edge.isdigit() and rest[:1] in MARKS and rest[1:2].isdigit()
    return number or (edge.isalnum() and rest[:1].isalnum())


@remembered
def _bare(text: str) -> str:
    """Return the text without white space and without the punctuation at its words' ends."""
    return "".join(_fold(word).strip(EDGES) or _fold(word) for word in text.split())


def _fold(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold()
