"""What many tests need."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from scripted_server import ScriptedServer


@pytest.fixture
def model_server() -> Iterator[ScriptedServer]:
    """A model's server that says what the test tells it to."""
    with ScriptedServer() as server:
        yield server
