"""Take one document its whole way: read, typed, asked, routed, kept. Nothing here knows Prefect."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from extractors.asking.call import Caller
from extractors.asking.second import with_second_reading
from extractors.confidence.missing import missing_signals
from extractors.einvoice.extract import extract_embedded, with_embedded
from extractors.einvoice.served import serves, serves_wholly, type_of
from extractors.extract import extract_typed
from extractors.history import with_history
from extractors.redacting.redact import redact
from extractors.splitting.typed import typed
from flows.bench import Bench
from flows.calibrate.rerouting import routed
from flows.inputs import Input
from flows.limits.deadline import begin_deadline, told_apart
from flows.progress import Asked, Started, tell
from flows.store.under_way import Taken
from flows.taking import Taking
from schemas.batch import DocumentLine
from schemas.doctype import DocumentType
from schemas.document import Document
from schemas.errors import (
    Cancelled,
    ChangedError,
    DocumentError,
    ModelError,
    OverdueError,
    PapersiftError,
)
from schemas.extraction import Extraction, Outcome, Usage
from schemas.recipe import Way
from schemas.routing import Routing
from schemas.run import Standing

ELSEWHERE = "another run is at it"
"""The note of a document that this run left alone."""


def extract_and_keep(
    bench: Bench, given: Input, run_id: str, taking: Taking | None = None
) -> DocumentLine:
    """Extract one document and commit what was found; a failure is an outcome with its reason.

    One that another run has under way, or did meanwhile, is left alone, and the line says so.
    `taking` takes it, with others; without, it is taken alone.

    Raises:
        Cancelled: a person ended the run; the document is left for the next one.
        StoreError: what was found can't be kept.
    """
    bench.go_on()
    assert given.document_id is not None
    taken = (taking or Taking(bench, [given], run_id)).take(given)
    if not taken.ours:
        return _left(given, taken)
    failed_before = taken.state.standing is Standing.RETRY and not bench.request.again
    try:
        return _extract_and_keep(bench, given, run_id, last_try=failed_before)
    except Cancelled:
        bench.store.give_back(given.document_id, run_id)
        raise
    finally:
        bench.turns.rest()


def _left(given: Input, taken: Taken) -> DocumentLine:
    """Return the line of a document that another run has, or has done."""
    return DocumentLine(
        source=given.source,
        document_id=given.document_id,
        outcome=None if taken.elsewhere else taken.state.outcome,
        reasons=(taken.state.reason,) if taken.state.reason and not taken.elsewhere else (),
        note=ELSEWHERE if taken.elsewhere else "done by another run",
    )


def _extract_and_keep(bench: Bench, given: Input, run_id: str, *, last_try: bool) -> DocumentLine:
    """Extract a document that is this run's, and commit what was found.

    Raises:
        Cancelled: a person ended the run; the document is left for the next one.
        StoreError: what was found can't be kept.
    """
    took = bench.turns.stopwatch()
    caller: Caller | None = None
    way: Way = "embedded"
    types: tuple[DocumentType, ...] = bench.types[:1]
    bench.go_on()
    try:
        document = bench.reader.read(given.source)
        if document.id != given.document_id:
            raise ChangedError("The file was changed while the run was under way; run it again.")
        known = type_of(document.e_invoice, bench.types)
        if known is not None and serves_wholly(known, document.e_invoice):
            types = (known,)
            tell(Started(given.source))
            extraction = extract_embedded(document, known)
        else:
            redaction = redact(document) if bench.request.redact else None
            shown = redaction.document if redaction else document
            with bench.turns.asking():
                bench.go_on()
                caller = bench.caller(lambda usage: tell(Asked(given.source, usage.calls)))
                took = bench.turns.stopwatch()  # not counted: waiting for the model
                begin_deadline(bench.request.document_timeout_s, last_try=last_try)
                tell(Started(given.source))
                found = typed(shown, bench.types if known is None else (known,), caller)
                types = _each_once(found.types)
                extraction = extract_typed(shown, found, bench.model.asking, caller)
                if bench.second is not None:
                    extraction = _second(bench, extraction, shown, types, given.source)
            if redaction:
                extraction = redaction.restored(extraction)
            served = [each for each in types if document.e_invoice is not None and serves(each)]
            if served:
                extraction = with_embedded(extraction, document, served[0])
            way = "both" if served else "page"
    except (DocumentError, ModelError) as error:
        bench.go_on()  # a call that was cut off because the run ends is no outage
        usage = caller.usage if caller else Usage()
        why = told_apart(error)
        return _fail(
            bench, given, run_id, why, types[0], last_try=last_try, usage=usage, seconds=took()
        )
    extraction = extraction.model_copy(update={"seconds": took()})
    for doctype in types:
        extraction = with_history(extraction, doctype, bench.history(doctype))
    first, *others = ruled = [bench.ruled(each, _way(way, each)) for each in types]
    extraction, routing = routed(extraction, ruled, bench.store)
    bench.store.keep(
        extraction,
        routing,
        source=given.source,
        recipe=first.recipe,
        doc_type=first.doctype,
        run_id=run_id,
        now=datetime.now(UTC),
        again=bench.request.again,
        calibration_id=first.setting.calibration_id,
        dial=first.setting.dial,
        routed_by=first.key,
        others=[each.made for each in others],
    )
    second = bench.second is not None and way != "embedded"
    return line_of(given, extraction, routing, second=second)


def _each_once(types: Sequence[DocumentType]) -> tuple[DocumentType, ...]:
    return tuple({each.name: each for each in types}.values())


def _way(way: Way, doctype: DocumentType) -> Way:
    """Return the way of a file's records of one type: an e-invoice says nothing of some."""
    return way if serves(doctype) else "page"


def _second(
    bench: Bench,
    extraction: Extraction,
    document: Document,
    types: Sequence[DocumentType],
    source: str,
) -> Extraction:
    """Read a document again with the bench's second model."""
    assert bench.second is not None
    so_far = extraction.usage.calls
    caller = bench.caller(lambda usage: tell(Asked(source, so_far + usage.calls)), second=True)
    return with_second_reading(
        extraction,
        document,
        types,
        bench.second.asking,
        caller,
        same_model=bench.second.name == bench.model.name,
    )


def line_of(
    given: Input, extraction: Extraction, routing: Routing, *, second: bool
) -> DocumentLine:
    """Return what a run says of a document that was extracted, with a `second` reading or not."""
    fields = [field for record in extraction.records for field in record.fields]
    type_name, *other_types = extraction.type_names
    return DocumentLine(
        source=given.source,
        document_id=given.document_id,
        type_name=type_name,
        other_types=tuple(other_types),
        outcome=routing.outcome,
        reasons=routing.reasons,
        pages=extraction.pages,
        fields=sum(field.value is not None for field in fields),
        seconds=extraction.seconds,
        tokens=_tokens(extraction.usage),
        missing_signals=missing_signals(extraction, second=second),
    )


def _fail(
    bench: Bench,
    given: Input,
    run_id: str,
    error: PapersiftError,
    doctype: DocumentType,
    *,
    last_try: bool,
    usage: Usage,
    seconds: float,
) -> DocumentLine:
    """Keep a failure; what the model's server did may have passed by the next run."""
    overdue = isinstance(error, OverdueError)
    bench.store.keep_failure(
        given.document_id,
        source=given.source,
        reason=str(error),
        retry=not last_try if overdue else _may_have_passed(error),
        recipe=bench.recipe(doctype),
        run_id=run_id,
        now=datetime.now(UTC),
        usage=usage,
        seconds=seconds,
    )
    return DocumentLine(
        source=given.source,
        document_id=given.document_id,
        type_name=doctype.name if len(bench.types) == 1 else None,
        outcome=Outcome.FAILED,
        reasons=(str(error),),
        seconds=seconds,
        tokens=_tokens(usage),
    )


def _may_have_passed(error: PapersiftError) -> bool:
    return isinstance(error, ModelError | ChangedError)


def _tokens(usage: Usage) -> int:
    return usage.input_tokens - usage.cached_tokens + usage.output_tokens
