"""A document's pages as words with boxes: all that is known of it after reading."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel

from schemas.e_invoice import EInvoice

TextSource = Literal["text", "ocr", "none"]
"""Where a page's words come from; "none": the page may show something but has no text. A page that
was read by OCR and has no words is blank."""


class Box(BaseModel, frozen=True):
    """A rectangle on a page as it is shown, in PDF points (1/72 inch) from its top left corner."""

    x0: float
    y0: float
    x1: float
    y1: float

    def union(self, other: Box) -> Box:
        """Return the smallest box around both."""
        return Box(
            x0=min(self.x0, other.x0),
            y0=min(self.y0, other.y0),
            x1=max(self.x1, other.x1),
            y1=max(self.y1, other.y1),
        )


class Word(BaseModel, frozen=True):
    """Characters without white space between them, as the page shows them."""

    text: str
    box: Box
    confidence: float | None = None
    """Of its recognition, 0 to 1; None: it is text."""
    shown: Box | None = None
    """Where the page shows it, of a word whose `box` lies on the page set straight."""


class HiddenWord(BaseModel, frozen=True):
    """Characters that the page holds and doesn't show."""

    text: str
    box: Box
    """Where it stands; off the page if it does."""
    why: str
    """Why nobody sees it; goes on after "it": `has the colour of its background`."""


class Page(BaseModel, frozen=True):
    """One page."""

    number: int
    """From 1, as a person counts."""
    width: float
    """In PDF points, as shown (after rotation)."""
    height: float
    source: TextSource
    rows: tuple[tuple[Word, ...], ...]
    """Words from top to bottom in rows of one baseline; in a row from left to right."""
    hidden: tuple[HiddenWord, ...] = ()
    """Words that no eye can see, kept apart: they are not part of `rows`."""
    blank: bool = False
    """It shows nothing at all: no word, line or picture."""
    turn: float = 0.0
    """Degrees clockwise by which the page must be turned for its rows to be level: a scan lay
    askew, or on its side."""
    layer: bool = False
    """It is a picture, and its words an invisible layer over it that should say the same."""
    problem: str = ""
    """Why its words aren't all that it shows, in words: "a scan, and OCR is switched off"."""

    @property
    def words(self) -> tuple[Word, ...]:
        """The words row by row."""
        return tuple(word for row in self.rows for word in row)


class Document(BaseModel, frozen=True):
    """One input file, read."""

    id: str
    """SHA-256 of the file's bytes, 64 hex digits: one file under two names is one document."""
    pages: tuple[Page, ...]
    repaired: bool = False
    """The file was damaged and was read as far as it goes: something may be missing."""
    e_invoice: EInvoice | None = None
    """Embedded in the file; None: there is none, or it wasn't asked for."""
