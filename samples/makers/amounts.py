"""Amounts, dates and account numbers in the ways that countries print them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

NO_BREAK_SPACE = "\N{NO-BREAK SPACE}"


@dataclass(frozen=True)
class Numerals:
    """Two separators: `Numerals(".", ",")` prints 1234.50 as 1.234,50."""

    thousands: str
    decimals: str

    def __call__(self, number: Decimal) -> str:
        """Print `number` with as many decimals as it has."""
        return f"{number:,}".translate({ord(","): self.thousands, ord("."): self.decimals})


ENGLISH = Numerals(",", ".")
GERMAN = Numerals(".", ",")
FRENCH = Numerals(NO_BREAK_SPACE, ",")
SWISS = Numerals("'", ".")

FRENCH_MONTHS = (
    "janvier",
    "février",
    "mars",
    "avril",
    "mai",
    "juin",
    "juillet",
    "août",
    "septembre",
    "octobre",
    "novembre",
    "décembre",
)


def dotted(day: date) -> str:
    """Print 14.03.2025."""
    return f"{day:%d.%m.%Y}"


def slashed_us(day: date) -> str:
    """Print 03/14/2025, month first."""
    return f"{day:%m/%d/%Y}"


def slashed_us_short(day: date) -> str:
    """Print 03/14/25, month first."""
    return f"{day:%m/%d/%y}"


def slashed_eu(day: date) -> str:
    """Print 14/03/2025, day first."""
    return f"{day:%d/%m/%Y}"


def worded_uk(day: date) -> str:
    """Print 14 March 2025."""
    return f"{day.day} {day:%B %Y}"


def worded_french(day: date) -> str:
    """Print 14 mars 2025."""
    ordinal = "1er" if day.day == 1 else str(day.day)
    return f"{ordinal} {FRENCH_MONTHS[day.month - 1]} {day.year}"


def grouped(identifier: str, size: int = 4) -> str:
    """Print an IBAN in its groups of four."""
    return " ".join(identifier[at : at + size] for at in range(0, len(identifier), size))
