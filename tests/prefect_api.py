"""Prefect's REST API, asked as its own client asks it."""

from __future__ import annotations

import httpx
from tenacity import Retrying, retry_if_result, stop_after_attempt, wait_exponential


class _AskingAgain(httpx.HTTPTransport):
    """Asks again after a 503: so says a server whose SQLite another writer holds."""

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        again = Retrying(
            retry=retry_if_result(
                lambda answer: answer.status_code == httpx.codes.SERVICE_UNAVAILABLE
            ),
            wait=wait_exponential(max=5),
            stop=stop_after_attempt(8),
            before_sleep=lambda state: state.outcome.result().close(),
            retry_error_callback=lambda state: state.outcome.result(),
        )
        return again(super().handle_request, request)


def prefect_api(address: str) -> httpx.Client:
    """Return a client of the API at an address, to be closed by its user."""
    return httpx.Client(base_url=address, timeout=60, transport=_AskingAgain())
