"""Gather labelled records: gold that is extracted as any batch is, earlier gold, settled items."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from prefect.context import FlowRunContext

from flows.bench import Bench, opened_bench
from flows.calibrate.labelled import labelled_of
from flows.calibrate.request import CalibrationRequest
from flows.evaluate.flow import evaluate
from flows.evaluate.request import parts_of
from flows.store.given import given_by
from schemas.labelled import LabelledRecord
from schemas.recipe import EMBEDDED


def gold_records(request: CalibrationRequest, at: datetime) -> tuple[LabelledRecord, ...]:
    """Extract the gold, judge it, and return it as labelled records.

    Raises:
        InputError: the gold, a type, the model or the folder isn't to be had.
    """
    if not request.gold:
        return ()
    asked = request.evaluation()
    evaluation = evaluate(asked) if FlowRunContext.get() else evaluate.fn(asked)
    # Labelled records are kept by their documents, one of each.
    judged = {
        (each.document_id, each.type_name): each
        for each in evaluation.documents
        if not each.several
    }
    records: list[LabelledRecord] = []
    for part in parts_of(asked, asked.read_gold()):
        with opened_bench(part.batch) as bench:
            model, asking = asked_of(bench, request)
            recipe = bench.recipe(bench.types[0], request.way).id
            gold = [each for each in part.gold if not each.whole]
            with bench.store.reading() as session:
                given = given_by(session, [each.document_id for each in gold], recipe)
            records += [
                labelled_of(
                    found.extraction,
                    judged[each.document_id, each.type_name],
                    model=model,
                    asking=asking,
                    recipe_id=recipe,
                    at=at,
                )
                for each in gold
                if (found := given.get(each.document_id)) and found.extraction
            ]
    return tuple(records)


def asked_of(bench: Bench, request: CalibrationRequest) -> tuple[str, str]:
    """Return the model and the way of asking whose records are calibrated."""
    if request.use_embedded:
        return EMBEDDED, EMBEDDED
    return bench.model.name, bench.model.asking


def all_records(
    bench: Bench, request: CalibrationRequest, gold: Iterable[LabelledRecord]
) -> tuple[LabelledRecord, ...]:
    """Return all that is labelled for a model, each document's record once a recipe.

    Gold is taken before what was settled in review, and new gold before earlier one.
    """
    settled = bench.store.settled_records(*asked_of(bench, request))
    earlier = bench.store.labelled_gold(*asked_of(bench, request))
    found = {_key(each): each for each in (*settled, *earlier, *gold)}
    return tuple(found.values())


def _key(record: LabelledRecord) -> tuple[str, str]:
    return record.document_id, record.recipe_id
