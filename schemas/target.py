"""The error rate that a person asks for, and what labelled documents allow of it."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, Field

Rate = Annotated[float, Field(gt=0, lt=1)]
"""A share, neither 0 nor 1: 0.02 is 2 %."""

DEFAULT_ERROR, DEFAULT_ASSURANCE, DEFAULT_AUDIT = 0.05, 0.95, 0.02


class Target(BaseModel, frozen=True, extra="forbid"):
    """What may go wrong among the records that are accepted without a look."""

    error: Rate = DEFAULT_ERROR
    """At most this share of the accepted records may have a wrong field."""
    assurance: Rate = DEFAULT_ASSURANCE
    """How sure that must be: the chance that the labelled documents were no lucky draw."""
    fields: dict[str, Rate] = {}
    """By leaf: at most this share of its accepted values may be wrong."""
    audit: float = Field(DEFAULT_AUDIT, ge=0, le=1)
    """This share of the accepted records goes to review all the same, chosen at random."""


class Promise(BaseModel, frozen=True):
    """What labelled documents allow to be promised for one target."""

    error: Rate
    assurance: Rate
    threshold: float | None
    """The least score that is accepted; None: nothing is, for the promise can't be made."""
    accepted: int = 0
    """Labelled documents from that score on; where nothing is accepted, those at the place that
    came closest."""
    wrong: int = 0
    """Of these."""
    of: int = 0
    """Labelled documents in all."""
    bound: float = 1.0
    """At the assurance, the error among the accepted is at most this: 0 to 1."""
    needed: int = 0
    """So many more documents like the accepted ones, all without a mistake, would allow it; 0: it
    is allowed."""
    least: float = 1.0
    """The smallest error that these documents would allow to be promised: 0 to 1."""

    @property
    def share(self) -> float:
        """The share of the labelled documents that is accepted, 0 to 1."""
        return self.accepted / self.of if self.of and self.threshold is not None else 0.0


class Dial(BaseModel, frozen=True):
    """What is accepted of one document type, under one target and one calibration."""

    target: Target = Target()
    threshold: float | None = None
    """The least score of an accepted record, 0 to 1; None: the dial is closed."""
    closed: str = ""
    """Why nothing is accepted, in words; empty if the dial is open."""
    fields: dict[str, float | None] = {}
    """By leaf with a target of its own: the least confidence; None: it can't be promised."""
    named: tuple[str, ...] = ()
    """The leaves that the type's policy names, in order: what is wrong elsewhere counts only if it
    is published."""

    @property
    def sure(self) -> float:
        """The confidence from which a single field needs no look: 0 to 1."""
        return 1 - self.target.error
