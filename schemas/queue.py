"""The review queue as a list: what is wanted of it, and a page of it."""

from __future__ import annotations

from pydantic import BaseModel, Field

from schemas.extraction import DoubtCode
from schemas.review import ItemSummary

LONGEST = 200
"""Characters of a text to look for."""


class QueueFilter(BaseModel, frozen=True):
    """Which open items are wanted; all of what is said must hold."""

    type_name: str | None = Field(None, max_length=LONGEST)
    """Of this document type."""
    code: DoubtCode | None = None
    """With an open doubt of this kind."""
    source: str | None = Field(None, max_length=LONGEST)
    """With this text in the path or address; case doesn't count."""
    older_than_days: float | None = Field(None, ge=0, le=36_500)
    """That wait for at least so long."""


class QueuePage(BaseModel, frozen=True):
    """A part of the open items, in the order in which they are best settled."""

    items: tuple[ItemSummary, ...]
    total: int
    """Of those that are wanted."""
    open: int
    """Of all."""
    types: dict[str, int]
    """Open items by type, the most first."""
    codes: dict[DoubtCode, int]
    """Open items by the kinds of their open doubts, the most first; one may have several."""
    seconds_each: float | None = None
    """That an item takes; None: it can't be told yet."""
