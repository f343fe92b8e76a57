"""Cut the part of a page out that shows an answer and the truth, as a small PNG.

Documents are hostile, so pages are drawn in a process of their own, with a time limit; a page that
can't be drawn gives no picture, and the reason for it.
"""

from __future__ import annotations

import io
import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from extractors.files import document_id
from flows.passwords import passwords
from flows.processes import Crashed, Processes, WorkError
from schemas.document import Box
from schemas.errors import UnreadableError
from schemas.evaluation import JudgedField
from schemas.limits import USUAL

DPI = 110
"""Enough to read 7 point type, and a band of a page stays near 10 kB."""
TIMEOUT_S = 30.0
"""For all cut-outs of one document; a page is drawn in a tenth of a second."""
MARGIN_PT = 40.0
"""Above and below the boxes: two or three lines, so that the label is in the picture."""
MOST_HEIGHT_PT = 260.0
"""Boxes further apart than this get a picture each; a taller band is cut off at its bottom."""
MOST_PIXELS = 1400 * 900
"""A band of more is drawn more coarsely: photographs have pages of a metre."""
ANSWER_COLOUR = (0xD9, 0x48, 0x0F)
TRUTH_COLOUR = (0x1C, 0x6D, 0xD0)
"""Told apart with any colour vision; the truth's line is dashed besides."""
PAGE_COLOURS = 14
"""With the two of the boxes 16, which is half a byte a pixel."""
LINE_PX = 2
GAP_PX = 1
"""Between the text and the answer's line; the truth's line, where both are, runs around it."""
DASH_PX = 6


@dataclass(frozen=True)
class Band:
    """What one picture is to show: boxes on one page, in PDF points."""

    page: int
    """From 1."""
    answer: tuple[Box, ...] = ()
    truth: tuple[Box, ...] = ()

    @property
    def around(self) -> Box:
        """The smallest box around all boxes."""
        return reduce(Box.union, (*self.answer, *self.truth))


@dataclass(frozen=True)
class Picture:
    """A cut-out."""

    png: bytes
    width: int
    """In pixels, as the height."""
    height: int
    focus: float
    """Where the boxes' middle stands: 0 is the left edge, 1 the right one."""


@dataclass(frozen=True)
class Cuts:
    """The cut-outs of one document."""

    pictures: tuple[Picture | None, ...]
    """One for each band that was asked for; None: it can't be drawn."""
    problem: str = ""
    """Why one is missing, in words; empty if none is."""


def bands_of(field: JudgedField) -> tuple[Band, ...]:
    """Return what to show of a field: nothing, one band, or one each for answer and truth."""
    answer = Band(field.page, answer=field.boxes) if field.page and field.boxes else None
    truth = (
        Band(field.truth_page, truth=field.truth_boxes)
        if field.truth_page and field.truth_boxes
        else None
    )
    if answer and truth and answer.page == truth.page:
        both = Band(answer.page, answer=answer.answer, truth=truth.truth)
        if both.around.y1 - both.around.y0 <= MOST_HEIGHT_PT:
            return (both,)
    return tuple(band for band in (answer, truth) if band is not None)


class Cutter:
    """Draws cut-outs; a context manager."""

    def __init__(self, *, timeout_s: float = TIMEOUT_S) -> None:
        """Start nothing yet: the first document starts the process."""
        self._processes = Processes(timeout_s=timeout_s)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._processes.close()

    def cut(self, source: str, document: str, bands: Sequence[Band]) -> Cuts:
        """Draw bands of the file at `source`, which must still have the id `document`."""
        if not bands:
            return Cuts(())
        nothing = (None,) * len(bands)
        try:
            return self._processes.run(_cut, source, document, tuple(bands))
        except Crashed:
            return Cuts(nothing, "The page crashed the program that draws it.")
        except WorkError as error:
            return Cuts(nothing, f"Drawing {error}.")


def _cut(source: str, document: str, bands: tuple[Band, ...]) -> Cuts:
    """Draw the bands; runs in the other process."""
    from extractors.opening import (  # noqa: PLC0415 - only the process that draws needs it
        UNDRAWABLE,
        brief,
        check_page,
        check_pixels,
        check_size,
        open_file,
    )

    nothing = (None,) * len(bands)
    pictures: list[Picture | None] = []
    problem = ""
    try:
        check_size(Path(source).stat().st_size, USUAL)
        data = Path(source).read_bytes()
        if document_id(data) != document:
            return Cuts(nothing, "The file was changed since the evaluation.")
        with open_file(data, passwords=passwords(None)) as opened:
            for band in bands:
                try:
                    page = opened.document[band.page - 1]
                    check_page(page, USUAL)
                    check_pixels(page, USUAL)
                    pictures.append(_draw(page, band))
                except UNDRAWABLE as error:
                    pictures.append(None)
                    problem = f"Page {band.page} can't be drawn: {brief(error)}."
    except UnreadableError as error:
        return Cuts(nothing, str(error))
    except OSError as error:
        return Cuts(nothing, f"The file can't be read any more: {error.strerror or error}.")
    except UNDRAWABLE as error:  # also a path with a null character
        return Cuts(nothing, f"The file can't be drawn: {brief(error)}.")
    return Cuts(tuple(pictures), problem)


def _draw(page: Any, band: Band) -> Picture:
    import pymupdf  # noqa: PLC0415
    from PIL import Image, ImageDraw  # noqa: PLC0415

    clip = _clip(page.rect, band.around)
    zoom = DPI / 72
    zoom *= min(1.0, math.sqrt(MOST_PIXELS / (clip.width * clip.height * zoom * zoom)))
    drawn = page.get_pixmap(matrix=pymupdf.Matrix(zoom, zoom), clip=clip, alpha=False)
    image = Image.frombytes("RGB", (drawn.width, drawn.height), drawn.samples)
    image = image.quantize(PAGE_COLOURS, dither=Image.Dither.NONE)
    palette = (image.getpalette() or [])[: 3 * PAGE_COLOURS]
    palette += [0] * (3 * PAGE_COLOURS - len(palette))
    image.putpalette([*palette, *ANSWER_COLOUR, *TRUTH_COLOUR])
    pen = ImageDraw.Draw(image)
    for box in band.answer:
        _outline(pen, _pixels(box, zoom, drawn, GAP_PX), PAGE_COLOURS, dashed=False)
    gap = GAP_PX + LINE_PX + 1 if band.answer else GAP_PX
    for box in band.truth:
        _outline(pen, _pixels(box, zoom, drawn, gap), PAGE_COLOURS + 1, dashed=True)
    file = io.BytesIO()
    image.save(file, "PNG", optimize=True)
    middle = ((band.around.x0 + band.around.x1) / 2 - clip.x0) / clip.width
    return Picture(
        png=file.getvalue(),
        width=drawn.width,
        height=drawn.height,
        focus=min(1.0, max(0.0, middle)),
    )


def _clip(page: Any, around: Box) -> Any:
    """Return the band of the page around a box, as wide as the page.

    Raises:
        ValueError: the box doesn't lie on the page.
    """
    import pymupdf  # noqa: PLC0415

    top = max(page.y0, around.y0 - MARGIN_PT)
    bottom = min(page.y1, around.y1 + MARGIN_PT, top + MOST_HEIGHT_PT + 2 * MARGIN_PT)
    if not bottom - top >= 1 or not page.width >= 1:  # also if one of them is no number
        raise ValueError("the place isn't on the page")
    return pymupdf.Rect(page.x0, top, page.x1, bottom)


def _pixels(box: Box, zoom: float, drawn: Any, gap: int) -> tuple[int, int, int, int]:
    """Return a rectangle `gap` pixels outside of a box, in pixels of the picture, within it."""
    return (
        max(0, math.floor(box.x0 * zoom) - drawn.x - gap),
        max(0, math.floor(box.y0 * zoom) - drawn.y - gap),
        min(drawn.width - 1, math.ceil(box.x1 * zoom) - drawn.x + gap),
        min(drawn.height - 1, math.ceil(box.y1 * zoom) - drawn.y + gap),
    )


def _outline(pen: Any, rectangle: tuple[int, int, int, int], colour: int, *, dashed: bool) -> None:
    """Draw a rectangle's line, `LINE_PX` wide, inwards."""
    x0, y0, x1, y1 = rectangle
    if x1 - x0 < 2 * LINE_PX or y1 - y0 < 2 * LINE_PX:
        return
    if not dashed:
        pen.rectangle(rectangle, outline=colour, width=LINE_PX)
        return
    inner = LINE_PX - 1
    for x in range(x0, x1 + 1, 2 * DASH_PX):
        end = min(x + DASH_PX - 1, x1)
        pen.rectangle((x, y0, end, y0 + inner), fill=colour)
        pen.rectangle((x, y1 - inner, end, y1), fill=colour)
    for y in range(y0, y1 + 1, 2 * DASH_PX):
        end = min(y + DASH_PX - 1, y1)
        pen.rectangle((x0, y, x0 + inner, end), fill=colour)
        pen.rectangle((x1 - inner, y, x1, end), fill=colour)
