"""Part a file into documents, and choose the type of each.

A file gives records of one type. Where its documents are of several, those of the type that has
most of them become records; the others are set aside, and a person is told.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from extractors.asking.call import Caller
from extractors.asking.choose_type import choose_type
from extractors.splitting.asked import by_model
from extractors.splitting.split import Split, part_of, split
from schemas.doctype import DocumentType
from schemas.document import Document
from schemas.parts import Aside, PageAside


def typed(
    document: Document, types: Sequence[DocumentType], caller: Caller
) -> tuple[DocumentType | None, Split]:
    """Return the type of a file's records, and the documents that they are of.

    The type is None if there is no text to tell it by.

    Raises:
        AnswerError: the model's answers didn't fit.
        ModelError: the model's server failed or refused.
    """
    parted = split(document, types, by_model(caller))
    if len(parted.parts) == 1 or len(types) == 1:
        return choose_type(document, types, caller), parted
    chosen = [choose_type(part_of(document, pages), types, caller) for pages in parted.parts]
    counts = Counter(each.name for each in chosen if each is not None)
    if not counts:
        return None, parted
    [(most, _)] = counts.most_common(1)
    kept = tuple(
        pages
        for pages, each in zip(parted.parts, chosen, strict=True)
        if each is None or each.name == most
    )
    others = tuple(
        (pages, each.name)
        for pages, each in zip(parted.parts, chosen, strict=True)
        if each is not None and each.name != most
    )
    aside = {each.page: each for each in parted.aside}
    for (first, last), _ in others:
        for page in range(first, last + 1):
            aside.setdefault(page, PageAside(page=page, why=Aside.OTHER_TYPE))
    named = tuple(aside[page] for page in sorted(aside))
    doctype = next(each for each in chosen if each is not None and each.name == most)
    return doctype, replace(parted, parts=kept, aside=named, others=others)
