"""How the records of one type in a document were made, and what decided where they go."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from schemas.doctype import DocumentType
from schemas.recipe import Recipe
from schemas.shape import Shape, shape_of
from schemas.target import Dial


@dataclass(frozen=True, kw_only=True)
class Way:
    """What decided where records go."""

    calibration_id: str | None = None
    """Of the calibration that their confidences are of; None: they were set by hand."""
    dial: Dial | None = None
    routed_by: str | None = None
    """Names all that decided, the policy too; another name means another way."""

    def columns(self) -> dict[str, str | None]:
        """Return what a record's row says of it."""
        return {
            "calibration_id": self.calibration_id,
            "routed_by": self.routed_by,
            "routed_json": self.dial.model_dump_json() if self.dial else None,
        }


NO_WAY = Way()


@dataclass(frozen=True, kw_only=True)
class Made:
    """By which recipe, as records of which type, routed by what."""

    doc_type: DocumentType
    recipe: Recipe
    way: Way = NO_WAY

    @cached_property
    def shape(self) -> Shape:
        """Of the type's records."""
        return shape_of(self.doc_type)
