"""Measure extraction by gold: the production flow on the gold's documents, then judged.

gold read → extracted like any batch, a type at a time → read back from the store → judged → kept
"""

from __future__ import annotations

import secrets
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from prefect import flow
from prefect.context import FlowRunContext
from prefect.runtime import flow_run

from flows.bench import Bench, opened_bench
from flows.calibrate.setting import Setting
from flows.evaluate.artifacts import write_artifacts
from flows.evaluate.judging import judge_document
from flows.evaluate.kept import keep
from flows.evaluate.request import EvaluationRequest, Part, parts_of
from flows.evaluate.selection import in_words
from flows.extract import extract_batch
from flows.reading import Reader
from flows.store.given import Given, given_by
from schemas.document import Document
from schemas.errors import UnreadableError
from schemas.evaluation import Evaluation, JudgedDocument
from schemas.recipe import Asking, Way
from schemas.recognised import with_recognised


def _run_name() -> str:
    request: Any = flow_run.parameters["request"]
    gold = request["gold"] if isinstance(request, dict) else request.gold
    return f"{', '.join(Path(path).name for path in gold)} {datetime.now(UTC):%Y-%m-%d %H:%M}"


@flow(name="evaluate", flow_run_name=_run_name)
def evaluate(request: EvaluationRequest) -> Evaluation:
    """Extract the gold's documents as any batch is extracted, judge what came out, and keep that.

    What was extracted before with the same recipe isn't asked again.

    Raises:
        InputError: the gold, a type, the model or the output folder isn't to be had.
        StoreError: the store can't be opened or written.
    """
    return run_evaluation(request)


def run_evaluation(request: EvaluationRequest) -> Evaluation:
    """Do what `evaluate` says, in whatever flow run there is."""
    at = datetime.now(UTC)
    gold = request.read_gold()
    documents: list[JudgedDocument] = []
    recipes: list[str] = []
    asking: Asking | None = None
    with Reader(ocr="off") as reader:  # what was recognised is kept
        for part in parts_of(request, gold):
            with opened_bench(part.batch) as bench:
                _extract(part)
                recipes += bench.recipe_ids
                asking = bench.model.asking
                doctype = bench.types[0]
                given: dict[str, tuple[Given, Setting]] = {}
                for way in bench.ways(doctype):  # what is from an e-invoice goes before
                    given |= _given(bench, part, way)
            documents += [
                judge_document(
                    each,
                    doctype,
                    *given.get(each.document_id, (None, None)),
                    document=_read(reader, each.source, given.get(each.document_id, (None,))[0]),
                )
                for each in part.gold
            ]
    place = {(each.document_id, each.type_name): index for index, each in enumerate(gold)}
    documents.sort(key=lambda each: place[each.document_id, each.type_name])
    evaluation = Evaluation(
        id=f"{at:%Y%m%d-%H%M%S}-{secrets.token_hex(2)}",
        at=at,
        model=request.model,
        asking=asking or "",
        recipes=tuple(recipes),
        gold=request.gold,
        selection=in_words(
            request.half, request.limit, request.seed, use_embedded=request.use_embedded
        ),
        documents=tuple(documents),
    )
    keep(evaluation, request.out)
    write_artifacts(evaluation)
    return evaluation


def _given(bench: Bench, part: Part, way: Way) -> dict[str, tuple[Given, Setting]]:
    """Return what one way gave for the part's documents, and what is accepted of it."""
    doctype = bench.types[0]
    with bench.store.reading() as session:
        found = given_by(
            session, [each.document_id for each in part.gold], bench.recipe(doctype, way).id
        )
    setting = bench.setting(doctype, way)
    return {document_id: (each, setting) for document_id, each in found.items()}


def _extract(part: Part) -> None:
    """Run the production flow; where nothing is left to do and no flow runs, without Prefect."""
    if FlowRunContext.get() is None:
        extract_batch.fn(part.batch)
        return
    named = extract_batch.with_options(flow_run_name=f"{len(part.gold)} {part.gold[0].type_name}")
    named(part.batch)


def _read(reader: Reader, source: str, given: Given | None) -> Document | None:
    """Read a document again, its scans as they were recognised when it was extracted."""
    try:
        document = reader.read(source)
    except UnreadableError:
        return None
    extraction = given.extraction if given else None
    return with_recognised(document, extraction.recognised) if extraction else document
