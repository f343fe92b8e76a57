"""Labelled documents drawn from a model that is known: what a fit must find again."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

import numpy as np

from schemas.doctype import Policy
from schemas.extraction import Signals
from schemas.kinds import Kind
from schemas.labelled import LabelledField, LabelledRecord, Origin
from tests.builders import NOVEMBER

KINDS = {"number": Kind.IDENTIFIER, "day": Kind.DATE, "name": Kind.TEXT, "sum": Kind.AMOUNT}
POLICIES = {"note": Policy(require=("number", "day"), review=("name", "sum"))}
EASY = {"sum": 1.0, "name": -0.8}
"""Log-odds of a field of its own."""
CONFUSED = 0.6
"""Standard deviation of the log-odds that fields of one document share."""


def odds_of(field: LabelledField) -> float:
    """Return the true log-odds of a field, without what its document adds."""
    probability = field.signals.probability or 0.5
    odds = 1.2 * np.log(probability / (1 - probability)) + 0.7
    return float(odds + 1.0 * field.signals.checks_passed + EASY.get(field.path, 0.0))


def documents(
    count: int, seed: int, origin: Origin = Origin.GOLD, name: str = "note"
) -> tuple[LabelledRecord, ...]:
    """Return labelled documents of which the fields are right or wrong together, somewhat.

    The margin says nothing, and the label's evidence is the wrong way round.
    """
    draw = np.random.default_rng(seed)
    return tuple(_document(draw, f"{seed}/{number}", origin, name) for number in range(count))


def _document(draw: np.random.Generator, key: str, origin: Origin, name: str) -> LabelledRecord:
    return LabelledRecord(
        document_id=hashlib.sha256(key.encode()).hexdigest(),
        type_name=name,
        model="local/small",
        asking="fields",
        recipe_id=f"{name}-recipe",
        origin=origin,
        at=NOVEMBER,
        fields=tuple(_fields(draw)),
    )


def _fields(draw: np.random.Generator) -> Iterator[LabelledField]:
    shared = draw.normal(0, CONFUSED)
    for path, kind in KINDS.items():
        bare = LabelledField(
            path=path,
            kind=kind,
            signals=Signals(
                probability=float(draw.uniform(0.15, 0.985)),
                margin=float(draw.uniform(0, 1)),
                checks_passed=int(draw.integers(0, 2)),
                grounded=True,
                typed=True,
            ),
        )
        right = bool(draw.uniform() < 1 / (1 + np.exp(-odds_of(bare) - shared)))
        label = float(draw.normal(-1.0 if right else 1.0, 1.0))
        signals = bare.signals.model_copy(update={"label": label})
        yield bare.model_copy(update={"right": right, "signals": signals})
