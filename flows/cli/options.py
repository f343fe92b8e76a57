"""Options that several commands have: which model, which promise, where, and how it is asked."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, get_args

import typer

# What is slow to import is imported where it is used: `papersift --help` must not wait for it. So
# the defaults stand here once more; a test compares them with those of the requests.
if TYPE_CHECKING:
    from schemas.recipe import Asking, Ocr

MODEL = "local/qwen2.5-coder-1.5b"
ASSURANCE = 0.95
AUDIT = 0.02
OUT = Path("out")

NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)")
ROW = re.compile(r"\[\s*\d+\s*\]")


def share_of(text: str) -> float:
    """Return a share that a person typed, not limited to 0 to 1: `0.02` and `2%` are the same.

    Raises:
        typer.BadParameter: it is no number, or is likely meant as per cent.
    """
    text = str(text).strip()  # a default comes as it is
    figure = text.removesuffix("%").rstrip()
    if not NUMBER.fullmatch(figure):
        raise typer.BadParameter(f"{text!r} is no share: write it like 0.02 or 2%")
    number = Decimal(figure)
    if text.endswith("%"):
        number /= 100
    elif 1 < number < 100:
        raise typer.BadParameter(
            f"{text} is more than all. Did you mean {text}% = {float(number / 100):g}?"
        )
    if not 0 <= number <= 1:
        raise typer.BadParameter(f"{text!r} is no share: it must lie between 0 and 1 (100%)")
    return float(number)


def rate_of(text: str) -> float:
    """Return an error rate that a person typed, more than 0 and less than 1.

    Raises:
        typer.BadParameter: it is none.
    """
    rate = share_of(text)
    if rate == 0:
        raise typer.BadParameter(
            f"{text} can't be promised: no number of documents shows that nothing is ever wrong. "
            "Ask for little, such as 0.01 or 1%"
        )
    if rate == 1:
        raise typer.BadParameter(f"{text} is all of them: that is no promise. Did you mean 1%?")
    return rate


def assurance_of(text: str) -> float:
    """Return an assurance that a person typed, more than 0 and less than 1.

    Raises:
        typer.BadParameter: it is none.
    """
    assurance = share_of(text)
    if assurance in (0, 1):
        raise typer.BadParameter(f"{text} can't be had: it must lie between 0 and 1, such as 0.95")
    return assurance


@dataclass(frozen=True)
class Errors:
    """What a person lets go wrong."""

    whole: float | None = None
    """At most this share of the accepted records; None: nothing was said."""
    fields: dict[str, float] = field(default_factory=dict)
    """By leaf: at most this share of its accepted values."""


def errors_of(given: Sequence[str] | None) -> Errors:
    """Return what `--target-error` said, in all its forms: `2%`, `grand_total=0.005`.

    Raises:
        typer.BadParameter: a share is none, or something is said twice.
    """
    found: dict[str, float] = {}
    for text in given or ():
        try:
            leaf, rate = _error_of(text, found)
        except typer.BadParameter as error:
            raise typer.BadParameter(error.message, param_hint="'--target-error'") from None
        found[leaf] = rate
    return Errors(whole=found.pop("", None), fields=found)


def _error_of(text: str, before: Collection[str]) -> tuple[str, float]:
    """Return a leaf, empty for the whole record, and its rate."""
    leaf, equals, share = text.rpartition("=")
    leaf = leaf.strip()
    if equals and not leaf:
        raise typer.BadParameter(f"{text!r} names no field: write it like grand_total=0.5%")
    if ROW.search(leaf):
        every = ROW.sub("[]", text)
        raise typer.BadParameter(f"{text!r} names one row; for all of them write {every}")
    if leaf in before:
        raise typer.BadParameter(f"{text!r}: {leaf or 'the whole'} has a target already")
    return leaf, rate_of(share)


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
        envvar="PAPERSIFT_ASKING",
        help="How a document is asked about: 'whole' in one call, or by 'fields'.",
        show_default="as it is best for the model",
    ),
]
SecondModel = Annotated[
    str | None,
    typer.Option(
        "--second",
        metavar="MODEL",
        envvar="PAPERSIFT_SECOND",
        help="Read each document again with this model, and be surer where both agree. The same "
        "model reads in another order.",
        show_default="one reading",
    ),
]
OcrName = Annotated[
    str,
    typer.Option(
        "--ocr",
        metavar="auto|tesseract|rapidocr|off",
        envvar="PAPERSIFT_OCR",
        help="What reads scans and photographs: Tesseract, with RapidOCR where it isn't sure or "
        "isn't installed; or the one that is named.",
    ),
]
TargetErrors = Annotated[
    list[str] | None,
    typer.Option(
        "--target-error",
        metavar="SHARE|FIELD=SHARE",
        envvar="PAPERSIFT_TARGET_ERROR",
        help="At most this share of the records that are accepted without a look may have a wrong "
        "field: 0.02 or 2%. Again for single fields: grand_total=0.5%, "
        "'line_items[].line_total=1%'.",
        show_default="as the type says, else 5%",
    ),
]
Assurance = Annotated[
    float,
    typer.Option(
        "--assurance",
        metavar="SHARE",
        parser=assurance_of,
        envvar="PAPERSIFT_ASSURANCE",
        help="How sure that must be, by the labelled documents.",
    ),
]
Audit = Annotated[
    float,
    typer.Option(
        "--audit",
        metavar="SHARE",
        parser=share_of,
        envvar="PAPERSIFT_AUDIT",
        help="This share of the accepted records, drawn at random, goes to review all the same, "
        "to keep the promise honest; 0: none.",
    ),
]
Out = Annotated[Path, typer.Option("--out", envvar="PAPERSIFT_OUT", help="The output folder.")]
StoreAddress = Annotated[
    str | None,
    typer.Option("--store", envvar="PAPERSIFT_STORE", help="Database URL of a store elsewhere."),
]
Redact = Annotated[
    bool,
    typer.Option(
        "--redact",
        envvar="PAPERSIFT_REDACT",
        help="Send the model stand-ins of account numbers, card numbers and e-mail addresses.",
    ),
]
UseEmbedded = Annotated[
    bool,
    typer.Option(
        "--use-embedded",
        help="Take e-invoices by the XML that their PDF holds; else by their pages alone.",
    ),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON instead of tables.")]


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


def ocr_of(given: str) -> Ocr:
    """Return the OCR engine that a person named.

    Raises:
        typer.BadParameter: there is none of that name.
    """
    from schemas.recipe import Ocr  # noqa: PLC0415

    for ocr in get_args(Ocr):
        if given == ocr:
            return ocr  # type: ignore[no-any-return]
    raise typer.BadParameter(
        f"{given!r} is none of {', '.join(get_args(Ocr))}", param_hint="'--ocr'"
    )


def out_option(out: Path) -> str:
    """Return the option to repeat in the next command, if it isn't the default: ` --out DIR`."""
    return "" if out == OUT else f" --out {out}"
