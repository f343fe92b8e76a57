"""Review items: the records that need a look, and all that is known of their fields."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from extractors.check import run_checks
from flows.store.recipes import shape_of_recipe
from flows.store.records_json import BOXES, DOUBTS
from flows.store.tables import ExtractionRow, FieldRow, InputRow, ItemRow, RecordRow
from schemas.account import in_words
from schemas.errors import NoItemError
from schemas.extraction import Doubt, Evidence, Extraction, FieldResult, Outcome
from schemas.kinds import Kind
from schemas.record import pattern_of
from schemas.review import Action, Choice, ReviewField, ReviewItem
from schemas.shape import Shape, item_number
from schemas.text import as_text

MOST_CHOICES = 9
"""As many as a key can choose."""


@dataclass(frozen=True, kw_only=True)
class FoundItem:
    """An item with the rows that it speaks of."""

    item: ItemRow
    record: RecordRow
    extraction: ExtractionRow
    fields: list[FieldRow]
    shape: Shape


def review_item(session: Session, item_id: int) -> ReviewItem:
    """Return an item with every field of its type, those to settle first.

    Raises:
        NoItemError: there is no such item, or a later extraction took its place.
    """
    found = find_item(session, item_id)
    extraction, record = found.extraction, found.record
    given = _extraction_of(session, extraction.id)
    sources = sources_of(session, {extraction.document_id})
    return ReviewItem(
        id=item_id,
        type_name=record.type_name,
        type_title=found.shape.title or record.type_name,
        document_id=extraction.document_id,
        record=record.number,
        source=sources.get(extraction.document_id, ""),
        opened=found.item.opened,
        outcome=Outcome(record.outcome),
        revision=found.item.revision,
        document_outcome=Outcome(extraction.outcome),
        recipe_id=record.recipe_id,
        reasons=tuple(json.loads(extraction.document_reasons_json)),
        pages=_pages_of(record),
        account=in_words(given, record.number) if given else (),
        fields=_review_fields(found, _extracted(given, found)),
        list_fields=tuple(leaf.path for each in found.shape.lists for leaf in each.leaves),
        lists=found.shape.lists,
        checks=run_checks(found.shape.checks, [result_of(row) for row in found.fields]),
        needs_word=found.item.needs_word,
    )


def find_item(session: Session, item_id: int) -> FoundItem:
    """Return an item's rows.

    Raises:
        NoItemError: there is no such item, or a later extraction took its place.
    """
    row = session.execute(_items().where(ItemRow.id == item_id)).first()
    if row is None:
        raise NoItemError(
            f"There is no review item {item_id}. See what is open: papersift queue list"
        )
    item, record, extraction = row[0], row[1], row[2]
    if not extraction.current:
        raise NoItemError(
            f"Review item {item_id} is about an extraction that a later one has replaced. "
            "See what is open now: papersift queue list"
        )
    fields = session.scalars(
        select(FieldRow).where(FieldRow.record_id == record.id).order_by(FieldRow.position)
    )
    return FoundItem(
        item=item,
        record=record,
        extraction=extraction,
        fields=list(fields),
        shape=shape_of_recipe(session, record.recipe_id),
    )


def sources_of(session: Session, document_ids: Iterable[str]) -> dict[str, str]:
    """Return where each document was first seen."""
    found = session.execute(
        select(InputRow.document_id, InputRow.source)
        .where(InputRow.document_id.in_(set(document_ids)))
        .order_by(InputRow.first_seen.desc(), InputRow.source.desc())
    )
    return {row.document_id: row.source for row in found if row.document_id}


def _items() -> Select[tuple[ItemRow, RecordRow, ExtractionRow]]:
    return (
        select(ItemRow, RecordRow, ExtractionRow)
        .join(RecordRow, RecordRow.id == ItemRow.record_id)
        .join(ExtractionRow, ExtractionRow.id == RecordRow.extraction_id)
    )


def summary_fields(session: Session, record_ids: Sequence[int]) -> dict[int, list[FieldRow]]:
    """Return the fields of each record that must be settled."""
    fields: dict[int, list[FieldRow]] = defaultdict(list)
    for row in session.scalars(
        select(FieldRow)
        .where(FieldRow.record_id.in_(record_ids), FieldRow.doubtful, FieldRow.settled.is_(None))
        .order_by(FieldRow.position)
    ):
        fields[row.record_id].append(row)
    return fields


def reasons_of(extraction: ExtractionRow, fields: Iterable[FieldRow]) -> tuple[str, ...]:
    """Return why a record needs a look, without saying anything twice."""
    reasons = list(json.loads(extraction.document_reasons_json))
    for field in fields:
        reasons += [doubt.text for doubt in DOUBTS.validate_json(field.doubts_json)]
    return tuple(dict.fromkeys(reasons))


def result_of(row: FieldRow) -> FieldResult:
    """Return a field as it stands now."""
    return FieldResult(path=row.path, kind=Kind(row.kind), raw=row.raw, value=row.value)


def doubts_of(session: Session, extraction_id: int) -> tuple[Doubt, ...]:
    """Return the doubts about a document as a whole, as an extraction had them."""
    given = _extraction_of(session, extraction_id)
    return given.doubts if given else ()


def _pages_of(record: RecordRow) -> tuple[int, int] | None:
    if record.first_page is None or record.last_page is None:
        return None
    return record.first_page, record.last_page


def _extracted(
    given: Extraction | None, found: FoundItem
) -> dict[tuple[str, str | None], FieldResult]:
    """Return a record's fields as they were extracted, by path and raw text."""
    records = given.records if given else ()
    number = found.record.number
    fields = records[number].fields if number < len(records) else ()
    return {(field.path, field.raw and as_text(field.raw)): field for field in fields}


def _extraction_of(session: Session, extraction_id: int) -> Extraction | None:
    text = session.scalars(
        select(ExtractionRow.extraction_json).where(ExtractionRow.id == extraction_id)
    ).one()
    return Extraction.model_validate_json(text) if text else None


def _choices(row: FieldRow, extracted: FieldResult | None) -> tuple[Choice, ...]:
    """Return what else a field could be, without what it is."""
    found = [(text, "another reading of it") for text in json.loads(row.alternatives_json)]
    if extracted is not None:
        if extracted.second is not None:
            found.append((extracted.second, "a second reading of the pages"))
        found += [(text, "the next likeliest") for text in extracted.rivals]
    taken = {row.value, row.raw}
    choices = []
    for text, why in found:
        if text not in taken:
            choices.append(Choice(text=text, why=why))
            taken.add(text)
    return tuple(choices[:MOST_CHOICES])


def _review_fields(
    found: FoundItem, extracted: Mapping[tuple[str, str | None], FieldResult]
) -> tuple[ReviewField, ...]:
    """Return the record's fields and the type's other ones: first those to settle."""
    shape = found.shape
    order = {leaf.path: at for at, leaf in enumerate(shape.all_leaves)}
    texts = {leaf.path: leaf.description for leaf in shape.all_leaves}
    fields = [
        _review_field(row, texts.get(pattern_of(row.path), ""), extracted.get((row.path, row.raw)))
        for row in found.fields
    ]
    known = {field.path for field in fields}
    fields += [
        ReviewField(
            path=leaf.path,
            kind=leaf.kind,
            description=leaf.description,
            raw=None,
            value=None,
            confidence=0.0,
        )
        for leaf in shape.leaves
        if leaf.path not in known
    ]

    def place(field: ReviewField) -> tuple[bool, bool, str, int, int]:
        number = item_number(field.path)
        name = "" if number is None else field.path.partition("[")[0]
        at = order.get(pattern_of(field.path), len(order))
        return not field.open, number is not None, name, number or 0, at

    return tuple(sorted(fields, key=place))


def _review_field(row: FieldRow, description: str, extracted: FieldResult | None) -> ReviewField:
    evidence = None
    if row.quote is not None and row.page is not None:
        boxes = BOXES.validate_json(row.boxes_json)
        evidence = Evidence(quote=row.quote, page=row.page, boxes=boxes, places=row.places)
    return ReviewField(
        path=row.path,
        kind=Kind(row.kind),
        description=description,
        raw=row.raw,
        value=row.value,
        alternatives=tuple(json.loads(row.alternatives_json)),
        choices=_choices(row, extracted),
        confidence=row.confidence,
        evidence=evidence,
        doubts=DOUBTS.validate_json(row.doubts_json),
        doubtful=row.doubtful,
        withheld=row.withheld and row.settled is None,
        settled=Action(row.settled) if row.settled else None,
    )
