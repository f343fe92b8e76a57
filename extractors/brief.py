"""A document's text as the model reads it: whole for large ones, shortened for small ones.

Reading the prompt is most of a small model's time, so its text leaves out what only repeats and
what holds no value: later rows of a table, letterheads of later pages, sentences.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from extractors.candidates.label_words import is_label
from extractors.candidates.names import is_prose
from extractors.layout import Line, text_of
from extractors.row_kinds import (
    has_amount,
    is_contact,
    is_item_heading,
    is_labelled,
    is_table_row,
    is_total,
    label_of,
    names_total,
    says_figure,
    says_value,
)

HEAD_ROWS = 30
"""So many rows are kept whatever they say, sentences left out: letterhead, addresses, dates."""
SAME_SHAPE = 2
"""Of a table's rows, so many are kept, and the last one."""
SAME_LABEL = 3
"""Of rows behind one label, so many: a seller, a buyer and a third have a name and an address."""
LONG_TEXT = 1800
"""Characters; of a longer text the rows that matter least are left out, the last ones first."""
LONGEST_TEXT = 2600
"""Characters; of a still longer text the first and the last rows are kept, as many as fit."""
TAIL = 0.45
"""This part of a text that is too long comes from its end, with the totals."""
LONGEST_ROW = 160
"""Characters of a row; what stands behind them is cut off."""
KEPT = 9
"""The weight of a row that is not left out."""

_PAGE = re.compile(
    r"\b(page|seite|pagina|página|blatt)\b\W*\d+(?:\W*(?:of|von|de|sur|di|van|/)\W*\d+)?",
    re.IGNORECASE,
)


def whole_text(lines: Sequence[Line]) -> str:
    """Return every row, pages headed by `[page 2]`; what all pages repeat is there once."""
    repeated = _on_all_pages(lines)
    written: list[str] = []
    for line in lines:
        if line[0].row == 0:
            written.append(f"[page {line[0].page}]")
        text = text_of(line)
        if line[0].page == lines[0][0].page or _same_on_pages(text) not in repeated:
            written.append(text)
    return "\n".join(written)


def brief_text(lines: Sequence[Line]) -> str:
    """Return the rows that are likely to hold single values; see the constants above."""
    rows = _without_least(list(_Reader().rows(lines)), LONG_TEXT)
    return "\n".join(_within(rows, LONGEST_TEXT))


@dataclass(frozen=True)
class _Row:
    text: str
    weight: int


@dataclass
class _Reader:
    """Goes through a document's rows and remembers what it has seen."""

    seen: set[str] = field(default_factory=set)
    cells: set[str] = field(default_factory=set)
    labels: Counter[str] = field(default_factory=Counter)
    table_rows: int = 0
    kept: int = 0
    in_items: bool = False

    def rows(self, lines: Sequence[Line]) -> Iterator[_Row]:
        """Yield the rows that may hold a value; of a table the first ones and the last."""
        last = ""
        for line in lines:
            text = text_of(line)[:LONGEST_ROW].rstrip(" |")
            if not self._is_new(line, text):
                continue
            if self._is_one_of_many(line):
                last = text
            elif self._may_hold_value(line, text):
                if last:
                    yield _Row(last, 0)
                last = ""
                yield _Row(text, self._weight(line, text))
                self.kept += 1
        if last:
            yield _Row(last, 0)

    @property
    def later(self) -> bool:
        """The head of the document is over."""
        return self.kept >= HEAD_ROWS

    def _is_new(self, line: Line, text: str) -> bool:
        """Say whether a row stands for the first time; later pages repeat letterheads."""
        same = _same_on_pages(text)
        texts = [segment.text for segment in line]
        repeated = line[0].page > 1 and self.cells.issuperset(texts) and not has_amount(texts)
        if same in self.seen or not same or repeated:
            return False
        self.seen.add(same)
        self.cells.update(texts)
        self.labels[label_of(text)] += 1
        return True

    def _is_one_of_many(self, line: Line) -> bool:
        """Say whether a row is one of a table of which enough has been seen."""
        if is_item_heading(line):
            self.in_items, self.table_rows = True, 0
        elif is_table_row(line):
            self.table_rows += 1
            return self.table_rows > SAME_SHAPE and (self.in_items or self.later)
        return False

    def _may_hold_value(self, line: Line, text: str) -> bool:
        if is_labelled(line):
            self.in_items = self.in_items and is_item_heading(line)
        elif (self.in_items or is_prose(text)) and not says_figure(text):
            return False
        label = label_of(text)
        often = label and self.labels[label] > SAME_LABEL and not names_total(label)
        return not (self.later or self.in_items) or (says_value(line, text) and not often)

    def _weight(self, line: Line, text: str) -> int:
        """Return how much a row matters, from 0: rows of items and ways of contact hardly do."""
        bare = not any(map(str.isdigit, text)) and not label_of(text)
        coded = not any(map(str.isalpha, text)) and not says_figure(text)
        if is_total(line):
            return KEPT
        if self.in_items and not is_item_heading(line):
            return 0
        if is_contact(line, text):
            return 1
        if self.later and all(is_label(segment.text) for segment in line):
            return 2
        return 3 if self.later and (coded or bare) else KEPT


def _without_least(rows: list[_Row], most: int) -> list[str]:
    """Leave out rows of the smallest weight, the last first, until `most` characters are left."""
    length = sum(len(row.text) + 1 for row in rows)
    order = sorted(range(len(rows)), key=lambda index: (rows[index].weight, -index))
    out: set[int] = set()
    for index in order:
        if length <= most or rows[index].weight == KEPT:
            break
        out.add(index)
        length -= len(rows[index].text) + 1
    return [row.text for index, row in enumerate(rows) if index not in out]


def _within(rows: list[str], most: int) -> list[str]:
    """Return the rows, or as many first and last ones as have `most` characters together."""
    if sum(len(row) + 1 for row in rows) <= most:
        return rows
    tail = _fitting(rows[::-1], most * TAIL)[::-1]
    return [*_fitting(rows, most * (1 - TAIL)), "…", *tail]


def _fitting(rows: Sequence[str], most: float) -> list[str]:
    found: list[str] = []
    length = 0
    for row in rows:
        length += len(row) + 1
        if length > most:
            break
        found.append(row)
    return found


def _on_all_pages(lines: Sequence[Line]) -> set[str]:
    """Return the rows that stand on every page, if there is more than one page."""
    pages: dict[str, set[int]] = {}
    for line in lines:
        pages.setdefault(_same_on_pages(text_of(line)), set()).add(line[0].page)
    count = len({line[0].page for line in lines})
    return {text for text, on in pages.items() if count > 1 and len(on) == count}


def _same_on_pages(text: str) -> str:
    """Return the row without gaps and the page's number."""
    return " ".join(_PAGE.sub("", text).replace("|", " ").split())
