"""An evaluation in figures."""

from __future__ import annotations

from decimal import Decimal

from pydantic import BaseModel

from schemas.evaluation import JudgedField, Share
from schemas.extraction import Cost, Outcome


class Tally(BaseModel, frozen=True):
    """How often each verdict was given."""

    right: int = 0
    wrong: int = 0
    missed: int = 0
    invented: int = 0
    absent: int = 0

    @property
    def with_value(self) -> int:
        """Of how many the gold has a value."""
        return self.right + self.wrong + self.missed


class Group(BaseModel, frozen=True):
    """Documents or fields that have something in common."""

    name: str
    """`invoice`, `de`, `grand_total`, `line_items[].unit`, `3 to 5 pages`."""
    type_name: str = ""
    """Of a field: of which type; empty otherwise."""
    documents: int
    """That have such a field labelled, or are of the group."""
    tally: Tally
    accuracy: Share
    """Right ones among those that gold has a value of."""


class ListScore(BaseModel, frozen=True):
    """How well lists were read, over all documents in which they are labelled."""

    name: str
    type_name: str
    documents: int
    row_precision: Share
    """Of the rows found, those that match a gold row."""
    row_recall: Share
    """Of the gold rows, those that were matched."""
    row_f1: Share
    whole_rows: Share
    """Of the gold rows, those of which every labelled cell is as it should be."""
    cell_precision: Share
    cell_recall: Share
    cell_f1: Share


class Spread(BaseModel, frozen=True):
    """Of a quantity over documents."""

    median: float
    p90: float
    """Nine of ten documents have no more."""


class Records(BaseModel, frozen=True):
    """How many records there were."""

    found: int = 0
    missed: int = 0
    """That gold has; all of a document that failed, too."""
    extra: int = 0
    """That gold has not, where it names each of its file."""


class Statistics(BaseModel, frozen=True):
    """All figures of one evaluation; accuracy counts fields that stand in no list."""

    documents: int
    records: Records = Records()
    several: bool = False
    """Gold names each record of some files."""
    outcomes: dict[Outcome, int]
    """Of the records; of one that wasn't found, its file's."""
    whole: Group
    by_field: tuple[Group, ...]
    """With those of lists, after the others of their type."""
    by_kind: tuple[Group, ...]
    by_type: tuple[Group, ...]
    by_group: tuple[Group, ...]
    by_language: tuple[Group, ...]
    by_pages: tuple[Group, ...]
    lists: tuple[ListScore, ...]
    accepted: Share
    """Of the records."""
    wrongly_accepted: Share
    """Of those accepted, the ones with a labelled field that isn't right."""
    falsely_published: Share
    """Of the labelled values of accepted documents that weren't withheld, also in lists, those that
    are wrong or invented."""
    seconds: Spread
    tokens: Spread
    """Read and written by the model, without those that it had cached."""
    cost: Cost = Decimal(0)
    """Of all documents."""


class Move(BaseModel, frozen=True):
    """One field whose verdict isn't what it was."""

    source: str
    document_id: str
    type_name: str
    was: JudgedField
    now: JudgedField


class Difference(BaseModel, frozen=True):
    """Of two shares over the same documents; its interval is over documents, in pairs."""

    was: float
    now: float
    low: float
    high: float
    """95 % of the resampled differences `now - was` lie between these two."""


class Comparison(BaseModel, frozen=True):
    """What moved between two evaluations, over what both judged by the same truth."""

    against: str
    """Id of the earlier one."""
    documents: int
    """That both have."""
    only_now: int
    only_then: int
    """Documents that one of them has."""
    accuracy: Difference
    """Of fields that stand in no list."""
    cells: Difference
    """Of the lists' cells, recall."""
    became_right: tuple[Move, ...]
    became_wrong: tuple[Move, ...]
