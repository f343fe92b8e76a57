"""Currencies: signs, codes and names to ISO 4217."""

from __future__ import annotations

import re
from functools import cache

from babel import Locale
from babel.numbers import get_currency_name, list_currencies

from extractors.coerce.folding import squeeze
from extractors.coerce.locale import DocumentLocale
from schemas.extraction import Coercion

SIGNS = {
    "€": "EUR",
    "£": "GBP",
    "₹": "INR",
    "₺": "TRY",
    "₽": "RUB",
    "₴": "UAH",
    "₩": "KRW",
    "₫": "VND",
    "฿": "THB",
    "₱": "PHP",
    "₪": "ILS",
    "₦": "NGN",
    "₸": "KZT",
    "₡": "CRC",
    "R$": "BRL",
    "RM": "MYR",
    "zł": "PLN",
    "Kč": "CZK",
    "Ft": "HUF",
    "Fr.": "CHF",
    "SFr.": "CHF",
    "sFr": "CHF",
    "Sfr.": "CHF",
    "Rp": "IDR",
    "Tk": "BDT",
    "Dhs": "AED",
    "lei": "RON",
    "лв": "BGN",
    "руб": "RUB",
    "грн": "UAH",
    "RMB": "CNY",
    "US$": "USD",
    "U.S.$": "USD",
    "CA$": "CAD",
    "C$": "CAD",
    "CDN$": "CAD",
    "A$": "AUD",
    "AU$": "AUD",
    "NZ$": "NZD",
    "S$": "SGD",
    "SG$": "SGD",
    "HK$": "HKD",
    "NT$": "TWD",
    "MX$": "MXN",
    "CN¥": "CNY",
    "JP¥": "JPY",
}
"""Signs and abbreviations that mean one currency wherever they stand."""

SHARED = {
    "$": {
        "US": "USD",
        "CA": "CAD",
        "AU": "AUD",
        "NZ": "NZD",
        "SG": "SGD",
        "HK": "HKD",
        "MX": "MXN",
    },
    "kr": {"SE": "SEK", "DK": "DKK", "NO": "NOK", "IS": "ISK"},
    "Rs": {"IN": "INR", "PK": "PKR", "LK": "LKR", "NP": "NPR"},
    "¥": {"JP": "JPY", "CN": "CNY"},
}
"""Signs that several countries use, the likeliest first."""

_SAME = {"kr.": "kr", "Kr": "kr", "Kr.": "kr", "Rs.": "Rs", "RS": "Rs", "RS.": "Rs", "￥": "¥"}
_COUNTRY_OF_LANGUAGE = {"sv": "SE", "da": "DK", "no": "NO"}

_WORDS = {
    "$": "dollar dollars dólares",
    "kr": "krone kroner krona kronor",
    "Rs": "rupee rupees",
    "¥": "yen",
    "£": "pound pounds pfund livres sterling",
    "Fr.": "franken francs franchi",
    "RM": "ringgit",
    "zł": "zloty złoty złotych",
    "Ft": "forint",
    "Kč": "korun",
    "€": "euros",
}
"""Names without a country, beside the sign that they stand for."""

_SIGN_OF_WORD = {word: sign for sign, words in _WORDS.items() for word in words.split()}

_NAMED_IN = ("en", "de", "fr", "es", "it", "nl")

_TRADED = (
    "EUR USD GBP CHF CAD AUD NZD SGD HKD JPY CNY INR MYR THB IDR PHP TWD KRW VND SEK NOK DKK ISK "
    "PLN CZK HUF RON BGN RSD UAH RUB ILS AED SAR QAR KWD ZAR NGN KES EGP MAD BRL MXN ARS CLP COP "
    "PKR BDT LKR"
)
TRADED = frozenset(_TRADED.split())
"""Codes that are no word of a language: they may be looked for in any text."""


def _alternation() -> str:
    tokens = sorted({*SIGNS, *SHARED, *_SAME, *TRADED}, key=len, reverse=True)
    bounded = (
        (r"(?<![^\W\d_])" if token[0].isalpha() else "")
        + re.escape(token)
        + (r"(?![^\W\d_])" if token[-1].isalpha() else "")
        for token in tokens
    )
    return "|".join(bounded)


SIGN = re.compile(_alternation())
"""A currency's sign, abbreviation or code, in text."""


def coerce_currency(raw: str, locale: DocumentLocale) -> Coercion:
    """Return the ISO code of the one currency that `raw` names: `€`, `EUR`, `Euro`, `$ 12.50`."""
    text = squeeze(raw)
    names = _tokens(text)
    if not names:
        return Coercion(value=None, problem=f"{text!r} names no currency that is known.")
    meanings = [_codes(name, locale) for name in names]
    sure = {codes[0] for codes in meanings if len(codes) == 1}
    if len(sure) > 1:
        return Coercion(value=None, problem=f"{text!r} names {len(sure)} currencies.")
    if sure:
        return Coercion(value=sure.pop())
    codes = meanings[0]
    return Coercion(
        value=codes[0],
        alternatives=codes[1:],
        problem=f"{text!r} may be {' or '.join(codes)}; the document doesn't say which.",
    )


def without_currency(text: str) -> str:
    """Return folded `text` with its currency signs, codes and names of one word taken out."""
    words = (("" if _is_name(word) else word) for word in SIGN.sub(" ", text).split(" "))
    return " ".join(word for word in words if word)


def _tokens(text: str) -> list[str]:
    """Return what in `text` names a currency: the whole of it, or its signs, codes and words."""
    code = text.upper()
    if code in list_currencies():
        return [code]
    if name := _names().get(text.casefold().rstrip(".")):
        return [name]
    found = [match[0] for match in SIGN.finditer(text)]
    if found:
        return found
    words = re.findall(r"[^\W\d_]+", text)
    named = [word for word in words if _is_name(word)]
    return named or [word for word in words if len(word) == 3 and word in list_currencies()]


def _codes(name: str, locale: DocumentLocale) -> tuple[str, ...]:
    """Return the currencies that a name can mean in this document, the likeliest first."""
    sign = _SIGN_OF_WORD.get(name.casefold(), name)
    sign = _SAME.get(sign, sign)
    if sign in SIGNS:
        return (SIGNS[sign],)
    if sign not in SHARED:
        return (_names().get(sign.casefold(), sign),)
    users = SHARED[sign]
    hints = (*locale.countries, *(_COUNTRY_OF_LANGUAGE.get(code, "") for code in locale.languages))
    hinted = tuple(dict.fromkeys(users[code] for code in hints if code in users))
    if hinted:
        return hinted[:1] if len(hinted) == 1 or hinted[0] == "USD" else hinted
    everybody = tuple(users.values())
    return everybody[:1] if sign in ("$", "Rs") else everybody


def _is_name(word: str) -> bool:
    plain = word.casefold().strip(".,;:()")
    return plain in _SIGN_OF_WORD or plain in _names()


@cache
def _names() -> dict[str, str]:
    """Return currencies by name in small letters: `swiss franc`, `schweizer franken`, `euro`.

    Names of one word only for much used currencies: `or` is gold in French, and `sucre` sugar.
    """
    found: dict[str, str] = {}
    for code in sorted(list_currencies(), key=lambda code: (code not in TRADED, code)):
        for language in _NAMED_IN:
            locale = Locale.parse(language)
            for count in (None, 1, 2):
                name = get_currency_name(code, count, locale)
                if " " in name or (code in TRADED and name != code):
                    found.setdefault(name.casefold(), code)
    return found
