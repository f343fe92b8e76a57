"""Part a long text into windows that overlap, so that each fits a model with its answer.

    for window in windows(lines, most_characters=40_000):
        window.lines            # those to read, a table's heading repeated before its later rows
        window.own              # indices of the document's lines that it shows

What stands in the overlap is read twice and is told by its place, not by its value.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from extractors.layout import Line, text_of
from extractors.row_kinds import is_item_heading
from extractors.tables.list_question import rows_like_items

MOST_ITEMS = 100
"""Rows that look like items, in one window: the answer has some 55 tokens for each."""
OVERLAP = 8
"""Rows that two windows have in common."""
CHARACTERS_A_TOKEN = 2.5
"""At least: figures and codes take a token for every two or three."""
USUAL_CONTEXT = 32_000
"""Tokens of a model of which nobody says how many it takes."""


@dataclass(frozen=True)
class Window:
    """Some rows of a document in a run."""

    lines: tuple[Line, ...]
    """As they are shown: with the heading of the table that they go on with."""
    start: int
    """Index of the first of its own rows among the document's lines."""
    end: int
    """Index behind its last one."""

    @property
    def own(self) -> range:
        return range(self.start, self.end)


def characters_for(context_tokens: int | None, answer_tokens: int) -> int:
    """Return how long a text may be, with its question, where the answer has so many tokens."""
    left = (context_tokens or USUAL_CONTEXT) - answer_tokens - ABOUT_IT
    return max(FEWEST_CHARACTERS, int(left * CHARACTERS_A_TOKEN))


ABOUT_IT = 2500
"""Tokens of the instructions and of the answer's schema."""
FEWEST_CHARACTERS = 4000


def windows(lines: Sequence[Line], most_characters: int) -> tuple[Window, ...]:
    """Return the windows; a single one with all lines if they fit."""
    items = {id(line) for line in rows_like_items(lines)}
    lengths = [len(text_of(line)) + 1 for line in lines]
    found: list[Window] = []
    start = 0
    while start < len(lines):
        end = _end(lines, lengths, items, start, most_characters)
        heading = _heading_above(lines, start) if start else None
        shown = lines[start:end] if heading is None else (heading, *lines[start:end])
        found.append(Window(tuple(shown), start, end))
        if end == len(lines):
            break
        start = max(start + 1, end - OVERLAP)
    return tuple(found)


def _end(
    lines: Sequence[Line], lengths: Sequence[int], items: set[int], start: int, most: int
) -> int:
    """Return the index behind the last row that fits; at least one does."""
    length = rows = 0
    for at in range(start, len(lines)):
        length += lengths[at]
        rows += id(lines[at]) in items
        if at > start and (length > most or rows > MOST_ITEMS):
            return at
    return len(lines)


def _heading_above(lines: Sequence[Line], start: int) -> Line | None:
    """Return the heading of the table that a window begins in the middle of."""
    return next((line for line in reversed(lines[:start]) if is_item_heading(line)), None)
