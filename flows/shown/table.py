"""The table of a run's documents: one row each, what needs a person first."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence

from flows.shown.markdown import cell
from flows.shown.words import said
from schemas.batch import DocumentLine

MOST_REASONS = 3
"""Of a document; the review page has all of them."""
LONGEST = 400
"""Characters of why."""

Items = Mapping[str, Sequence[int]]
"""By document: its open review items."""


def rows(
    lines: Iterable[DocumentLine], items: Items, review_url: str | None
) -> list[dict[str, str | float]]:
    """Return the rows, all with the same columns.

    Documents are called as in the innermost folder that holds all of them. Addresses stand bare:
    one of Prefect's two pages makes no links of Markdown here.
    """
    lines = list(lines)
    linked = review_url is not None and any(line.document_id in items for line in lines)
    above = _folder([line.source for line in lines])
    return [_row(line, above, items, review_url if linked else None) for line in lines]


def address_of(line: DocumentLine, items: Items, review_url: str | None) -> str:
    """Return where a document can be reviewed; empty: it waits for nobody, or there is no page."""
    found = items.get(line.document_id or "", ())
    return f"{review_url.rstrip('/')}/items/{found[0]}" if review_url and found else ""


def why(line: DocumentLine) -> str:
    """Return why a document failed or needs a look, at moderate length."""
    parts = list(line.reasons[:MOST_REASONS])
    if len(line.reasons) > MOST_REASONS:
        parts.append(f"and {len(line.reasons) - MOST_REASONS} more")
    text = "; ".join([line.note, *parts] if line.note else parts)
    return text if len(text) <= LONGEST else f"{text[:LONGEST].rstrip()} …"


def _folder(sources: Sequence[str]) -> str:
    """Return the beginning that all have in common, up to a folder's end; empty: the root only."""
    common = os.path.commonprefix(sources)  # noqa: RUF071 - addresses are no paths
    folder = common[: common.rfind("/") + 1]
    return folder if folder.strip("/") else ""


def _row(
    line: DocumentLine, above: str, items: Items, review_url: str | None
) -> dict[str, str | float]:
    row: dict[str, str | float] = {
        "document": cell(line.source.removeprefix(above)),
        "type": ", ".join(line.types),
        "outcome": said(line.outcome),
        "seconds": round(line.seconds, 1),
        "tokens": line.tokens,
        "why": cell(why(line)),
    }
    if review_url is not None:
        row["review"] = address_of(line, items, review_url)
    return row
