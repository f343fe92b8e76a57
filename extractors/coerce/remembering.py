"""Remember what was found in short texts."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache, wraps
from typing import TypeVar

T = TypeVar("T")

SHORT = 200
"""Characters; of longer texts, such as a whole document's, nothing is remembered."""
MOST = 4096
"""Texts: some documents' worth of segments."""


def remembered(find: Callable[[str], T]) -> Callable[[str], T]:
    """Look at a short text only once: for each kind of value the same segments are searched.

    What is found mustn't be changed by who gets it.
    """
    known = lru_cache(MOST)(find)

    @wraps(find)
    def found(text: str) -> T:
        return known(text) if len(text) <= SHORT else find(text)

    return found
