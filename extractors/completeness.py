"""Count a list's rows on the pages, and hold their sum against the printed one.

It looks at the pages again, and not at how the rows were found: what stands under the same column
as the amounts that were given, beside words and above the totals, is a row.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal

from extractors.layout import Line
from extractors.tables.cells import has_amount
from extractors.tables.totals import is_end, is_total
from schemas.completeness import Receipt
from schemas.doctype import Check, DocumentType, SumCheck
from schemas.document import Box
from schemas.extraction import FieldResult
from schemas.kinds import Kind
from schemas.record import ListField, lists_of

Place = tuple[int, Box]
"""A page and a box on it."""


def receipts_of(
    doctype: DocumentType, fields: Sequence[FieldResult], lines: Sequence[Line]
) -> tuple[Receipt, ...]:
    """Return a receipt for each list of a record."""
    return tuple(_receipt(doctype, each, fields, lines) for each in lists_of(doctype.record))


def _receipt(
    doctype: DocumentType,
    each: ListField,
    fields: Sequence[FieldResult],
    lines: Sequence[Line],
) -> Receipt:
    own = [field for field in fields if field.path.startswith(f"{each.name}[")]
    given = {field.path.partition("]")[0] for field in own if field.value is not None}
    check = _sum_of(each, doctype.checks)
    name = check[0] if check else _last_amount(each)
    amounts = [field for field in own if name and field.path.endswith(f"].{name}")]
    places = [
        (field.evidence.page, field.evidence.boxes[0])
        for field in amounts
        if field.evidence is not None and field.evidence.boxes
    ]
    numbers = [field.value for field in amounts if isinstance(field.value, Decimal)]
    totals = [field.value for field in fields if check and field.path == check[1]]
    whole = check is not None and bool(numbers) and len(numbers) == len(given)
    return Receipt(
        name=each.name,
        rows_seen=_rows_seen(places, lines) if places else None,
        rows_given=len(given),
        printed_total=next((each for each in totals if isinstance(each, Decimal)), None),
        computed_total=sum(numbers, Decimal()) if whole else None,
    )


def _sum_of(each: ListField, checks: Sequence[Check]) -> tuple[str, str] | None:
    """Return the leaf whose sum over the list is checked, and the field that gives the sum."""
    for check in checks:
        if isinstance(check, SumCheck) and len(check.parts) == 1:
            listed, _, leaf = check.parts[0].partition("[].")
            if listed == each.name:
                return leaf, check.total
    return None


def _last_amount(each: ListField) -> str | None:
    return next((leaf.name for leaf in reversed(each.leaves) if leaf.kind is Kind.AMOUNT), None)


def _rows_seen(places: Sequence[Place], lines: Sequence[Line]) -> int:
    """Count the rows from the first amount's on that have an amount in the same column."""
    left, right = min(box.x0 for _, box in places), max(box.x1 for _, box in places)
    first = min((page, box.y0) for page, box in places)
    last = max((page, box.y0) for page, box in places)
    return sum(_is_row(line, left, right) for line in _from_to(lines, first, last))


def _from_to(
    lines: Sequence[Line], first: tuple[int, float], last: tuple[int, float]
) -> Iterator[Line]:
    """Yield the lines from one place on; behind the other one, up to a sum that ends the list."""
    for line in lines:
        page, box = line[0].page, line[0].box
        if (page, box.y1) < first:
            continue
        if (page, box.y0) > last and is_end(line[0].text):
            return
        yield line


def _is_row(line: Line, left: float, right: float) -> bool:
    """Say whether a row has an amount between `left` and `right`, and words before it."""
    if is_total(line[0].text):
        return False
    at = next(
        (
            at
            for at, segment in enumerate(line)
            if has_amount(segment.text) and segment.box.x1 > left and segment.box.x0 < right
        ),
        0,
    )
    return any(map(str.isalpha, "".join(segment.text for segment in line[:at])))
