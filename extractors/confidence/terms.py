"""The terms of a confidence: each signal turned so that more of it speaks for the value.

A signal that isn't there gives no term: the calibration says what it then counts as. What a
list's cell is judged by, its column and its row's checks, are terms of their own: they tell other
things than those of a value that stands alone.
"""

from __future__ import annotations

import math

from schemas.extraction import Signals
from schemas.kinds import Kind

LEAST, MOST = 0.005, 0.995
"""A probability from few tokens is believed no further."""
LEAST_FREE = 1e-4
LABEL = (-4.0, 6.0)
MOST_CHECKS = 2
"""More checks than these add nothing: they share their fields."""
MOST_PLACES = 8
GOOD_OCR = 0.95
"""Words recognised as surely as this count as text."""

WORDS = frozenset({Kind.TEXT, Kind.ADDRESS})

FIELD_TERMS = ("answer", "margin", "model", "label", "passed", "few", "places")
"""Those of a value that stands alone."""
CELL_TERMS = ("column", "column_margin", "heading", "row_passed", "few_columns")
"""Those of a list's cell."""
SHARED_TERMS = (
    "free",
    "unfailed",
    "own_choice",
    "one_reading",
    "whole",
    "uncut",
    "in_totals",
    "usual",
    "plain",
    "agrees",
    "ocr",
    "history",
)
VALUE_TERMS = FIELD_TERMS + CELL_TERMS + SHARED_TERMS
"""All that `terms_of` may give for a value."""
EMPTY_TERMS = ("answer", "agrees", "ocr", "history")
"""Those that say something about a field without a value."""


def terms_of(
    signals: Signals, kind: Kind | None = None, *, listed: bool = False
) -> dict[str, float]:
    """Return the terms by name; each is finite, and rises with what speaks for the value.

    Args:
        signals: of one field.
        kind: of the field: what is unusual in words tells other things than in figures.
        listed: whether it is a cell of a list.
    """
    own = _cell_terms(signals) if listed else _field_terms(signals)
    terms = {
        **own,
        "free": _log10(signals.free_probability),
        "unfailed": -float(min(signals.checks_failed, MOST_CHECKS)),
        "own_choice": -float(signals.by_checks),
        "one_reading": -float(signals.ambiguous),
        "whole": _unless(signals.nested),
        "uncut": _unless(signals.cut),
        "in_totals": None if signals.in_totals is None else float(signals.in_totals),
        "plain" if kind in WORDS else "usual": -float(signals.unusual),
        "agrees": None if signals.agrees is None else float(signals.agrees) - 1,
        "ocr": None if signals.ocr is None else _logit(min(signals.ocr, GOOD_OCR), GOOD_OCR),
        "history": signals.history,
    }
    return {name: value for name, value in terms.items() if value is not None}


def _field_terms(signals: Signals) -> dict[str, float | None]:
    return {
        "answer": _logit(signals.probability),
        "margin": signals.margin,
        "model": _logit(signals.model_probability),
        "label": _between(signals.label, *LABEL),
        "passed": float(min(signals.checks_passed, MOST_CHECKS)),
        "few": _few(signals.candidates),
        "places": math.log(min(signals.places, MOST_PLACES)) if signals.places else None,
    }


def _cell_terms(signals: Signals) -> dict[str, float | None]:
    return {
        "column": _logit(signals.probability),
        "column_margin": signals.margin,
        "heading": _between(signals.label, *LABEL),
        "row_passed": float(min(signals.checks_passed, MOST_CHECKS)),
        "few_columns": _few(signals.candidates),
    }


def _logit(probability: float | None, neutral: float = 0.5) -> float | None:
    """Return the log-odds of a probability, above those of `neutral`.

    It is believed from `LEAST` to `MOST` only.
    """
    believed = _between(probability, LEAST, MOST)
    if believed is None:
        return None
    return math.log(believed / (1 - believed)) - math.log(neutral / (1 - neutral))


def _log10(probability: float | None) -> float | None:
    return None if probability is None else math.log10(max(probability, LEAST_FREE))


def _few(candidates: int | None) -> float | None:
    return -math.log(candidates) if candidates else None


def _unless(against: bool | None) -> float | None:  # noqa: FBT001
    return None if against is None else -float(against)


def _between(value: float | None, least: float, most: float) -> float | None:
    return None if value is None else min(max(value, least), most)
