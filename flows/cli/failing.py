"""Errors as a person wants to see them: one message, exit code 1, no traceback."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager

import typer

from schemas.errors import PapersiftError

INTERRUPTED = 130
"""Exit code of a command that was ended by Ctrl-C, as shells have it."""


@contextmanager
def plainly() -> Iterator[None]:
    """Turn our own errors into their message and exit code 1; others are bugs, and stay."""
    try:
        yield
    except PapersiftError as error:
        print(f"papersift: {error}", file=sys.stderr)  # noqa: T201 - the command line speaks
        raise typer.Exit(1) from None
    except KeyboardInterrupt:
        print("papersift: ended; what was done is kept", file=sys.stderr)  # noqa: T201
        raise typer.Exit(INTERRUPTED) from None
