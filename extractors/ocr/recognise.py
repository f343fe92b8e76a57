"""Read one page by OCR: drawn, set straight, recognised, and its words as the page shows them."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from extractors.ocr.clean import clean, words_of
from extractors.ocr.engine import Engine, EngineError, Seen
from extractors.ocr.picture import Drawing, Pixels, draw, letters_of, sized
from extractors.ocr.upright import is_sideways, levelled, slant_of, turned
from extractors.rows import rows_of
from extractors.turning import shown
from schemas.document import Page, Word

FEW_LETTERS = 4
"""A picture with fewer has nothing to read."""
SURE = 0.6
"""Characters of a page that is the right way up are recognised at least as surely, on average."""
UNSURE = 0.87
"""Tesseract is surer than that of a clean scan. Where it isn't, RapidOCR reads at least as much: of
96 values on 24 photographed receipts 80 stand in its text, 67 in Tesseract's, 78 in that of both;
of 26 on 3 scanned invoices 24 in each's."""
ENOUGH = 0.5
"""Of the first engine's characters, so many at least the second one must see."""
STRIP = 4
"""Lines, counted in letters' heights times two, that are tried both ways."""
CLEARLY = 1.3
"""So many times better the other way must be read to be taken for the right one."""
ILLEGIBLE = "OCR could read nothing on it"


@dataclass(frozen=True)
class _Upright:
    pixels: Pixels
    scale: float
    turn: float


def recognise(page: Any, number: int, engine: Engine, second: Engine | None = None) -> Page:
    """Read a PyMuPDF page by OCR, also with the second engine where the first one isn't sure.

    Raises:
        EngineError: the engine can't.
    """
    drawing = draw(page)
    read = Page(
        number=number, width=page.rect.width, height=page.rect.height, source="ocr", rows=()
    )
    letters = letters_of(drawing.pixels)
    if len(letters) < FEW_LETTERS:
        return read
    sideways = is_sideways(letters)
    upright = _levelled(sized(drawing, letters), 1 if sideways else 0)
    seen: Sequence[Seen] = ()
    if sideways:
        upright = _better_way(upright, engine, clearly=1.0)
    seen = clean(engine.see(upright.pixels))
    if not sideways and _surety(seen) < SURE:
        other = _better_way(upright, engine, clearly=CLEARLY)
        if other.turn != upright.turn:
            upright, seen = other, clean(engine.see(other.pixels))
    if second is not None and _surety(seen) < UNSURE:
        with suppress(EngineError):  # what the first one sees is better than nothing
            seen = _surer(seen, clean(second.see(upright.pixels)))
    if not seen:
        return read.model_copy(update={"source": "none", "problem": ILLEGIBLE})
    read = read.model_copy(update={"turn": upright.turn})
    rows = rows_of(words_of(seen, upright.scale))
    return read.model_copy(update={"rows": tuple(_as_shown(row, read) for row in rows)})


def _as_shown(row: Sequence[Word], page: Page) -> tuple[Word, ...]:
    if not page.turn:
        return tuple(row)
    return tuple(word.model_copy(update={"box": shown(word.box, page)}) for word in row)


def _levelled(drawing: Drawing, quarters: int) -> _Upright:
    pixels = turned(drawing.pixels, quarters)
    slant = slant_of(letters_of(pixels))
    return _Upright(levelled(pixels, slant), drawing.scale, 90.0 * quarters - slant)


def _better_way(upright: _Upright, engine: Engine, *, clearly: float) -> _Upright:
    """Return the picture as it is or upside down: whichever way a strip of it is read better."""
    strip = _strip(upright.pixels)
    plain, over = (_legible(clean(engine.see(turned(strip, each)))) for each in (0, 2))
    if over <= clearly * plain:
        return upright
    return _Upright(turned(upright.pixels, 2), upright.scale, upright.turn + 180)


def _strip(pixels: Pixels) -> Pixels:
    """Return the rows of the picture with most letters in them."""
    letters = letters_of(pixels)
    half = letters.height * 2 * STRIP / 2
    tops = [*range(0, max(1, int(pixels.shape[0] - 2 * half)), max(1, int(half / 2)))]
    best = max(tops, key=lambda top: int(((letters.y >= top) & (letters.y < top + 2 * half)).sum()))
    return pixels[best : best + int(2 * half)]


def _surer(first: Sequence[Seen], second: Sequence[Seen]) -> Sequence[Seen]:
    """Return what the second engine sees, unless it is less sure or sees far less."""
    enough = _characters(second) >= ENOUGH * _characters(first)
    return second if enough and _surety(second) > _surety(first) else first


def _surety(seen: Sequence[Seen]) -> float:
    """Return the confidence of the middle character, so to say: by words' lengths."""
    characters = _characters(seen)
    return _legible(seen) / characters if characters else 0.0


def _characters(seen: Sequence[Seen]) -> int:
    return sum(len(each.text) for each in seen)


def _legible(seen: Sequence[Seen]) -> float:
    """Return how many characters are recognised, each counted as far as it is sure."""
    return sum(len(each.text) * each.confidence for each in seen)
