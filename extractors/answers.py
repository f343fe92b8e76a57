"""Answers: what the model said of each field, verbatim, before anything is made of it."""

from __future__ import annotations

from dataclasses import dataclass

from extractors.probability import Likelihood
from schemas.document import Word
from schemas.kinds import Kind


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
    words: tuple[Word, ...] = ()
    """Where it was read, if that is known already; else it has to be looked for."""
    page: int = 0
    """Of `words`, from 1."""
