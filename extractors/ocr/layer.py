"""Hold the text layer of a scan against its picture.

Who scanned a page, or whoever had the file since, has put the layer there: it may say anything.
Where it tells another story than OCR reads from the picture, the picture counts.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz

from extractors.hidden.reasons import SAYS_OTHERWISE
from schemas.document import Box, HiddenWord, Page, Word

ALIKE = 60.0
"""Of 100: two readings of one word."""
ENOUGH_WORDS = 5
"""From fewer words nothing is concluded about a layer."""
SURE = 0.85
"""Confidence from which what OCR reads stands against a layer."""
SAME_PLACE = 0.5
"""Of the smaller of two boxes, so much must lie on the other."""


@dataclass(frozen=True)
class _Both:
    """A word of the layer with what OCR reads in its place."""

    word: Word
    read: Sequence[Word]

    @property
    def text(self) -> str:
        return "".join(each.text for each in self.read)

    @property
    def alike(self) -> bool:
        ours, theirs = _bare(self.word.text), _bare(self.text)
        return ours in theirs or theirs in ours or fuzz.ratio(ours, theirs) >= ALIKE

    @property
    def other_figures(self) -> bool:
        """Whether OCR surely reads other figures, and all of them."""
        ours, theirs = _figures(self.word.text), _figures(self.text)
        if not ours or not theirs or ours == theirs or self.confidence < SURE:
            return False
        return len(ours) == len(theirs) or self._is_whole

    @property
    def confidence(self) -> float:
        return min(1.0 if each.confidence is None else each.confidence for each in self.read)

    @property
    def _is_whole(self) -> bool:
        """Whether OCR's words begin and end where the layer's does."""
        box, slack = self.word.box, (self.word.box.y1 - self.word.box.y0) / 2
        left, right = min(w.box.x0 for w in self.read), max(w.box.x1 for w in self.read)
        return abs(left - box.x0) <= slack and abs(right - box.x1) <= slack


def held_against(page: Page, picture: Page) -> Page:
    """Return a page whose text is a layer over its picture, as far as OCR of the picture bears out.

    If most of it says something else, `picture` is returned. Else words with other figures than
    OCR is sure of give way to OCR's. What gave way is hidden text of the page.
    """
    both = list(_pairs(page.words, picture.words))
    alike = sum(each.alike for each in both)
    against = sum(not each.alike and each.confidence >= SURE for each in both)
    if against > alike and against >= ENOUGH_WORDS:
        gone = tuple(_hidden(word) for word in page.words)
        return picture.model_copy(update={"hidden": (*page.hidden, *gone)})
    wrong = {id(each.word): each for each in both if each.other_figures}
    if not wrong:
        return page
    rows = tuple(
        tuple(_as_read(wrong[id(word)]) if id(word) in wrong else word for word in row)
        for row in page.rows
    )
    gone = tuple(_hidden(each.word) for each in wrong.values())
    return page.model_copy(update={"rows": rows, "hidden": (*page.hidden, *gone)})


def _pairs(words: Sequence[Word], read: Sequence[Word]) -> Iterator[_Both]:
    """Yield the words that say something, and in whose place OCR reads something."""
    for word in filter(_says_something, words):
        there = [each for each in read if _same_place(word.box, each.shown or each.box)]
        if any(map(_says_something, there)):
            there.sort(key=lambda each: each.box.x0)
            yield _Both(word, there)


def _same_place(one: Box, other: Box) -> bool:
    width = min(one.x1, other.x1) - max(one.x0, other.x0)
    height = min(one.y1, other.y1) - max(one.y0, other.y0)
    if width <= 0 or height <= 0:
        return False
    return width * height >= SAME_PLACE * min(_area(one), _area(other))


def _area(box: Box) -> float:
    return (box.x1 - box.x0) * (box.y1 - box.y0)


def _as_read(both: _Both) -> Word:
    return both.word.model_copy(update={"text": both.text, "confidence": both.confidence})


def _hidden(word: Word) -> HiddenWord:
    return HiddenWord(text=word.text, box=word.box, why=SAYS_OTHERWISE)


def _says_something(word: Word) -> bool:
    return any(map(str.isalnum, word.text))


def _bare(text: str) -> str:
    return "".join(filter(str.isalnum, text.casefold()))


def _figures(text: str) -> str:
    return "".join(filter(str.isdigit, text))
