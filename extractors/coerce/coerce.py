"""Turn a verbatim answer into its declared type, by one rule for each kind."""

from __future__ import annotations

from extractors.coerce.amounts import coerce_amount, coerce_number, coerce_percent
from extractors.coerce.currency import coerce_currency
from extractors.coerce.dates import coerce_date
from extractors.coerce.identifiers import coerce_iban, coerce_identifier, coerce_vat_id
from extractors.coerce.locale import DocumentLocale
from extractors.coerce.words import coerce_address, coerce_text
from schemas.extraction import Coercion
from schemas.kinds import Kind

BY_DOCUMENT = {
    Kind.DATE: coerce_date,
    Kind.AMOUNT: coerce_amount,
    Kind.NUMBER: coerce_number,
    Kind.PERCENT: coerce_percent,
    Kind.CURRENCY: coerce_currency,
}
"""Kinds whose text means different things in different documents."""

BY_TEXT = {
    Kind.TEXT: coerce_text,
    Kind.ADDRESS: coerce_address,
    Kind.IDENTIFIER: coerce_identifier,
    Kind.IBAN: coerce_iban,
    Kind.VAT_ID: coerce_vat_id,
}


def coerce(kind: Kind, raw: str, locale: DocumentLocale) -> Coercion:
    """Read `raw` as a value of `kind` in a document with these ways; never raises.

    The result is plain, or uncertain (a value with a `problem`, and `alternatives` if there is more
    than one reading), or nothing (no value, and a `problem` that says why).
    """
    if kind in BY_DOCUMENT:
        return BY_DOCUMENT[kind](raw, locale)
    return BY_TEXT[kind](raw)
