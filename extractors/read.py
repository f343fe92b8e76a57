"""Turn a file's bytes into pages of words with boxes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from pydantic import TypeAdapter

from extractors.einvoice.attachments import e_invoice_of
from extractors.files import document_id
from extractors.hidden.find import part
from extractors.opening import Opened, check_page, in_plain_words, open_file
from extractors.rows import rows_of
from extractors.text_layer import JUNK, problem_of
from schemas.document import Box, Document, HiddenWord, Page, Word
from schemas.errors import LimitError, UnreadableError
from schemas.limits import USUAL, Limits

WORDS = TypeAdapter(list[Word])
"""Checks many words at once, which is five times as fast as one after another."""
LETTERS_A_WORD = 20
"""A longer string counts as several words: what takes the memory is its letters."""


def read_document(
    data: bytes,
    *,
    embedded: bool = False,
    passwords: Sequence[str] = (),
    limits: Limits = USUAL,
) -> Document:
    """Read a PDF, JPEG, PNG or TIFF; with `embedded`, also the e-invoice that a PDF may hold.

    Pages that should be read by OCR say why: `recognise_page` does that.

    `passwords` are tried in their order.

    Raises:
        LimitError: it is beyond a limit.
        UnreadableError: empty, encrypted, cut short or no document; the text says which.
    """
    pages: list[Page] = []
    words = 0
    with (
        open_file(data, passwords=passwords, limits=limits) as opened,
        in_plain_words(opened.filetype),
    ):
        for number, each in enumerate(opened.document, start=1):
            page = read_page(opened, each, number, limits)
            words += _size(page)
            if words > limits.words:
                most = f"{limits.words:,}"
                raise LimitError.of("words", f"more than {most} words", most)
            pages.append(page)
        repaired = bool(opened.document.is_repaired)
        e_invoice = e_invoice_of(opened.document) if embedded else None
    if not pages:
        raise UnreadableError("The file has no pages. It may have been cut short; get it again.")
    return Document(
        id=document_id(data), pages=tuple(pages), repaired=repaired, e_invoice=e_invoice
    )


def warm_up() -> None:
    """Make what the first page needs and all others use.

    The looks of letters take a tenth of a second, fifty times what a page takes.
    """
    import pymupdf  # noqa: PLC0415 - no other way to make a page

    with pymupdf.open() as made:
        made.new_page().insert_text((72, 72), "Number 1")
        read_document(made.tobytes())


def read_page(opened: Opened, page: Any, number: int, limits: Limits) -> Page:
    """Read one PyMuPDF page's text; boxes are turned as the page is shown."""
    check_page(page, limits)
    parted = part(opened, page, limits)
    turned = _turner(page)
    blank = not parted.seen and not page.get_bboxlog()
    problem = "" if blank else problem_of(parted.page, parted)
    seen = () if problem == JUNK else parted.seen
    words = WORDS.validate_python(
        [{"text": text, "box": turned(x0, y0, x1, y1)} for x0, y0, x1, y1, text, *_ in seen]
    )
    return Page(
        number=number,
        width=page.rect.width,
        height=page.rect.height,
        source="text" if words else "none",
        rows=rows_of(words),
        hidden=tuple(
            HiddenWord(text=word[4], box=Box(**turned(*word[:4])), why=why)
            for word, why in parted.hidden
        ),
        blank=blank,
        layer=parted.layered and bool(words),
        problem=problem,
    )


def _turner(page: Any) -> Callable[[float, float, float, float], dict[str, float]]:
    """Return what brings a rectangle to where the page, turned, shows it."""
    a, b, c, d, e, f = page.rotation_matrix
    if (a, b, c, d) == (1, 0, 0, 1):
        return lambda x0, y0, x1, y1: {"x0": x0 + e, "y0": y0 + f, "x1": x1 + e, "y1": y1 + f}

    def turn(x0: float, y0: float, x1: float, y1: float) -> dict[str, float]:
        xs = (a * x0 + c * y0 + e, a * x1 + c * y1 + e)
        ys = (b * x0 + d * y0 + f, b * x1 + d * y1 + f)
        return {"x0": min(xs), "y0": min(ys), "x1": max(xs), "y1": max(ys)}

    return turn


def _size(page: Page) -> int:
    """Return how many words a page counts as."""
    letters = (len(word.text) for words in (page.words, page.hidden) for word in words)
    return sum(1 + count // LETTERS_A_WORD for count in letters)
