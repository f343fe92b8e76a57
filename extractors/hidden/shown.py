"""A page as MuPDF lays it out once: its words, its runs of text, and what is drawn around them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import pymupdf
from pymupdf import mupdf

from extractors.hidden.around import Rect, look_around
from extractors.hidden.mislabelled import Places, mislabelled

RawWord = tuple[Any, ...]
"""Of PyMuPDF: x0, y0, x1, y1, text, block, line, number in the line."""

LAID_OUT = (
    (pymupdf.TEXTFLAGS_WORDS & ~pymupdf.TEXT_CLIP)
    | pymupdf.TEXT_COLLECT_VECTORS
    | pymupdf.TEXT_IGNORE_ACTUALTEXT
)
"""As PyMuPDF reads words, but those off the page too, which are hidden rather than absent; with the
shapes that are drawn between them, which make no difference to the words; and without the texts
that a file gives in place of what it draws (ActualText), which nobody sees."""
VECTOR = 3
"""The kind of a block that is a shape; those of text are 0."""
LEAST_SIDE = 2.0
"""Points: what is thinner is a line; it hides nothing and is nobody's background."""
LETTER_PT = (2.0, 40.0)
"""The size of letters."""
FAINT = 26
"""Of 255: what is drawn with less opacity hides nothing."""


class Shape(NamedTuple):
    """A filled shape."""

    rect: Rect
    place: int
    """In the order of drawing, among all blocks."""
    colour: int
    """0xRRGGBB."""
    plain: bool
    """It fills its rectangle."""


class Run(NamedTuple):
    """Text of one line in one style."""

    text: str
    rect: Rect
    place: int
    """In the order of drawing, among all blocks."""
    block: int
    """As words count them, and the line in it."""
    line: int
    colour: int
    alpha: int
    size: float
    clip: bool
    """It is a hole through which other things are seen."""


@dataclass(frozen=True)
class Shown:
    """What one page holds; places are those of the page before it is turned."""

    rect: Rect
    """The page."""
    words: Sequence[RawWord]
    left_out: frozenset[tuple[Any, ...]]
    """Of the words those that MuPDF doesn't draw, as they lie off the page or are cut away: where
    they begin, and what they say."""
    runs: Sequence[Run]
    shapes: Sequence[Shape]
    pictures: Sequence[Rect]
    outlines: int
    """How many filled shapes have the size of letters."""
    tricks: bool
    """Text may be masked, shaded over or blended."""
    mislabelled: Places
    """Where text says other characters than it shows."""

    def is_left_out(self, word: RawWord) -> bool:
        """Say whether MuPDF doesn't draw one of the words."""
        return _key(word) in self.left_out


def show(page: Any) -> Shown:
    """Return what a PyMuPDF page holds."""
    turn = page.rotation
    if turn:
        page.set_rotation(0)
    try:
        text = page.get_textpage(clip=pymupdf.INFINITE_RECT(), flags=LAID_OUT)
        words = text.extractWORDS()
        rect = tuple(page.rect)
        if not words:
            return Shown(rect, (), frozenset(), (), (), (), 0, tricks=False, mislabelled=Places())
        drawn = page.get_displaylist()
    finally:
        if turn:
            page.set_rotation(turn)
    blocks = text.extractDICT()["blocks"]
    runs, shapes = _runs_and_shapes(blocks)
    outlines = sum(block["type"] == VECTOR and _is_outline(block) for block in blocks)
    around = look_around(drawn)
    left_out = _left_out(text, words, drawn)
    return Shown(
        rect, words, left_out, runs, shapes, around.pictures, outlines, tricks=around.tricks,
        mislabelled=mislabelled(drawn, around),
    )  # fmt: skip


def _left_out(text: Any, words: Sequence[RawWord], drawn: Any) -> frozenset[tuple[Any, ...]]:
    """Return which of the words of a page's text aren't in what is drawn."""
    options = mupdf.FzStextOptions()
    options.flags = LAID_OUT
    shown = pymupdf.TextPage(mupdf.FzStextPage(drawn.this, options))
    if shown.extractText() == text.extractText():  # of most pages, and soon said
        return frozenset()
    return frozenset(map(_key, words)) - frozenset(map(_key, shown.extractWORDS()))


def _key(word: RawWord) -> tuple[Any, ...]:
    return word[0], word[1], word[4]


def _is_outline(block: Any) -> bool:
    """Say whether a shape may be a letter that is drawn rather than written."""
    x0, y0, x1, y1 = block["bbox"]
    least, most = LETTER_PT
    return least < y1 - y0 < most and x1 - x0 < most and not block["stroked"]


def _runs_and_shapes(blocks: Sequence[Any]) -> tuple[list[Run], list[Shape]]:
    runs: list[Run] = []
    shapes: list[Shape] = []
    clipped = mupdf.FZ_STEXT_CLIPPED
    number = 0
    for place, block in enumerate(blocks):
        if block["type"] == VECTOR:
            x0, y0, x1, y1 = rect = block["bbox"]
            alpha = block["alpha"]
            wide = x1 - x0 >= LEAST_SIDE and y1 - y0 >= LEAST_SIDE
            if wide and not block["stroked"] and alpha >= FAINT:
                plain = block["isrect"] and alpha == 255
                shapes.append(Shape(rect, place, block["color"], plain))
            continue
        for line, each in enumerate(block["lines"]):
            runs.extend(
                Run(
                    span["text"], span["bbox"], place, number, line, span["color"], span["alpha"],
                    span["size"], bool(span["char_flags"] & clipped),
                )
                for span in each["spans"]
            )  # fmt: skip
        number += 1
    return runs, shapes
