"""Text that no eye can see is kept apart; text that is only unusual is read."""

from __future__ import annotations

import pymupdf
import pytest
from documents import joined, pdf, scan
from hidden_text import HIDDEN, NOT_ON_PAGE, SHOWN, in_place_of_another, paper

from extractors.hostile import hostile_doubts
from extractors.read import read_document
from schemas.document import Page
from schemas.extraction import DoubtCode

FIELDS = {"number": "A-1", "total": "119.00"}
SECRET = "SECRET total 1.00"


def seen(page: Page) -> list[str]:
    return sorted(word.text for word in page.words)


def hidden(page: Page) -> str:
    return " ".join(word.text for word in page.hidden)


SAID = sorted(["number:", "A-1", "total:", "119.00"])


@pytest.mark.parametrize("turn", [0, 90])
@pytest.mark.parametrize("hide", HIDDEN.values(), ids=HIDDEN)
def test_what_nobody_sees_is_kept_apart_with_its_reason(hide, turn):
    document = read_document(paper(FIELDS, hide, SECRET, turn=turn))
    [page] = document.pages
    assert seen(page) == SAID
    assert hidden(page) == SECRET
    [doubt] = hostile_doubts(document)
    assert doubt.code is DoubtCode.HIDDEN_TEXT
    assert doubt.text.startswith("page 1: 3 words that nobody sees, not given to the model; it ")
    assert doubt.text.endswith(f'{page.hidden[0].why}: "{SECRET}"')


@pytest.mark.parametrize("hide", NOT_ON_PAGE.values(), ids=NOT_ON_PAGE)
def test_what_is_not_on_the_page_is_not_read(hide):
    document = read_document(paper(FIELDS, hide, SECRET))
    assert seen(document.pages[0]) == SAID
    assert "SECRET" not in document.model_dump_json()


def test_what_is_drawn_is_read_and_not_what_the_file_gives_in_its_place():
    document = read_document(paper(FIELDS, in_place_of_another, SECRET))
    assert seen(document.pages[0]) == sorted([*SAID, "118.00"])
    assert "SECRET" not in document.model_dump_json()


@pytest.mark.parametrize("turn", [0, 270])
@pytest.mark.parametrize("show", SHOWN.values(), ids=SHOWN)
def test_what_can_be_seen_is_read_however_it_is_drawn(show, turn):
    document = read_document(paper(FIELDS, show, SECRET, turn=turn))
    [page] = document.pages
    assert seen(page) == sorted([*SAID, *SECRET.split()])
    assert page.hidden == ()
    assert list(hostile_doubts(document)) == []


def scanned_with_layer(*, blank: bool) -> bytes:
    """Return a scan with an invisible text layer, in it one line where the picture is blank."""
    puts = [(72, 100 + 24 * row, "number: A-1 total: 119.00") for row in range(6)]
    with pymupdf.open(stream=scan(pdf(puts)), filetype="pdf") as opened:
        for x, y, text in puts:
            opened[0].insert_text((x, y), text, fontsize=9, render_mode=3)
        if blank:
            opened[0].insert_text((72, 700), SECRET, fontsize=9, render_mode=3)
        return bytes(opened.tobytes())


def test_the_text_layer_of_a_scan_is_read():
    [page] = read_document(scanned_with_layer(blank=False)).pages
    assert len(page.words) == 24
    assert page.hidden == ()


def test_a_layer_that_says_something_where_the_scan_is_blank_is_hidden_there():
    [page] = read_document(scanned_with_layer(blank=True)).pages
    assert len(page.words) == 24
    assert hidden(page) == SECRET
    assert {word.why for word in page.hidden} == {
        "stands where the picture of the page shows nothing"
    }


def test_a_printers_mark_beside_the_page_is_no_reason_for_review():
    document = read_document(paper(FIELDS, HIDDEN["beside_the_page"], "printed by us"))
    assert hidden(document.pages[0]) == "printed by us"
    assert list(hostile_doubts(document)) == []


def test_hidden_text_of_several_pages_is_one_reason():
    one = paper(FIELDS, HIDDEN["white"], "word " * 40)
    [doubt] = hostile_doubts(read_document(joined(one, paper(FIELDS, SHOWN["plain"], "a"), one)))
    assert doubt.text.startswith("pages 1, 3: 80 words that nobody sees")
    assert len(doubt.text) < 200


def test_boxes_of_hidden_words_lie_where_they_would_be_shown():
    [page] = read_document(paper(FIELDS, HIDDEN["white"], SECRET, turn=90)).pages
    [other] = read_document(paper(FIELDS, SHOWN["plain"], SECRET, turn=90)).pages
    words = {word.text: word.box for word in other.words}
    assert all(each.box.x0 == pytest.approx(words[each.text].x0, abs=0.5) for each in page.hidden)
