"""What a run is called: "42 invoices from inbox"."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import PurePosixPath


def batch_name(sources: Sequence[str], type_name: str | None) -> str:
    """Return the name of a run over these documents."""
    if len(sources) == 1:
        return f"{type_words(type_name, 1)} {_parts(sources[0])[-1]}"
    words = type_words(type_name, len(sources))
    if not sources:
        return f"no {words}"
    folders = {_parts(source)[:-1] for source in sources}
    return f"{len(sources)} {words} from {_place(folders)}"


def place_of(paths: Sequence[str]) -> str:
    """Return where paths lead, in a word or two: the name of the folder, file or prefix."""
    names = list(dict.fromkeys(_parts(path)[-1] for path in paths if _parts(path)))
    if not names:
        return "here"
    return names[0] if len(names) == 1 else f"{names[0]} and {len(names) - 1} more"


def type_words(type_name: str | None, count: int) -> str:
    """Return what documents of a type, given by its name or file, are called."""
    if not type_name:
        return "document" if count == 1 else "documents"
    name = PurePosixPath(type_name.replace("\\", "/")).name.removesuffix(".md").replace("_", " ")
    if count == 1:
        return name
    if name.endswith("y") and name[-2:-1] not in "aeiou":
        return f"{name[:-1]}ies"
    return f"{name}es" if name.endswith(("s", "x", "z", "ch", "sh")) else f"{name}s"


def _place(folders: set[tuple[str, ...]]) -> str:
    """Return the name of the innermost folder that holds all these."""
    common: list[str] = []
    for parts in zip(*folders, strict=False):
        if len(set(parts)) > 1:
            break
        common.append(parts[0])
    named = [part for part in common if part not in ("/", ".", "..")]
    return named[-1] if named else f"{len(folders)} folders" if len(folders) > 1 else "here"


def _parts(path: str) -> tuple[str, ...]:
    """Return the parts of a path or address, without what comes before `://`."""
    return PurePosixPath(path.partition("://")[2] or path.replace("\\", "/")).parts
