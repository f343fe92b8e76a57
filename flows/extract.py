"""Turn a batch of documents into typed rows. Start reading here.

found → compared with the store → what is known is routed anew if the dial was turned → each other
document taken, read, asked, checked, rated, routed, kept → published
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, suppress
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

from prefect import flow, get_run_logger, task
from prefect.cache_policies import NO_CACHE
from prefect.runtime import flow_run, task_run

from flows.artifacts import show_run
from flows.at_once import dealt_out, tasks_at_once
from flows.bench import Bench, bench_for, opened_bench
from flows.calibrate.announce import announce_broken
from flows.calibrate.state import dial_states
from flows.crashed import tell_crashed
from flows.document import ELSEWHERE, extract_and_keep
from flows.inputs import Input, find_inputs
from flows.limits.ended import cancelled_if_ended, end_if_cancelling
from flows.limits.run_time import LEFT, following, limited, line_of_left
from flows.metrics.artifacts import write_metrics
from flows.plan import plan
from flows.progress import Finished, Planned, tell
from flows.publish.publish import publish
from flows.reroute import reroute_known
from flows.runners import runner_for
from flows.shown.live import shown_live
from flows.shown.name import batch_name
from flows.shown.rename import name_run
from flows.signs import giving_signs
from flows.taking import Taking
from flows.telemetry.json_log import logging_json
from flows.telemetry.spans import document_span, run_span, trace_parent
from flows.window import results_of
from schemas.batch import BatchRequest, DocumentLine, RunReport
from schemas.errors import Cancelled, PapersiftError
from schemas.extraction import Outcome
from schemas.run import RunState
from schemas.text import as_text


def _run_name() -> str:
    request: Any = flow_run.parameters["request"]
    paths = request["paths"] if isinstance(request, dict) else request.paths
    return f"{', '.join(Path(path).name for path in paths)} {datetime.now(UTC):%Y-%m-%d %H:%M}"


def _task_name() -> str:
    given: Sequence[Input] = task_run.parameters["given"]
    first = Path(as_text(given[0].source)).name
    return first if len(given) == 1 else f"{first} and {len(given) - 1} more"


@flow(name="extract", flow_run_name=_run_name)
def extract_batch(request: BatchRequest) -> RunReport:
    """Extract all documents that the request names; one bad document never stops the others.

    Same document, same recipe: nothing is asked again. What was kept stays kept if the run is
    ended; the rest is left for the next one.

    Raises:
        InputError: a path, the type, the model or the output folder isn't to be had.
        StoreError: the store can't be opened or written.
    """
    prefect_run = flow_run.get_id()
    look = partial(end_if_cancelling, prefect_run) if prefect_run else lambda: None
    with cancelled_if_ended():
        return run_batch(request, look)


def run_batch(request: BatchRequest, look: Callable[[], None] = lambda: None) -> RunReport:
    """Do what `extract_batch` says, in whatever flow run there is; `look` is called at times."""
    found = find_inputs(request.paths)
    name = batch_name([as_text(each.source) for each in found.inputs], request.type)
    with opened_bench(request) as bench, ExitStack() as telling:
        store = bench.store
        prefect_run = flow_run.get_id()
        if prefect_run is not None:
            tell_crashed(store.dead_prefect_runs(now=datetime.now(UTC)))
        run_id = store.begin_run(
            paths=request.paths,
            model=bench.model.name,
            recipe_ids=bench.recipe_ids,
            prefect_run=prefect_run,
            now=datetime.now(UTC),
        )
        log_end = telling.enter_context(logging_json(run_id))
        trace_end = telling.enter_context(run_span(run_id, request))
        state = RunState.CANCELLED
        lines: list[DocumentLine] = []
        left = 0
        try:
            with giving_signs(store, run_id, look), limited(bench), shown_live(run_id) as live:
                todo = plan(found, bench, run_id, again=request.again)
                routed_anew = reroute_known(bench, todo.lines)
                if prefect_run is not None:
                    name_run(prefect_run, name)
                bench.reader.expect(len(todo.to_do))
                tell(Planned(to_do=len(todo.to_do), done_before=len(todo.lines)))
                live.begin(routed_anew, len(todo.to_do))
                lines.extend(routed_anew)
                for line in _extract_all(todo.to_do, request, run_id):
                    live.done(line)
                    lines.append(line)
                live.finish()
                bench.reader.rest()  # publishing needs memory too
            left = sum(line.note == LEFT for line in lines)
            state = RunState.OUT_OF_TIME if left else RunState.FINISHED
        finally:
            summary = store.end_run(
                run_id,
                state=state,
                now=datetime.now(UTC),
                found=len(found.inputs),
                skipped=sum(bool(line.note and line.outcome) for line in lines),  # no twins
            )
            log_end(store, left)
            trace_end(summary)
            if state is RunState.CANCELLED:
                with suppress(PapersiftError):  # it would hide why the run ended
                    publish(store, request.out)
        published = publish(store, request.out)
        report = RunReport(
            run_id=run_id,
            lines=_in_order(lines, found.inputs),
            summary=summary,
            left=left,
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
        if prefect_run is not None:
            show_run(name, request, report, live.tally, store)
    return report


@task(task_run_name=_task_name, cache_policy=NO_CACHE)
def extract_documents(
    given: Sequence[Input], request: BatchRequest, run_id: str, trace: dict[str, str]
) -> list[DocumentLine]:
    """Extract some documents and keep what was found."""
    bench = bench_for(request)
    lines = []
    with following(bench, run_id):
        for line in _each(bench, given, run_id, trace):
            _log(line)
            tell(Finished(line))
            lines.append(line)
    return lines


def _each(
    bench: Bench, given: Sequence[Input], run_id: str, trace: dict[str, str]
) -> Iterator[DocumentLine]:
    """Yield the documents' lines as they are done: side by side, unless others see to that."""
    extract_one = partial(_extract_one, bench, run_id, trace, Taking(bench, given, run_id))
    if bench.request.runner == "threads":
        return bench.hands.do(extract_one, given, give_up=bench.cancel)
    return map(extract_one, given)


def _extract_one(
    bench: Bench, run_id: str, trace: dict[str, str], taking: Taking, given: Input
) -> DocumentLine:
    """Extract a document, or leave it for the next run if the time of this one is over."""
    with document_span(given.document_id, run_id, trace) as told:
        try:
            line = extract_and_keep(bench, given, run_id, taking)
        except Cancelled:
            if not bench.out_of_time:
                raise
            line = line_of_left(given)
        told(line)
    return line


def _log(line: DocumentLine) -> None:
    """Log how a document came out; of doubts only how many: they quote the document."""
    source = as_text(line.source)
    if line.outcome is Outcome.FAILED:
        get_run_logger().warning("%s: failed: %s", source, "; ".join(line.reasons))
        return
    said = line.note or f"{line.outcome}, {len(line.reasons)} doubts"
    get_run_logger().info("%s: %s", source, said)


def _extract_all(
    inputs: Sequence[Input], request: BatchRequest, run_id: str
) -> Iterator[DocumentLine]:
    """Yield the documents' lines as they are done; none goes on once this generator is closed.

    Those that another run has under way are looked at once more at the end: it may have left them.
    """
    if not inputs:
        return
    elsewhere: list[Input] = []
    by_source = {each.source: each for each in inputs}
    with runner_for(request) as runner:
        for line in _extract_some(inputs, request, run_id, runner):
            if line.note == ELSEWHERE:
                elsewhere.append(by_source[line.source])
            else:
                yield line
        yield from _extract_some(elsewhere, request, run_id, runner)


def _extract_some(
    inputs: Sequence[Input], request: BatchRequest, run_id: str, runner: Any
) -> Iterator[DocumentLine]:
    here = request.runner == "threads"
    shares = dealt_out(inputs, request)

    trace = trace_parent()

    def begin(share: Sequence[Input]) -> Any:
        parameters = {"given": share, "request": request, "run_id": run_id, "trace": trace}
        return runner.submit(extract_documents, parameters)

    for lines in results_of(
        shares,
        begin,
        at_once=tasks_at_once(shares, request),
        as_done=here,  # elsewhere each question for that goes to Prefect's server
        give_up=bench_for(request).cancel,
    ):
        for line in lines:
            if not here:
                tell(Finished(line))  # who listens here didn't hear of it
            yield line


def _in_order(lines: Sequence[DocumentLine], inputs: Sequence[Input]) -> tuple[DocumentLine, ...]:
    place = {each.source: index for index, each in enumerate(inputs)}
    return tuple(sorted(lines, key=lambda line: place[line.source]))
