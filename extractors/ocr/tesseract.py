"""Tesseract: the program of that name, given a picture and asked for words with their boxes."""

from __future__ import annotations

import csv
import os
import shutil
import subprocess
from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import cache

from extractors.ocr.engine import EngineError, Seen
from extractors.ocr.picture import Pixels, letters_of

PROGRAM = "tesseract"
TIMEOUT_S = 90.0
"""For one picture; a page takes one to five seconds."""
NO_LANGUAGES = frozenset({"osd", "equ", "snum"})
"""Data files that are no language."""
WORD_LEVEL = 5
"""Of a row of Tesseract's table: a word; 1 to 4 are page, block, paragraph and line."""
AS_PAGE, SPARSE = "3", "11"
"""Ways of finding text: by analysing the page's layout, which leaves out what stands alone, such as
the amounts of a receipt; and all there is, which takes figures apart. So what the first one leaves
is looked for by the second."""
PLAIN = 0.3
"""What is less sure at first sight is looked for again."""
LEFT = 6
"""Spots like letters that must be left for that."""
MARGIN_PX = 2
"""Painted over around a word."""


class Tesseract:
    """Tesseract with the languages that are installed, or those that are named."""

    name = "tesseract"

    def __init__(self, languages: str = "") -> None:
        """Start nothing yet; `languages` are joined by `+`, as Tesseract names them."""
        self._languages = languages

    def see(self, picture: Pixels) -> list[Seen]:
        """Return the words of a picture.

        Raises:
            EngineError: Tesseract failed, or took too long.
        """
        first = [each for each in self._words(picture, AS_PAGE) if each.confidence >= PLAIN]
        left = _without(picture, first)
        if len(letters_of(left)) < LEFT:
            return first
        lines = 1 + max((each.line for each in first), default=0)
        more = [replace(each, line=each.line + lines) for each in self._words(left, SPARSE)]
        return first + more

    def _words(self, picture: Pixels, mode: str) -> list[Seen]:
        height, width = picture.shape
        given = b"P5 %d %d 255\n" % (width, height) + picture.tobytes()
        languages = self._languages or installed_languages()
        if not languages:
            raise EngineError("has no language: install one, such as tesseract-ocr-eng")
        # the resolution is only a hint, and without one it warns and guesses
        options = ("-l", languages, "--psm", mode, "--dpi", "300", "tsv")
        return list(_words_in(_run(("stdin", "stdout", *options), given)))


def is_installed() -> bool:
    """Say whether there is a program of that name."""
    return shutil.which(PROGRAM) is not None


@cache
def installed_languages() -> str:
    """Return the languages that Tesseract has, joined by `+`; English comes first."""
    listed = _run(("--list-langs",)).splitlines()[1:]
    names = {each.strip() for each in listed} - NO_LANGUAGES - {""}
    plain = {each for each in names if "/" not in each}  # a folder has scripts
    return "+".join(sorted(plain, key=lambda name: (name != "eng", name)))


def _run(options: tuple[str, ...], given: bytes = b"") -> str:
    # one thread: its threads gain little, and pages are read beside each other
    env = {**os.environ, "OMP_THREAD_LIMIT": "1"}
    try:
        done = subprocess.run(  # noqa: S603 - a fixed program; no part of a document is an argument
            (PROGRAM, *options),
            check=False,
            input=given,
            capture_output=True,
            timeout=TIMEOUT_S,
            env=env,
        )
    except subprocess.TimeoutExpired as error:
        raise EngineError(f"took longer than {TIMEOUT_S:.0f} s and was given up") from error
    except OSError as error:
        raise EngineError(f"can't start {PROGRAM}: {error.strerror or error}") from error
    if done.returncode:
        said = done.stderr.decode(errors="replace").strip().splitlines()
        raise EngineError(f"failed: Tesseract said {said[-1] if said else done.returncode!r}")
    return done.stdout.decode(errors="replace")


def _without(picture: Pixels, seen: Iterable[Seen]) -> Pixels:
    """Return the picture with the words painted over."""
    left = picture.copy()
    for each in seen:
        top, start = max(0, int(each.y0) - MARGIN_PX), max(0, int(each.x0) - MARGIN_PX)
        left[top : int(each.y1) + MARGIN_PX, start : int(each.x1) + MARGIN_PX] = 255
    return left


def _words_in(table: str) -> Iterator[Seen]:
    lines: dict[tuple[str, ...], int] = {}
    for row in csv.DictReader(table.splitlines(), delimiter="\t", quoting=csv.QUOTE_NONE):
        text = row["text"].strip() if row["text"] else ""
        if int(row["level"]) != WORD_LEVEL or not text:
            continue
        left, top = float(row["left"]), float(row["top"])
        key = (row["block_num"], row["par_num"], row["line_num"])
        yield Seen(
            text=text,
            x0=left,
            y0=top,
            x1=left + float(row["width"]),
            y1=top + float(row["height"]),
            confidence=max(0.0, float(row["conf"])) / 100,
            line=lines.setdefault(key, len(lines)),
        )
