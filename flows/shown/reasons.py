"""What reasons have in common: `total: only 91% sure, not 95%` is one with that of any other."""

from __future__ import annotations

import re
from dataclasses import dataclass

ANY = "…"
"""Stands for what differs between documents."""
NAME = r"[\w.\[\]]+(?: \(\d+ rows\))?"
FIELDS = re.compile(rf"({NAME}(?:, {NAME})*): ", re.ASCII)
QUOTED = re.compile(r"(?<!\w)'(?:\\.|[^'\\]|'(?=\w))*'(?!\w)|\"[^\"]*\"|`[^`]*`")
NUMBER = re.compile(r"-?\d[\d.,:/-]*\d|\d")
ROW = re.compile(r"\[\d+\]")
ROWS = re.compile(r" \(\d+ rows\)")
LONGEST = 160
"""Characters of a reason; what comes after them is said of single documents."""


@dataclass(frozen=True)
class Reason:
    """Why documents need a look, or failed."""

    text: str
    """Without what only one document says: no quotes, no numbers."""
    fields: tuple[str, ...] = ()
    """That it is about; empty: about the document as a whole."""


def reason_of(text: str) -> Reason:
    """Return what a document's reason has in common with that of others."""
    fields: tuple[str, ...] = ()
    found = FIELDS.match(text)
    if found:
        names = ROWS.sub("", ROW.sub("[]", found[1])).split(", ")
        fields = tuple(dict.fromkeys(names))
        text = text[found.end() :]
    text = text.partition("\n")[0]
    text = NUMBER.sub(ANY, ROW.sub("[]", QUOTED.sub(ANY, text)))
    return Reason(text if len(text) <= LONGEST else text[:LONGEST].rstrip() + " …", fields)
