"""A page as OCR read it, kept with what was extracted: nobody has to recognise it again."""

from __future__ import annotations

from typing import NamedTuple

from pydantic import BaseModel

from schemas.document import Box, Document, Page, Word


class RecognisedWord(NamedTuple):
    """A word in few bytes: a page has hundreds."""

    text: str
    x0: float
    y0: float
    x1: float
    y1: float
    confidence: float | None


class RecognisedPage(BaseModel, frozen=True):
    """A page's words by OCR."""

    number: int
    width: float
    height: float
    turn: float
    rows: tuple[tuple[RecognisedWord, ...], ...]

    @classmethod
    def of(cls, page: Page) -> RecognisedPage:
        """Return a page in this form."""
        return cls(
            number=page.number,
            width=page.width,
            height=page.height,
            turn=page.turn,
            rows=tuple(tuple(_short(word) for word in row) for row in page.rows),
        )

    @property
    def page(self) -> Page:
        """The page again."""
        return Page(
            number=self.number,
            width=self.width,
            height=self.height,
            turn=self.turn,
            source="ocr",
            rows=tuple(tuple(_long(word) for word in row) for row in self.rows),
        )


def with_recognised(document: Document, pages: tuple[RecognisedPage, ...]) -> Document:
    """Return a document, read without OCR, with the pages that OCR read before."""
    known = {each.number: each.page for each in pages}
    return document.model_copy(
        update={"pages": tuple(known.get(page.number, page) for page in document.pages)}
    )


def _short(word: Word) -> RecognisedWord:
    box = word.box
    return RecognisedWord(word.text, box.x0, box.y0, box.x1, box.y1, word.confidence)


def _long(word: RecognisedWord) -> Word:
    box = Box(x0=word.x0, y0=word.y0, x1=word.x1, y1=word.y1)
    return Word(text=word.text, box=box, confidence=word.confidence)
