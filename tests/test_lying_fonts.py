"""A font that shows other characters than it says is found; honest fonts of any style are not."""

from __future__ import annotations

import string
import zlib

import lying_fonts
import pymupdf
import pytest
from documents import HEIGHT, WIDTH
from hostile_files import raw_pdf
from lying_fonts import FONTS, SANS, drawings, lying, put, shuffled, swapped

from extractors.hidden.glyphs import readable
from extractors.hidden.reasons import MISLABELLED
from extractors.hostile import hostile_doubts
from extractors.ocr.engine import Seen
from extractors.ocr.page import recognise_page
from extractors.read import read_document
from extractors.text_layer import OTHER_CHARACTERS
from schemas.document import Page
from schemas.extraction import DoubtCode

TEXT = """Invoice 4711 of 2026-03-18
Total 118.00 due 29.05.2036
Please pay within thirty days, quoting the number above"""
OTHERS = {
    "two digits": swapped("1", "9"),
    "a digit": {"1": "9"},
    "all digits": shuffled(string.digits, 3),
    "all small letters": shuffled(string.ascii_lowercase, 3),
    "two letters": swapped("a", "t"),
    "all": lying_fonts.DIGITS | lying_fonts.LETTERS,
}
STYLES = ("DejaVuSans", "DejaVuSerif-BoldItalic", "DejaVuSansMono", "STIXGeneral", "cmss10")
HONEST = (
    *STYLES, "DejaVuSans-Bold", "DejaVuSans-Oblique", "DejaVuSans-BoldOblique", "DejaVuSerif",
    "DejaVuSerif-Bold", "DejaVuSerif-Italic", "DejaVuSansMono-Bold", "DejaVuSansMono-Oblique",
    "STIXGeneralBol", "STIXGeneralItalic", "STIXGeneralBolIta", "cmr10", "cmb10", "cmti10",
    "cmmi10", "cmtt10",
)  # fmt: skip
ALL = f"{string.digits}\n{string.ascii_uppercase}\n{string.ascii_lowercase}\n{TEXT}"


def only_page(data: bytes) -> Page:
    [page] = read_document(data).pages
    return page


def test_glyphs_are_read_as_this_pymupdf_holds_them():
    assert readable()


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("said", OTHERS.values(), ids=OTHERS)
def test_what_a_lying_font_says_is_kept_apart_and_the_page_is_for_ocr(said, style):
    document = read_document(lying(TEXT, said, font=FONTS / f"{style}.ttf"))
    [page] = document.pages
    assert page.words == ()
    assert page.source == "none"
    assert page.problem == OTHER_CHARACTERS
    says = "".join(said.get(each, each) for each in TEXT).split()
    assert sorted(word.text for word in page.hidden) == sorted(says)
    assert {word.why for word in page.hidden} == {MISLABELLED}
    [doubt] = hostile_doubts(document)
    assert doubt.code is DoubtCode.HIDDEN_TEXT


@pytest.mark.parametrize("style", HONEST)
@pytest.mark.parametrize("size", [5.0, 12.0])
def test_an_honest_font_is_read(style, size):
    page = only_page(lying(ALL, {}, font=FONTS / f"{style}.ttf", size=size))
    assert sorted(word.text for word in page.words) == sorted(ALL.split())
    assert page.hidden == ()
    assert page.problem == ""


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("said", OTHERS.values(), ids=OTHERS)
def test_a_font_of_small_drawings_is_found_lying_too(said, style):
    page = only_page(drawings(TEXT, said, font=FONTS / f"{style}.ttf"))
    assert page.words == ()
    assert page.problem == OTHER_CHARACTERS
    says = "".join(said.get(each, each) for each in TEXT).split()
    assert sorted(word.text for word in page.hidden) == sorted(says)


@pytest.mark.parametrize("style", HONEST)
@pytest.mark.parametrize("em", [25, 42, 83], ids=["180 dpi", "300 dpi", "600 dpi"])
def test_an_honest_font_of_small_drawings_is_read(style, em):
    page = only_page(drawings(ALL, {}, font=FONTS / f"{style}.ttf", em=em))
    assert sorted(word.text for word in page.words) == sorted(ALL.split())
    assert page.hidden == ()


@pytest.mark.parametrize(
    "name", ["helv", "hebi", "tiro", "tibo", "tiit", "cour", "cobi", "china-s", "japan"]
)
def test_a_font_that_is_not_embedded_is_read(name):
    with pymupdf.open() as made:
        page = made.new_page(width=WIDTH, height=HEIGHT)
        page.insert_text((72, 100), ALL, fontname=name, fontsize=8)
        read = only_page(bytes(made.tobytes()))
    assert sorted(word.text for word in read.words) == sorted(ALL.split())
    assert read.hidden == ()


def test_a_font_that_is_not_embedded_may_lie_too():
    with pymupdf.open() as made:
        page = made.new_page(width=WIDTH, height=HEIGHT)
        page.insert_text((72, 100), TEXT, fontname="helv")
        [(xref, *_)] = page.get_fonts()
        stream = made.get_new_xref()
        made.update_object(stream, "<<>>")
        made.update_stream(
            stream,
            b"begincmap 1 begincodespacerange <00> <ff> endcodespacerange\n"
            b"2 beginbfchar <31> <0039> <39> <0031> endbfchar endcmap",
        )
        made.xref_set_key(xref, "ToUnicode", f"{stream} 0 R")
        read = only_page(bytes(made.tobytes()))
    assert read.words == ()
    assert "999.00" not in [word.text for word in read.words]
    assert "998.00" in [word.text for word in read.hidden]


def test_words_of_honest_fonts_are_read_beside_those_of_a_lying_one():
    with pymupdf.open() as made:
        page = made.new_page(width=WIDTH, height=HEIGHT)
        put(made, page, (72, 100), "Total", {})
        put(made, page, (110, 100), "118.00", swapped("1", "9"))
        put(made, page, (160, 100), "EUR 27", {})
        page.set_rotation(90)
        read = only_page(bytes(made.tobytes()))
    assert sorted(word.text for word in read.words) == ["27", "EUR", "Total"]
    assert [word.text for word in read.hidden] == ["998.00"]
    assert read.problem == OTHER_CHARACTERS


def test_each_page_is_judged_by_itself():
    with pymupdf.open() as made:
        for said in ({}, swapped("1", "9"), {}):
            page = made.new_page(width=WIDTH, height=HEIGHT)
            put(made, page, (72, 100), TEXT, said)
        pages = read_document(bytes(made.tobytes())).pages
    assert [bool(page.hidden) for page in pages] == [False, True, False]


class Saw:
    """An engine that sees the same words on every page."""

    name = "saw"

    def see(self, _: object) -> list[Seen]:
        return [Seen("Total", 10, 10, 60, 30, 0.99), Seen("118.00", 70, 10, 140, 30, 0.99)]


def test_the_page_is_taken_as_ocr_reads_it_and_says_what_its_text_was():
    with pymupdf.open() as made:
        page = made.new_page(width=WIDTH, height=HEIGHT)
        put(made, page, (72, 100), "Many words that are what they look like, " * 2, {})
        put(made, page, (72, 130), "Total 118.00", swapped("1", "9"))
        data = bytes(made.tobytes())
    read = recognise_page(data, 1, Saw())
    assert read.source == "ocr"
    assert [word.text for word in read.words] == ["Total", "118.00"]
    assert [word.text for word in read.hidden] == ["Total", "998.00"]
    assert read.problem == ""


@pytest.mark.parametrize("keep", [True, False])
def test_a_broken_font_program_is_no_failure(keep):
    data = lying(TEXT, swapped("1", "9"))
    with pymupdf.open(stream=data, filetype="pdf") as opened:
        for xref in range(1, opened.xref_length()):
            if opened.xref_is_stream(xref) and opened.xref_get_key(xref, "Length1")[0] == "int":
                program = opened.xref_stream(xref)
                opened.update_stream(xref, program[: len(program) // 2 if keep else 0] or b"x")
        page = only_page(bytes(opened.tobytes()))
    assert page.number == 1


def test_a_font_on_one_page_only_as_symbols_says_nothing():
    page = only_page(lying("★ ☎ ✓ →", {}, font=SANS))
    assert page.hidden == ()


def test_a_font_of_small_drawings_is_read_as_it_says():
    proc = b"500 0 0 0 400 700 d1 0 0 400 700 re f"
    font = (
        b"<</Type /Font /Subtype /Type3 /FontBBox [0 0 500 700] /FontMatrix [.001 0 0 .001 0 0] "
        b"/CharProcs <</one 8 0 R>> /Encoding <</Differences [49 /one]>> /FirstChar 49 "
        b"/LastChar 49 /Widths [500]>>"
    )
    data = raw_pdf(
        content=zlib.compress(b"BT /T3 12 Tf 72 700 Td (111) Tj ET"),
        resources="/Font <</T3 7 0 R>>",
        more=(font, b"<</Length %d>>\nstream\n%s\nendstream" % (len(proc), proc)),
    )
    page = only_page(data)
    assert [word.text for word in page.words] == ["111"]
    assert page.hidden == ()
