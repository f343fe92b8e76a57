"""Ask for a long document's record window by window, and join what they gave.

What two windows both show is told by its place on the page. Of a field that several windows give,
the answer is taken whose labels fit best: a sum carried forward isn't the total.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from extractors.asking.answers import Answer
from extractors.asking.places import rows_of_items, words_in
from extractors.layout import Line
from extractors.windows import Window
from schemas.doctype import DocumentType
from schemas.kinds import Kind
from schemas.record import leaves_of, lists_of

Item = tuple[Answer, ...]
"""The answers of one item of a list."""


@dataclass(frozen=True)
class Placed:
    """An item of one window."""

    item: Item
    row: int | None
    """Index of its row among the document's lines; None: it stands in none."""
    order: tuple[int, int]
    """Where it comes among the items: the row of the nearest one before it that has a place, and
    how far behind that."""


def joined(
    doctype: DocumentType,
    parts: Sequence[tuple[Window, Sequence[Answer]]],
    lines: Sequence[Line],
) -> tuple[Answer, ...]:
    """Return one record's answers, given those that each window gave.

    A single field may be there several times, once for each window that gives it.
    """
    singles = [a for leaf in leaves_of(doctype.record) for a in _of_leaf(leaf.path, parts)]
    found: list[Answer] = list(singles)
    for each in lists_of(doctype.record):
        placed: list[Placed] = []
        for window, answers in parts:
            placed = _merged(placed, list(_placed(each.name, window, answers, lines)), window)
        for index, item in enumerate(sorted(placed, key=lambda each: each.order)):
            found += [
                replace(answer, path=f"{each.name}[{index}].{answer.path.rpartition('.')[2]}")
                for answer in item.item
            ]
    return tuple(found)


def _of_leaf(path: str, parts: Sequence[tuple[Window, Sequence[Answer]]]) -> Iterator[Answer]:
    """Yield the different answers to a single field, the likeliest place first; one at least."""
    given = [answer for _, answers in parts for answer in answers if answer.path == path]
    valued = [answer for answer in given if answer.raw is not None]
    if valued and valued[0].kind is Kind.AMOUNT:
        valued.reverse()  # totals stand last
    yield from {answer.raw: answer for answer in reversed(valued)}.values() if valued else given[:1]


def _placed(
    name: str, window: Window, answers: Sequence[Answer], lines: Sequence[Line]
) -> Iterator[Placed]:
    """Yield a window's items of one list, with the rows that they stand in."""
    items: dict[str, list[Answer]] = {}
    for answer in answers:
        if answer.path.startswith(f"{name}["):
            items.setdefault(answer.path.partition("]")[0], []).append(answer)
    own = lines[window.start : window.end]
    cells: list[Mapping[str, str]] = [
        {answer.path: answer.raw for answer in item if answer.raw} for item in items.values()
    ]
    last, behind = window.start, 0
    for item, row in zip(items.values(), rows_of_items(cells, own), strict=True):
        if row is None:
            behind += 1
            yield Placed(tuple(item), None, (last, behind))
            continue
        last, behind = window.start + row, 0
        stands = tuple(_standing(answer, lines, last) for answer in item)
        yield Placed(stands, last, (last, 0))


def _standing(answer: Answer, lines: Sequence[Line], row: int) -> Answer:
    words = words_in(answer.raw, lines, row) if answer.raw else ()
    return replace(answer, words=words, page=lines[row][0].page) if words else answer


def _merged(before: list[Placed], later: list[Placed], window: Window) -> list[Placed]:
    """Return the items of the windows so far and of one more, each once."""
    rows = {each.row for each in before if each.row is not None}
    lapped = [_texts(each) for each in before if each.row is None and each.order[0] >= window.start]
    new = []
    for each in later:
        if each.row is not None and each.row in rows:
            continue
        if each.row is None and _texts(each) in lapped:
            continue
        new.append(each)
    return [*before, *new]


def _texts(placed: Placed) -> tuple[str | None, ...]:
    return tuple(answer.raw for answer in placed.item)
