"""What the figures of a table's cells can be worth, without knowing what they are."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from functools import lru_cache

from extractors.coerce.folding import fold, squeeze
from extractors.coerce.lone_number import lone_number
from extractors.coerce.numerals import COMPACT, Reading, readings
from extractors.layout import Line
from extractors.tables.cells import has_digit

REMEMBERED = 8192


@lru_cache(maxsize=REMEMBERED)
def figures_of(text: str) -> tuple[Decimal, ...]:
    """Return what the one number of a cell can be: none, one value, or two for `1.234`."""
    if not has_digit(text):
        return ()
    number = lone_number(squeeze(text))
    if isinstance(number, str):
        return ()
    return tuple(number.signed(reading) for reading in number.readings)


def printed_figures(lines: Iterable[Line]) -> Counter[Decimal]:
    """Return how often each number is printed in these lines, by its value."""
    found: Counter[Decimal] = Counter()
    for line in lines:
        for segment in line:
            if has_digit(segment.text):
                found.update({reading.value for reading in _readings_in(segment.text)})
    return found


def adds_up(
    columns: Sequence[Sequence[Decimal]], printed: Counter[Decimal], own: Counter[Decimal]
) -> bool:
    """Say whether the sum of these cells is printed somewhere beside the cells' own rows.

    Each cell is a sequence of the values that it can have.
    """
    if not columns:
        return False
    return any(
        printed[abs(total)] > own[abs(total)] for total in _sums(columns) if total != Decimal(0)
    )


def _sums(cells: Sequence[Sequence[Decimal]]) -> Iterator[Decimal]:
    """Yield the sum with the first meaning of each cell, and that with the last."""
    yield sum((cell[0] for cell in cells), Decimal())
    yield sum((cell[-1] for cell in cells), Decimal())


@lru_cache(maxsize=REMEMBERED)
def _readings_in(text: str) -> tuple[Reading, ...]:
    return tuple(each for match in COMPACT.finditer(fold(text)) for each in readings(match[0]))
