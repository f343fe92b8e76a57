"""Read pages again by OCR, those whose text layer is none or says something else."""

from __future__ import annotations

from collections.abc import Sequence

from extractors.ocr.engine import Engine, EngineError
from extractors.ocr.layer import held_against
from extractors.ocr.problem import unread
from extractors.ocr.recognise import recognise
from extractors.opening import check_pixels, in_plain_words, open_file
from extractors.read import read_page
from extractors.text_layer import OTHER_CHARACTERS
from schemas.document import Page
from schemas.limits import USUAL, Limits

MORE = 1.5
"""So many times more characters must be recognised than a text layer has, to be taken for it."""


def recognise_page(
    data: bytes,
    number: int,
    engine: Engine,
    second: Engine | None = None,
    *,
    passwords: Sequence[str] = (),
    limits: Limits = USUAL,
) -> Page:
    """Read a page, from 1, of a file by OCR; it comes back as it was if its text layer is better.

    Where the engine isn't sure, the second one reads it too. A layer over a picture is held against
    what is read.

    A page that can't be read has no words, and says why.

    Raises:
        LimitError: it is beyond a limit.
        UnreadableError: the file can't be opened, or the page can't be drawn.
    """
    with (
        open_file(data, passwords=passwords, limits=limits) as opened,
        in_plain_words(opened.filetype),
    ):
        page = opened.document[number - 1]
        check_pixels(page, limits)
        before = read_page(opened, page, number, limits)
        try:
            read = recognise(page, number, engine, second)
        except EngineError as error:
            return unread(before, f"OCR {error}")
    if before.problem == OTHER_CHARACTERS:
        return read.model_copy(update={"hidden": before.hidden})  # a person has to know
    if before.source == "none":
        return read
    if before.problem and _characters(read) > MORE * _characters(before):
        return read
    kept = before.model_copy(update={"problem": ""})
    return held_against(kept, read) if kept.layer else kept


def _characters(page: Page) -> int:
    return sum(len(word.text) for word in page.words)
