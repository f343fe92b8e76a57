"""Read the XML of an e-invoice: UN/CEFACT's (ZUGFeRD 1 and 2, Factur-X, XRechnung) or UBL's.

A file with a document type declaration is refused: an invoice needs none, and entities are how a
small file becomes a large one or opens another.
"""

from __future__ import annotations

import re
from itertools import islice
from xml.etree.ElementTree import Element, ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring

from extractors.einvoice import cii, ubl
from extractors.einvoice.nodes import BadValue, Node
from schemas.e_invoice import TERMS, EInvoice
from schemas.kinds import Kind

MOST_LINES = 5000
LINES = frozenset({"IncludedSupplyChainTradeLineItem", "InvoiceLine", "CreditNoteLine"})
MOST_OTHERS = 500
READERS = {
    "CrossIndustryInvoice": cii.read,
    "CrossIndustryDocument": cii.read,
    "Invoice": ubl.read,
    "CreditNote": ubl.read,
}
"""By the name of the outermost element."""


def parse(data: bytes, file: str) -> EInvoice:
    """Return what an e-invoice says; one that can't be read says why."""
    try:
        root: Element = fromstring(data, forbid_dtd=True)
    except DefusedXmlException:
        return EInvoice(file=file, problem="it declares entities, which no invoice needs")
    except (ParseError, ValueError, LookupError):  # LookupError: an encoding that isn't known
        return EInvoice(file=file, problem="it is no XML, or damaged")
    node = Node(root)
    read = READERS.get(node.name)
    if read is None:
        return EInvoice(file=file, problem="it is XML, but no invoice")
    try:
        found = read(node, file)
    except BadValue as error:
        return EInvoice(file=file, problem=str(error))
    if len(found.line_items) > MOST_LINES:
        return EInvoice(file=file, problem=f"it has more than {MOST_LINES} lines")
    return _canonical(found.model_copy(update={"others": _others(node)}))


def _canonical(found: EInvoice) -> EInvoice:
    """Return it with its codes as values of their kinds are: capitals, no spaces."""
    codes = (Kind.IBAN, Kind.VAT_ID, Kind.CURRENCY)
    plain = {
        term: re.sub(r"\s", "", str(value)).upper()
        for term, kind in TERMS.items()
        if kind in codes and (value := found.value(term)) is not None
    }
    return found.model_copy(update=plain)


def _others(root: Node) -> tuple[str, ...]:
    """Return the texts of an e-invoice's elements, its lines left out."""
    found = dict.fromkeys(text for node in root.below(LINES) if (text := node.own_text))
    return tuple(islice(found, MOST_OTHERS))
