"""Write an evaluation as one HTML file that needs nothing else: no network, no other file.

write_report(evaluation, Path("report.html"))
"""

from __future__ import annotations

import base64
import hashlib
from collections import Counter
from collections.abc import Callable, Sequence
from importlib.resources import files
from pathlib import Path

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from flows.evaluate.comparison import compare
from flows.evaluate.plots import field_plot, pages_plot, reliability_plot, seconds_plot
from flows.evaluate.reliability import reliability
from flows.evaluate.report_cards import Card, cards_of, file_name
from flows.evaluate.statistics import all_fields, called, statistics, tokens_of
from schemas.errors import PathError
from schemas.evaluation import Evaluation
from schemas.statistics import Group, Statistics

MOST_FIELDS_PLOTTED = 40
"""More rows than that are no picture any more; the table has them all."""
ON_THE_LINE = "On the dashed line answers are right as often as they are sure to be."
FACETS: tuple[tuple[str, Callable[[Card], str]], ...] = (
    ("verdict", lambda card: card.field.verdict),
    ("field", lambda card: card.field.pattern),
    ("type", lambda card: card.document.type_name),
    ("folder", lambda card: card.document.group),
    ("language", lambda card: card.language),
    ("outcome", lambda card: card.document.outcome.replace("_", " ")),
)
"""What cards can be filtered by."""


def write_report(evaluation: Evaluation, path: Path, against: Evaluation | None = None) -> None:
    """Write the report to `path`; with `against`, also what moved since that evaluation.

    Documents that aren't there any more give cards without pictures.

    Raises:
        PathError: the file can't be written.
    """
    html = _html(evaluation, against)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(html, encoding="utf-8", errors="replace")
    except OSError as error:
        raise PathError(f"The report {str(path)!r} can't be written: {error.strerror}.") from error


def _html(evaluation: Evaluation, against: Evaluation | None) -> str:
    figures = statistics(evaluation)
    cards = cards_of(evaluation)
    script = _text("report.js")
    return (
        _environment()
        .get_template("report.html.j2")
        .render(
            evaluation=evaluation,
            figures=figures,
            several_types=len(figures.by_type) > 1,
            parts=[(name, groups) for name, groups in _parts(figures) if len(groups) > 1],
            plots=_plots(evaluation, figures),
            errors=[
                sum(not field.verdict.good for field in all_fields(each))
                for each in evaluation.documents
            ],
            cards=cards.cards,
            left_out=cards.left_out,
            facets=_facets(cards.cards),
            against=against,
            comparison=compare(evaluation, against) if against else None,
            style=Markup(_text("report.css")),  # noqa: S704 - our own file
            script=Markup(script),  # noqa: S704
            script_hash=_hash(script),
        )
    )


def _parts(figures: Statistics) -> list[tuple[str, tuple[Group, ...]]]:
    return [
        ("type", figures.by_type),
        ("gold folder", figures.by_group),
        ("language", figures.by_language),
        ("pages", figures.by_pages),
        ("kind of field", figures.by_kind),
    ]


def _plots(evaluation: Evaluation, figures: Statistics) -> list[tuple[str, str, Markup]]:
    """Return the plots that there is something to show in: caption, note, picture."""
    plots = []
    for number, group in enumerate(figures.by_type):
        rows = [
            (row.name, row.accuracy)
            for row in figures.by_field
            if row.type_name == group.name and row.accuracy.of
        ]
        if rows:
            note = group.name if len(figures.by_type) > 1 else ""
            plot = field_plot(rows[:MOST_FIELDS_PLOTTED], f"fields{number}")
            plots.append(("Share right per field", note, plot))
    if bins := reliability(evaluation):
        plots.append(("Confidence against share right", ON_THE_LINE, reliability_plot(bins)))
    if seconds := [each.seconds for each in evaluation.documents if each.first]:
        plots.append(("Seconds a document", "", seconds_plot(seconds, figures.seconds.median)))
    pages = [(row.name, row.accuracy) for row in figures.by_pages if row.accuracy.of]
    if len(pages) > 1:
        plots.append(("Share right by length", "", pages_plot(pages)))
    return plots


def _facets(cards: Sequence[Card]) -> list[tuple[str, list[tuple[str, int]]]]:
    """Return each facet's values with how many cards have it, the most frequent first."""
    return [
        (name, Counter(str(value(card)) for card in cards).most_common()) for name, value in FACETS
    ]


def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("flows.evaluate", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["percent"] = lambda share: f"{100 * share:.1f} %"
    environment.filters["points"] = lambda share: f"{100 * share:+.1f}".replace("-", "−")
    environment.filters["interval"] = lambda share: (
        f"{100 * share.low:.0f}–{100 * share.high:.0f} %"
    )
    environment.filters["file_name"] = file_name
    environment.filters["called"] = called
    environment.filters["tokens"] = tokens_of
    environment.filters["whole"] = lambda number: f"{number:,.0f}"
    return environment


def _text(name: str) -> str:
    return (files("flows.evaluate") / "templates" / name).read_text(encoding="utf-8")


def _hash(script: str) -> str:
    """Return what a Content-Security-Policy names a script by: no other one is run."""
    return f"sha256-{base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()}"
