"""Show the metrics in the Prefect UI: what there is to tell as text and tables."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from prefect.artifacts import create_markdown_artifact
from prefect.context import FlowRunContext

from flows.metrics import words
from flows.metrics.count import metrics_of
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
        description=_plain(words.sentences(metrics)[0]),
    )


def markdown(metrics: Metrics) -> str:
    """Return the metrics as Markdown: sentences, then a table of whatever there is."""
    lines = ["# What review costs and finds", ""]
    lines += [f"- {_plain(each)}" for each in words.sentences(metrics)]
    typed = len(metrics.by_type) > 1
    lines += _table(
        ("field corrected", "reviewed records"),
        ((words.field(each, typed=typed), words.part(each.corrected)) for each in metrics.fields),
    )
    lines += _table(
        ("reason for a look", "was right"),
        ((words.doubt(each.code), words.part(each.right)) for each in metrics.doubts),
    )
    lines += _table(
        ("rejected because", "records"),
        ((each.reason or "–", f"{each.records:,}") for each in metrics.rejections),
    )
    lines += _table(("type", *PARTS), map(_row, metrics.by_type))
    lines += _table(("folder", *PARTS), map(_row, metrics.by_source))
    lines += _table(
        ("version", "first used", *PARTS),
        ((each.title, f"{each.first_used}", *_row(each)[1:]) for each in metrics.by_version),
    )
    lines += _table(
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


PARTS = ("accepted without a look", "corrected of those reviewed", "corrected most")


def _row(group: Group) -> tuple[str, ...]:
    return (
        group.title,
        words.part(group.accepted),
        words.part(group.corrected),
        words.most(group),
    )


def _table(heads: Iterable[str], rows: Iterable[Iterable[str]]) -> Iterator[str]:
    """Yield a table's lines, none if it has no rows."""
    rows = [[_plain(cell) for cell in row] for row in rows]
    if not rows:
        return
    heads = list(heads)
    yield ""
    yield f"| {' | '.join(heads)} |"
    yield "|---" * len(heads) + "|"
    for row in rows:
        yield f"| {' | '.join(row)} |"


def _plain(text: str) -> str:
    """Return text that stays what it is in a Markdown table: names may hold anything."""
    for char in "\\`*_[]<":
        text = text.replace(char, f"\\{char}")
    return text.replace("|", "¦").replace("\n", " ")
