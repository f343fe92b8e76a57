"""What a whole document says of how it prints numbers and dates."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from typing import Literal

from pydantic import BaseModel

from extractors.coerce.folding import fold
from extractors.coerce.numerals import COMPACT, Mark, readings
from extractors.coerce.places import countries_in, languages_in
from extractors.coerce.printed_dates import PrintedDate, dates_in

DateOrder = Literal["day_first", "month_first"]

COMMA_LANGUAGES = "de fr es it nl pt sv da no fi pl cs"
POINT_COUNTRIES = "CH LI MX MY SG IN US GB IE AU NZ HK PH"
MONTH_FIRST_COUNTRIES = frozenset({"US", "PH"})
UNDECIDED_COUNTRIES = frozenset({"CA"})
"""Where dates are printed in both orders."""

_DOLLARS = re.compile(r"(?<![A-Za-z])\$ ?[0-9]")
_CLOCK = re.compile(
    r"\b[0-9]{1,2}\.[0-9]{2}"
    r"(?: ?- ?[0-9]{1,2}\.[0-9]{2}(?![0-9,.])(?: ?Uhr\b)?| ?(?:Uhr|h|[AaPp]m)\b)"
)
"""Hours of opening are no amounts."""

ENOUGH_TEXT = 20_000
"""Characters, five pages or so, in which a document has shown its language and countries."""

OUTWEIGHS = 3
"""So many times more evidence decides against evidence for the contrary."""


class DocumentLocale(BaseModel, frozen=True):
    """A document's evidence for what its numbers and dates mean; the default is none at all."""

    decimal_mark: Mark | None = None
    """The mark before decimals, seen in amounts that have one meaning only; None: none seen."""
    date_order: DateOrder | None = None
    """None: the document doesn't say, or says both."""
    languages: tuple[str, ...] = ()
    """Two small letters each, the one with most words first."""
    countries: tuple[str, ...] = ()
    """ISO 3166 codes, the one with most evidence first."""

    @property
    def likely_mark(self) -> Mark | None:
        """The decimal mark to guess where no amount shows it, by country and language."""
        if self.decimal_mark is not None:
            return self.decimal_mark
        if self.countries and self.countries[0] in POINT_COUNTRIES.split():
            return "."
        if not self.languages:
            return None
        return "," if self.languages[0] in COMMA_LANGUAGES.split() else "."


def locale_of(text: str) -> DocumentLocale:
    """Return what the text of a whole document tells of its ways."""
    folded = fold(text)
    dates = dates_in(folded)
    languages = languages_in(folded[:ENOUGH_TEXT])
    countries = countries_in(folded[:ENOUGH_TEXT])
    return DocumentLocale(
        decimal_mark=_decimal_mark(_without(dates, folded)),
        date_order=_order_seen(dates) or _order_usual(languages, countries, folded),
        languages=languages,
        countries=tuple(countries),
    )


def _decimal_mark(text: str) -> Mark | None:
    """Return the mark in amounts with two or more decimals, or with groups of thousands."""
    seen = Counter(
        found[0].mark
        for match in COMPACT.finditer(_CLOCK.sub(" ", text))
        if len(found := readings(match[0])) == 1 and not re.fullmatch(r"[0-9]*[.,][0-9]?", match[0])
    )
    points, commas = seen["."], seen[","]
    if points > OUTWEIGHS * commas:
        return "."
    return "," if commas > OUTWEIGHS * points else None


def _order_seen(dates: Sequence[PrintedDate]) -> DateOrder | None:
    """Return the order of the dates that have one meaning only, or that are dotted."""
    seen = Counter(
        "day_first" if one.day_first else "month_first"
        for one in dates
        if one.day_first is None or one.month_first is None
    )
    days, months = seen["day_first"], seen["month_first"]
    if days > OUTWEIGHS * months:
        return "day_first"
    if months > OUTWEIGHS * days:
        return "month_first"
    if not days and any(one.dotted for one in dates):
        return "day_first"
    return None


def _order_usual(
    languages: tuple[str, ...], countries: Counter[str], text: str
) -> DateOrder | None:
    """Return the order that is usual in the document's language, countries and currency."""
    if languages and languages[0] != "en":
        return "day_first"
    if languages and not countries and _DOLLARS.search(text):
        return "month_first"
    months = sum(countries[code] for code in MONTH_FIRST_COUNTRIES)
    days = sum(countries.values()) - months - sum(countries[code] for code in UNDECIDED_COUNTRIES)
    if months > 2 * days:
        return "month_first"
    return "day_first" if days > months else None


def _without(dates: Sequence[PrintedDate], text: str) -> str:
    """Return `text` with the dates struck out."""
    parts, at = [], 0
    for one in dates:
        parts.append(text[at : one.start])
        at = one.end
    return " ".join([*parts, text[at:]])
