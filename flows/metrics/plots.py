"""The metrics as small plots; each is a picture of its own that fits light and dark pages."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from textwrap import wrap
from typing import TYPE_CHECKING, Any

from flows.metrics import words
from flows.plotting import ROW_IN, Palette, Plot, figure_of
from flows.plotting import percent as on_axis
from schemas.metrics import Group, Metrics, Part, Period, Spread, Version

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

HEIGHT_IN = 2.2
MOST_ROWS = 8
NAME_CHARACTERS = 26
"""A longer name leaves no room for the plot."""
FEW_DATES = 8
"""So few are written out below an axis; of more, some."""
CLEAR = 0.16
"""Of an area behind a line."""
STYLE = """<style>
:root { color-scheme: light dark;
  --ink: light-dark(#1b2127, #e8ebee); --muted: light-dark(#57616b, #a3afba);
  --line: light-dark(#dcd9d1, #343d46); --accent: light-dark(#0b6b62, #5ccfbe);
  --alarm: light-dark(#9a4a00, #f5b556); }
text { font-family: system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "Liberation Sans",
  Arial, sans-serif !important; }
</style>"""
"""The page's colours; a picture knows none of the page's style sheets, but whether it is dark."""


NOTES = {
    "accepted": "Of the records extracted in it. Too few to say anything aren't shown.",
    "seconds": "Line: the median. Area: up to what 9 in 10 documents took at most.",
    "actions": "Line: the median. Area: up to what 9 in 10 documents took at most.",
    "corrected": "Of the records reviewed in it, those in which anything was changed.",
    "fields": "Of the reviewed records of the type, those in which the field was changed.",
    "doubts": "Of the fields that it was a reason to look at, those that were changed; the others "
    "were accepted as they stood.",
    "types": "Of the reviewed records, those in which anything was changed.",
    "sources": "Of the reviewed records, those in which anything was changed.",
    "versions": "Of the reviewed records, those in which anything was changed.",
}
"""What the plot of a name shows."""


@dataclass(frozen=True)
class Bar:
    """A row of a plot of shares."""

    name: str
    part: Part
    told: str
    """What is written beside it."""


def plots_of(metrics: Metrics) -> tuple[Plot, ...]:
    """Return the plots that have something to show; nothing is painted yet."""
    return tuple(plot for plot in _plots(metrics) if plot is not None)


def picture(plot: Plot) -> str:
    """Return a plot as an SVG file that stands for itself, in light and in dark."""
    head, end, rest = plot.svg().partition(">")
    return f"{head}{end}{STYLE}{rest}"


def _plots(metrics: Metrics) -> Iterator[Plot | None]:
    step = metrics.step
    yield _share_plot(
        metrics.periods,
        "accepted",
        f"Accepted without a look, by {step}",
        lambda each: each.accepted,
        "records extracted",
    )
    yield _spread_plot(
        metrics.periods,
        "seconds",
        f"Seconds a document, by {step}",
        lambda each: each.effort.seconds,
        words.seconds,
    )
    yield _spread_plot(
        metrics.periods,
        "actions",
        f"Keys and clicks a document, by {step}",
        lambda each: each.effort.actions,
        words.plain,
    )
    yield _share_plot(
        metrics.periods,
        "corrected",
        f"Corrected of what was reviewed, by {step}",
        lambda each: each.corrected,
        "records reviewed",
    )
    typed = len(metrics.by_type) > 1
    yield _bar_plot(
        [
            Bar(words.field(each, typed=typed), each.corrected, words.part(each.corrected))
            for each in metrics.fields
        ],
        "fields",
        "Fields corrected most",
    )
    yield _bar_plot(
        [
            Bar(words.doubt(each.code), each.right, words.part(each.right))
            for each in metrics.doubts
        ],
        "doubts",
        "How often a doubt was right",
    )
    for name, title, groups in (
        ("types", "Corrected, by type", metrics.by_type),
        ("sources", "Corrected, by folder", metrics.by_source),
        ("versions", "Corrected, by version of the prompt", metrics.by_version),
    ):
        yield _group_plot(groups, name, title)


def _share_plot(
    periods: Sequence[Period],
    name: str,
    title: str,
    part_of: Callable[[Period], Part],
    noun: str,
) -> Plot | None:
    """Return a share over time; None where it can be told of one period only, or of none."""
    found = [(each.start, part_of(each)) for each in periods if part_of(each).share is not None]
    if len(found) < 2:
        return None
    days = [day for day, _ in found]
    shares = [part.share or 0.0 for _, part in found]

    def paint(ink: Palette) -> Figure:
        figure, axes = figure_of(height=HEIGHT_IN)
        _line(axes, days, shares, ink)
        if len(found) <= FEW_DATES:
            for day, part in found:
                _label(axes, day, part.share or 0.0, f"{part.count:,} of {part.of:,}", ink)
        else:
            _label(axes, days[-1], shares[-1], words.percent(shares[-1]), ink, beside=True)
        axes.set_ylim(0, 1.12)
        axes.set_yticks([0, 0.5, 1])
        axes.yaxis.set_major_formatter(on_axis)
        _over_time(axes, days)
        return figure

    told = "; ".join(f"{day:%Y-%m-%d}: {words.part(part)}" for day, part in found)
    return Plot(name, title, f"{noun}: {told}", paint)


def _spread_plot(
    periods: Sequence[Period],
    name: str,
    title: str,
    spread_of: Callable[[Period], Spread],
    write: Callable[[float], str],
) -> Plot | None:
    """Return medians over time, with what nine in ten stay within; None: there is no line."""
    found = [(each.start, spread_of(each)) for each in periods]
    known = [(day, each, each.median) for day, each in found if each.median is not None]
    if len(known) < 2:
        return None
    days = [day for day, _, _ in known]
    medians = [middle for _, _, middle in known]
    most = [each.p90 if each.p90 is not None else middle for _, each, middle in known]
    spread = any(each.p90 is not None for _, each, _ in known)

    def paint(ink: Palette) -> Figure:
        from matplotlib.ticker import MaxNLocator  # noqa: PLC0415 - half a second to import

        figure, axes = figure_of(height=HEIGHT_IN)
        _line(axes, days, medians, ink)
        if spread:
            band: Any = axes.fill_between
            band(days, medians, most, color=ink.accent, alpha=CLEAR, linewidth=0)
        axes.set_ylim(0, 1.25 * max(*most, 1))
        axes.yaxis.set_major_locator(MaxNLocator(4, integer=True))
        _label(axes, days[-1], medians[-1], write(medians[-1]), ink, beside=True)
        _over_time(axes, days)
        return figure

    told = "; ".join(
        f"{day:%Y-%m-%d}: median {write(middle)}"
        + ("" if each.p90 is None else f", 9 in 10 within {write(each.p90)}")
        + f", of {each.of:,} documents"
        for day, each, middle in known
    )
    return Plot(name, title, told, paint)


def _group_plot(groups: Sequence[Group], name: str, title: str) -> Plot | None:
    """Return how much was corrected in each group; None where there is nothing to compare."""
    bars = [
        Bar(_name_of(each), each.corrected, words.part(each.corrected))
        for each in groups
        if each.corrected.of
    ]
    if len(bars) < 2:
        return None
    return _bar_plot(bars, name, title)


def _name_of(group: Group) -> str:
    if isinstance(group, Version):
        return f"{group.type_name} {group.prompt}\n{group.model}"
    return group.title


def _bar_plot(bars: Sequence[Bar], name: str, title: str) -> Plot | None:
    """Return shares as bars, the first on top; None where there are too few of all to tell."""
    bars = bars[:MOST_ROWS]
    shares = [each.part.share for each in bars]
    if all(share is None for share in shares):
        return None
    most = max(share for share in shares if share is not None)

    def paint(ink: Palette) -> Figure:
        names = [_rows_of(each.name) for each in bars]
        lines = max(name.count("\n") + 1 for name in names)
        figure, axes = figure_of(height=0.3 + (ROW_IN + 0.15 * (lines - 1)) * len(bars))
        places = range(len(bars))
        axes.barh(places, [share or 0.0 for share in shares], height=0.6, color=ink.accent)
        for place, each in zip(places, bars, strict=True):
            axes.annotate(
                each.told,
                (each.part.share or 0.0, place),
                xytext=(5, 0),
                textcoords="offset points",
                va="center",
                fontsize=9.5,
                color=ink.muted,
                annotation_clip=False,
            )
        axes.set_yticks(list(places), names)
        axes.set_ylim(len(bars) - 0.5, -0.5)
        axes.set_xlim(0, max(most, 0.05) * 1.75)  # room for what is written beside the longest
        axes.set_xticks([])
        axes.spines["bottom"].set_visible(False)
        axes.tick_params(length=0)
        return figure

    told = "; ".join(f"{each.name} {each.told}" for each in bars)
    return Plot(name, title, told, paint)


def _line(axes: Axes, days: Sequence[date], heights: Sequence[float], ink: Palette) -> None:
    style: Any = {"marker": "o", "markersize": 4.5, "linewidth": 2, "clip_on": False, "zorder": 3}
    draw: Any = axes.plot
    draw(days, heights, color=ink.accent, **style)


def _label(
    axes: Axes, day: date, height: float, text: str, ink: Palette, *, beside: bool = False
) -> None:
    """Write above a dot, or `beside` it."""
    place: Any = (day, height)
    axes.annotate(
        text,
        place,
        xytext=(7, 0) if beside else (0, 6),
        textcoords="offset points",
        ha="left" if beside else "center",
        va="center" if beside else "bottom",
        fontsize=9.5 if beside else 9,
        color=ink.ink if beside else ink.muted,
        annotation_clip=False,
    )


def _over_time(axes: Axes, days: Sequence[date]) -> None:
    """Write days below the axis, each that is shown or, of many, some."""
    step = -(-len(days) // FEW_DATES)
    shown = list(days[::-1][::step][::-1])
    ticks: Any = axes.set_xticks
    ticks(shown, [f"{day.day} {day:%b}" for day in shown], fontsize=9.5)
    axes.margins(x=0.06)
    left, right = axes.get_xlim()
    axes.set_xlim(left, right + 0.05 * (right - left))  # for what is written beside the last dot
    axes.grid(axis="y")
    axes.tick_params(length=0)


def _rows_of(name: str) -> str:
    """Return a name in as many rows as it takes; a row that is too long loses its beginning."""
    rows = [
        row
        for line in name.split("\n")
        for row in wrap(line, NAME_CHARACTERS, break_long_words=False, break_on_hyphens=False)
    ]
    return "\n".join(
        row if len(row) <= NAME_CHARACTERS else f"…{row[-NAME_CHARACTERS + 1 :]}" for row in rows
    )
