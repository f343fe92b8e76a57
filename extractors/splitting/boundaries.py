"""Whether a page begins a document or goes on with the one before, by what is printed on it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from enum import Enum

from extractors.splitting.looks import PageLook

FIRST, AFTER_LAST = 2, 1
"""It says `Page 1`; and the page before said that it was the last one."""
OTHER_NAME, NEW_NAME = 3, 1
"""It bears another invoice number, say, than the pages before; or one, and they have none."""
TITLE = CLOSED = OWN_TOTALS = 1
"""It has a title; a sum or a bare page closed the document before; it has its own sums."""
BEGINS = 5
"""From so much on it begins a document, if nothing speaks against it."""
BY_NAME = OTHER_NAME + OWN_TOTALS
"""So much a page's name can say at most."""
ASK = 3
"""From so much on it may begin one."""
SHORTEST_NAME = 4
"""`950658` and `950658-1` name the same document, if what they share is so long."""


class Start(Enum):
    """What a page says of its beginning a document."""

    YES = "yes"
    NO = "no"
    UNCLEAR = "unclear"


def start_of(page: PageLook, before: Sequence[PageLook], *, parted: bool) -> Start:
    """Say whether a page begins a document.

    A wrong boundary is worse than none: a page goes on unless several things say that it doesn't.

    Args:
        page: that is in question.
        before: the pages of the document before, at least one; blank ones left out.
        parted: a blank page, or one that can be a separator, stands right before it.
    """
    follows = _follows(page, before)
    worth = _by_sight(page, before, parted=parted)
    if worth + BY_NAME < (BEGINS if follows else ASK):
        return Start.NO  # whatever it is called
    worth += _by_name(page, before)
    if follows or share_name(page.names, _names(before)):
        return Start.UNCLEAR if worth >= BEGINS else Start.NO
    if worth >= BEGINS:
        return Start.YES
    return Start.UNCLEAR if worth >= ASK else Start.NO


def looks_first(page: PageLook) -> bool:
    """Say whether a page can be a document's first one, whatever stands before it."""
    first = page.printed is None or page.printed.number == 1
    return first and bool(page.names or page.title)


def share_name(some: Collection[str], others: Collection[str]) -> bool:
    """Say whether a name is in both, or is one in the one that has more behind it in the other."""
    return any(_same(one, other) for one in some for other in others)


def _by_sight(page: PageLook, before: Sequence[PageLook], *, parted: bool) -> int:
    """Return how much speaks for a beginning, without the page's name."""
    last = before[-1].printed
    worth = 0
    if page.printed is not None and page.printed.number == 1:
        worth += FIRST + (AFTER_LAST if last is not None and last.is_last else 0)
    if page.title:
        worth += TITLE + (OWN_TOTALS if page.has_totals else 0)
    if parted or any(each.has_totals for each in before):
        worth += CLOSED
    return worth


def _by_name(page: PageLook, before: Sequence[PageLook]) -> int:
    """Return how much the page's name speaks for a beginning."""
    names = _names(before)
    if not page.names or share_name(page.names, names):
        return 0
    if not names:
        return NEW_NAME
    return OTHER_NAME + (OWN_TOTALS if page.has_totals and not page.title else 0)


def _follows(page: PageLook, before: Sequence[PageLook]) -> bool:
    last = next((each.printed for each in reversed(before) if each.printed), None)
    return page.printed is not None and last is not None and page.printed.follows(last)


def _names(pages: Sequence[PageLook]) -> set[str]:
    return {name for page in pages for name in page.names}


def _same(one: str, other: str) -> bool:
    short, long = sorted((one, other), key=len)
    return one == other or (len(short) >= SHORTEST_NAME and long.startswith(short))
