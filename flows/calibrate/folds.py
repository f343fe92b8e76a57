"""Divide labelled documents into folds: all of a document goes into one."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

from schemas.labelled import LabelledRecord

SHORT = 12
"""Digits of a document's id that tell it: shipped records have no more."""


def short_id(document_id: str) -> str:
    """Return the digits that an id of a shipped and one of a user's document share."""
    return document_id[:SHORT]


def folds_of(records: Iterable[LabelledRecord], folds: int, *, seed: int = 0) -> dict[str, int]:
    """Return the fold, from 0, of each document by its short id.

    Each type is spread evenly. The division is random and the same each time: it goes by a hash
    of the documents' ids and the seed.
    """
    types: dict[str, str] = {}
    for each in records:
        document = short_id(each.document_id)
        types[document] = min(types.get(document, each.type_name), each.type_name)
    order = sorted(types, key=lambda document: (types[document], _draw(document, seed)))
    return {document: number % folds for number, document in enumerate(order)}


def _draw(document: str, seed: int) -> str:
    return hashlib.sha256(f"{seed}/{document}".encode()).hexdigest()
