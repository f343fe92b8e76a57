"""Numbers as they are printed: the digits, and what their full stops and commas can mean."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

Mark = Literal[".", ","]
"""The mark before the decimals."""

LONGEST = 24
"""More digits than this name something; they count nothing."""

NUMERAL = re.compile(
    r"[0-9]{1,3}(?: [0-9]{3})+(?:[.,][0-9]+)?(?![0-9]|[.,'][0-9])"
    r"|[0-9](?:[0-9.,']*[0-9])?|(?<![^\W_])[.,][0-9]+"
)
"""A number in folded text, thousands between spaces included, without sign."""

COMPACT = re.compile(r"[0-9](?:[0-9.,']*[0-9])?|(?<![^\W_])[.,][0-9]+")
"""The same without spaces in it."""

_SPACED = re.compile(r"([0-9]{1,3}(?: [0-9]{3})+|[0-9]{1,3}(?:'[0-9]{3})+)(?:([.,])([0-9]+))?")
_GROUPS = re.compile(r"[1-9][0-9]{0,2}(?:([.,])[0-9]{3})(?:\1[0-9]{3})*")
_INDIAN = re.compile(r"[0-9]{1,2}(?:,[0-9]{2})+,[0-9]{3}")
_SLIPPED = re.compile(r"([0-9]{1,3}(?:([.,])[0-9]{3})+)\2([0-9]{2})")


@dataclass(frozen=True)
class Reading:
    """One meaning of printed digits."""

    value: Decimal
    mark: Mark | None
    """The decimal mark of a document in which this is the meaning; None: any."""
    slip: bool = False
    """The marks are set as no country sets them: `1.234.50`."""


def readings(printed: str) -> tuple[Reading, ...]:
    """Return what the digits can mean: nothing, one value, or two for `1.234`, thousands first.

    Never rounds: `12.50` has two decimals and keeps them.
    """
    if sum(character.isdigit() for character in printed) > LONGEST:
        return ()
    if spaced := _SPACED.fullmatch(printed):
        whole = re.sub("[ ']", "", spaced[1])
        return (_reading(whole, spaced[3] or "", _mark(spaced[2])),)
    marks = re.sub("[0-9]", "", printed)
    if marks == "":
        return (_reading(printed, "", None),)
    if set(marks) - {".", ","}:
        return ()
    if len(set(marks)) == 2:
        return _with_both(printed)
    return _with_one(printed, marks)


def _with_both(printed: str) -> tuple[Reading, ...]:
    """Read digits with full stops and commas: the last mark stands before the decimals."""
    at = max(printed.rfind("."), printed.rfind(","))
    whole, mark, decimals = printed[:at], _mark(printed[at]), printed[at + 1 :]
    if not _GROUPS.fullmatch(whole) and not (mark == "." and _INDIAN.fullmatch(whole)):
        return ()
    return (_reading(re.sub("[.,]", "", whole), decimals, mark),)


def _with_one(printed: str, marks: str) -> tuple[Reading, ...]:
    """Read digits with one sort of mark."""
    sort = marks[0]
    other: Mark = "," if sort == "." else "."
    bare = printed.replace(sort, "")
    if len(marks) == 1:
        whole, _, decimals = printed.partition(sort)
        decimal = _reading(whole or "0", decimals, _mark(sort))
        return (_reading(bare, "", other), decimal) if _GROUPS.fullmatch(printed) else (decimal,)
    if _GROUPS.fullmatch(printed) or _INDIAN.fullmatch(printed):
        return (_reading(bare, "", other),)
    if slipped := _SLIPPED.fullmatch(printed):
        whole = slipped[1].replace(sort, "")
        return (Reading(Decimal(f"{whole}.{slipped[3]}"), None, slip=True),)
    return ()


def _reading(whole: str, decimals: str, mark: Mark | None) -> Reading:
    return Reading(Decimal(f"{whole}.{decimals}" if decimals else whole), mark)


def _mark(character: str | None) -> Mark | None:
    if character == ".":
        return "."
    return "," if character == "," else None
