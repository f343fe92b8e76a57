"""Small words that all views share."""

from __future__ import annotations

import unicodedata

from rich.text import Text


def plain(text: str) -> Text:
    """Return text as it is, without what could steer the terminal: it may stand in a document."""
    return Text("".join("\ufffd" if _steers(char) else char for char in text))


def count(number: int, noun: str) -> str:
    """Return so many of something: `1 document`, `1,200 documents`."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def percent(share: float) -> str:
    """Return a share in per cent, three digits of it at most: `5 %`, `0.5 %`."""
    return f"{100 * share:.3g} %"


def sureness(confidence: float) -> str:
    """Return a confidence in whole per cent: `97 %`, and never 100."""
    return f"{min(99, round(100 * confidence))} %"


def next_step(label: str, command: str) -> Text:
    """Return a command that can be typed next, after what it does."""
    return Text.assemble((f"{label} ", "dim"), plain(command))


def _steers(char: str) -> bool:
    return char not in "\n\t" and unicodedata.category(char) in ("Cc", "Cf", "Cs")
