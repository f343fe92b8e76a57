"""Which document types an e-invoice can fill, and which of its terms each of their fields is."""

from __future__ import annotations

from collections.abc import Sequence

from schemas.doctype import DocumentType
from schemas.e_invoice import TERMS, EInvoice
from schemas.record import all_leaves, lists_of

LEAST = frozenset({"invoice_number", "grand_total"})
"""A type without these is no invoice."""


def terms_of_type(doctype: DocumentType) -> dict[str, str]:
    """Return by leaf which term it is: as the type says, else the one of the same name and kind."""
    terms = {}
    for leaf in all_leaves(doctype.record):
        term = doctype.e_invoice.get(leaf.path, leaf.path)
        if TERMS.get(term) is leaf.kind:
            terms[leaf.path] = term
    return terms


def serves(doctype: DocumentType) -> bool:
    """Say whether an e-invoice gives anything for documents of a type."""
    return frozenset(terms_of_type(doctype).values()) >= LEAST


def serves_wholly(doctype: DocumentType, given: EInvoice | None = None) -> bool:
    """Say whether each of a type's fields is one that an e-invoice, or this one, may declare."""
    if not serves(doctype) or (given is not None and given.problem):
        return False
    if given is not None and not given.has_lines and lists_of(doctype.record):
        return False
    return len(terms_of_type(doctype)) == len(all_leaves(doctype.record))


def type_of(given: EInvoice | None, types: Sequence[DocumentType]) -> DocumentType | None:
    """Return the type of a document with this e-invoice, if that needs no model to say."""
    if given is None or given.problem:
        return None
    if len(types) == 1:
        return types[0] if serves(types[0]) else None
    return next((each for each in types if serves_wholly(each)), None)
