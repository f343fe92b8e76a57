"""Figures and codes as a person reads them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from schemas.extraction import DoubtCode
from schemas.shape import item_number

REASONS: dict[str, str] = {
    DoubtCode.MISSING: "A required field is missing",
    DoubtCode.NOT_ON_PAGE: "The value stands nowhere on the pages",
    DoubtCode.NOT_TYPED: "It can't be read as a value",
    DoubtCode.AMBIGUOUS: "It can be read in more than one way",
    DoubtCode.CHECK_FAILED: "A check failed, such as a sum",
    DoubtCode.UNSURE: "The model isn't sure",
    DoubtCode.NO_TEXT: "A page has no text",
    DoubtCode.E_INVOICE: "The e-invoice and the page differ",
    DoubtCode.REPAIRED: "The file was damaged",
    DoubtCode.HIDDEN_TEXT: "It holds text that nobody sees",
    DoubtCode.INSTRUCTIONS: "It speaks to the model",
    DoubtCode.SPLIT_UNCLEAR: "It isn't clear how many documents it holds",
    DoubtCode.OTHER_TYPE: "A part of the file may be of another type",
    DoubtCode.INCOMPLETE: "Rows of a list may be missing",
}
"""What doubts are about; another one goes by its code."""
CAPITALS = frozenset({"bic", "ein", "gst", "iban", "id", "po", "uid", "url", "vat"})
"""Parts of fields' names that are abbreviations."""
AGES = {1: "more than a day", 3: "more than 3 days", 7: "more than a week", 30: "more than a month"}
"""In days: how long items wait at least."""


def count(number: int, noun: str) -> str:
    """Return so many of something: `1 document`, `1,200 documents`."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def reason_of(code: str) -> str:
    """Return in words what doubts of a code are about."""
    return REASONS.get(code, code.replace("_", " "))


def left_in_words(left: int, seconds_each: float | None) -> str:
    """Return how much work is left: `12 left, about 4 minutes`."""
    if not left:
        return "Nothing left to review"
    told = f"{left:,} left"
    return told if seconds_each is None else f"{told}, about {duration(left * seconds_each)}"


def duration(seconds: float) -> str:
    """Return how long something takes: `40 seconds`, `4 minutes`, `1.5 hours`."""
    if seconds < 55:
        return count(max(1, round(seconds)), "second")
    if seconds < 5400:
        return count(round(seconds / 60), "minute")
    hours = round(seconds / 3600, 1)
    return f"{hours:,.0f} hours" if hours >= 10 else f"{hours:g} hours"


def label(path: str) -> str:
    """Return a field as a person calls it: `Seller VAT ID`, `Line total, row 3`."""
    name, row = path.rpartition(".")[2], item_number(path)
    words = name.partition("[")[0].split("_")
    text = " ".join(each.upper() if each in CAPITALS else each for each in words)
    return capital(text) if row is None else f"{capital(text)}, row {row + 1}"


def capital(text: str) -> str:
    """Return a text with a capital at its beginning."""
    return text[:1].upper() + text[1:]


def in_plain_words(text: str, paths: Iterable[str]) -> str:
    """Return a sentence in which fields are called as a person calls them."""
    for path in sorted(paths, key=len, reverse=True):
        plain = label(path)
        text = text.replace(path, plain if plain[1:2].isupper() else plain[:1].lower() + plain[1:])
    return capital(text)


def ago(moment: datetime, now: datetime) -> str:
    """Return how long something has been: `5 min`, `3 h`, `12 days`."""
    age = max(now - moment, timedelta(0))
    if age < timedelta(hours=1):
        return f"{age.seconds // 60} min"
    if age < timedelta(days=1):
        return f"{age.seconds // 3600} h"
    return count(age.days, "day")


def of_source(source: str) -> str:
    """Return the name of a file, without the folders before it."""
    return source.replace("\\", "/").rstrip("/").rpartition("/")[2] or source
