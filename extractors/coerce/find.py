"""Find what looks like a value: dates and amounts in a line, and whether a text fits a kind."""

from __future__ import annotations

import re

from extractors.coerce.amounts import PERCENT
from extractors.coerce.currency import SIGN, without_currency
from extractors.coerce.folding import squeeze
from extractors.coerce.months import month_number
from extractors.coerce.numerals import NUMERAL, readings
from extractors.coerce.printed_amounts import amounts_in
from extractors.coerce.printed_dates import dates_in
from schemas.kinds import Kind

_TIME = re.compile(
    r"T?[0-9]{1,2}[:.h][0-9]{2}(?:[:.][0-9]{2})?(?:\.[0-9]+)?Z?(?: ?[AaPp]\.?[Mm]\.?| ?Uhr)?"
)
_AROUND_DATE = re.compile(r"(?:[^\W\d_]{2,10}\.?,?)?[,.;:() -]*")
_AROUND_AMOUNT = re.compile(r"[-+(]? ?0 ?-? ?\)?(?: ?[A-Z*]{1,2})?|\( ?0 ?\)")
_AROUND_NUMBER = re.compile(r"(?:[-+]|x)? ?0(?: ?[^\W\d_][^0-9]{0,15}|\.)?", re.IGNORECASE)
_PATTERNS = {
    Kind.PERCENT: re.compile(
        rf"[-+]? ?[0-9]{{1,3}}(?:[.,][0-9]+)?(?:{PERCENT.pattern})?", re.IGNORECASE
    ),
    Kind.IBAN: re.compile(r"[A-Z]{2} ?[0-9]{2}(?: ?[A-Z0-9]){11,30}"),
    Kind.VAT_ID: re.compile(
        r"(?:[A-Z]{2,3}[ -]?)?[0-9A-Z](?:[ ./-]?[0-9A-Z]){6,15}(?: (?:MWST|TVA|IVA|MVA))?"
    ),
    Kind.IDENTIFIER: re.compile(
        r"#? ?[\w./\\#&+*()°:-]{2,}|#? ?[A-Z0-9./-]+(?: [A-Z0-9./-]+){1,5}"
    ),
}
LEAST_DIGITS = 5
"""A tax number has at least so many."""


def looks_like(kind: Kind, text: str) -> bool:
    """Tell whether the whole of `text` may be printed as a value of `kind`; cheap, and no proof."""
    squeezed = squeeze(text)
    digits = sum(map(str.isdigit, squeezed))
    if kind in (Kind.TEXT, Kind.ADDRESS):
        return sum(map(str.isalpha, squeezed)) >= 2
    if kind is Kind.CURRENCY:
        return SIGN.fullmatch(squeezed) is not None
    if not digits or (kind is Kind.VAT_ID and digits < LEAST_DIGITS):
        return False
    if kind is Kind.DATE:
        return _is_date(squeezed)
    if kind in (Kind.AMOUNT, Kind.NUMBER):
        return _is_number(squeezed, _AROUND_AMOUNT if kind is Kind.AMOUNT else _AROUND_NUMBER)
    return _PATTERNS[kind].fullmatch(squeezed) is not None


def find_dates(text: str) -> list[tuple[int, int]]:
    """Return the half-open spans of the dates in `text`, weekday and time left out."""
    return [(one.start, one.end) for one in dates_in(text)]


def find_amounts(text: str) -> list[tuple[int, int]]:
    """Return the half-open spans of what is printed like money in `text`, left to right.

    Spans overlap where a space or a dash has two meanings: see `amounts_in`.
    """
    return list(amounts_in(text))


def _is_date(text: str) -> bool:
    found = dates_in(text)
    if len(found) != 1:
        return False
    before, after = text[: found[0].start].strip(), text[found[0].end :].strip(" ,")
    after = _TIME.sub("", after, count=1)
    return all(
        _AROUND_DATE.fullmatch(rest) and not month_number(rest) for rest in (before, after.strip())
    )


def _is_number(text: str, around: re.Pattern[str]) -> bool:
    """Tell whether `text` is one number and, in its place, `around` fits the rest."""
    bare = re.sub(r"(?<=[0-9])[.,]--?(?![0-9])", "", text)
    bare = without_currency(bare) if around is _AROUND_AMOUNT else bare
    found = NUMERAL.findall(bare)
    if len(found) != 1 or not readings(found[0]):
        return False
    return around.fullmatch(NUMERAL.sub("0", bare)) is not None
