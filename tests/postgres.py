"""A PostgreSQL server for tests that need one: Debian's package, with its data in their folder."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

REQUIRED = "PAPERSIFT_POSTGRES"
"""`required`: where it is missing, tests fail instead of being skipped."""


def programs() -> Path | None:
    """Return the folder of initdb and postgres, if they are here."""
    versions = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    if versions:
        return versions[-1].parent
    found = shutil.which("initdb")
    return Path(found).resolve().parent if found else None


@contextmanager
def running(folder: Path) -> Iterator[str]:
    """Start a server with its data in a folder; give the address of its databases' prefix."""
    found = programs()
    if found is None:
        if os.environ.get(REQUIRED) == "required":
            pytest.fail("PostgreSQL is required but not installed: apt-get install postgresql")
        pytest.skip("PostgreSQL isn't installed (apt-get install postgresql)")
    folder.mkdir(parents=True)
    user = _unprivileged(folder)
    data = folder / "data"
    _run([found / "initdb", "-D", data, "-U", "papersift", "-A", "trust", "-E", "UTF8"], user)
    port = _free_port()
    options = {"port": port, "listen_addresses": "127.0.0.1", "unix_socket_directories": ""}
    given = [part for name, value in options.items() for part in ("-c", f"{name}={value}")]
    with (folder / "log").open("wb") as log:
        server = subprocess.Popen(
            [found / "postgres", "-D", data, "-c", "fsync=off", *given],
            user=user,
            stdout=log,
            stderr=log,
            cwd="/",
        )
    try:
        _wait_for(found, port, server)
        yield f"postgresql://papersift@127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait(60)


def make_database(prefix: str, name: str) -> str:
    """Make an empty database; return its address."""
    import psycopg  # noqa: PLC0415 - an extra

    with psycopg.connect(f"{prefix}/postgres", autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"')  # type: ignore[arg-type]
    return f"{prefix}/{name}"


def _unprivileged(folder: Path) -> str | None:
    """Return the user to run as: PostgreSQL refuses to be root."""
    if not hasattr(os, "geteuid") or os.geteuid() != 0:
        return None
    for parent in (folder, *folder.parents):  # pytest's folders are closed to other users
        if parent == Path("/tmp").resolve() or parent == parent.parent:
            break
        parent.chmod(0o755)
    shutil.chown(folder, "postgres", "postgres")
    return "postgres"


def _run(command: list[object], user: str | None) -> None:
    subprocess.run(
        [str(part) for part in command], check=True, user=user, capture_output=True, cwd="/"
    )


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as found:
        return int(found.getsockname()[1])


def _wait_for(programs: Path, port: int, server: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + 60
    ready = [str(programs / "pg_isready"), "-h", "127.0.0.1", "-p", str(port), "-q"]
    while subprocess.run(ready, check=False).returncode != 0:
        assert server.poll() is None, "PostgreSQL ended at its start"
        assert time.monotonic() < until, "PostgreSQL doesn't answer"
        time.sleep(0.1)
