"""Where a document goes: what the router says of it and of each of its records."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel

from schemas.extraction import ExtractedRecord, Outcome

Route = Literal[Outcome.ACCEPTED, Outcome.IN_REVIEW]
"""The two ways that a record can take before a person has seen it."""


class RoutedRecord(BaseModel, frozen=True):
    """One record and its way."""

    record: ExtractedRecord
    outcome: Route
    doubtful: tuple[str, ...] = ()
    """Paths of the fields that a person must settle; empty if the record is accepted."""
    withheld: tuple[str, ...] = ()
    """Paths of fields that need no look but aren't sure enough: published as null."""
    score: float = 0.0
    """How probable it is that nothing in it is wrong, as if its fields didn't depend on each other:
    0 to 1. The dial goes by it."""
    audit: bool = False
    """It would have been accepted, and is looked at all the same."""
    whole: bool = False
    """Its doubtful fields aren't enough: a person must say that all of it is right."""


class Routing(BaseModel, frozen=True):
    """A document and its way; it is accepted only if all its records are."""

    outcome: Route
    reasons: tuple[str, ...] = ()
    """Why it needs a look, in words: first the document as a whole, then its fields."""
    document_reasons: tuple[str, ...] = ()
    """Those about the document as a whole."""
    records: tuple[RoutedRecord, ...] = ()
    """In the order of the extraction's records."""
