"""OpenTelemetry: a span a run, a document and a call; metrics; never what a document says."""

from __future__ import annotations

import logging
import sys
import time

import pytest
from dirty_equals import IsInt, IsPartialDict, IsPositive, IsStr
from papers import read_off, write_note
from scripted_replies import Reply
from test_resume import Inbox

pytest.importorskip("opentelemetry.exporter.otlp.proto.http")

from otlp_receiver import Receiver, attributes

from flows.extract import extract_batch
from flows.models.open_model import open_model
from flows.telemetry.provider import ENDPOINTS, is_configured, providers
from flows.telemetry.spans import provider_name

SECRET = "Quentin Quibble of Quarrendon"


@pytest.fixture
def receiver(monkeypatch):
    for name in ENDPOINTS:
        monkeypatch.delenv(name, raising=False)
    with Receiver() as receiver:
        monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", receiver.endpoint)
        yield receiver


def test_a_run_its_documents_and_their_calls_are_a_tree_of_spans(
    tmp_path, prefect_server, model_server, receiver
):
    inbox = Inbox(tmp_path, 1)
    write_note(tmp_path / "in/secret.pdf", number="SECRET-4711", day=SECRET)
    write_note(tmp_path / "in/wrong.pdf", number="W-1", total="17.23")
    answered: list[str] = []

    def answer(request):
        if "W-1" in request.prompt:
            return Reply("no JSON: " + SECRET)
        if not answered:
            answered.append("")
            return Reply.failure(500, f"broken over {SECRET}")
        return Reply(read_off(request), prompt_tokens=120)

    model_server.answers(answer)
    report = extract_batch(inbox.request("out", model_server, at_once=1))
    assert report.summary.failed == 1

    spans = {span.span_id: span for span in receiver.spans}
    [run] = [span for span in spans.values() if span.name == "papersift run"]
    assert not run.parent_span_id
    assert attributes(run) == {
        "papersift.run.id": report.run_id,
        "gen_ai.request.model": "anything",
        "papersift.run.found": 3,
        "papersift.run.skipped": 0,
        "papersift.run.accepted": 0,
        "papersift.run.in_review": 2,
        "papersift.run.failed": 1,
    }
    documents = [span for span in spans.values() if span.name == "papersift document"]
    assert {span.parent_span_id for span in documents} == {run.span_id}
    told = {attributes(span)["papersift.document.id"]: attributes(span) for span in documents}
    assert {line.document_id: str(line.outcome) for line in report.lines} == {
        document: each["papersift.outcome"] for document, each in told.items()
    }
    calls = [span for span in spans.values() if span.name == "chat anything"]
    assert len(calls) == len(model_server.requests) == 5
    assert {spans[call.parent_span_id].name for call in calls} == {"papersift document"}
    assert {span.trace_id for span in spans.values()} == {run.trace_id}
    good = next(call for call in calls if "gen_ai.usage.input_tokens" in attributes(call))
    assert attributes(good) == {
        "gen_ai.operation.name": "chat",
        "gen_ai.provider.name": "openai_compatible",
        "gen_ai.request.model": "anything",
        "gen_ai.response.model": "anything",
        "gen_ai.response.finish_reasons": ["stop"],
        "gen_ai.usage.input_tokens": 120,
        "gen_ai.usage.output_tokens": IsInt(gt=0),
        "http.response.status_code": 200,
        "server.address": "127.0.0.1",
        "server.port": IsInt(),
    }
    [broken] = [call for call in calls if call.status.code == call.status.STATUS_CODE_ERROR]
    assert attributes(broken) == IsPartialDict({"error.type": "500"})
    assert receiver.resources[0] == IsPartialDict(
        {"service.name": "papersift", "service.version": IsStr()}
    )

    metrics = receiver.metrics
    counted = {
        attributes(point)["papersift.outcome"]: point.as_int
        for point in metrics["papersift.documents"].sum.data_points
    }
    assert counted == {"in_review": 2, "failed": 1}
    durations = metrics["gen_ai.client.operation.duration"].histogram.data_points
    assert sum(point.count for point in durations) == 5
    assert {attributes(point).get("error.type") for point in durations} == {None, "500"}
    kinds = metrics["gen_ai.client.token.usage"].histogram.data_points
    assert {attributes(point)["gen_ai.token.type"] for point in kinds} == {"input", "output"}
    assert sum(p.sum for p in metrics["papersift.document.duration"].histogram.data_points) == (
        IsPositive()
    )

    everything = b"".join(body for _, body in receiver.bodies)
    for text in (
        SECRET,
        "Quibble",
        "SECRET-4711",
        "17.23",
        "Copy what the note says",
        "secret.pdf",
    ):
        assert text.encode() not in everything


def test_a_collector_that_cannot_be_reached_neither_stops_nor_slows_a_run(
    tmp_path, prefect_server, model_server, monkeypatch, caplog
):
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:9")
    inbox = Inbox(tmp_path, 2)
    model_server.answers(read_off)
    assert extract_batch(inbox.request("out", model_server)).summary.in_review == 2
    given = providers()
    assert given is not None
    with given.tracer.start_as_current_span("s"):
        pass
    began = time.monotonic()
    assert not given.flush(within_s=0.5)
    assert time.monotonic() - began < 8


def test_without_an_endpoint_there_is_nothing(monkeypatch):
    for name in ENDPOINTS:
        monkeypatch.delenv(name, raising=False)
    assert providers() is None
    assert not is_configured({"OTEL_EXPORTER_OTLP_ENDPOINT": "h", "OTEL_SDK_DISABLED": "true"})
    assert is_configured({"OTEL_EXPORTER_OTLP_TRACES_ENDPOINT": "http://127.0.0.1:4318"})


def test_a_missing_package_is_said_in_one_line(monkeypatch, caplog):
    monkeypatch.setitem(sys.modules, "opentelemetry.exporter.otlp.proto.http", None)
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:8")
    with caplog.at_level(logging.WARNING, logger="flows.telemetry.provider"):
        assert providers() is None
        assert providers() is None
    [record] = caplog.records
    assert "pip install 'papersift[telemetry]'" in record.getMessage()


NAMES = {
    "openai/gpt-4.1-mini": "openai",
    "mistral/mistral-small": "mistral_ai",
    "gemini/gemini-2.5-flash": "gcp.gemini",
    "local/qwen2.5-coder-1.5b": "llama.cpp",
}


@pytest.mark.parametrize(("name", "provider"), NAMES.items(), ids=NAMES)
def test_providers_are_called_as_the_conventions_do(name, provider):
    keys = {"OPENAI_API_KEY": "k", "MISTRAL_API_KEY": "k", "GEMINI_API_KEY": "k"}
    assert provider_name(open_model(name, env=keys)) == provider
