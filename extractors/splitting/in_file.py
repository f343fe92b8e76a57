"""What was found in a part of a file, with the pages counted as the file's."""

from __future__ import annotations

from collections.abc import Iterable

from schemas.extraction import Doubt, ExtractedRecord, FieldResult
from schemas.parts import PageRange, pages_in_words


def in_file(record: ExtractedRecord, pages: PageRange) -> ExtractedRecord:
    """Return a record of a part with its pages, its evidence on the pages of the file."""
    shift = pages[0] - 1
    fields = tuple(_moved(field, shift) for field in record.fields) if shift else record.fields
    return record.model_copy(update={"fields": fields, "pages": pages})


def about_pages(doubts: Iterable[Doubt], pages: PageRange) -> list[Doubt]:
    """Return the doubts about one of several documents, saying which it is."""
    where = pages_in_words(range(pages[0], pages[1] + 1))
    return [each.model_copy(update={"text": f"{where}: {each.text}"}) for each in doubts]


def _moved(field: FieldResult, shift: int) -> FieldResult:
    if field.evidence is None:
        return field
    evidence = field.evidence.model_copy(update={"page": field.evidence.page + shift})
    return field.model_copy(update={"evidence": evidence})
