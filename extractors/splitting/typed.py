"""Part a file into documents, and choose the type of each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from extractors.asking.call import Caller
from extractors.asking.choose_type import choose_type
from extractors.splitting.asked import by_model
from extractors.splitting.split import Split, part_of, split
from schemas.doctype import DocumentType
from schemas.document import Document
from schemas.extraction import Doubt, DoubtCode
from schemas.parts import PageRange, pages_in_words


@dataclass(frozen=True)
class Typed:
    """The documents of a file, each with its type."""

    parted: Split
    types: tuple[DocumentType, ...]
    """One for each part, in their order."""
    untold: tuple[PageRange, ...] = ()
    """Parts of a file of several types that have no text to tell theirs by."""

    @classmethod
    def of_one(cls, doctype: DocumentType, parted: Split) -> Typed:
        """Return a file's documents, all of one type."""
        return cls(parted, (doctype,) * len(parted.parts))

    @property
    def doubts(self) -> tuple[Doubt, ...]:
        """Why a person must look at how the file was parted, and what its parts were taken for."""
        untold = tuple(
            Doubt(
                code=DoubtCode.OTHER_TYPE,
                text=f"{pages_in_words(range(pages[0], pages[1] + 1))}: there is no text to tell "
                f"its type by; it was taken for {doctype.name!r}",
            )
            for pages, doctype in zip(self.parted.parts, self.types, strict=True)
            if pages in self.untold
        )
        return (*self.parted.doubts, *untold)


def typed(document: Document, types: Sequence[DocumentType], caller: Caller) -> Typed:
    """Return the documents of a file with their types.

    Where there is no text to tell a type by it is taken for the commonest of the file, or, if none
    can be told, for the first of `types`.

    Raises:
        AnswerError: the model's answers didn't fit.
        ModelError: the model's server failed or refused.
    """
    parted = split(document, types, by_model(caller))
    if len(parted.parts) == 1 or len(types) == 1:
        return Typed.of_one(choose_type(document, types, caller) or types[0], parted)
    chosen = [choose_type(part_of(document, pages), types, caller) for pages in parted.parts]
    told = [each for each in chosen if each is not None]
    if not told:
        return Typed.of_one(types[0], parted)
    [(most, _)] = Counter(each.name for each in told).most_common(1)
    common = next(each for each in told if each.name == most)
    several = any(each.name != most for each in told)
    return Typed(
        parted,
        tuple(each or common for each in chosen),
        tuple(
            pages
            for pages, each in zip(parted.parts, chosen, strict=True)
            if several and each is None
        ),
    )
