"""A folder of gold that papersift wrote, and remembers to have written.

    DIR/invoice/scan-17-1b2c3d4e.json    the gold
    DIR/invoice/scan-17-1b2c3d4e.pdf     its document
    DIR/.papersift-gold.json             what was written here, with its SHA-256

What somebody else wrote or changed here is never touched.
"""

from __future__ import annotations

import hashlib
import re
import shutil
import unicodedata
from collections.abc import Iterator, Sequence
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Self

from pydantic import BaseModel, Field, ValidationError

from extractors.files import MAGIC, SUFFIXES
from flows.evaluate.gold import TRUTH
from schemas.errors import InputError, PathError

NOTES = ".papersift-gold.json"
"""Reading gold passes over names that begin with a point."""
NAME = r"[A-Za-z0-9_-]+"
OTHERS = re.compile(r"[^A-Za-z0-9_-]+")
"""Never in a name of ours: what stands in a name of a document must not lead anywhere."""
LONGEST = 60
"""Characters of a document's own name in ours."""
DIGITS = 8
"""Of the document's id in a name."""


class Change(StrEnum):
    """What writing a gold file came to."""

    ADDED = "added"
    UPDATED = "updated"
    UNCHANGED = "unchanged"
    LEFT = "left"
    """Somebody else wrote or changed it."""


InFolder = Annotated[str, Field(pattern=rf"^{NAME}/{NAME}\.json$")]
Beside = Annotated[str, Field(pattern=rf"^({NAME}\.[a-z]+)?$")]


class Note(BaseModel, frozen=True):
    """A gold file that was written here."""

    store: str
    """Id of the store that it came from."""
    document_id: str
    type_name: str
    document: Beside = ""
    """Name of the document beside it; empty before it's written."""
    sha256: str = ""
    """Of the gold file; empty before it's written."""


class _Notes(BaseModel):
    files: dict[InFolder, Note] = {}
    """By the path of the gold file in the folder, with `/`."""


class Missing(Exception):
    """A document's bytes can't be had; the text says why."""


class GoldFolder:
    """A folder to write gold to; `save` at the end, whatever happened."""

    def __init__(self, folder: Path, notes: _Notes) -> None:
        """Use `GoldFolder.open`."""
        self._folder = folder
        self._notes = notes
        self._paths = {(each.document_id, each.type_name): at for at, each in notes.files.items()}

    @classmethod
    def open(cls, folder: Path) -> Self:
        """Open a folder; it is made with the first file.

        Raises:
            InputError: it holds gold in another form, which would hide this.
            PathError: it is no folder, or what is noted in it can't be read.
        """
        if folder.exists() and not folder.is_dir():
            raise PathError(f"{str(folder)!r} is no folder. Choose another one for the gold.")
        _refuse_truth(folder)
        try:
            text = (folder / NOTES).read_text(encoding="utf-8")
        except FileNotFoundError:
            return cls(folder, _Notes())
        except (OSError, UnicodeDecodeError) as error:
            raise PathError(f"{str(folder / NOTES)!r} can't be read: {error}.") from error
        try:
            return cls(folder, _Notes.model_validate_json(text))
        except ValidationError as error:
            raise PathError(
                f"{str(folder / NOTES)!r} isn't as papersift wrote it. If you remove it, gold that "
                "differs from what is to be written stays as it is."
            ) from error

    def save(self) -> None:
        """Note what was written."""
        path = self._folder / NOTES
        if self._notes.files or path.exists():
            files = dict(sorted(self._notes.files.items()))
            _write(path, _Notes(files=files).model_dump_json(indent=1).encode())

    def noted(self, store: str) -> Iterator[tuple[str, Note]]:
        """Yield what a store's records were written to, by the path in the folder."""
        yield from [each for each in self._notes.files.items() if each[1].store == store]

    def name_for(self, document_id: str, type_name: str, source: str) -> str:
        """Return the path of a document's gold in the folder: the one that it has, else a new one.

        It is made of a few plain characters of the type's and the document's name and of the
        document's id: it always lies in the folder.
        """
        known = self._paths.get((document_id, type_name))
        if known is not None:
            return known
        stem = _safe(Path(source.replace("\\", "/")).stem)
        start = f"{stem}-" if stem else ""
        return f"{_safe(type_name) or 'type'}/{start}{document_id[:DIGITS]}.json"

    def put(self, path: str, note: Note, gold: bytes, sources: Sequence[str]) -> Change:
        """Write a document's gold and, from where it still lies unchanged, the document.

        Args:
            path: of the gold file in the folder.
            note: what to note of it.
            gold: the file's content.
            sources: paths of the document.

        Raises:
            Missing: the document is nowhere as it was.
            InputError: the folder holds gold in another form.
        """
        file = self._folder / path
        _refuse_truth(file.parent)
        before = self._notes.files.get(path)
        there = _content(file)
        if there is not None and there != gold and not _is_ours(there, before):
            return Change.LEFT
        document, copied = self._document(file, note.document_id, sources)
        if there != gold:
            _write(file, gold)
        self._notes.files[path] = note.model_copy(
            update={"document": document, "sha256": hashlib.sha256(gold).hexdigest()}
        )
        if there is None:
            return Change.ADDED
        return Change.UPDATED if there != gold or copied else Change.UNCHANGED

    def remove(self, path: str) -> Change | None:
        """Take a gold file away with its document, if they are as they were written.

        Return None where it was removed, or was gone already.
        """
        note = self._notes.files[path]
        file = self._folder / path
        there = _content(file)
        if there is not None and not _is_ours(there, note):
            return Change.LEFT
        document = file.with_name(note.document)
        file.unlink(missing_ok=True)
        if _sha256(document) == note.document_id:
            document.unlink()
        if file.parent.is_dir() and not any(file.parent.iterdir()):
            file.parent.rmdir()
        del self._notes.files[path]
        return None

    def _document(self, file: Path, document_id: str, sources: Sequence[str]) -> tuple[str, bool]:
        """Have the document beside its gold; return its name, and whether it was copied now."""
        before = self._notes.files.get(file.relative_to(self._folder).as_posix())
        beside = [file.with_suffix(suffix) for suffix in sorted(SUFFIXES)]
        beside = [each for each in beside if each.exists()]
        for each in beside:
            if _sha256(each) == document_id:
                return each.name, False
        others = [each.name for each in beside if before is None or each.name != before.document]
        if others:
            raise Missing(f"another document lies at {file.with_name(others[0])}")
        why = "it was found nowhere"
        for source in sources:
            if "://" in source:
                why = f"it lies at an address, which can't be copied: {source}"
                continue
            lies = Path(source)
            try:
                is_it = _sha256(lies) == document_id
            except OSError as error:
                why = f"its file can't be read: {error.strerror or error}: {source}"
                continue
            copied = _copy(lies, file, document_id) if is_it else None
            if copied is not None:
                return copied, True
            why = f"its file {'has changed' if lies.exists() else 'is gone'}: {source}"
        raise Missing(why)


def _refuse_truth(folder: Path) -> None:
    if (folder / TRUTH).exists():
        raise InputError(
            f"The folder {str(folder)!r} has a {TRUTH}, and then nothing else in it counts as "
            "gold. Choose another folder."
        )


def _copy(source: Path, file: Path, document_id: str) -> str | None:
    """Copy a document beside its gold; return its name, None if it was changed meanwhile."""
    target = file.with_suffix(_suffix(source))
    part = target.with_name(f".{target.name}.part")
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        shutil.copyfile(source, part)
        if _sha256(part) != document_id:
            return None
        part.replace(target)
    finally:
        part.unlink(missing_ok=True)
    return target.name


def _suffix(source: Path) -> str:
    """Return the ending by which gold finds its document."""
    if source.suffix.lower() in SUFFIXES:
        return source.suffix.lower()
    with source.open("rb") as file:
        begins = file.read(16)
    return next((f".{name}" for magic, name in MAGIC.items() if begins.startswith(magic)), ".pdf")


def _safe(name: str) -> str:
    """Return a name in letters, digits, `_` and `-` alone; empty if it has none of them."""
    folded = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    return OTHERS.sub("-", folded).strip("-")[:LONGEST].rstrip("-")


def _is_ours(content: bytes, note: Note | None) -> bool:
    return note is not None and hashlib.sha256(content).hexdigest() == note.sha256


def _content(file: Path) -> bytes | None:
    return file.read_bytes() if file.is_file() else None


def _sha256(file: Path) -> str | None:
    if not file.is_file():  # reading a pipe might never end
        return None
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()


def _write(path: Path, content: bytes) -> None:
    """Write a file whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".{path.name}.part")
    try:
        part.write_bytes(content)
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
