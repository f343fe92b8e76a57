"""Options of how much at once, how long and where."""

from __future__ import annotations

import os
from typing import Annotated, Literal, cast

import typer

RUNNERS = ("threads", "dask", "ray")
LOG_FORMATS = ("text", "json")

AtOnce = Annotated[
    int | None,
    typer.Option(
        "--at-once",
        min=1,
        max=1000,
        envvar="PAPERSIFT_AT_ONCE",
        help="Documents under way at once.",
        show_default="8",
    ),
]
RunnerName = Annotated[
    str,
    typer.Option(
        "--runner",
        metavar="|".join(RUNNERS),
        envvar="PAPERSIFT_RUNNER",
        help="Where documents are worked on: in threads here, or on Dask's or Ray's workers "
        "(pip install 'papersift[dask]'), which must reach files, store and Prefect's server.",
    ),
]
RunnerAddress = Annotated[
    str | None,
    typer.Option(
        "--runner-address",
        metavar="ADDRESS",
        envvar="PAPERSIFT_RUNNER_ADDRESS",
        help="Of a Dask or Ray cluster.",
        show_default="one is started here, for this run",
    ),
]
DocumentTimeout = Annotated[
    float | None,
    typer.Option(
        "--document-timeout",
        metavar="SECONDS",
        min=0.001,
        envvar="PAPERSIFT_DOCUMENT_TIMEOUT",
        help="A document that takes longer fails.",
        show_default="no limit",
    ),
]
RunTimeout = Annotated[
    float | None,
    typer.Option(
        "--run-timeout",
        metavar="SECONDS",
        min=0.001,
        envvar="PAPERSIFT_RUN_TIMEOUT",
        help="After so long the run ends; what is left is done by the next one.",
        show_default="no limit",
    ),
]
RequestsAMinute = Annotated[
    int | None,
    typer.Option(
        "--requests-a-minute",
        min=1,
        envvar="PAPERSIFT_REQUESTS_A_MINUTE",
        help="To the model, over all runs that have the same Prefect server.",
        show_default="no limit",
    ),
]
TokensAMinute = Annotated[
    int | None,
    typer.Option(
        "--tokens-a-minute",
        min=1,
        envvar="PAPERSIFT_TOKENS_A_MINUTE",
        help="Read and written by the model, over all of them.",
        show_default="no limit",
    ),
]
LogFormat = Annotated[
    str,
    typer.Option(
        "--log-format",
        metavar="|".join(LOG_FORMATS),
        envvar="PAPERSIFT_LOG",
        help="json: a line a document and one for the run on standard error.",
    ),
]


def log_as(given: str) -> None:
    """Log in a form that a person named, here and in processes that are started from here.

    Raises:
        typer.BadParameter: there is none of that name.
    """
    if given not in LOG_FORMATS:
        raise typer.BadParameter(f"{given!r} is none of {', '.join(LOG_FORMATS)}")
    os.environ["PAPERSIFT_LOG"] = given


def runner_of(given: str) -> Literal["threads", "dask", "ray"]:
    """Return the task runner that a person named.

    Raises:
        typer.BadParameter: there is none of that name.
    """
    if given not in RUNNERS:
        raise typer.BadParameter(f"{given!r} is none of {', '.join(RUNNERS)}")
    return cast("Literal['threads', 'dask', 'ray']", given)
