"""How much of a candidate must be written until it is clear which one is meant.

What a grammar forces is generated token by token all the same, at the full price; so a model that
may choose only among candidates needs to write no more than tells them apart.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Mapping

DIGITS_A_TOKEN = 3
"""Tokenizers have tokens of one digit, or of up to three from a number's beginning on."""


def shortest_prefixes(spellings: Mapping[str, str]) -> dict[str, str]:
    """Return beginnings of the spellings, each with what it stands for.

    `spellings` gives for every way to write a candidate what it stands for. A beginning ends where
    a token may end, so that choosing among beginnings is choosing among the whole strings.
    """
    ordered = sorted(spellings)
    found: dict[str, str] = {}
    for spelt, meant in spellings.items():
        for end in (*_ends(spelt), len(spelt)):
            prefix = spelt[:end]
            if end == len(spelt) or all(
                spellings[each] == meant for each in _beginning_with(prefix, ordered)
            ):
                found[prefix] = meant
                break
    return found


def _beginning_with(prefix: str, ordered: list[str]) -> Iterator[str]:
    for each in ordered[bisect_left(ordered, prefix) :]:
        if not each.startswith(prefix):
            return
        yield each


def _ends(text: str) -> Iterator[int]:
    """Yield where a token ends for certain: before a blank, and within or after digits."""
    digits = 0
    for at, character in enumerate(text[:-1], start=1):
        digits = digits + 1 if character.isdigit() else 0
        ends_digits = digits and not text[at].isdigit()
        if text[at].isspace() or ends_digits or (digits and digits % DIGITS_A_TOKEN == 0):
            yield at
