"""A file's bytes become pages of words with boxes, or an error that says what is wrong with it."""

import hashlib

import documents
import pymupdf
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from extractors.files import SUFFIXES, document_id
from extractors.read import read_document
from extractors.rows import rows_of
from schemas.document import Box, Word
from schemas.errors import UnreadableError

PLAIN = documents.pdf([(50, 60, "Invoice R-17"), (50, 90, "Total"), (300, 90, "119.00 EUR")])
THREE_PAGES = documents.letter(
    *("\n".join(f"page {page} row {row} R-{page}{row:02}" for row in range(30)) for page in "123")
)


def dark_points(data: bytes) -> set[tuple[int, int]]:
    """Return where the first page has ink when it is drawn as it is shown, in whole points."""
    with pymupdf.open(stream=data, filetype="pdf") as opened:
        drawn = opened[0].get_pixmap(dpi=72, colorspace=pymupdf.csGRAY)
        shades, stride = drawn.samples, drawn.stride
    return {divmod(at, stride)[::-1] for at, shade in enumerate(shades) if shade < 128}


def holds(box: Box, point: tuple[int, int]) -> bool:
    """Say whether a box holds a point, or nearly: ink is spread over whole points."""
    x, y = point
    return box.x0 - 1 <= x <= box.x1 + 1 and box.y0 - 1 <= y <= box.y1 + 1


def test_document_is_named_by_its_bytes():
    document = read_document(PLAIN)
    assert document.id == document_id(PLAIN) == hashlib.sha256(PLAIN).hexdigest()
    assert not document.repaired


def test_words_of_one_baseline_are_a_row_from_left_to_right():
    assert documents.texts(read_document(PLAIN)) == [
        ["Invoice", "R-17"],
        ["Total", "119.00", "EUR"],
    ]


def test_rows_go_from_top_to_bottom_whatever_was_drawn_first():
    data = documents.pdf([(300, 200, "third"), (50, 60, "first"), (200, 130, "second")])
    assert documents.texts(read_document(data)) == [["first"], ["second"], ["third"]]


def test_larger_word_on_the_same_height_is_in_the_row():
    words = [
        Word(text="119.00", box=Box(x0=80, y0=95, x1=140, y1=115)),
        Word(text="Total", box=Box(x0=40, y0=100, x1=70, y1=110)),
    ]
    assert [[word.text for word in row] for row in rows_of(words)] == [["Total", "119.00"]]


def test_pages_are_counted_from_one_and_have_their_size():
    document = read_document(THREE_PAGES)
    assert [(page.number, page.width, page.height) for page in document.pages] == [
        (1, 595.0, 842.0),
        (2, 595.0, 842.0),
        (3, 595.0, 842.0),
    ]
    assert [page.source for page in document.pages] == ["text", "text", "text"]
    assert document.pages[1].rows[0][-1].text == "R-200"


def test_boxes_are_in_points_from_the_top_left_corner():
    word = read_document(documents.pdf([(50, 100, "Total")], size=10)).pages[0].words[0]
    assert 49 < word.box.x0 < 52
    assert 69 < word.box.x1 < 75
    assert 88 < word.box.y0 < 94
    assert 100 < word.box.y1 < 105


def test_another_programs_pdf_has_the_same_words_at_the_same_places():
    puts = [(50.0, 60.0, "Invoice R-17"), (50.0, 90.0, "Total"), (300.0, 90.0, "119.00 EUR")]
    ours = read_document(documents.pdf(puts)).pages[0].words
    theirs = read_document(documents.by_reportlab(puts)).pages[0].words
    assert [word.text for word in theirs] == [word.text for word in ours]
    for one, other in zip(theirs, ours, strict=True):
        assert one.box.x0 == pytest.approx(other.box.x0, abs=0.5)
        assert one.box.x1 == pytest.approx(other.box.x1, abs=0.5)


SHOWN = {
    "upright": PLAIN,
    "turned by 90 degrees": documents.turned(PLAIN, 90),
    "turned by 180 degrees": documents.turned(PLAIN, 180),
    "turned by 270 degrees": documents.turned(PLAIN, 270),
    "cropped": documents.cropped(PLAIN, (40, 30, 500, 400)),
    "cropped and turned": documents.turned(documents.cropped(PLAIN, (40, 30, 500, 400)), 90),
}


@pytest.mark.parametrize("data", SHOWN.values(), ids=SHOWN)
def test_boxes_lie_where_the_page_as_shown_has_ink(data):
    page = read_document(data).pages[0]
    assert sorted(word.text for word in page.words) == [
        "119.00",
        "EUR",
        "Invoice",
        "R-17",
        "Total",
    ]
    ink = dark_points(data)
    assert all(any(holds(word.box, point) for point in ink) for word in page.words)
    assert all(any(holds(word.box, point) for word in page.words) for point in ink)


def test_size_is_that_of_the_page_as_shown():
    page = read_document(SHOWN["turned by 90 degrees"]).pages[0]
    assert (page.width, page.height) == (842.0, 595.0)


def test_what_a_crop_hides_is_not_read():
    data = documents.cropped(PLAIN, (40, 70, 500, 400))
    assert documents.texts(read_document(data)) == [["Total", "119.00", "EUR"]]


def test_landscape_page_stored_sideways_reads_in_rows():
    with pymupdf.open() as made:
        page = made.new_page(width=595, height=842)
        page.insert_text((100, 700), "Invoice R-17", rotate=90)
        page.insert_text((130, 700), "Total", rotate=90)
        page.insert_text((130, 400), "119.00", rotate=90)
        page.set_rotation(90)
        data = made.tobytes()
    assert documents.texts(read_document(data)) == [["Invoice", "R-17"], ["Total", "119.00"]]


WITHOUT_TEXT = {
    "PNG": (documents.picture(PLAIN), 1),
    "JPEG": (documents.picture(PLAIN, "jpg"), 1),
    "scan in a PDF": (documents.scan(PLAIN), 1),
    "blank page": (documents.pdf([]), 1),
}


@pytest.mark.parametrize(("data", "pages"), WITHOUT_TEXT.values(), ids=WITHOUT_TEXT)
def test_picture_is_a_page_without_text(data, pages):
    document = read_document(data)
    assert [page.source for page in document.pages] == ["none"] * pages
    assert document.pages[0].rows == ()
    assert document.pages[0].width > 0


def test_scanned_page_between_others_is_known_by_its_source():
    data = documents.joined(PLAIN, documents.scan(PLAIN), PLAIN)
    assert [page.source for page in read_document(data).pages] == ["text", "none", "text"]


def test_every_suffix_that_is_offered_can_be_read():
    assert {".pdf", ".jpg", ".jpeg", ".png", ".tif", ".tiff"} == SUFFIXES


def test_pdf_may_begin_behind_other_bytes():
    assert read_document(b"\r\nmail header\r\n" * 20 + PLAIN).pages[0].words[0].text == "Invoice"


def test_pdf_that_opens_for_all_is_read_though_it_is_encrypted():
    assert len(read_document(documents.encrypted(PLAIN, password="")).pages) == 1


PNG, JPEG = documents.picture(PLAIN), documents.picture(PLAIN, "jpg")
CUT = "can't be read: (?s:.*) It may have been cut short on its way; get it again."
UNREADABLE = {
    "nothing": (b"", r"The file is empty \(0 bytes\). Get it again from where it came."),
    "text": (
        b"Dear Sir",
        "no PDF, JPEG, PNG or TIFF, whatever its name says: it begins with 'Dear Sir'",
    ),
    "Word document": (b"PK\x03\x04\x14\x00", r"it begins with 'PK\\x03\\x04\\x14\\x00'"),
    "zeros": (bytes(2000), "no PDF, JPEG, PNG or TIFF"),
    "PDF too far behind": (b"x" * 2000 + PLAIN, "no PDF, JPEG, PNG or TIFF"),
    "encrypted": (
        documents.encrypted(PLAIN),
        "The file is encrypted and opens only with a password. Save it without one, or run it",
    ),
    "PDF's first line alone": (b"%PDF-1.7\n", f"The file begins like a PDF but {CUT}"),
    "page that only says it is a PDF": (b"<html>%PDF-1.7</html>", f"begins like a PDF but {CUT}"),
    "PDF cut in its beginning": (THREE_PAGES[:100], f"begins like a PDF but {CUT}"),
    "PNG's first bytes alone": (PNG[:8], f"begins like a PNG but {CUT}"),
    "half a PNG": (PNG[: len(PNG) // 2], f"begins like a PNG but {CUT}"),
    "JPEG's first bytes alone": (JPEG[:4], f"begins like a JPEG but {CUT}"),
    "JPEG without its picture": (JPEG[:100], f"begins like a JPEG but {CUT}"),
}


@pytest.mark.parametrize(("data", "message"), UNREADABLE.values(), ids=UNREADABLE)
def test_what_cannot_be_read_says_what_it_is_and_what_to_do(data, message):
    with pytest.raises(UnreadableError, match=message):
        read_document(data)


def outcome_of(data):
    """Return `whole` or `repaired`, or why the document can't be read."""
    try:
        return "repaired" if read_document(data).repaired else "whole"
    except UnreadableError as error:
        return str(error)


@pytest.mark.parametrize("tenths", range(1, 10))
def test_pdf_cut_short_is_an_error_or_known_to_be_repaired(tenths):
    cut = THREE_PAGES[: len(THREE_PAGES) * tenths // 10]
    outcome = outcome_of(cut)
    assert outcome == "repaired" or "cut short" in outcome


@settings(deadline=None)
@given(st.binary(max_size=200), st.sampled_from([b"", b"%PDF-1.7\n", PNG[:40], JPEG[:200]]))
def test_any_bytes_are_a_document_or_unreadable(rest, begin):
    assert outcome_of(begin + rest)
