"""The review queue: a record with the fields that need a look, and what a person said about it."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from pydantic import BaseModel

from schemas.document import Box
from schemas.extraction import CheckResult, Doubt, Evidence, Outcome
from schemas.kinds import Kind
from schemas.record import ListField


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
    UNDO = "undo"
    """Took back what was said last; what it was shows the decisions before."""


class Choice(BaseModel, frozen=True):
    """Something else that a field could be."""

    text: str
    """As it would be typed or is printed."""
    why: str
    """In words: `another reading of it`, `the next likeliest`, `a second reading of the pages`."""


class Claim(BaseModel, frozen=True):
    """A person has an item before him, so that nobody else gets it."""

    item_id: int
    who: str
    since: datetime
    until: datetime
    """When it ends unless it is renewed."""


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
    choices: tuple[Choice, ...] = ()
    """What else it could be, the likeliest first: other readings, then other places."""
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
    claimed_by: str | None = None
    """Who has it before him now; None: nobody."""


class ReviewItem(BaseModel, frozen=True):
    """A record that a person must look at."""

    id: int
    type_name: str
    type_title: str = ""
    """Of the type, for people."""
    document_id: str
    record: int
    """Which of the document's records, from 0."""
    source: str
    opened: datetime
    outcome: Outcome
    """Of the record: `in_review` while the item is open."""
    revision: int = 0
    """It rises with each change of the item: who decides on an older one is refused."""
    document_outcome: Outcome
    recipe_id: str
    reasons: tuple[str, ...]
    """About the document as a whole, in words."""
    pages: tuple[int, int] | None = None
    """First and last of the file's pages that it is of; None: nobody said."""
    account: tuple[str, ...] = ()
    """How the file's pages and the record's rows are accounted for, in words."""
    fields: tuple[ReviewField, ...]
    """Every field, also those that nothing was found for: first those to settle. Of lists, only the
    items that are there."""
    list_fields: tuple[str, ...] = ()
    """What an item of a list can have: `line_items[].unit`."""
    lists: tuple[ListField, ...] = ()
    """The type's lists, with what their items can have."""
    checks: tuple[CheckResult, ...] = ()
    """What the type's checks say of the values as they stand now."""
    needs_word: bool
    """It isn't settled with its last field but takes an `accept`: something is doubtful that is no
    field, such as a page without text."""

    @property
    def open_fields(self) -> tuple[ReviewField, ...]:
        """Those that a person must still settle."""
        return tuple(field for field in self.fields if field.open)


class Pointed(BaseModel, frozen=True):
    """Where on a page a person pointed."""

    page: int
    """From 1."""
    boxes: tuple[Box, ...]
    """Of the words that he chose, or a rectangle that he drew around them."""


class Correction(BaseModel, frozen=True):
    """A field and what a person typed for it."""

    path: str
    """A field, also one of a list's next new item: `line_items[3].unit` where there are three."""
    text: str
    """Empty: the document doesn't give it."""
    pointed: Pointed | None = None
    """Where it was taken from the page; None: it was typed."""


class Settlement(BaseModel, frozen=True, extra="forbid"):
    """What a person says of an item at once: all of it holds or, if something can't be, nothing."""

    values: tuple[Correction, ...] = ()
    removals: tuple[str, ...] = ()
    """List items such as `line_items[2]`, by their numbers before anything is removed."""
    accept: tuple[str, ...] = ()
    """Fields, or list items, that are right as they stand."""
    accept_all: bool = False
    """All that is left to settle is right: the item is settled."""
    everything: bool = False
    """With `accept_all`: also what is withheld."""
    reject: str | None = None
    """Why the record isn't to be used; nothing else is said then."""
    insist: bool = False
    """What is odd about new values is known, and meant."""
    revision: int | None = None
    """Of the item that the person saw; None: as it is now."""
    holder: str | None = None
    """Who holds the claim; None: the item must be nobody else's."""
    seconds: float | None = None
    """That it took; None: nobody counted."""
    actions: int | None = None
    """Keys and clicks that it took; a word that is typed is one."""


class FieldCheck(BaseModel, frozen=True):
    """What a text is that a person gives for a field."""

    path: str
    text: str
    value: str | None = None
    """As its kind; None: nothing was given, or it can't be."""
    problem: str = ""
    """Why it can't be, in words and with what to do; empty: it can."""
    remark: str = ""
    """What is odd about it, in words: it must be insisted on."""
    readings: tuple[str, ...] = ()
    """What it can mean, where that is more than one thing: one of them must be chosen."""
    evidence: Evidence | None = None
    """Where it stands on the pages; None: nowhere, or the file can't be read any more."""


class Checked(BaseModel, frozen=True):
    """What a person's draft comes to before it is decided."""

    fields: tuple[FieldCheck, ...]
    """Of each value that is given."""
    checks: tuple[CheckResult, ...]
    """The type's, with the draft's values; list items are numbered as they would be then."""
    odd: tuple[str, ...]
    """What must be insisted on, in words: odd values, and checks that fail because of the draft."""


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
    undone: bool = False
    """It was taken back."""
