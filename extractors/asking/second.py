"""Read a document a second time: by another model, or by the same one asked in another order.

What two readings agree on is likelier right. The second one changes no value: it is a signal, and
where it differs, what it gave.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from functools import partial

from extractors.asking.call import Caller
from extractors.asking.prompts import instructions_first
from extractors.extract import extract_typed
from extractors.judging.compare import same
from extractors.layout import lines_of
from extractors.splitting.split import Split
from extractors.splitting.typed import Typed
from schemas.doctype import DocumentType
from schemas.document import Document
from schemas.errors import AnswerError
from schemas.extraction import ExtractedRecord, Extraction, FieldResult
from schemas.recipe import Asking


def with_second_reading(
    extraction: Extraction,
    document: Document,
    types: Sequence[DocumentType],
    asking: Asking,
    caller: Caller,
    *,
    same_model: bool,
) -> Extraction:
    """Return the extraction with what a second reading says of each field, and its cost.

    Fields without a counterpart have no `agrees`: those of lists whose rows differ in number, and
    all of a type's if the second reader's answers didn't fit or there is no text to read.

    Args:
        extraction: of the first reading, before it is rated.
        document: the one that was read.
        types: of its records, in whichever order.
        asking: how the second reader is asked.
        caller: asks the second reader.
        same_model: it is the one that read first, so it is told what to do before the document.

    Raises:
        ModelError: the second reader's server failed or refused.
    """
    if not lines_of(document):
        return extraction
    before = caller.usage
    compared = list(extraction.records)
    for doctype in types:
        places = [
            at
            for at, record in enumerate(extraction.records)
            if extraction.type_of(record) == doctype.name
        ]
        reader = caller
        if same_model:
            reader = replace(caller, arrange=partial(instructions_first, doctype))
        try:
            again = Typed.of_one(doctype, _parted(extraction, places))
            records = extract_typed(document, again, asking, reader).records if places else ()
        except AnswerError:
            records = ()
        finally:
            caller.usage = reader.usage
        for at, record in zip(places, records, strict=False):
            compared[at] = _compared(extraction.records[at], record)
    usage = extraction.usage + (caller.usage - before)
    return extraction.model_copy(update={"records": tuple(compared), "usage": usage})


def _parted(extraction: Extraction, places: Iterable[int]) -> Split:
    """Return how the file was parted for the first reading: the second one reads the same pages."""
    whole = (1, max(1, extraction.pages))
    return Split(tuple(extraction.records[at].pages or whole for at in places))


def _compared(first: ExtractedRecord, second: ExtractedRecord) -> ExtractedRecord:
    others = {field.path: field for field in second.fields}
    rows, other_rows = _rows(first.fields), _rows(second.fields)
    fields = tuple(
        _with_other(field, others)
        if rows[_list_of(field.path)] == other_rows[_list_of(field.path)]
        else field
        for field in first.fields
    )
    return first.model_copy(update={"fields": fields})


def _rows(fields: Iterable[FieldResult]) -> Counter[str]:
    """Return how many rows each list has; single fields count as none."""
    rows = {field.path.partition("]")[0] for field in fields if "[" in field.path}
    return Counter(map(_list_of, rows))


def _list_of(path: str) -> str:
    """Return the list that a field is of; empty: none."""
    return path.partition("[")[0] if "[" in path else ""


def _with_other(field: FieldResult, others: Mapping[str, FieldResult]) -> FieldResult:
    other = others.get(field.path)
    if other is None:
        return field
    agrees = _agree(field, other)
    signals = field.signals.model_copy(update={"agrees": agrees})
    return field.model_copy(update={"signals": signals, "second": None if agrees else other.raw})


def _agree(one: FieldResult, other: FieldResult) -> bool:
    """Say whether two readings gave the same value, or both none."""
    if one.value is None or other.value is None:
        return one.raw == other.raw
    return same(one.kind, one.value, other.value)
