"""What a person types, as the value that it means: by the rules of extraction, and stricter."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal

from extractors.coerce.coerce import coerce
from extractors.coerce.locale import DocumentLocale, locale_of
from schemas.exact import DIGITS, SCALE, fits
from schemas.extraction import Coercion
from schemas.kinds import TYPE_OF_KIND, Kind, Value, text_of, value_of
from schemas.review import FieldCheck

STRICT = {
    date: re.compile(r"\d{4}-\d{2}-\d{2}"),
    Decimal: re.compile(r"-?\d+(\.\d+)?"),
}
"""The forms that have one meaning only, whatever the country."""
HINTS = {date: " Type it like this: 2026-11-23", Decimal: " Type it like this: 1234.50"}
MIXED = re.compile(r"\d[^\W\d_]|[^\W\d_]\d")
"""A letter beside a digit: `12O.50` isn't 12."""
LONGEST = 10_000
"""Characters of one value."""
NOWHERE = locale_of("")


def typed(kind: Kind, text: str, *, path: str, locale: DocumentLocale = NOWHERE) -> FieldCheck:
    """Return what a person typed for a field as a value of its kind; nothing typed is no value.

    What can be several things is none of them: `readings` says which. `locale` is the document's.
    """
    given = text.strip()
    if not given:
        return FieldCheck(path=path, text=text)
    if len(given) > LONGEST:
        problem = f"it has {len(given):,} characters; at most {LONGEST:,} are taken."
        return FieldCheck(path=path, text=f"{given[:50]}…", problem=problem)
    found = FieldCheck(path=path, text=text)
    python_type = TYPE_OF_KIND[kind].__origin__
    if python_type is Decimal and MIXED.search(given):
        return _problem(found, f"{given!r} has letters among its digits.{HINTS[Decimal]}")
    if python_type in STRICT and STRICT[python_type].fullmatch(given):
        return _kept(kind, found, Coercion(value=_strict(kind, given)))
    return _kept(kind, found, coerce(kind, given, locale))


def _kept(kind: Kind, found: FieldCheck, coerced: Coercion) -> FieldCheck:
    """Return what a text is, given what it was coerced to."""
    value, given = coerced.value, found.text.strip()
    if value is None:
        hint = HINTS.get(TYPE_OF_KIND[kind].__origin__, "")
        return _problem(found, f"{coerced.problem or f'{given!r} is no {kind.value}.'}{hint}")
    if coerced.alternatives:
        readings = tuple(text_of(each) for each in (value, *coerced.alternatives))
        problem = f"{given!r} can be {' or '.join(readings)}. Type the one that is meant."
        return _problem(found, problem).model_copy(update={"readings": readings})
    if isinstance(value, Decimal) and not fits(value):
        return _problem(
            found,
            f"{text_of(value)} can't be published without rounding: at most "
            f"{DIGITS - SCALE} digits before the point and {SCALE} after it.",
        )
    return found.model_copy(update={"value": text_of(value), "remark": coerced.problem})


def _problem(found: FieldCheck, problem: str) -> FieldCheck:
    return found.model_copy(update={"problem": problem})


def _strict(kind: Kind, text: str) -> Value | None:
    try:
        return value_of(kind, text)
    except ValueError:
        return None
