"""Plots for reports: as inline SVG in the page's own colours and typeface, and as PNG.

    def shares_plot(rows: Sequence[float]) -> Plot:
        def paint(ink: Palette) -> Figure:
            figure, axes = figure_of()
            axes.plot(rows, color=ink.accent)
            return figure

        return Plot("shares", "Share right", "50 % to 70 %", paint)

    shares_plot(rows).svg(), shares_plot(rows).png()

matplotlib writes its colours into the SVG; those of `PAGE` stand for variables of the page's style
sheet and are replaced by them, so that one plot is readable on light and on dark ground.
"""

from __future__ import annotations

import io
import re
import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any

from markupsafe import Markup, escape

from schemas.calibration_figures import Bin
from schemas.evaluation import Share

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

WIDTH_IN = 5.2
"""On a phone nearly as wide as its screen, so that the text keeps its size."""
HEIGHT_IN = 3.0
ROW_IN = 0.27
"""A field's row."""
PNG_DPI = 200
STARTS = (0.0, 0.2, 0.4, 0.6, 0.8, 0.9)
"""Of axes that show shares up to 100 %."""
LABEL_WIDTH = 0.075
"""Of a count, as a share of the axis."""


@dataclass(frozen=True)
class Palette:
    """The colours that a plot is painted with, as matplotlib takes them."""

    ink: str
    muted: str
    line: str
    accent: str
    alarm: str


PAGE = Palette("#010203", "#040506", "#070809", "#0a0b0c", "#0d0e0f")
"""Colours that are nowhere else: each stands for the page's variable of the same name."""
VARIABLES = {getattr(PAGE, each.name): f"var(--{each.name})" for each in fields(Palette)}
"""What each colour becomes."""
PAPER = Palette("#1c1b1a", "#65625d", "#d8d3cb", "#2f6f62", "#b3261e")
"""Of pictures: the page's colours on light ground."""


@dataclass(frozen=True)
class Plot:
    """A plot that says in words what it shows."""

    name: str
    """Tells plots of one page apart; the picture's file name: letters, digits and `-`."""
    title: str
    told: str
    paint: Callable[[Palette], Figure]

    def svg(self) -> Markup:
        """Return it as an SVG element."""
        return _svg(_saved(self.paint, PAGE, "svg").decode(), self.name, self.title, self.told)

    def png(self) -> bytes:
        """Return it as a picture on white, with its title in it."""

        def titled(ink: Palette) -> Figure:
            figure = self.paint(ink)
            figure.suptitle(self.title, x=0.02, ha="left", fontsize=12, fontweight="bold")
            return figure

        return _saved(titled, PAPER, "png")


def reliability_plot(
    bins: Sequence[Bin],
    name: str = "reliability",
    *,
    counts: str = "answers",
    near: bool = False,
) -> Plot:
    """Return the share right against the confidence, with how many `counts` each bin holds.

    With `near`, axes begin where there is something to see, not at 0.
    """
    title = "Confidence against share right"
    least = min((min(each.confidence, each.right.low) for each in bins), default=0.0)
    start = max(each for each in STARTS if each <= least) if near else 0.0
    ticks = [start + (1 - start) * quarter / 4 for quarter in range(5)]

    def paint(ink: Palette) -> Figure:
        figure, axes = figure_of(height=1.25 * HEIGHT_IN)
        axes.plot([0, 1], [0, 1], color=ink.muted, linewidth=1, linestyle=(0, (4, 4)))
        whiskers(
            axes, [each.right for each in bins], [each.confidence for each in bins], ink, flat=False
        )
        free = [-1.0, -1.0]  # where the labels above and below have room again
        for each in bins:
            sides = [side for side in (0, 1) if each.confidence >= free[side]]
            if near and not sides:
                continue  # it would stand on another one
            below = near and sides[0] == 1
            axes.annotate(
                f"{each.right.of:,.0f}",
                (each.confidence, each.right.low if below else each.right.high),
                xytext=(0, -4 if below else 4),
                textcoords="offset points",
                ha="center",
                va="top" if below else "bottom",
                fontsize=9,
                color=ink.muted,
            )
            free[below] = each.confidence + LABEL_WIDTH * (1 - start)
        axes.set_xlim(start - 0.03 * (1 - start), 1 + 0.03 * (1 - start))
        axes.set_ylim(start - 0.03 * (1 - start), 1 + 0.09 * (1 - start))
        axes.xaxis.set_major_formatter(percent)
        axes.yaxis.set_major_formatter(percent)
        axes.set_yticks(ticks)
        axes.set_xticks(ticks)
        axes.set_xlabel(f"confidence; the numbers count {counts}")
        axes.set_ylabel("share right")
        axes.grid()
        return figure

    told = "; ".join(
        f"confidence {each.low:.0%} to {each.high:.0%}: {each.right.share:.0%} of "
        f"{each.right.of:,.0f} right"
        for each in bins
    )
    return Plot(name, title, told, paint)


def figure_of(height: float = HEIGHT_IN) -> tuple[Figure, Axes]:
    """Return an empty figure of the page's width, `height` in inches, and its axes."""
    from matplotlib.figure import Figure  # noqa: PLC0415 - half a second to import

    figure = Figure(figsize=(WIDTH_IN, height), layout="constrained")
    return figure, figure.subplots()


def whiskers(
    axes: Axes, shares: Sequence[Share], places: Sequence[float], ink: Palette, *, flat: bool
) -> None:
    """Draw dots with their intervals, along x if `flat`, else along y."""
    middles = [each.share for each in shares]
    reach = [
        [max(0.0, each.share - each.low) for each in shares],
        [max(0.0, each.high - each.share) for each in shares],
    ]
    style: dict[str, Any] = {
        "fmt": "o",
        "color": ink.accent,
        "markersize": 6,
        "elinewidth": 1.6,
        "capsize": 3,
        "clip_on": False,
    }
    if flat:
        axes.errorbar(middles, list(places), xerr=reach, **style)
    else:
        axes.errorbar(list(places), middles, yerr=reach, **style)


def percent(value: float, _: float) -> str:
    """Return an axis' share in percent: `5%`, `2.5%`."""
    return f"{round(100 * value, 1):g}%"


def _style(ink: Palette) -> dict[Any, Any]:
    return {
        "svg.fonttype": "none",  # text stays text
        "svg.hashsalt": "papersift",  # the same figures give the same file
        "text.parse_math": False,  # a name with $ in it is no formula
        "font.size": 11,
        "axes.edgecolor": ink.line,
        "axes.labelcolor": ink.muted,
        "axes.spines.top": False,
        "axes.spines.right": False,
        "axes.axisbelow": True,
        "grid.color": ink.line,
        "grid.linewidth": 0.6,
        "text.color": ink.ink,
        "xtick.color": ink.line,
        "xtick.labelcolor": ink.muted,
        "ytick.color": ink.line,
        "ytick.labelcolor": ink.ink,
    }


def _saved(paint: Callable[[Palette], Figure], ink: Palette, form: str) -> bytes:
    """Return the painted figure's file; matplotlib's own settings stay as they are."""
    from matplotlib import rc_context  # noqa: PLC0415

    file = io.BytesIO()
    told: dict[str, Any] = {"metadata": {"Date": None}, "transparent": True}
    if form == "png":
        told = {"dpi": PNG_DPI, "facecolor": "white"}
    with rc_context(_style(ink)), warnings.catch_warnings():
        # The browser has the characters that matplotlib's font lacks.
        warnings.simplefilter("ignore", UserWarning)
        paint(ink).savefig(file, format=form, **told)
    return file.getvalue()


def _svg(svg: str, name: str, title: str, told: str) -> Markup:
    svg = svg[svg.index("<svg") :]
    svg = re.sub(r"<(metadata|style)\b.*?</\1>", "", svg, flags=re.DOTALL)
    svg = re.sub(r'(\bid="|url\(#|href="#)', rf"\1{name}-", svg)  # ids are the whole page's
    svg = re.sub(r'^<svg [^>]*?(viewBox="[^"]*")[^>]*>', rf"<svg \1 {_named(name)}>", svg)
    for colour, variable in VARIABLES.items():
        svg = svg.replace(colour, variable)
    words = f'<title id="{name}-title">{escape(title)}</title>'
    words += f'<desc id="{name}-desc">{escape(told)}</desc>'
    return Markup(svg.replace(">", f">{words}", 1))  # noqa: S704 - matplotlib escapes its texts


def _named(name: str) -> str:
    return (
        'xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" '
        f'role="img" aria-labelledby="{name}-title {name}-desc"'
    )
