"""Amounts, quantities and percentages: decimals that say what the digits say, never rounded."""

from __future__ import annotations

import re
from decimal import Decimal

from extractors.coerce.folding import squeeze
from extractors.coerce.locale import DocumentLocale
from extractors.coerce.lone_number import LoneNumber, lone_number
from extractors.coerce.numerals import NUMERAL, Reading
from extractors.coerce.printed_dates import dates_in
from schemas.extraction import Coercion
from schemas.kinds import text_of

PERCENT = re.compile(
    r" ?(?:%|(?i:percent|per cent|pct|prozent|v\.? ?h\.|pour ?cent|procent)(?![^\W\d_]))"
)
_SUFFIX = re.compile(
    r"/?-?|[*#A-Z]|[A-Z]{2}|\([A-Z]{1,2}\)|[.,;:]|(?i:only|net|gross|netto|brutto|ttc|ht|incl|excl)\.?"
)
"""What leaves the amount before it what it is: a tax code, India's `/-`, a footnote's star."""
_LABEL = re.compile(r".*[:=@]|[.~]?", re.DOTALL)
_TIMES = re.compile(r"(?:.*[^\w])?[x×]", re.IGNORECASE)
_FRACTION = re.compile(r"[0-9] ?[/⁄] ?[0-9]|[¼-¾⅐-⅞]")
LONGEST_UNIT = 40


def coerce_amount(raw: str, locale: DocumentLocale) -> Coercion:
    """Return money as a decimal, without the currency's sign or code."""
    text = squeeze(raw)
    if PERCENT.search(text):
        return _no("an amount", text, "it is a percentage")
    number = _number_in(text)
    if isinstance(number, str):
        return _no("an amount", text, number)
    glued_after = number.joined_after and not _SUFFIX.fullmatch(number.after)
    if number.joined_before or glued_after:
        return _no("an amount", text, "its digits are part of a word")
    credit = number.after.upper() in ("CR", "CR.")
    if credit:
        negative = number.signed(number.readings[0]).copy_negate()
        return Coercion(
            value=negative,
            alternatives=(negative.copy_negate(),),
            problem=f"{text!r} is marked as a credit: is it to be taken away?",
        )
    found = _decide(number, text, locale, thousands_likelier=True)
    if found.problem or (_LABEL.fullmatch(number.before) and _SUFFIX.fullmatch(number.after)):
        return found
    return found.model_copy(update={"problem": f"{text!r} holds other words beside the amount."})


def coerce_number(raw: str, locale: DocumentLocale) -> Coercion:
    """Return a quantity as a decimal, without its unit: `3 Stk`, `12 hrs`, `2x`."""
    text = squeeze(raw)
    if _FRACTION.search(text):
        return _no("a number", text, "it is a fraction")
    number = _number_in(text)
    if isinstance(number, str):
        return _no("a number", text, number)
    if number.joined_before and not _TIMES.fullmatch(number.before):
        return _no("a number", text, "its digits are part of a word")
    found = _decide(number, text, locale, thousands_likelier=False)
    if found.problem or max(len(number.before), len(number.after)) <= LONGEST_UNIT:
        return found
    return found.model_copy(update={"problem": f"{text!r} holds many words beside the number."})


def coerce_percent(raw: str, locale: DocumentLocale) -> Coercion:  # noqa: ARG001 - rates need no locale
    """Return a rate in percent: `19 %` is 19, and so is `19`; `0.19` stays 0.19."""
    text = squeeze(raw)
    marked = [match for match in NUMERAL.finditer(text) if PERCENT.match(text, match.end())]
    if len(marked) > 1:
        return _no("a percentage", text, f"it holds {len(marked)} of them")
    if marked:
        sign = "-" if text[: marked[0].start()].rstrip().endswith("-") else ""
        number = lone_number(sign + marked[0][0])
    else:
        number = _number_in(text)
    if isinstance(number, str):
        return _no("a percentage", text, number)
    if number.joined_before:
        return _no("a percentage", text, "its digits are part of a word")
    # No rate has thousands: `7.000 %` is 7 with three decimals.
    return Coercion(value=number.signed(number.readings[-1]))


def _number_in(text: str) -> LoneNumber | str:
    return "it is a date" if dates_in(text) else lone_number(text)


def _decide(
    number: LoneNumber, text: str, locale: DocumentLocale, *, thousands_likelier: bool
) -> Coercion:
    """Choose a reading by the document's decimal mark, or keep both and say so."""
    first, last = number.readings[0], number.readings[-1]
    if first is last:
        return Coercion(value=number.signed(first), problem=_slip(first, number, text))
    mark = locale.decimal_mark or locale.likely_mark
    chosen = next((each for each in number.readings if each.mark == mark), None)
    if chosen is not None and (locale.decimal_mark or chosen is first):
        return Coercion(value=number.signed(chosen))
    if chosen is None:
        chosen = first if thousands_likelier else last
    other = last if chosen is first else first
    values: tuple[Decimal, Decimal] = (number.signed(chosen), number.signed(other))
    return Coercion(
        value=values[0],
        alternatives=values[1:],
        problem=f"{text!r} has two readings: {' or '.join(map(text_of, values))}.",
    )


def _slip(reading: Reading, number: LoneNumber, text: str) -> str:
    if reading.slip:
        return (
            f"{text!r} sets its marks as no country does; it is read as {text_of(reading.value)}."
        )
    return f"{text!r} has spaces inside the number." if number.mended else ""


def _no(kind: str, text: str, why: str) -> Coercion:
    return Coercion(
        value=None, problem=f"{text!r} is not {kind}: {why}." if text else "It is empty."
    )
