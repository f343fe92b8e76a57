"""Ask the model whether a page begins a document, where what is printed on it doesn't say."""

from __future__ import annotations

from extractors.asking.call import Caller
from extractors.asking.choose import choose
from extractors.asking.prompts import ask_begins
from extractors.layout import Line, text_of
from extractors.splitting.looks import PageLook
from extractors.splitting.split import Ask

ROWS = 14
"""Of a page, so many of its first rows, and half as many of its last ones."""
LONGEST_ROW = 120
YES, NO = "yes", "no"


def by_model(caller: Caller) -> Ask:
    """Return a function that asks this model."""

    def ask(before: PageLook, page: PageLook) -> float:
        question = ask_begins(_excerpt(before.lines), _excerpt(page.lines))
        chosen = choose(caller, "begins", [YES, NO], question)
        return chosen.shares.get(YES, 0.0)

    return ask


def _excerpt(lines: tuple[Line, ...]) -> str:
    rows = [text_of(line)[:LONGEST_ROW] for line in lines]
    if len(rows) > ROWS + ROWS // 2:
        rows = [*rows[:ROWS], "…", *rows[-ROWS // 2 :]]
    return "\n".join(rows)
