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


@pytest.fixture(scope="session")
def prefect_server() -> Iterator[str]:
    """The address of a Prefect server for the whole session, used by flows of this process."""
    from prefect.settings import get_current_settings  # noqa: PLC0415 - two seconds to import
    from prefect.testing.utilities import prefect_test_harness  # noqa: PLC0415

    with prefect_test_harness(server_startup_timeout=120):
        url = get_current_settings().api.url
        assert url is not None
        yield url
