"""The flows that are deployed: their parameters are plain values, which Prefect's form shows."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Literal

from prefect import flow
from prefect.client.schemas.objects import State
from prefect.runtime import flow_run
from prefect.states import Completed
from pydantic import Field

from flows.evaluate.flow import run_evaluation
from flows.evaluate.request import EvaluationRequest
from flows.evaluate.statistics import statistics
from flows.extract import run_batch
from flows.plain_errors import tell_plainly
from flows.publish.publish import publish as publish_store
from flows.shown.name import place_of, type_words
from flows.shown.words import outcomes
from flows.store.store import Store
from flows.watching import After, watch_folder
from schemas.batch import DEFAULT_MODEL, BatchRequest, RunReport
from schemas.limits import USUAL, Limits
from schemas.recipe import Asking, Ocr
from schemas.target import DEFAULT_ASSURANCE, DEFAULT_AUDIT, Rate

OUT = Path("out")
Share = Annotated[float, Field(ge=0, le=1)]
Count = Annotated[int, Field(ge=1)]
Seconds = Annotated[float, Field(gt=0)]
Paths = Annotated[list[str], Field(min_length=1)]
Runner = Literal["threads", "dask", "ray"]

tell_plainly()  # each run is a process of its own, which imports this to begin


def _name() -> str:
    """Return what a run is called until it knows how many documents there are."""
    given: dict[str, Any] = flow_run.parameters
    paths = given.get("paths") or given.get("gold") or [given.get("folder") or given.get("out")]
    what = type_words(given.get("type"), 2) if "type" in given else ""
    return f"{what} from {place_of([str(path) for path in paths])}".strip()


@flow(name="extract", flow_run_name=_name)
def extract(
    *,
    paths: Paths,
    type: str | None = None,  # noqa: A002 - what the form calls it
    model: str = DEFAULT_MODEL,
    target_error: Rate | None = None,
    target_errors: dict[str, Rate] | None = None,
    assurance: Rate = DEFAULT_ASSURANCE,
    audit: Share = DEFAULT_AUDIT,
    base_url: str | None = None,
    asking: Asking | None = None,
    second: str | None = None,
    ocr: Ocr = "auto",
    out: Path = OUT,
    store: str | None = None,
    again: bool = False,
    ignore_embedded: bool = False,
    redact: bool = False,
    at_once: Count | None = None,
    runner: Runner = "threads",
    runner_address: str | None = None,
    document_timeout_s: Seconds | None = None,
    run_timeout_s: Seconds | None = None,
    requests_a_minute: Count | None = None,
    tokens_a_minute: Count | None = None,
    limits: Limits = USUAL,
    passwords_file: Path | None = None,
    review_url: str | None = None,
) -> State:
    """Turn documents into typed rows; what is doubtful waits in the review queue.

    Args:
        paths: Files, folders, patterns or addresses such as s3://bucket/inbox.
        type: Document type, or the path of its Markdown file; empty: the model chooses.
        model: As provider/name, such as local/qwen2.5-coder-1.5b or openai/gpt-4.1-mini.
        target_error: At most this share of the records accepted without a look may be wrong: 0.02.
        target_errors: The same for single fields: {"grand_total": 0.005}.
        assurance: How sure that must be.
        audit: This share of the accepted records is looked at all the same.
        base_url: Any OpenAI-compatible server.
        asking: whole or fields; empty: as it is best for the model.
        second: Read each document again with this model.
        ocr: What reads pages without text: the best engine that is installed, or this one.
        out: The output folder.
        store: Database URL of a store elsewhere.
        again: Ask again also about what is done or settled.
        ignore_embedded: Read the pages only, not the e-invoice that a PDF may hold.
        redact: Send the model stand-ins of account numbers, card numbers and e-mail addresses.
        at_once: Documents asked about at once.
        runner: Where documents are worked on.
        runner_address: Of a Dask or Ray cluster.
        document_timeout_s: A document that takes longer, in seconds, fails.
        run_timeout_s: After so many seconds the run ends; the next one does the rest.
        requests_a_minute: To the model, over all runs of this Prefect server.
        tokens_a_minute: Read and written by the model, over all of them.
        limits: How much one document may take: seconds, memory, pages, pixels and so on.
        passwords_file: A file with the passwords of encrypted documents, one a line.
        review_url: Where the review page is; reports link to it.
    """
    given = {**locals(), "paths": tuple(paths), "target_errors": target_errors or {}}
    return in_a_state(run_batch(BatchRequest.model_validate(given)))


@flow(name="watch", flow_run_name=_name)
def watch(
    *,
    folder: str,
    type: str | None = None,  # noqa: A002 - what the form calls it
    after: After = "leave",
    settle_s: Annotated[float, Field(ge=0)] = 10.0,
    out: Path = OUT,
    store: str | None = None,
    options: dict[str, Any] | None = None,
) -> State:
    """Look at a folder or prefix, and extract what is new or changed there.

    Args:
        folder: The folder, or an address such as s3://bucket/inbox.
        type: Document type, or the path of its Markdown file; empty: the model chooses.
        after: What becomes of a file that is done: leave, move (to done/ beside it) or delete.
        settle_s: Seconds that a file must have rested before it is taken.
        out: The output folder.
        store: Database URL of a store elsewhere.
        options: Further parameters, as of extract: {"model": "openai/gpt-4.1-mini"}.
    """
    said = {**(options or {}), "paths": (folder,), "type": type, "out": out, "store": store}
    request = BatchRequest.model_validate(said)
    report = watch_folder(request, folder, after=after, settle_s=settle_s)
    return in_a_state(report) if report else Completed(message="Nothing new.")


@flow(name="publish", flow_run_name=_name)
def publish(*, out: Path = OUT, store: str | None = None) -> State:
    """Write the Parquet files anew from the store, as far as they aren't up to date.

    Args:
        out: The output folder.
        store: Database URL of a store elsewhere.
    """
    with Store.open(store or out) as opened:
        written = publish_store(opened, out)
    return Completed(message=f"{len(written)} files written.")


@flow(name="evaluate", flow_run_name=_name)
def evaluate(
    *,
    gold: Paths,
    type: str | None = None,  # noqa: A002 - what the form calls it
    model: str = DEFAULT_MODEL,
    base_url: str | None = None,
    asking: Asking | None = None,
    second: str | None = None,
    ocr: Ocr = "auto",
    out: Path = Path("eval"),
    again: bool = False,
    use_embedded: bool = False,
    redact: bool = False,
    limit: Count | None = None,
) -> State:
    """Extract documents whose records are known, and count what comes out right.

    Args:
        gold: Gold files, and folders that hold some.
        type: Type of all documents, or the path of its Markdown file; empty: as their gold says.
        model: As provider/name.
        base_url: Any OpenAI-compatible server.
        asking: whole or fields; empty: as it is best for the model.
        second: Read each document again with this model.
        ocr: What reads pages without text: the best engine that is installed, or this one.
        out: A folder of its own, for the store and the evaluations.
        again: Ask again also about what was extracted with the same recipe.
        use_embedded: Measure e-invoices by their XML; else by their pages alone.
        redact: Send the model stand-ins of account numbers, card numbers and e-mail addresses.
        limit: Only so many documents, drawn at random.
    """
    given = {**locals(), "gold": tuple(gold)}
    evaluation = run_evaluation(EvaluationRequest.model_validate(given))
    right = statistics(evaluation).whole.accuracy
    said = f"{100 * right.share:.1f} % of the values are right" if right.of else "no values"
    return Completed(message=f"{len(evaluation.documents)} documents: {said}.")


def in_a_state(report: RunReport) -> State:
    """Return how a run ended: completed, and what came of the documents."""
    summary = report.summary
    said = outcomes(summary) or "nothing to do"
    if report.left:
        left = f"{report.left} left for the next run"
        return Completed(
            name="OutOfTime",
            message=f"The time of the run was over. {summary.found} documents: {said}, {left}.",
        )
    return Completed(message=f"{summary.found} documents: {said}.")
