"""Labelled records: what was extracted, with its signals, and what a person says is right."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from pydantic import BaseModel

from schemas.extraction import DoubtCode, Signals
from schemas.kinds import Kind
from schemas.record import pattern_of


class Origin(StrEnum):
    """Who labelled a record."""

    SHIPPED = "shipped"
    """It comes with papersift: public documents that aren't the user's."""
    GOLD = "gold"
    """A gold folder of the user's."""
    REVIEW = "review"
    """It was settled in review."""
    AUDIT = "audit"
    """It would have been accepted, and was looked at all the same."""


class LabelledField(BaseModel, frozen=True):
    """One field as it was extracted."""

    path: str
    kind: Kind
    empty: bool = False
    """No value was found."""
    signals: Signals = Signals()
    doubts: tuple[DoubtCode, ...] = ()
    """Those that extraction had, whatever the confidence."""
    right: bool | None = None
    """A person says that value, or its absence, is right or not; None: nobody said."""

    @property
    def pattern(self) -> str:
        """The path without row numbers: `line_items[].unit_price`."""
        return pattern_of(self.path)


class LabelledRecord(BaseModel, frozen=True):
    """One record, with all its fields: also those that nobody labelled."""

    document_id: str
    """SHA-256 of the document; of shipped ones its first digits only."""
    type_name: str
    model: str
    """`provider/model`."""
    asking: str
    recipe_id: str
    origin: Origin
    at: datetime
    """When it was labelled, or measured."""
    fields: tuple[LabelledField, ...]
    missing: tuple[str, ...] = ()
    """Leaves of values that the document gives in list rows that were not found."""
    whole: bool = True
    """Somebody looked at all of it, so that it is known whether accepting it would be a mistake."""
    doubts: tuple[DoubtCode, ...] = ()
    """About the document as a whole."""
    refused: bool = False
    """A person rejected the record: accepting it would be a mistake whatever its fields say."""
