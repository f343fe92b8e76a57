"""What a page does around its text: pictures, shades, masks, blends; and with which glyphs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from pymupdf import mupdf

from extractors.hidden.glyphs import Glyphs, readable

Rect = tuple[float, float, float, float]

OPAQUE = 0.9
TEXT = ("fill_text", "stroke_text", "clip_text", "clip_stroke_text")
"""What MuPDF tells of text that shows."""
MOST_PICTURES = 2_000
"""Of which it is remembered where they are."""


@dataclass(frozen=True)
class Around:
    """What was found."""

    tricks: bool
    """Text may be masked, shaded over or blended."""
    pictures: list[Rect]
    glyphs: Glyphs
    """Those that can be seen; none if they can't be read."""


def look_around(drawn: Any) -> Around:
    """Look at what a display list does."""
    device = _Device()
    whole = mupdf.FzRect(mupdf.FzRect.Fixed_INFINITE)
    mupdf.fz_run_display_list(drawn.this, device, mupdf.FzMatrix(), whole, mupdf.FzCookie())
    mupdf.fz_close_device(device)
    tricks = device.tricks or len(device.pictures) >= MOST_PICTURES
    return Around(tricks, device.pictures, device.glyphs)


class _Device(mupdf.FzDevice2):  # type: ignore[misc]
    """Is told by MuPDF what is drawn. What isn't named here costs nothing."""

    def __init__(self) -> None:
        super().__init__()
        self.tricks = False
        self.pictures: list[Rect] = []
        self.glyphs = Glyphs()
        for name in ("fill_shade", "fill_image", "fill_image_mask", "begin_mask", "begin_group"):
            getattr(self, f"use_virtual_{name}")()
        for name in TEXT if readable() else ():
            getattr(self, f"use_virtual_{name}")()

    def fill_shade(self, *_: Any) -> None:
        self.tricks = True

    def begin_mask(self, *_: Any) -> None:
        self.tricks = True

    def begin_group(self, *given: Any) -> None:
        blend, alpha = given[-2:]
        self.tricks = self.tricks or blend != 0 or alpha < OPAQUE

    def fill_image(self, _context: Any, _image: Any, at: Any, *_: Any) -> None:
        if len(self.pictures) < MOST_PICTURES:
            xs = (at.e, at.e + at.a, at.e + at.c, at.e + at.a + at.c)
            ys = (at.f, at.f + at.b, at.f + at.d, at.f + at.b + at.d)
            self.pictures.append((min(xs), min(ys), max(xs), max(ys)))

    fill_image_mask = fill_image

    def fill_text(self, _context: Any, text: Any, *_: Any) -> None:
        self.glyphs.add(text)

    stroke_text = clip_text = clip_stroke_text = fill_text
