"""The glyphs that a page draws, each with the character that its text says it is."""

from __future__ import annotations

import functools
from collections.abc import Iterator
from ctypes import Structure, c_float, c_int, c_uint, c_void_p, string_at
from typing import Any, ClassVar

import numpy as np
import numpy.typing as npt
import pymupdf
from pymupdf import mupdf

# A page has thousands of glyphs, and to ask for each through Python takes longer than to read the
# page. So they are read as MuPDF holds them, if `readable` finds them laid out like this.


class _Text(Structure):
    _fields_: ClassVar = [("references", c_int), ("head", c_void_p), ("tail", c_void_p)]


class _Span(Structure):
    _fields_: ClassVar = [
        ("font", c_void_p),
        ("matrix", c_float * 6),
        ("flags", c_uint),
        ("length", c_int),
        ("capacity", c_int),
        ("items", c_void_p),
        ("following", c_void_p),
    ]


ITEM = np.dtype(
    [(name, np.float32) for name in ("x", "y", "advance")]
    + [(name, np.int32) for name in ("glyph", "character", "code")]
)
"""One glyph: where it begins before the page's matrix, its number in the font (-1: it is one more
character of the glyph before), the character's Unicode number (-1: none)."""

ITEM_SIZE = ITEM.itemsize

Items = npt.NDArray[np.void]


class Glyphs:
    """Glyphs of one page by font; a font is known by where it lies in memory."""

    def __init__(self) -> None:
        self.fonts: dict[int, Any] = {}
        """MuPDF's fonts, held so that they stay where they are."""
        self._parts: dict[int, list[bytes]] = {}

    def add(self, text: Any) -> None:
        """Add a text that MuPDF draws."""
        at = _Text.from_address(int(text.this)).head
        while at:
            span = _Span.from_address(at)
            if (length := span.length) > 0 and (font := span.font):
                if font not in self._parts:
                    self.fonts[font] = _held(text, font)
                    self._parts[font] = []
                self._parts[font].append(string_at(span.items, length * ITEM_SIZE))
            at = span.following

    def of(self, font: int) -> Items:
        """Return the glyphs of a font in the order of drawing."""
        return np.frombuffer(b"".join(self._parts[font]), ITEM)


def items_of(text: Any, fonts: frozenset[int]) -> Iterator[Items]:
    """Yield the glyphs of a text that are of some fonts."""
    glyphs = Glyphs()
    glyphs.add(text)
    for font in fonts & glyphs.fonts.keys():
        yield glyphs.of(font)


@functools.cache
def readable() -> bool:
    """Say whether this PyMuPDF lays out a text in memory as it is read here."""
    text, font = mupdf.FzText(), pymupdf.Font("helv").this
    for number in (1, 2):
        at = mupdf.FzMatrix(3, 0, 0, 3, 10.0 * number, 20.0 * number)
        text.fz_show_glyph(font, at, 30 + number, 40 + number, 0, 0, mupdf.FZ_BIDI_NEUTRAL, 0)
    first = text.m_internal.head
    at = _Text.from_address(int(text.m_internal.this)).head
    if at != int(first.this):
        return False
    span = _Span.from_address(at)
    if (span.length, span.items, span.following) != (2, int(first.items.this), None):
        return False
    glyphs = Glyphs()
    glyphs.add(text.m_internal)
    read = glyphs.of(span.font)
    expected = [(10.0, 20.0, 31, 41), (20.0, 40.0, 32, 42)]
    return bool(read[["x", "y", "glyph", "character"]].tolist() == expected)


def _held(text: Any, font: int) -> Any:
    span = text.head
    while int(span.font.this) != font:
        span = span.next
    return mupdf.FzFont(mupdf.ll_fz_keep_font(span.font))
