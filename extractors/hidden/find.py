"""Part a page's words into those that it shows and those that no eye can see."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from extractors.hidden.around import Rect
from extractors.hidden.proof import Proof, overlap
from extractors.hidden.reasons import (
    AWAY,
    INVISIBLE,
    MISLABELLED,
    NOTHING_THERE,
    OFF_PAGE,
    ON_PICTURE,
    SAME_COLOUR,
    TINY,
    UNDER,
)
from extractors.hidden.shown import RawWord, Run, Shown, show
from extractors.hidden.suspects import suspects
from extractors.opening import Opened
from schemas.limits import Limits

SCAN = 0.6
"""Pictures that cover so much of the page are what it shows."""
MOSTLY = 0.5
"""Of the page's words, in such a layer."""
SURE = frozenset({INVISIBLE, TINY})
"""Reasons that need no drawing."""
UNSEEN = frozenset({SAME_COLOUR, UNDER, ON_PICTURE})
"""Reasons that stand where the page can't be drawn without its text, unless there is ink."""
ON_OTHERS = 0.3


@dataclass(frozen=True)
class Parted:
    """The words of one page; places are those of the page before it is turned."""

    page: Rect
    seen: tuple[RawWord, ...]
    hidden: tuple[tuple[RawWord, str], ...] = ()
    """Each with why nobody sees it."""
    pictures: Sequence[Rect] = ()
    """Where the page shows any."""
    outlines: int = 0
    """How many shapes it shows that have the size of letters."""
    layered: bool = False
    """The page is a picture, and its text an invisible layer that should say the same: whether it
    does, only reading the picture can tell. What stands where the picture is blank is hidden."""


def part(opened: Opened, page: Any, limits: Limits) -> Parted:
    """Part the words of a PyMuPDF page.

    Raises:
        LimitError: the page must be drawn to find out, and its pictures are beyond the limit.
    """
    shown = show(page)
    if not shown.words:
        return Parted(shown.rect, ())
    on_page, hidden = shown.words, dict[int, str]()
    if shown.left_out:
        off = [word for word in shown.words if shown.is_left_out(word)]
        hidden = {id(word): _why_off(word, shown) for word in off}
        on_page = [word for word in shown.words if id(word) not in hidden]
    judge = _Judge(shown, suspects(shown))
    if doubted := judge.doubted(on_page):
        where = [_rect(word) for word, _ in doubted]
        needed = judge.layered or judge.needs_proof(doubted)
        proof = Proof(opened, page, shown.rect, where, limits) if needed else None
        hidden |= {id(word): why for word, why in judge.hidden(doubted, proof)}
    if shown.mislabelled:
        hidden |= {
            id(word): MISLABELLED
            for word in on_page
            if id(word) not in hidden
            and _says_something(word)
            and shown.mislabelled.within(_rect(word))
        }
    return Parted(
        shown.rect,
        tuple(word for word in on_page if id(word) not in hidden),
        tuple((word, hidden[id(word)]) for word in shown.words if id(word) in hidden),
        pictures=shown.pictures,
        outlines=shown.outlines,
        layered=judge.layered,
    )


class _Judge:
    """Knows which runs are suspects, and which words are theirs."""

    def __init__(self, shown: Shown, reasons: dict[int, str]) -> None:
        self._shown = shown
        self._any = bool(reasons or shown.tricks)
        self._runs: dict[tuple[int, int], list[tuple[Run, str]]] = {}
        for index, run in enumerate(shown.runs if self._any else ()):
            entry = (run, reasons.get(index, ""))
            self._runs.setdefault((run.block, run.line), []).append(entry)
        self.layered = self._is_layered()

    def doubted(self, words: Sequence[RawWord]) -> list[tuple[RawWord, str]]:
        """Return the words that may not be visible, each with why."""
        if not self._any:
            return []
        return [(word, why) for word in words if (why := self.why(word))]

    def why(self, word: RawWord) -> str:
        """Return why a word may not be visible; empty: it is."""
        middle = (word[0] + word[2]) / 2
        among = self._runs.get((word[5], word[6]), ())
        near = [(run, why) for run, why in among if run.rect[0] - 1 <= middle <= run.rect[2] + 1]
        whys = [why for run, why in near if word[4] in run.text] or [why for _, why in near]
        # a word of several runs is hidden if one of them is: what is left of it is another word
        return next(filter(None, whys), AWAY if self._shown.tricks else "")

    def hidden(
        self, doubted: Sequence[tuple[RawWord, str]], proof: Proof | None
    ) -> Iterator[tuple[RawWord, str]]:
        """Yield the suspects that can't be seen, each with why."""
        for word, why in doubted:
            if not _says_something(word):
                continue
            if not self.layered:
                if self.is_hidden(word, why, proof):
                    yield word, why
            elif proof is not None and not proof.has_ink(_rect(word)):
                yield word, NOTHING_THERE

    def needs_proof(self, doubted: Sequence[tuple[RawWord, str]]) -> bool:
        return any(why not in SURE for _, why in doubted)

    def is_hidden(self, word: RawWord, why: str, proof: Proof | None) -> bool:
        """Say whether a suspect can't be seen."""
        if why in SURE:
            return True
        rect = _rect(word)
        if why == SAME_COLOUR and self._lies_on_others(word, rect):
            return True
        if proof is None or not proof.works:
            return why in UNSEEN and not (proof is not None and proof.has_ink(rect))
        return not proof.shows(rect)

    def _lies_on_others(self, word: RawWord, rect: Rect) -> bool:
        """Say whether other words stand in the same place, so that a drawing tells nothing."""
        others = [
            _rect(each)
            for each in self._shown.words
            if each is not word and each[4] != word[4] and abs(each[1] - word[1]) < 50
        ]
        return overlap(rect, others) >= ON_OTHERS

    def _is_layered(self) -> bool:
        """Say whether the page is a picture and most of its text is a layer in or under it."""
        left, top, right, bottom = self._shown.rect
        area = (right - left) * (bottom - top)
        pictured = sum(
            max(0.0, min(x1, right) - max(x0, left)) * max(0.0, min(y1, bottom) - max(y0, top))
            for x0, y0, x1, y1 in self._shown.pictures
        )
        if not area or pictured < SCAN * area:
            return False
        letters = sum(len(run.text) for runs in self._runs.values() for run, _ in runs)
        layer = sum(
            len(run.text)
            for runs in self._runs.values()
            for run, why in runs
            if why in (INVISIBLE, UNDER, ON_PICTURE)
        )
        return layer > MOSTLY * letters


def _why_off(word: RawWord, shown: Shown) -> str:
    x, y = (word[0] + word[2]) / 2, (word[1] + word[3]) / 2
    left, top, right, bottom = shown.rect
    return AWAY if left <= x <= right and top <= y <= bottom else OFF_PAGE


def _rect(word: RawWord) -> Rect:
    return (word[0], word[1], word[2], word[3])


def _says_something(word: RawWord) -> bool:
    """Say whether a word has a letter or a figure; others may have no ink of their own."""
    return any(map(str.isalnum, word[4]))
