"""Gold: what a person says a document holds, to measure extractions by."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from schemas.kinds import Value

GoldRow = Mapping[str, Value | None]
"""One item of a list by its leaves' names; without those that were never labelled."""


@dataclass(frozen=True)
class GoldRecord:
    """The labelled part of one record."""

    fields: Mapping[str, Value | None]
    """By path; None: the document doesn't give the field. What was never labelled isn't there."""
    lists: Mapping[str, tuple[GoldRow, ...]]
    """The items of each labelled list, in the order of the page."""
