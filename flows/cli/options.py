"""Options that several commands have: which model, where, and how it is asked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, get_args

import typer

if TYPE_CHECKING:
    from schemas.recipe import Asking

MODEL = "local/qwen2.5-coder-1.5b"

ModelName = Annotated[
    str, typer.Option("--model", envvar="PAPERSIFT_MODEL", help="Model, as provider/name.")
]
BaseUrl = Annotated[
    str | None,
    typer.Option("--base-url", envvar="PAPERSIFT_BASE_URL", help="Any OpenAI-compatible server."),
]
AskingName = Annotated[
    str | None,
    typer.Option(
        "--asking",
        help="How a document is asked about: 'whole' in one call, or by 'fields'.",
        show_default="as it is best for the model",
    ),
]


def asking_of(given: str | None) -> Asking | None:
    """Return the way of asking that a person named.

    Raises:
        typer.BadParameter: there is no such way.
    """
    from schemas.recipe import Asking  # noqa: PLC0415

    for asking in get_args(Asking):
        if given == asking:
            return asking  # type: ignore[no-any-return]
    if given is not None:
        raise typer.BadParameter(f"{given!r} is neither 'whole' nor 'fields'")
    return None
