"""Part a file into its documents, and account for each of its pages.

    parted = split(document, [invoice], ask=lambda before, page: 0.0)
    for part in parted.parts:
        part_of(document, part)          # a document of its own, its pages counted from 1

Most files are one document: what parts one must be printed in it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from extractors.splitting.boundaries import Start, looks_first, start_of
from extractors.splitting.looks import PageLook, looks_of
from schemas.doctype import DocumentType
from schemas.document import Document, Page
from schemas.extraction import Doubt, DoubtCode
from schemas.parts import Aside, PageAside, PageRange, pages_in_words

SURE = 0.9
"""So probable it must be, by the model, that a document begins where that isn't clear."""

Ask = Callable[[PageLook, PageLook], float]
"""Says how probable it is, 0 to 1, that the second page begins another document than the first."""


@dataclass(frozen=True)
class Split:
    """The documents of a file."""

    parts: tuple[PageRange, ...]
    """At least one; in their order, without a page in two of them."""
    aside: tuple[PageAside, ...] = ()
    """The pages that belong to none; blank ones may lie inside of a part."""
    unclear: tuple[int, ...] = ()
    """Pages of which it isn't clear whether they begin a document."""

    def of_records(self, document: Document) -> tuple[Page, ...]:
        """Return the pages that aren't set aside."""
        aside = {each.page for each in self.aside}
        return tuple(page for page in document.pages if page.number not in aside)

    @property
    def doubts(self) -> tuple[Doubt, ...]:
        """Why a person must look at how the file was parted."""
        found = []
        if self.unclear:
            count = len(self.parts)
            taken = "one document" if count == 1 else f"{count} documents"
            text = (
                f"it isn't clear whether another document begins on {pages_in_words(self.unclear)};"
                f" the file was taken for {taken}"
            )
            found.append(Doubt(code=DoubtCode.SPLIT_UNCLEAR, text=text))
        left = [each.page for each in self.aside if each.why is Aside.NOT_UNDERSTOOD]
        if left:
            text = f"{pages_in_words(left)}: what it is wasn't understood; it is in no record"
            found.append(Doubt(code=DoubtCode.SPLIT_UNCLEAR, text=text))
        return tuple(found)


def split(document: Document, types: Sequence[DocumentType], ask: Ask) -> Split:
    """Part a file into documents of these types; `ask` is asked only where the pages don't say."""
    whole = (1, max(1, len(document.pages)))
    if len(document.pages) < 2:
        return Split((whole,))
    looks = looks_of(document, types)
    if all(each.is_blank for each in looks):
        return Split((whole,))
    parts, unclear = _parts(looks, ask)
    aside = {each.number: Aside.BLANK for each in looks if each.is_blank}
    ranges: list[PageRange] = []
    for at, part in enumerate(parts):
        bare = _leading(part) if at == 0 else 0
        end = len(part) - (_trailing(part) if at + 1 < len(parts) else 0)
        for each in part[:bare]:
            aside[each.number] = Aside.COVER
        for each in part[end:]:
            aside[each.number] = Aside.SEPARATOR
        kept = part[bare:end]
        if len(parts) > 1 and not any(p.has_amounts or p.names or p.is_scan for p in kept):
            aside |= {each.number: Aside.NOT_UNDERSTOOD for each in kept}
            continue
        ranges.append((kept[0].number, kept[-1].number))
    if len(ranges) == 1 and ranges[0][0] == _first(aside):
        ranges = [(1, ranges[0][1])]
    named = tuple(PageAside(page=page, why=aside[page]) for page in sorted(aside))
    return Split(tuple(ranges) or (whole,), named if ranges else (), tuple(unclear))


def part_of(document: Document, pages: PageRange) -> Document:
    """Return a part of a file as a document of its own, its pages counted from 1.

    It keeps the file's id: evidence goes back to the file's pages.
    """
    first, last = pages
    if first == 1 and last == len(document.pages):
        return document
    found = tuple(
        page.model_copy(update={"number": page.number - first + 1})
        for page in document.pages
        if first <= page.number <= last
    )
    return document.model_copy(update={"pages": found})


def _parts(looks: Sequence[PageLook], ask: Ask) -> tuple[list[list[PageLook]], list[int]]:
    """Return the pages of each document, blank ones left out, and those that may begin one."""
    parts: list[list[PageLook]] = []
    unclear: list[int] = []
    parted = False
    for page in looks:
        if page.is_blank:
            parted = True
            continue
        if not parts:
            parts.append([page])
            continue
        before = [each for each in parts[-1] if not each.is_bare]
        start = Start.NO
        if before and not page.is_bare:
            start = start_of(page, before, parted=parted or parts[-1][-1].is_bare)
        if start is Start.UNCLEAR:
            unclear.append(page.number)
            start = Start.YES if ask(parts[-1][-1], page) >= SURE else Start.NO
        if start is Start.YES:
            parts.append([])
        parts[-1].append(page)
        parted = False
    return parts, unclear


def _leading(part: Sequence[PageLook]) -> int:
    """Return how many pages are covers: bare ones, before one that looks like a first page."""
    bare = next((at for at, each in enumerate(part) if not each.is_bare), 0)
    return bare if looks_first(part[bare]) else 0


def _trailing(part: Sequence[PageLook]) -> int:
    """Return how many bare pages stand at the end, after one that isn't."""
    return next((at for at, each in enumerate(reversed(part)) if not each.is_bare), 0)


def _first(aside: dict[int, Aside]) -> int | None:
    """Return the page behind blank ones that a file begins with; None: it begins with others."""
    page = 1
    while aside.get(page) is Aside.BLANK:
        page += 1
    return page if page > 1 else None
