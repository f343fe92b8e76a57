"""Measure how long a person waits for a page on the review page.

For each document: the first picture with the words at the same time, in fresh processes and in warm
ones; the next page; a document that was prepared; and a picture that is kept. Each is also given as
a ratio to what PyMuPDF alone takes to open the file and draw the same page in this run, so that
machines can be compared. The picture is a PNG here, and pixels there.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median

from rich.console import Console
from rich.table import Table

from flows.pictures import DPI, Pictures
from schemas.errors import DocumentError

SAMPLES = Path(__file__).parents[2] / "samples"
GOAL_MS = 300.0
"""For the first picture in warm processes; more is felt as waiting."""
COLD = 5
"""Documents for which fresh processes are started; they take a third of a second each."""
WARM_S = 2.0
"""Until the processes are started and have drawn something."""
EXAMPLE = """\
examples:
  python tests/benchmarks/review_pictures.py
  python tests/benchmarks/review_pictures.py invoices/ --dpi 200 --json pictures.json
"""


@dataclass(frozen=True)
class Paper:
    """A document, with what PyMuPDF alone takes for its first two pages."""

    source: str
    id: str
    pages: int
    first_ms: float
    next_ms: float | None
    """None: it has one page."""


@dataclass(frozen=True)
class Wait:
    """How long a person waits for something."""

    name: str
    ms: tuple[float, ...]
    ratios: tuple[float, ...]
    """To PyMuPDF's own time for the same page, in the order of `ms`."""
    bytes: tuple[int, ...]


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, print the table, write the JSON file if one is asked for."""
    given = _parser().parse_args(arguments)
    console = Console(stderr=True)
    papers = tuple(_papers(given.folder or [SAMPLES], given.dpi, console))[: given.most]
    if not papers:
        console.print("There is no document that can be drawn.", style="red")
        return 2
    waits = tuple(_waits(papers, given.dpi))
    Console().print(_table(waits, len(papers), given.dpi))
    if given.json:
        found = {"dpi": given.dpi, "papers": len(papers), "waits": [asdict(w) for w in waits]}
        given.json.write_text(f"{json.dumps(found, indent=1)}\n", encoding="utf-8")
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        description=__doc__, epilog=EXAMPLE, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "folder", nargs="*", type=Path, help="folders of documents, or documents (the samples)"
    )
    parser.add_argument("--dpi", type=int, default=DPI, help="of the pictures (%(default)s)")
    parser.add_argument("--most", type=int, default=100, help="documents (%(default)s)")
    parser.add_argument("--json", type=Path, metavar="PATH", help="write all figures")
    return parser


def _papers(folders: Sequence[Path], dpi: int, console: Console) -> Iterator[Paper]:
    """Yield each document once, drawn by PyMuPDF alone after one that isn't timed."""
    # not above: fresh processes load this file, and are timed
    import pymupdf  # noqa: PLC0415

    from extractors.files import SUFFIXES, document_id  # noqa: PLC0415

    found = (each for folder in folders for each in sorted([folder, *folder.rglob("*")]))
    names: set[str] = set()
    for path in found:
        if path.suffix.lower() not in SUFFIXES or not path.is_file():
            continue
        name = document_id(path.read_bytes())
        if name in names:
            continue
        names.add(name)
        try:
            _alone(path, dpi)
            yield Paper(str(path), name, *_alone(path, dpi))
        except (RuntimeError, ValueError, pymupdf.mupdf.FzErrorBase) as error:
            console.print(f"{path} is left out: {error}", highlight=False)


def _alone(path: Path, dpi: int) -> tuple[int, float, float | None]:
    """Return how many pages there are, and milliseconds for the first and the second."""
    import pymupdf  # noqa: PLC0415

    begun = time.perf_counter()
    with pymupdf.open(path) as opened:
        opened[0].get_pixmap(dpi=dpi)
        first = _since(begun)
        if len(opened) == 1:
            return 1, first, None
        begun = time.perf_counter()
        opened[1].get_pixmap(dpi=dpi)
        return len(opened), first, _since(begun)


def _waits(papers: Sequence[Paper], dpi: int) -> Iterator[Wait]:
    cold = []
    for paper in papers[:COLD]:
        with Pictures() as pictures:
            cold.append((_first(pictures, paper, dpi), paper.first_ms))
    yield _wait("first page and words, cold", cold)
    with Pictures() as pictures:
        _warm(pictures)
        yield _wait(
            "first page and words", [(_first(pictures, p, dpi), p.first_ms) for p in papers]
        )
        yield _wait(
            "next page",
            [(_page(pictures, p, 2, dpi), p.next_ms) for p in papers if p.next_ms is not None],
        )
        last = papers[-4:]  # an earlier one may have given way to these
        yield _wait("first page again", [(_page(pictures, p, 1, dpi), p.first_ms) for p in last])
    with Pictures() as pictures:
        _warm(pictures)
        prepared = []
        for paper in papers:
            pictures.ahead((paper.source,), paper.id, dpi=dpi)
            while pictures.preparing:
                time.sleep(0.01)
            prepared.append((_first(pictures, paper, dpi), paper.first_ms))
        yield _wait("first page and words, prepared", prepared)


def _warm(pictures: Pictures) -> None:
    pictures.warm_up()
    time.sleep(WARM_S)


Drawn = tuple[float, int]
"""Milliseconds and bytes."""


def _first(pictures: Pictures, paper: Paper, dpi: int) -> Drawn:
    """Ask for the first page and the words at once, as the review page does; wait for both."""
    with ThreadPoolExecutor(1) as threads:
        begun = time.perf_counter()
        words = threads.submit(_or_nothing, lambda: pictures.document((paper.source,), paper.id))
        png = pictures.picture((paper.source,), paper.id, 1, dpi)
        words.result()
        return _since(begun), len(png)


def _page(pictures: Pictures, paper: Paper, page: int, dpi: int) -> Drawn:
    begun = time.perf_counter()
    png = pictures.picture((paper.source,), paper.id, page, dpi)
    return _since(begun), len(png)


def _or_nothing(read: Callable[[], object]) -> None:
    """Read; what can be drawn may still have no words that can be read."""
    try:
        read()
    except DocumentError:
        return


def _since(begun: float) -> float:
    return (time.perf_counter() - begun) * 1000


def _wait(name: str, drawn: Sequence[tuple[Drawn, float]]) -> Wait:
    return Wait(
        name=name,
        ms=tuple(ms for (ms, _), _ in drawn),
        ratios=tuple(ms / alone for (ms, _), alone in drawn),
        bytes=tuple(size for (_, size), _ in drawn),
    )


def _table(waits: Sequence[Wait], papers: int, dpi: int) -> Table:
    table = Table(
        title=f"{papers} documents at {dpi} dpi, medians; goal {GOAL_MS:.0f} ms",
        title_justify="left",
    )
    table.add_column("waiting for", no_wrap=True)
    for name in ("times", "ms", "worst", "ratio", "worst", "kB"):
        table.add_column(name, justify="right")
    for wait in waits:
        if not wait.ms:
            continue
        figures = (median(wait.ms), max(wait.ms), median(wait.ratios), max(wait.ratios))
        table.add_row(
            wait.name,
            str(len(wait.ms)),
            *(f"{each:.1f}" for each in figures),
            f"{median(wait.bytes) / 1000:.0f}",
        )
    return table


if __name__ == "__main__":
    sys.exit(main())
