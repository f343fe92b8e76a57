"""Show an evaluation in the Prefect UI: its figures as text, and a row a document."""

from __future__ import annotations

from prefect.artifacts import create_markdown_artifact, create_table_artifact
from prefect.context import FlowRunContext

from flows.evaluate.statistics import called, statistics
from schemas.evaluation import Evaluation, JudgedDocument, Share, Verdict
from schemas.statistics import Group, Records, Statistics


def write_artifacts(evaluation: Evaluation) -> None:
    """Write a summary and a table as artifacts of the flow run, if there is one."""
    if FlowRunContext.get() is None:
        return
    figures = statistics(evaluation)
    create_markdown_artifact(
        key="papersift-eval", markdown=_markdown(evaluation, figures), description=evaluation.id
    )
    create_table_artifact(
        key="papersift-eval-documents",
        table=[_row(each) for each in evaluation.documents],
        description=f"{evaluation.id}: {statistics(evaluation).documents} documents with gold",
    )


def _markdown(evaluation: Evaluation, figures: Statistics) -> str:
    lines = [
        f"# {_percent(figures.whole.accuracy)} of the fields are right",
        "",
        f"{_documents(figures)}, `{evaluation.model}`, asked by {evaluation.asking}"
        + (f"; {evaluation.selection}" if evaluation.selection else ""),
        "",
        f"Accepted: {_percent(figures.accepted)}",
        f"Of these with a wrong field: {_percent(figures.wrongly_accepted)}",
        "",
        *_table("type", figures.by_type),
        *_table("field", figures.by_field),
    ]
    return "\n".join(lines)


def _documents(figures: Statistics) -> str:
    """Say how many documents there were and, where gold names all of their records, of those."""
    if not figures.several:
        return f"{figures.documents} documents"
    found, missed, extra = (getattr(figures.records, name) for name in Records.model_fields)
    return (
        f"{figures.documents} documents with {found + missed} records ({found} found, "
        f"{missed} missed, {extra} that gold has not)"
    )


def _table(title: str, groups: tuple[Group, ...]) -> list[str]:
    rows = [f"| {title} | documents | {' | '.join(Verdict)} | accuracy |", "|---|" + "---:|" * 7]
    for group in groups:
        name = f"{group.type_name}.{group.name}" if group.type_name else group.name
        counts = [str(getattr(group.tally, verdict)) for verdict in Verdict]
        cells = [f"`{name}`", str(group.documents), *counts, _percent(group.accuracy)]
        rows.append(f"| {' | '.join(cells)} |")
    return [*rows, ""]


def _percent(share: Share) -> str:
    if not share.of:
        return "–"
    return f"{share.share:.1%} ({share.low:.1%} to {share.high:.1%})"


def _row(document: JudgedDocument) -> dict[str, str | float]:
    wrong = [field.path for field in document.fields if not field.verdict.good]
    return {
        "document": f"{document.source}{called(document)}",
        "type": document.type_name,
        "outcome": str(document.outcome),
        "right": sum(field.verdict is Verdict.RIGHT for field in document.fields),
        "labelled": sum(field.truth is not None for field in document.fields),
        "not right": ", ".join(wrong) or document.problem,
        "right cells": sum(each.right_cells for each in document.lists),
        "labelled cells": sum(each.gold_cells for each in document.lists),
        "seconds": round(document.seconds, 1),
    }
