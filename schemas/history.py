"""What settled documents of the same sender looked like."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

Marks = Mapping[str, str | None]
"""By leaf what two documents of a sender have in common: a value, or the form in which one is
printed; None: the document doesn't give the field. A leaf of which nothing is known isn't there."""


@dataclass(frozen=True)
class SettledDocument:
    """One settled record."""

    document_id: str
    marks: Marks


@dataclass(frozen=True)
class SenderHistory:
    """The settled records of one document type, by who sent them."""

    documents: tuple[SettledDocument, ...] = ()
    """In the order of settling, the earliest first."""
    senders: Mapping[tuple[str, str], tuple[int, ...]] = field(default_factory=dict)
    """By a leaf that tells the sender and its value, folded: places in `documents`, rising."""
