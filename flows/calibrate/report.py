"""Write a calibration as one HTML file that needs nothing else, and its plots as pictures.

write_report(calibration, held_out, promises, Path("calibration.html"))
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping
from importlib.resources import files
from pathlib import Path

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from flows.calibrate.figures import TARGETS, figures
from flows.calibrate.plots import plots_of
from flows.calibrate.words import (
    SIGNALS,
    Answer,
    answer_of,
    bound_percent,
    leaf_answer_of,
    percent,
    what_it_rests_on,
)
from schemas.calibration import Calibration
from schemas.calibration_figures import CalibrationFigures
from schemas.errors import PathError
from schemas.held_out import HeldOut
from schemas.target import DEFAULT_ASSURANCE, Promise

Promises = Mapping[str, Promise]
"""By type."""
LeafPromises = Mapping[str, Mapping[str, Promise]]
"""By type, then by leaf."""


def write_report(
    calibration: Calibration,
    held_out: HeldOut,
    promises: Promises,
    path: Path,
    *,
    leaf_promises: LeafPromises | None = None,
) -> Path:
    """Write the report to `path`, and return that.

    Raises:
        PathError: the file can't be written.
    """
    numbers = figures_of(calibration, held_out, promises)
    html = _html(calibration, numbers, promises, leaf_promises or {})
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(html, encoding="utf-8", errors="replace")
    except OSError as error:
        raise PathError(f"The report {str(path)!r} can't be written: {error.strerror}.") from error
    return path


def write_pictures(
    calibration: Calibration, held_out: HeldOut, promises: Promises, folder: Path
) -> tuple[Path, ...]:
    """Write each plot of the report as a PNG into `folder`, and return their paths.

    Raises:
        PathError: a file can't be written.
    """
    plots = plots_of(figures_of(calibration, held_out, promises), promises).all
    written = []
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for plot in plots:
            path = folder / f"{plot.name}.png"
            path.write_bytes(plot.png())
            written.append(path)
    except OSError as error:
        raise PathError(
            f"Pictures can't be written to {str(folder)!r}: {error.strerror}."
        ) from error
    return tuple(written)


def figures_of(
    calibration: Calibration, held_out: HeldOut, promises: Promises
) -> CalibrationFigures:
    """Return the figures, with bounds at the assurance that the promises were asked at."""
    assurance = next((each.assurance for each in promises.values()), DEFAULT_ASSURANCE)
    return figures(held_out, calibration.evidence, assurance=assurance)


def answers_of(
    calibration: Calibration, promises: Promises, leaf_promises: LeafPromises | None = None
) -> tuple[Answer, ...]:
    """Return what can be promised, type by type, each with its leaves after it."""
    answers = []
    for name, promise in promises.items():
        evidence = calibration.of_type(name)
        answers.append(answer_of(name, promise, evidence))
        for leaf, each in (leaf_promises or {}).get(name, {}).items():
            answers.append(leaf_answer_of(name, leaf, each, evidence))
    return tuple(answers)


def _html(
    calibration: Calibration,
    numbers: CalibrationFigures,
    promises: Promises,
    leaf_promises: LeafPromises,
) -> str:
    script = _text("flows.evaluate", "report.js")
    style = _text("flows.evaluate", "report.css") + _text("flows.calibrate", "calibration.css")
    return (
        _environment()
        .get_template("calibration.html.j2")
        .render(
            calibration=calibration,
            figures=numbers,
            answers=answers_of(calibration, promises, leaf_promises),
            plots=plots_of(numbers, promises),
            rests_on=what_it_rests_on(calibration),
            promises=promises,
            weights={each.term: each.weight for each in calibration.values.weights},
            empty_weights={each.term: each.weight for each in calibration.empties.weights},
            meanings=SIGNALS,
            targets=TARGETS,
            style=Markup(style),  # noqa: S704 - our own files
            script=Markup(script),  # noqa: S704
            script_hash=_hash(script),
        )
    )


def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("flows.calibrate", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=lambda value: value.replace(" %", "\u00a0%") if type(value) is str else value,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["percent"] = percent
    environment.filters["bound_percent"] = bound_percent
    environment.filters["interval"] = lambda share: (
        f"{100 * share.low:.0f}–{100 * share.high:.0f} %"
    )
    environment.filters["whole"] = lambda number: f"{number:,.0f}"
    return environment


def _text(package: str, name: str) -> str:
    return (files(package) / "templates" / name).read_text(encoding="utf-8")


def _hash(script: str) -> str:
    """Return what a Content-Security-Policy names a script by: no other one is run."""
    return f"sha256-{base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()}"
