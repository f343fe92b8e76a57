"""Photographs a till receipt: thermal paper on a wooden bench, a phone held slightly askew."""

from __future__ import annotations

import random

from PIL import Image, ImageChops, ImageDraw, ImageFilter

from .paper import grain, jpeg, render

MARGIN = 95
"""Pixels of bench around the paper."""
PAPER = (246, 243, 236)
INK = (58, 56, 66)


def photograph(pdf: bytes, *, seed: int) -> bytes:
    """Return a JPEG photo of the first page of `pdf`."""
    print_ = render(pdf, 210).filter(ImageFilter.GaussianBlur(0.7))
    paper = _creased(
        Image.merge(
            "RGB",
            [
                print_.point([round(dark + (light - dark) * k / 255) for k in range(256)])
                for light, dark in zip(PAPER, INK, strict=True)
            ],
        )
    )
    width, height = paper.width + 2 * MARGIN, paper.height + 2 * MARGIN
    bench = _bench((width, height), seed)
    shadow = Image.new("L", bench.size, 0)
    at = (MARGIN, MARGIN)
    shadow.paste(150, (at[0] + 8, at[1] + 12, at[0] + paper.width + 10, at[1] + paper.height + 14))
    bench.paste((20, 14, 10), mask=shadow.filter(ImageFilter.GaussianBlur(11)))
    bench.paste(paper, at)
    return jpeg(_through_lens(bench, seed), 74)


def _creased(paper: Image.Image) -> Image.Image:
    """Darken and lighten along the two folds of a receipt that was in a pocket."""
    light = Image.new("L", paper.size, 255)
    pencil = ImageDraw.Draw(light)
    for part, tilt in ((0.36, 14), (0.69, -9)):
        y = round(paper.height * part)
        pencil.line((0, y, paper.width, y + tilt), fill=205, width=3)
        pencil.line((0, y + 7, paper.width, y + tilt + 7), fill=238, width=10)
    light = light.filter(ImageFilter.GaussianBlur(3.5))
    return ImageChops.multiply(paper, Image.merge("RGB", [light] * 3))


def _bench(size: tuple[int, int], seed: int) -> Image.Image:
    """Saw boards: noise stretched along the grain, with gaps between the boards."""
    dice = random.Random(seed)
    coarse = (max(1, size[0] // 5), max(1, size[1] // 160))
    noise = Image.frombytes("L", coarse, dice.randbytes(coarse[0] * coarse[1]))
    wood = noise.resize(size, Image.Resampling.BICUBIC).filter(ImageFilter.GaussianBlur(1.6))
    channels = [
        wood.point([round(base + span * k / 255) for k in range(256)])
        for base, span in ((104, 38), (76, 32), (52, 26))
    ]
    bench = Image.merge("RGB", channels)
    pencil = ImageDraw.Draw(bench)
    for x in range(size[0] // 9, size[0], size[0] // 3):
        pencil.line((x, 0, x + 6, size[1]), fill=(44, 31, 22), width=5)
    return bench.filter(ImageFilter.GaussianBlur(1.2))


def _through_lens(scene: Image.Image, seed: int) -> Image.Image:
    width, height = scene.size
    # The far edge of the bench is a little narrower, and the phone is turned by a degree or so.
    corners = (-14, 22, 10, height - 8, width - 6, height + 16, width + 22, -10)
    seen = (
        scene.transform(scene.size, Image.Transform.QUAD, corners, Image.Resampling.BICUBIC)
        .rotate(1.6, Image.Resampling.BICUBIC)
        .crop((52, 46, width - 52, height - 46))
    )
    lamp = Image.radial_gradient("L").resize((seen.width * 2, seen.height * 2))
    left, top = round(seen.width * 0.62), round(seen.height * 0.7)
    lamp = lamp.crop((left, top, left + seen.width, top + seen.height))
    light = lamp.point([round(255 - 95 * (k / 255) ** 1.6) for k in range(256)])
    lit = ImageChops.multiply(seen, Image.merge("RGB", [light] * 3))
    lit = lit.filter(ImageFilter.GaussianBlur(0.6))
    return Image.merge(
        "RGB",
        [grain(band, seed + nth, strength=0.08) for nth, band in enumerate(lit.split())],
    )
