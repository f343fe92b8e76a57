"""What a calibration says of labelled documents that it hadn't seen: the ground of every figure."""

from __future__ import annotations

from pydantic import BaseModel

from schemas.kinds import Kind
from schemas.labelled import Origin


class HeldOutField(BaseModel, frozen=True):
    """One labelled field, rated by a model fitted without its document."""

    document_id: str
    type_name: str
    path: str
    kind: Kind
    empty: bool
    origin: Origin
    confidence: float
    """0 to 1."""
    right: bool
    terms: dict[str, float]
    """Its signals, each turned so that more speaks for the value; one that isn't there is left
    out."""


class HeldOutRecord(BaseModel, frozen=True):
    """One labelled record, scored by a model fitted without its document."""

    document_id: str
    type_name: str
    recipe_id: str
    origin: Origin
    score: float
    """0 to 1."""
    right: bool
    """Accepting it would be no mistake."""
    held_back: bool
    """It is never accepted, whatever the dial says."""


class HeldOut(BaseModel, frozen=True):
    """All labelled fields, and the records of which all is known."""

    fields: tuple[HeldOutField, ...]
    records: tuple[HeldOutRecord, ...]
