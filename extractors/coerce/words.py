"""Names, descriptions and addresses: the words as they stand, white space folded."""

from __future__ import annotations

from schemas.extraction import Coercion


def coerce_text(raw: str) -> Coercion:
    """Return the words on one line, without a colon or comma left over at the end."""
    text = " ".join(raw.split()).rstrip(":;, ")
    return _words(text)


def coerce_address(raw: str) -> Coercion:
    """Return the lines of an address joined by ", "."""
    rows = (" ".join(row.split()).strip(",;: ") for row in raw.replace("|", "\n").splitlines())
    return _words(", ".join(row for row in rows if row))


def _words(text: str) -> Coercion:
    if not any(character.isalnum() for character in text):
        problem = f"{text!r} holds no words." if text else "It is empty."
        return Coercion(value=None, problem=problem)
    return Coercion(value=text)
