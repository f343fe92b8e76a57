"""One execution of the flow, what it counted, and how a document stands before the next one."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from pydantic import BaseModel

from schemas.extraction import Cost, Outcome, Usage


class RunState(StrEnum):
    """How a run ended, or that it didn't yet."""

    RUNNING = "running"
    FINISHED = "finished"
    CANCELLED = "cancelled"
    """A person stopped it; what it had kept stays."""
    OUT_OF_TIME = "out_of_time"
    """Its time was over before all was done; the next run does the rest."""
    CRASHED = "crashed"
    """Its process is gone without a word; what it had kept stays."""


class RunSummary(BaseModel, frozen=True):
    """What one run did, in figures."""

    found: int = 0
    """Inputs: (source, document) pairs, and paths that couldn't be read."""
    skipped: int = 0
    """Documents that were done already, with this recipe or by a person."""
    accepted: int = 0
    in_review: int = 0
    failed: int = 0
    usage: Usage = Usage()
    cost: Cost = Decimal(0)
    seconds: float = 0.0
    """From its start to its end, by the clock."""


class Run(BaseModel, frozen=True):
    """One execution of the flow."""

    id: str
    """Begins with the time of its start, so that runs sort: `20261123-150715-9f3a`."""
    started: datetime
    ended: datetime | None
    """None: it is running."""
    state: RunState
    paths: tuple[str, ...]
    """As they were given on the command line."""
    recipe_ids: tuple[str, ...]
    model: str
    summary: RunSummary


class InputNote(BaseModel, frozen=True):
    """An input that was found: a path and what it holds."""

    source: str
    """The path or address, as text."""
    document_id: str | None
    """None: it couldn't be read, not even hashed."""
    reason: str = ""
    """Why it couldn't be read, in words."""


class Standing(StrEnum):
    """What is left to do for a document, given a recipe."""

    NEW = "new"
    """Nothing is known: extract it."""
    DONE = "done"
    """It was extracted with this recipe: nothing is asked again."""
    SETTLED = "settled"
    """A person decided on it, whatever the recipe: leave it alone unless told otherwise."""
    RETRY = "retry"
    """It failed for a reason that may have passed, such as an outage: try again."""
    FAILED = "failed"
    """It failed with this recipe and would fail again."""


class DocumentState(BaseModel, frozen=True):
    """How one document stands."""

    standing: Standing
    outcome: Outcome | None = None
    """Of the extraction that `standing` speaks of; None if there is none."""
    reason: str = ""
    """Why it failed; empty if it didn't."""
    recipe_id: str = ""
    """Of that extraction."""
    current: bool = False
    """That extraction is the one published. False with `done`: a later recipe replaced it, and
    `Store.make_current` takes it back without asking anything."""

    @property
    def to_do(self) -> bool:
        """Whether a run extracts it without being told to do so again."""
        return self.standing in (Standing.NEW, Standing.RETRY)


class Status(BaseModel, frozen=True):
    """What the store holds, in figures."""

    inputs: int = 0
    documents: int = 0
    outcomes: dict[Outcome, int] = {}
    """Documents by their outcome; one that was never reached has none."""
    unreadable: int = 0
    """Inputs that couldn't be read, so that they are no documents."""
    open_items: int = 0
    trusted_records: int = 0
    cost: Cost = Decimal(0)
    """Of all that was ever asked."""
    last_run: Run | None = None
