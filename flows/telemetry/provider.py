"""OpenTelemetry's tracer and meter, if an OTLP endpoint is configured; nothing is loaded else.

They are papersift's own, not the process's global ones: Prefect and other libraries have hooks that
would send their spans, with the names of runs and parameters, through those. Where somebody has set
global ones (`opentelemetry-instrument papersift …`), these are used.
"""

from __future__ import annotations

import logging
import os
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from importlib.metadata import version
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from opentelemetry.metrics import Meter, MeterProvider
    from opentelemetry.trace import Tracer, TracerProvider

logger = logging.getLogger(__name__)

ENDPOINTS = (
    "OTEL_EXPORTER_OTLP_ENDPOINT",
    "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT",
    "OTEL_EXPORTER_OTLP_METRICS_ENDPOINT",
)
FLUSH_S = 3.0
"""So long a run waits at its end for a collector that doesn't answer."""
NOISY = "opentelemetry"
"""Its exporters log each failed batch; one line of ours at the end says it."""


@dataclass(frozen=True)
class Providers:
    """What gives tracers and meters, and delivers what they gather."""

    traces: TracerProvider
    metrics: MeterProvider

    @cached_property
    def tracer(self) -> Tracer:
        return self.traces.get_tracer("papersift", version("papersift"))

    @cached_property
    def meter(self) -> Meter:
        return self.metrics.get_meter("papersift", version("papersift"))

    def flush(self, *, within_s: float = FLUSH_S) -> bool:
        """Deliver what was gathered; False if the collector didn't take it in time."""
        thread = threading.Thread(target=self._flush, name="telemetry", daemon=True)
        thread.start()
        thread.join(within_s)
        return not thread.is_alive()

    def _flush(self) -> None:
        for provider in (self.traces, self.metrics):
            flush = getattr(provider, "force_flush", None)
            if flush is not None:
                flush()


_lock = threading.Lock()
_known: dict[tuple[str, ...], Providers | None] = {}


def is_configured(env: Mapping[str, str] = os.environ) -> bool:
    """Say whether the standard variables name an endpoint and don't turn all of it off."""
    if env.get("OTEL_SDK_DISABLED", "").strip().lower() == "true":
        return False
    return any(env.get(name, "").strip() for name in ENDPOINTS)


def providers() -> Providers | None:
    """Return what the environment asks for, made once; None: nothing, or it isn't to be had."""
    if not is_configured():
        return None
    key = tuple(os.environ.get(name, "") for name in ENDPOINTS)
    with _lock:
        if key not in _known:
            _known[key] = _made()
        return _known[key]


def _made() -> Providers | None:
    try:
        import opentelemetry.exporter.otlp.proto.http  # noqa: PLC0415 - an extra
        from opentelemetry import metrics, trace  # noqa: PLC0415
        from opentelemetry.sdk.metrics import MeterProvider  # noqa: PLC0415
        from opentelemetry.sdk.resources import Resource  # noqa: PLC0415
        from opentelemetry.sdk.trace import TracerProvider  # noqa: F401, PLC0415
    except ModuleNotFoundError as error:
        logger.warning(
            "An OTLP endpoint is configured, but there is no telemetry: %s isn't installed "
            "(pip install 'papersift[telemetry]').",
            error.name,
        )
        return None
    assert opentelemetry.exporter.otlp.proto.http
    logging.getLogger(NOISY).setLevel(logging.CRITICAL)
    said = {"service.version": version("papersift")}
    if not os.environ.get("OTEL_SERVICE_NAME"):
        said["service.name"] = "papersift"
    resource = Resource.create(said)
    traces, meters = trace.get_tracer_provider(), metrics.get_meter_provider()
    if not hasattr(traces, "force_flush"):
        traces = _traces(resource)
    if not isinstance(meters, MeterProvider):
        meters = _metrics(resource)
    return Providers(traces, meters)


def _traces(resource: object) -> TracerProvider:
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import (  # noqa: PLC0415
        OTLPSpanExporter,
    )
    from opentelemetry.sdk.trace import TracerProvider  # noqa: PLC0415
    from opentelemetry.sdk.trace.export import BatchSpanProcessor  # noqa: PLC0415

    provider = TracerProvider(resource=resource, shutdown_on_exit=False)  # type: ignore[arg-type]
    if _wanted("OTEL_TRACES_EXPORTER", ENDPOINTS[1]):
        provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
    return provider


def _metrics(resource: object) -> MeterProvider:
    from opentelemetry.exporter.otlp.proto.http.metric_exporter import (  # noqa: PLC0415
        OTLPMetricExporter,
    )
    from opentelemetry.sdk.metrics import MeterProvider  # noqa: PLC0415
    from opentelemetry.sdk.metrics.export import PeriodicExportingMetricReader  # noqa: PLC0415

    wanted = _wanted("OTEL_METRICS_EXPORTER", ENDPOINTS[2])
    readers = [PeriodicExportingMetricReader(OTLPMetricExporter())] if wanted else []
    return MeterProvider(readers, resource=resource, shutdown_on_exit=False)  # type: ignore[arg-type]


def _wanted(exporter: str, endpoint: str) -> bool:
    """Say whether there is where to send it, and nobody said `none`."""
    if os.environ.get(exporter, "otlp").strip().lower() == "none":
        return False
    return bool(os.environ.get(ENDPOINTS[0], "").strip() or os.environ.get(endpoint, "").strip())
