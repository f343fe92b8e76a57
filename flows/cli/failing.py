"""Errors as a person wants to see them: one message, exit code 1, no traceback."""

from __future__ import annotations

import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import typer

from schemas.errors import PapersiftError

INTERRUPTED = 130
"""Exit code of a command that was ended by Ctrl-C, as shells have it."""
TERMINATED = 143
"""And by a polite kill."""


class Terminated(KeyboardInterrupt):
    """A polite kill: it ends a command as Ctrl-C does."""


@contextmanager
def ended_by_sigterm() -> Iterator[None]:
    """Let a polite kill end the block as Ctrl-C does, so that all is closed in order."""

    def end(number: int, _: object) -> None:
        # Prefect's engine hands on to this one whatever signal ended its flow.
        raise Terminated if number == signal.SIGTERM else KeyboardInterrupt

    before = signal.signal(signal.SIGTERM, end)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


@contextmanager
def plainly() -> Iterator[None]:
    """Turn our own errors into their message and exit code 1; others are bugs, and stay."""
    try:
        yield
    except PapersiftError as error:
        print(f"papersift: {error}", file=sys.stderr)  # noqa: T201 - the command line speaks
        raise typer.Exit(1) from None
    except KeyboardInterrupt as end:
        print("papersift: ended; what was done is kept", file=sys.stderr)  # noqa: T201
        code = TERMINATED if isinstance(end, Terminated) else INTERRUPTED
        raise typer.Exit(code) from None
