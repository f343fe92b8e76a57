"""A document's text as the model reads it: whole for large ones, shortened for small ones.

Reading the prompt is most of a small model's time, so its text leaves out what only repeats.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from extractors.layout import Line, text_of

HEAD_ROWS = 40
"""So many rows are kept whatever they say: letterhead, addresses, dates."""
SAME_SHAPE = 3
"""Of later rows that differ only in their words and figures, so many are kept."""
TABLE_CELLS = 4
"""A row of so many cells is one of a table."""
MOST_ROWS = 120
TAIL_ROWS = 40
"""Of a longer text the last rows are kept, with the totals, and as many of the first as fit."""
LONGEST_ROW = 240


def whole_text(lines: Sequence[Line]) -> str:
    """Return every row, pages headed by `[page 2]`."""
    written: list[str] = []
    for line in lines:
        if line[0].row == 0:
            written.append(f"[page {line[0].page}]")
        written.append(text_of(line))
    return "\n".join(written)


def brief_text(lines: Sequence[Line]) -> str:
    """Return the rows that are likely to hold single values; see the constants above."""
    kept: list[str] = []
    shapes: Counter[str] = Counter()
    seen: set[str] = set()
    for line in lines:
        text = text_of(line)[:LONGEST_ROW]
        shape = _shape(line)
        shapes[shape] += 1
        later = len(kept) >= HEAD_ROWS
        if text in seen or (later and (shapes[shape] > SAME_SHAPE or not _says_a_value(text))):
            continue
        seen.add(text)
        kept.append(text)
    if len(kept) > MOST_ROWS:
        kept = [*kept[: MOST_ROWS - TAIL_ROWS], "…", *kept[-TAIL_ROWS:]]
    return "\n".join(kept)


def _shape(line: Line) -> str:
    """Return what the row looks like; of a table's row, which cells have figures and letters."""
    if len(line) >= TABLE_CELLS:
        return "|".join(_cell_shape(segment.text) for segment in line)
    return re.sub(r"[^\W\d_]+", "a", re.sub(r"\d+", "9", text_of(line)))


def _cell_shape(text: str) -> str:
    return "9" * any(map(str.isdigit, text)) + "a" * any(map(str.isalpha, text))


def _says_a_value(text: str) -> bool:
    return any(map(str.isdigit, text)) or ":" in text
