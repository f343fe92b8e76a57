"""What can be done before Prefect is there: see what is to do, load the model, start the reader."""

from __future__ import annotations

from flows.bench import bench_for
from flows.inputs import find_inputs
from schemas.batch import BatchRequest
from schemas.run import Standing


def begin(request: BatchRequest) -> int:
    """Return how many documents are to be extracted, and begin to load what they need.

    Raises:
        InputError: a path, the type, the model or the output folder isn't to be had.
        StoreError: the store can't be opened.
    """
    found = find_inputs(request.paths)
    bench = bench_for(request)
    ids = {each.document_id for each in found.inputs if each.document_id}
    states = bench.store.state_of(ids, *bench.recipe_ids)
    to_do = sum(
        request.again or state.standing in (Standing.NEW, Standing.RETRY)
        for state in states.values()
    )
    if to_do:
        bench.model.warm_up()
        bench.reader.warm_up()
    return to_do
