"""Pages without text are read by OCR, and their words lie where the page shows them.

With whichever engine is installed: Tesseract, else RapidOCR.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import documents
import pymupdf
import pytest
import scans
from PIL import Image

from extractors.hidden.reasons import SAYS_OTHERWISE
from extractors.hostile import hostile_doubts
from extractors.ocr import rapid, tesseract
from extractors.ocr.choice import open_engine, why_none
from extractors.ocr.clean import clean, words_of
from extractors.ocr.engine import EngineError, Seen
from extractors.ocr.page import recognise_page
from extractors.ocr.picture import Pixels
from extractors.ocr.rapid import RapidOcr, unglued
from extractors.read import read_document
from extractors.text_layer import is_junk
from flows.reading import Reader
from flows.recognising import Recogniser, passed
from schemas.document import Page
from schemas.errors import OverdueError
from schemas.recipe import Recipe

ENGINE = open_engine("auto")
if ENGINE is not None and ENGINE.name == "tesseract":
    ENGINE = tesseract.Tesseract("eng")  # a third of the time of all languages
needs_engine = pytest.mark.skipif(ENGINE is None, reason=why_none("auto"))

SHEET = scans.sheet()
PICTURE = scans.drawn(SHEET)
SAID = {"Invoice", "HL-20417", "1,250.00", "380.50", "1,725.50"}
NEAR_PT = 4.0


def recognised(data: bytes, number: int = 1) -> Page:
    assert ENGINE is not None
    return recognise_page(data, number, ENGINE)


def texts(page: Page) -> list[str]:
    return [" ".join(word.text for word in row) for row in page.rows]


def assert_lies_as(page: Page, text: Page) -> None:
    """Hold words against those of the same page's text layer."""
    where = {word.text: word.box for word in text.words}
    found = {word.text: word.box for word in page.words}
    assert found.keys() >= SAID
    for said in SAID:
        ours, theirs = found[said], where[said]
        for one, other in ((ours.x0, theirs.x0), (ours.x1, theirs.x1)):
            assert abs(one - other) < NEAR_PT, said
        assert abs((ours.y0 + ours.y1) - (theirs.y0 + theirs.y1)) / 2 < NEAR_PT, said


@needs_engine
def test_a_scan_gives_its_rows_and_how_sure_each_word_is():
    page = recognised(scans.as_pdf(PICTURE))
    assert (page.source, page.problem) == ("ocr", "")
    assert "Total amount due 1,725.50" in texts(page)
    assert all(0 < (word.confidence or 0) <= 1 for word in page.words)


def shown_turned(degrees: int) -> tuple[bytes, bytes]:
    """Return a scan and its text, both on a page that is shown turned."""
    back = PICTURE.rotate(degrees, expand=True)
    return documents.turned(scans.as_pdf(back), degrees), SHEET


def cropped_and_turned() -> tuple[bytes, bytes]:
    around = Image.new("L", (PICTURE.width + 200, PICTURE.height + 100), 255)
    around.paste(PICTURE, (150, 60))
    dpi = 72 / 150
    box = (150 * dpi, 60 * dpi, (150 + PICTURE.width) * dpi, (60 + PICTURE.height) * dpi)
    return documents.turned(documents.cropped(scans.as_pdf(around), box), 90), documents.turned(
        SHEET, 90
    )


PLACES = {
    "as it is": lambda: (scans.as_pdf(PICTURE), SHEET),
    "shown turned by 90 degrees": lambda: shown_turned(90),
    "shown turned by 270 degrees": lambda: shown_turned(270),
    "cropped, and lies on its side": cropped_and_turned,
}


@needs_engine
@pytest.mark.parametrize("made", PLACES.values(), ids=PLACES)
def test_words_lie_where_the_page_shows_them(made):
    scan, text = made()
    assert_lies_as(recognised(scan), read_document(text).pages[0])


@needs_engine
def test_an_upside_down_scan_is_turned():
    page = recognised(scans.as_pdf(PICTURE.rotate(180)))
    assert page.turn == pytest.approx(180, abs=1)
    assert texts(page)[-1] == "Total amount due 1,725.50"
    first = next(word for word in page.words if word.text == "HL-20417")
    assert first.box.y0 > page.height / 2


@needs_engine
def test_an_askew_scan_is_levelled():
    page = recognised(scans.as_pdf(scans.askew(PICTURE, 3)))
    assert page.turn == pytest.approx(-3, abs=0.4)
    assert "Painting and fitting 380.50" in texts(page)


@needs_engine
def test_text_and_scan_in_one_file_are_each_read_their_way(tmp_path):
    file = tmp_path / "mixed.pdf"
    file.write_bytes(documents.joined(SHEET, scans.as_pdf(PICTURE), documents.pdf([])))
    with Reader() as reader:
        document = reader.read(str(file))
    text, scan, blank = document.pages
    assert [page.source for page in document.pages] == ["text", "ocr", "none"]
    assert_lies_as(scan, text)
    assert (blank.blank, blank.problem) == (True, "")


def layered(as_said: Callable[[str], str] = str) -> bytes:
    """Return a scan with an invisible layer of its text, each word as the function says it."""
    [text] = read_document(SHEET).pages
    with pymupdf.open(stream=scans.as_pdf(PICTURE), filetype="pdf") as made:
        for word in text.words:
            size = (word.box.y1 - word.box.y0) * 0.6
            where = (word.box.x0, word.box.y1 - size / 4)
            made[0].insert_text(where, as_said(word.text), fontsize=size, render_mode=3)
        return bytes(made.tobytes())


@needs_engine
def test_a_layer_that_says_what_the_picture_shows_is_kept():
    page = recognised(layered())
    assert (page.source, page.layer, page.hidden) == ("text", True, ())
    assert {word.text for word in page.words} >= SAID


@needs_engine
def test_other_figures_in_a_layer_give_way_to_those_of_the_picture():
    page = recognised(layered(lambda said: "9,125.50" if said == "1,725.50" else said))
    assert [(word.text, word.why) for word in page.hidden] == [("9,125.50", SAYS_OTHERWISE)]
    [total] = [word for word in page.words if word.text == "1,725.50"]
    assert total.confidence is not None
    assert total.confidence > 0.8


@needs_engine
def test_a_layer_that_tells_another_story_gives_way_to_the_picture(tmp_path):
    file = tmp_path / "layered.pdf"
    file.write_bytes(layered(lambda _: "Rubbish"))
    with Reader() as reader:
        document = reader.read(str(file))
    [page] = document.pages
    assert page.source == "ocr"
    assert {word.text for word in page.words} >= SAID
    assert {word.text.replace("Rubbish", "") for word in page.hidden} == {""}
    [doubt] = hostile_doubts(document)
    assert "it says something else than the picture of the page" in doubt.text


class Reading:
    """An engine that sees one word, so surely, or fails."""

    name = "reading"

    def __init__(self, text: str, confidence: float) -> None:
        self.seen = Seen(text, 100, 100, 300, 130, confidence)
        self.asked = 0

    def see(self, picture: Pixels) -> list[Seen]:
        del picture
        self.asked += 1
        if not self.seen.text:
            raise EngineError("failed")
        return [self.seen]


@pytest.mark.parametrize(
    ("first", "second", "read"),
    [
        (0.95, ("Seconds", 0.99), "Firstly"),
        (0.70, ("Seconds", 0.95), "Seconds"),
        (0.70, ("Seconds", 0.60), "Firstly"),
        (0.70, ("Two", 0.95), "Firstly"),
        (0.70, ("", 0.0), "Firstly"),
    ],
    ids=["the first is sure", "the second is surer", "it is less sure", "it sees less", "it fails"],
)
def test_where_the_first_engine_is_unsure_a_second_one_reads_too(first, second, read):
    other = Reading(*second)
    page = recognise_page(scans.as_pdf(PICTURE), 1, Reading("Firstly", first), other)
    assert [word.text for word in page.words] == [read]
    assert other.asked == (first < 0.9)


@needs_engine
def test_a_tiff_is_read_page_by_page():
    data = scans.as_file(PICTURE, "TIFF", PICTURE.crop((0, 0, PICTURE.width, 60)))
    assert len(read_document(data).pages) == 2
    assert "Harbour Lane Joinery Ltd" in texts(recognised(data, 2))


@needs_engine
def test_a_stamp_on_a_scan_is_not_taken_for_its_text():
    with pymupdf.open(stream=scans.as_pdf(PICTURE), filetype="pdf") as made:
        made[0].insert_text((5, 145), "Seen 14 Mar", fontsize=6)
        data = made.tobytes()
    assert read_document(data).pages[0].problem == "a picture with a little text on it"
    assert {word.text for word in recognised(data).words} >= SAID


@needs_engine
def test_text_over_a_background_stays_text():
    with pymupdf.open(stream=SHEET, filetype="pdf") as made:
        grey = scans.as_file(Image.new("L", (50, 50), 235))
        made[0].insert_image(made[0].rect, stream=grey, overlay=False, keep_proportion=False)
        data = made.tobytes()
    page = recognised(data)
    assert (page.source, page.problem) == ("text", "")


@pytest.mark.skipif(not rapid.is_installed(), reason="RapidOCR isn't installed")
def test_rapidocr_parts_its_lines_into_words():
    page = recognise_page(scans.as_pdf(PICTURE), 1, RapidOcr())
    assert_lies_as(page, read_document(SHEET).pages[0])


def test_a_machine_without_an_engine_says_what_to_install(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", "")
    file = tmp_path / "scan.pdf"
    file.write_bytes(scans.as_pdf(PICTURE))
    with Reader(ocr="tesseract") as reader:
        [page] = reader.read(str(file)).pages
    assert (page.source, page.rows) == ("none", ())
    assert page.problem == "a scan, and Tesseract isn't installed: install tesseract-ocr"


@needs_engine
def test_pages_that_take_longer_than_a_document_may_fail_it(tmp_path):
    file = tmp_path / "scan.pdf"
    file.write_bytes(scans.as_pdf(PICTURE))
    recogniser = Recogniser("auto", allowed_s=0.05)
    try:
        with pytest.raises(OverdueError, match=r"by OCR than a document may \(0.05 s\)"):
            recogniser.read(str(file), read_document(file.read_bytes()))
    finally:
        recogniser.close()


def test_what_is_read_at_once_takes_its_time_once_and_waiting_takes_none():
    assert passed([(5.0, 6.0), (0.0, 2.0), (1.0, 3.0), (1.5, 1.75)]) == 4
    assert passed([]) == 0


def test_switched_off_nothing_is_recognised(tmp_path):
    file = tmp_path / "scan.pdf"
    file.write_bytes(documents.joined(SHEET, scans.as_pdf(PICTURE)))
    with Reader(ocr="off") as reader:
        pages = reader.read(str(file)).pages
    assert [page.problem for page in pages] == ["", "a scan, and OCR is switched off"]


JUNK = {
    "glyphs without a letter": "".join(
        f"{chr(0xE000 + n)}{chr(0xE010 + n)} Total " for n in range(40)
    ),
    "cid codes": "(cid:12)(cid:44)(cid:7) " * 40,
    "letters shifted by a font": "Wkhq wkh grfwru vdlg qrwklqj ri lpsruwdqfh derxw krzhyhu " * 4,
}
TEXT = {
    "English with ticks": "\uf0fc the quick brown fox jumps over lazy dogs " * 8,
    "German": "Rechnung über Schrauben, Dübel und Zwölfkantschlüssel gemäß Angebot " * 5,
    "figures": "Item 12.00 13.50 99 1,240.00 " * 20,
    "one short line": "Ref. 4711",
}


@pytest.mark.parametrize(
    ("text", "junk"),
    [*((each, True) for each in JUNK.values()), *((each, False) for each in TEXT.values())],
    ids=[*JUNK, *TEXT],
)
def test_a_text_layer_that_makes_no_sense_is_told_from_text(text, junk):
    assert is_junk(text.split()) is junk


def test_lines_specks_and_noise_are_no_words():
    seen = [("|Total", 0.9), ("|", 0.9), ("~—", 0.8), ("119.00", 0.92), ("xq", 0.05)]
    given = [
        Seen(text, x0=10.0 * at, y0=0, x1=10.0 * at + 9, y1=9, confidence=sure)
        for at, (text, sure) in enumerate(seen)
    ]
    assert [word.text for word in clean(given)] == ["Total", "119.00"]


def test_the_usual_engine_makes_no_new_recipe():
    given = {"model": "m", "asking": "whole", "type_name": "a", "type_hash": "b"}
    usual = Recipe(**given, extractor_version=3)
    assert usual.id == "2fc3280d84c62fb7"
    assert Recipe(**given, extractor_version=3, ocr="rapidocr").id != usual.id


def test_languages_are_all_that_tesseract_has():
    if not tesseract.is_installed():
        pytest.skip("Tesseract isn't installed")
    assert "osd" not in tesseract.installed_languages().split("+")


def test_the_photographed_receipt_of_the_samples_is_read():
    if ENGINE is None:
        pytest.skip(why_none("auto"))
    data = Path("samples/receipts/boltwick.jpg").read_bytes()
    assert {"$258.95", "242.01", "16.94"} <= {word.text for word in recognised(data).words}


GLUED = {
    "Date: 18/06/201808:18.00": "Date: 18/06/2018 08:18.00",
    "Date printed18/06/2018 08:18": "Date printed 18/06/2018 08:18",
    "Printed3-4-24": "Printed 3-4-24",
    "No. 12 of 3. April 2025": "No. 12 of 3. April 2025",
    "A12/3/4567": "A12/3/4567",
}


@pytest.mark.parametrize(("seen", "meant"), GLUED.items(), ids=GLUED)
def test_dates_that_it_glues_to_others_are_parted(seen, meant):
    assert unglued(seen) == meant


TORN = {
    "RM53. 60": "RM53.60",
    "Total 1,253. 60 S": "Total 1,253.60 S",
    "page 5. 12 pieces": "page 5. 12 pieces",
    "1. 250": "1. 250",
    "53.": "53.",
    "53.   60": "53. 60",
}


@pytest.mark.parametrize(("seen", "meant"), TORN.items(), ids=TORN)
def test_the_amount_at_the_end_of_a_line_is_one_word(seen, meant):
    words = [
        Seen(each[0], x0=each.start() * 5, y0=0, x1=each.end() * 5, y1=9, confidence=0.9)
        for each in re.finditer(r"\S+", seen)
    ]
    assert " ".join(word.text for word in words_of(words, 1.0)) == meant
