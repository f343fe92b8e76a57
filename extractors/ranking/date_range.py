"""Whether a date is the first or the second of two: `01.02. – 28.02.2025`, `Jan 5 to Jan 9`."""

from __future__ import annotations

import re
from typing import Literal

from extractors.ranking.surroundings import Surroundings

_MARK = r"(?:-|–|—|/|to|thru|through|until|bis(?: zum)?|au|al|hasta|tot|t/m)"
_FIRST = re.compile(rf"\s*{_MARK}\s*\d", re.IGNORECASE)
_SECOND = re.compile(rf"\d\s*{_MARK}\s*$", re.IGNORECASE)


def place_in_range(around: Surroundings) -> Literal["first", "second"] | None:
    """Return which of the two the date is around which this is printed; None: of no range."""
    first = _FIRST.match(around.behind) is not None
    second = _SECOND.search(around.before or around.next_to) is not None
    if first == second:
        return None
    return "first" if first else "second"
