"""What can be done before Prefect is there: see what is to do, load the model, start the reader."""

from __future__ import annotations

import importlib
import threading
from collections.abc import Iterable

from extractors.coerce.currency import without_currency
from flows.bench import Bench, opened_bench
from flows.inputs import Found, find_inputs
from schemas.batch import BatchRequest


def begin(found: Found, request: BatchRequest, bench: Bench) -> int:
    """Return how many documents are to be extracted, and begin to load what they need."""
    to_do = _to_do(found, request, bench)
    if to_do:
        bench.model.warm_up()
        bench.reader.expect(to_do)
        bench.reader.warm_up()
    return to_do


def begin_later(requests: Iterable[BatchRequest]) -> int:
    """Return how many documents are to be extracted, and begin to load the models.

    They go on loading when the benches are closed; readers would be stopped while they start.
    """
    count = 0
    for request in requests:
        with opened_bench(request) as bench:
            to_do = _to_do(find_inputs(request.paths), request, bench)
            if to_do:
                bench.model.warm_up()
        count += to_do
    return count


def _to_do(found: Found, request: BatchRequest, bench: Bench) -> int:
    """Return how many documents are to be extracted; if any are, load what the first waits for."""
    ids = {each.document_id for each in found.inputs if each.document_id}
    states = bench.store.state_of(ids, *bench.recipe_ids)
    to_do = sum(request.again or state.to_do for state in states.values())
    if to_do:
        threading.Thread(target=_load_what_is_late, name="begin", daemon=True).start()
    return to_do


def _load_what_is_late() -> None:
    """Load what the first document would wait a second for."""
    importlib.import_module("openai.resources")
    without_currency("total")
