"""Documents are read in a process of their own: whatever happens there fails one of them."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from papers import write_note

from flows.reading import Reader
from schemas.errors import Cancelled, UnreadableError
from schemas.limits import Limits

pytestmark = pytest.mark.timeout(60)


@pytest.fixture
def good(tmp_path):
    return str(write_note(tmp_path / "good.pdf", number="A-1"))


@pytest.fixture
def endless(tmp_path):
    """A pipe into which nobody writes: reading it never comes to an end."""
    os.mkfifo(tmp_path / "endless.pdf")
    return str(tmp_path / "endless.pdf")


def words_of(document) -> list[str]:
    return [word.text for page in document.pages for word in page.words]


def test_a_document_comes_back_as_words(good):
    with Reader() as reader:
        assert words_of(reader.read(good)) == ["number:", "A-1"]


def test_a_document_that_takes_too_long_fails_alone(good, endless):
    with Reader(limits=Limits(seconds=4)) as reader:
        assert words_of(reader.read(good)) == ["number:", "A-1"]
        with pytest.raises(UnreadableError, match="took longer than 4 s and was given up"):
            reader.read(endless)
        assert words_of(reader.read(good)) == ["number:", "A-1"]


def test_a_crash_fails_its_document_alone(good, endless):
    """The process is killed while it reads, as the kernel does when a document eats the memory."""
    with Reader() as reader:
        assert words_of(reader.read(good)) == ["number:", "A-1"]
        [process] = multiprocessing.active_children()

        def crash() -> None:
            time.sleep(0.5)
            os.kill(process.pid, signal.SIGKILL)

        killer = threading.Thread(target=crash)
        killer.start()
        with pytest.raises(UnreadableError, match="The reader crashed on this file"):
            reader.read(endless)
        killer.join()
        assert words_of(reader.read(good)) == ["number:", "A-1"]


def test_a_file_that_vanished_or_is_no_document_fails(tmp_path, good):
    (tmp_path / "text.pdf").write_text("no PDF")
    with Reader() as reader:
        with pytest.raises(UnreadableError, match="can't be read: No such file or directory"):
            reader.read(str(tmp_path / "gone.pdf"))
        with pytest.raises(UnreadableError, match="The file is no PDF, JPEG, PNG or TIFF"):
            reader.read(str(tmp_path / "text.pdf"))
        assert words_of(reader.read(good)) == ["number:", "A-1"]


def test_threads_share_a_reader(tmp_path):
    names = [f"N-{number}" for number in range(8)]
    paths = [str(write_note(tmp_path / f"{name}.pdf", number=name)) for name in names]
    with Reader() as reader, ThreadPoolExecutor(4) as threads:
        read = list(threads.map(reader.read, paths))
    assert [words_of(each)[1] for each in read] == names


def test_closing_ends_a_document_in_the_middle_and_its_process(good, endless):
    reader = Reader()
    reader.read(good)
    with ThreadPoolExecutor(1) as threads:
        waiting = threads.submit(reader.read, endless)
        time.sleep(0.5)
        reader.close()
        with pytest.raises(Cancelled):
            waiting.result(timeout=60)
    with pytest.raises(Cancelled):
        reader.read(good)
    assert multiprocessing.active_children() == []


def test_a_reader_that_was_never_used_is_closed_at_once():
    reader = Reader()
    reader.warm_up()
    reader.close()
    reader.close()
    assert multiprocessing.active_children() == []
