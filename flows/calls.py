"""What goes on around every single request to a model: pace, deadline, telemetry."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import httpx2

from flows.limits.deadline import at_most, check_deadline, not_counted
from flows.models.usage import used_by
from flows.telemetry.spans import call_span
from schemas.errors import Cancelled

if TYPE_CHECKING:
    from flows.limits.pace import Pace
    from flows.limits.prefect_buckets import PrefectBuckets
    from flows.limits.tokens import TokenPace
    from flows.models.open_model import OpenModel

THOUSANDTHS = 1000
"""Slots that a request takes: what drains between two requests is rounded down to whole slots."""


class Calls:
    """Guards the requests to one model; threads may share it."""

    def __init__(
        self,
        model: OpenModel,
        *,
        cancelled: threading.Event,
        requests_a_minute: int | None = None,
        tokens_a_minute: int | None = None,
    ) -> None:
        """Connect to nothing yet."""
        self._model = model
        self._cancelled = cancelled
        self._buckets: PrefectBuckets | None = None
        self._requests: Pace | None = None
        self._tokens: TokenPace | None = None
        if requests_a_minute or tokens_a_minute:
            self._set_pace(requests_a_minute, tokens_a_minute)

    @contextmanager
    def around(self, request: httpx2.Request) -> Iterator[Callable[[httpx2.Response], None]]:
        """Wait until a request may be sent, send it in the block, and count what it took."""
        sent_bytes = len(request.content)
        estimate = self._wait(sent_bytes)
        check_deadline()
        _bound(request)

        def heard(response: httpx2.Response) -> None:
            if self._tokens is None and not span.recording:
                return
            used = used_by(response)
            if self._tokens is not None and used.tokens:
                self._tokens.after(sent_bytes, estimate, used.tokens)
            span.answered(response.status_code, used)

        with call_span(self._model, request.url.host, request.url.port) as span:
            yield heard

    def close(self) -> None:
        """Close the connection to the server that keeps the pace."""
        if self._buckets is not None:
            self._buckets.close()

    def _set_pace(self, requests_a_minute: int | None, tokens_a_minute: int | None) -> None:
        from flows.limits.pace import Bucket, Pace  # noqa: PLC0415 - most runs have no limits
        from flows.limits.prefect_buckets import PrefectBuckets  # noqa: PLC0415
        from flows.limits.tokens import TokenPace  # noqa: PLC0415

        self._buckets = PrefectBuckets()
        name = limit_name(self._model)
        if requests_a_minute:
            bucket = Bucket.of(
                f"papersift requests (thousandths) {name}",
                requests_a_minute,
                slots_each=THOUSANDTHS,
            )
            self._requests = Pace(bucket, self._buckets)
        if tokens_a_minute:
            bucket = Bucket.of(f"papersift tokens {name}", tokens_a_minute)
            self._tokens = TokenPace(Pace(bucket, self._buckets))

    def _wait(self, sent_bytes: int) -> int:
        """Wait for the pace, which doesn't count as work on the document; return the estimate."""
        with not_counted():
            if self._requests is not None:
                self._requests.take(1, self._pause)
            return self._tokens.before(sent_bytes, self._pause) if self._tokens else 0

    def _pause(self, seconds: float) -> None:
        if self._cancelled.wait(seconds):
            raise Cancelled("The run was ended before this document was done.")


def limit_name(model: OpenModel) -> str:
    """Return what a model's limits are called in Prefect, which allows no slashes and such."""
    at = urlsplit(model.endpoint).netloc if model.endpoint else ""
    text = f"{model.name} at {at}" if at else model.name
    return "".join("-" if character in "/%&<>" else character for character in text)


def _bound(request: httpx2.Request) -> None:
    """Let no part of a request take longer than what is left for the document."""
    timeout = request.extensions.get("timeout") or {}
    bounded = {
        phase: at_most(seconds) if seconds is not None else None
        for phase, seconds in timeout.items()
    }
    request.extensions = {**request.extensions, "timeout": bounded}
