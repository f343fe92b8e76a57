"""What was found in one document: values with their evidence, signals, confidence and doubts."""

from __future__ import annotations

from decimal import Decimal
from enum import StrEnum
from typing import Any, Literal

from pydantic import BaseModel, model_validator

from schemas.completeness import Receipt
from schemas.document import Box
from schemas.kinds import Kind, Value, value_of
from schemas.parts import PageAside, PageRange
from schemas.recognised import RecognisedPage


class Evidence(BaseModel, frozen=True):
    """Where an answer stands: `quote` is what the words in `boxes` say, joined by spaces."""

    quote: str
    page: int
    """From 1."""
    boxes: tuple[Box, ...]
    """One box for each row that the quote touches."""
    places: int = 1
    """In how many places of the document the same text stands; this is the first or the best."""


class DoubtCode(StrEnum):
    """Why a field needs a look; the words for a person stand in `Doubt.text`."""

    MISSING = "missing"
    NOT_ON_PAGE = "not_on_page"
    NOT_TYPED = "not_typed"
    AMBIGUOUS = "ambiguous"
    CHECK_FAILED = "check_failed"
    UNSURE = "unsure"
    NO_TEXT = "no_text"
    REPAIRED = "repaired"
    HIDDEN_TEXT = "hidden_text"
    INSTRUCTIONS = "instructions"
    E_INVOICE = "e_invoice"
    """The file's e-invoice and its page don't say the same, or it can't be read."""
    SPLIT_UNCLEAR = "split_unclear"
    OTHER_TYPE = "other_type"
    """Part of a file may be of another type than it was taken for."""
    INCOMPLETE = "incomplete"


class Doubt(BaseModel, frozen=True):
    """One reason to look at a field, in words that a person understands."""

    code: DoubtCode
    text: str


class Coercion(BaseModel, frozen=True):
    """A verbatim answer as its declared type."""

    value: Value | None
    """None: the text can't be read as this kind."""
    alternatives: tuple[Value, ...] = ()
    """Other readings of the same text that the document doesn't rule out; not `value` itself."""
    problem: str = ""
    """Why there is no value, or why it isn't certain, in words; empty when all is plain."""


Embedded = Literal["agrees", "unprinted", "differs"]
"""How a value that an e-invoice declares stands to the page: printed there as well; not printed,
and nothing else in its place; or the page says something else."""


class Signals(BaseModel, frozen=True):
    """Facts about one answer that speak for or against it."""

    probability: float | None = None
    """Of the answer among those it could have been, 0 to 1, by the model and what is printed
    around it; without a value: that the document gives none. Of a list's cell that its column is
    the right one. None: the server gave none."""
    margin: float | None = None
    """That probability less the next candidate's, -1 to 1."""
    model_probability: float | None = None
    """By the model alone, 0 to 1; None: it wasn't asked, or its server reports none."""
    label: float | None = None
    """How much the labels around it, or its column's heading, speak for it, in log-odds; below 0:
    they are another field's. None: nobody looked."""
    by_checks: bool = False
    """It was chosen against its own evidence, so that checks pass: those can't speak for it."""
    free_probability: float | None = None
    """Of the answer before it was constrained to what stands in the document, 0 to 1."""
    null_probability: float | None = None
    """How probable it was that the document doesn't give the field, 0 to 1."""
    grounded: bool = False
    """It stands on a page."""
    places: int = 0
    """In how many places it stands."""
    typed: bool = False
    """It could be read as the field's kind."""
    ambiguous: bool = False
    """It has more than one reading."""
    checks_passed: int = 0
    checks_failed: int = 0
    candidates: int | None = None
    """How many strings of the document it could have been, or how many columns of its table a
    list's cell could stand in; None: nobody counted them."""
    nested: bool | None = None
    """What else it could be contains it or is contained in it: where it begins or ends is in
    question. None: a kind that isn't words, or there is nothing else."""
    cut: bool | None = None
    """Other words go on beside it, with no more than a blank between, that aren't its label: it may
    be a part of something longer. None: a kind that isn't words, a list's cell, or it isn't known
    where it stands."""
    in_totals: bool | None = None
    """An amount that stands in a block of sums: figures under each other, one of them labelled as a
    sum. None: no single amount, or it isn't known where it stands."""
    unusual: bool = False
    """It could be read, but isn't printed as values of its kind mostly are: a year of two digits,
    an amount without decimals, something left out before it or behind."""
    agrees: bool | None = None
    """A second reading gave the same value, or none as well; None: there was none, or its list has
    other rows."""
    ocr: float | None = None
    """The least confidence of its words' recognition, 0 to 1; of a field without a value, the mean
    of all words that were recognised; None: they are text."""
    history: float | None = None
    """How well it fits this sender's documents that a person settled: from -1, none of them had
    this value or a value of this form, to 1, all had; None: the sender isn't known."""
    embedded: Embedded | None = None
    """It is an e-invoice's, not a model's; None: it was read from the page."""


class FieldResult(BaseModel, frozen=True):
    """One field of one record, with all that is known about it."""

    path: str
    """`grand_total`, `line_items[2].line_total`; items count from 0."""
    kind: Kind
    raw: str | None
    """The answer as the model gave it; None: it said that the document doesn't give the field."""
    value: Value | None
    alternatives: tuple[Value, ...] = ()
    """Other readings of `raw`."""
    rivals: tuple[str, ...] = ()
    """Verbatim, what else it could be, the likeliest first; a few at most."""
    second: str | None = None
    """Verbatim, what a second reading gave, where that is another value."""
    evidence: Evidence | None = None
    """None: it stands nowhere on the pages."""
    signals: Signals = Signals()
    confidence: float = 0.0
    """From 0 to 1: that the value is right or, without one, that the document gives none."""
    doubts: tuple[Doubt, ...] = ()
    """Of an extraction those that hold its record back however sure the value is; routing adds
    those that follow from the confidence."""

    @model_validator(mode="before")
    @classmethod
    def _typed(cls, given: Any) -> Any:
        """Read values by the field's kind: JSON has only text for decimals and dates."""
        if not isinstance(given, dict):
            return given
        kind = Kind(given["kind"])
        typed = {**given, "alternatives": [_value(kind, v) for v in given.get("alternatives", ())]}
        typed["value"] = _value(kind, given.get("value"))
        return typed


def _value(kind: Kind, given: Value | None) -> Value | None:
    return value_of(kind, given) if isinstance(given, str) else given


class CheckResult(BaseModel, frozen=True):
    """What one of the type's checks across fields said."""

    name: str
    verdict: Literal["passed", "failed", "not_applicable"]
    text: str
    """In words and figures: "net 100.00 + tax 19.00 is 1.00 less than the total 120.00"."""
    fields: tuple[str, ...]
    """The paths that took part."""

    @property
    def tells(self) -> bool:
        """Whether passing speaks for the values.

        Figures rarely add up by chance; but any two dates are in order half of the time, and a
        number that belongs to another field has right check digits too.
        """
        return self.name.startswith(("sum", "product"))


class Usage(BaseModel, frozen=True):
    """What asking cost."""

    calls: int = 0
    input_tokens: int = 0
    cached_tokens: int = 0
    """Those of `input_tokens` that the server didn't have to read again."""
    output_tokens: int = 0
    invalid_answers: int = 0
    """Answers that had to be asked again because they didn't fit."""
    outages: int = 0
    """Calls that had to be made again because the server failed."""

    def __add__(self, other: Usage) -> Usage:
        return Usage(
            **{name: getattr(self, name) + getattr(other, name) for name in Usage.model_fields}
        )

    def __sub__(self, other: Usage) -> Usage:
        return Usage(
            **{name: getattr(self, name) - getattr(other, name) for name in Usage.model_fields}
        )


class ExtractedRecord(BaseModel, frozen=True):
    """One record of a document, before anybody decided on it."""

    fields: tuple[FieldResult, ...]
    """In the order of the record model; list items in the order of the page."""
    checks: tuple[CheckResult, ...] = ()
    pages: PageRange | None = None
    """Of the file; None: all of them."""
    receipts: tuple[Receipt, ...] = ()
    """Whether its lists are complete."""
    type_name: str | None = None
    """None: that of its extraction."""


class Extraction(BaseModel, frozen=True):
    """All that was found in one document."""

    document_id: str
    type_name: str
    """Of its first record; the others may be of other types."""
    pages: int
    records: tuple[ExtractedRecord, ...]
    doubts: tuple[Doubt, ...] = ()
    """About the document as a whole: pages without text, say."""
    aside: tuple[PageAside, ...] = ()
    """The pages that belong to no record: blank ones, covers."""
    usage: Usage = Usage()
    seconds: float = 0.0
    recognised: tuple[RecognisedPage, ...] = ()
    """The pages that were read by OCR."""

    def type_of(self, record: ExtractedRecord) -> str:
        """Return the name of a record's type."""
        return record.type_name or self.type_name

    @property
    def type_names(self) -> tuple[str, ...]:
        """Those of its records, each once, in their order; without any, its own."""
        named = dict.fromkeys(self.type_of(record) for record in self.records)
        return tuple(named) or (self.type_name,)


class Outcome(StrEnum):
    """Where a document stands."""

    ACCEPTED = "accepted"
    IN_REVIEW = "in_review"
    REVIEWED = "reviewed"
    REJECTED = "rejected"
    FAILED = "failed"


Cost = Decimal
"""Money in US dollars."""
