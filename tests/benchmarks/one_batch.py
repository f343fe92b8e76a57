"""Run one thing that `production.py` measures, in this process, and print what it took as JSON.

A process each, so that none finds warm what another one has loaded, and memory is its own.
"""
# ruff: noqa: PLC0415 - each way loads only what it needs

from __future__ import annotations

import json
import sys
import time
from array import array
from collections import defaultdict
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any


def papersift(given: dict[str, Any]) -> dict[str, Any]:
    """The flow, from finding the documents to the last published file."""
    from flows.begin import begin
    from flows.bench import opened_bench
    from flows.extract import extract_batch
    from flows.inputs import find_inputs
    from flows.progress import listening
    from schemas.batch import BatchRequest

    request = BatchRequest.model_validate(given)
    with opened_bench(request) as bench:
        begin(find_inputs(request.paths), request, bench)  # as the command does meanwhile
        time.sleep(3)
        heard = array("d")
        began, cpu = time.monotonic(), time.process_time()
        with listening(lambda _: heard.append(time.monotonic())):
            report = extract_batch(request)
        seconds = time.monotonic() - began
    return {
        "seconds": seconds,
        "asking_s": heard[-1] - heard[0],  # from what is to do to the last document's line
        "cpu_s": time.process_time() - cpu,
        "lines": len(report.lines),
        "calls": report.summary.usage.calls,
        "failed": report.summary.failed,
        "skipped": report.summary.skipped,
    }


def plain(given: dict[str, Any]) -> dict[str, Any]:
    """The loop that one writes first: PyMuPDF's text, one instructor call, Parquet at the end."""
    import instructor
    import openai
    import polars as pl
    import pymupdf
    from plain_loop import INSTRUCTION, MOST_TOKENS, REASKS, typed_model

    from schemas.catalogue import find_type

    doctype = find_type(given["type"])
    began, cpu = time.monotonic(), time.process_time()
    client = openai.OpenAI(base_url=given["base_url"], api_key="none", max_retries=0)
    asker = instructor.from_openai(client, mode=instructor.Mode.JSON_SCHEMA)
    model = typed_model(doctype)

    def extracted(path: Path) -> dict[str, Any]:
        with pymupdf.open(path) as opened:
            text = "\n".join(page.get_text() for page in opened)
        record = asker.chat.completions.create(
            model="plain",
            messages=[
                {"role": "system", "content": f"{INSTRUCTION}\n\n{doctype.prompt}"},
                {"role": "user", "content": text},
            ],
            response_model=model,
            max_retries=REASKS,
            temperature=0,
            max_tokens=MOST_TOKENS,
        )
        return {"source": str(path), **record.model_dump()}

    paths = sorted(Path(given["paths"][0]).glob("*.pdf"))
    if given["at_once"] == 1:
        rows = [extracted(path) for path in paths]
    else:
        with ThreadPoolExecutor(given["at_once"]) as threads:
            rows = list(threads.map(extracted, paths))
    out = Path(given["out"])
    out.mkdir(parents=True, exist_ok=True)
    pl.DataFrame(rows).write_parquet(out / "plain.parquet")
    seconds = time.monotonic() - began
    return {"seconds": seconds, "cpu_s": time.process_time() - cpu, "lines": len(rows)}


def prefect(given: dict[str, Any]) -> dict[str, Any]:
    """A flow of mapped tasks that do nothing; the first one of a process also makes connections."""
    from prefect import flow, task
    from prefect.cache_policies import NO_CACHE
    from prefect.futures import wait
    from prefect.task_runners import ThreadPoolTaskRunner

    @task(cache_policy=NO_CACHE)
    def nothing(number: int) -> int:
        return number

    @flow
    def mapped(tasks: int) -> int:
        with ThreadPoolTaskRunner(given["at_once"]) as runner:
            futures = runner.map(nothing, {"number": list(range(tasks))})
            wait(futures)
            return len(futures)

    began, cpu = time.monotonic(), time.process_time()
    mapped(given["tasks"])
    seconds = time.monotonic() - began
    return {"seconds": seconds, "cpu_s": time.process_time() - cpu}


def steps(given: dict[str, Any]) -> dict[str, Any]:
    """Every step of papersift's way for itself, one document after the other, without Prefect."""
    from extractors.asking.call import Caller
    from extractors.extract import extract
    from extractors.history import with_history
    from flows.bench import opened_bench
    from flows.calibrate.rerouting import routed
    from flows.document import line_of
    from flows.inputs import find_inputs
    from flows.plan import plan
    from flows.publish.publish import publish
    from flows.taking import Taking
    from schemas.batch import BatchRequest
    from schemas.run import RunState

    clock = Clock()

    class TimedCaller(Caller):
        def ask(self, *args: Any, **kwargs: Any) -> Any:
            with clock.time("ask (instructor)"):
                return super().ask(*args, **kwargs)

    request = BatchRequest.model_validate(given)
    with opened_bench(request) as bench:
        store, doctype, now = bench.store, bench.types[0], datetime.now(UTC)
        ruled = bench.ruled(doctype)
        ready = bench.caller(lambda _: None)
        run_id = store.begin_run(paths=request.paths, model="m", now=now)
        with clock.time("find and hash"):
            found = find_inputs(request.paths)
        with clock.time("plan"):
            todo = plan(found, bench, run_id, again=False)
        taking = Taking(bench, todo.to_do, run_id)
        for each in todo.to_do:
            with clock.time("take"):
                taking.take(each)
            with clock.time("read (its process)"):
                document = bench.reader.read(each.source)
            caller = TimedCaller(ready.client, ready.model_id, top_logprobs=ready.top_logprobs)
            with clock.time("coerce, ground, check"):
                extraction = extract(document, doctype, bench.model.asking, caller)
            with clock.time("rate and route"):
                extraction = with_history(extraction, doctype, bench.history(doctype))
                extraction, routing = routed(extraction, [ruled], store)
            with clock.time("keep (one transaction)"):
                store.keep(
                    extraction,
                    routing,
                    source=each.source,
                    recipe=ruled.recipe,
                    doc_type=doctype,
                    run_id=run_id,
                    now=datetime.now(UTC),
                    routed_by=ruled.key,
                )
            with clock.time("line"):
                line_of(each, extraction, routing, second=False)
        with clock.time("end run"):
            store.end_run(run_id, state=RunState.FINISHED, now=datetime.now(UTC))
        with clock.time("publish"):
            publish(store, request.out)
    return {"lines": len(todo.to_do), "steps": clock.steps()}


class Clock:
    """Seconds by step: what passed, and what this thread worked; a step within one isn't its."""

    def __init__(self) -> None:
        self._passed: defaultdict[str, float] = defaultdict(float)
        self._worked: defaultdict[str, float] = defaultdict(float)
        self._within: list[list[float]] = []

    @contextmanager
    def time(self, step: str) -> Iterator[None]:
        self._within.append([0.0, 0.0])
        passed, worked = time.perf_counter(), time.thread_time()
        try:
            yield
        finally:
            passed, worked = time.perf_counter() - passed, time.thread_time() - worked
            inner = self._within.pop()
            self._passed[step] += passed - inner[0]
            self._worked[step] += worked - inner[1]
            if self._within:
                self._within[-1][0] += passed
                self._within[-1][1] += worked

    def steps(self) -> dict[str, dict[str, float]]:
        return {
            step: {"seconds": self._passed[step], "cpu_s": self._worked[step]}
            for step in self._passed
        }


WAYS: dict[str, Callable[[dict[str, Any]], dict[str, Any]]] = {
    "papersift": papersift,
    "plain": plain,
    "prefect": prefect,
    "steps": steps,
}

if __name__ == "__main__":
    measured = WAYS[sys.argv[1]](json.loads(sys.argv[2]))
    sys.stdout.write(f"{json.dumps(measured)}\n")
