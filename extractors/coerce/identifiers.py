"""Numbers that name something: kept as printed, and checked where they carry check digits."""

from __future__ import annotations

import re

from stdnum import get_cc_module, iban, numdb
from stdnum.exceptions import ValidationError

from extractors.coerce.folding import squeeze
from extractors.coerce.labels import without_label
from schemas.extraction import Coercion

_IBAN = re.compile(
    r"(?<![A-Za-z0-9])[A-Za-z]{2} ?[0-9]{2}(?:[ .-]?[A-Za-z0-9]){11,30}(?![A-Za-z0-9])"
)
_IBAN_LABEL = re.compile(r"\biban[ .:#-]*(?:no|nr|code)?[ .:#]*", re.IGNORECASE)
_VAT_COUNTRIES = (
    "at be bg ch cy cz de dk ee es fi fr gb gr hr hu ie it lt lu lv mt nl no pl pt ro se si sk"
)
_VAT_PREFIXES = {"EL": "gr", "XI": "gb", "CHE": "ch", "ATU": "at"}
_COUNTRY_BEFORE = re.compile(
    rf"(?<![A-Za-z])((?:{'|'.join([*_VAT_PREFIXES, *_VAT_COUNTRIES.upper().split()])})"
    r"(?: [A-Z]{2})?)[ .-]?$"
)
_TAX_DIGITS = re.compile(
    r"(?<![A-Za-z0-9])[A-Za-z0-9]*[0-9][A-Za-z0-9./-]*(?: (?=[A-Z0-9./-]*[0-9])[A-Z0-9./-]+)*"
    r"(?: ?(?:MWST|TVA|IVA|MVA)\b)?"
)
_GSTIN = re.compile(r"[0-9]{2}[A-Z]{5}[0-9]{4}[A-Z][0-9A-Z]{3}")
LEAST_DIGITS = 4
"""A tax number has at least so many."""


def coerce_identifier(raw: str) -> Coercion:
    """Return the number or code as printed: white space folded, a label before it left out."""
    text = without_label(squeeze(raw))
    text = re.sub(r"^# (?=\w)", "#", text).rstrip(",;: ")
    if not any(map(str.isalnum, text)):
        return _no(text, "a number or code")
    return Coercion(value=text)


def coerce_iban(raw: str) -> Coercion:
    """Return the account number in capitals without spaces; wrong check digits are a problem."""
    text = squeeze(raw)
    found = [
        _cut(re.sub(r"[ .-]", "", match[0]).upper())
        for match in _IBAN.finditer(_IBAN_LABEL.sub(" ", text))
    ]
    if not found:
        return _no(text, "an IBAN")
    number = next((each for each in found if not iban_problem(each)), found[0])
    return Coercion(value=number, problem=iban_problem(number))


def coerce_vat_id(raw: str) -> Coercion:
    """Return the tax number in capitals without spaces; wrong check digits are a problem."""
    text = squeeze(raw)
    match = _TAX_DIGITS.search(text)
    if match is None or sum(map(str.isdigit, match[0])) < LEAST_DIGITS:
        return _no(text, "a tax number")
    digits = match[0].rstrip("./-").upper()
    country = _COUNTRY_BEFORE.search(text[: match.start()])
    # "VAT Reg NO 123456789" says "number", not Norway.
    if country and (country[1] != "NO" or country.start() == 0 or digits.endswith("MVA")):
        digits = country[1] + digits
    number = re.sub("[ .]", "", digits)
    if number[:2].isalpha():
        number = number.replace("-", "")
    return Coercion(value=number, problem=vat_id_problem(number))


def iban_problem(number: str) -> str:
    """Say what is wrong with the check digits or the length of an IBAN; empty: nothing."""
    try:
        iban.validate(number)
    except ValidationError as error:
        return f"{number!r} is no valid IBAN: {_reason(error)}."
    return ""


def vat_id_problem(number: str) -> str:
    """Say what is wrong with a tax number whose country is known; empty: nothing, or not known."""
    country = vat_country(number)
    module = get_cc_module(country, "vat") if country else None
    if module is None:
        return ""
    try:
        module.validate(number)
    except ValidationError as error:
        return f"{number!r} is no valid tax number of {country.upper()}: {_reason(error)}."
    return ""


def vat_country(number: str) -> str:
    """Return the country, in small letters, that a tax number without spaces names; empty: none."""
    if _GSTIN.fullmatch(number):
        return "in"
    country = _VAT_PREFIXES.get(number[:3]) or _VAT_PREFIXES.get(number[:2]) or number[:2].lower()
    return country if number[:2].isupper() and country in _VAT_COUNTRIES.split() else ""


def _cut(number: str) -> str:
    """Return an IBAN without what stands behind it, by its country's length."""
    for _part, properties in numdb.get("iban").info(number):
        if "bban" in properties:
            length = 4 + sum(int(size) for size in re.findall(r"([0-9]+)!", properties["bban"]))
            return number[:length]
    return number


def _reason(error: ValidationError) -> str:
    """Return stdnum's reason as the end of a sentence."""
    return str(error).removeprefix("The number").strip(" .").removeprefix("'s ")


def _no(text: str, kind: str) -> Coercion:
    return Coercion(value=None, problem=f"{text!r} is not {kind}." if text else "It is empty.")
