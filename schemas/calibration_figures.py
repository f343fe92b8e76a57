"""How good a calibration is, in figures; all of them over documents that the model hadn't seen."""

from __future__ import annotations

from pydantic import BaseModel, Field

from schemas.evaluation import Share


class Bin(BaseModel, frozen=True):
    """The answers whose confidence lies between two values."""

    low: float
    high: float
    confidence: float
    """Their mean."""
    right: Share
    """Of the answers; an invented one is not right."""


class Auroc(BaseModel, frozen=True):
    """How often a right one is surer than a wrong one, if one of each is drawn; ties count half.

    0.5 is no better than chance, 1 tells all of them apart.
    """

    value: float
    low: float
    high: float
    """95 % of the values over resampled documents lie between these two; 0 and 1 where too few are
    right, or wrong, to say."""

    @property
    def told(self) -> bool:
        """Whether there are enough of both to say anything."""
        return (self.low, self.high) != (0, 1)


class Point(BaseModel, frozen=True):
    """What happens if all from one score on is accepted."""

    score: float
    accepted: int = Field(ge=1)
    wrong: int
    """Of the accepted."""
    bound: float
    """At the assurance the error among the accepted is at most this, if each is drawn by itself."""

    @property
    def error(self) -> float:
        """The share of wrong ones among the accepted, 0 to 1."""
        return self.wrong / self.accepted


class Curve(BaseModel, frozen=True):
    """Risk against coverage: a point for each score, from the surest alone to all."""

    of: int
    points: tuple[Point, ...] = ()


class Covered(BaseModel, frozen=True):
    """How many could be accepted at a target."""

    error: float
    observed: int
    """The most, from the surest down, of which no more than the target is seen to be wrong: with
    hindsight, and no promise."""
    promised: int | None = None
    """So many from the top the promise holds for; None: nothing is promised for such."""


class Measure(BaseModel, frozen=True):
    """The confidences of a group of labelled fields."""

    name: str
    fields: int
    documents: int
    right: Share
    auroc: Auroc | None
    """None: all are right, or none is."""
    brier: float | None
    """Mean of the squared distances between confidence and truth, 0 to 1: less is better. None:
    there is no field."""
    ece: float | None
    """Mean distance between confidence and share right, over bins of equal count, 0 to 1; None:
    there is no field."""
    covered: tuple[Covered, ...] = ()


class SignalMeasure(BaseModel, frozen=True):
    """One signal alone, as if it were all that is known."""

    name: str
    empty: bool
    """Of fields without a value; False: of those with one."""
    fields: int
    """That have it."""
    of: int
    """Fields that could have it."""
    documents: int
    wrong: int
    """Of those that have it."""
    auroc: Auroc | None
    confidence: Auroc | None
    """The whole confidence on the same fields."""
    covered: tuple[Covered, ...] = ()
    """A field that doesn't have it isn't accepted."""


class RecordMeasure(BaseModel, frozen=True):
    """The scores of a type's records that could be accepted, as its promise rests on them."""

    type_name: str
    shipped: bool
    """They come with papersift; False: they are the user's."""
    records: int
    wrong: int
    held_back: int
    """Others, which are never accepted."""
    auroc: Auroc | None
    curve: Curve
    covered: tuple[Covered, ...] = ()


class CalibrationFigures(BaseModel, frozen=True):
    """All figures of a calibration."""

    assurance: float
    """Of the bounds."""
    whole: Measure
    by_type: tuple[Measure, ...]
    by_kind: tuple[Measure, ...]
    by_presence: tuple[Measure, ...]
    """With a value, and without."""
    by_origin: tuple[Measure, ...]
    signals: tuple[SignalMeasure, ...]
    """Those of values first, the most telling first."""
    bins: tuple[Bin, ...]
    """Of all fields, with equally many in each."""
    bins_by_type: dict[str, tuple[Bin, ...]]
    curve: Curve
    """Of all fields."""
    curves_by_type: dict[str, Curve]
    records: tuple[RecordMeasure, ...]
    """By type."""
