"""Pages as pictures: boxes fit them, hostile files are told in words, and each is drawn once."""

from __future__ import annotations

import io
import math
import multiprocessing
import os
import signal
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pymupdf
import pytest
from documents import cropped, encrypted, joined, letter, pdf, picture, read_document, turned
from PIL import Image

from extractors.files import document_id
from flows.drawing import MOST_SIDE_PX, zoom_for
from flows.pictures import DPI, Pictures
from schemas.errors import (
    Cancelled,
    ChangedError,
    DocumentError,
    LimitError,
    UnreadableError,
)

pytestmark = pytest.mark.timeout(120)

PAGE = """
Invoice | R-17

Net total | 100.00
Grand total | 119.00
"""
DARK, WHITE = 100, 250


@pytest.fixture(scope="module")
def pictures():
    with Pictures(timeout_s=60) as pictures:
        pictures.warm_up()
        yield pictures


@pytest.fixture
def write(tmp_path):
    """Write a document, and return its paths and its id."""

    def write(data: bytes, name: str = "paper.pdf") -> tuple[tuple[str, ...], str]:
        (tmp_path / name).write_bytes(data)
        return (str(tmp_path / name),), document_id(data)

    return write


class Pipe:
    """A file that comes only once, when it is let through: who reads it waits for that."""

    def __init__(self, folder: Path, data: bytes) -> None:
        self.path = folder / "pipe.pdf"
        os.mkfifo(self.path)
        self.data = data
        self.file = ((str(self.path),), document_id(data))

    def let_through(self) -> None:
        self.path.write_bytes(self.data)


@pytest.fixture
def pipe(tmp_path):
    return Pipe(tmp_path, letter(PAGE))


def wait_until_prepared(pictures: Pictures) -> None:
    while pictures.preparing:
        time.sleep(0.05)


def opened(png: bytes) -> Image.Image:
    image = Image.open(io.BytesIO(png))
    assert image.format == "PNG"
    return image


def pixels(box, dpi: float, beyond: float = 0) -> tuple[int, int, int, int]:
    scale = dpi / 72
    return (
        math.floor((box.x0 - beyond) * scale),
        math.floor((box.y0 - beyond) * scale),
        math.ceil((box.x1 + beyond) * scale),
        math.ceil((box.y1 + beyond) * scale),
    )


def part(data: bytes) -> bytes:
    return cropped(data, (30, 40, 400, 150))


SHOWN = {
    "straight": letter(PAGE),
    **{f"turned by {by}": turned(letter(PAGE), by) for by in (90, 180, 270)},
    "cropped": part(letter(PAGE)),
    **{f"cropped, turned by {by}": turned(part(letter(PAGE)), by) for by in (90, 180, 270)},
}


@pytest.mark.parametrize("data", SHOWN.values(), ids=SHOWN)
def test_ink_is_where_the_words_are_and_nowhere_else(pictures, write, data):
    file = write(data)
    [page] = pictures.document(*file).pages
    image = opened(pictures.picture(*file, 1)).convert("L")
    assert image.size == pytest.approx((page.width * DPI / 72, page.height * DPI / 72), abs=1)
    assert {"100.00", "119.00"} < {word.text for word in page.words}
    for word in page.words:
        darkest, _ = image.crop(pixels(word.box, DPI)).getextrema()
        assert darkest < DARK, word
    for word in page.words:
        image.paste(255, pixels(word.box, DPI, beyond=1))
    lightest, _ = image.getextrema()
    assert lightest > WHITE


@pytest.mark.parametrize(("dpi", "drawn"), [(72, 72), (100, 100), (300, 300), (5, 36), (900, 300)])
def test_a_picture_has_the_size_that_its_dpi_says(pictures, write, dpi, drawn):
    image = opened(pictures.picture(*write(letter(PAGE)), 1, dpi))
    assert image.size == pytest.approx((595 * drawn / 72, 842 * drawn / 72), abs=1)


@pytest.mark.parametrize("kind", ["png", "jpeg"])
def test_a_photograph_is_drawn(pictures, write, kind):
    file = write(picture(letter(PAGE), kind), f"photo.{kind}")
    [page] = pictures.document(*file).pages
    image = opened(pictures.picture(*file, 1, 72)).convert("L")
    assert image.size == pytest.approx((page.width, page.height), abs=1)
    darkest, lightest = image.getextrema()
    assert darkest < DARK < WHITE < lightest


def test_a_page_without_colour_is_grey_and_one_with_it_is_not(pictures, write):
    with pymupdf.open(stream=letter(PAGE, PAGE), filetype="pdf") as made:
        made[1].draw_rect((300, 300, 304, 304), fill=(0.85, 0.2, 0.1), color=None)
        file = write(made.tobytes())
    assert opened(pictures.picture(*file, 1)).mode == "L"
    image = opened(pictures.picture(*file, 2, 72))
    assert image.mode == "RGB"
    assert image.getpixel((302, 302)) == pytest.approx((217, 51, 26), abs=5)
    assert image.getpixel((200, 500)) == (255, 255, 255)


def test_another_page_of_the_document_is_drawn(pictures, write):
    file = write(joined(letter(PAGE), letter("Second"), letter("Third page")))
    drawn = [pictures.picture(*file, number) for number in (1, 2, 3)]
    assert len(set(drawn)) == 3
    [page] = pictures.document(*file).pages[2:]
    image = opened(drawn[2]).convert("L")
    assert all(image.crop(pixels(word.box, DPI)).getextrema()[0] < DARK for word in page.words)


@pytest.mark.parametrize(("number", "count"), [(0, "one page"), (2, "one page"), (-1, "one page")])
def test_a_page_that_is_not_there(pictures, write, number, count):
    with pytest.raises(UnreadableError, match=f"no page {number}: the document has {count}"):
        pictures.picture(*write(letter(PAGE)), number)


def test_a_file_that_went_away_was_changed_or_is_somewhere_else(pictures, write, tmp_path):
    data = letter("Gone")
    (old,), name = write(data)
    Path(old).unlink()
    for ask in (pictures.document, lambda *file: pictures.picture(*file, 1)):
        with pytest.raises(UnreadableError, match=r"isn't there any more: .*paper\.pdf"):
            ask((old,), name)
        with pytest.raises(UnreadableError, match="isn't known where"):
            ask((), name)
    (other,), _ = write(letter("Changed"))
    gone = str(tmp_path / "gone.pdf")
    with pytest.raises(ChangedError, match=r"was changed since it was read: .*paper\.pdf"):
        pictures.picture((gone, other), name, 1)
    (again,), _ = write(data, "again.pdf")
    assert opened(pictures.picture((gone, other, again), name, 1))
    assert pictures.document((gone, other, again), name).id == name


def test_a_document_that_was_drawn_needs_its_file_no_more(pictures, write):
    file = write(letter(PAGE, "Second"))
    first = pictures.picture(*file, 1)
    Path(file[0][0]).unlink()
    assert pictures.picture(*file, 1) is first


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (encrypted(letter(PAGE)), "is encrypted and opens only with a password"),
        (b"%PDF-1.7\nnothing", "^The file"),
        (b"", "^The file"),
    ],
)
def test_a_file_that_cannot_be_opened(pictures, write, data, why):
    file = write(data)
    with pytest.raises(UnreadableError, match=why):
        pictures.picture(*file, 1)
    with pytest.raises(UnreadableError, match=why):
        pictures.document(*file)


def test_a_file_that_opens_without_a_word_is_drawn(pictures, write):
    assert opened(pictures.picture(*write(encrypted(letter(PAGE), password="")), 1)).mode == "L"


@pytest.mark.parametrize(("width", "height"), [(200_000, 200_000), (200_000, 2), (2, 200_000)])
def test_a_page_of_a_mile_is_drawn_more_coarsely(pictures, write, width, height):
    with pymupdf.open() as made:
        made.new_page(width=width, height=height)
        file = write(made.tobytes())
    image = opened(pictures.picture(*file, 1, 300))
    assert max(image.size) <= MOST_SIDE_PX
    assert image.width * image.height < 18_000_000


def test_a_page_beyond_the_limits_is_not_drawn(pictures, write):
    with pymupdf.open() as made:
        made.new_page(width=1_000_000, height=1_000_000)
        file = write(made.tobytes())
    with pytest.raises(LimitError, match=r"1,000,000 points .* raise the limit 'side_pt'"):
        pictures.picture(*file, 1)


def test_zoom_is_as_asked_for_up_to_the_largest_sheet():
    assert zoom_for(842, 1191, 144) == 2  # A3
    assert zoom_for(2 * 842, 2 * 1191, 144) == pytest.approx(1, rel=0.01)
    assert zoom_for(0.001, 1, 144) == 2
    with pytest.raises(ValueError, match="no size"):
        zoom_for(0, 100, 144)


def test_what_takes_too_long_fails_alone(pipe, write):
    with Pictures(timeout_s=4) as pictures:
        with pytest.raises(UnreadableError, match=r"^Drawing the page took longer than 4 s"):
            pictures.picture(*pipe.file, 1)
        assert opened(pictures.picture(*write(letter(PAGE)), 1))


def test_two_who_ask_at_once_get_one_drawing(pictures, pipe):
    with ThreadPoolExecutor(2) as threads:
        asked = [threads.submit(pictures.picture, *pipe.file, 1) for _ in range(2)]
        time.sleep(0.3)
        pipe.let_through()
        first, second = (each.result(timeout=60) for each in asked)
    assert first is second
    assert opened(first)


def test_what_is_prepared_comes_without_its_file(pictures, pipe):
    pictures.ahead(*pipe.file)
    pipe.let_through()
    wait_until_prepared(pictures)
    png = pictures.picture(*pipe.file, 1)
    assert png is pictures.picture(*pipe.file, 1)
    assert pictures.document(*pipe.file) == read_document(pipe.data)


def test_what_is_prepared_too_slowly_comes_from_elsewhere(pictures, pipe, write):
    sources, document = write(pipe.data)
    pictures.ahead(*pipe.file)
    assert opened(pictures.picture(sources, document, 1))
    assert pictures.document(sources, document).id == document
    assert pictures.preparing
    pipe.let_through()


def test_preparing_holds_nobody_up(pictures, pipe, write):
    pictures.ahead(*pipe.file)
    for number in range(9):
        pictures.ahead(*write(letter(f"Next {number}"), f"{number}.pdf"))
    last = write(letter("Next 8"), "8.pdf")
    assert opened(pictures.picture(*last, 1))
    assert pictures.document(*last).id == last[1]
    pipe.let_through()
    wait_until_prepared(pictures)  # who asks sooner may get another process to read the pipe
    assert opened(pictures.picture(*pipe.file, 1))


def test_a_crash_fails_its_document_alone(pipe, write):
    with Pictures() as pictures:
        file = write(pdf([(50, 50, "one")], [(50, 50, "two")]))
        pictures.picture(*file, 1)
        processes = [each.pid for each in multiprocessing.active_children()]

        def crash() -> None:
            time.sleep(0.5)
            for pid in processes:
                os.kill(pid, signal.SIGKILL)

        killer = threading.Thread(target=crash)
        killer.start()
        with pytest.raises(DocumentError, match="crashed the program that does it"):
            pictures.picture(*pipe.file, 1)
        killer.join()
        assert opened(pictures.picture(*file, 2))


def test_closing_ends_what_is_being_drawn(pipe, write):
    pictures = Pictures()
    with ThreadPoolExecutor(1) as threads:
        waiting = threads.submit(pictures.picture, *pipe.file, 1)
        time.sleep(0.5)
        pictures.close()
        with pytest.raises(Cancelled):
            waiting.result(timeout=60)
    with pytest.raises(Cancelled):
        pictures.picture(*write(letter(PAGE)), 1)
    pictures.ahead(*write(letter(PAGE)))
    pictures.close()
