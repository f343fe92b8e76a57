"""How the dial of a document type stands: what `papersift status` and the review queue show."""

from __future__ import annotations

from pydantic import BaseModel

from schemas.recipe import EMBEDDED
from schemas.target import Promise, Target


class DialState(BaseModel, frozen=True):
    """Of one document type, for the model and the target that its latest run had."""

    type_name: str
    model: str
    calibration_id: str | None = None
    target: Target
    open: bool
    """Records are accepted without a look."""
    text: str
    """In words: what is promised, or why nothing is accepted and what it takes."""
    promise: Promise
    settled_since: int = 0
    """Documents that were settled as a whole since the calibration was fitted."""
    wrong_since: int = 0
    """Of these; counted as the promise counts."""
    audited: int = 0
    """Accepted records that were looked at all the same, under this calibration."""
    audited_wrong: int = 0
    broken: bool = False
    """The audit found so many wrong that the promise doesn't hold: the dial is closed."""
    audit_text: str = ""
    """The running error in words; empty: nothing was audited yet."""
    waiting: int = 0
    """Open review items of the type."""
    minutes: float | None = None
    """Of review, at the pace of who settled items before, until the target could be promised;
    None: the pace isn't known, or no review would do."""

    @property
    def embedded(self) -> bool:
        """Of records from e-invoices alone: they have evidence and a dial of their own."""
        return self.model == EMBEDDED

    @property
    def called(self) -> str:
        """What is accepted, for people: `invoice`, `invoice (e-invoices)`."""
        return f"{self.type_name} (e-invoices)" if self.embedded else self.type_name
