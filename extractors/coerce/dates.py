"""Dates: printed days to days of the calendar, their order decided by the whole document."""

from __future__ import annotations

import re
from datetime import date

from extractors.coerce.folding import squeeze
from extractors.coerce.locale import DocumentLocale
from extractors.coerce.months import month_number
from extractors.coerce.printed_dates import PrintedDate, dates_in
from schemas.extraction import Coercion

_NUMBERS = re.compile(r"(?<![\w/])(?:\d{1,4} ?[./-] ?\d{1,2} ?[./-] ?\d{2,4}|\d{8})(?!\w)")


def coerce_date(raw: str, locale: DocumentLocale) -> Coercion:
    """Return the day that `raw` names; a weekday, a time or a label beside it is left aside."""
    text = squeeze(raw)
    found = dates_in(text)
    if not found:
        return Coercion(value=None, problem=_why_none(text))
    days = _days(found[0], locale)
    others = tuple(dict.fromkeys(day for one in found[1:] for day in _days(one, locale)))
    others = tuple(day for day in others if day not in days)
    if others:
        written = ", ".join(text[one.start : one.end] for one in found)
        problem = f"{text!r} holds {len(found)} dates: {written}."
        return Coercion(value=days[0], alternatives=days[1:] + others, problem=problem)
    if len(days) == 1:
        return Coercion(value=days[0])
    written = " or ".join(map(_worded, days))
    return Coercion(
        value=days[0], alternatives=days[1:], problem=f"{text!r} has two readings: {written}."
    )


def _days(printed: PrintedDate, locale: DocumentLocale) -> tuple[date, ...]:
    """Return the days that a printed date can mean in this document, the likeliest first."""
    day_first, month_first = printed.day_first, printed.month_first
    if day_first is None or month_first is None or day_first == month_first:
        return printed.days[:1]
    if printed.dotted and locale.date_order != "month_first":
        return (day_first,)
    if locale.date_order == "day_first":
        return (day_first,)
    if locale.date_order == "month_first" and not printed.dotted:
        return (month_first,)
    return (day_first, month_first)


def _why_none(text: str) -> str:
    """Say what `text` lacks to be a date."""
    if not text:
        return "It is empty."
    if _NUMBERS.search(text):
        return f"{text!r} is not a date: the calendar has no such day."
    words = re.findall(r"[^\W\d_]+", text)
    if any(month_number(word) for word in words) or re.fullmatch(r"\d{1,2}[./-]\d{1,4}\.?", text):
        return f"{text!r} is not a date: day, month and year must all be there."
    return f"{text!r} is not a date."


def _worded(day: date) -> str:
    return f"{day.day} {_MONTHS.split()[day.month - 1]} {day.year}"


_MONTHS = "January February March April May June July August September October November December"
