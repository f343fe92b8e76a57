"""Measure extraction by gold: the production flow on the gold's documents, then judged.

gold read → extracted like any batch, a type at a time → read back from the store → judged → kept
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from prefect import flow
from prefect.context import FlowRunContext
from prefect.runtime import flow_run

from flows.bench import Bench, opened_bench
from flows.calibrate.setting import Setting
from flows.evaluate.artifacts import write_artifacts
from flows.evaluate.gold import GoldDocument
from flows.evaluate.judging import judge_document
from flows.evaluate.judging_file import judge_file
from flows.evaluate.kept import keep
from flows.evaluate.request import EvaluationRequest, Part, parts_of
from flows.evaluate.selection import in_words
from flows.extract import extract_batch
from flows.reading import Reader
from flows.store.given import Given, given_by
from schemas.doctype import DocumentType
from schemas.document import Document
from schemas.errors import UnreadableError
from schemas.evaluation import Evaluation, JudgedDocument
from schemas.recipe import Asking, Way
from schemas.recognised import with_recognised

WAYS: tuple[Way, ...] = ("page", "both", "embedded")
"""What is from an e-invoice goes before: the last one that gave anything counts."""
Settings = Mapping[str, Setting]
"""What is accepted, by the type's name."""


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
                types = {each.name: each for each in bench.types}
                given: dict[str, tuple[Given, Settings]] = {}
                for way in WAYS:
                    given |= _given(bench, part, way)
            for those in _by_file(part.gold):
                found, settings = given.get(those[0].document_id, (None, {}))
                document = _read(reader, those[0].source, found)
                if those[0].whole:
                    documents += judge_file(those, types, found, settings, document=document)
                    continue
                documents += [
                    judge_document(
                        each,
                        types[each.type_name],
                        found,
                        settings.get(each.type_name),
                        document=document,
                    )
                    for each in those
                ]
    place = {each.document_id: index for index, each in reversed(list(enumerate(gold)))}
    documents.sort(key=lambda each: place[each.document_id])
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


def _by_file(gold: Sequence[GoldDocument]) -> Iterator[list[GoldDocument]]:
    """Yield the gold of each file, in the order of the first of it."""
    found: dict[str, list[GoldDocument]] = {}
    for each in gold:
        found.setdefault(each.document_id, []).append(each)
    yield from found.values()


def _given(bench: Bench, part: Part, way: Way) -> dict[str, tuple[Given, Settings]]:
    """Return what one way gave for the part's documents, and what is accepted of it.

    An e-invoice says nothing of some types: records of those go the way of their pages.
    """
    types = [each for each in bench.types if way in bench.ways(each)]
    if not types:
        return {}
    own: dict[str, tuple[DocumentType, Way]] = {
        bench.recipe(each, way).id: (each, way) for each in types
    }
    by_recipe = own | {
        bench.recipe(each).id: (each, "page") for each in bench.types if each not in types
    }
    with bench.store.reading() as session:
        found = given_by(session, [each.document_id for each in part.gold], *by_recipe)
    return {
        document_id: (
            each,
            {name: bench.setting(*by_recipe[recipe]) for name, recipe in each.recipes.items()},
        )
        for document_id, each in found.items()
        if not own.keys().isdisjoint(each.recipes.values())
    }


def _extract(part: Part) -> None:
    """Run the production flow; where nothing is left to do and no flow runs, without Prefect."""
    if FlowRunContext.get() is None:
        extract_batch.fn(part.batch)
        return
    what = part.gold[0].type_name if part.batch.type else "of several types"
    named = extract_batch.with_options(flow_run_name=f"{len(part.batch.paths)} {what}")
    named(part.batch)


def _read(reader: Reader, source: str, given: Given | None) -> Document | None:
    """Read a document again, its scans as they were recognised when it was extracted."""
    try:
        document = reader.read(source)
    except UnreadableError:
        return None
    extraction = given.extraction if given else None
    return with_recognised(document, extraction.recognised) if extraction else document
