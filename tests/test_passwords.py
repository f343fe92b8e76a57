"""Passwords come from a file and the environment, and nobody sees them afterwards."""

from __future__ import annotations

import pytest
from documents import encrypted, letter, texts

from extractors.read import read_document
from flows.passwords import FILE_VARIABLE, VARIABLE, passwords
from flows.pictures import Pictures
from flows.reading import Reader
from schemas.errors import LockedError, PathError

PAGE = "Invoice R-17"
LOCKED = encrypted(letter(PAGE), "right")


def test_they_are_the_lines_of_a_file_then_those_of_the_environment(tmp_path):
    file = tmp_path / "passwords"
    file.write_text("\ufeffone\r\ntwo words \n\none\n", encoding="utf-8")
    env = {VARIABLE: "three\nfour"}
    assert passwords(file, env) == ("one", "two words ", "three", "four")
    assert passwords(None, {FILE_VARIABLE: str(file)}) == ("one", "two words ")
    assert passwords(None, {}) == ()


def test_a_file_that_cannot_be_read_says_so(tmp_path):
    with pytest.raises(PathError, match=r"'.*gone' can't be read: No such file or directory"):
        passwords(tmp_path / "gone", {})


def test_each_is_tried_until_one_opens_the_document():
    document = read_document(LOCKED, passwords=("wrong", "right", "other"))
    assert texts(document) == [["Invoice", "R-17"]]


def test_without_one_the_reason_says_what_to_do_and_no_password():
    with pytest.raises(LockedError, match="--passwords, or PAPERSIFT_PASSWORDS"):
        read_document(LOCKED)
    with pytest.raises(LockedError, match="the password doesn't open it") as caught:
        read_document(LOCKED, passwords=("guess",))
    assert "guess" not in str(caught.value)
    with pytest.raises(LockedError, match="none of 2 passwords opens it"):
        read_document(LOCKED, passwords=("guess", "again"))


def test_reading_and_drawing_in_other_processes_know_them(tmp_path, monkeypatch):
    paper = tmp_path / "locked.pdf"
    paper.write_bytes(LOCKED)
    file = tmp_path / "passwords"
    file.write_text("wrong\nright\n")
    with Reader(passwords_file=file) as reader:
        document = reader.read(str(paper))
    assert texts(document) == [["Invoice", "R-17"]]
    monkeypatch.setenv(VARIABLE, "right")
    with Pictures() as pictures:
        assert pictures.picture((str(paper),), document.id, 1).startswith(b"\x89PNG")
        assert pictures.document((str(paper),), document.id) == document
