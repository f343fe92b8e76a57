"""The evaluation report's plots, as inline SVG."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from markupsafe import Markup

from flows import plotting
from flows.plotting import ROW_IN, Palette, Plot, figure_of, percent, whiskers
from schemas.calibration_figures import Bin
from schemas.evaluation import Share

if TYPE_CHECKING:
    from matplotlib.figure import Figure

MOST_BINS = 24
"""Of the histogram."""


def field_plot(rows: Sequence[tuple[str, Share]], name: str) -> Markup:
    """Return the share right of each field, with its interval; `name` tells plots apart."""

    def paint(ink: Palette) -> Figure:
        figure, axes = figure_of(height=0.9 + ROW_IN * len(rows))
        places = range(len(rows))
        whiskers(axes, [share for _, share in rows], places, ink, flat=True)
        axes.set_yticks(list(places), [field for field, _ in rows])
        axes.set_ylim(len(rows) - 0.5, -0.5)
        axes.set_xlim(-0.02, 1.02)
        axes.xaxis.set_major_formatter(percent)
        axes.set_xlabel("share right, with its 95 % interval")
        axes.grid(axis="x")
        axes.tick_params(length=0)
        return figure

    told = "; ".join(f"{field} {each.share:.0%}" for field, each in rows)
    return Plot(name, "Share right per field", told, paint).svg()


def reliability_plot(bins: Sequence[Bin]) -> Markup:
    """Return the share right against the confidence, with how many answers each bin holds."""
    return plotting.reliability_plot(bins).svg()


def seconds_plot(seconds: Sequence[float], median: float) -> Markup:
    """Return how many documents took how long."""

    def paint(ink: Palette) -> Figure:
        from matplotlib.ticker import MaxNLocator  # noqa: PLC0415 - half a second to import

        figure, axes = figure_of()
        bins = min(MOST_BINS, max(6, len(seconds) // 2))
        axes.hist(seconds, bins=bins, color=ink.accent, rwidth=0.9)
        axes.axvline(median, color=ink.ink, linewidth=1.2)
        top = axes.get_ylim()[1] * 1.08
        axes.set_ylim(0, top)
        late = median > sum(axes.get_xlim()) / 2
        axes.annotate(
            f"median {median:.1f} s",
            (median, top),
            xytext=(-5 if late else 5, -10),
            textcoords="offset points",
            ha="right" if late else "left",
            fontsize=10,
        )
        axes.yaxis.set_major_locator(MaxNLocator(integer=True))
        axes.set_xlabel("seconds a document")
        axes.set_ylabel("documents")
        axes.grid(axis="y")
        return figure

    told = f"{len(seconds)} documents, {min(seconds):.1f} to {max(seconds):.1f} s, "
    return Plot("seconds", "Seconds a document", f"{told}median {median:.1f} s", paint).svg()


def pages_plot(rows: Sequence[tuple[str, Share]]) -> Markup:
    """Return the share right of documents with so many pages."""

    def paint(ink: Palette) -> Figure:
        figure, axes = figure_of()
        whiskers(axes, [share for _, share in rows], range(len(rows)), ink, flat=False)
        axes.set_xticks(range(len(rows)), [name for name, _ in rows])
        axes.set_xlim(-0.5, len(rows) - 0.5)
        axes.set_ylim(-0.03, 1.05)
        axes.yaxis.set_major_formatter(percent)
        axes.set_ylabel("share right, with its 95 % interval")
        axes.grid(axis="y")
        return figure

    told = "; ".join(f"{name}: {each.share:.0%}" for name, each in rows)
    return Plot("pages", "Share right by number of pages", told, paint).svg()
