"""Evaluations are kept for good, a file each: `eval/evaluations/20261123-150715-9f3a.json`."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from pydantic import ValidationError

from schemas.errors import InputError, PathError
from schemas.evaluation import Evaluation

FOLDER = "evaluations"
LAST = "last"
SECONDS = len("20261123-150715")
"""Of an id; which of two evaluations of one second is the later, their files say."""


def keep(evaluation: Evaluation, out: Path) -> Path:
    """Write an evaluation to its file, whole or not at all; return the file.

    Raises:
        PathError: the folder can't be written.
    """
    path = path_of(evaluation, out)
    beside = path.with_name(f".{path.name}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with beside.open("w", encoding="utf-8") as file:
            file.write(evaluation.model_dump_json(indent=1))
            file.flush()
            os.fsync(file.fileno())
        beside.replace(path)
    except OSError as error:
        raise PathError(
            f"The evaluation can't be kept in {str(path.parent)!r}: {error.strerror}. "
            "What was extracted is kept; mend it and run the same command again."
        ) from error
    return path


def path_of(evaluation: Evaluation, out: Path) -> Path:
    """Return the file of an evaluation."""
    return out / FOLDER / f"{evaluation.id}.json"


def kept(out: Path) -> Iterator[Evaluation]:
    """Yield all evaluations of an output folder, the latest first."""
    return (read(path) for path in _files(out))


def find(name: str, out: Path) -> Evaluation:
    """Return the evaluation that is called so: by its id or its beginning, `last`, or a path.

    Raises:
        InputError: there is none, or more than one.
    """
    if name.endswith(".json"):
        return read(Path(name))
    files = _files(out)
    if not files:
        raise InputError(f"There is no evaluation in {str(out)!r} yet. Run one without --against.")
    if name == LAST:
        return read(files[0])
    found = [file for file in files if file.stem.startswith(name)]
    if name in {file.stem for file in found}:
        found = [file for file in found if file.stem == name]
    if len(found) != 1:
        several = f"{len(found)} evaluations begin" if found else "No evaluation begins"
        raise InputError(
            f"{several} with {name!r}. See them all: papersift eval --list --out {out}"
        )
    return read(found[0])


def read(path: Path) -> Evaluation:
    """Read an evaluation's file.

    Raises:
        InputError: it can't be read, or it is none.
    """
    try:
        return Evaluation.model_validate_json(path.read_bytes())
    except OSError as error:
        raise PathError(f"The evaluation {str(path)!r} can't be read: {error.strerror}.") from error
    except ValidationError as error:
        raise InputError(
            f"{str(path)!r} is no evaluation, or one of another version of papersift."
        ) from error


def _files(out: Path) -> list[Path]:
    """Return the files of all evaluations, the latest first."""
    files = (out / FOLDER).glob("[!.]*.json")
    return sorted(files, key=lambda each: (each.stem[:SECONDS], each.stat().st_mtime_ns))[::-1]
