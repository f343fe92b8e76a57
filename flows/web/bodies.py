"""What JSON may hold, whatever it is for: texts that can be kept, numbers that are some."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from typing import Any

from starlette.requests import Request

from flows.web.failing import Code, Refusal

LONGEST_TEXT = 10_000
"""Characters of one text."""
LARGEST = 2**53


async def sound_body(request: Request) -> None:
    """Refuse a body with texts or numbers that can't be kept."""
    body = await request.body()
    if not body:
        return
    try:
        given = json.loads(body)
    except (ValueError, RecursionError):
        raise Refusal(422, Code.INVALID, "The request isn't valid JSON.") from None
    for path, value in _leaves(given):
        problem = _problem(value)
        if problem:
            raise Refusal(422, Code.INVALID, f"{path or 'the request'}: {problem}")


def _leaves(given: Any) -> Iterator[tuple[str, Any]]:
    """Yield all texts and numbers of a JSON value, with where they stand; keys are texts too."""
    left = [("", given)]
    while left:
        path, value = left.pop()
        if isinstance(value, dict):
            yield from ((path, key) for key in value)
            left += [(f"{path}.{key[:50]}".lstrip("."), each) for key, each in value.items()]
        elif isinstance(value, list):
            left += [(f"{path}.{at}".lstrip("."), each) for at, each in enumerate(value)]
        else:
            yield path, value


def _problem(value: str | float | None) -> str:
    """Return why a text or number can't be kept; empty: it can."""
    if isinstance(value, str):
        if len(value) > LONGEST_TEXT:
            return f"A text may have at most {LONGEST_TEXT:,} characters, not {len(value):,}."
        if "\0" in value or any("\ud800" <= char <= "\udfff" for char in value):
            return "The text has characters that can't be kept."
    elif isinstance(value, int | float) and not (math.isfinite(value) and abs(value) <= LARGEST):
        return "The number is too large."
    return ""
