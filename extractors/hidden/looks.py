"""What a character looks like, and whether a shape looks like another one.

Compared are digits with digits and Latin letters with letters: there fonts differ less from each
other than characters do.
"""

from __future__ import annotations

import functools
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pymupdf

from extractors.hidden.shapes import Floats, shapes

DIGITS = "0123456789"
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
KNOWN = frozenset(DIGITS + LETTERS)
FONTS = (
    "helv", "hebo", "heit", "hebi", "tiro", "tibo", "tiit", "tibi", "cour", "cobo", "coit", "cobi",
)  # fmt: skip
"""That MuPDF brings along: sans, serif and typewriter, each plain, bold, slanted and both."""
LOOK_ALIKE = frozenset(
    [
        "ij", "il", "jl", "it", "lt", "ft", "rt", "ty", "oq", "od", "ae", "oa", "ce", "cg", "uv",
        "uy", "vy", "vw", "hn", "rn", "mn", "fr", "hw", "lz", "iz",
    ]
)  # fmt: skip
"""Letters that some font draws as others draw the second one; upper and lower case are one."""
NOTHING = -1.0


def strangeness(seen: Floats, said: Sequence[str]) -> tuple[Floats, Floats]:
    """Return how strange each shape is for what it is said to be, and how clear.

    Strange: how much more it looks like another character, below 0 for an honest one; clear: how
    much it looks like any. Both are 1 at most. What is said are characters of `KNOWN`.
    """
    digits = np.array([character in DIGITS for character in said])
    more, best = np.zeros(len(said), np.float32), np.zeros(len(said), np.float32)
    for which, alphabet in ((digits, DIGITS), (~digits, LETTERS)):
        if which.any():
            known = _known(alphabet)
            of = [alphabet.index(character) for character in np.array(list(said))[which]]
            like = (seen[which] @ known).max(axis=2).T
            same = _same(alphabet)[of]
            itself = np.where(same, like, NOTHING).max(axis=1)
            more[which] = np.where(same, NOTHING, like).max(axis=1) - itself
            best[which] = like.max(axis=1)
    return more, best


@functools.cache
def _known(alphabet: str) -> Floats:
    """Return the shapes of an alphabet: by character a matrix with a column for each font."""
    fonts = [pymupdf.Font(name).this for name in FONTS]
    known = [
        shapes(font, [font.fz_encode_character(ord(each)) for each in alphabet]) for font in fonts
    ]
    return np.ascontiguousarray(np.stack(known).transpose(1, 2, 0))


@functools.cache
def _same(alphabet: str) -> npt.NDArray[np.bool_]:
    """Say which characters may look like which."""

    def same(one: str, other: str) -> bool:
        return one == other or one + other in LOOK_ALIKE or other + one in LOOK_ALIKE

    folded = alphabet.lower()
    return np.array([[same(one, other) for other in folded] for one in folded])
