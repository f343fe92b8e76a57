"""The openai client for a model, ready for instructor."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from flows.models.open_model import OpenModel

if TYPE_CHECKING:
    from openai import OpenAI

    from flows.models.connections import Around

_CONNECT_TIMEOUT_S = 10.0
_ANSWER_TIMEOUT_S = 180.0
_SLOW_ANSWER_TIMEOUT_S = 1800.0
"""For a model on this machine: reading 15,000 tokens may take it five minutes and more."""

_LOOPBACK = ("127.0.0.1", "localhost", "::1")


def open_client(
    model: OpenModel, *, timeout_s: float | None = None, around: Around | None = None
) -> OpenAI:
    """Return a client for `model`; waits until an embedded model is loaded.

    It never tries again by itself: whoever asks decides that. Thread-safe; close it after use,
    which also cuts off the calls under way. `around` is entered around every single request.

    Raises:
        ModelNameError: the embedded model can't be had or loaded.
        ModelOutage: it was stopped while it was loading.
    """
    from openai import OpenAI, Timeout  # noqa: PLC0415 - a second to import

    from flows.models.connections import ClosingClient  # noqa: PLC0415

    base_url = model.base_url
    on_this_machine = urlsplit(base_url).hostname in _LOOPBACK
    if timeout_s is None:
        timeout_s = _SLOW_ANSWER_TIMEOUT_S if on_this_machine else _ANSWER_TIMEOUT_S
    timeout = Timeout(timeout_s, connect=_CONNECT_TIMEOUT_S)
    return OpenAI(
        base_url=base_url,
        api_key=model.api_key.get_secret_value(),
        max_retries=0,
        timeout=timeout,
        # A proxy that the environment names can't reach this machine's loopback.
        http_client=ClosingClient(
            around=around, base_url=base_url, timeout=timeout, trust_env=not on_this_machine
        ),
    )
