"""Make stand-ins: as long as their originals, of the same shape, with right check digits."""

from __future__ import annotations

import hashlib
import string
from collections.abc import Callable, Iterator

from stdnum import iban, luhn

from extractors.redacting.find import SecretKind, bare

TRIES = 500
"""Of stand-ins for one number: some countries have check digits of their own, which few have."""
LAST_TRIES = 50


class StandIns:
    """The stand-ins of one document: the same original has the same one wherever it stands."""

    def __init__(self, seed: str, text: str) -> None:
        """Draw by `seed`; none is a part of `text`, so that it means its original alone."""
        self._seed = seed
        self._taken = bare(text)
        self._by_original: dict[tuple[SecretKind, str], str] = {}

    def of(self, kind: SecretKind, printed: str) -> str:
        """Return the stand-in of something, printed as it is: spaces, marks and capitals stay."""
        number = _key(kind, printed)
        if (kind, number) not in self._by_original:
            self._by_original[kind, number] = self._draw(kind, number)
        return _printed_like(printed, self._by_original[kind, number])

    def _draw(self, kind: SecretKind, number: str) -> str:
        """Return a new stand-in: letters and digits only."""
        drawn = ""
        for turn in range(TRIES + LAST_TRIES):
            random = _characters(f"{self._seed} {kind} {number} {turn}")
            drawn = DRAW[kind](number, random)
            fits = kind != "iban" or turn >= TRIES or iban.is_valid(drawn)
            if fits and drawn not in self._taken and drawn != number:
                break
        self._taken += f" {drawn}"
        return drawn


def _key(kind: SecretKind, printed: str) -> str:
    return printed.lower() if kind == "email" else bare(printed)


def _iban(number: str, random: Iterator[int]) -> str:
    """Return another account number of the same country."""
    country, account = number[:2], _alike(number[4:], random)
    return country + iban.calc_check_digits(f"{country}00{account}") + account


def _card(number: str, random: Iterator[int]) -> str:
    """Return another card number of the same length and brand."""
    drawn = number[0] + _alike(number[1:-1], random)
    return drawn + luhn.calc_check_digit(drawn)


def _email(address: str, random: Iterator[int]) -> str:
    """Return another address, its marks where they were and its ending as it was."""
    name, _, ending = address.rpartition(".")
    return f"{_alike(name, random)}.{ending}"


def _alike(text: str, random: Iterator[int]) -> str:
    """Return other letters for letters and other digits for digits."""
    return "".join(_other(each, random) for each in text)


def _other(character: str, random: Iterator[int]) -> str:
    if character.isdigit():
        return string.digits[next(random) % 10]
    if not character.isalpha():
        return character
    letters = string.ascii_uppercase if character.isupper() else string.ascii_lowercase
    return letters[next(random) % 26]


DRAW: dict[SecretKind, Callable[[str, Iterator[int]], str]] = {
    "iban": _iban,
    "card": _card,
    "email": _email,
}


def _printed_like(printed: str, drawn: str) -> str:
    """Return `drawn` with the spaces, marks and capitals of `printed`."""
    if "@" in printed:
        pairs = zip(printed, drawn, strict=True)
        return "".join(new.upper() if old.isupper() else new for old, new in pairs)
    new = iter(drawn)
    return "".join(_in_case(old, next(new)) if old.isalnum() else old for old in printed)


def _in_case(old: str, new: str) -> str:
    return new.lower() if old.islower() else new


def _characters(seed: str) -> Iterator[int]:
    """Yield numbers from 0 to 255, always the same for a seed."""
    turn = 0
    while True:
        yield from hashlib.sha256(f"{seed} {turn}".encode()).digest()
        turn += 1
