"""Read gold: records that a person labelled, beside the documents they belong to.

Two forms, told apart by their names:

    NAME.json beside NAME.pdf   {"doctype": "invoice", "record": {field: value or null}}
                                null: the document doesn't give the field
    truth.jsonl                 a line a document: {"pdf": relative path, "doctype": …, "record": …}
                                null, and an empty list: not to be scored, whatever the page says

In both, what isn't there was never labelled. A file of several documents has all of its records:

    {"records": [{"doctype": "invoice", "pages": [1, 2], "record": …}, …]}
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path
from typing import Any

from extractors.files import SUFFIXES
from flows.inputs import find_inputs
from schemas.catalogue import find_type
from schemas.doctype import DocumentType
from schemas.errors import InputError, PathError
from schemas.gold import GoldRecord, GoldRow
from schemas.kinds import Kind, Value, value_of
from schemas.parts import PageRange, pages_in_words
from schemas.record import Leaf
from schemas.shape import Shape, shape_of

LINES = ".jsonl"
TRUTH = f"truth{LINES}"
CURRENCY = re.compile("[A-Z]{3}")
ONE_OF_SEVERAL = '{"doctype": "invoice", "pages": [1, 2], "record": {"invoice_number": "R-17"}}'
SHAPES = {
    Kind.DATE: "a date like 2026-11-23",
    Kind.AMOUNT: "an amount like 1234.50",
    Kind.NUMBER: "a number like 2.5",
    Kind.PERCENT: "a rate like 19",
    Kind.CURRENCY: "a currency like EUR",
}
"""How values of these kinds are written in gold."""


@dataclass(frozen=True)
class GoldDocument:
    """One document and what a person says that it holds: all of it, or one of its records."""

    source: str
    document_id: str
    group: str
    """Name of the folder of its gold."""
    type_name: str
    type_given: str
    """What `find_type` finds the type by."""
    record: GoldRecord
    pages: PageRange | None = None
    """Of the file; None: it isn't said."""
    whole: bool = False
    """Gold names each record of its file: this is one of them, and there are no others."""

    @property
    def key(self) -> tuple[str, str, PageRange | None]:
        """Name it among all gold."""
        return self.document_id, self.type_name, self.pages


@dataclass(frozen=True)
class _Entry:
    """One record of a gold file, not looked into yet."""

    where: str
    """File and line, for messages."""
    folder: Path
    document: Path
    given: dict[str, Any]
    null_is_unknown: bool
    pages: PageRange | None = None
    whole: bool = False


def read_gold(paths: Sequence[str], type_given: str | None = None) -> tuple[GoldDocument, ...]:
    """Return all documents that `paths` have gold for, each once, in the order of the paths.

    Of a file that has gold for several records each comes by itself, in the order of the gold.
    With `type_given`, a type's name or file, all documents are of that type.

    Raises:
        InputError: a file is no gold, or a value isn't of its field's kind.
        PathError: a path or a document isn't there, or a folder holds no gold.
        TypeFileError: a type isn't known.
    """
    entries = [entry for path in paths for entry in _entries(Path(path))]
    groups = _group_names({entry.folder for entry in entries})
    found: dict[tuple[str, str, PageRange | None], tuple[GoldDocument, str]] = {}
    files: dict[str, tuple[bool, Path, str]] = {}
    for entry in entries:
        each = _document(entry, groups[entry.folder], type_given)
        known, where = found.setdefault(each.key, (each, entry.where))
        whole, document, said = files.setdefault(
            each.document_id, (each.whole, entry.document, entry.where)
        )
        other = (whole or each.whole) and (whole, document) != (each.whole, entry.document)
        if known.record != each.record or (other and each is known):
            raise InputError(
                f"{entry.where}: {said if other else where} has another record for the same "
                "document. Remove the one that is wrong."
            )
    return tuple(each for each, _ in found.values())


def _entries(path: Path) -> Iterator[_Entry]:
    if path.is_dir():
        entries = [entry for file in _gold_files(path) for entry in _of_file(file)]
        if not entries:
            raise PathError(
                f"The folder {str(path)!r} holds no gold: neither {TRUTH} nor a .json file beside "
                "a document of the same name."
            )
        yield from entries
    elif path.is_file():
        yield from _of_file(_gold_of(path) if path.suffix.lower() in SUFFIXES else path)
    else:
        raise PathError(f"There is no file or folder {str(path)!r}.")


def _gold_of(document: Path) -> Path:
    """Return the gold of a document that was named itself."""
    file = document.with_suffix(".json")
    if not file.is_file():
        raise PathError(f"{str(document)!r} has no gold: {file.name} isn't beside it.")
    return file


def _gold_files(folder: Path) -> Iterator[Path]:
    """Yield a folder's `truth.jsonl`, or else its `.json` files with a document beside them."""
    for parent, folders, files in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        if TRUTH in files:
            folders.clear()  # they hold its documents
            yield Path(parent, TRUTH)
            continue
        for name in sorted(files):
            file = Path(parent, name)
            if file.suffix == ".json" and not name.startswith(".") and _is_gold(file):
                yield file


def _is_gold(file: Path) -> bool:
    """Say whether a `.json` file of a folder is gold, if only gold without its document."""
    if _beside(file):
        return True
    try:
        given = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
    return isinstance(given, dict) and (
        {"doctype", "record"} <= given.keys() or isinstance(given.get("records"), list)
    )


def _of_file(file: Path) -> Iterator[_Entry]:
    if file.suffix == LINES:
        for number, line in enumerate(_text(file).splitlines(), start=1):
            if line.strip():
                where = f"{file}, line {number}"
                given = _json(line, where)
                name = given.get("pdf")
                if not isinstance(name, str) or not name:
                    raise InputError(f"{where}: 'pdf' must be the document's path beside the file.")
                document = file.parent / name
                yield from _each(_Entry(where, file.parent, document, given, null_is_unknown=True))
        return
    beside = _beside(file)
    if len(beside) != 1:
        names = ", ".join(f"{file.stem}{suffix}" for suffix in sorted(SUFFIXES))
        problem = f"there are {len(beside)}" if beside else "there is none"
        raise PathError(f"{file}: one of {names} must lie beside it, and {problem}.")
    given = _json(_text(file), str(file))
    yield from _each(_Entry(str(file), file.parent, beside[0], given, null_is_unknown=False))


def _each(entry: _Entry) -> Iterator[_Entry]:
    """Yield an entry for each record of one, if it names them."""
    records = entry.given.get("records")
    if records is None:
        yield entry
        return
    taken: set[int] = set()
    for number, given in enumerate(records, start=1):
        where = f"{entry.where}, record {number}"
        if not isinstance(given, dict) or not isinstance(given.get("record"), dict):
            raise InputError(f"{where}: it must look like {ONE_OF_SEVERAL}.")
        pages = _pages(given.get("pages"), where, alone=len(records) == 1)
        if pages is not None and not taken.isdisjoint(own := range(pages[0], pages[1] + 1)):
            shared = pages_in_words(taken.intersection(own))
            raise InputError(
                f"{where}: {shared} belongs to another record already. Say of each record which "
                "pages are its own."
            )
        taken.update(range(pages[0], pages[1] + 1) if pages else ())
        yield replace(entry, where=where, given=given, pages=pages, whole=True)


def _pages(given: Any, where: str, *, alone: bool) -> PageRange | None:
    """Return the pages of one of several records; only one that is alone needn't name them."""
    if given is None and alone:
        return None
    try:
        first, last = map(int, given if isinstance(given, list) else ())
    except (TypeError, ValueError):
        first = last = 0
    if not 1 <= first <= last:
        raise InputError(
            f"{where}: 'pages' must be its first and its last page, from 1: \"pages\": [1, 2]."
        )
    return first, last


def _beside(file: Path) -> list[Path]:
    """Return the documents with the name of a gold file."""
    others = file.parent.glob(f"{_literal(file.stem)}.*")
    return sorted(other for other in others if other.suffix.lower() in SUFFIXES)


def _literal(name: str) -> str:
    """Return a pattern that only `name` fits."""
    return re.sub(r"([\[*?])", r"[\1]", name)


def _text(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) else error
        raise PathError(f"The gold {str(file)!r} can't be read: {why}.") from error


def _json(text: str, where: str) -> dict[str, Any]:
    """Return an object with a record or several; its numbers as they are written."""
    try:
        given = json.loads(text, parse_float=str, parse_int=str)
    except (ValueError, RecursionError) as error:
        raise InputError(f"{where}: it is no JSON: {error}.") from error
    told: dict[str, Any] = given if isinstance(given, dict) else {}
    one, several = told.get("record"), told.get("records")
    if not (isinstance(one, dict) and several is None) and not (
        one is None and several and isinstance(several, list)
    ):
        raise InputError(
            f"{where}: it is no gold. It must look like "
            '{"doctype": "invoice", "record": {"invoice_number": "R-17"}}, '
            f'or, of several records, {{"records": [{ONE_OF_SEVERAL}, …]}}.'
        )
    return told


def _group_names(folders: Iterable[Path]) -> dict[Path, str]:
    """Return a name for each folder: its own, with its parents' as far as it takes to differ."""
    whole = {folder: folder.resolve().parts for folder in folders}
    names = {}
    for folder, parts in whole.items():
        others = [other for other in whole.values() if other != parts]
        length = 1
        while any(other[-length:] == parts[-length:] for other in others):
            length += 1
        names[folder] = "/".join(parts[-length:])
    return names


def _document(entry: _Entry, group: str, type_given: str | None) -> GoldDocument:
    if not entry.document.is_file():
        raise PathError(f"{entry.where}: there is no document {str(entry.document)!r}.")
    [found] = find_inputs([str(entry.document)]).inputs
    if found.document_id is None:
        raise PathError(f"{entry.where}: {found.source}: {found.reason}")
    given = type_given or _type_of(entry)
    doctype = find_type(given)
    return GoldDocument(
        source=found.source,
        document_id=found.document_id,
        group=group,
        type_name=doctype.name,
        type_given=given,
        record=_record(entry, doctype),
        pages=entry.pages,
        whole=entry.whole,
    )


def _type_of(entry: _Entry) -> str:
    name = entry.given.get("doctype")
    if not isinstance(name, str) or not name:
        raise InputError(
            f"{entry.where}: 'doctype' must name the document's type; or give it with --type."
        )
    beside = entry.folder / name
    return str(beside) if name.endswith(".md") and beside.is_file() else name


def _record(entry: _Entry, doctype: DocumentType) -> GoldRecord:
    shape = shape_of(doctype)
    leaves = {leaf.name: leaf for leaf in shape.leaves}
    lists = {each.name: each for each in shape.lists}
    fields: dict[str, Value | None] = {}
    rows: dict[str, tuple[GoldRow, ...]] = {}
    for name, given in entry.given["record"].items():
        if given in (None, []) and entry.null_is_unknown:
            continue
        if name in leaves:
            fields[name] = _value(entry, leaves[name], name, given)
        elif name in lists:
            rows[name] = tuple(_rows(entry, shape, name, given))
        else:
            raise InputError(
                f"{entry.where}: the type {doctype.name!r} has no field {name!r}. "
                f"There are {', '.join((*leaves, *lists))}."
            )
    return GoldRecord(fields=fields, lists=rows)


def _rows(entry: _Entry, shape: Shape, name: str, given: Any) -> Iterator[GoldRow]:
    """Yield the rows of a list that say anything; null is a list without any."""
    if given is not None and not isinstance(given, list):
        raise InputError(f"{entry.where}: {name} must be a list of items.")
    [each] = [each for each in shape.lists if each.name == name]
    leaves = {leaf.name: leaf for leaf in each.leaves}
    for index, item in enumerate(given or ()):
        if not isinstance(item, dict):
            raise InputError(f"{entry.where}: {name}[{index}] must be an item with its fields.")
        row: dict[str, Value | None] = {}
        for key, cell in item.items():
            if key not in leaves:
                raise InputError(
                    f"{entry.where}: the items of {name} have no field {key!r}. "
                    f"There are {', '.join(leaves)}."
                )
            if cell is not None or not entry.null_is_unknown:
                row[key] = _value(entry, leaves[key], f"{name}[{index}].{key}", cell)
        if any(value is not None for value in row.values()):
            yield row


def _value(entry: _Entry, leaf: Leaf, path: str, given: Any) -> Value | None:
    if given is None:
        return None
    try:
        if isinstance(given, str) and given.strip():
            value = value_of(leaf.kind, given.strip())
            finite = not isinstance(value, Decimal) or value.is_finite()
            if finite and (leaf.kind is not Kind.CURRENCY or CURRENCY.fullmatch(str(value))):
                return value
    except ValueError:
        pass
    wanted = SHAPES.get(leaf.kind, "a text")
    raise InputError(f"{entry.where}: {path} is {given!r}. It must be {wanted}, or null.")
