"""The doubts that a document raises itself: text that nobody sees, and text that speaks to a model.

Neither changes what is asked: hidden text isn't given to the model, and the rest of the document
stands between marks. Both are reasons for a person to look.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from extractors.hidden.reasons import HARMLESS
from extractors.instructions import instruction_in, joined
from schemas.document import Document, HiddenWord, Page
from schemas.extraction import Doubt, DoubtCode

QUOTED = 60
"""Characters of a document that a reason quotes at most."""
MOST_PAGES = 5
"""That a reason names."""


def hostile_doubts(document: Document) -> Iterator[Doubt]:
    """Yield at most one doubt for hidden text and one for instructions."""
    hidden = [(page, shown) for page in document.pages if (shown := _that_matter(page.hidden))]
    if hidden:
        yield Doubt(code=DoubtCode.HIDDEN_TEXT, text=_hidden(hidden))
    for page in document.pages:
        seen = instruction_in(joined([word.text for word in row] for row in page.rows))
        unseen = "" if seen else instruction_in(" ".join(word.text for word in page.hidden))
        if seen or unseen:
            where = f"page {page.number}" if seen else f"hidden text on page {page.number}"
            text = f'{where} speaks to the model: "{_brief(seen or unseen)}"; it was not obeyed'
            yield Doubt(code=DoubtCode.INSTRUCTIONS, text=text)
            return


def _that_matter(words: Sequence[HiddenWord]) -> Sequence[HiddenWord]:
    """Return the hidden words, none if they lie off the page and say nothing that could count."""
    text = " ".join(word.text for word in words)
    off = all(word.why in HARMLESS for word in words)
    if off and not any(map(str.isdigit, text)) and not instruction_in(text):
        return ()
    return words


def _hidden(pages: Sequence[tuple[Page, Sequence[HiddenWord]]]) -> str:
    words = [word for _, those in pages for word in those]
    why = Counter(word.why for word in words).most_common(1)[0][0]
    numbers = [str(page.number) for page, _ in pages]
    named = ", ".join(numbers[:MOST_PAGES]) + ("…" if len(numbers) > MOST_PAGES else "")
    much = "a word" if len(words) == 1 else f"{len(words)} words"
    quote = _brief(" ".join(word.text for word in words))
    where = f"page{'s' if len(numbers) > 1 else ''} {named}"
    return f'{where}: {much} that nobody sees, not given to the model; it {why}: "{quote}"'


def _brief(text: str) -> str:
    return text if len(text) <= QUOTED else f"{text[:QUOTED].rstrip()}…"
