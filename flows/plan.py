"""Compare what was found with what the store knows: what is to be done, what is done already."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from flows.bench import Bench
from flows.inputs import Found, Input
from schemas.batch import DocumentLine
from schemas.extraction import Outcome
from schemas.run import DocumentState, InputNote, Standing

NOTES = {
    Standing.DONE: "done before",
    Standing.SETTLED: "settled by a person",
    Standing.FAILED: "failed before",
}


@dataclass(frozen=True)
class Plan:
    """What is left of a batch."""

    to_do: tuple[Input, ...]
    """Each document once, in the order of the inputs."""
    lines: tuple[DocumentLine, ...]
    """For all other inputs: done before, unreadable, the same file under a second name."""


def plan(found: Found, bench: Bench, run_id: str, *, again: bool) -> Plan:
    """Note all inputs in the store and say which of their documents must be extracted."""
    notes = [
        InputNote(source=i.source, document_id=i.document_id, reason=i.reason) for i in found.inputs
    ]
    bench.store.note_inputs(notes, run_id, now=datetime.now(UTC))
    ids = {each.document_id for each in found.inputs if each.document_id}
    states = bench.store.state_of(ids, *bench.recipe_ids)
    to_do: dict[str, Input] = {}
    lines: list[DocumentLine] = []
    for each in found.inputs:
        if each.document_id is None:
            lines.append(_line(each, Outcome.FAILED, each.reason))
        elif each.document_id in to_do:
            twin = to_do[each.document_id].source
            lines.append(_line(each, None, note=f"the same file as {twin}"))
        elif again or states[each.document_id].to_do:
            to_do[each.document_id] = each
        else:
            lines.append(_known(each, states, bench))
    return Plan(tuple(to_do.values()), tuple(lines))


def _known(each: Input, states: Mapping[str, DocumentState], bench: Bench) -> DocumentLine:
    """Return the line for a document that is done; what an earlier recipe gave is current again."""
    assert each.document_id is not None
    state = states[each.document_id]
    if state.standing is Standing.DONE and not state.current:
        bench.store.make_current(each.document_id, *bench.recipe_ids)
    assert state.outcome is not None
    return _line(each, state.outcome, state.reason, note=NOTES[state.standing])


def _line(
    each: Input, outcome: Outcome | None, reason: str = "", *, note: str = ""
) -> DocumentLine:
    return DocumentLine(
        source=each.source,
        document_id=each.document_id,
        outcome=outcome,
        reasons=(reason,) if reason else (),
        note=note,
    )
