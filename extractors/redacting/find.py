"""Find account numbers, card numbers and e-mail addresses in a text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from stdnum import iban, luhn

SecretKind = Literal["iban", "card", "email"]
ALL: frozenset[SecretKind] = frozenset({"iban", "card", "email"})

EMAIL = re.compile(r"[\w.%+-]+@[\w-]+(?:\.[\w-]+)*\.[^\W\d_]{2,}")
IBAN = re.compile(r"(?:(?<![^\W_])|(?<=IBAN))[A-Za-z]{2}[ .-]?[0-9]{2}")
CARD = re.compile(
    r"(?<![^\W_])(?<![.,-])(?:[0-9]{13,19}"
    r"|[0-9]{4}(?:([ -])[0-9]{4})(?:\1[0-9]{4}){1,2}\1[0-9]{1,7}"
    r"|[0-9]{4}([ -])[0-9]{6}\2[0-9]{4,5})(?![^\W_])(?![.,-][0-9])"
)
BETWEEN = " .-\u00a0"
"""May stand between the groups of an account number."""
SHORTEST, LONGEST = 15, 34
"""Letters and digits of an account number."""


@dataclass(frozen=True)
class Secret:
    """One of them, and where it stands: `[start, end)`."""

    kind: SecretKind
    start: int
    end: int


def secrets_in(text: str) -> Iterator[Secret]:
    """Yield what is valid by its check digits, or is an e-mail address; none overlaps another."""
    taken = [False] * len(text)
    for each in (*_ibans(text), *_emails(text), *_cards(text)):
        if not any(taken[each.start : each.end]):
            taken[each.start : each.end] = [True] * (each.end - each.start)
            yield each


def bare(text: str) -> str:
    """Return the letters and digits, in capitals."""
    return "".join(filter(str.isalnum, text)).upper()


def _ibans(text: str) -> Iterator[Secret]:
    for match in IBAN.finditer(text):
        ends: list[int] = []
        for at in range(match.start(), len(text)):
            if text[at].isalnum():
                ends.append(at + 1)
            elif text[at] not in BETWEEN or (at and text[at - 1] in BETWEEN):
                break
            if len(ends) == LONGEST:
                break
        for length in range(len(ends), SHORTEST - 1, -1):
            end = ends[length - 1]
            number = bare(text[match.start() : end])
            if number.isascii() and iban.is_valid(number):
                yield Secret("iban", match.start(), end)
                break


def _emails(text: str) -> Iterator[Secret]:
    for match in EMAIL.finditer(text):
        yield Secret("email", *match.span())


def _cards(text: str) -> Iterator[Secret]:
    for match in CARD.finditer(text):
        digits = bare(match[0])
        if 13 <= len(digits) <= 19 and luhn.is_valid(digits) and set(digits) != {"0"}:
            yield Secret("card", *match.span())
