"""A page set straight and shown again: boxes come back to where they were."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractors.layout import lines_of, text_of
from extractors.turning import shown, straight
from schemas.document import Box, Document, Page, Word
from schemas.recognised import RecognisedPage, with_recognised

SIDES = st.floats(1, 200)
TURNS = st.builds(
    lambda quarters, slant: 90.0 * quarters - slant, st.integers(0, 3), st.floats(-12, 12)
)


def page(turn: float, *rows: tuple[Word, ...]) -> Page:
    return Page(number=1, width=600, height=800, source="ocr", rows=rows, turn=turn)


@given(x=SIDES, y=SIDES, width=SIDES, height=SIDES, turn=TURNS)
def test_there_and_back_is_where_it_was(x, y, width, height, turn):
    box = Box(x0=x, y0=y, x1=x + width, y1=y + height)
    back = straight(shown(box, page(turn)), page(turn))
    for name in Box.model_fields:
        assert getattr(back, name) == pytest.approx(getattr(box, name), abs=1e-6)


TURNED = {
    0.0: (10, 20, 30, 25),
    90.0: (20, 770, 25, 790),
    180.0: (570, 775, 590, 780),
    270.0: (575, 10, 580, 30),
}


@pytest.mark.parametrize(("turn", "expected"), TURNED.items())
def test_a_page_on_its_side_shows_boxes_on_their_side(turn, expected):
    box = shown(Box(x0=10, y0=20, x1=30, y1=25), page(turn))
    assert (box.x0, box.y0, box.x1, box.y1) == pytest.approx(expected)


def test_an_askew_page_is_laid_out_straight_and_shows_its_words_where_they_are():
    level = [
        Word(text=text, box=Box(x0=x, y0=100, x1=x + 40, y1=110))
        for text, x in (("Total", 50), ("12.00", 500))
    ]
    askew = page(-4.0)
    row = tuple(word.model_copy(update={"box": shown(word.box, askew)}) for word in level)
    [line] = lines_of(Document(id="x", pages=(page(-4.0, row),)))
    assert text_of(line) == "Total | 12.00"
    words = [word for segment in line for word in segment.words]
    assert [word.box.y0 for word in words] == pytest.approx([100, 100])
    assert [word.shown for word in words] == [word.box for word in row]


def test_what_was_recognised_is_kept_and_put_back():
    word = Word(text="Total", box=Box(x0=1, y0=2, x1=3, y1=4), confidence=0.91)
    read = page(90.0, (word,))
    kept = RecognisedPage.model_validate_json(RecognisedPage.of(read).model_dump_json())
    unread = Page(number=1, width=600, height=800, source="none", rows=(), problem="a scan")
    document = Document(id="x", pages=(unread,))
    assert with_recognised(document, (kept,)).pages == (read,)
