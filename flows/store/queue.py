"""The open review items in the order in which they are best settled."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, case, exists, func, select
from sqlalchemy.orm import Session

from flows.store import claims
from flows.store.calibrations import noted_reaches
from flows.store.inputs import chunks
from flows.store.items import reasons_of, sources_of, summary_fields
from flows.store.tables import ClaimRow, ExtractionRow, InputRow, ItemRow, RecordRow
from flows.store.waiting import review_pace
from schemas.extraction import DoubtCode, Outcome
from schemas.queue import QueueFilter, QueuePage
from schemas.review import ItemSummary

ALL = QueueFilter()


def open_items(
    session: Session, type_name: str | None = None, *, reaches: Mapping[str, float] | None = None
) -> tuple[ItemSummary, ...]:
    """List the items that nobody settled yet, in the order in which they are best settled.

    First, in random order, those that the dial of their type would accept soonest: settling them
    supports a promise, and what is settled of them is a fair sample. Then the others, first those
    whose doubtful fields are least certain: they teach most; among equals the oldest.

    Args:
        session: of the store.
        type_name: lists those of one type only.
        reaches: by type, the score from which on the dial could accept records soonest, 0 to 1;
            None: as they were last noted.
    """
    wanted = ALL if type_name is None else QueueFilter(type_name=type_name)
    # No age is asked for, so any moment does.
    ids = session.scalars(_open(wanted, None).order_by(*_order(session, reaches))).all()
    return _summaries(session, ids)


def queue_page(
    session: Session, wanted: QueueFilter, *, limit: int, offset: int, now: datetime
) -> QueuePage:
    """Return some of the open items that are wanted, and what there is to choose by."""
    found = _open(wanted, now)
    page = found.order_by(*_order(session, None)).limit(limit).offset(offset)
    # Counted in the same pass: to look for a text in the sources takes as long as all the rest.
    rows = session.execute(page.add_columns(func.count().over().label("total"))).all()
    summaries = _summaries(session, [row.id for row in rows])
    names = claims.held(session, [each.id for each in summaries], now=now)
    types: Counter[str] = Counter()
    codes: Counter[DoubtCode] = Counter()
    total = 0
    kinds = (RecordRow.type_name, ItemRow.codes)
    everything = _open(ALL, now).with_only_columns(*kinds, func.count()).group_by(*kinds)
    for type_name, said, count in session.execute(everything):
        types[type_name] += count
        said_codes = {DoubtCode(code) for code in said.split()}
        codes.update(dict.fromkeys(said_codes, count))
        if wanted.type_name in (None, type_name) and wanted.code in {None, *said_codes}:
            total += count
    if wanted.source or wanted.older_than_days is not None:
        total = rows[0].total if rows else session.scalars(_count(found)).one()
    return QueuePage(
        items=tuple(
            each.model_copy(update={"claimed_by": names.get(each.id)}) for each in summaries
        ),
        total=total,
        open=types.total(),
        types=dict(types.most_common()),
        codes=dict(codes.most_common()),
        seconds_each=review_pace(session),
    )


def next_item(
    session: Session,
    wanted: QueueFilter,
    *,
    holder: str,
    who: str,
    skip: Collection[int],
    now: datetime,
) -> int | None:
    """Claim the item that is best settled next and that nobody else has; None: there is none.

    What the holder has already comes first, unless it is among those to `skip`.
    """
    item_id = following(session, wanted, holder=holder, skip=skip, now=now)
    if item_id is None:
        return None
    claims.take(session, item_id, holder=holder, who=who, now=now)
    return item_id


def following(
    session: Session, wanted: QueueFilter, *, holder: str, skip: Collection[int], now: datetime
) -> int | None:
    """Return the item that `next_item` would claim; None: there is none."""
    others = exists(
        select(ClaimRow.item_id)
        .where(ClaimRow.item_id == ItemRow.id)
        .where(ClaimRow.until > now, ClaimRow.holder != holder)
    )
    own = exists(
        select(ClaimRow.item_id)
        .where(ClaimRow.item_id == ItemRow.id)
        .where(ClaimRow.until > now, ClaimRow.holder == holder)
    )
    found = _open(wanted, now).where(~others)
    if skip:
        found = found.where(ItemRow.id.not_in(set(skip)))
    order = (case((own, 0), else_=1), *_order(session, None))
    return session.scalars(found.order_by(*order).limit(1)).first()


def left(session: Session, wanted: QueueFilter, *, now: datetime) -> int:
    """Count the open items that are wanted."""
    return session.scalars(_count(_open(wanted, now))).one()


def _count(found: Select[Any]) -> Select[tuple[int]]:
    return found.with_only_columns(func.count())


def _open(wanted: QueueFilter, now: datetime | None) -> Select[Any]:
    """Select the ids of open items that are wanted."""
    found = (
        select(ItemRow.id)
        .join(RecordRow, RecordRow.id == ItemRow.record_id)
        .join(ExtractionRow, ExtractionRow.id == RecordRow.extraction_id)
        .where(ExtractionRow.current, RecordRow.outcome == Outcome.IN_REVIEW)
    )
    if wanted.type_name is not None:
        found = found.where(RecordRow.type_name == wanted.type_name)
    if wanted.code is not None:
        found = found.where(ItemRow.codes.contains(f" {wanted.code.value} ", autoescape=True))
    if wanted.source:
        text = wanted.source.lower()
        found = found.where(
            exists(
                select(InputRow.id)
                .where(InputRow.document_id == ExtractionRow.document_id)
                .where(func.lower(InputRow.source).contains(text, autoescape=True))
            )
        )
    if wanted.older_than_days is not None:
        assert now is not None
        found = found.where(ItemRow.opened <= now - timedelta(days=wanted.older_than_days))
    return found


def _order(session: Session, reaches: Mapping[str, float] | None) -> tuple[Any, ...]:
    """Return what the queue is ordered by."""
    teaching = (ItemRow.teaches.desc(), ItemRow.id)
    if reaches is None:
        reaches = noted_reaches(session)
    if not reaches:
        return teaching
    reach = case(dict(reaches), value=RecordRow.type_name)
    soon = (RecordRow.score >= reach) & RecordRow.held_back.is_(False)
    return (case((soon, 0), else_=1), case((soon, ItemRow.draw), else_=""), *teaching)


def _summaries(session: Session, ids: Sequence[int]) -> tuple[ItemSummary, ...]:
    """Return items, given by their ids, as they stand in a list."""
    summaries: list[ItemSummary] = []
    for chunk in chunks(ids):
        rows = {
            row.ItemRow.id: row
            for row in session.execute(
                select(ItemRow, RecordRow, ExtractionRow)
                .join(RecordRow, RecordRow.id == ItemRow.record_id)
                .join(ExtractionRow, ExtractionRow.id == RecordRow.extraction_id)
                .where(ItemRow.id.in_(chunk))
            )
        }
        fields = summary_fields(session, [row.RecordRow.id for row in rows.values()])
        sources = sources_of(session, {row.ExtractionRow.document_id for row in rows.values()})
        for item, record, extraction in (rows[item_id] for item_id in chunk):
            summaries.append(
                ItemSummary(
                    id=item.id,
                    score=record.score,
                    type_name=record.type_name,
                    document_id=extraction.document_id,
                    record=record.number,
                    source=sources.get(extraction.document_id, ""),
                    opened=item.opened,
                    outcome=Outcome(record.outcome),
                    doubtful=tuple(row.path for row in fields[record.id]),
                    reasons=reasons_of(extraction, fields[record.id]),
                )
            )
    return tuple(summaries)
