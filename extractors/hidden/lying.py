"""Fonts whose glyphs show other characters than their text says: 1s that are read as 9s.

A font is asked about what it draws on one page, so a page is judged alike with or without others.
"""

from __future__ import annotations

import functools
import hashlib
import sys
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
from pymupdf import mupdf

from extractors.hidden.glyphs import Glyphs, Items
from extractors.hidden.looks import DIGITS, KNOWN, strangeness
from extractors.hidden.shapes import is_drawings, shapes
from extractors.opening import UNDRAWABLE

CLEAR = 0.85
"""A shape that is less like any character than this says nothing; pen strokes and symbols are."""
STRANGE_DIGIT = 0.08
"""A digit that looks by so much more like another digit is another one. Those of 200 honest fonts
reach 0.06, and 94 of 100 wrong ones are beyond."""
ODD_DIGIT = 0.04
"""So are two that look by so much more like others: nearly all wrong ones are beyond."""
ODD_LETTER = 0.06
"""Honest letters reach 0.03, and 99 of 100 wrong ones are beyond, but letters have more shapes."""
ODD_LETTERS = 2
"""So many different ones are needed."""
BLANK = 1.0
"""How strange a glyph is that shows nothing, if its font shows others."""
SHOWN = 0.5
"""Of a font's glyphs; one that shows fewer is the layer of a scan."""
MOST_LETTERS = 12
"""Of a font on a page, the most frequent ones, are looked at: to draw them takes time."""
MOST_KEPT = 100_000
"""Glyphs that are remembered over documents: senders use the same fonts again."""

Pair = tuple[int, str]
"""A glyph, and what it is said to be."""
Looks = tuple[float, float]
"""How strange it is for that, and how clear: 0 if it shows nothing."""

MOST_PROGRAMS = 16
"""Whose hash is remembered, from page to page."""
LARGE = 1 << 20
"""Bytes of a program that isn't held for that."""

_programs: dict[int, tuple[Any, bytes]] = {}
"""By where they lie in memory, and held there."""
_kept: defaultdict[bytes, dict[Pair, Looks]] = defaultdict(dict)
"""By font program."""


def lying_fonts(glyphs: Glyphs) -> frozenset[int]:
    """Return which fonts of a page show other digits or Latin letters than they say."""
    return frozenset(where for where, font in glyphs.fonts.items() if _lies(font, glyphs.of(where)))


@functools.lru_cache(maxsize=4096)
def plain(code: int) -> str:
    """Return the digit or Latin letter that a character stands for; empty: it is another one."""
    try:
        folded = unicodedata.normalize("NFKC", chr(code))
    except (ValueError, OverflowError):  # no character has this number
        return ""
    return folded if folded in KNOWN else ""


def _lies(font: Any, items: Items) -> bool:
    drawn = list(_pairs(items))
    if not drawn or not (font.m_internal.buffer or is_drawings(font)):
        return False
    try:
        looks = _looks(font, drawn)
    except UNDRAWABLE:  # nobody knows what it shows
        return False
    blank = BLANK if sum(clear > 0 for _, clear in looks) > SHOWN * len(looks) else 0.0
    strange: dict[str, float] = {}
    for (_, character), (more, clear) in zip(drawn, looks, strict=True):
        if clear >= CLEAR or not clear:
            strange[character] = max(strange.get(character, -1.0), more if clear else blank)
    return _is_strange(strange)


def _is_strange(strange: Mapping[str, float]) -> bool:
    """Say whether a font lies, of which each character is so strange."""
    digits = [more for character, more in strange.items() if character in DIGITS]
    if max(digits, default=-1.0) > STRANGE_DIGIT or sum(more > ODD_DIGIT for more in digits) > 1:
        return True
    odd = {
        character.lower()
        for character, more in strange.items()
        if character not in DIGITS and more > ODD_LETTER
    }
    return len(odd) >= ODD_LETTERS


def _pairs(items: Items) -> Iterator[Pair]:
    """Yield what a font draws: all digits, and the most frequent letters."""
    glyphs, codes = items["glyph"].astype(np.int64), items["character"].astype(np.int64)
    joined = np.zeros(len(items), dtype=np.bool_)
    joined[:-1] = glyphs[1:] < 0
    keys = (glyphs << 32 | codes << 1 | joined)[
        (glyphs >= 0) & (codes > 0) & (codes <= sys.maxunicode)
    ]
    letters = 0
    for key, _ in Counter(keys.tolist()).most_common():
        character = plain((key & 0xFFFFFFFF) >> 1)
        if not character:
            continue
        if character not in DIGITS:
            # a glyph that stands for several letters, as "fi", looks like none of them
            if letters >= MOST_LETTERS or key & 1:
                continue
            letters += 1
        yield key >> 32, character


def _looks(font: Any, drawn: Sequence[Pair]) -> list[Looks]:
    """Return what the glyphs of a font look like, and remember it."""
    if not font.m_internal.buffer:  # drawings have no program to know them by
        return _seen(font, drawn)
    known = _kept[_program(font)]
    if new := [pair for pair in dict.fromkeys(drawn) if pair not in known]:
        if sum(map(len, _kept.values())) > MOST_KEPT:
            _kept.clear()
        known.update(zip(new, _seen(font, new), strict=True))
    return [known[pair] for pair in drawn]


def _seen(font: Any, pairs: Sequence[Pair]) -> list[Looks]:
    """Draw glyphs, and return what they look like."""
    seen = shapes(font, [glyph for glyph, _ in pairs])
    strange, clear = strangeness(seen, [character for _, character in pairs])
    return list(zip(strange.tolist(), clear.tolist(), strict=True))


def _program(font: Any) -> bytes:
    """Return the hash of a font's program, which says what its glyphs look like."""
    buffer = font.m_internal.buffer
    where = int(buffer.this)
    if where in _programs:
        return _programs[where][1]
    held = mupdf.FzBuffer(mupdf.ll_fz_keep_buffer(buffer))
    program = mupdf.fz_buffer_storage_memoryview(held)
    found = hashlib.blake2b(program, digest_size=16).digest()
    if len(program) < LARGE:
        if len(_programs) >= MOST_PROGRAMS:
            del _programs[next(iter(_programs))]
        _programs[where] = (held, found)
    return found
