"""Turn a file's bytes into pages of words with boxes."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Any

import pymupdf

from extractors.einvoice.attachments import e_invoice_of
from schemas.document import Box, Document, Page, Word
from schemas.errors import UnreadableError

SUFFIXES = frozenset({".pdf", ".jpg", ".jpeg", ".png"})
"""Endings of the files that can be read, in lower case."""

MAGIC = {b"%PDF-": "pdf", b"\xff\xd8\xff": "jpeg", b"\x89PNG\r\n\x1a\n": "png"}
MAGIC_WITHIN = 1024
"""A PDF's first line may stand anywhere in so many bytes (ISO 32000-1, note in 7.5.2)."""


def document_id(data: bytes) -> str:
    """Return the SHA-256 of a file's bytes, 64 hex digits."""
    return hashlib.sha256(data).hexdigest()


def read_document(data: bytes, *, embedded: bool = False) -> Document:
    """Read a PDF, JPEG or PNG; with `embedded`, also the e-invoice that a PDF may hold.

    Raises:
        UnreadableError: empty, encrypted, cut short or no document; the text says which.
    """
    pymupdf.TOOLS.mupdf_display_errors(on=False)
    pymupdf.TOOLS.mupdf_display_warnings(on=False)
    filetype = _filetype(data)
    try:
        with pymupdf.open(stream=data, filetype=filetype) as opened:
            if opened.needs_pass:
                raise UnreadableError(
                    "The file is encrypted and opens only with a password. Save it without one."
                )
            pages = tuple(_read_page(page, number) for number, page in enumerate(opened, start=1))
            repaired = bool(opened.is_repaired)
            e_invoice = e_invoice_of(opened) if embedded else None
    except (RuntimeError, ValueError, pymupdf.mupdf.FzErrorBase) as error:
        raise UnreadableError(
            f"The file begins like a {filetype.upper()} but can't be read: {error}. "
            "It may have been cut short on its way; get it again."
        ) from error
    if not pages:
        raise UnreadableError("The file has no pages. It may have been cut short; get it again.")
    return Document(id=document_id(data), pages=pages, repaired=repaired, e_invoice=e_invoice)


def _filetype(data: bytes) -> str:
    if not data:
        raise UnreadableError("The file is empty (0 bytes). Get it again from where it came.")
    for magic, filetype in MAGIC.items():
        if magic in data[:MAGIC_WITHIN] if filetype == "pdf" else data.startswith(magic):
            return filetype
    raise UnreadableError(
        "The file is no PDF, JPEG or PNG, whatever its name says: "
        f"it begins with {data[:8].decode('latin-1')!r}."
    )


def _read_page(page: Any, number: int) -> Page:
    """Read one PyMuPDF page; boxes are turned as the page is shown."""
    shown = page.rotation_matrix
    words = [
        Word(text=text, box=_box(pymupdf.Rect(x0, y0, x1, y1) * shown))
        for x0, y0, x1, y1, text, *_ in page.get_text("words")
    ]
    return Page(
        number=number,
        width=page.rect.width,
        height=page.rect.height,
        source="text" if words else "none",
        rows=rows_of(words),
    )


def _box(rect: Any) -> Box:
    return Box(x0=rect.x0, y0=rect.y0, x1=rect.x1, y1=rect.y1)


def rows_of(words: Sequence[Word]) -> tuple[tuple[Word, ...], ...]:
    """Group words whose middles lie on one height into rows, top to bottom, left to right."""
    rows: list[list[Word]] = []
    for word in sorted(words, key=lambda word: (word.box.y0 + word.box.y1, word.box.x0)):
        if rows and _same_row(rows[-1], word):
            rows[-1].append(word)
            continue
        rows.append([word])
    return tuple(tuple(sorted(row, key=lambda word: word.box.x0)) for row in rows)


def _same_row(row: Sequence[Word], word: Word) -> bool:
    """Say whether the middles are no further apart than half of the lower one's height."""
    first = row[0].box
    apart = abs((word.box.y0 + word.box.y1) - (first.y0 + first.y1)) / 2
    return apart <= min(first.y1 - first.y0, word.box.y1 - word.box.y0) / 2
