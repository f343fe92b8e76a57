"""Characters that print the same are made the same: spaces, dashes, apostrophes, wide digits."""

from __future__ import annotations

_SPACES = "\t\n\r\f\v\x1c\x1d\x1e\x1f\x85\xa0\u1680\u2028\u2029\u202f\u205f\u3000" + "".join(
    map(chr, range(0x2000, 0x200B))
)
_DASHES = "\u2010\u2011\u2012\u2013\u2014\u2015\u2212\ufe58\ufe63\uff0d"
_APOSTROPHES = "\u2018\u2019\u02bc\u00b4\u0060\u2032"
_FOLDED = (
    dict.fromkeys(map(ord, _SPACES), " ")
    | dict.fromkeys(map(ord, _DASHES), "-")
    | dict.fromkeys(map(ord, _APOSTROPHES), "'")
    | {ord("\uff0b"): "+", ord("\uff0c"): ",", ord("\uff0e"): ".", ord("\uff05"): "%"}
    | {ord("\uff10") + digit: str(digit) for digit in range(10)}
)


def fold(text: str) -> str:
    """Return `text` with one form of each space, dash, apostrophe and digit, place by place."""
    return text.translate(_FOLDED)


def squeeze(text: str) -> str:
    """Return `text` folded, with single spaces and none at its ends."""
    return " ".join(fold(text).split())
