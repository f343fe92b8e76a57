"""The store's tables.

    inputs ──> documents ──> extractions ──> records ──> fields
                                  │             └──> items ──> claims, saves ──> decisions
                     runs <───────┴──> recipes
    editions, changes: a mark for each published file, and which documents changed at each mark
    calibrations, labelled: how signals become confidences, and the gold that was given for it
    reaches: which scores of a type are best settled first
    announcements: what was said once and needn't be said again

What these classes say and what the migrations build is the same; a test compares them.
"""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import (
    Boolean,
    DateTime,
    Dialect,
    Double,
    ForeignKey,
    Index,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from sqlalchemy.types import TypeDecorator


class UtcDateTime(TypeDecorator[datetime]):
    """A moment with its time zone, kept as UTC also where the database knows no zones."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Refuse a moment without a zone: nobody could say when it was."""
        del dialect
        if value is None:
            return None
        assert value.tzinfo is not None, "a moment needs its time zone"
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Give the zone back."""
        del dialect
        if value is None:
            return None
        return value.astimezone(UTC) if value.tzinfo else value.replace(tzinfo=UTC)


class ExactDecimal(TypeDecorator[Decimal]):
    """A decimal as its text: databases would round it or make a float of it."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Decimal | None, dialect: Dialect) -> str | None:
        """Write it without an exponent."""
        del dialect
        return None if value is None else format(value, "f")

    def process_result_value(self, value: Any, dialect: Dialect) -> Decimal | None:
        """Read it back."""
        del dialect
        return None if value is None else Decimal(value)


class Table(DeclarativeBase):
    """Base of all tables; a column named `…_json` holds JSON as text."""

    type_annotation_map = {  # noqa: RUF012 - SQLAlchemy reads it from the class
        str: Text,
        float: Double,
        datetime: UtcDateTime,
        Decimal: ExactDecimal,
    }


class About(Table):
    """The store itself: one row."""

    __tablename__ = "about"

    store_id: Mapped[str] = mapped_column(primary_key=True)
    """Random; published files carry it."""
    audit_key: Mapped[str]
    """Random and told to nobody: chooses which accepted records are looked at all the same."""


class DocumentRow(Table):
    """Some bytes that were seen."""

    __tablename__ = "documents"

    id: Mapped[str] = mapped_column(primary_key=True)
    """SHA-256 of the bytes."""
    first_seen: Mapped[datetime]
    month: Mapped[str] = mapped_column(index=True)
    """`2026-11`: that of `first_seen`, for ever."""


class InputRow(Table):
    """A path and what it held."""

    __tablename__ = "inputs"

    id: Mapped[str] = mapped_column(primary_key=True)
    """SHA-256 over source and document, so that the same pair is one row."""
    source: Mapped[str] = mapped_column(index=True)
    place: Mapped[str]
    """The whole path, for `source` may be relative to where the run was started; empty for an
    address, and where nobody noted it."""
    document_id: Mapped[str | None] = mapped_column(ForeignKey("documents.id"), index=True)
    """None: the path couldn't be read."""
    reason: Mapped[str]
    first_seen: Mapped[datetime]
    last_seen: Mapped[datetime]
    month: Mapped[str] = mapped_column(index=True)
    """The document's, else that of `first_seen`."""
    run_id: Mapped[str | None] = mapped_column(ForeignKey("runs.id"))
    """The latest run that saw it."""


class RunRow(Table):
    """One execution of the flow."""

    __tablename__ = "runs"

    id: Mapped[str] = mapped_column(primary_key=True)
    started: Mapped[datetime]
    ended: Mapped[datetime | None]
    last_sign: Mapped[datetime]
    """When it last said that it lives."""
    state: Mapped[str] = mapped_column(index=True)
    host: Mapped[str]
    pid: Mapped[int]
    model: Mapped[str]
    paths_json: Mapped[str]
    recipes_json: Mapped[str]
    summary_json: Mapped[str]
    prefect_run: Mapped[str | None]
    """Id of the Prefect flow run; None: it ran without one."""


class UnderWayRow(Table):
    """A document that a run is about to extract; it means nothing once that run has ended."""

    __tablename__ = "under_way"

    document_id: Mapped[str] = mapped_column(primary_key=True)
    run_id: Mapped[str] = mapped_column(ForeignKey("runs.id"), index=True)
    since: Mapped[datetime]


class WatchedRow(Table):
    """A file of a watched folder that is done, as it was then."""

    __tablename__ = "watched"

    source: Mapped[str] = mapped_column(primary_key=True)
    stamp: Mapped[str]
    document_id: Mapped[str]


class RecipeRow(Table):
    """A recipe, and the shape of the records that it makes."""

    __tablename__ = "recipes"

    id: Mapped[str] = mapped_column(primary_key=True)
    type_name: Mapped[str] = mapped_column(index=True)
    recipe_json: Mapped[str]
    shape_json: Mapped[str | None]
    """None: the recipe only ever failed."""
    first_used: Mapped[datetime]


class ExtractionRow(Table):
    """What one recipe gave for one document, or why it gave nothing."""

    __tablename__ = "extractions"
    __table_args__ = (
        UniqueConstraint("document_id", "recipe_id", "turn", name="one_a_turn"),
        Index(
            "one_current",
            "document_id",
            unique=True,
            sqlite_where=text("current"),
            postgresql_where=text("current"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    document_id: Mapped[str] = mapped_column(ForeignKey("documents.id"))
    recipe_id: Mapped[str] = mapped_column(ForeignKey("recipes.id"), index=True)
    """That of its first record."""
    other_recipes_json: Mapped[str | None]
    """Where its records are of several types: the recipes of the others, by the type's name."""
    turn: Mapped[int]
    """0; one more each time that the same recipe is asked again, after a failure or by request."""
    run_id: Mapped[str | None] = mapped_column(ForeignKey("runs.id"), index=True)
    type_name: Mapped[str]
    """That of its first record; of a failure, the type that it was tried as."""
    current: Mapped[bool] = mapped_column(Boolean)
    """It is the document's published one."""
    outcome: Mapped[str] = mapped_column(index=True)
    retry: Mapped[bool] = mapped_column(Boolean)
    """It failed for a reason that may pass."""
    reasons_json: Mapped[str]
    document_reasons_json: Mapped[str]
    """Those of them that are about the document as a whole."""
    pages: Mapped[int | None]
    seconds: Mapped[float]
    usage_json: Mapped[str]
    cost: Mapped[Decimal]
    kept: Mapped[datetime]
    extraction_json: Mapped[str | None] = mapped_column(deferred=True)
    """As it was made, whatever a person said since; None: it failed."""
    account_json: Mapped[str | None]
    """How its pages and rows are accounted for; None: nobody said."""


class RecordRow(Table):
    """One record of an extraction."""

    __tablename__ = "records"
    __table_args__ = (UniqueConstraint("extraction_id", "number", name="one_a_number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    extraction_id: Mapped[int] = mapped_column(ForeignKey("extractions.id"))
    number: Mapped[int]
    type_name: Mapped[str]
    recipe_id: Mapped[str]
    """Of `recipes`: the one of its type."""
    outcome: Mapped[str] = mapped_column(index=True)
    calibration_id: Mapped[str | None] = mapped_column(index=True)
    """The calibration that its confidences are of, be it the store's or one that comes with
    papersift; None: they were set by hand."""
    routed_by: Mapped[str | None]
    """Names all that decided its way; None: nobody said."""
    routed_json: Mapped[str | None] = mapped_column(deferred=True)
    """The dial that it was routed by; None: nobody said."""
    score: Mapped[float]
    """How sure it is as a whole, 0 to 1: the dial goes by it. 0 where nobody knows."""
    held_back: Mapped[bool] = mapped_column(Boolean)
    """It wouldn't be accepted whatever the dial says: a check failed, say."""
    first_page: Mapped[int | None]
    last_page: Mapped[int | None]
    """Of the file, from 1; None: nobody said which pages it is of."""


class FieldRow(Table):
    """One field of a record, as it stands now."""

    __tablename__ = "fields"
    __table_args__ = (Index("fields_of_record", "record_id", "position"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    record_id: Mapped[int] = mapped_column(ForeignKey("records.id"))
    position: Mapped[int]
    path: Mapped[str]
    kind: Mapped[str]
    value: Mapped[str | None]
    raw: Mapped[str | None]
    alternatives_json: Mapped[str]
    confidence: Mapped[float]
    quote: Mapped[str | None]
    page: Mapped[int | None]
    boxes_json: Mapped[str]
    places: Mapped[int]
    signals_json: Mapped[str]
    doubts_json: Mapped[str]
    doubtful: Mapped[bool] = mapped_column(Boolean)
    withheld: Mapped[bool] = mapped_column(Boolean)
    """It isn't sure enough to be published unless a person settles it."""
    settled: Mapped[str | None]
    """`accept` or `correct`: a person decided on it."""


class ItemRow(Table):
    """A record that a person must look at, or did."""

    __tablename__ = "items"

    id: Mapped[int] = mapped_column(primary_key=True)
    record_id: Mapped[int] = mapped_column(ForeignKey("records.id"), unique=True)
    opened: Mapped[datetime]
    needs_word: Mapped[bool] = mapped_column(Boolean)
    audit: Mapped[bool] = mapped_column(Boolean)
    """It would have been accepted, and was chosen to be looked at all the same: no face of the item
    says so."""
    revision: Mapped[int]
    """One more with each change of the item."""
    draw: Mapped[str]
    """Its place in a random order that is always the same."""
    teaches: Mapped[float]
    """How uncertain its open fields are on average, 0 to 0.25."""
    codes: Mapped[str]
    """Of the doubts that are open, each between blanks: ` check_failed unsure `."""


class ClaimRow(Table):
    """A person has an item before him; once it has ended it means nothing."""

    __tablename__ = "claims"

    item_id: Mapped[int] = mapped_column(ForeignKey("items.id"), primary_key=True)
    holder: Mapped[str]
    """Random, known to one page of one person."""
    who: Mapped[str]
    since: Mapped[datetime]
    until: Mapped[datetime] = mapped_column(index=True)


class SaveRow(Table):
    """What a person said of an item at once, and what it takes to take it back."""

    __tablename__ = "saves"

    id: Mapped[int] = mapped_column(primary_key=True)
    item_id: Mapped[int] = mapped_column(ForeignKey("items.id"), index=True)
    who: Mapped[str]
    at: Mapped[datetime] = mapped_column(index=True)
    seconds: Mapped[float | None]
    """That it took; None: nobody counted."""
    actions: Mapped[int | None]
    """Keys and clicks that it took; None: nobody counted."""
    became: Mapped[str]
    """The record's outcome by it."""
    was: Mapped[str]
    """The record's outcome before."""
    revision: Mapped[int]
    """The item's after it."""
    before_json: Mapped[str] = mapped_column(deferred=True)
    """The fields that it changed, as they were before."""
    undone: Mapped[bool] = mapped_column(Boolean)


class DecisionRow(Table):
    """What a person said."""

    __tablename__ = "decisions"

    id: Mapped[int] = mapped_column(primary_key=True)
    item_id: Mapped[int] = mapped_column(ForeignKey("items.id"), index=True)
    save_id: Mapped[int | None] = mapped_column(ForeignKey("saves.id"), index=True)
    """None: it was said before these were kept."""
    action: Mapped[str]
    path: Mapped[str]
    was: Mapped[str | None]
    became: Mapped[str | None]
    who: Mapped[str]
    at: Mapped[datetime]
    reason: Mapped[str]
    undone: Mapped[bool] = mapped_column(Boolean)
    """It was taken back, and counts for nothing."""


class EditionRow(Table):
    """The state of what a published file shows; the file carries its mark."""

    __tablename__ = "editions"

    name: Mapped[str] = mapped_column(primary_key=True)
    """`type/invoice/2026-11`, `documents/2026-11`, `runs`."""
    mark: Mapped[str]
    """Random, and another one after each change: also after a backup was restored."""


class ChangeRow(Table):
    """A document that changed in a published file: so much needs to be written anew there."""

    __tablename__ = "changes"
    __table_args__ = (Index("changes_of_edition", "edition", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    edition: Mapped[str]
    mark: Mapped[str]
    """The edition's from this change on."""
    document_id: Mapped[str | None]
    """None: the inputs that couldn't be read."""


class CalibrationRow(Table):
    """How the signals of a model's answers became confidences, then or now."""

    __tablename__ = "calibrations"
    __table_args__ = (
        Index(
            "one_current_calibration",
            "model",
            "asking",
            unique=True,
            sqlite_where=text("current"),
            postgresql_where=text("current"),
        ),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    model: Mapped[str]
    asking: Mapped[str]
    calibration_json: Mapped[str] = mapped_column(deferred=True)
    current: Mapped[bool] = mapped_column(Boolean)
    """It is the one in use for its model and way of asking."""


class LabelledRow(Table):
    """A gold record, as it was extracted and judged: later fits need not be given it again."""

    __tablename__ = "labelled"
    __table_args__ = (Index("labelled_of_model", "model", "asking"),)

    document_id: Mapped[str] = mapped_column(primary_key=True)
    """Its bytes may never have been an input of this store."""
    recipe_id: Mapped[str] = mapped_column(primary_key=True)
    type_name: Mapped[str]
    model: Mapped[str]
    asking: Mapped[str]
    at: Mapped[datetime]
    origin: Mapped[str]
    labelled_json: Mapped[str]


class ReachRow(Table):
    """Down to which score the dial of a type could accept records soonest."""

    __tablename__ = "reaches"

    type_name: Mapped[str] = mapped_column(primary_key=True)
    reach: Mapped[float]


class AnnouncementRow(Table):
    """Something that was said once, such as that a promise is broken."""

    __tablename__ = "announcements"

    key: Mapped[str] = mapped_column(primary_key=True)
    """What it was about."""
    at: Mapped[datetime]
    text: Mapped[str]
