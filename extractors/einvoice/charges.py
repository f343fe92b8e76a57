"""Let checks pass that fail only for what an e-invoice declares and a record has no place for.

Charges and allowances stand between an invoice's lines and its net total, and between a line's
price and its total; a price may be for so many pieces.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from extractors.einvoice.served import terms_of_type
from schemas.doctype import DocumentType
from schemas.e_invoice import EInvoice, ELine
from schemas.extraction import CheckResult, FieldResult
from schemas.record import pattern_of
from schemas.shape import item_number

LINE_TERMS = tuple(f"line_items[].{name}" for name in ("quantity", "unit_price"))
CENT = Decimal("0.01")


def with_charges(
    result: CheckResult, given: EInvoice, doctype: DocumentType, fields: Sequence[FieldResult]
) -> CheckResult:
    """Return a check's result, passed if the declared charges make up for what it misses."""
    if result.verdict != "failed":
        return result
    values = {field.path: field.value for field in fields if isinstance(field.value, Decimal)}
    terms = terms_of_type(doctype)
    kinds = {terms.get(pattern_of(path)) for path in result.fields}
    explained = False
    if kinds == {"line_items[].line_total", "net_total"} and result.name.startswith("sum"):
        explained = _sums(result, given, values, terms)
    elif kinds == {*LINE_TERMS, "line_items[].line_total"}:
        number = item_number(result.fields[0])
        explained = number is not None and _multiplies(given.line_items[number])
    if not explained:
        return result
    text = "it adds up with the charges and allowances that the e-invoice declares"
    return result.model_copy(update={"verdict": "passed", "text": text})


def _sums(
    result: CheckResult, given: EInvoice, values: dict[str, Decimal], terms: dict[str, str]
) -> bool:
    """Say whether the lines and the charges add up to the net total."""
    lines = [values[path] for path in result.fields if "[" in path]
    [net] = [values[path] for path in result.fields if terms.get(path) == "net_total"]
    return sum(lines, given.charges) == net


def _multiplies(line: ELine) -> bool:
    """Say whether a line's price and charges give its total, to the cent."""
    if None in (line.quantity, line.unit_price, line.line_total) or not line.price_base:
        return False
    assert line.quantity is not None
    assert line.unit_price is not None
    assert line.line_total is not None
    computed = line.quantity * line.unit_price / line.price_base + line.charges
    return abs(computed - line.line_total) <= CENT
