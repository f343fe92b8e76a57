"""Text that stays what it is where Prefect's page shows Markdown: it may stand in a document."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from schemas.text import as_text

ESCAPED = "\\`*_[]<~"
BREAK = "\u200b"
"""Between the parts of an address: shown as nothing, and no page makes a link of it then."""
LOOK_ALIKES = str.maketrans({"`": "'", "*": "∗", "<": "‹", "\\": "⧵", "~": "∼", "\n": " "})
"""Where a backslash would be seen: in a table's cells, of which only the older page makes Markdown,
and in the text of a link."""


def plain(text: str) -> str:
    """Return text that says the same in Markdown, on one line, and is no link."""
    text = as_text(text)
    for char in ESCAPED:
        text = text.replace(char, f"\\{char}")
    return _no_address(text).replace("|", "¦").replace("\n", " ")


def cell(text: str) -> str:
    """Return text that says the same with and without Markdown, on one line, and is no link."""
    return _no_address(as_text(text).translate(LOOK_ALIKES)).replace("](", f"]{BREAK}(")


def link(text: str, address: str) -> str:
    """Return a link; the address is ours."""
    name = as_text(text).translate(LOOK_ALIKES | {ord("["): "(", ord("]"): ")", ord("|"): "¦"})
    return f"[{_no_address(name)}]({address})"


def code(text: str) -> str:
    """Return text as code."""
    said = as_text(text).replace("`", "'").replace("\n", " ").replace("|", "¦")
    return f"`{said}`"


def table(heads: Iterable[str], rows: Iterable[Iterable[str]]) -> Iterator[str]:
    """Yield the lines of a table whose cells are Markdown; none if it has no rows.

    Columns whose head ends with a blank are aligned to the right.
    """
    rows = [list(row) for row in rows]
    if not rows:
        return
    heads = list(heads)
    yield ""
    yield f"| {' | '.join(head.strip() for head in heads)} |"
    yield "|" + "|".join("---:" if head.endswith(" ") else "---" for head in heads) + "|"
    for row in rows:
        yield f"| {' | '.join(row)} |"


def _no_address(text: str) -> str:
    return text.replace("://", f":{BREAK}//").replace("www.", f"www{BREAK}.")
