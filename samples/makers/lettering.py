"""Fonts: those that every PDF reader has, and a few that packages bring along."""

from __future__ import annotations

from dataclasses import dataclass, replace
from importlib.resources import files
from pathlib import Path

import reportlab
from reportlab.lib.units import mm
from reportlab.lib.utils import simpleSplit
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont

_FONT_FILES = {
    "Lato": ("font_lato", "Lato-Regular.ttf"),
    "Lato-Light": ("font_lato", "Lato-Light.ttf"),
    "Lato-Bold": ("font_lato", "Lato-Bold.ttf"),
    "Lato-Black": ("font_lato", "Lato-Black.ttf"),
    "Caladea": ("font_caladea", "Caladea-Regular.ttf"),
    "Caladea-Bold": ("font_caladea", "Caladea-Bold.ttf"),
    "Caladea-Italic": ("font_caladea", "Caladea-Italic.ttf"),
    "Vera": ("", "Vera.ttf"),
    "Vera-Bold": ("", "VeraBd.ttf"),
}


@dataclass(frozen=True)
class Face:
    """A font in one size and colour."""

    font: str = "Helvetica"
    size: float = 9
    """Points."""
    color: str = "#000000"
    leading: float = 1.25
    """Distance of base lines, in sizes."""

    @property
    def step(self) -> float:
        """Distance of base lines in mm."""
        return self.size * self.leading / mm

    def but(self, *, font: str = "", size: float = 0, color: str = "") -> Face:
        """Return this face with another font, size or colour."""
        return replace(
            self,
            font=font or self.font,
            size=size or self.size,
            color=color or self.color,
        )


def text_width(text: str, face: Face) -> float:
    """Return the width of one line in mm."""
    load(face.font)
    return float(pdfmetrics.stringWidth(text, face.font, face.size)) / mm


def wrap(text: str, face: Face, width: float) -> list[str]:
    """Break `text` at blanks into lines of at most `width` mm."""
    load(face.font)
    return list(simpleSplit(text, face.font, face.size, width * mm))


def load(font: str) -> None:
    """Make a font known to reportlab, if it is not one of those that every reader has."""
    if font not in _FONT_FILES or font in pdfmetrics.getRegisteredFontNames():
        return
    package, name = _FONT_FILES[font]
    if package:
        path = Path(str(files(package) / "files" / name))
    else:
        path = Path(reportlab.__file__).parent / "fonts" / name
    pdfmetrics.registerFont(TTFont(font, str(path)))
