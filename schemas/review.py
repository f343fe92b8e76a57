"""The review queue: a record with the fields that need a look, and what a person said about it."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from pydantic import BaseModel

from schemas.extraction import Doubt, Evidence, Outcome
from schemas.kinds import Kind


class Action(StrEnum):
    """What a person did."""

    ACCEPT = "accept"
    """Said that a field's value is right, or that the whole record is."""
    CORRECT = "correct"
    """Gave a field another value, or said that the document doesn't give it."""
    REMOVE = "remove"
    """Took an item out of a list."""
    REJECT = "reject"
    """Said that the record isn't to be used."""


class ReviewField(BaseModel, frozen=True):
    """One field of a record in review."""

    path: str
    kind: Kind
    description: str = ""
    raw: str | None
    """The model's answer, verbatim."""
    value: str | None
    """The value as it stands now, as text; None: the document doesn't give it."""
    alternatives: tuple[str, ...] = ()
    """Other readings of `raw`."""
    confidence: float
    """The model's, whatever a person said since."""
    evidence: Evidence | None = None
    doubts: tuple[Doubt, ...] = ()
    doubtful: bool = False
    """It must be settled before the record is accepted."""
    withheld: bool = False
    """It isn't sure enough to be published, and nobody needs to look at it."""
    settled: Action | None = None
    """ACCEPT or CORRECT: a person decided on it. None: nobody did."""

    @property
    def open(self) -> bool:
        """Whether a person must still look at it."""
        return self.doubtful and self.settled is None


class ItemSummary(BaseModel, frozen=True):
    """A review item in a list."""

    id: int
    type_name: str
    document_id: str
    record: int
    """Which of the document's records, from 0."""
    source: str
    opened: datetime
    outcome: Outcome
    """Of the record: `in_review` while the item is open."""
    score: float = 0.0
    """How sure the record is as a whole, 0 to 1; 0 where nobody knows."""
    doubtful: tuple[str, ...]
    """The fields that nobody settled yet."""
    reasons: tuple[str, ...]
    """Why, in words: first the document's, then the fields'."""


class ReviewItem(BaseModel, frozen=True):
    """A record that a person must look at."""

    id: int
    type_name: str
    document_id: str
    record: int
    """Which of the document's records, from 0."""
    source: str
    opened: datetime
    outcome: Outcome
    """Of the record: `in_review` while the item is open."""
    document_outcome: Outcome
    recipe_id: str
    reasons: tuple[str, ...]
    """About the document as a whole, in words."""
    fields: tuple[ReviewField, ...]
    """Every field, also those that nothing was found for: first those to settle. Of lists, only the
    items that are there."""
    list_fields: tuple[str, ...] = ()
    """What an item of a list can have: `line_items[].unit`."""
    needs_word: bool
    """It isn't settled with its last field but takes an `accept`: something is doubtful that is no
    field, such as a page without text."""

    @property
    def open_fields(self) -> tuple[ReviewField, ...]:
        """Those that a person must still settle."""
        return tuple(field for field in self.fields if field.open)


class Correction(BaseModel, frozen=True):
    """A field and what a person typed for it."""

    path: str
    """A field, also one of a list's next new item: `line_items[3].unit` where there are three."""
    text: str
    """Empty: the document doesn't give it."""


class Decision(BaseModel, frozen=True):
    """What a person said."""

    item_id: int
    action: Action
    path: str
    """The field or list item; empty: the record as a whole."""
    was: str | None
    became: str | None
    """None: no value."""
    who: str
    at: datetime
    reason: str = ""
    """For a rejection."""
