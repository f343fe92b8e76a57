"""Spans of a run, its documents and their calls; ids, counts and names of models, never text."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Protocol

from flows.models.usage import Used
from flows.telemetry.provider import Providers, logger, providers

if TYPE_CHECKING:
    from opentelemetry.context import Context
    from opentelemetry.trace import Span

    from flows.models.open_model import OpenModel
    from schemas.batch import BatchRequest, DocumentLine
    from schemas.run import RunSummary

PROVIDER_NAMES = {"mistral": "mistral_ai", "gemini": "gcp.gemini", "local": "llama.cpp"}
"""Where the conventions, or the truth, call a provider otherwise than papersift."""

COUNTS = ("found", "skipped", "accepted", "in_review", "failed")


class DocumentTold(Protocol):
    """Is told how a document came out."""

    def __call__(self, line: DocumentLine, /) -> None: ...


class RunTold(Protocol):
    """Is told how a run came out."""

    def __call__(self, summary: RunSummary, /) -> None: ...


class CallSpan:
    """The span of a call under way; does nothing where nothing is configured."""

    def __init__(self, span: Span | None = None) -> None:
        self._span = span
        self.used = Used()
        self.error = ""

    @property
    def recording(self) -> bool:
        return self._span is not None

    def answered(self, status: int, used: Used) -> None:
        """Note what the server said of its answer."""
        if self._span is None:
            return
        self.used = used
        self._span.set_attribute("http.response.status_code", status)
        if status >= 400:
            self.error = str(status)
        if used.model:
            self._span.set_attribute("gen_ai.response.model", used.model)
        if used.finish_reasons:
            self._span.set_attribute("gen_ai.response.finish_reasons", used.finish_reasons)
        if used.tokens:
            self._span.set_attribute("gen_ai.usage.input_tokens", used.input_tokens)
            self._span.set_attribute("gen_ai.usage.output_tokens", used.output_tokens)


@contextmanager
def run_span(run_id: str, request: BatchRequest) -> Iterator[RunTold]:
    """Trace a run until the end of the block, and deliver what was gathered."""
    given = providers()
    if given is None:
        yield lambda _: None
        return
    attributes = {"papersift.run.id": run_id, "gen_ai.request.model": request.model}
    try:
        with given.tracer.start_as_current_span(
            "papersift run",
            attributes=attributes,
            record_exception=False,
            set_status_on_exception=False,
        ) as span:

            def told(summary: RunSummary) -> None:
                counts = summary.model_dump(include=set(COUNTS))
                span.set_attributes({f"papersift.run.{name}": n for name, n in counts.items()})

            yield told
    finally:
        deliver()


def deliver() -> None:
    """Deliver what this process gathered, within a bounded time; for its end, or a worker's."""
    given = providers()
    if given is not None and not given.flush():
        logger.warning("The OTLP endpoint didn't take all telemetry of this run in time.")


def trace_parent() -> dict[str, str]:
    """Return the current span as plain values, for a task in another process; empty: none."""
    if providers() is None:
        return {}
    from opentelemetry.trace.propagation.tracecontext import (  # noqa: PLC0415
        TraceContextTextMapPropagator,
    )

    carrier: dict[str, str] = {}
    TraceContextTextMapPropagator().inject(carrier)
    return carrier


@contextmanager
def document_span(
    document_id: str | None, run_id: str, parent: dict[str, str] | None = None
) -> Iterator[DocumentTold]:
    """Trace and count a document until the end of the block."""
    given = providers()
    if given is None:
        yield lambda _: None
        return
    attributes = {"papersift.run.id": run_id, "papersift.document.id": document_id or ""}
    began = time.monotonic()
    with given.tracer.start_as_current_span(
        "papersift document",
        context=_context(parent),
        attributes=attributes,
        record_exception=False,  # its message may quote the document
        set_status_on_exception=False,
    ) as span:

        def told(line: DocumentLine) -> None:
            outcome = str(line.outcome) if line.outcome else "left"
            counted = {"papersift.outcome": outcome}
            if line.types:
                counted["papersift.document.type"] = ", ".join(line.types)
            span.set_attributes({**counted, "papersift.document.pages": line.pages})
            if line.outcome == "failed":
                _mark_failed(span)
            if line.outcome:
                _count(given, counted, time.monotonic() - began)

        yield told


@contextmanager
def call_span(model: OpenModel, host: str, port: int | None) -> Iterator[CallSpan]:
    """Trace and count a call of a model until the end of the block."""
    given = providers()
    if given is None:
        yield CallSpan()
        return
    from opentelemetry.trace import SpanKind  # noqa: PLC0415

    attributes: dict[str, str | int] = {
        "gen_ai.operation.name": "chat",
        "gen_ai.provider.name": provider_name(model),
        "gen_ai.request.model": model.model_id,
        "server.address": host,
    }
    if port:
        attributes["server.port"] = port
    began = time.monotonic()
    with given.tracer.start_as_current_span(
        f"chat {model.model_id}",
        kind=SpanKind.CLIENT,
        attributes=attributes,
        record_exception=False,
        set_status_on_exception=False,
    ) as span:
        call = CallSpan(span)
        try:
            yield call
        except BaseException as error:
            call.error = type(error).__name__
            raise
        finally:
            if call.error:
                span.set_attribute("error.type", call.error)
                attributes["error.type"] = call.error
                _mark_failed(span)
            _count_call(given, attributes, call.used, time.monotonic() - began)


def provider_name(model: OpenModel) -> str:
    """Return who serves a model, as the conventions call it; of another server nobody knows."""
    if model.endpoint:
        return "openai_compatible"
    provider = model.name.partition("/")[0]
    return PROVIDER_NAMES.get(provider, provider)


def _context(parent: dict[str, str] | None) -> Context | None:
    if not parent:
        return None
    from opentelemetry.trace.propagation.tracecontext import (  # noqa: PLC0415
        TraceContextTextMapPropagator,
    )

    return TraceContextTextMapPropagator().extract(parent)


def _mark_failed(span: Span) -> None:
    from opentelemetry.trace import Status, StatusCode  # noqa: PLC0415

    span.set_status(Status(StatusCode.ERROR))


def _count(given: Providers, counted: dict[str, str], seconds: float) -> None:
    from flows.telemetry.instruments import instruments  # noqa: PLC0415

    found = instruments(given)
    found.documents.add(1, counted)
    found.document_duration.record(seconds, counted)


def _count_call(
    given: Providers, attributes: dict[str, str | int], used: Used, seconds: float
) -> None:
    from flows.telemetry.instruments import instruments  # noqa: PLC0415

    found = instruments(given)
    found.call_duration.record(seconds, attributes)
    if used.tokens:
        for kind, number in (("input", used.input_tokens), ("output", used.output_tokens)):
            found.token_usage.record(number, {**attributes, "gen_ai.token.type": kind})
