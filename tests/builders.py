"""Documents, records and routings for tests: short to write, plain to read."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

from flows.store.store import Kept, Store
from schemas.catalogue import built_in_type
from schemas.doctype import DocumentType
from schemas.document import Box
from schemas.extraction import (
    Doubt,
    DoubtCode,
    Evidence,
    ExtractedRecord,
    Extraction,
    FieldResult,
    Outcome,
    Signals,
    Usage,
)
from schemas.kinds import Value, text_of
from schemas.recipe import Recipe
from schemas.routing import RoutedRecord, Routing
from schemas.shape import shape_of
from schemas.target import Dial

NOVEMBER = datetime(2026, 11, 23, 15, 7, tzinfo=UTC)
DECEMBER = datetime(2026, 12, 1, 9, 0, tzinfo=UTC)
INVOICE = built_in_type("invoice")
RECEIPT = built_in_type("receipt")

Values = dict[str, Value | None]

PLAIN: Values = {
    "invoice_number": "R-17",
    "grand_total": Decimal("119.00"),
    "line_items[0].description": "Paper, A4",
    "line_items[0].line_total": Decimal("100.00"),
}


def document_id(name: str = "a") -> str:
    """Return the id of the document that has `name` as its bytes."""
    return hashlib.sha256(name.encode()).hexdigest()


def a_recipe(doc_type: DocumentType = INVOICE, model: str = "local/small") -> Recipe:
    """Return a recipe for a type."""
    return Recipe(
        model=model, asking="fields", type_name=doc_type.name, type_hash=doc_type.content_hash
    )


def a_record(
    values: Values, doc_type: DocumentType = INVOICE, doubtful: tuple[str, ...] = ()
) -> ExtractedRecord:
    """Return a record with these values, on page 1, sure to 0.9, the doubtful ones to 0.4."""
    shape = shape_of(doc_type)
    fields = []
    for path, value in values.items():
        leaf = shape.leaf(path)
        assert leaf is not None, path
        raw = None if value is None else text_of(value)
        fields.append(
            FieldResult(
                path=path,
                kind=leaf.kind,
                raw=raw,
                value=value,
                evidence=Evidence(quote=raw, page=1, boxes=(Box(x0=1, y0=2, x1=3, y1=4),))
                if raw
                else None,
                signals=Signals(grounded=raw is not None, typed=True),
                confidence=0.4 if path in doubtful else 0.9,
                doubts=(Doubt(code=DoubtCode.UNSURE, text=f"{path} isn't sure"),)
                if path in doubtful
                else (),
            )
        )
    return ExtractedRecord(fields=tuple(fields))


def routed(
    values: Values,
    *,
    doc_type: DocumentType = INVOICE,
    doubtful: tuple[str, ...] = (),
    withheld: tuple[str, ...] = (),
    score: float = 0.0,
    audit: bool = False,
    whole: bool = False,
) -> RoutedRecord:
    """Return a record that is in review if anything is doubtful, else accepted."""
    return RoutedRecord(
        record=a_record(values, doc_type, doubtful),
        outcome=Outcome.IN_REVIEW if doubtful or audit or whole else Outcome.ACCEPTED,
        doubtful=doubtful,
        withheld=withheld,
        score=score,
        audit=audit,
        whole=whole or audit,
    )


def a_routing(*records: RoutedRecord, doubts: tuple[Doubt, ...] = ()) -> Routing:
    """Return the way of a document that holds these records."""
    in_review = bool(doubts) or any(each.outcome is Outcome.IN_REVIEW for each in records)
    reasons = tuple(doubt.text for doubt in doubts)
    fields = [field for each in records for field in each.record.fields]
    return Routing(
        outcome=Outcome.IN_REVIEW if in_review else Outcome.ACCEPTED,
        reasons=reasons + tuple(doubt.text for field in fields for doubt in field.doubts),
        document_reasons=reasons,
        records=records,
    )


def keep(
    store: Store,
    *records: RoutedRecord,
    name: str = "a",
    doc_type: DocumentType = INVOICE,
    recipe: Recipe | None = None,
    now: datetime = NOVEMBER,
    run_id: str | None = None,
    doubts: tuple[Doubt, ...] = (),
    cost: Decimal = Decimal("0.01"),
    again: bool = False,
    calibration_id: str | None = None,
    dial: Dial | None = None,
    routed_by: str | None = None,
) -> Kept:
    """Keep these records as what `name` holds."""
    return store.keep(
        Extraction(
            document_id=document_id(name),
            type_name=doc_type.name,
            pages=1,
            records=tuple(each.record for each in records),
            doubts=doubts,
            usage=Usage(calls=1, input_tokens=100, output_tokens=10),
            seconds=1.5,
        ),
        a_routing(*records, doubts=doubts),
        source=f"in/{name}.pdf",
        recipe=recipe or a_recipe(doc_type),
        doc_type=doc_type,
        run_id=run_id,
        now=now,
        cost=cost,
        again=again,
        calibration_id=calibration_id,
        dial=dial,
        routed_by=routed_by,
    )


def fail(
    store: Store, *, name: str = "a", retry: bool = False, recipe: Recipe | None = None
) -> None:
    """Keep that the document `name` failed."""
    store.keep_failure(
        document_id(name),
        source=f"in/{name}.pdf",
        reason="it is encrypted",
        retry=retry,
        recipe=recipe or a_recipe(),
        run_id=None,
        now=NOVEMBER,
    )


def files_in(folder: Path) -> list[str]:
    """Return the Parquet files under a folder, by their path in it."""
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*.parquet"))
