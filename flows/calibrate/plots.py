"""The calibration report's plots; each is SVG for the page and PNG for everywhere else."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from flows.calibrate.words import bound_percent, percent
from flows.plotting import HEIGHT_IN, ROW_IN, Palette, Plot, figure_of, reliability_plot, whiskers
from flows.plotting import percent as on_axis
from schemas.calibration_figures import Auroc, CalibrationFigures, Curve, Measure, SignalMeasure
from schemas.evaluation import Share
from schemas.target import Promise

if TYPE_CHECKING:
    from matplotlib.figure import Figure

NAME_CHARACTERS = 26
"""A longer name leaves no room for the plot."""
MOST_ROWS = 30
FEW_POINTS = 12
"""So few are marked; of a single one there would be no line at all."""
LEAST_TOP = 0.05
"""Of the axis of errors."""


@dataclass(frozen=True)
class Plots:
    """All that there is something to show in."""

    reliability: tuple[Plot, ...]
    """Of all fields; of several types, then of each."""
    documents: dict[str, Plot]
    """Risk against coverage, by type."""
    fields: dict[str, Plot]
    groups: Plot | None
    signals: Plot | None

    @property
    def all(self) -> tuple[Plot, ...]:
        """Every plot, as the report shows them."""
        last = (each for each in (self.groups, self.signals) if each)
        return (*self.reliability, *self.documents.values(), *self.fields.values(), *last)


def plots_of(figures: CalibrationFigures, promises: Mapping[str, Promise]) -> Plots:
    """Return the plots of a calibration's figures; `promises` by type."""
    reliability = []
    if figures.bins:
        plot = reliability_plot(figures.bins, counts="labelled fields", near=True)
        reliability.append(replace(plot, title=f"{plot.title}: all fields"))
    if len(figures.bins_by_type) > 1:
        for number, (name, bins) in enumerate(figures.bins_by_type.items()):
            plot = reliability_plot(
                bins, _name("reliability", name, number), counts="labelled fields", near=True
            )
            reliability.append(replace(plot, title=f"{plot.title}: {name}"))
    groups = [figures.whole, *figures.by_type, *figures.by_kind]
    return Plots(
        reliability=tuple(reliability),
        documents={
            each.type_name: risk_plot(
                each.curve,
                figures.assurance,
                f"{each.type_name}: errors among accepted documents",
                _name("risk-documents", each.type_name, number),
                promise=promises.get(each.type_name),
            )
            for number, each in enumerate(figures.records)
            if each.curve.of
        },
        fields={
            name: risk_plot(
                each,
                figures.assurance,
                f"{name}: errors among accepted fields",
                _name("risk-fields", name, number),
                what="fields",
            )
            for number, (name, each) in enumerate(figures.curves_by_type.items())
        },
        groups=_auroc_plot(groups, "auroc-groups", "How well right is told from wrong"),
        signals=_auroc_plot(
            [each for each in figures.signals if not each.empty],
            "auroc-signals",
            "How well each signal alone tells right from wrong",
        ),
    )


def risk_plot(
    curve: Curve,
    assurance: float,
    title: str,
    name: str,
    *,
    what: str = "documents",
    promise: Promise | None = None,
) -> Plot:
    """Return the error among the accepted against how many are accepted, with its bound.

    With a promise, its target and how many it would accept too.
    """
    shares = [each.accepted / curve.of for each in curve.points]
    errors = [each.error for each in curve.points]
    bounds = [each.bound for each in curve.points]
    last = curve.points[-1]
    target = promise.error if promise else 0.0
    top = min(1.0, max(LEAST_TOP, 2.5 * target, 1.25 * last.bound, 1.6 * min(bounds)))

    def paint(ink: Palette) -> Figure:
        figure, axes = figure_of(height=1.15 * HEIGHT_IN)
        style: dict[str, Any] = {"marker": "o", "markersize": 4} if len(shares) < FEW_POINTS else {}
        thick = {"color": ink.accent, "linewidth": 2.2, "clip_on": False, "zorder": 3, **style}
        axes.plot(shares, errors, label="seen wrong", **thick)
        label = f"at most, at {percent(assurance)} assurance"
        axes.plot(shares, bounds, "--", color=ink.ink, linewidth=1.2, label=label)
        if promise:
            label = f"target {percent(target)}"
            axes.axhline(target, color=ink.alarm, linewidth=1.2, label=label)
        if promise and promise.threshold is not None:
            place = promise.accepted / promise.of
            axes.axvline(place, color=ink.muted, linewidth=1)
            left = place > 0.5
            axes.annotate(
                f"{promise.accepted:,} of {promise.of:,}",
                (place, top),
                xytext=(-5 if left else 5, -11),
                textcoords="offset points",
                ha="right" if left else "left",
                fontsize=10,
            )
        axes.set_xlim(0, 1)
        axes.set_ylim(0, top)
        axes.xaxis.set_major_formatter(on_axis)
        axes.yaxis.set_major_formatter(on_axis)
        axes.set_xlabel(f"share accepted of {curve.of:,} labelled {what}, the surest first")
        axes.set_ylabel("share wrong")
        axes.grid()
        axes.legend(
            loc="lower left",
            bbox_to_anchor=(-0.13, 0.99),
            ncols=3,
            frameon=False,
            fontsize=9.5,
            handlelength=1.4,
            columnspacing=1,
        )
        return figure

    everything = f"of all {curve.of:,} labelled {what} {last.wrong:,} are wrong"
    told = [f"{everything}, at most {bound_percent(last.bound)} at {percent(assurance)} assurance"]
    if promise and promise.threshold is not None:
        told.append(
            f"the target of {percent(target)} is kept up to {promise.accepted:,} of them: "
            f"{promise.wrong:,} wrong, at most {bound_percent(promise.bound)}"
        )
    elif promise:
        told.append(f"the target of {percent(target)} can't be promised at any share")
    return Plot(name, title, "; ".join(told), paint)


def auroc_plot(rows: Sequence[tuple[str, Auroc]], name: str, title: str) -> Plot:
    """Return the AUROCs with their intervals, a row each; the dashed line is chance."""

    def paint(ink: Palette) -> Figure:
        figure, axes = figure_of(height=0.9 + ROW_IN * len(rows))
        places = range(len(rows))
        shares = [Share(count=each.value, of=1, low=each.low, high=each.high) for _, each in rows]
        axes.axvline(0.5, color=ink.muted, linewidth=1, linestyle=(0, (4, 4)))
        whiskers(axes, shares, places, ink, flat=True)
        axes.set_yticks(list(places), [_short(each) for each, _ in rows])
        axes.set_ylim(len(rows) - 0.5, -0.5)
        axes.set_xlim(min(0.4, *(each.low for _, each in rows)) - 0.02, 1.02)
        axes.set_xlabel("AUROC with its 95 % interval; 0.5 is chance")
        axes.grid(axis="x")
        axes.tick_params(length=0)
        return figure

    told = "; ".join(f"{each} {found.value:.2f}" for each, found in rows)
    return Plot(name, title, told, paint)


def _auroc_plot(measures: Sequence[Measure | SignalMeasure], name: str, title: str) -> Plot | None:
    rows = [(each.name, each.auroc) for each in measures if each.auroc and each.auroc.told][
        :MOST_ROWS
    ]
    return auroc_plot(rows, name, title) if rows else None


def _name(what: str, type_name: str, number: int) -> str:
    """Return a name that is an id and a file's, whatever the type is called."""
    plain = re.sub(r"[^a-z0-9]+", "-", type_name.lower()).strip("-")
    return f"{what}-{number + 1}-{plain[:NAME_CHARACTERS]}".rstrip("-")


def _short(name: str) -> str:
    return name if len(name) <= NAME_CHARACTERS else f"{name[: NAME_CHARACTERS - 1]}…"
