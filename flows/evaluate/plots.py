"""The report's plots as inline SVG, whose colours and typeface are the page's own.

matplotlib writes its colours into the SVG; those used here stand for variables of the page's style
sheet and are replaced by them, so that one plot is readable on light and on dark ground.
"""

from __future__ import annotations

import io
import re
import warnings
from collections.abc import Callable, Sequence
from functools import wraps
from typing import TYPE_CHECKING, Any, ParamSpec

from markupsafe import Markup, escape

from flows.evaluate.reliability import Bin
from schemas.evaluation import Share

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

INK, MUTED, LINE, ACCENT = "#010203", "#040506", "#070809", "#0a0b0c"
VARIABLES = {INK: "var(--ink)", MUTED: "var(--muted)", LINE: "var(--line)", ACCENT: "var(--accent)"}
"""What each colour becomes."""
WIDTH_IN = 5.2
"""On a phone nearly as wide as its screen, so that the text keeps its size."""
HEIGHT_IN = 3.0
ROW_IN = 0.27
"""A field's row."""
MOST_BINS = 24
"""Of the histogram."""
STYLE: dict[Any, Any] = {
    "svg.fonttype": "none",  # text stays text
    "svg.hashsalt": "papersift",  # the same evaluation gives the same file
    "text.parse_math": False,  # a name with $ in it is no formula
    "font.size": 11,
    "axes.edgecolor": LINE,
    "axes.labelcolor": MUTED,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.axisbelow": True,
    "grid.color": LINE,
    "grid.linewidth": 0.6,
    "text.color": INK,
    "xtick.color": LINE,
    "xtick.labelcolor": MUTED,
    "ytick.color": LINE,
    "ytick.labelcolor": INK,
}


P = ParamSpec("P")


def _styled(plot: Callable[P, Markup]) -> Callable[P, Markup]:
    """Draw with STYLE, and leave matplotlib's own settings as they are."""

    @wraps(plot)
    def styled(*args: P.args, **kwargs: P.kwargs) -> Markup:
        from matplotlib import rc_context  # noqa: PLC0415 - half a second to import

        with rc_context(STYLE):
            return plot(*args, **kwargs)

    return styled


@_styled
def field_plot(rows: Sequence[tuple[str, Share]], name: str) -> Markup:
    """Return the share right of each field, with its interval; `name` tells plots apart."""
    figure, axes = _figure(height=0.9 + ROW_IN * len(rows))
    places = range(len(rows))
    shares = [share for _, share in rows]
    _whiskers(axes, shares, places, flat=True)
    axes.set_yticks(list(places), [field for field, _ in rows])
    axes.set_ylim(len(rows) - 0.5, -0.5)
    axes.set_xlim(-0.02, 1.02)
    axes.xaxis.set_major_formatter(_percent)
    axes.set_xlabel("share right, with its 95 % interval")
    axes.grid(axis="x")
    axes.tick_params(length=0)
    told = "; ".join(f"{field} {each.share:.0%}" for field, each in rows)
    return _svg(figure, name, "Share right per field", told)


@_styled
def reliability_plot(bins: Sequence[Bin]) -> Markup:
    """Return the share right against the confidence, with how many answers each bin holds."""
    figure, axes = _figure(height=1.25 * HEIGHT_IN)
    axes.plot([0, 1], [0, 1], color=MUTED, linewidth=1, linestyle=(0, (4, 4)))
    _whiskers(axes, [each.right for each in bins], [each.confidence for each in bins], flat=False)
    for each in bins:
        axes.annotate(
            f"{each.right.of:,.0f}",
            (each.confidence, each.right.high),
            xytext=(0, 4),
            textcoords="offset points",
            ha="center",
            fontsize=9,
            color=MUTED,
        )
    axes.set_xlim(-0.03, 1.03)
    axes.set_ylim(-0.03, 1.09)
    axes.xaxis.set_major_formatter(_percent)
    axes.yaxis.set_major_formatter(_percent)
    axes.set_yticks([0, 0.25, 0.5, 0.75, 1])
    axes.set_xticks([0, 0.25, 0.5, 0.75, 1])
    axes.set_xlabel("confidence; the numbers count answers")
    axes.set_ylabel("share right")
    axes.grid()
    told = "; ".join(
        f"confidence {each.low:.0%} to {each.high:.0%}: {each.right.share:.0%} of "
        f"{each.right.of:,.0f} right"
        for each in bins
    )
    return _svg(figure, "reliability", "Confidence against share right", told)


@_styled
def seconds_plot(seconds: Sequence[float], median: float) -> Markup:
    """Return how many documents took how long."""
    from matplotlib.ticker import MaxNLocator  # noqa: PLC0415

    figure, axes = _figure()
    axes.hist(seconds, bins=min(MOST_BINS, max(6, len(seconds) // 2)), color=ACCENT, rwidth=0.9)
    axes.axvline(median, color=INK, linewidth=1.2)
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
    told = f"{len(seconds)} documents, {min(seconds):.1f} to {max(seconds):.1f} s, "
    return _svg(figure, "seconds", "Seconds a document", f"{told}median {median:.1f} s")


@_styled
def pages_plot(rows: Sequence[tuple[str, Share]]) -> Markup:
    """Return the share right of documents with so many pages."""
    figure, axes = _figure()
    _whiskers(axes, [share for _, share in rows], range(len(rows)), flat=False)
    axes.set_xticks(range(len(rows)), [name for name, _ in rows])
    axes.set_xlim(-0.5, len(rows) - 0.5)
    axes.set_ylim(-0.03, 1.05)
    axes.yaxis.set_major_formatter(_percent)
    axes.set_ylabel("share right, with its 95 % interval")
    axes.grid(axis="y")
    told = "; ".join(f"{name}: {each.share:.0%}" for name, each in rows)
    return _svg(figure, "pages", "Share right by number of pages", told)


def _figure(height: float = HEIGHT_IN) -> tuple[Figure, Axes]:
    from matplotlib.figure import Figure  # noqa: PLC0415

    figure = Figure(figsize=(WIDTH_IN, height), layout="constrained")
    return figure, figure.subplots()


def _whiskers(axes: Axes, shares: Sequence[Share], places: Sequence[float], *, flat: bool) -> None:
    """Draw dots with their intervals, along x if `flat`, else along y."""
    middles = [each.share for each in shares]
    reach = [
        [max(0.0, each.share - each.low) for each in shares],
        [max(0.0, each.high - each.share) for each in shares],
    ]
    style: dict[str, Any] = {
        "fmt": "o",
        "color": ACCENT,
        "markersize": 6,
        "elinewidth": 1.6,
        "capsize": 3,
        "clip_on": False,
    }
    if flat:
        axes.errorbar(middles, list(places), xerr=reach, **style)
    else:
        axes.errorbar(list(places), middles, yerr=reach, **style)


def _percent(value: float, _: float) -> str:
    return f"{value:.0%}"


def _svg(figure: Figure, name: str, title: str, told: str) -> Markup:
    """Return the figure as an SVG element that says in words what it shows."""
    file = io.StringIO()
    with warnings.catch_warnings():  # the browser has the characters that matplotlib's font lacks
        warnings.simplefilter("ignore", UserWarning)
        figure.savefig(file, format="svg", metadata={"Date": None}, transparent=True)
    svg = file.getvalue()
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
