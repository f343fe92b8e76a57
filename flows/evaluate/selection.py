"""Choose a part of the gold: by halves, to choose by one and report by the other, or a few of it.

Both go by the documents' bytes, not by names or folders, so that a document stays in its half
when gold is added, moved or renamed.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Literal

from flows.evaluate.gold import GoldDocument
from schemas.errors import InputError

Half = Literal["A", "B"]


def chosen(
    gold: Sequence[GoldDocument], *, half: Half | None, limit: int | None, seed: int
) -> tuple[GoldDocument, ...]:
    """Return the documents of one half, of them the first `limit` in a random order, in gold order.

    Raises:
        InputError: nothing is left.
    """
    left = [each for each in gold if half in (None, half_of(each.document_id))]
    if limit is not None:
        left.sort(key=lambda each: _shuffled(each, seed))
        first = set(list(dict.fromkeys(map(_file, left)))[:limit])
        left = [each for each in gold if _file(each) in first]
    if not left:
        raise InputError(
            f"No document of this gold is in half {half}. Leave out --half, or label more."
        )
    return tuple(left)


def half_of(document_id: str) -> Half:
    """Return the half that a document belongs to for ever."""
    return "A" if document_id < "8" else "B"


def in_words(half: Half | None, limit: int | None, seed: int, *, use_embedded: bool = False) -> str:
    """Say what was chosen: `half A, 20 at most, seed 0`; empty: all, by their pages."""
    parts = [f"half {half}"] if half else []
    if limit is not None:
        parts.append(f"{limit} at most, seed {seed}")
    if use_embedded:
        parts.append("e-invoices by their XML")
    return ", ".join(parts)


def _file(each: GoldDocument) -> tuple[str, str]:
    """Name what is drawn: a document with all its records, or as one of a type."""
    return each.document_id, "" if each.whole else each.type_name


def _shuffled(each: GoldDocument, seed: int) -> str:
    named = " ".join((str(seed), *_file(each)))
    return hashlib.sha256(named.encode()).hexdigest()
