"""What is measured: calls and tokens by OpenTelemetry's GenAI conventions, documents by our own."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from flows.telemetry.provider import Providers

if TYPE_CHECKING:
    from opentelemetry.metrics import Counter, Histogram

CALL_S = (0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5.12, 10.24, 20.48, 40.96, 81.92)
TOKENS = (1, 4, 16, 64, 256, 1024, 4096, 16384, 65536, 262144, 1048576, 4194304, 16777216, 67108864)
"""The limits of the conventions."""
DOCUMENT_S = (0.1, 0.25, 0.5, 1, 2.5, 5, 10, 25, 50, 100, 250, 500, 1000)


@dataclass(frozen=True)
class Instruments:
    """The instruments of one meter."""

    call_duration: Histogram
    token_usage: Histogram
    documents: Counter
    document_duration: Histogram


@lru_cache(maxsize=4)
def instruments(providers: Providers) -> Instruments:
    """Return the instruments, made once."""
    meter = providers.meter
    return Instruments(
        call_duration=meter.create_histogram(
            "gen_ai.client.operation.duration",
            unit="s",
            description="GenAI operation duration.",
            explicit_bucket_boundaries_advisory=CALL_S,
        ),
        token_usage=meter.create_histogram(
            "gen_ai.client.token.usage",
            unit="{token}",
            description="Number of input and output tokens used.",
            explicit_bucket_boundaries_advisory=TOKENS,
        ),
        documents=meter.create_counter(
            "papersift.documents", unit="{document}", description="Documents by their outcome."
        ),
        document_duration=meter.create_histogram(
            "papersift.document.duration",
            unit="s",
            description="Time from the begin of the work on a document to its end.",
            explicit_bucket_boundaries_advisory=DOCUMENT_S,
        ),
    )
