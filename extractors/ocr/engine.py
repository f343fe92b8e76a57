"""What recognises words in a picture: the seam behind which the engines are."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from extractors.ocr.picture import Pixels


@dataclass(frozen=True)
class Seen:
    """A word that an engine saw; pixels from the picture's top left corner, tight around it."""

    text: str
    x0: float
    y0: float
    x1: float
    y1: float
    confidence: float
    """0 to 1, by the engine itself."""
    line: int = 0
    """Words with one number stand side by side on one line; a row of the page may be several."""


class Engine(Protocol):
    """Recognises words."""

    @property
    def name(self) -> str:
        """What `--ocr` calls it."""
        ...

    def see(self, picture: Pixels) -> list[Seen]:
        """Return the words of a grey picture whose lines are level and the right way up.

        Raises:
            EngineError: it can't do it; the text says why.
        """
        ...


class EngineError(Exception):
    """An engine can't read a picture; the text goes on after "OCR": "took longer than 60 s"."""
