"""Names of months in the languages of Europe, Malay and Indonesian, from the Unicode CLDR."""

from __future__ import annotations

import unicodedata
from functools import cache

from babel import Locale

LANGUAGES = "en de de_AT fr es it nl pt sv da nb fi pl cs sk ro hu tr sl el ru uk et lv lt ca ms id"
"""Croatian is left out: its July and October are names of August and November elsewhere."""

_ALSO = {"mrz": 3, "maerz": 3, "jaenner": 1, "sept": 9, "febr": 2, "fevr": 2, "juill": 7, "mey": 5}
"""Spellings in use that the CLDR doesn't have."""


def month_number(word: str) -> int | None:
    """Return 1 to 12 for a month's name or abbreviation, accents or not; None for other words."""
    return _months().get(_plain(word))


@cache
def _months() -> dict[str, int]:
    found = dict(_ALSO)
    for language in LANGUAGES.split():
        months = Locale.parse(language).months
        for context in ("format", "stand-alone"):
            for width in ("wide", "abbreviated"):
                for number, name in months[context][width].items():
                    found.setdefault(_plain(name.removeprefix("de ").removeprefix("d’")), number)
    return found


def _plain(word: str) -> str:
    """Return `word` in small letters, without accents and full stops."""
    spread = unicodedata.normalize("NFKD", word.casefold())
    return "".join(letter for letter in spread if letter.isalpha())
