"""Text that does nothing when a spreadsheet opens it, whatever a document says.

A cell that begins like a formula is one for Excel, LibreOffice and the like, and may fetch or run
something. The usual remedy is a quotation mark before it; it is shown as text then.
"""

from __future__ import annotations

import unicodedata

FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""How a formula begins, also in the wide characters that some take for the same."""
QUOTE = "'"


def is_formula(text: str) -> bool:
    """Say whether a text, or what is left of it without blanks before it, begins like a formula."""
    return text.startswith(FORMULA) or text.lstrip(" \u00a0").startswith(FORMULA)


def plain(text: str) -> str:
    """Return a text without characters that control something: a blank stands for each."""
    return "".join(" " if unicodedata.category(each) in ("Cc", "Cs") else each for each in text)


def harmless(text: str) -> str:
    """Return a text for a cell of a CSV file: a formula has a quotation mark before it."""
    return f"{QUOTE}{plain(text)}" if is_formula(text) else plain(text)
