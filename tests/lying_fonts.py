"""PDFs with embedded fonts whose text says other characters than their glyphs show."""

from __future__ import annotations

import importlib.util
import random
import string
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pymupdf
from documents import HEIGHT, WIDTH
from PIL import Image, ImageDraw, ImageFont

_FOUND = importlib.util.find_spec("matplotlib")
assert _FOUND is not None
assert _FOUND.origin is not None
FONTS = Path(_FOUND.origin).parent / "mpl-data/fonts/ttf"
SANS = FONTS / "DejaVuSans.ttf"


def swapped(one: str, other: str) -> dict[str, str]:
    """Return that two characters are said to be each other."""
    return {one: other, other: one}


def shuffled(characters: str, seed: int) -> dict[str, str]:
    """Return that each of some characters is said to be another one of them."""
    chance = random.Random(seed)
    while True:
        others = chance.sample(characters, len(characters))
        if all(one != other for one, other in zip(characters, others, strict=True)):
            return dict(zip(characters, others, strict=True))


DIGITS = shuffled(string.digits, 1)
LETTERS = shuffled(string.ascii_lowercase, 1) | shuffled(string.ascii_uppercase, 2)


def put(
    document: Any,
    page: Any,
    at: tuple[float, float],
    shown: str,
    said: Mapping[str, str],
    *,
    font: Path = SANS,
    size: float = 12.0,
) -> None:
    """Show a text in an embedded font that says other characters for those in `said`."""
    name = f"F{document.xref_length()}"
    # a font with the same program would be the same font, so each has an end of its own
    data = font.read_bytes() + name.encode()
    xref = page.insert_font(fontname=name, fontbuffer=data)
    page.insert_text(at, shown, fontname=name, fontsize=size)
    program = pymupdf.Font(fontbuffer=data)
    lines = [
        f"<{program.has_glyph(ord(each)):04x}> <{ord(said.get(each, each)):04x}>"
        for each in sorted(set(shown))
    ]
    document.xref_set_key(xref, "ToUnicode", f"{_stream(document, _cmap(lines))} 0 R")


def lying(shown: str, said: Mapping[str, str], *, font: Path = SANS, size: float = 12.0) -> bytes:
    """Return a PDF of one page that shows a text, a row for each of its lines, in one font."""
    with pymupdf.open() as made:
        page = made.new_page(width=WIDTH, height=HEIGHT)
        put(made, page, (72, 100), shown, said, font=font, size=size)
        return bytes(made.tobytes(garbage=3, deflate=True))


def drawings(
    shown: str, said: Mapping[str, str], *, font: Path = SANS, em: int = 42, size: float = 12.0
) -> bytes:
    """Return a PDF of one page that shows a text in a font of small pictures (Type 3).

    `em`: pixels of the font's size; 42 are those of a print at 300 dots an inch.
    """
    style = ImageFont.truetype(str(font), em)
    characters = sorted(set(shown) - {"\n"})
    with pymupdf.open() as made:
        page = made.new_page(width=WIDTH, height=HEIGHT)
        drawn = [_stream(made, _drawing(style, each)) for each in characters]
        lines = [f"<{ord(each):02x}> <{ord(said.get(each, each)):04x}>" for each in characters]
        says = _stream(made, _cmap(lines, "<00> <ff>"))
        names = [f"/g{ord(each)}" for each in characters]
        procs = " ".join(f"{name} {xref} 0 R" for name, xref in zip(names, drawn, strict=True))
        codes = " ".join(
            f"{ord(each)} {name}" for each, name in zip(characters, names, strict=True)
        )
        widths = " ".join(f"{style.getlength(chr(code)):.0f}" for code in range(32, 127))
        xref = int(made.get_new_xref())
        made.update_object(
            xref,
            f"<</Type/Font/Subtype/Type3/FontBBox[0 0 0 0]/FontMatrix[{1 / em} 0 0 {1 / em} 0 0]"
            f"/FirstChar 32/LastChar 126/Widths[{widths}]/Encoding<</Differences[{codes}]>>"
            f"/CharProcs<<{procs}>>/Resources<<>>/ToUnicode {says} 0 R>>",
        )
        rows = " ".join(f"<{row.encode().hex()}> Tj 0 -20 Td" for row in shown.splitlines())
        content = _stream(made, f"BT /F {size} Tf 72 700 Td {rows} ET".encode())
        made.xref_set_key(page.xref, "Resources", f"<</Font<</F {xref} 0 R>>>>")
        made.xref_set_key(page.xref, "Contents", f"{content} 0 R")
        return bytes(made.tobytes())


def _drawing(style: Any, character: str) -> bytes:
    """Return what draws a character as a picture of one bit a pixel."""
    x0, y0, x1, y1 = map(int, style.getbbox(character, anchor="ls"))
    advance = f"{style.getlength(character):.0f} 0"
    if x1 <= x0 or y1 <= y0:
        return f"{advance} 0 0 0 0 d1".encode()
    picture = Image.new("1", (x1 - x0, y1 - y0), 1)
    ImageDraw.Draw(picture).text((-x0, -y0), character, font=style, fill=0, anchor="ls")
    return (
        f"{advance} {x0} {-y1} {x1} {-y0} d1 {x1 - x0} 0 0 {y1 - y0} {x0} {-y1} cm "
        f"BI /W {x1 - x0} /H {y1 - y0} /IM true /BPC 1 ID "
    ).encode() + picture.tobytes() + b"\nEI"  # fmt: skip


def _stream(document: Any, data: bytes) -> int:
    xref = int(document.get_new_xref())
    document.update_object(xref, "<<>>")
    document.update_stream(xref, data)
    return xref


def _cmap(lines: list[str], space: str = "<0000> <ffff>") -> bytes:
    blocks = [lines[at : at + 100] for at in range(0, len(lines), 100)]
    body = "\n".join(
        f"{len(block)} beginbfchar\n" + "\n".join(block) + "\nendbfchar" for block in blocks
    )
    return (
        "/CIDInit /ProcSet findresource begin 12 dict begin begincmap\n"
        f"/CMapType 2 def 1 begincodespacerange {space} endcodespacerange\n"
        f"{body}\nendcmap end end"
    ).encode()
