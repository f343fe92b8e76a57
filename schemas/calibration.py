"""A calibration: how signals become a probability, and the labelled documents that show it."""

from __future__ import annotations

from datetime import datetime
from typing import Self

from pydantic import BaseModel, Field, model_validator

from schemas.labelled import Origin


class Weight(BaseModel, frozen=True):
    """Of one term of the log-odds: a signal, turned so that more of it speaks for a value."""

    term: str
    weight: float = Field(ge=0)
    """Log-odds for one of the term; never below 0: confidence is monotone in each signal."""
    middle: float = 0.0
    """What a term counts as whose signal isn't there."""


class ConfidenceModel(BaseModel, frozen=True):
    """A logistic model of "this value is right", monotone in each of its terms."""

    intercept: float
    weights: tuple[Weight, ...]
    groups: dict[str, float] = {}
    """Log-odds that a group adds, drawn to 0 where its data is thin: `amount`, `invoice`,
    `invoice/amount`, `invoice/grand_total`. A group that isn't here adds nothing."""
    curve: tuple[tuple[float, float], ...] = ()
    """Points (log-odds of the model, log-odds that are right), both rising; between them straight
    lines, beyond them level. Empty: as the model says."""
    least: float = Field(0.01, ge=0, le=1)
    most: float = Field(0.99, ge=0, le=1)
    """Confidences stay between: so few documents can't make anybody surer."""

    @model_validator(mode="after")
    def _rises(self) -> Self:
        """Refuse a curve that falls: more confidence never means less probability."""
        for one, other in zip(self.curve, self.curve[1:], strict=False):
            if one[0] >= other[0] or one[1] > other[1]:
                raise ValueError("a calibration's curve must rise")
        if self.least > self.most:
            raise ValueError("the least confidence is above the most")
        return self


class Scored(BaseModel, frozen=True):
    """One labelled record or field, scored by a model that hadn't seen its document."""

    score: float
    """0 to 1."""
    right: bool
    origin: Origin = Origin.GOLD


class TypeEvidence(BaseModel, frozen=True):
    """The labelled documents of one type that can support a promise."""

    type_name: str
    recipe_ids: tuple[str, ...]
    """Of the recipes that extracted them: the promise holds for these."""
    records: tuple[Scored, ...]
    """Those that could be accepted: nothing but the dial stands against them."""
    held_back: int = 0
    """Others, which a failed check or a value that stands nowhere holds back whatever the dial
    says."""
    fields: dict[str, tuple[Scored, ...]] = {}
    """By leaf."""
    fair_from: float = 0.0
    """Records of a lower score are no fair sample: the likeliest ones were settled first."""

    @property
    def shipped(self) -> bool:
        """Whether there are some, and none of them is the user's."""
        return bool(self.records) and all(each.origin is Origin.SHIPPED for each in self.records)


class Calibration(BaseModel, frozen=True):
    """How the signals of one model's answers become confidences; a fact of its own, versioned."""

    id: str
    """Begins with the time of its making: `20261123-150715-9f3a`; `shipped` for those that come
    with papersift."""
    at: datetime
    model: str
    asking: str
    fitted_on: str
    """In words: how many documents of which kinds."""
    documents: int
    labelled: int
    """Fields."""
    values: ConfidenceModel
    """For fields with a value."""
    empties: ConfidenceModel
    """For fields without one: that the document gives none."""
    form: str = ""
    """Which form of model was chosen among which, in words."""
    evidence: tuple[TypeEvidence, ...] = ()

    def of_type(self, type_name: str) -> TypeEvidence | None:
        """Return the evidence for a type; None: there is none."""
        return next((each for each in self.evidence if each.type_name == type_name), None)
