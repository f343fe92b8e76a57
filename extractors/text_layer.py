"""Does a page's text layer say what the page shows? Cheaply: no page is drawn to find out."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any

RawWord = tuple[Any, ...]
"""Of PyMuPDF: x0, y0, x1, y1, text, and more."""

NO_TEXT = "a scan"
JUNK = "what it has makes no sense"
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
LETTER_PT = (2.0, 40.0)


def problem_of(page: Any, words: Sequence[RawWord]) -> str:
    """Return why a PyMuPDF page should be read by OCR, in words; empty: its text will do."""
    if not words:
        return NO_TEXT
    if is_junk([word[4] for word in words]):
        return JUNK
    if _is_small(page, words) and _shows_more(page):
        return MOSTLY_PICTURE
    return ""


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


def _is_small(page: Any, words: Sequence[RawWord]) -> bool:
    """Say whether the text is little, or in one part of the page only."""
    if len(words) < FEW_WORDS:
        return True
    x0s, y0s, x1s, y1s, *_ = zip(*words, strict=True)
    area = (max(x1s) - min(x0s)) * (max(y1s) - min(y0s))
    return bool(area < SMALL_PART * page.rect.width * page.rect.height)


def _shows_more(page: Any) -> bool:
    """Say whether the page shows pictures all over it, or letters that are drawn as shapes."""
    pictures, outlines = 0.0, 0
    for kind, box in page.get_bboxlog():
        if kind in {"fill-image", "fill-imgmask", "fill-shade"}:
            pictures += _area(box, page.rect)
        elif kind == "fill-path" and _like_a_letter(box):
            outlines += 1
    return pictures >= FULL * page.rect.width * page.rect.height or outlines >= OUTLINES


def _area(box: Iterable[float], page: Any) -> float:
    x0, y0, x1, y1 = box
    width = min(x1, page.x1) - max(x0, page.x0)
    height = min(y1, page.y1) - max(y0, page.y0)
    return float(max(width, 0.0) * max(height, 0.0))


def _like_a_letter(box: Sequence[float]) -> bool:
    least, most = LETTER_PT
    return least < box[3] - box[1] < most and box[2] - box[0] < most
