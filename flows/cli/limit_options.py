"""Options of how much at once, how long and where."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal, cast

import typer

if TYPE_CHECKING:
    from schemas.limits import Limits

RUNNERS = ("threads", "dask", "ray")
LOG_FORMATS = ("text", "json")
LIMITS = (
    "seconds",
    "memory_mib",
    "file_mib",
    "pages",
    "objects",
    "words",
    "megapixels",
    "side_pt",
)
"""Here once more, as they are slow to import; a test compares them."""

AtOnce = Annotated[
    int | None,
    typer.Option(
        "--at-once",
        min=1,
        max=1000,
        envvar="PAPERSIFT_AT_ONCE",
        help="Documents asked about at once.",
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
PasswordsFile = Annotated[
    Path | None,
    typer.Option(
        "--passwords",
        metavar="FILE",
        envvar="PAPERSIFT_PASSWORDS_FILE",
        help="Passwords of encrypted documents, one a line; PAPERSIFT_PASSWORDS has more.",
        show_default=False,
    ),
]
LimitsGiven = Annotated[
    list[str] | None,
    typer.Option(
        "--limit",
        metavar="NAME=NUMBER",
        envvar="PAPERSIFT_LIMITS",
        help=f"How much one document may take: {', '.join(LIMITS)}; can be repeated.",
        show_default=False,
    ),
]


def limits_of(given: Sequence[str] | None) -> Limits:
    """Return the limits that a person gave; the others are as usual.

    Raises:
        typer.BadParameter: there is no such limit, or its number is none.
    """
    from pydantic import ValidationError  # noqa: PLC0415 - slow to import

    from schemas.limits import Limits  # noqa: PLC0415

    numbers: dict[str, str] = {}
    for each in given or ():
        name, sign, number = each.partition("=")
        if name.strip() not in LIMITS or not sign:
            raise typer.BadParameter(
                f"{each!r} is no limit: write it like pages=20000; known are {', '.join(LIMITS)}"
            )
        numbers[name.strip()] = number.strip()
    try:
        return Limits.model_validate(numbers)
    except ValidationError as error:
        wrong = error.errors()[0]
        raise typer.BadParameter(f"{wrong['loc'][0]}: {wrong['msg']}") from None


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
