"""JSON for scripts, printed one way by every command."""

from __future__ import annotations

import json

import typer


def print_json(value: object, *, indent: int | None = 2) -> None:
    """Print JSON in ASCII: what stood in a document can't steer the terminal. None: on one line."""
    typer.echo(json.dumps(value, indent=indent))
