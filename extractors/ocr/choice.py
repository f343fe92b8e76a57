"""Which engine reads: the one that is asked for, or the best that is there."""

from __future__ import annotations

from extractors.ocr import rapid, tesseract
from extractors.ocr.engine import Engine
from schemas.recipe import Ocr

INSTALL = (
    "install Tesseract (tesseract-ocr with the languages of the documents), or rapidocr with pip"
)
OFF = "OCR is switched off"


def open_engine(asked: Ocr) -> Engine | None:
    """Return the engine, not started yet; None: `why_none` says why there is none."""
    if asked in ("auto", "tesseract") and tesseract.is_installed():
        return tesseract.Tesseract()
    if asked in ("auto", "rapidocr") and rapid.is_installed():
        return rapid.RapidOcr()
    return None


def open_second(asked: Ocr) -> Engine | None:
    """Return the engine for what the first one isn't sure of, not started yet; None: there is none.

    It is for who left the choice to us.
    """
    if asked == "auto" and tesseract.is_installed() and rapid.is_installed():
        return rapid.RapidOcr()
    return None


def why_none(asked: Ocr) -> str:
    """Return why no engine reads, and what to do; empty: one does."""
    if asked == "off":
        return OFF
    if open_engine(asked) is not None:
        return ""
    if asked == "tesseract":
        return "Tesseract isn't installed: install tesseract-ocr"
    if asked == "rapidocr":
        return "RapidOCR isn't installed: install rapidocr with pip"
    return f"no OCR program is installed: {INSTALL}"
