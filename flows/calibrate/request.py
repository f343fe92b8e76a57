"""What a calibration is asked to do, and what it says."""

from __future__ import annotations

from pathlib import Path

from pydantic import BaseModel, Field

from flows.evaluate.request import EvaluationRequest
from schemas.batch import DEFAULT_MODEL, BatchRequest
from schemas.recipe import Asking, Ocr, Way
from schemas.target import DEFAULT_ASSURANCE, DEFAULT_AUDIT, Promise, Rate


class CalibrationRequest(BaseModel, frozen=True, extra="forbid"):
    """Fitted to which gold, for which model and target; plain values, so it can be scheduled."""

    gold: tuple[str, ...] = ()
    """Gold files, and folders that hold some; with what was settled in review and what earlier
    calibrations were given. None: those alone."""
    types: tuple[str, ...] = ()
    """Types of the user's own among what was settled: paths of their Markdown files."""
    model: str = DEFAULT_MODEL
    base_url: str | None = None
    asking: Asking | None = None
    second: str | None = None
    use_embedded: bool = False
    """For records that are from e-invoices alone: they have evidence of their own."""
    redact: bool = False
    ocr: Ocr = "auto"
    target_error: Rate | None = None
    target_errors: dict[str, Rate] = {}
    assurance: Rate = DEFAULT_ASSURANCE
    audit: float = Field(DEFAULT_AUDIT, ge=0, le=1)
    out: Path = Path("out")
    """Of the runs: its store keeps the calibration, and its documents are routed anew."""
    store: str | None = None
    eval_out: Path = Path("eval")
    """Where gold is extracted, as `papersift eval` does; what is done there isn't asked again."""
    report: Path | None = None
    """Where the HTML report is written; None: nowhere."""
    pictures: Path | None = None
    """Folder for the report's plots as PNG; None: nowhere."""
    dry_run: bool = False
    """Fit and report, but keep nothing and route nothing anew."""

    @property
    def way(self) -> Way:
        """Of the records that are calibrated."""
        return "embedded" if self.use_embedded else "page"

    def evaluation(self) -> EvaluationRequest:
        """Return the evaluation that extracts the gold; there must be some."""
        return EvaluationRequest(
            gold=self.gold,
            model=self.model,
            base_url=self.base_url,
            asking=self.asking,
            second=self.second,
            use_embedded=self.use_embedded,
            redact=self.redact,
            ocr=self.ocr,
            out=self.eval_out,
        )

    def place(self) -> BatchRequest:
        """Return the runs as a request that opens their store and model; of types it knows none."""
        return self.batch().model_copy(update={"target_errors": {}})

    def batch(self, type_given: str | None = None) -> BatchRequest:
        """Return the runs that this calibration is for, as a request."""
        return BatchRequest(
            paths=(str(self.out),),
            type=type_given,
            model=self.model,
            base_url=self.base_url,
            asking=self.asking,
            second=self.second,
            redact=self.redact,
            ocr=self.ocr,
            target_error=self.target_error,
            target_errors=self.target_errors,
            assurance=self.assurance,
            audit=self.audit,
            out=self.out,
            store=self.store,
        )


class TypeReport(BaseModel, frozen=True):
    """What a calibration means for one document type."""

    type_name: str
    promise: Promise
    leaves: dict[str, Promise] = {}
    """By leaf with a target of its own."""
    held_back: int
    """Labelled records that are never accepted, whatever the dial says."""
    text: str
    """In words."""
    moved: dict[str, int] = {}
    """Documents of the store that went another way, by what changed: `in review before, accepted
    now`."""


class CalibrationReport(BaseModel, frozen=True):
    """What was fitted, to what, and what it means."""

    calibration_id: str
    kept: bool
    """It is in use from now on."""
    fitted_on: str
    form: str
    documents: int
    labelled: int
    auroc: float | None
    brier: float | None
    ece: float | None
    """Over held-out fields; None: they can't be made."""
    types: tuple[TypeReport, ...]
    left_out: tuple[str, ...] = ()
    """What couldn't be used, in words: settled documents of a type whose file wasn't named."""
    report: str | None = None
