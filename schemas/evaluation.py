"""What an evaluation says: each labelled field of each document judged, lists aligned by rows."""

from __future__ import annotations

import re
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Literal

from pydantic import BaseModel, computed_field

from schemas.document import Box
from schemas.extraction import Cost, Outcome, Usage
from schemas.kinds import Kind
from schemas.parts import PageRange

ROW = re.compile(r"\[\+?\d+\]")


class Verdict(StrEnum):
    """How a field compares with the gold."""

    RIGHT = "right"
    """Gold has a value, and this is it."""
    WRONG = "wrong"
    """Gold has a value, and this is another one."""
    MISSED = "missed"
    """Gold has a value, and none was given."""
    INVENTED = "invented"
    """Gold says that the document doesn't give the field, and a value was given."""
    ABSENT = "absent"
    """Gold says that the document doesn't give the field, and none was given."""

    @property
    def good(self) -> bool:
        """Whether nobody has to mend it."""
        return self in (Verdict.RIGHT, Verdict.ABSENT)


class JudgedField(BaseModel, frozen=True):
    """One labelled field of one document; of lists, a cell of a row aligned with a gold row."""

    path: str
    """`grand_total`; of a list's cell the path of the row found: `line_items[2].unit_price`, or
    `line_items[+1].unit_price` for the second gold row that no row was found for."""
    kind: Kind
    verdict: Verdict
    truth: str | None
    """As `schemas.kinds.text_of` writes it; None: the document doesn't give the field."""
    value: str | None
    raw: str | None = None
    confidence: float = 0.0
    page: int | None = None
    """From 1, where the value stands; None: nowhere."""
    boxes: tuple[Box, ...] = ()
    truth_page: int | None = None
    """Where the truth stands, if it stands anywhere as it is written."""
    truth_boxes: tuple[Box, ...] = ()
    doubts: tuple[str, ...] = ()
    """Why the field would have been looked at, in words."""
    withheld: bool = False
    """It isn't sure, and the type's policy lets its record be published without it."""
    gold_row: int | None = None
    """Of a list's cell: the gold row that it belongs to, from 0; None for a row that gold has not,
    and for what stands in no list."""

    @property
    def pattern(self) -> str:
        """The path without row numbers: `line_items[].unit_price`."""
        return ROW.sub("[]", self.path)


class JudgedList(BaseModel, frozen=True):
    """One list of one document: its rows aligned with the gold rows so that most cells agree."""

    name: str
    gold_rows: int
    found_rows: int
    matched_rows: int
    """Aligned pairs in which more than half of the gold row's labelled values are right."""
    whole_rows: int
    """Aligned pairs in which all labelled cells are, and none is invented."""
    gold_cells: int
    """Labelled cells that have a value."""
    found_cells: int
    """Values found for cells that gold labels; of rows that gold has not, for the leaves that it
    labels in any row."""
    right_cells: int
    cells: tuple[JudgedField, ...] = ()


Standing = Literal["found", "missed", "extra"]
"""Of a record: it was found; gold has it and nothing was found; or the other way round."""


class JudgedDocument(BaseModel, frozen=True):
    """One document with its gold; of a file whose gold names several records, one of them."""

    document_id: str
    source: str
    """The path, as given or found."""
    group: str
    """The gold folder or `truth.jsonl`'s folder that it belongs to, by its name."""
    type_name: str
    """Of its gold; of a record that gold has not, that which it was taken for."""
    record_pages: PageRange | None = None
    """The record's, by gold or, where gold has it not, as they were found; None: all of them, or it
    isn't said."""
    standing: Standing = "found"
    """`missed` also if the document failed."""
    several: bool = False
    """Gold names each record of the file."""
    first: bool = True
    """Of the file's records: what the file took is said here, and is nothing at the others."""
    language: str = ""
    """ISO 639-1; empty: can't be said."""
    pages: int = 0
    outcome: Outcome
    """The record's own; of one that wasn't found, the file's."""
    problem: str = ""
    """Why it failed, in words; all values that gold has are then missed."""
    seconds: float = 0.0
    usage: Usage = Usage()
    cost: Cost = Decimal(0)
    fields: tuple[JudgedField, ...] = ()
    lists: tuple[JudgedList, ...] = ()

    @computed_field  # type: ignore[prop-decorator]
    @property
    def wrongly_accepted(self) -> bool:
        """Whether it was accepted with a labelled field that isn't right."""
        return self.outcome is Outcome.ACCEPTED and any(
            not field.verdict.good for field in self.fields
        )


class Evaluation(BaseModel, frozen=True):
    """One evaluation: kept as a file, shown in the terminal and in the report."""

    id: str
    """Begins with the time of its start, so that evaluations sort: `20261123-150715-9f3a`."""
    at: datetime
    model: str
    asking: str
    recipes: tuple[str, ...]
    gold: tuple[str, ...]
    """The paths that were given."""
    selection: str = ""
    """Which of the gold's documents, in words: `half A`, `20 at most, seed 0`; empty: all."""
    documents: tuple[JudgedDocument, ...]


class Share(BaseModel, frozen=True):
    """A share with its bootstrap interval, over documents."""

    count: float
    of: float
    low: float
    high: float
    """95 % of the resampled shares lie between these two; both 0 to 1."""

    @computed_field  # type: ignore[prop-decorator]
    @property
    def share(self) -> float:
        """0 to 1; 0 where there is nothing to count."""
        return self.count / self.of if self.of else 0.0
