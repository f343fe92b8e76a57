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
    stream = int(document.get_new_xref())
    document.update_object(stream, "<<>>")
    document.update_stream(stream, _cmap(lines))
    document.xref_set_key(xref, "ToUnicode", f"{stream} 0 R")


def lying(shown: str, said: Mapping[str, str], *, font: Path = SANS, size: float = 12.0) -> bytes:
    """Return a PDF of one page that shows a text, a row for each of its lines, in one font."""
    with pymupdf.open() as made:
        page = made.new_page(width=WIDTH, height=HEIGHT)
        put(made, page, (72, 100), shown, said, font=font, size=size)
        return bytes(made.tobytes(garbage=3, deflate=True))


def _cmap(lines: list[str]) -> bytes:
    blocks = [lines[at : at + 100] for at in range(0, len(lines), 100)]
    body = "\n".join(
        f"{len(block)} beginbfchar\n" + "\n".join(block) + "\nendbfchar" for block in blocks
    )
    return (
        "/CIDInit /ProcSet findresource begin 12 dict begin begincmap\n"
        "/CMapType 2 def 1 begincodespacerange <0000> <ffff> endcodespacerange\n"
        f"{body}\nendcmap end end"
    ).encode()
