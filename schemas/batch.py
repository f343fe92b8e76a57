"""What a run is asked to do, and what it says of each document."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from pydantic import BaseModel, Field

from schemas.dial_state import DialState
from schemas.extraction import Outcome
from schemas.limits import USUAL, Limits
from schemas.recipe import Asking, Ocr
from schemas.run import RunSummary
from schemas.target import DEFAULT_ASSURANCE, DEFAULT_AUDIT, Rate

DEFAULT_MODEL = "local/qwen2.5-coder-1.5b"


class BatchRequest(BaseModel, frozen=True, extra="forbid"):
    """A batch: which documents, asked how, kept where; plain values, so it can be scheduled."""

    paths: tuple[str, ...] = Field(min_length=1)
    """Files, folders (with all that is in them) and glob patterns."""
    type: str | None = None
    """Name of a document type or path of its Markdown file; None: the model chooses."""
    model: str = DEFAULT_MODEL
    base_url: str | None = None
    asking: Asking | None = None
    """None: as it is best for the model."""
    second: str | None = None
    """Model of a second reading; the same model reads in another order. None: one reading."""
    ocr: Ocr = "auto"
    """What reads pages without text; `auto`: the best engine that is installed."""
    target_error: Rate | None = None
    """At most this share of the accepted records may be wrong; None: as the type says, else 5 %."""
    target_errors: dict[str, Rate] = {}
    """By leaf: at most this share of its accepted values may be wrong."""
    assurance: Rate = DEFAULT_ASSURANCE
    audit: float = Field(DEFAULT_AUDIT, ge=0, le=1)
    """This share of the accepted records goes to review all the same."""
    out: Path = Path("out")
    """Where Parquet files are published, and the store is unless `store` says otherwise."""
    store: str | None = None
    """Database URL; None: `papersift.db` in `out`."""
    again: bool = False
    """Ask again also about documents that are done, failed for good, or settled by a person."""
    ignore_embedded: bool = False
    """Read the pages only, not the e-invoice that a PDF may hold."""
    redact: bool = False
    """Account numbers, card numbers and e-mail addresses don't go to the model: stand-ins do."""
    at_once: int | None = Field(None, ge=1, le=1000)
    """Documents asked about at once; None: 8, or what the model takes."""
    runner: Literal["threads", "dask", "ray"] = "threads"
    """Where the documents' tasks run: in this process, or on Dask's or Ray's workers."""
    runner_address: str | None = None
    """Of a Dask or Ray cluster; None: one is started for the run, on this machine."""
    document_timeout_s: float | None = Field(None, gt=0)
    """A document that takes longer to be read, or to be asked about, fails. None: no limit."""
    run_timeout_s: float | None = Field(None, gt=0)
    """After so many seconds the run is ended; what is left is the next run's. None: no limit."""
    requests_a_minute: int | None = Field(None, ge=1)
    """To the model, over all processes that have the same Prefect server; None: no limit."""
    tokens_a_minute: int | None = Field(None, ge=1)
    """Read and written by the model, over all of them; None: no limit."""
    limits: Limits = USUAL
    """How much one document may take."""
    passwords_file: Path | None = None
    """Passwords of encrypted documents, one a line; None: as the environment says."""
    review_url: str | None = None
    """Where the review page is; reports link to it."""

    @property
    def store_place(self) -> str | Path:
        return self.store or self.out


class DocumentLine(BaseModel, frozen=True):
    """What a run says of one input."""

    source: str
    document_id: str | None
    type_name: str | None = None
    """That of its first record; None: it isn't known."""
    other_types: tuple[str, ...] = ()
    """Those of its other records, each once, if they are of other types."""
    outcome: Outcome | None
    """None: that of the same file under another name."""
    reasons: tuple[str, ...] = ()
    """Why it failed or needs a look; empty if it was accepted."""
    note: str = ""
    """`done before`, `settled by a person`, `the same file as …`; empty if it was extracted now."""
    pages: int = 0
    fields: int = 0
    """Values found."""
    seconds: float = 0.0
    tokens: int = 0
    """Read and written by the model, without those that it had cached."""
    missing_signals: tuple[str, ...] = ()
    """What its confidences had to do without, in words."""

    @property
    def types(self) -> tuple[str, ...]:
        """Those of all its records, each once."""
        return (self.type_name, *self.other_types) if self.type_name else ()


class RunReport(BaseModel, frozen=True):
    """What one run did."""

    run_id: str
    lines: tuple[DocumentLine, ...]
    """In the order of the paths."""
    summary: RunSummary
    left: int = 0
    """Documents that it didn't come to because its time was over; the next run does them."""
    passed_over: int = 0
    """Files in the folders that are no documents."""
    published: tuple[str, ...] = ()
    """Parquet files that were written."""
    open_items: int = 0
    """In the review queue, over all runs."""
    dials: tuple[DialState, ...] = ()
    """Of the types in the store: what is promised of each, or why nothing is accepted."""
    missing_signals: tuple[str, ...] = ()
    """What confidences had to do without, in words: token probabilities that a server doesn't
    report."""
