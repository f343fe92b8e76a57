"""Where each string of a JSON text stands, so that its tokens can be found."""

from __future__ import annotations

from contextlib import suppress
from json.decoder import scanstring  # type: ignore[attr-defined]

WHITE = " \t\r\n"


def json_spans(text: str, *, nulls: bool = False) -> dict[str, tuple[int, int]]:
    """Return the characters `[start, end)` of every string value, without its quotes, by path.

    Paths are written as those of fields: `line_items[2].unit`. Values that are no strings are left
    out, but with `nulls` each `null` has its span too; text before and after the JSON is passed
    over. A text that is no JSON gives what was found until then.
    """
    spans: dict[str, tuple[int, int]] = {}
    start = min((at for at in (text.find("{"), text.find("[")) if at >= 0), default=-1)
    if start >= 0:
        with suppress(IndexError, ValueError):
            _value(text, start, "", spans)
    return {path: span for path, span in spans.items() if nulls or text[span[0] - 1] == '"'}


def _value(text: str, at: int, path: str, spans: dict[str, tuple[int, int]]) -> int:
    """Scan the value that begins at or after `at`; return where it ends."""
    at = _skip(text, at)
    if text[at] == '"':
        end = _string(text, at)[1]
        spans[path] = (at + 1, end - 1)
        return end
    if text[at] == "{":
        return _members(text, at + 1, path, spans)
    if text[at] == "[":
        return _items(text, at + 1, path, spans)
    end = at
    while text[end] not in ",]}" + WHITE:
        end += 1
    if end == at:
        raise ValueError(f"no value at {at}")
    if text[at:end] == "null":
        spans[path] = (at, end)
    return end


def _members(text: str, at: int, path: str, spans: dict[str, tuple[int, int]]) -> int:
    at = _skip(text, at)
    while text[at] != "}":
        key, at = _string(text, at)
        at = _skip(text, at) + 1  # the colon
        at = _skip(text, _value(text, at, f"{path}.{key}" if path else key, spans))
        at = _skip(text, at + 1) if text[at] == "," else at
    return at + 1


def _items(text: str, at: int, path: str, spans: dict[str, tuple[int, int]]) -> int:
    at = _skip(text, at)
    index = 0
    while text[at] != "]":
        at = _skip(text, _value(text, at, f"{path}[{index}]", spans))
        at = _skip(text, at + 1) if text[at] == "," else at
        index += 1
    return at + 1


def _string(text: str, at: int) -> tuple[str, int]:
    """Return the string whose opening quote stands at `at`, and where its closing one ends."""
    value, end = scanstring(text, at + 1)
    return str(value), int(end)


def _skip(text: str, at: int) -> int:
    while text[at] in WHITE:
        at += 1
    return at
