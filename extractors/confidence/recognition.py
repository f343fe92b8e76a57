"""How surely the words of a value were recognised, or those among which it would stand."""

from __future__ import annotations

from functools import cached_property

from schemas.document import Box, Document, Word
from schemas.extraction import Evidence


class Recognition:
    """The words of a document that come from OCR, looked up by place."""

    def __init__(self, document: Document) -> None:
        """Keep what has a confidence; text has none."""
        self._words = {
            page.number: [word for word in page.words if word.confidence is not None]
            for page in document.pages
        }

    @cached_property
    def mean(self) -> float | None:
        """The mean confidence of all words' characters, 0 to 1; None: all is text."""
        seen = [
            (len(word.text), word.confidence)
            for words in self._words.values()
            for word in words
            if word.confidence is not None
        ]
        if not seen:
            return None
        return sum(length * sure for length, sure in seen) / sum(length for length, _ in seen)

    def least(self, evidence: Evidence | None) -> float | None:
        """Return the least confidence of a value's words, 0 to 1; None: they are text."""
        if evidence is None:
            return None
        quoted = set(evidence.quote.split())
        own = [
            word.confidence
            for word in self._words.get(evidence.page, ())
            if word.confidence is not None
            and word.text in quoted
            and any(_holds(box, word) for box in evidence.boxes)
        ]
        return min(own, default=None)


def _holds(box: Box, word: Word) -> bool:
    x, y = (word.box.x0 + word.box.x1) / 2, (word.box.y0 + word.box.y1) / 2
    return box.x0 <= x <= box.x1 and box.y0 <= y <= box.y1
