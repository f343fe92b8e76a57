"""Turn a batch of documents into typed rows. Start reading here.

found → compared with the store → what is known is routed anew if the dial was turned → each other
document read, asked, checked, rated, routed, kept → published
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, cast

from prefect import flow, get_run_logger, task, unmapped
from prefect.cache_policies import NO_CACHE
from prefect.futures import PrefectFuture, as_completed, wait
from prefect.runtime import flow_run, task_run
from prefect.task_runners import TaskRunner, ThreadPoolTaskRunner

from flows.artifacts import write_summary
from flows.bench import bench_for, opened_bench
from flows.calibrate.announce import announce_broken
from flows.calibrate.state import dial_states
from flows.document import extract_and_keep
from flows.inputs import Input, find_inputs
from flows.metrics.artifacts import write_metrics
from flows.plan import plan
from flows.progress import Finished, Planned, tell
from flows.publish.publish import publish
from flows.reroute import reroute_known
from schemas.batch import BatchRequest, DocumentLine, RunReport
from schemas.errors import PapersiftError
from schemas.extraction import Outcome
from schemas.run import RunState

AT_ONCE = 8
"""Documents under way; how many of them are asked about at once is up to the model."""
RUNNER = cast("TaskRunner[PrefectFuture[Any]]", ThreadPoolTaskRunner(AT_ONCE))


def _run_name() -> str:
    request: Any = flow_run.parameters["request"]
    paths = request["paths"] if isinstance(request, dict) else request.paths
    return f"{', '.join(Path(path).name for path in paths)} {datetime.now(UTC):%Y-%m-%d %H:%M}"


def _task_name() -> str:
    given: Input = task_run.parameters["given"]
    return Path(given.source).name


@flow(name="extract", flow_run_name=_run_name, task_runner=RUNNER)
def extract_batch(request: BatchRequest) -> RunReport:
    """Extract all documents that the request names; one bad document never stops the others.

    Same document, same recipe: nothing is asked again. What was kept stays kept if the run is
    ended; the rest is left for the next one.

    Raises:
        InputError: a path, the type, the model or the output folder isn't to be had.
        StoreError: the store can't be opened or written.
    """
    found = find_inputs(request.paths)
    with opened_bench(request) as bench:
        store = bench.store
        run_id = store.begin_run(
            paths=request.paths,
            model=bench.model.name,
            recipe_ids=bench.recipe_ids,
            now=datetime.now(UTC),
        )
        state = RunState.CANCELLED
        lines: list[DocumentLine] = []
        try:
            todo = plan(found, bench, run_id, again=request.again)
            routed_anew = reroute_known(bench, todo.lines)
            tell(Planned(to_do=len(todo.to_do), done_before=len(todo.lines)))
            lines.extend(routed_anew)
            lines.extend(_extract_all(todo.to_do, request, run_id))
            state = RunState.FINISHED
        finally:
            summary = store.end_run(
                run_id,
                state=state,
                now=datetime.now(UTC),
                found=len(found.inputs),
                skipped=sum(bool(line.note and line.outcome) for line in lines),  # no twins
            )
            if state is not RunState.FINISHED:
                with suppress(PapersiftError):  # it would hide why the run ended
                    publish(store, request.out)
        published = publish(store, request.out)
        report = RunReport(
            run_id=run_id,
            lines=_in_order(lines, found.inputs),
            summary=summary,
            passed_over=found.passed_over,
            published=tuple(str(path) for path in published),
            open_items=store.status().open_items,
            dials=dial_states(store),
            missing_signals=tuple(
                dict.fromkeys(text for line in lines for text in line.missing_signals)
            ),
        )
        announce_broken(store, report.dials)
        write_metrics(store)
    write_summary(report)
    return report


@task(task_run_name=_task_name, cache_policy=NO_CACHE)
def extract_document(given: Input, request: BatchRequest, run_id: str) -> DocumentLine:
    """Extract one document and keep what was found."""
    line = extract_and_keep(bench_for(request), given, run_id, again=request.again)
    _log(line)
    tell(Finished(line))
    return line


def _log(line: DocumentLine) -> None:
    """Log how a document came out; of doubts only how many: they quote the document."""
    if line.outcome is Outcome.FAILED:
        get_run_logger().warning("%s: failed: %s", line.source, "; ".join(line.reasons))
        return
    get_run_logger().info("%s: %s, %d doubts", line.source, line.outcome, len(line.reasons))


def _extract_all(
    inputs: Sequence[Input], request: BatchRequest, run_id: str
) -> Iterator[DocumentLine]:
    """Yield the documents' lines as they are done; none goes on once this generator is closed."""
    if not inputs:
        return
    futures = extract_document.map(list(inputs), unmapped(request), unmapped(run_id))
    try:
        for future in as_completed(futures):
            yield future.result()
    finally:
        bench_for(request).cancel()
        wait(futures)


def _in_order(lines: Sequence[DocumentLine], inputs: Sequence[Input]) -> tuple[DocumentLine, ...]:
    place = {each.source: index for index, each in enumerate(inputs)}
    return tuple(sorted(lines, key=lambda line: place[line.source]))
