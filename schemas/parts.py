"""How the pages of a file are accounted for: each belongs to a record, or is named."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from enum import StrEnum

from pydantic import BaseModel

PageRange = tuple[int, int]
"""First and last page, from 1, both of them inside."""


class Aside(StrEnum):
    """Why a page belongs to no record."""

    BLANK = "blank"
    COVER = "cover"
    SEPARATOR = "separator"
    OTHER_TYPE = "a document of another type"
    """Said of files that were kept before a file could give records of several types."""
    NOT_UNDERSTOOD = "not understood"


class PageAside(BaseModel, frozen=True):
    """A page that belongs to no record."""

    page: int
    """From 1."""
    why: Aside


def pages_in_words(numbers: Iterable[int]) -> str:
    """Return page numbers as a person writes them: `page 3`, `pages 1, 4-6`."""
    runs: list[list[int]] = []
    for number in sorted(set(numbers)):
        if runs and number == runs[-1][-1] + 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    words = ", ".join(str(r[0]) if len(r) == 1 else f"{r[0]}-{r[-1]}" for r in runs)
    return f"page{'s' if len(runs) > 1 or (runs and len(runs[0]) > 1) else ''} {words}"


def unaccounted(pages: int, ranges: Iterable[PageRange], aside: Sequence[PageAside]) -> list[int]:
    """Return the pages of a file that neither a record nor a name accounts for."""
    known = {page for first, last in ranges for page in range(first, last + 1)}
    known |= {each.page for each in aside}
    return [page for page in range(1, pages + 1) if page not in known]
