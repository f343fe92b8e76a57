"""What OCR reads: how much of the truth stands in its words, at what resolution, how fast.

python tests/benchmarks/ocr.py gold GOLD... [--engine auto|tesseract|rapidocr] [--limit 5]
python tests/benchmarks/ocr.py curve samples/invoices/*.pdf [--engine …]
python tests/benchmarks/ocr.py text FOLDER...      # text pages a second over PyMuPDF's own

`gold`: the share of labelled values that are printed on pages by their OCR: the ceiling for what
can be extracted. `curve`: pages with text are drawn, turned a little and made noisy; the share of
their words that come back. Seconds are of the processor, so other programs count little.
"""

from __future__ import annotations

import argparse
import gc
import json
import resource
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))

RESOLUTIONS = (100, 150, 200, 300)
TURNS = (0.0, 1.5)
NOISE = 12.0
"""Standard deviation of the brightness, of 255."""
REPEATS = 3


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("what", choices=("gold", "curve", "text"))
    parser.add_argument("paths", nargs="+")
    parser.add_argument("--engine", choices=("auto", "tesseract", "rapidocr"), default="auto")
    parser.add_argument("--limit", type=int, help="documents of each path")
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    rows = {"gold": gold, "curve": curve, "text": text}[given.what](given)
    found = []
    for row in rows:
        found.append(row)
        if not given.json:
            print("  ".join(f"{name} {_shown(value)}" for name, value in row.items()), flush=True)  # noqa: T201
    if given.json:
        print(json.dumps(found, indent=2))  # noqa: T201


def _shown(value: object) -> str:
    return f"{value:.3f}" if isinstance(value, float) else str(value)


def gold(given: argparse.Namespace) -> Iterator[dict[str, Any]]:
    """Yield for each set of gold how much of it OCR reads."""
    from extractors.judging.printed import PrintedValues  # noqa: PLC0415
    from flows.evaluate.gold import read_gold  # noqa: PLC0415

    for path in given.paths:
        values = found = pages = 0
        spent = 0.0
        for each in read_gold((path,))[: given.limit]:
            began = _cpu_s()
            document = _recognised(Path(each.source).read_bytes(), given.engine)
            spent += _cpu_s() - began
            pages += len(document.pages)
            printed = PrintedValues(document)
            for kind, value in _labelled(each):
                values += 1
                found += printed.find(kind, value) is not None
        yield {
            "gold": Path(path).name,
            "engine": given.engine,
            "values": values,
            "stand in the text": found / max(values, 1),
            "pages": pages,
            "cpu s a page": spent / max(pages, 1),
        }


def _labelled(each: Any) -> Iterator[tuple[Any, Any]]:
    from schemas.catalogue import find_type  # noqa: PLC0415
    from schemas.record import leaves_of  # noqa: PLC0415

    for leaf in leaves_of(find_type(each.type_given).record):
        name, listed, own = leaf.path.partition("[].")
        rows = each.record.lists.get(name, ()) if listed else ()
        values = [row.get(own) for row in rows] if listed else [each.record.fields.get(leaf.path)]
        yield from ((leaf.kind, value) for value in values if value is not None)


def curve(given: argparse.Namespace) -> Iterator[dict[str, Any]]:
    """Yield by resolution and turn how many of the words of pages come back."""
    from extractors.read import read_document  # noqa: PLC0415

    for dpi in RESOLUTIONS:
        for degrees in TURNS:
            words = same = pages = 0
            spent = 0.0
            for path in given.paths[: given.limit]:
                data = Path(path).read_bytes()
                truth = [word.text for word in read_document(data).pages[0].words]
                if not truth:
                    continue
                scan = _scan(data, dpi, degrees)
                began = _cpu_s()
                read = [word.text for word in _recognised(scan, given.engine).pages[0].words]
                spent += _cpu_s() - began
                pages += 1
                words += len(truth)
                same += _alike(truth, read)
            yield {
                "dpi": dpi,
                "turned": degrees,
                "engine": given.engine,
                "pages": pages,
                "words right": same / max(words, 1),
                "cpu s a page": spent / max(pages, 1),
            }


def _alike(truth: Sequence[str], read: Sequence[str]) -> int:
    """Return how many words of the truth are among those read, each once."""
    from collections import Counter  # noqa: PLC0415

    return sum((Counter(truth) & Counter(read)).values())


def _scan(data: bytes, dpi: int, degrees: float) -> bytes:
    """Return the first page as a scan: drawn, turned, noisy, as a JPEG in a PDF."""
    import io  # noqa: PLC0415

    import numpy as np  # noqa: PLC0415
    import pymupdf  # noqa: PLC0415
    from PIL import Image  # noqa: PLC0415

    with pymupdf.open(stream=data, filetype="pdf") as opened:
        drawn = opened[0].get_pixmap(dpi=dpi, colorspace=pymupdf.csGRAY)
        picture = Image.frombytes("L", (drawn.width, drawn.height), drawn.samples)
    picture = picture.rotate(-degrees, Image.Resampling.BICUBIC, fillcolor=255)
    noise = np.random.default_rng(0).normal(0, NOISE, (picture.height, picture.width))
    noisy = np.clip(np.asarray(picture, float) * 0.92 + noise, 0, 255).astype(np.uint8)
    written = io.BytesIO()
    Image.fromarray(noisy).save(written, "JPEG", quality=80, dpi=(dpi, dpi))
    with pymupdf.open() as made:
        page = made.new_page(width=picture.width * 72 / dpi, height=picture.height * 72 / dpi)
        page.insert_image(page.rect, stream=written.getvalue())
        return bytes(made.tobytes())


def _recognised(data: bytes, name: str) -> Any:
    from extractors.ocr.choice import open_engine, open_second, why_none  # noqa: PLC0415
    from extractors.ocr.page import recognise_page  # noqa: PLC0415
    from extractors.read import read_document  # noqa: PLC0415

    engine = open_engine(name)  # type: ignore[arg-type]
    if engine is None:
        sys.exit(why_none(name))  # type: ignore[arg-type]
    second = open_second(name)  # type: ignore[arg-type]
    document = read_document(data)
    pages = [
        recognise_page(data, page.number, engine, second) if page.problem else page
        for page in document.pages
    ]
    return document.model_copy(update={"pages": tuple(pages)})


def text(given: argparse.Namespace) -> Iterator[dict[str, Any]]:
    """Yield how fast text pages are read, and how that stands to PyMuPDF's own words.

    Without the garbage collector for both, as the processes that read switch it off.
    """
    import pymupdf  # noqa: PLC0415

    from extractors.read import read_document  # noqa: PLC0415

    files = [file for path in given.paths for file in sorted(Path(path).rglob("*.pdf"))]
    held = [file.read_bytes() for file in files[: given.limit]]

    def theirs() -> int:
        pages = 0
        for data in held:
            with pymupdf.open(stream=data, filetype="pdf") as opened:
                pages += sum(bool(page.get_text("words")) or True for page in opened)
        return pages

    theirs()
    for _ in range(REPEATS):
        gc.collect()
        gc.disable()
        began = time.process_time()
        pages = theirs()
        between = time.process_time()
        for data in held:
            read_document(data)
        ended = time.process_time()
        gc.enable()
        yield {
            "pages": pages,
            "PyMuPDF pages/s": pages / (between - began),
            "papersift pages/s": pages / (ended - between),
            "ratio": (between - began) / (ended - between),
        }


def _cpu_s() -> float:
    """Return the seconds of this process and of those that it started."""
    spent = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(each.ru_utime + each.ru_stime for each in spent)


if __name__ == "__main__":
    main()
