"""Scans made in memory: pages drawn as pictures, turned, askew, several in one file."""

from __future__ import annotations

import io

import documents
import pymupdf
from PIL import Image

ROWS = """
Harbour Lane Joinery Ltd
Invoice number | HL-20417
Date of invoice | 14 March 2025

Oak door with frame | 1,250.00
Painting and fitting | 380.50
Delivery to the island | 95.00
Total amount due | 1,725.50
"""
SHEET = (40, 40, 360, 190)
"""The part of the page that has them."""


def sheet() -> bytes:
    """Return a small page of text."""
    return documents.cropped(documents.letter(ROWS), SHEET)


def drawn(data: bytes, dpi: int = 150) -> Image.Image:
    """Return the first page as a picture."""
    with pymupdf.open(stream=data, filetype="pdf") as opened:
        made = opened[0].get_pixmap(dpi=dpi, colorspace=pymupdf.csGRAY)
        return Image.frombytes("L", (made.width, made.height), made.samples)


def askew(picture: Image.Image, degrees: float) -> Image.Image:
    """Return the picture turned clockwise, as large as it must be then."""
    return picture.rotate(-degrees, Image.Resampling.BICUBIC, expand=True, fillcolor=255)


def as_pdf(picture: Image.Image, dpi: int = 150) -> bytes:
    """Return a PDF with the picture as its page."""
    with pymupdf.open() as made:
        page = made.new_page(width=picture.width * 72 / dpi, height=picture.height * 72 / dpi)
        page.insert_image(page.rect, stream=as_file(picture))
        return bytes(made.tobytes())


def as_file(picture: Image.Image, kind: str = "PNG", *more: Image.Image) -> bytes:
    """Return the picture as a file; a TIFF may have `more` pages."""
    written = io.BytesIO()
    extra = {"save_all": True, "append_images": list(more)} if more else {}
    picture.save(written, kind, dpi=(150, 150), **extra)
    return written.getvalue()
