"""Show the metrics in the Prefect UI: what there is to tell as text and tables."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from prefect.artifacts import create_markdown_artifact
from prefect.context import FlowRunContext

from flows.metrics import words
from flows.metrics.count import metrics_of
from flows.shown.markdown import plain, table
from flows.store.store import Store
from schemas.metrics import Group, Metrics

KEY = "papersift-metrics"


def write_metrics(store: Store) -> None:
    """Write the metrics as an artifact of the flow run, if there is one."""
    if FlowRunContext.get() is None:
        return
    metrics = metrics_of(store)
    create_markdown_artifact(
        key=KEY,
        markdown=markdown(metrics),
        description=plain(words.sentences(metrics)[0]),
    )


def markdown(metrics: Metrics) -> str:
    """Return the metrics as Markdown: sentences, then a table of whatever there is."""
    lines = ["# What review costs and finds", ""]
    lines += [f"- {plain(each)}" for each in words.sentences(metrics)]
    typed = len(metrics.by_type) > 1
    lines += _lines(
        ("field corrected", "reviewed records"),
        ((words.field(each, typed=typed), words.part(each.corrected)) for each in metrics.fields),
    )
    lines += _lines(
        ("reason for a look", "was right"),
        ((words.doubt(each.code), words.part(each.right)) for each in metrics.doubts),
    )
    lines += _lines(
        ("rejected because", "records"),
        ((each.reason or "–", f"{each.records:,}") for each in metrics.rejections),
    )
    lines += _lines(("type", *PARTS), map(_row, metrics.by_type))
    lines += _lines(("folder", *PARTS), map(_row, metrics.by_source))
    lines += _lines(
        ("version", "first used", *PARTS),
        ((each.title, f"{each.first_used}", *_row(each)[1:]) for each in metrics.by_version),
    )
    lines += _lines(
        (metrics.step, "accepted", "corrected", "actions a document", "time a document"),
        (
            (
                f"{each.start}",
                words.part(each.accepted),
                words.part(each.corrected),
                words.actions_spread(each.effort),
                words.seconds_spread(each.effort),
            )
            for each in metrics.periods
        ),
    )
    return "\n".join(lines)


def _lines(heads: Iterable[str], rows: Iterable[Iterable[str]]) -> Iterator[str]:
    return table(heads, (map(plain, row) for row in rows))


PARTS = ("accepted without a look", "corrected of those reviewed", "corrected most")


def _row(group: Group) -> tuple[str, ...]:
    return (
        group.title,
        words.part(group.accepted),
        words.part(group.corrected),
        words.most(group),
    )
