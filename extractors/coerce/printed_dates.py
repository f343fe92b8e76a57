"""Dates as they are printed: where they stand in a text and which days they can mean."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from extractors.coerce.folding import fold
from extractors.coerce.months import month_number
from extractors.coerce.remembering import remembered

FIRST_YEAR, LAST_YEAR = 1900, 2099
_CENTURY_TURN = 70
"""Years of two digits: `69` is 2069, `70` is 1970, whatever the clock says."""

_YEAR_FIRST = re.compile(
    r"(?<![\w./-])(\d{4})(?:([./-])(\d{1,2})\2 ?(\d{1,2})|()(\d{2})(\d{2}))(?=T\d|(?![\w/-]|\.\d))"
)
_YEAR_LAST = re.compile(
    r"(?<![\w./])(?<!\d,)(\d{1,2})( ?/ ?|\. ?|-)(\d{1,2})( ?/ ?|\. ?|-)"
    r"(\d{4}|'?\d{2})(?![\w/]|[.,]\d)"
)
_WORD = r"([^\W\d_]{3,14})"
_DAY_FIRST = re.compile(
    r"(?<![\w/])(?<!\d[.,])(\d{1,2})(?:st|nd|rd|th|er|e|º|ª|°)?[ .,/-]{0,2}(?:of |del? |d')?"
    + _WORD
    + r"\.?[ .,/-]{0,3}(?:of |del? |d')?(\d{4}|'?\d{2})(?![\w:]|[.,/]\d)",
    re.IGNORECASE,
)
_MONTH_FIRST = re.compile(
    r"(?<!\w)" + _WORD + r"\.?[ .-]{0,2}(\d{1,2})(?:st|nd|rd|th)?(?: ?, ?| |[-./])"
    r"(\d{4}|'?\d{2})(?![\w:]|[.,/]\d)",
    re.IGNORECASE,
)
_YEAR_WORD = re.compile(
    r"(?<![\w./-])(\d{4})[ .,/-]{1,2}" + _WORD + r"\.?[ ./-]{1,2}(\d{1,2})(?!\w)"
)


@dataclass(frozen=True)
class PrintedDate:
    """A date in a text, with what it means for each order of its numbers."""

    start: int
    end: int
    """The date is `text[start:end]`."""
    day_first: date | None
    month_first: date | None
    """The same day as `day_first` where the order is plain: `2024-04-03`, `3 April 2024`."""
    dotted: bool = False
    """`3.4.2024`, which is day first nearly everywhere."""
    short_year: bool = False

    @property
    def days(self) -> tuple[date, ...]:
        """The days it can mean, that with the day first before the other."""
        both = (self.day_first, self.month_first)
        return tuple(dict.fromkeys(day for day in both if day is not None))


@remembered
def dates_in(text: str) -> tuple[PrintedDate, ...]:
    """Return the dates in `text` from left to right, none overlapping another.

    Only days of the calendar with a year count: neither `31.02.2025` nor `14 March` is one.
    """
    folded = fold(text)
    found = [*_year_first(folded), *_year_last(folded), *_worded(folded)]
    kept: list[PrintedDate] = []
    taken = bytearray(len(folded))
    for one in sorted(found, key=lambda it: (it.short_year, it.start - it.end, it.start)):
        if not any(taken[one.start : one.end]):
            kept.append(one)
            taken[one.start : one.end] = b"x" * (one.end - one.start)
    return tuple(sorted(kept, key=lambda it: it.start))


def _year_first(text: str) -> Iterator[PrintedDate]:
    for match in _YEAR_FIRST.finditer(text):
        month, day = match[3] or match[6], match[4] or match[7]
        meant = _day(match[1], month, day)
        if meant is not None:
            yield PrintedDate(match.start(), match.end(), meant, meant)


def _year_last(text: str) -> Iterator[PrintedDate]:
    for match in _YEAR_LAST.finditer(text):
        first, mark, second, other_mark, year = match.groups()
        short = len(year) < 4
        if mark.strip() != other_mark.strip() or (short and mark == ". "):
            continue
        if mark == "-" and text[match.start() - 1 : match.start()] == "-":
            continue
        if (
            text[match.end() : match.end() + 1] == mark == "-"
            and text[match.end() + 1 :][:1].isdigit()
        ):
            continue
        day_first, month_first = _day(year, second, first), _day(year, first, second)
        if day_first is None and month_first is None and short:
            day_first = month_first = _day(first, second, year)
        if day_first or month_first:
            dotted = mark.startswith(".")
            yield PrintedDate(match.start(), match.end(), day_first, month_first, dotted, short)


def _worded(text: str) -> Iterator[PrintedDate]:
    for pattern, (year, month, day) in (
        (_DAY_FIRST, (3, 2, 1)),
        (_MONTH_FIRST, (3, 1, 2)),
        (_YEAR_WORD, (1, 2, 3)),
    ):
        at = 0
        while match := pattern.search(text, at):
            number = month_number(match[month])
            meant = number and _day(match[year], number, match[day])
            at = match.end() if meant else match.end(1)
            if meant:
                short = len(match[year]) < 4
                yield PrintedDate(match.start(), match.end(), meant, meant, short_year=short)


def _day(year: str, month: str | int, day: str | int) -> date | None:
    """Return the day of the calendar, or None if there is none in the years that documents have."""
    full_year = int(year.removeprefix("'"))
    if len(year) < 4:
        full_year += 2000 if full_year < _CENTURY_TURN else 1900
    if not FIRST_YEAR <= full_year <= LAST_YEAR:
        return None
    try:
        return date(full_year, int(month), int(day))
    except ValueError:
        return None
