"""One document's record from its e-invoice, and what a model has to add where that gives less."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from extractors.check import run_checks
from extractors.completeness import receipts_of
from extractors.confidence.doubts import hard_doubts
from extractors.einvoice.charges import with_charges
from extractors.einvoice.held import Holder
from extractors.einvoice.served import terms_of_type
from extractors.hostile import hostile_doubts
from extractors.layout import lines_of
from schemas.doctype import DocumentType
from schemas.document import Document
from schemas.e_invoice import EInvoice
from schemas.extraction import (
    CheckResult,
    Coercion,
    Doubt,
    DoubtCode,
    ExtractedRecord,
    Extraction,
    FieldResult,
)
from schemas.record import leaves_of, lists_of


def extract_embedded(document: Document, doctype: DocumentType) -> Extraction:
    """Return the record that a document's e-invoice declares; the document must have one.

    No model is asked.
    """
    given = _given(document)
    fields = tuple(Holder(document, doctype, terms_of_type(doctype), given).fields())
    record = ExtractedRecord(fields=fields, type_name=doctype.name)
    return Extraction(
        document_id=document.id,
        type_name=doctype.name,
        pages=len(document.pages),
        records=(_checked(record, document, doctype, given),),
        doubts=tuple(_document_doubts(document)),
    )


def with_embedded(extraction: Extraction, document: Document, doctype: DocumentType) -> Extraction:
    """Return what was extracted from a page with what its e-invoice declares in its place.

    It is that of the first record of `doctype`. An e-invoice that can't be read changes nothing but
    that the document is looked at.
    """
    given = _given(document)
    if given.problem:
        text = f"its e-invoice {given.file} can't be used: {given.problem}; read from the page"
        doubt = Doubt(code=DoubtCode.E_INVOICE, text=text)
        return extraction.model_copy(update={"doubts": (*extraction.doubts, doubt)})
    declared = tuple(Holder(document, doctype, terms_of_type(doctype), given).fields())
    records = list(extraction.records)
    at = [extraction.type_of(each) for each in records].index(doctype.name)
    joined = {"fields": tuple(_joined(doctype, records[at].fields, declared))}
    records[at] = _checked(records[at].model_copy(update=joined), document, doctype, given)
    return extraction.model_copy(update={"records": tuple(records)})


def _given(document: Document) -> EInvoice:
    assert document.e_invoice is not None, "only documents with an e-invoice come here"
    return document.e_invoice


def _joined(
    doctype: DocumentType, read: Sequence[FieldResult], declared: Sequence[FieldResult]
) -> Iterator[FieldResult]:
    """Yield the declared fields, and those that were read where nothing is declared.

    A list is declared whole or read whole: rows of both don't mix, their numbers would.
    """
    for leaf in leaves_of(doctype.record):
        known = [field for field in declared if field.path == leaf.path]
        yield from known or (field for field in read if field.path == leaf.path)
    for each in lists_of(doctype.record):
        begin = f"{each.name}["
        known = [field for field in declared if field.path.startswith(begin)]
        yield from known or (field for field in read if field.path.startswith(begin))


def _checked(
    record: ExtractedRecord, document: Document, doctype: DocumentType, given: EInvoice
) -> ExtractedRecord:
    """Return the record with the type's checks, doubts where declared values fail one, receipts."""
    results = run_checks(doctype.checks, record.fields)
    checks = tuple(with_charges(result, given, doctype, record.fields) for result in results)
    fields = tuple(_doubted(each, checks) for each in record.fields)
    first, last = record.pages or (1, len(document.pages))
    own = tuple(page for page in document.pages if first <= page.number <= last)
    lines = lines_of(document.model_copy(update={"pages": own}))
    receipts = receipts_of(doctype, fields, lines)
    return record.model_copy(update={"fields": fields, "checks": checks, "receipts": receipts})


def _doubted(field: FieldResult, checks: Sequence[CheckResult]) -> FieldResult:
    if field.signals.embedded is None or field.value is None:
        return field
    own = [check for check in checks if field.path in check.fields]
    failed = [check.text for check in own if check.verdict == "failed"]
    told = field.signals.model_copy(
        update={
            "checks_failed": len(failed),
            "checks_passed": sum(check.verdict == "passed" and check.tells for check in own),
        }
    )
    known = told.model_copy(update={"grounded": True})  # whether it must be, was said before
    doubts = (*field.doubts, *hard_doubts(known, Coercion(value=field.value), failed))
    return field.model_copy(update={"signals": told, "doubts": doubts})


def _document_doubts(document: Document) -> Iterator[Doubt]:
    """Yield what keeps the e-invoice from being held against the whole of its pages."""
    if not lines_of(document):
        text = "the e-invoice can't be held against the pages: they have no text"
        yield Doubt(code=DoubtCode.E_INVOICE, text=text)
    if document.repaired:
        text = "the file was damaged and had to be repaired: something may be missing"
        yield Doubt(code=DoubtCode.REPAIRED, text=text)
    yield from hostile_doubts(document)
