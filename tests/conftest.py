"""What many tests need."""

from __future__ import annotations

import compileall
import fcntl
import gc
import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path

import pytest
from commands import Commands
from scripted_server import ScriptedServer

ROOT = Path(__file__).parents[1]


def pytest_configure(config: pytest.Config) -> None:
    """Compile our own code once: else each of the many processes does, for two seconds."""
    if not hasattr(config, "workerinput"):  # who starts the workers comes first
        for package in ("schemas", "extractors", "flows"):
            compileall.compile_dir(ROOT / package, quiet=2)


def pytest_collection_finish() -> None:
    """Let the collector of garbage pass over all that is there to stay."""
    gc.collect()
    gc.freeze()


@pytest.fixture
def model_server() -> Iterator[ScriptedServer]:
    """A model's server that says what the test tells it to."""
    with ScriptedServer() as server:
        yield server


@pytest.fixture(scope="session")
def of_all_workers(tmp_path_factory) -> Path:
    """A folder that the workers of a session share."""
    own = tmp_path_factory.getbasetemp()
    return own.parent if "PYTEST_XDIST_WORKER" in os.environ else own


@pytest.fixture(scope="session")
def prefect_server(tmp_path_factory, of_all_workers) -> Iterator[str]:
    """The address of a Prefect server for the whole session, used by flows of this process.

    To make its database takes longer than all the rest of its start: the first worker leaves a
    copy for the others.
    """
    from prefect.settings import get_current_settings  # noqa: PLC0415 - two seconds to import
    from prefect.testing.utilities import prefect_test_harness  # noqa: PLC0415

    folder = tmp_path_factory.mktemp("prefect")
    made = of_all_workers / "prefect.db"
    database = folder / "prefect-test.db"
    with ExitStack() as stack, pytest.MonkeyPatch.context() as patch:
        patch.setattr("prefect.testing.utilities.mkdtemp", lambda: str(folder))
        harness = prefect_test_harness(server_startup_timeout=120)
        with _alone(of_all_workers / "prefect.lock"):
            if is_first := not made.exists():
                stack.enter_context(harness)
                _copy_of(database, made)
        if not is_first:
            shutil.copy(made, database)
            stack.enter_context(harness)
        url = get_current_settings().api.url
        assert url is not None
        yield url


@pytest.fixture(scope="session")
def prefect_database(prefect_server, of_all_workers) -> Path:
    """The database of a Prefect server that was just started for the first time."""
    return of_all_workers / "prefect.db"


@pytest.fixture(scope="session")
def commands(prefect_server) -> Iterator[Commands]:
    """Commands that use the session's Prefect server."""
    with Commands(prefect_server) as commands:
        yield commands


@contextmanager
def _alone(path: Path) -> Iterator[None]:
    with path.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _copy_of(database: Path, made: Path) -> None:
    """Copy a database that somebody has open."""
    partly = made.with_suffix(".partly")
    with closing(sqlite3.connect(database)) as source, closing(sqlite3.connect(partly)) as copy:
        source.backup(copy)
    partly.rename(made)
