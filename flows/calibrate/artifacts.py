"""Show a calibration in the Prefect UI: what can be promised as text, and a row a type."""

from __future__ import annotations

from prefect.artifacts import create_markdown_artifact, create_table_artifact
from prefect.context import FlowRunContext

from flows.calibrate.report import LeafPromises, Promises, answers_of, figures_of
from flows.calibrate.words import Answer, percent
from schemas.calibration import Calibration
from schemas.calibration_figures import CalibrationFigures, Measure, SignalMeasure
from schemas.held_out import HeldOut


def write_artifacts(
    calibration: Calibration,
    held_out: HeldOut,
    promises: Promises,
    *,
    leaf_promises: LeafPromises | None = None,
) -> None:
    """Write a summary and a table as artifacts of the flow run, if there is one."""
    if FlowRunContext.get() is None:
        return
    numbers = figures_of(calibration, held_out, promises)
    answers = answers_of(calibration, promises, leaf_promises)
    create_markdown_artifact(
        key="papersift-calibration",
        markdown=markdown(calibration, numbers, answers),
        description=calibration.id,
    )
    create_table_artifact(
        key="papersift-calibration-types",
        table=rows(numbers, promises),
        description=f"{calibration.id}: {len(promises)} document types",
    )


def markdown(
    calibration: Calibration, numbers: CalibrationFigures, answers: tuple[Answer, ...]
) -> str:
    """Return what can be promised, and how good the confidences are."""
    whole = numbers.whole
    lines = ["# What can be promised", ""]
    for answer in answers:
        lines += [f"- {_plain(answer.sentence)} {_plain(answer.rests_on)}".rstrip()]
    lines += [
        "",
        f"`{calibration.model}`, {whole.fields:,} labelled fields of {whole.documents:,} documents",
        "",
        _plain(calibration.fitted_on),
        "",
        "| fields | documents | right | AUROC | Brier | ECE |",
        "|---|---:|---:|---:|---:|---:|",
        *(_measure(each) for each in (whole, *numbers.by_type, *numbers.by_kind)),
        "",
        "| signal alone | fields | AUROC |",
        "|---|---:|---:|",
        *(_signal(each) for each in numbers.signals),
    ]
    return "\n".join(lines)


def rows(numbers: CalibrationFigures, promises: Promises) -> list[dict[str, str | float]]:
    """Return the table's rows, one a type that is promised something or has labelled records."""
    known = {each.type_name: each for each in numbers.records}
    table: list[dict[str, str | float]] = []
    for name in sorted({*known, *promises}):
        record, promise = known.get(name), promises.get(name)
        row: dict[str, str | float] = {"type": name}
        if promise:
            row |= {
                "target": percent(promise.error),
                "promised": "yes" if promise.threshold is not None else "not yet",
                "accepted": promise.accepted if promise.threshold is not None else 0,
                "wrong": promise.wrong,
                "bound": round(promise.bound, 4),
                "needed": promise.needed,
            }
        row["labelled"] = record.records if record else 0
        row["held back"] = record.held_back if record else 0
        row["whose"] = "" if not record else "papersift's" if record.shipped else "your own"
        table.append(row)
    return table


def _measure(each: Measure) -> str:
    figures = [each.auroc.value if each.auroc else None, each.brier, each.ece]
    right = f"{percent(each.right.share)} of {each.fields:,}" if each.fields else "–"
    return (
        " | ".join(
            [f"| `{_plain(each.name)}`", f"{each.documents:,}", right, *map(_figure, figures)]
        )
        + " |"
    )


def _signal(each: SignalMeasure) -> str:
    name = f"{each.name}, no value" if each.empty else each.name
    auroc = _figure(each.auroc.value if each.auroc else None)
    return f"| `{_plain(name)}` | {each.fields:,} of {each.of:,} | {auroc} |"


def _figure(value: float | None) -> str:
    return "–" if value is None else f"{value:.3f}"


def _plain(text: str) -> str:
    """Return text that stays what it is in a Markdown table: names may hold anything."""
    return text.replace("|", "¦").replace("`", "'").replace("<", "‹").replace("\n", " ")
