"""Does a page's text layer say what the page shows? Cheaply: nothing is drawn to find out."""

from __future__ import annotations

import re
from collections.abc import Sequence

from extractors.hidden.around import Rect
from extractors.hidden.find import Parted
from extractors.hidden.reasons import MISLABELLED
from extractors.hidden.shown import RawWord

NO_TEXT = "a scan"
JUNK = "what it has makes no sense"
OTHER_CHARACTERS = "some of its text says other characters than it shows"
MOSTLY_PICTURE = "a picture with a little text on it"

UNMAPPED = re.compile("[\ufffd\ue000-\uf8ff\x00-\x08\x0e-\x1f]|\\(cid:\\d+\\)")
"""Glyphs of which nobody said which letter they are."""
MOST_UNMAPPED = 0.1
"""Of all words; bullets and ticks are such glyphs too, but stand alone."""
VOWELS = frozenset("aeiouyAEIOUY")
LONG = 5
FEW_LATIN = 10
"""From fewer words nothing is concluded."""
LEAST_VOWELS = 0.22
"""Of the letters of long English-lettered words; they are 0.35 and more in what people write."""
LETTER = re.compile(r"[^\W\d_]")
MOST_LETTERLESS = 0.95
"""Of many words; tables of figures have letters too."""
MANY_WORDS = 40

FEW_WORDS = 60
SMALL_PART = 0.35
"""Of the page; a text layer within less may be a stamp or a footer."""
FULL = 0.5
"""Pictures that cover so much of the page are what it shows."""
OUTLINES = 400
"""So many drawn shapes of the size of letters are letters."""


def problem_of(page: Rect, parted: Parted) -> str:
    """Return why a page should be read by OCR, in words; empty: its text will do.

    Pictures all over it show more than a little text says, and so do letters drawn as shapes.
    """
    words = parted.seen
    if any(why == MISLABELLED for _, why in parted.hidden):
        return OTHER_CHARACTERS
    if not words:
        return NO_TEXT
    if is_junk([word[4] for word in words]):
        return JUNK
    whole = _area(page, page)
    if len(words) >= FEW_WORDS and _extent(words) >= SMALL_PART * whole:
        return ""
    pictured = sum(_area(picture, page) for picture in parted.pictures)
    return MOSTLY_PICTURE if pictured >= FULL * whole or parted.outlines >= OUTLINES else ""


def is_junk(texts: Sequence[str]) -> bool:
    """Say whether words make no sense: their glyphs stand for no letters, or for other ones."""
    whole = " ".join(texts)
    if UNMAPPED.search(whole):
        unmapped = sum(len(each) > 1 and UNMAPPED.search(each) is not None for each in texts)
        if unmapped > MOST_UNMAPPED * len(texts):
            return True
    latin = [text for text in texts if len(text) >= LONG and text.isascii() and text.isalpha()]
    if len(latin) < FEW_LATIN:
        letterless = sum(LETTER.search(text) is None for text in texts)
        return len(texts) >= MANY_WORDS and letterless > MOST_LETTERLESS * len(texts)
    letters = "".join(latin)
    return sum(map(letters.count, VOWELS)) < LEAST_VOWELS * len(letters)


def _extent(words: Sequence[RawWord]) -> float:
    """Return the area of the part of the page that has text."""
    x0s, y0s, x1s, y1s, *_ = zip(*words, strict=True)
    return float((max(x1s) - min(x0s)) * (max(y1s) - min(y0s)))


def _area(box: Rect, page: Rect) -> float:
    width = min(box[2], page[2]) - max(box[0], page[0])
    height = min(box[3], page[3]) - max(box[1], page[1])
    return max(width, 0.0) * max(height, 0.0)
