"""Whether a field that got no value is absent from the document, or was missed.

Absence competes with the candidates: it is as likely as what speaks for the best of them is weak.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from extractors.ranking.rank import MODEL, Option
from schemas.kinds import Kind

ABSENT = -2.5
ABSENT_AMONG_MANY = -1.2
"""Utility of a field's not being there, in log-odds. The model's share of an undecided candidate
gives less, another field's label takes more away."""
MANY = frozenset({Kind.DATE, Kind.IDENTIFIER, Kind.VAT_ID, Kind.IBAN})
"""A page has dates and numbers of all sorts: one that nothing is printed beside says little."""
SAID = 3.0
"""That a model said so by itself, in log-odds."""
NOT_SAID = 0.05
"""Share of each candidate that the model could have given and didn't."""


def absence(kind: Kind) -> float:
    """Return the utility of a field's not being there."""
    return ABSENT_AMONG_MANY if kind in MANY else ABSENT


def said_absent(kind: Kind, options: Sequence[Option]) -> float:
    """Return how probable it is, 0 to 1, that a field isn't there of which a model said so.

    `options` were ranked without any share of the model's: only what is printed around them counts.
    """
    against = sum(math.exp(option.label + MODEL * math.log(NOT_SAID)) for option in options)
    absent = math.exp(absence(kind) + SAID)
    return absent / (absent + against)
