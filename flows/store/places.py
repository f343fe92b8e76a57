"""An item's place in the review queue: kept with it, so that a long queue needn't be read whole."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from typing import Any

from flows.store.records_json import DOUBTS
from schemas.extraction import Doubt


def draw_of(document_id: str, number: int) -> str:
    """Return a record's place among others: random, and the same each time."""
    return hashlib.sha256(f"{document_id}/{number}".encode()).hexdigest()


def place_of(fields: Iterable[Mapping[str, Any]], doubts: Iterable[Doubt]) -> dict[str, Any]:
    """Return what an item's row says of its fields, given as rows, and of its document's doubts.

    `teaches` is how uncertain the open fields are on average, 0 to 0.25: most where it is half to
    half; `codes` are those of the doubts that are open.
    """
    rows = [row for row in fields if row["doubtful"] and row["settled"] is None]
    spread = sum(row["confidence"] * (1 - row["confidence"]) for row in rows) / max(len(rows), 1)
    codes = {doubt.code.value for doubt in doubts}
    codes |= {d.code.value for row in rows for d in DOUBTS.validate_json(row["doubts_json"])}
    return {
        "teaches": round(spread, 9),  # 0.1 and 0.9 are equals
        "codes": f" {' '.join(sorted(codes))} ",
    }
