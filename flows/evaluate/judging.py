"""Judge what the production flow gave for one gold document."""

from __future__ import annotations

from collections.abc import Collection

from extractors.confidence.rate import rate
from extractors.judging.judge import Judge
from extractors.judging.printed import PrintedValues
from extractors.masking import HIDDEN, text_of_doubt
from extractors.route import CLOSED, route
from flows.calibrate.setting import Setting
from flows.evaluate.gold import GoldDocument
from flows.store.given import Given
from schemas.doctype import DocumentType
from schemas.document import Document
from schemas.evaluation import JudgedDocument, JudgedField, JudgedList, Verdict
from schemas.extraction import Extraction, Outcome
from schemas.record import pattern_of
from schemas.routing import Routing
from schemas.shape import shape_of

NEVER = "it was not extracted"
Judged = tuple[tuple[JudgedField, ...], tuple[JudgedList, ...]]


def judge_document(
    gold: GoldDocument,
    doctype: DocumentType,
    given: Given | None,
    setting: Setting | None = None,
    *,
    document: Document | None = None,
) -> JudgedDocument:
    """Return the judgement of one document.

    Args:
        gold: what it holds.
        doctype: its type.
        given: what became of it; None: nothing.
        setting: what is accepted; audits are left out. None: nothing is accepted.
        document: its pages, to say where the truth stands and in which language; None: they
            can't be read.
    """
    printed = PrintedValues(document) if document else None
    extraction = given.extraction if given else None
    if extraction is not None:
        extraction = rate(extraction, setting.calibration if setting else None)
    dial = setting.dial if setting else CLOSED
    mask = doctype.mask
    routing = route(extraction, doctype.policy, dial, mask=mask) if extraction else None
    fields, lists = _best(gold, doctype, extraction, routing, printed)
    return JudgedDocument(
        document_id=gold.document_id,
        source=gold.source,
        group=gold.group,
        type_name=gold.type_name,
        language=printed.language if printed else "",
        pages=extraction.pages if extraction else len(document.pages) if document else 0,
        outcome=routing.outcome if routing else Outcome.FAILED,
        problem="" if extraction else (given.problem if given else NEVER),
        standing="found" if extraction else "missed",
        seconds=given.seconds if given else 0.0,
        **({"usage": given.usage, "cost": given.cost} if given else {}),
        fields=masked(fields, extraction, mask),
        lists=tuple(
            each.model_copy(update={"cells": masked(each.cells, extraction, mask)})
            for each in lists
        ),
    )


def masked(
    fields: tuple[JudgedField, ...], extraction: Extraction | None, mask: Collection[str]
) -> tuple[JudgedField, ...]:
    """Return judged fields as reports may show them; `mask` are the leaves that it hides."""
    if not mask or extraction is None:
        return tuple(_hidden(each, mask) for each in fields)
    shown = []
    for field in fields:
        doubts = field.doubts
        for record in extraction.records:
            doubts = tuple(text_of_doubt(text, record, mask) for text in doubts)
        shown.append(_hidden(field.model_copy(update={"doubts": doubts}), mask))
    return tuple(shown)


def _hidden(field: JudgedField, mask: Collection[str]) -> JudgedField:
    """Return of a masked field the verdict alone; any other as it is."""
    if pattern_of(field.path) not in mask:
        return field
    hidden = {
        name: HIDDEN for name in ("truth", "value", "raw") if getattr(field, name) is not None
    }
    nowhere = {"page": None, "boxes": (), "truth_page": None, "truth_boxes": (), "doubts": ()}
    return field.model_copy(update=hidden | nowhere)


def _best(
    gold: GoldDocument,
    doctype: DocumentType,
    extraction: Extraction | None,
    routing: Routing | None,
    printed: PrintedValues | None,
) -> Judged:
    """Judge the records that were found, and return the judgement of the one most like gold."""
    shape = shape_of(doctype)
    judges = [
        Judge(
            shape=shape,
            found={field.path: field for field in each.record.fields},
            withheld=each.withheld,
            printed=printed,
        )
        for each in (routing.records if extraction and routing else ())
    ] or [Judge(shape=shape, found={}, printed=printed)]
    return max(
        ((judge.fields(gold.record), judge.lists(gold.record)) for judge in judges), key=_right
    )


def _right(judged: Judged) -> int:
    fields, lists = judged
    right = sum(field.verdict is Verdict.RIGHT for field in fields)
    return right + sum(each.right_cells for each in lists)
