"""Where the items of an answer stand: each in a row of its own, in the order of the pages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from extractors.layout import Line
from schemas.document import Word

Cells = Mapping[str, str]
"""An item's texts by the name of the leaf."""
ROWS_OF_AN_ITEM = 3
"""An item's cells stand in so many rows at most."""
MOST = 0.6
"""So much of an item's text must stand in its row."""


def rows_of_items(items: Sequence[Cells], lines: Sequence[Line]) -> tuple[int | None, ...]:
    """Return for each item the index of its row, from above; None: it stands in none.

    Items are looked for behind the one before them, so equal ones find rows of their own.
    """
    texts = [_bare("".join(segment.text for segment in line)) for line in lines]
    found: list[int | None] = []
    at = 0
    for item in items:
        row = _row_of([_bare(text) for text in item.values()], texts, at)
        found.append(row)
        at = at if row is None else row + 1
    return tuple(found)


def words_in(raw: str, lines: Sequence[Line], row: int) -> tuple[Word, ...]:
    """Return the words of a row, or of those just below it, that are `raw`; empty: there are none.

    A part of a word counts as the word.
    """
    wanted = _bare(raw)
    for line in lines[row : row + ROWS_OF_AN_ITEM]:
        for segment in line:
            words = segment.words
            for start in range(len(words)):
                text = ""
                for end in range(start, len(words)):
                    text += _bare(words[end].text)
                    if text == wanted:
                        return tuple(words[start : end + 1])
                    if not wanted.startswith(text):
                        break
    return ()


def _row_of(cells: Sequence[str], texts: Sequence[str], start: int) -> int | None:
    """Return the first row from `start` on that has the item's cells, with the rows below it."""
    wanted = [cell for cell in cells if cell]
    total = sum(map(len, wanted))
    for row in range(start, len(texts)):
        near = "\n".join(texts[row : row + ROWS_OF_AN_ITEM])
        there = sum(len(cell) for cell in wanted if cell in texts[row])
        if there * 2 >= total and sum(len(cell) for cell in wanted if cell in near) >= MOST * total:
            return row if total else None
    return None


def _bare(text: str) -> str:
    return "".join(filter(str.isalnum, text)).casefold()
