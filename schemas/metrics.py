"""What review costs and what it finds, for the person who runs it: counts, each with its whole.

A *look* is a person's at a record. What was undone counts for nothing. Days are those of UTC.
"""

from __future__ import annotations

from datetime import date
from typing import Literal

from pydantic import BaseModel, computed_field

FEW = 5
"""Of fewer a share or a median would say nothing."""
FEW_FOR_P90 = 10
"""Of fewer the most but one in ten is just the most."""
DOCUMENT = "document"
"""Stands for doubts about a document as a whole, such as a page without text."""


class Part(BaseModel, frozen=True):
    """So many of so many."""

    count: int = 0
    of: int = 0

    @computed_field  # type: ignore[prop-decorator]
    @property
    def share(self) -> float | None:
        """From 0 to 1; None: of so few that it would say nothing."""
        return self.count / self.of if self.of >= FEW else None


class Spread(BaseModel, frozen=True):
    """How much of something documents took."""

    median: float | None = None
    """None: too few were counted."""
    p90: float | None = None
    """Nine in ten took at most so much. None: too few were counted."""
    of: int = 0
    """Documents that were counted."""


class Effort(BaseModel, frozen=True):
    """What it took to settle a document, with all of its records."""

    documents: int = 0
    """That were settled; those without a count, as from the terminal, are in no spread."""
    actions: Spread = Spread()
    """Keys and clicks; a word that is typed is one."""
    seconds: Spread = Spread()


class FieldMetrics(BaseModel, frozen=True):
    """How often people changed a field of a type."""

    type_name: str
    field: str
    """`grand_total`, `line_items[].unit`; `line_items[]`: an item was taken out of the list."""
    corrected: Part
    """Of the reviewed records of the type, those in which it was changed."""


class Group(BaseModel, frozen=True):
    """Records that have something in common."""

    name: str
    """A type, a folder or a version."""
    title: str
    """The name as it is shown: shorter, and still told apart from the others."""
    accepted: Part
    """Of the records that are published or wait for it, those accepted without a look."""
    corrected: Part
    """Of the reviewed records, those in which anything was changed."""
    fields: tuple[FieldMetrics, ...] = ()
    """Those changed most, the first ones; of the reviewed records of the group."""


class Version(Group, frozen=True):
    """The records that one model made with one version of a type's prompt and fields.

    Also those that a later version replaced, so that versions can be compared.
    """

    type_name: str
    model: str
    prompt: str
    """The first hex digits of the type's content hash."""
    first_used: date


class DoubtMetrics(BaseModel, frozen=True):
    """How often a reason to look at a field was right; audits don't count, they need no reason."""

    code: str
    """`unsure`, `check_failed`, …; a field may have several. `document`: about the whole."""
    right: Part
    """Of the fields that it was a reason to look at, those that were changed; the others were
    accepted as they stood. For `document`, of the records."""

    @computed_field  # type: ignore[prop-decorator]
    @property
    def needless(self) -> Part:
        """Of the same, those that were accepted as they stood."""
        return Part(count=self.right.of - self.right.count, of=self.right.of)


class Rejection(BaseModel, frozen=True):
    """Why records aren't to be used."""

    reason: str
    """As a person wrote it; reasons that differ in case or blanks only are one."""
    records: int


class Period(BaseModel, frozen=True):
    """A day or a week."""

    start: date
    accepted: Part
    """Of the records that were extracted in it, those accepted without a look."""
    corrected: Part
    """Of the records that were reviewed in it, those in which anything was changed."""
    rejected: int
    """Records that were rejected in it."""
    effort: Effort
    """Of the documents that were settled in it."""


class Metrics(BaseModel, frozen=True):
    """How much is accepted without a look, what looks cost, and what they find."""

    accepted: Part = Part()
    """Of all published extractions' records, those accepted without a look."""
    looks: Part = Part()
    """Of all documents that gave anything, those that need or needed a look."""
    waiting: int = 0
    """Documents that still need one."""
    failed: int = 0
    """Documents that gave nothing; they are in no share."""
    corrected: Part = Part()
    """Of all reviewed records, those in which anything was changed."""
    rejected: Part = Part()
    """Of all records that a person settled, those that aren't to be used."""
    effort: Effort = Effort()
    fields: tuple[FieldMetrics, ...] = ()
    """The one changed most first; those never changed aren't listed."""
    by_type: tuple[Group, ...] = ()
    by_source: tuple[Group, ...] = ()
    """By the folder in which a document was first found; those with most records."""
    by_version: tuple[Version, ...] = ()
    """By type, the latest first."""
    doubts: tuple[DoubtMetrics, ...] = ()
    """The most frequent first."""
    rejections: tuple[Rejection, ...] = ()
    """The most frequent first."""
    step: Literal["day", "week"] = "day"
    """How long a period is. Weeks begin on Monday."""
    periods: tuple[Period, ...] = ()
    """The latest ones in which anything happened, in order."""

    @property
    def empty(self) -> bool:
        """Whether nothing was extracted yet."""
        return not (self.accepted.of or self.failed)
