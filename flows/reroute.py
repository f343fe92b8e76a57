"""What a batch knows already goes another way if the dial was turned: no model is asked."""

from __future__ import annotations

from collections.abc import Sequence

from flows.bench import Bench
from flows.calibrate.rerouting import reroute
from schemas.batch import DocumentLine

ROUTED_ANEW = "done before; routed anew"


def reroute_known(bench: Bench, lines: Sequence[DocumentLine]) -> tuple[DocumentLine, ...]:
    """Route the documents of `lines` by this run's dials; return the lines as they stand then."""
    known = {line.document_id for line in lines if line.document_id and line.outcome}
    moved = {}
    ways = [(doctype, way) for doctype in bench.types for way in bench.ways(doctype)]
    for doctype, way in ways if known else ():
        setting = bench.setting(doctype, way)
        recipe = bench.recipe(doctype, way)
        for document_id, _, routing in reroute(
            bench.store, doctype, setting, (recipe.id,), only=known
        ):
            moved[document_id] = doctype.name, routing
    return tuple(
        line.model_copy(
            update={
                "type_name": moved[line.document_id][0],
                "outcome": moved[line.document_id][1].outcome,
                "reasons": moved[line.document_id][1].reasons,
                "note": ROUTED_ANEW,
            }
        )
        if line.document_id in moved
        else line
        for line in lines
    )
