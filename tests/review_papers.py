"""Invoices in review, as the real flow would have left them, without asking a model.

What was answered is said by the test; values, evidence and checks follow from the PDF by the same
rules as on extraction, so boxes lie where the words are.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from builders import INVOICE, NOVEMBER, a_recipe, a_routing
from documents import letter

from extractors.brief import whole_text
from extractors.check import run_checks
from extractors.coerce.coerce import coerce
from extractors.coerce.locale import locale_of
from extractors.ground import ground
from extractors.judging.printed import PrintedValues
from extractors.layout import lines_of
from extractors.read import read_document
from flows.store.store import Store
from schemas.document import Document
from schemas.extraction import (
    Doubt,
    DoubtCode,
    Evidence,
    ExtractedRecord,
    Extraction,
    FieldResult,
    Outcome,
    Signals,
)
from schemas.kinds import Kind, value_of
from schemas.routing import RoutedRecord
from schemas.shape import shape_of

SHAPE = shape_of(INVOICE)
SAMPLES = Path(__file__).parents[1] / "samples/invoices"
Answers = dict[str, str]
"""By path, verbatim."""
Places = dict[str, Evidence]
"""By path."""


@dataclass(frozen=True)
class Doubtful:
    """A field that a person must look at."""

    why: str
    code: DoubtCode = DoubtCode.UNSURE
    confidence: float = 0.62
    rivals: tuple[str, ...] = ()


def an_invoice(
    number: str,
    *,
    seller: str = "Lindqvist Paper Ltd",
    buyer: str = "Harbour Books LLP",
    issued: str = "21 May 2026",
    total: str = "119.00",
) -> tuple[bytes, Answers]:
    """Return an invoice's PDF, and what stands on it by path."""
    rows = f"""
        {seller}
        4 Quarry Road

        Bill to:
        {buyer}
        9 Pier Street

        Invoice number: | {number}
        Invoice date: | {issued}

        Description | Quantity | Unit price | Amount
        Copy paper, white | 10 | 4.00 | 40.00
        Envelopes with window | 5 | 12.00 | 60.00

        Net total | 100.00
        VAT 19% | 19.00
        Total | {total}
    """
    answers = {
        "invoice_number": number,
        "issue_date": issued,
        "seller_name": seller,
        "buyer_name": buyer,
        "net_total": "100.00",
        "tax_total": "19.00",
        "grand_total": total,
        "line_items[0].description": "Copy paper, white",
        "line_items[0].quantity": "10",
        "line_items[0].unit_price": "4.00",
        "line_items[0].line_total": "40.00",
        "line_items[1].description": "Envelopes with window",
        "line_items[1].quantity": "5",
        "line_items[1].unit_price": "12.00",
        "line_items[1].line_total": "60.00",
    }
    return letter(rows), answers


def read_off_gold(name: str) -> tuple[bytes, Answers, Places]:
    """Return a sample's PDF, what its gold record says as it is printed there, and where."""
    data = (SAMPLES / f"{name}.pdf").read_bytes()
    printed = PrintedValues(read_document(data))
    gold = json.loads((SAMPLES / f"{name}.json").read_text(encoding="utf-8"))["record"]
    answers, places = {}, {}
    for path, text in _flat(gold).items():
        leaf = SHAPE.leaf(path)
        assert leaf is not None
        row = places.get(f"{path.partition(']')[0]}].description")
        found = printed.find(leaf.kind, value_of(leaf.kind, text), near=row)
        if found is not None:
            answers[path], places[path] = found.text, found.evidence
    return data, answers, places


def put_in_review(
    store: Store,
    path: Path,
    data: bytes,
    answers: Answers,
    places: Places | None = None,
    *,
    doubtful: Mapping[str, Doubtful] | None = None,
    withheld: Mapping[str, float] | None = None,
    doubts: tuple[Doubt, ...] = (),
) -> None:
    """Write the PDF to `path`, and keep its record in review.

    Without `places` an answer stands where its words are found first, an amount where they are
    found last. Fields of a check that fails are doubtful too; `withheld` gives the confidence of
    those that need no look and aren't published.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    document = read_document(data)
    doubtful, withheld = dict(doubtful or {}), withheld or {}
    fields = [_field(each, raw, document, places or {}) for each, raw in answers.items()]
    fields += [
        FieldResult(path=each, kind=leaf.kind, raw=None, value=None)
        for each in doubtful
        if each not in answers and (leaf := SHAPE.leaf(each)) is not None
    ]
    checks = run_checks(INVOICE.checks, fields)
    for check in checks:
        for each in check.fields if check.verdict == "failed" else ():
            doubtful.setdefault(each, Doubtful(check.text, DoubtCode.CHECK_FAILED, 0.9))
    results = [_doubted(field, doubtful, withheld) for field in fields]
    routed = RoutedRecord(
        record=ExtractedRecord(fields=tuple(results), checks=checks),
        outcome=Outcome.IN_REVIEW,
        doubtful=tuple(doubtful),
        withheld=tuple(withheld),
        whole=not doubtful,
    )
    store.keep(
        Extraction(
            document_id=document.id,
            type_name=INVOICE.name,
            pages=len(document.pages),
            records=(routed.record,),
            doubts=doubts,
        ),
        a_routing(routed, doubts=doubts),
        source=str(path),
        recipe=a_recipe(),
        doc_type=INVOICE,
        run_id=None,
        now=NOVEMBER,
        cost=Decimal(0),
        again=False,
        calibration_id=None,
        dial=None,
        routed_by=None,
    )


def _field(path: str, raw: str, document: Document, places: Places) -> FieldResult:
    lines = lines_of(document)
    leaf = SHAPE.leaf(path)
    assert leaf is not None
    found = coerce(leaf.kind, raw, locale_of(whole_text(lines)))
    evidence = places.get(path) or ground(raw, lines, last=leaf.kind is Kind.AMOUNT)
    return FieldResult(
        path=path,
        kind=leaf.kind,
        raw=raw,
        value=found.value,
        alternatives=found.alternatives,
        evidence=evidence,
        signals=Signals(grounded=evidence is not None, typed=found.value is not None),
        confidence=0.98,
    )


def _doubted(
    field: FieldResult, doubtful: Mapping[str, Doubtful], withheld: Mapping[str, float]
) -> FieldResult:
    if field.path in withheld:
        return field.model_copy(update={"confidence": withheld[field.path]})
    if field.path not in doubtful:
        return field
    each = doubtful[field.path]
    return field.model_copy(
        update={
            "confidence": each.confidence,
            "doubts": (Doubt(code=each.code, text=each.why),),
            "rivals": each.rivals,
        }
    )


def _flat(record: Mapping[str, Any], prefix: str = "") -> dict[str, str]:
    """Return the values that a gold record gives, by path."""
    found: dict[str, str] = {}
    for name, value in record.items():
        if isinstance(value, list):
            for number, item in enumerate(value):
                found |= _flat(item, f"{name}[{number}].")
        elif value is not None:
            found[f"{prefix}{name}"] = value.isoformat() if isinstance(value, date) else str(value)
    return found
