"""Turns drawn pages into images of paper: out of a flatbed scanner or a phone's camera."""

from __future__ import annotations

import random
from collections.abc import Callable
from io import BytesIO
from typing import Any

import pymupdf
from PIL import Image, ImageChops, ImageFilter

from .pen import A4, Pen

_open: Callable[..., Any] = pymupdf.open
"""Declared here, for it has no types of its own."""


def render(pdf: bytes, dpi: int) -> Image.Image:
    """Return the first page in grey."""
    page = _open(stream=pdf, filetype="pdf")[0]
    pixels = page.get_pixmap(dpi=dpi, colorspace=pymupdf.csGRAY)
    return Image.frombytes("L", (pixels.width, pixels.height), pixels.samples)


def scan(pdf: bytes, *, title: str, author: str, seed: int) -> bytes:
    """Return an A4 PDF that holds nothing but a scan of the first page of `pdf`."""
    page = render(pdf, 170)
    page = page.filter(ImageFilter.GaussianBlur(0.55))
    page = page.rotate(-0.8, Image.Resampling.BICUBIC, fillcolor=232)
    page = shade(page, dark=214, bright=250)
    page = speckle(grain(page, seed, strength=0.09), seed)
    pen = Pen(A4, title=title, author=author)
    pen.picture(jpeg(page, 62), 0, 0, *A4)
    return pen.finish()


def shade(page: Image.Image, *, dark: int, bright: int) -> Image.Image:
    """Light the page unevenly: from `dark` at the left edge, where it is bound, to `bright`."""
    ramp = Image.linear_gradient("L").rotate(90).resize(page.size)
    # A steep start and a long flat end, as where paper bends off the glass.
    light = ramp.point([round(bright - (bright - dark) * (1 - k / 255) ** 6) for k in range(256)])
    return ImageChops.multiply(page, light)


def grain(page: Image.Image, seed: int, *, strength: float) -> Image.Image:
    """Add the noise of a sensor."""
    width, height = page.size
    noise = random.Random(seed).randbytes(width * height)
    soft = Image.frombytes("L", page.size, noise).filter(ImageFilter.GaussianBlur(0.6))
    return Image.blend(page, ImageChops.add(page, soft, scale=1, offset=-127), strength)


def speckle(page: Image.Image, seed: int) -> Image.Image:
    """Add specks of dust."""
    dice = random.Random(seed + 1)
    specks = page.copy()
    for _ in range(70):
        size = dice.choice((1, 1, 1, 2, 2, 3))
        at = (dice.randrange(page.width - size), dice.randrange(page.height - size))
        specks.paste(dice.randrange(40, 150), (*at, at[0] + size, at[1] + size))
    return specks.filter(ImageFilter.GaussianBlur(0.4))


def jpeg(image: Image.Image, quality: int) -> bytes:
    """Return the bytes of a JPEG file."""
    file = BytesIO()
    image.save(file, "JPEG", quality=quality, optimize=True)
    return file.getvalue()
