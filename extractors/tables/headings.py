"""How well a column's heading says what a leaf of a list is called."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from rapidfuzz import fuzz

from extractors.tables.totals import plain

EXACT = 1.0
AMONG = 0.75
"""All words of the label are among those of the heading: `Unit price` in `Unit price (EUR)`."""
LONGER = 0.2
"""Added to that, by the share of the heading that the label makes up."""
CLOSE = 88
"""From this similarity (0 to 100) on, two texts are the same but for a slip or an ending."""
COMPOUND = 0.6
"""The label is the beginning or the end of one of the heading's words: `preis`, `Stückpreis`."""
SHORTEST_COMPOUND = 5
"""Characters; shorter ones are in words by chance."""
SHORTEST_ABBREVIATION = 3
REMEMBERED = 8192
"""Pairs of texts whose likeness is kept: headings repeat over documents."""
MONEY = frozenset({"eur", "usd", "chf", "gbp", "euro", "euros", "dollar", "in"})
"""A heading says what it is in; that isn't what it is."""
OTHERS = (
    "pos",
    "position",
    "line",
    "line no",
    "no",
    "nr",
    "item no",
    "item number",
    "item code",
    "article no",
    "product code",
    "code",
    "sku",
    "ean",
    "gtin",
    "reference",
    "ref",
    "art nr",
    "artikelnr",
    "artikelnummer",
    "art nr lief",
    "art nr kunde",
    "ean code",
    "date",
    "datum",
    "fecha",
    "data",
    "discount",
    "disc",
    "rabatt",
    "rabatt %",
    "remise",
    "rem",
    "korting",
    "descuento",
    "sconto",
    "serial",
    "tax amount",
    "vat amount",
    "steuerbetrag",
    "mwst betrag",
    "ust betrag",
    "montant tva",
    "length",
    "len",
    "day",
    "days",
    "time",
    "week",
    "start",
    "end",
    "start date",
    "end date",
    "rating",
    "rtg",
    "grp",
    "grps",
)
"""Headings of columns that no leaf is: numbers of lines and articles, dates, discounts."""

_OTHERS = frozenset(tuple(each.split()) for each in OTHERS)


def likeness(heading: str, labels: Sequence[str]) -> float:
    """Return how well a heading fits the best of the labels, from 0 to 1."""
    return max((_likeness(heading, label) for label in labels), default=0.0)


def names_another(heading: str) -> bool:
    """Say whether a heading is that of a column that holds no leaf."""
    words = [word for word in _words(heading) if word != "#"]
    return not words or tuple(words) in _OTHERS


@lru_cache(maxsize=REMEMBERED)
def _likeness(heading: str, label: str) -> float:
    head, name = _words(heading), _words(label)
    if not head or not name:
        return 0.0
    if "".join(head) == "".join(name):
        return EXACT
    share = min(1.0, len("".join(name)) / len("".join(head)))
    if set(name) <= set(head):
        return AMONG + LONGER * share
    if fuzz.ratio(" ".join(head), " ".join(name)) >= CLOSE:
        return AMONG + LONGER * share
    if _abbreviates(head, name):
        return AMONG
    return COMPOUND if len(name) == 1 and any(_compound(word, name[0]) for word in head) else 0.0


def _abbreviates(head: tuple[str, ...], name: tuple[str, ...]) -> bool:
    """Say whether a heading shortens the label, word by word: `Beschr.`, `Unit pr.`."""
    return len(head) == len(name) and all(
        len(short) >= SHORTEST_ABBREVIATION and long.startswith(short)
        for short, long in zip(head, name, strict=True)
    )


def _compound(word: str, part: str) -> bool:
    long = len(part) >= SHORTEST_COMPOUND and len(word) > len(part)
    return long and (word.startswith(part) or word.endswith(part))


@lru_cache(maxsize=REMEMBERED)
def _words(text: str) -> tuple[str, ...]:
    """Return a heading's words in small letters; `P.U.` is one, a currency none."""
    joined = re.sub(r"(?<=\b\w)\.(?=\w\b)", "", plain(text))
    words = re.findall(r"[^\W_]+|%|#", joined)
    return tuple(word for word in words if word not in MONEY) or tuple(words)
