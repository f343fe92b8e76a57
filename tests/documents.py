"""Real documents made in memory: short to write, and every word stands where the test says."""

from __future__ import annotations

import io
from collections.abc import Sequence

import pymupdf
from reportlab.pdfgen.canvas import Canvas

from extractors.layout import Line, lines_of
from extractors.read import read_document
from schemas.document import Document

Put = tuple[float, float, str]
"""Text and where its baseline begins: points from the left and from the top."""
Rows = Sequence[Sequence[str]]
"""A table's rows, cell by cell; an empty text is an empty cell."""

WIDTH, HEIGHT = 595.0, 842.0
LEADING = 16.0
"""From one row to the next, where a helper places them."""
WRAPPED = 11.0
"""From a row to the one that goes on with it."""
SIZE = 9.0


def pdf(*pages: Sequence[Put], size: float = SIZE) -> bytes:
    """Return a PDF with these texts on its pages, written by PyMuPDF."""
    with pymupdf.open() as made:
        for puts in pages:
            page = made.new_page(width=WIDTH, height=HEIGHT)
            for x, y, text in puts:
                page.insert_text((x, y), text, fontsize=size)
        return bytes(made.tobytes())


def letter(*pages: str) -> bytes:
    """Return a PDF with these rows; ` | ` in a row leaves a wide gap, an empty row a blank one."""
    return pdf(*([*_letter_page(text)] for text in pages))


def _letter_page(text: str) -> list[Put]:
    puts: list[Put] = []
    for index, row in enumerate(text.strip("\n").splitlines()):
        x = 50.0
        for part in row.strip().split(" | "):
            puts.append((x, 60 + index * LEADING, part))
            x += pymupdf.get_text_length(part, fontsize=SIZE) + 4 * SIZE
    return puts


def table(
    rows: Rows,
    *,
    left: Sequence[float],
    right: Sequence[float] = (),
    top: float = 100.0,
    close: Sequence[int] = (),
) -> list[Put]:
    """Return a table's texts: first the columns that begin at `left`, then those ending at `right`.

    The rows in `close` stand close under the one before them, as wrapped text does.
    """
    puts: list[Put] = []
    y = top
    for index, row in enumerate(rows):
        if index:
            y += WRAPPED if index in close else LEADING
        for column, text in enumerate(row):
            if not text:
                continue
            x = left[column] if column < len(left) else right[column - len(left)]
            width = pymupdf.get_text_length(text, fontsize=SIZE) if column >= len(left) else 0
            puts.append((x - width, y, text))
    return puts


def turned(data: bytes, degrees: int) -> bytes:
    """Return the PDF with its pages shown turned clockwise."""
    with pymupdf.open(stream=data, filetype="pdf") as opened:
        for page in opened:
            page.set_rotation(degrees)
        return bytes(opened.tobytes())


def cropped(data: bytes, box: tuple[float, float, float, float]) -> bytes:
    """Return the PDF with only this part of its pages shown."""
    with pymupdf.open(stream=data, filetype="pdf") as opened:
        for page in opened:
            page.set_cropbox(pymupdf.Rect(box))
        return bytes(opened.tobytes())


def encrypted(data: bytes, password: str = "secret") -> bytes:
    """Return the PDF so that it opens only with a password; with an empty one it opens for all."""
    with pymupdf.open(stream=data, filetype="pdf") as opened:
        return bytes(
            opened.tobytes(
                encryption=pymupdf.PDF_ENCRYPT_AES_256, user_pw=password, owner_pw="owner"
            )
        )


def picture(data: bytes, filetype: str = "png") -> bytes:
    """Return the first page of a PDF as a PNG or JPEG."""
    with pymupdf.open(stream=data, filetype="pdf") as opened:
        return bytes(opened[0].get_pixmap(dpi=36).tobytes(filetype))


def scan(data: bytes) -> bytes:
    """Return the PDF with a picture of its first page in the place of its text."""
    with pymupdf.open() as made:
        page = made.new_page(width=WIDTH, height=HEIGHT)
        page.insert_image(page.rect, stream=picture(data))
        return bytes(made.tobytes())


def joined(*documents: bytes) -> bytes:
    """Return one PDF with the pages of all."""
    with pymupdf.open() as made:
        for data in documents:
            with pymupdf.open(stream=data, filetype="pdf") as opened:
                made.insert_pdf(opened)
        return bytes(made.tobytes())


def by_reportlab(puts: Sequence[Put], size: float = SIZE) -> bytes:
    """Return a PDF of one page as another program writes it."""
    written = io.BytesIO()
    canvas = Canvas(written, pagesize=(WIDTH, HEIGHT), invariant=True)
    canvas.setFont("Helvetica", size)
    for x, y, text in puts:
        canvas.drawString(x, HEIGHT - y, text)
    canvas.showPage()
    canvas.save()
    return written.getvalue()


def read(*pages: str) -> Document:
    """Return the document that has these rows, read from its PDF."""
    return read_document(letter(*pages))


def lines(*pages: str) -> tuple[Line, ...]:
    """Return the lines of the document that has these rows."""
    return lines_of(read(*pages))


def texts(document: Document) -> list[list[str]]:
    """Return the words of each row, page by page."""
    return [[word.text for word in row] for page in document.pages for row in page.rows]
