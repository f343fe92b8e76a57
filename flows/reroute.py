"""What a batch knows already goes another way if the dial was turned: no model is asked."""

from __future__ import annotations

from collections.abc import Sequence

from flows.bench import Bench
from flows.calibrate.rerouting import Ruled, reroute
from schemas.batch import DocumentLine
from schemas.routing import Routing

ROUTED_ANEW = "done before; routed anew"


def reroute_known(bench: Bench, lines: Sequence[DocumentLine]) -> tuple[DocumentLine, ...]:
    """Route the documents of `lines` by this run's dials; return the lines as they stand then."""
    known = {line.document_id for line in lines if line.document_id and line.outcome}
    moved = {}
    ways = [(doctype, way) for doctype in bench.types for way in bench.ways(doctype)]
    ruled = [bench.ruled(doctype, way) for doctype, way in ways if known]
    for each in ruled:
        for document_id, _, routing in reroute(bench.store, each, ruled, only=known):
            moved[document_id] = _types(each, routing), routing
    return tuple(
        line.model_copy(
            update={
                "type_name": moved[line.document_id][0][0],
                "other_types": moved[line.document_id][0][1:],
                "outcome": moved[line.document_id][1].outcome,
                "reasons": moved[line.document_id][1].reasons,
                "note": ROUTED_ANEW,
            }
        )
        if line.document_id in moved
        else line
        for line in lines
    )


def _types(ruled: Ruled, routing: Routing) -> tuple[str, ...]:
    """Return the types of a document's records, each once."""
    names = (each.record.type_name or ruled.doctype.name for each in routing.records)
    return tuple(dict.fromkeys(names)) or (ruled.doctype.name,)
