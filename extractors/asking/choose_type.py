"""Let the model choose a document's type among those that are known."""

from __future__ import annotations

from collections.abc import Sequence

from extractors.asking.call import Caller
from extractors.asking.choose import choose
from extractors.asking.prompts import ask_type
from extractors.brief import brief_text
from extractors.layout import lines_of
from schemas.doctype import DocumentType
from schemas.document import Document


def choose_type(
    document: Document, types: Sequence[DocumentType], caller: Caller
) -> DocumentType | None:
    """Return the type that the model takes a document for; None if it has no text.

    Raises:
        AnswerError: the model's answers didn't fit.
        ModelError: the model's server failed or refused.
    """
    lines = lines_of(document)
    if not lines or len(types) == 1:
        return types[0] if lines else None
    titles = {doctype.title: doctype for doctype in types}
    question = ask_type(brief_text(lines), types)
    return titles[choose(caller, "kind", list(titles), question).text]
