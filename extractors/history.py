"""Compare what was found with earlier settled documents of the same sender.

A sender's name, account or currency rarely changes, and its numbers, dates and amounts are printed
in one form. Whoever finds something else has probably found something wrong.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

from schemas.doctype import DocumentType
from schemas.extraction import ExtractedRecord, Extraction, FieldResult
from schemas.history import SenderHistory, SettledDocument
from schemas.kinds import Kind, text_of

CONSTANT = frozenset({Kind.TEXT, Kind.ADDRESS, Kind.IBAN, Kind.VAT_ID, Kind.CURRENCY})
"""Kinds of which a sender's documents often have the same value; of the others the form counts."""
FIGURES = frozenset({Kind.AMOUNT, Kind.NUMBER, Kind.PERCENT})
LATEST = 100
"""So many of a sender's documents count, the latest: layouts change."""

GROUPED = re.compile(r"9{1,3}(?:[.,'’ \u00a0\u202f]9{3})+(?!9)")
"""Figures with their thousands apart."""
WHOLE = re.compile(r"(?<![9.,])9+")
"""The figures before a decimal mark: how many there are says nothing of the form."""
RUN = re.compile(r"9+")
LETTERS = re.compile(r"[^\W\d_]+")
BLANK = re.compile(r"\s+")


def with_history(
    extraction: Extraction, doctype: DocumentType, history: SenderHistory
) -> Extraction:
    """Return the extraction with `signals.history` at each field that stands in no list.

    Records of other types stay as they are. It is left out where the sender isn't known, or nothing
    is known of the field.
    """
    if not history.documents:
        return extraction
    records = tuple(
        _with_history(record, _of_sender(record, extraction.document_id, doctype.sender, history))
        if extraction.type_of(record) == doctype.name
        else record
        for record in extraction.records
    )
    return extraction.model_copy(update={"records": records})


def sender_key(value: str) -> str:
    """Return a value without case, spaces and punctuation: `DE 123-4` and `de1234` are the same."""
    folded = unicodedata.normalize("NFKC", value).casefold()
    return "".join(filter(str.isalnum, folded)) or folded.strip()


def mark_of(kind: Kind, value: str, raw: str) -> str:
    """Return what two documents of a sender have in common at a field of `kind`.

    That is its value, folded, or the form of the text as it is printed, `raw`.
    """
    return sender_key(value) if kind in CONSTANT else form_of(kind, raw)


def form_of(kind: Kind, raw: str) -> str:
    """Return the form of a printed text: digits as 9, letters as A, the rest as it is.

    Of figures the decimals count and not the size: `1.234,50` and `7,00` are both `9,99`. Of other
    runs of digits it counts whether they are short or long: `3.12.2026` is `9.9.9999`, and
    `INV-17` is of one form with `INV-204`, not with `INV-20260017`.
    """
    text = LETTERS.sub("A", BLANK.sub(" ", unicodedata.normalize("NFKC", raw).strip()))
    text = re.sub(r"\d", "9", text)
    if kind in FIGURES:
        return WHOLE.sub("9", GROUPED.sub("9", text))
    return RUN.sub(lambda run: "9" * _length(len(run[0]), kind), text)


def share(same: int, of: int) -> float:
    """Return how well something fits: from -1, none of many, to 1, all of many; few tell less."""
    return 2 * (same + 0.5) / (of + 1) - 1


def _length(digits: int, kind: Kind) -> int:
    """Return the length that stands for a run of digits."""
    if kind is Kind.DATE:
        return 1 if digits <= 2 else digits
    return 1 if digits <= 3 else 4 if digits <= 6 else 7


def _of_sender(
    record: ExtractedRecord, document_id: str, sender: Sequence[str], history: SenderHistory
) -> list[SettledDocument]:
    """Return the latest settled documents of the record's sender, without the document itself."""
    places: set[int] = set()
    for field in record.fields:
        if field.path in sender and field.value is not None:
            places.update(history.senders.get((field.path, sender_key(text_of(field.value))), ()))
    others: list[SettledDocument] = []
    for place in sorted(places, reverse=True):
        settled = history.documents[place]
        if settled.document_id != document_id:
            others.append(settled)
        if len(others) == LATEST:
            break
    return others


def _with_history(record: ExtractedRecord, settled: Sequence[SettledDocument]) -> ExtractedRecord:
    if not settled:
        return record
    fields = tuple(_compared(field, settled) for field in record.fields)
    return record.model_copy(update={"fields": fields})


def _compared(field: FieldResult, settled: Sequence[SettledDocument]) -> FieldResult:
    known = [each.marks[field.path] for each in settled if field.path in each.marks]
    if not known or (field.raw is not None and field.value is None):
        return field
    mark = None
    if field.value is not None:
        value = text_of(field.value)
        mark = mark_of(field.kind, value, value if field.raw is None else field.raw)
    signals = field.signals.model_copy(update={"history": share(known.count(mark), len(known))})
    return field.model_copy(update={"signals": signals})
