"""What a row of a page is: a heading, an item, a total, a way of contact, or fine print."""

from __future__ import annotations

import re
from collections.abc import Sequence

from extractors.candidates.label_words import is_label
from extractors.coerce.find import find_amounts, find_dates
from extractors.layout import Line

TABLE_CELLS = 3
"""A row of so many cells, two of them with figures and none a label, is one of a table."""

_LABEL = re.compile(r"^([^:\d|]{2,40}?) ?(?::|\|)")
_CONTACT = re.compile(
    r"\b(?:tel|tél|fon|phone|telefon|fax|mobil|e-?mail|mail)\b|@|www\.|https?:|\burn:|\.xml\b",
    re.IGNORECASE,
)
_PRICED = re.compile(
    r"price|amount|rate\b|cost|qty|quantity|preis|betrag|menge|anzahl|prix|montant|quantité|precio|"
    r"cantidad|importe|prezzo|quantità|importo|prijs|aantal|bedrag|spots",
    re.IGNORECASE,
)
_TOTAL = re.compile(
    r"total|summe|gesamt|betrag|amount|balance|due|net\b|gross|netto|brutto(?!preis)|montant|"
    r"solde|payer|importe|importo|totaal|bedrag|imponibile|offen|exclusi|inclusi|zahlbar",
    re.IGNORECASE,
)


def label_of(text: str) -> str:
    """Return the label that a row's text begins with, in small letters, or nothing."""
    match = _LABEL.match(text)
    return match[1].strip().casefold() if match else ""


def is_item_heading(line: Line) -> bool:
    """Say whether a row heads the table of items: labels, among them one of prices."""
    texts = [segment.text for segment in line]
    labels = sum(map(is_label, texts))
    priced = _PRICED.search(" ".join(texts)) is not None
    return len(texts) >= TABLE_CELLS and 2 * labels > len(texts) and priced


def is_table_row(line: Line) -> bool:
    """Say whether a row has cells of figures and no label."""
    figures = sum(any(map(str.isdigit, segment.text)) for segment in line)
    return len(line) >= TABLE_CELLS and figures > 1 and not is_labelled(line)


def is_labelled(line: Line) -> bool:
    """Say whether a row has the label of a single value."""
    return is_total(line) or any(is_label(segment.text) for segment in line)


def is_total(line: Line) -> bool:
    """Say whether a row has the label of a sum."""
    texts = [segment.text for segment in line]
    labels = texts if len(texts) == 1 else [text for text in texts if not _has_digit(text)]
    return any(map(names_total, labels))


def names_total(text: str) -> bool:
    """Say whether a text speaks of a sum."""
    return _TOTAL.search(text) is not None


def is_contact(line: Line, text: str) -> bool:
    """Say whether a row holds a telephone number or an internet address, and not much else."""
    return len(line) <= TABLE_CELLS and _CONTACT.search(text) is not None


def says_figure(text: str) -> bool:
    """Say whether a text holds a date, an amount or a rate."""
    return bool("%" in text or find_dates(text) or find_amounts(text))


def says_value(line: Line, text: str) -> bool:
    """Say whether a row has a figure or a label: the others are fine print."""
    labelled = any(is_label(segment.text) for segment in line) or ": " in text
    return labelled or text.endswith(":") or _has_digit(text)


def has_amount(texts: Sequence[str]) -> bool:
    """Say whether one of the texts holds an amount."""
    return any(find_amounts(text) for text in texts)


def _has_digit(text: str) -> bool:
    return any(map(str.isdigit, text))
