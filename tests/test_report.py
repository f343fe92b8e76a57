"""The report is one file that needs nothing else, shows every error, and runs nothing of theirs."""

from __future__ import annotations

import base64
import hashlib
import io
import os
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from builders import NOVEMBER
from documents import letter, turned
from PIL import Image

from extractors.files import document_id
from extractors.read import read_document
from flows.evaluate.cutouts import (
    ANSWER_COLOUR,
    DPI,
    GAP_PX,
    MARGIN_PT,
    MOST_HEIGHT_PT,
    TRUTH_COLOUR,
    Band,
    Cutter,
    bands_of,
)
from flows.evaluate.report import write_report
from flows.evaluate.report_cards import NOWHERE, cards_of
from flows.plotting import VARIABLES
from schemas.document import Box
from schemas.errors import PathError
from schemas.evaluation import Evaluation, JudgedDocument, JudgedField, JudgedList, Verdict
from schemas.extraction import Outcome
from schemas.kinds import Kind

PAGE = """
Invoice | R-17

Net total | 100.00
Grand total | 119.00
"""
HOSTILE = """</script><script>alert(1)</script>"><img src=x onerror=alert(2)> {{ 7 * 7 }} 'x'"""
VOID = {"meta", "img", "input", "br", "link"}


class Parsed(HTMLParser):
    """A page's elements with their attributes, and the text of each element with an id."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[tuple[str, dict[str, str]]] = []
        self.texts: dict[str, str] = {}
        self._open: list[tuple[str, str]] = []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        given = {name: value or "" for name, value in attrs}
        self.elements.append((tag, given))
        if tag not in VOID:
            self._open.append((tag, given.get("id", "")))

    def handle_endtag(self, tag):
        if tag in {open_tag for open_tag, _ in self._open}:
            while self._open.pop()[0] != tag:
                pass

    def handle_data(self, data):
        for _, name in self._open:
            self.texts[name] = self.texts.get(name, "") + data

    def all(self, tag: str) -> list[dict[str, str]]:
        return [attributes for name, attributes in self.elements if name == tag]

    @property
    def cards(self) -> list[str]:
        return [
            " ".join(self.texts[each["id"]].split())
            for each in self.all("article")
            if each["class"] == "card"
        ]


def a_field(path="grand_total", verdict=Verdict.WRONG, **given) -> JudgedField:
    texts = {
        Verdict.RIGHT: ("119.00", "119.00"),
        Verdict.WRONG: ("119.00", "100.00"),
        Verdict.MISSED: ("119.00", None),
        Verdict.INVENTED: (None, "100.00"),
        Verdict.ABSENT: (None, None),
    }
    truth, value = texts[verdict]
    given = {"truth": truth, "value": value, "confidence": 0.7 if value else 0.0, **given}
    return JudgedField(path=path, kind=Kind.AMOUNT, verdict=verdict, **given)


def a_document(*fields: JudgedField, **given) -> JudgedDocument:
    given = {
        "document_id": "d" * 64,
        "source": "in/r17.pdf",
        "group": "samples",
        "type_name": "invoice",
        "language": "en",
        "pages": 1,
        "outcome": Outcome.IN_REVIEW,
        "seconds": 12.5,
        **given,
    }
    return JudgedDocument(fields=fields, **given)


def an_evaluation(*documents: JudgedDocument, name: str = "20261123-150700-aaaa") -> Evaluation:
    return Evaluation(
        id=name,
        at=NOVEMBER,
        model="local/small",
        asking="fields",
        recipes=("0123456789abcdef",),
        gold=("gold/",),
        documents=documents,
    )


def report(evaluation: Evaluation, folder: Path, against: Evaluation | None = None) -> str:
    path = folder / "report.html"
    write_report(evaluation, path, against)
    return path.read_text(encoding="utf-8")


@pytest.fixture
def paper(tmp_path) -> Path:
    path = tmp_path / "r17.pdf"
    path.write_bytes(letter(PAGE))
    return path


def on(paper: Path) -> dict[str, str]:
    return {"source": str(paper), "document_id": document_id(paper.read_bytes())}


def box_of(paper: Path, text: str) -> Box:
    [page] = read_document(paper.read_bytes()).pages
    [box] = [word.box for word in page.words if word.text == text]
    return box


def test_every_field_that_is_not_right_has_a_card(tmp_path):
    cells = (
        a_field("line_items[0].line_total", Verdict.RIGHT, gold_row=0),
        a_field("line_items[+0].line_total", Verdict.MISSED, gold_row=1, truth="77.70"),
    )
    items = JudgedList(
        name="line_items",
        gold_rows=2,
        found_rows=1,
        matched_rows=1,
        whole_rows=1,
        gold_cells=2,
        found_cells=1,
        right_cells=1,
        cells=cells,
    )
    document = a_document(
        a_field("net_total", Verdict.RIGHT),
        a_field("amount_due", Verdict.ABSENT),
        a_field("grand_total", Verdict.WRONG, raw="€ 100", doubts=("it isn't sure",)),
        a_field("tax_total", Verdict.MISSED, truth="19.00"),
        a_field("discount", Verdict.INVENTED, value="3.00"),
        lists=(items,),
    )
    cards = Parsed(report(an_evaluation(document), tmp_path)).cards
    assert [card.split()[:2] for card in cards] == [
        ["wrong", "grand_total"],
        ["missed", "tax_total"],
        ["invented", "discount"],
        ["missed", "line_items[+0].line_total"],
    ]
    for part in ("119.00", "100.00", "€ 100", "70 %", "it isn't sure", "r17.pdf", "invoice", "en"):
        assert part in cards[0]
    assert "truth 19.00 answer none" in cards[1]
    assert "truth none answer 3.00" in cards[2]
    assert "truth 77.70 answer none" in cards[3]
    assert "row 2 of gold" in cards[3]


def test_what_documents_say_stays_text(tmp_path):
    field = a_field(truth=HOSTILE, value=HOSTILE, raw=HOSTILE, doubts=(HOSTILE,))
    document = a_document(
        field,
        source=f"in/{HOSTILE.replace('/', '')}",
        group=HOSTILE,
        type_name=HOSTILE,
        language=HOSTILE,
        problem=HOSTILE,
    )
    evaluation = an_evaluation(document).model_copy(update={"model": HOSTILE, "gold": (HOSTILE,)})
    right = field.model_copy(update={"verdict": Verdict.RIGHT})
    before = an_evaluation(document.model_copy(update={"fields": (right,)}))
    page = Parsed(report(evaluation, tmp_path, before))
    assert len(page.all("script")) == 1
    assert page.all("img") == []
    assert not any(name.startswith("on") for _, attributes in page.elements for name in attributes)
    [card] = page.cards
    assert card.count(HOSTILE) == 8  # type, language, folder, truth, answer, raw, doubt, problem
    assert HOSTILE in page.texts["moved"]
    assert HOSTILE in page.texts["documents"]


def test_the_file_needs_nothing_else(tmp_path, paper):
    field = a_field(page=1, boxes=(box_of(paper, "100.00"),))
    html = report(an_evaluation(a_document(field, **on(paper))), tmp_path)
    page = Parsed(html)
    [picture] = page.all("img")
    assert picture["src"].startswith("data:image/png;base64,")
    assert page.all("link") == []
    references = [a[n] for _, a in page.elements for n in ("src", "href", "xlink:href") if n in a]
    assert {each[0] for each in references if not each.startswith("data:")} == {"#"}
    assert set(re.findall(r"https?://[^\"' <]+", html)) == {
        "http://www.w3.org/2000/svg",
        "http://www.w3.org/1999/xlink",
    }
    assert re.findall(r"url\((?!#)|@import", html) == []


def test_only_the_reports_own_script_may_run(tmp_path):
    html = report(an_evaluation(a_document(a_field())), tmp_path)
    script = html[html.rindex("<script>") + len("<script>") : html.rindex("</script>")]
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    [policy] = [
        each["content"] for each in Parsed(html).all("meta") if each.get("http-equiv") is not None
    ]
    assert "default-src 'none'" in policy
    assert f"script-src 'sha256-{digest}'" in policy


def test_plots_say_what_they_show_and_take_the_pages_colours(tmp_path):
    documents = [
        a_document(a_field(verdict=verdict), document_id=letter_ * 64, pages=pages)
        for letter_, verdict, pages in (("a", Verdict.RIGHT, 1), ("b", Verdict.WRONG, 2))
    ]
    html = report(an_evaluation(*documents), tmp_path)
    plots = [each for each in Parsed(html).all("svg") if each["role"] == "img"]
    titles = {title for each in plots for title in each["aria-labelledby"].split()}
    assert len(plots) == 4
    assert titles <= Parsed(html).texts.keys()
    assert Parsed(html).texts["fields0-desc"] == "grand_total 50%"
    assert not any(colour in html for colour in VARIABLES)
    ids = [attributes["id"] for _, attributes in Parsed(html).elements if "id" in attributes]
    assert len(ids) == len(set(ids))


def pixels(picture, colour) -> tuple[int, int, int, int]:
    """Return the smallest rectangle around all pixels of a colour, its right and bottom within."""
    image = Image.open(io.BytesIO(picture.png)).convert("RGB")
    found = [
        (x, y)
        for x in range(image.width)
        for y in range(image.height)
        if image.getpixel((x, y)) == colour
    ]
    columns, rows = [x for x, _ in found], [y for _, y in found]
    return min(columns), min(rows), max(columns), max(rows)


@pytest.mark.parametrize("degrees", [0, 90])
def test_the_boxes_are_drawn_where_they_are(tmp_path, degrees):
    paper = tmp_path / "turned.pdf"
    paper.write_bytes(turned(letter(PAGE), degrees))
    answer, truth = box_of(paper, "100.00"), box_of(paper, "119.00")
    with Cutter() as cutter:
        cuts = cutter.cut(**_file(paper), bands=[Band(1, answer=(answer,), truth=(truth,))])
    [picture] = cuts.pictures
    assert cuts.problem == ""
    zoom, top = DPI / 72, max(0.0, min(answer.y0, truth.y0) - MARGIN_PT)
    for box, colour, gap in ((answer, ANSWER_COLOUR, GAP_PX), (truth, TRUTH_COLOUR, GAP_PX + 3)):
        expected = [
            box.x0 * zoom - gap,
            (box.y0 - top) * zoom - gap,
            box.x1 * zoom + gap,
            (box.y1 - top) * zoom + gap,
        ]
        assert pixels(picture, colour) == pytest.approx(expected, abs=2)
    around = Band(1, answer=(answer, truth)).around
    [page] = read_document(paper.read_bytes()).pages
    assert picture.focus == pytest.approx((around.x0 + around.x1) / 2 / page.width, abs=0.01)


def _file(paper: Path) -> dict[str, str]:
    return {"source": str(paper), "document": document_id(paper.read_bytes())}


def test_boxes_far_apart_or_on_two_pages_get_a_picture_each():
    here, near, far = (Box(x0=10, y0=y, x1=50, y1=y + 10) for y in (10, 100, 20 + MOST_HEIGHT_PT))

    def bands(**given):
        return [(each.page, each.answer, each.truth) for each in bands_of(a_field(**given))]

    answer = {"page": 1, "boxes": (here,)}
    assert bands() == []
    assert bands(**answer) == [(1, (here,), ())]
    assert bands(**answer, truth_page=1, truth_boxes=(near,)) == [(1, (here,), (near,))]
    assert bands(**answer, truth_page=1, truth_boxes=(far,)) == [(1, (here,), ()), (1, (), (far,))]
    assert bands(**answer, truth_page=2, truth_boxes=(near,)) == [
        (1, (here,), ()),
        (2, (), (near,)),
    ]


def test_a_document_that_is_gone_or_changed_gives_cards_without_pictures(tmp_path, paper):
    field = a_field(page=1, boxes=(box_of(paper, "100.00"),))
    gone = a_document(field, source=str(tmp_path / "gone.pdf"))
    changed = a_document(field, source=str(paper))
    nowhere = a_document(a_field(), **on(paper))
    page = Parsed(report(an_evaluation(gone, changed, nowhere), tmp_path))
    assert page.all("img") == []
    for card, why in zip(
        page.cards,
        (
            "The file can't be read any more: No such file or directory.",
            "The file was changed since the evaluation.",
            NOWHERE,
        ),
        strict=True,
    ):
        assert f"No picture: {why}" in card


def test_a_page_that_cannot_be_drawn_leaves_the_others(paper):
    box = box_of(paper, "100.00")
    beyond = Box(x0=1, y0=5000, x1=2, y1=5010)
    with Cutter() as cutter:
        cuts = cutter.cut(
            **_file(paper),
            bands=[Band(7, answer=(box,)), Band(1, answer=(box,)), Band(1, answer=(beyond,))],
        )
    assert [picture is None for picture in cuts.pictures] == [True, False, True]
    assert cuts.problem == "Page 1 can't be drawn: the place isn't on the page."


def test_a_document_that_takes_too_long_is_given_up(tmp_path):
    os.mkfifo(tmp_path / "endless.pdf")
    band = Band(1, answer=(Box(x0=1, y0=1, x1=2, y1=2),))
    with Cutter(timeout_s=0.5) as cutter:
        cuts = cutter.cut(str(tmp_path / "endless.pdf"), "d" * 64, [band])
    assert cuts.pictures == (None,)
    assert "took longer" in cuts.problem


def test_pictures_are_capped_and_the_report_says_so(paper):
    box = (box_of(paper, "100.00"),)
    cell = a_field("line_items[0].line_total", page=1, boxes=box)
    items = JudgedList(
        name="line_items",
        gold_rows=1,
        found_rows=1,
        matched_rows=0,
        whole_rows=0,
        gold_cells=1,
        found_cells=1,
        right_cells=0,
        cells=(cell,),
    )
    first = a_document(a_field(page=1, boxes=box), lists=(items,), **on(paper))
    second = a_document(a_field(page=1, boxes=box), **on(paper))
    found = cards_of(an_evaluation(first, second), most=2)
    assert [(card.field.path, len(card.cutouts)) for card in found.cards] == [
        ("grand_total", 1),
        ("line_items[0].line_total", 0),  # fields come before cells, also those of later documents
        ("grand_total", 1),
    ]
    assert found.left_out == 1
    assert "shows the first 2 pictures" in found.cards[1].no_picture


def test_what_moved_is_shown_against_an_earlier_evaluation(tmp_path):
    before = an_evaluation(
        a_document(a_field("net_total", Verdict.RIGHT), a_field("grand_total", Verdict.WRONG)),
        name="20261101-080000-0000",
    )
    now = an_evaluation(
        a_document(a_field("net_total", Verdict.MISSED), a_field("grand_total", Verdict.RIGHT))
    )
    moved = " ".join(Parsed(report(now, tmp_path, before)).texts["moved"].split())
    assert "evaluation 20261101-080000-0000" in moved
    assert "50.0 % → 50.0 %" in moved
    wrong, right = moved.split("Became right")
    assert "net_total" in wrong
    assert "grand_total" in right
    assert "moved" not in Parsed(report(now, tmp_path)).texts


@pytest.mark.parametrize(
    "documents", [(), (a_document(a_field(verdict=Verdict.RIGHT)),)], ids=["none", "all right"]
)
def test_without_errors_the_report_says_so(tmp_path, documents):
    page = Parsed(report(an_evaluation(*documents), tmp_path))
    assert page.cards == []
    assert "Every labelled field is right." in page.texts["errors"]


def test_a_report_that_cannot_be_written_is_an_error_of_the_path(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(PathError, match="can't be written"):
        write_report(an_evaluation(), tmp_path / "file" / "report.html")
