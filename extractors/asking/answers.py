"""Answers: what the model said of each field, verbatim, before anything is made of it."""

from __future__ import annotations

from dataclasses import dataclass

from extractors.asking.probability import Likelihood
from schemas.document import Word
from schemas.kinds import Kind

RIVALS = 3
"""So many other candidates are kept of a field, for the person who looks at it."""


@dataclass(frozen=True)
class Answer:
    """Of one field."""

    path: str
    """`grand_total`, `line_items[2].line_total`."""
    kind: Kind
    raw: str | None
    """None: the document doesn't give the field."""
    likelihood: Likelihood | None = None
    """None: the server reported no probabilities."""
    probability: float | None = None
    """With all that was known when it was chosen, 0 to 1; None: as the model's own. Without a
    value: that the document gives none."""
    rivals: tuple[str, ...] = ()
    """What else it could be, the likeliest first; a few at most."""
    candidates: int | None = None
    """How many strings of the document, or columns of a table, it could have been found in; None:
    nobody counted them."""
    margin: float | None = None
    """That less the next one's."""
    label: float | None = None
    """How much what is printed around it, or above its column, speaks for it, in log-odds; None:
    nobody looked."""
    by_checks: bool = False
    """It was chosen against its own evidence, so that the type's checks pass."""
    words: tuple[Word, ...] = ()
    """Where it was read, if that is known already; else it has to be looked for."""
    page: int = 0
    """Of `words`, from 1."""
    places: int = 1
    """In how many places the same text stands."""
