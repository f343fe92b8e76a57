"""What the paths of a command name."""

from __future__ import annotations

import hashlib
import os

import pytest

from flows.inputs import find_inputs
from schemas.errors import PathError


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for path in (
        "in/b.pdf",
        "in/A.PDF",
        "in/c.jpeg",
        "in/notes.txt",
        "in/.hidden.pdf",
        "in/.git/kept.pdf",
        "in/deeper/d.png",
        "in/deeper/still/e.JPG",
        "in/named like.pdf/f.pdf",
        "other/g.pdf",
        "other/[1].pdf",
        "other/letter.txt",
        "texts/letter.txt",
    ):
        file = tmp_path / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(path)
    (tmp_path / "empty").mkdir()
    return tmp_path


IN = (
    "in/A.PDF",
    "in/b.pdf",
    "in/c.jpeg",
    "in/deeper/d.png",
    "in/deeper/still/e.JPG",
    "in/named like.pdf/f.pdf",
)
CASES = {
    "a folder with all in it, by name": (["in"], IN),
    "a folder with a slash": (["in/"], IN),
    "a file, whatever its ending": (["other/letter.txt"], ("other/letter.txt",)),
    "a hidden file that is named": (["in/.hidden.pdf"], ("in/.hidden.pdf",)),
    "a pattern": (["in/*.pdf"], ("in/b.pdf",)),
    "a pattern through folders": (
        ["in/**/*.p??"],
        ("in/b.pdf", "in/deeper/d.png", "in/named like.pdf/f.pdf"),
    ),
    "a file named like a pattern": (["other/[1].pdf"], ("other/[1].pdf",)),
    "paths in their order, each once": (
        ["other/g.pdf", "in/c.jpeg", "in", "other/g.pdf"],
        ("other/g.pdf", "in/c.jpeg", *(path for path in IN if path != "in/c.jpeg")),
    ),
}


@pytest.mark.parametrize(("paths", "sources"), CASES.values(), ids=CASES)
def test_paths_name_these_files(folder, paths, sources):
    assert tuple(each.source for each in find_inputs(paths).inputs) == sources


def test_files_that_are_no_documents_are_counted(folder):
    assert find_inputs(["in"]).passed_over == 1
    assert find_inputs(["in/*.pdf"]).passed_over == 0


def test_an_input_is_known_by_its_bytes(folder):
    [found] = find_inputs(["in/b.pdf"]).inputs
    assert found.document_id == hashlib.sha256(b"in/b.pdf").hexdigest()


def test_a_file_with_no_text_for_a_name_is_found(folder):
    name = os.fsdecode(b"other/\xff.pdf")
    (folder / name).write_bytes(b"x")
    assert name in [each.source for each in find_inputs(["other"]).inputs]


NOT_TO_BE_HAD = {
    "no such path": ("nowhere", "There is no file or folder 'nowhere'."),
    "an empty folder": ("empty", "The folder 'empty' holds no documents: it is empty."),
    "no documents in it": ("texts", "The folder 'texts' holds no documents: its 1 files are none."),
    "a pattern without a match": ("in/*.tif", "The pattern 'in/*.tif' matches no file."),
    "a pattern of folders only": ("in/deep*", "The pattern 'in/deep*' matches no file."),
}


@pytest.mark.parametrize(("path", "message"), NOT_TO_BE_HAD.values(), ids=NOT_TO_BE_HAD)
def test_what_is_not_to_be_had_is_said_before_anything_is_read(folder, path, message):
    with pytest.raises(PathError) as raised:
        find_inputs(["in", path])
    assert str(raised.value).startswith(message)


def test_a_path_that_is_no_text_cannot_be_named(folder):
    name = os.fsdecode(b"other/\xff.pdf")
    (folder / name).write_bytes(b"x")
    with pytest.raises(PathError, match=r"^The name 'other/\\udcff\.pdf' isn't text in UTF-8\."):
        find_inputs([name])


def test_a_link_to_nowhere_is_an_input_that_cannot_be_read(folder):
    (folder / "other" / "gone.pdf").symlink_to("nowhere")
    found = {each.source: each for each in find_inputs(["other"]).inputs}["other/gone.pdf"]
    assert found.document_id is None
    assert found.reason == "The file can't be read: No such file or directory."


@pytest.mark.timeout(20)
def test_what_is_no_ordinary_file_is_not_waited_for(folder):
    os.mkfifo(folder / "other" / "pipe.pdf")
    found = {each.source: each for each in find_inputs(["other"]).inputs}["other/pipe.pdf"]
    assert found.document_id is None
    assert found.reason == "It is no file that can be read, but a pipe, a socket or a device."


@pytest.mark.skipif(os.geteuid() == 0, reason="root may look into every folder")
def test_a_folder_that_cannot_be_listed_is_not_passed_over(folder):
    (folder / "in" / "deeper").chmod(0)
    try:
        with pytest.raises(PathError, match="The folder 'in/deeper' can't be looked into: Perm"):
            find_inputs(["in"])
    finally:
        (folder / "in" / "deeper").chmod(0o700)


def test_a_link_to_a_file_is_that_file(folder):
    (folder / "other" / "h.pdf").symlink_to(folder / "in" / "b.pdf")
    found = {each.source: each for each in find_inputs(["other"]).inputs}["other/h.pdf"]
    assert found.document_id == hashlib.sha256(b"in/b.pdf").hexdigest()
