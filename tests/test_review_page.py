"""The review page in a real browser: what a person sees, does, and what becomes of it."""

from __future__ import annotations

import os
import re
import time
from datetime import date
from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest
from browser import NARROW, PATIENCE_MS, a_tab, chromium, keep_picture, picture_of, rectangle
from documents import joined, letter, scan
from playwright.sync_api import Page, expect
from review_papers import Doubtful, an_invoice, put_in_review, read_off_gold
from web_server import OTHER, Site, serving

from extractors.read import read_document
from flows.store.store import Store
from schemas.extraction import Doubt, DoubtCode

expect.set_options(timeout=PATIENCE_MS)

UNSURE = Doubtful("only 62% sure, not 95%")
EVIL = "<img src=x onerror=alert(1)> & Sons"
MARROWBY = {
    "issue_date": Doubtful(
        "only 77% sure, not 95%", confidence=0.77, rivals=("30 May 2025", "13 June 2025")
    ),
    "buyer_name": Doubtful(
        "only 64% sure, not 95%",
        confidence=0.64,
        rivals=("Marrowby Kitchen Ltd", "Hattie Marrowby"),
    ),
    "line_items[1].description": Doubtful("two places read alike", confidence=0.71),
}


@pytest.fixture(scope="module")
def browser():
    with chromium() as browser:
        yield browser


@pytest.fixture(scope="module")
def out(tmp_path_factory):
    """Hold the papers of all tests; each test takes those whose source has its word."""
    folder = tmp_path_factory.mktemp("reviewed")
    with Store.open(folder / "out") as store:
        for way in ("keys", "mouse"):
            fill_for_settling(store, folder / "in", way)
        fill_for_others(store, folder / "in")
    return folder / "out"


def fill_for_settling(store: Store, folder: Path, way: str) -> None:
    """Put five invoices in review, each to be settled in another way."""
    total = {"grand_total": UNSURE}
    put_in_review(store, folder / f"{way}-accept.pdf", *an_invoice(f"{way}-1"), doubtful=total)
    data, answers = an_invoice(f"{way}-2", buyer="Harbour Books LLP")
    answers["buyer_name"] = "Pier Street"
    put_in_review(store, folder / f"{way}-type.pdf", data, answers, doubtful={"buyer_name": UNSURE})
    put_in_review(
        store,
        folder / f"{way}-choose.pdf",
        *an_invoice(f"{way}-3", issued="03/04/2026"),
        doubtful={"issue_date": Doubtful("two readings: 3 April or 4 March", DoubtCode.AMBIGUOUS)},
    )
    data, answers = an_invoice(f"{way}-4")
    answers["seller_name"] = "Quarry Road"
    put_in_review(
        store, folder / f"{way}-word.pdf", data, answers, doubtful={"seller_name": UNSURE}
    )
    put_in_review(store, folder / f"{way}-reject.pdf", *an_invoice(f"{way}-5"), doubtful=total)


def fill_for_others(store: Store, folder: Path) -> None:
    total = {"grand_total": UNSURE}
    for name in ("undo-1", "undo-2", "stale", "claimed", "gone", "dirty", "effort"):
        put_in_review(store, folder / f"{name}.pdf", *an_invoice(name), doubtful=total)
    (folder / "gone.pdf").unlink()
    data, answers = an_invoice("sum", total="191.00")
    put_in_review(store, folder / "sum.pdf", data, answers)
    data, answers = an_invoice("rows")
    answers["line_items[1].unit_price"] = "60.00"
    put_in_review(store, folder / "rows.pdf", data, answers)
    data, answers = an_invoice("evil", buyer=EVIL)
    put_in_review(store, folder / "evil.pdf", data, answers, doubtful={"buyer_name": UNSURE})
    data, answers = an_invoice("pages")
    second = letter("Terms | 30 days")
    put_in_review(
        store,
        folder / "pages.pdf",
        joined(letter("A covering letter"), data, second),
        answers,
        doubtful={"invoice_number": UNSURE},
    )
    data, _ = an_invoice("scan")
    put_in_review(
        store,
        folder / "scan.pdf",
        scan(data),
        {},
        doubtful={"invoice_number": Doubtful("there is no text to find it in")},
        doubts=(Doubt(code=DoubtCode.NO_TEXT, text="no page has text: type its values in"),),
    )
    data, answers, places = read_off_gold("marrowby")
    answers["issue_date"] = "22 May 2025"  # of the party
    del places["issue_date"]
    put_in_review(
        store,
        folder / "2026-05/marrowby.pdf",
        data,
        answers,
        places,
        doubtful=MARROWBY,
        withheld={"line_items[0].description": 0.9, "line_items[3].description": 0.9},
    )


@pytest.fixture(scope="module")
def site(out):
    with serving(out) as site:
        yield site


@pytest.fixture
def tab(browser, site):
    site.clock.go_on(minutes=6)  # what earlier tabs took may not have been given back
    with a_tab(browser, base_url=site.address) as tab:
        yield tab


def number_of(site: Site, name: str) -> int:
    """Return the item of a paper."""
    with site.client() as client:
        found = client.get("/api/queue", params={"source": f"{name}.pdf"}).json()["items"]
    [item] = found
    return item["id"]


def show(tab: Page, site: Site, name: str) -> int:
    """Open the item of a paper."""
    item = number_of(site, name)
    tab.goto(f"/items/{item}")
    expect(tab.locator(".file")).to_contain_text(f"{name}.pdf")
    return item


def shown(tab: Page) -> str:
    """Return the name of the paper that is shown."""
    return tab.locator(".file").inner_text().rpartition("/")[2].removesuffix(".pdf")


def field(tab: Page, path: str):
    return tab.locator(f'#form [data-path="{path}"]')


def text(tab: Page, path: str):
    return field(tab, path).locator("[data-input]")


def word_at(tab: Page, site: Site, item: int, word: str, page: int = 1) -> tuple[float, float]:
    """Return where the middle of a word of the page is in the window."""
    x0, y0, x1, y1 = word_box(tab, site, item, word, page)
    return (x0 + x1) / 2, (y0 + y1) / 2


def word_box(
    tab: Page, site: Site, item: int, word: str, page: int = 1
) -> tuple[float, float, float, float]:
    """Return where a word of the page is in the window, by the server's word and the zoom."""
    with site.client() as client:
        words = client.get(f"/api/items/{item}/pages/{page}/words").json()["words"]
        size = client.get(f"/api/items/{item}/pages").json()["pages"][page - 1]
    found = next(each for each in words if each["text"] == word)
    sheet = rectangle(tab.locator("[data-part=sheet]"))
    zoom = sheet["width"] / size["width"]
    assert sheet["height"] / size["height"] == pytest.approx(zoom, rel=0.01)
    return (
        sheet["x"] + found["x0"] * zoom,
        sheet["y"] + found["y0"] * zoom,
        sheet["x"] + found["x1"] * zoom,
        sheet["y"] + found["y1"] * zoom,
    )


def until_published(site: Site) -> None:
    """Wait until what was decided stands in Parquet."""
    ends = time.monotonic() + 30
    with site.client() as client:
        while client.get("/api/state").json()["publishing"] != "idle":
            assert time.monotonic() < ends, "it isn't published"
            time.sleep(0.05)


def published(out: Path, word: str) -> dict[str, dict]:
    """Return the trusted records whose source has a word, by the paper's name."""
    rows = pl.read_parquet(out / "records/invoice/*.parquet").to_dicts()
    return {Path(row["_source"]).stem: row for row in rows if word in row["_source"]}


# Settling


def test_five_are_settled_by_keys_alone_and_stand_in_parquet(tab, site, out):
    press = tab.keyboard.press

    def by_typing():
        press("e")
        press("Control+a")
        tab.keyboard.type("Harbour Books LLP")
        press("Enter")

    def by_choice():
        expect(text(tab, "issue_date")).to_have_value("2026-04-03")
        expect(field(tab, "issue_date").locator(".choice").first).to_contain_text("2026-03-04")
        press("1")
        expect(field(tab, "issue_date")).to_have_attribute("data-state", "changed")
        press("Enter")

    def by_typing_all():
        press("F2")
        press("Control+a")
        tab.keyboard.type("Lindqvist Paper Ltd")
        press("Enter")

    ways = {
        "keys-accept": lambda: press("Enter"),
        "keys-type": by_typing,
        "keys-choose": by_choice,
        "keys-word": by_typing_all,
    }
    tab.goto("/review?source=keys-")
    was = ""
    for _ in range(5):
        expect(tab.locator(".file")).not_to_have_text(was)
        was = tab.locator(".file").inner_text()
        name = shown(tab)
        expect(tab.locator(".field.chosen")).to_be_focused()
        if name == "keys-reject":
            press("r")
            expect(tab.locator("#rejection")).to_be_visible()
            press("2")
        else:
            ways[name]()
            expect(tab.locator("#save")).to_be_focused()
            press("Enter")
    expect(tab.locator("#end-title")).to_have_text("All done")
    expect(tab.locator("#end-text")).to_contain_text("You settled 5 records")
    until_published(site)
    check_published(out, "keys")


def test_five_are_settled_by_mouse_and_stand_in_parquet(tab, site, out):
    def by_word():
        item = int(re.search(r"/items/(\d+)", tab.url)[1])
        field(tab, "seller_name").click()
        tab.mouse.click(*word_at(tab, site, item, "Lindqvist"))
        expect(text(tab, "seller_name")).to_have_value("Lindqvist")
        tab.keyboard.down("Shift")
        tab.mouse.click(*word_at(tab, site, item, "Paper"))
        tab.mouse.click(*word_at(tab, site, item, "Ltd"))
        tab.keyboard.up("Shift")
        expect(text(tab, "seller_name")).to_have_value("Lindqvist Paper Ltd")
        # The box moves with it.
        expect(tab.locator('.boxes [data-path="seller_name"].chosen')).to_have_count(3)

    def by_drawing():
        item = int(re.search(r"/items/(\d+)", tab.url)[1])
        field(tab, "buyer_name").click()
        x0, y0, _, _ = word_box(tab, site, item, "Harbour")
        _, _, x1, y1 = word_box(tab, site, item, "LLP")
        tab.mouse.move(x0 - 4, y0 - 2)
        tab.mouse.down()
        tab.mouse.move(x0 + 20, y1)
        tab.mouse.move(x1 + 4, y1 + 2)
        tab.mouse.up()
        expect(text(tab, "buyer_name")).to_have_value("Harbour Books LLP")

    def by_choice():
        field(tab, "issue_date").get_by_role("button", name="2026-03-04").click()
        expect(field(tab, "issue_date")).to_have_attribute("data-state", "changed")

    def by_button():
        field(tab, "grand_total").get_by_role("button", name="Accept").click()
        expect(field(tab, "grand_total")).to_have_attribute("data-state", "accepted")

    ways = {
        "mouse-accept": by_button,
        "mouse-type": by_drawing,
        "mouse-choose": by_choice,
        "mouse-word": by_word,
    }
    tab.goto("/?source=mouse-")
    tab.get_by_role("link", name="Start reviewing").click()
    was = ""
    for _ in range(5):
        expect(tab.locator(".file")).not_to_have_text(was)
        expect(tab.locator(".sheet")).to_be_visible()
        was = tab.locator(".file").inner_text()
        name = shown(tab)
        if name == "mouse-reject":
            tab.get_by_role("button", name="Reject…").click()
            tab.get_by_role("button", name="A duplicate").click()
        else:
            ways[name]()
            tab.locator("#save").click()
    expect(tab.locator("#end-title")).to_have_text("All done")
    until_published(site)
    check_published(out, "mouse")


def check_published(out: Path, way: str) -> None:
    rows = published(out, f"{way}-")
    assert set(rows) == {f"{way}-{name}" for name in ("accept", "type", "choose", "word")}
    assert {row["_status"] for row in rows.values()} == {"reviewed"}
    assert rows[f"{way}-accept"]["grand_total"] == Decimal("119.00")
    assert rows[f"{way}-type"]["buyer_name"] == "Harbour Books LLP"
    assert rows[f"{way}-choose"]["issue_date"] == date(2026, 3, 4)
    assert rows[f"{way}-word"]["seller_name"] == "Lindqvist Paper Ltd"


# Seeing


def test_boxes_lie_where_the_words_are(tab, site, out):
    item = show(tab, site, "marrowby")
    expect(tab.locator(".boxes .box").first).to_be_visible()
    with site.client() as client:
        fields = client.get(f"/api/items/{item}").json()["item"]["fields"]
        [size] = client.get(f"/api/items/{item}/pages").json()["pages"]
    [page] = read_document((out.parent / "in/2026-05/marrowby.pdf").read_bytes()).pages
    words = {word.text: word.box for word in page.words}
    sheet = rectangle(tab.locator("[data-part=sheet]"))
    zoom = sheet["width"] / size["width"]
    evidence = {each["path"]: each["evidence"] for each in fields if each["evidence"]}
    assert len(evidence) > 20
    assert tab.locator(".boxes .box").count() == sum(len(e["boxes"]) for e in evidence.values())
    tab.locator(".page-scroller").evaluate("scroller => scroller.scrollTo(0, 0)")
    for path, word in {"invoice_number": "MK/0762", "line_items[2].line_total": "276.25"}.items():
        box = rectangle(tab.locator(f'.boxes [data-path="{path}"]'))
        there = words[word]
        # The box stands off a little, and the border has its own width.
        assert box["x"] == pytest.approx(sheet["x"] + there.x0 * zoom, abs=5)
        assert box["y"] == pytest.approx(sheet["y"] + there.y0 * zoom, abs=5)
        assert box["width"] == pytest.approx((there.x1 - there.x0) * zoom, abs=8)
        assert box["height"] == pytest.approx((there.y1 - there.y0) * zoom, abs=8)
        inside = {
            "x": box["x"] + 4,
            "y": box["y"] + 4,
            "width": box["width"] - 8,
            "height": box["height"] - 8,
        }
        darkest, lightest = picture_of(tab, inside).getextrema()
        assert darkest < 100, "there is nothing printed in the box"
        assert lightest > 200, "it is no paper"
        beside = {**inside, "x": box["x"] + box["width"] + 3, "width": 12}
        assert picture_of(tab, beside).getextrema()[0] > 200, "beside the box it is white"


def test_a_box_and_a_field_choose_each_other(tab, site):
    show(tab, site, "marrowby")
    expect(tab.locator(".boxes .chosen")).to_have_attribute("data-path", "issue_date")
    tab.locator('.boxes [data-path="buyer_name"]').click(force=True)
    expect(field(tab, "buyer_name")).to_have_class(re.compile("chosen"))
    expect(tab.locator(".boxes .chosen")).to_have_attribute("data-path", "buyer_name")
    # One in a folded part unfolds it.
    expect(field(tab, "invoice_number")).to_be_hidden()
    tab.locator('.boxes [data-path="invoice_number"]').click(force=True)
    expect(field(tab, "invoice_number")).to_be_visible()
    expect(field(tab, "invoice_number")).to_be_focused()
    cell = field(tab, "line_items[2].unit_price")
    cell.locator("[data-input]").click()
    expect(tab.locator(".boxes .chosen")).to_have_attribute("data-path", "line_items[2].unit_price")


def test_what_is_doubtful_comes_first_with_its_reasons(tab, site):
    show(tab, site, "marrowby")
    cards = tab.locator(".field.full")
    assert [each.get_attribute("data-path") for each in cards.all()] == [
        "issue_date",
        "buyer_name",
        "net_total",
        "tax_total",
        "grand_total",
    ]
    expect(cards.first).to_contain_text("77% sure")
    expect(cards.first).to_contain_text("Only 77% sure, not 95%")
    expect(cards.first).to_contain_text("Printed: 22 May 2025")
    expect(cards.nth(4)).to_contain_text(
        "Net total 2929.25 + tax total 585.85 = 3515.10, but grand total is 3551.10 (36.00 more)"
    )
    expect(tab.get_by_text("Two places read alike")).to_be_visible()
    expect(tab.locator("#looked")).to_have_text("0 of 6 looked at")
    expect(field(tab, "seller_name")).to_be_hidden()
    tab.get_by_text("Other fields").click()
    expect(field(tab, "seller_name")).to_be_visible()


def test_it_is_shown_in_light_dark_and_narrow(browser, site):
    """With PAPERSIFT_SCREENSHOTS set to a folder, what is seen is kept there: the README's too."""
    kept = os.environ.get("PAPERSIFT_SCREENSHOTS")
    looks = {
        "light": {"color_scheme": "light"},
        "dark": {"color_scheme": "dark"},
        "narrow": {"viewport": NARROW, "has_touch": True, "is_mobile": True},
    }
    for name, look in looks.items():
        with a_tab(browser, base_url=site.address, device_scale_factor=2, **look) as tab:
            show(tab, site, "marrowby")
            expect(tab.locator(".sheet img").first).to_be_visible()
            expect(tab.locator(".sheet")).not_to_have_class(re.compile("loading"))
            ground = tab.evaluate("getComputedStyle(document.body).backgroundColor")
            lightness = sum(int(part) for part in re.findall(r"\d+", ground)[:3]) / 3
            assert (lightness < 60) == (name == "dark")
            wide = tab.evaluate("document.documentElement.scrollWidth")
            assert wide <= tab.viewport_size["width"], "one must scroll sideways"
            expect(tab.locator("#save")).to_be_in_viewport()
            if kept:
                keep_picture(tab, Path(kept) / f"review-{name}.png")


def test_pages_are_turned_and_the_one_with_the_field_comes_first(tab, site):
    show(tab, site, "pages")
    number = tab.locator("[data-part=number]")
    expect(number).to_have_text("2")
    expect(tab.locator("[data-part=count]")).to_have_text("3")
    expect(tab.locator(".boxes .chosen")).to_be_in_viewport()
    tab.keyboard.press("PageDown")
    expect(number).to_have_text("3")
    expect(tab.locator(".boxes .box")).to_have_count(0)
    expect(tab.get_by_role("button", name="Next page")).to_be_disabled()
    tab.keyboard.press("PageUp")
    tab.get_by_role("button", name="Previous page").click()
    expect(number).to_have_text("1")
    # To choose a field turns back to it.
    tab.keyboard.press("e")
    tab.keyboard.press("Escape")
    tab.keyboard.press("ArrowDown")
    tab.keyboard.press("ArrowUp")
    expect(number).to_have_text("2")


def test_it_zooms_and_the_boxes_go_with_it(tab, site):
    item = show(tab, site, "marrowby")
    sheet = tab.locator("[data-part=sheet]")
    before = rectangle(sheet)["width"]
    tab.keyboard.press("+")
    assert rectangle(sheet)["width"] == pytest.approx(before * 1.2, rel=0.01)
    x0, y0, x1, y1 = word_box(tab, site, item, "MK/0762")
    box = rectangle(tab.locator('.boxes [data-path="invoice_number"]'))
    assert box["x"] == pytest.approx(x0, abs=6)
    assert box["y"] == pytest.approx(y0, abs=6)
    assert box["width"] == pytest.approx(x1 - x0, abs=9)
    assert box["height"] == pytest.approx(y1 - y0, abs=9)
    tab.keyboard.press("0")
    assert rectangle(sheet)["width"] == pytest.approx(before, rel=0.01)
    tab.mouse.move(300, 400)
    tab.keyboard.down("Control")
    tab.mouse.wheel(0, -200)
    tab.keyboard.up("Control")
    expect(tab.locator("[data-part=zoom]")).to_have_text(re.compile(r"1\d\d%"))


def test_text_of_a_document_stays_text(tab, site):
    dialogs: list[str] = []
    tab.on("dialog", lambda dialog: (dialogs.append(dialog.message), dialog.dismiss()))
    show(tab, site, "evil")
    expect(text(tab, "buyer_name")).to_have_value(EVIL)
    tab.keyboard.press("e")
    tab.keyboard.press("Control+a")
    tab.keyboard.type(f"{EVIL}<script>alert(2)</script>")
    expect(field(tab, "buyer_name").locator(".choice")).to_contain_text(EVIL)
    assert tab.locator("main img[src=x], main script").count() == 0
    assert dialogs == []
    tab.keyboard.press("u")


# What is typed is checked


def test_what_cannot_be_is_said_at_once_and_not_saved(tab, site):
    item = show(tab, site, "sum")
    tab.keyboard.press("ArrowDown")
    tab.keyboard.press("ArrowDown")
    expect(field(tab, "grand_total")).to_be_focused()
    text(tab, "grand_total").fill("12O.50")
    card = field(tab, "grand_total")
    expect(card).to_have_class(re.compile("bad"))
    expect(card.locator(".note.bad")).to_be_visible()
    expect(text(tab, "grand_total")).to_have_attribute("aria-invalid", "true")
    tab.keyboard.press("Control+Enter")
    expect(tab.locator(".banner.bad")).to_contain_text("Not saved: Grand total")
    expect(text(tab, "grand_total")).to_be_focused()
    with site.client() as client:
        assert client.get(f"/api/items/{item}").json()["decisions"] == []
    # What is put right takes the banner away, and says how it is read.
    text(tab, "grand_total").fill("1.119,00")
    expect(card).to_contain_text("1.119,00 is read as 1119.00")
    expect(tab.locator(".banner")).to_have_count(0)


def test_what_is_odd_can_be_insisted_on(tab, site, out):
    show(tab, site, "sum")
    tab.keyboard.press("Control+z")  # whatever another test left
    text(tab, "grand_total").fill("120.00")
    for path in ("net_total", "tax_total", "grand_total"):
        expect(field(tab, path)).to_contain_text("but grand total is 120.00 (1.00 more)")
    tab.locator("#save").click()
    banner = tab.locator(".banner.doubt")
    expect(banner).to_contain_text("net total 100.00 + tax total 19.00 = 119.00")
    with tab.expect_request("**/settle") as sent:
        banner.get_by_role("button", name="I'm sure").click()
    told = sent.value.post_data_json
    assert told["insist"] is True
    assert told["values"] == [{"path": "grand_total", "text": "120.00", "pointed": None}]
    expect(tab.locator("#toast")).to_contain_text("Saved: sum.pdf")
    until_published(site)
    assert published(out, "sum")["sum"]["grand_total"] == Decimal("120.00")


def test_rows_are_added_taken_out_and_edited(tab, site, out):
    show(tab, site, "rows")
    expect(field(tab, "line_items[1].unit_price")).to_have_attribute("data-state", "open")
    expect(tab.locator('[data-notes="line_items[1].unit_price"]')).to_contain_text(
        "Quantity 5 × unit price 60.00 = 300.00, but line total is 60.00"
    )
    first = text(tab, "line_items[0].description")
    first.click()
    tab.keyboard.press("ArrowDown")
    expect(text(tab, "line_items[1].description")).to_be_focused()
    tab.keyboard.press("Control+a")
    tab.keyboard.press("ArrowRight")
    expect(text(tab, "line_items[1].quantity")).to_be_focused()
    tab.get_by_role("button", name="Take out row 1").click()
    expect(tab.locator(".lines .removed")).to_have_count(1)
    tab.keyboard.press("Control+z")
    expect(tab.locator(".lines .removed")).to_have_count(0)
    tab.get_by_role("button", name="Take out row 1").click()
    text(tab, "line_items[1].unit_price").fill("12.00")
    tab.get_by_role("button", name="Add a row").click()
    tab.keyboard.type("Copy paper, grey")
    tab.keyboard.press("Tab")
    tab.keyboard.type("10")
    tab.keyboard.press("Tab")
    tab.keyboard.press("Tab")
    tab.keyboard.type("4.00")
    tab.keyboard.press("Tab")
    tab.keyboard.press("Tab")
    tab.keyboard.type("40.00")
    expect(tab.get_by_label("Line total, row 2")).to_have_value("40.00")
    with tab.expect_response("**/settle") as answer:
        tab.keyboard.press("Control+Enter")
    assert answer.value.ok, answer.value.text()
    until_published(site)
    lines = published(out, "rows")["rows"]["line_items"]
    told = [(line["description"], line["unit_price"], line["line_total"]) for line in lines]
    assert told == [
        ("Envelopes with window", Decimal("12.00"), Decimal("60.00")),
        ("Copy paper, grey", Decimal("4.00"), Decimal("40.00")),
    ]


# Going back, and what goes wrong


def test_undo_brings_the_last_document_back(tab, site):
    tab.goto("/review?source=undo-")
    expect(tab.locator(".file")).to_be_visible()
    first = shown(tab)
    tab.keyboard.press("e")
    tab.keyboard.press("Control+a")
    tab.keyboard.type("118.00")
    tab.keyboard.press("Shift+Enter")
    expect(tab.locator(".banner.doubt")).to_be_visible()
    tab.keyboard.press("Enter")
    expect(tab.locator(".file")).not_to_contain_text(first)
    expect(tab.locator("#toast")).to_contain_text("Saved")
    # First what was said here, then what was saved.
    tab.keyboard.press("x")
    expect(text(tab, "grand_total")).to_have_value("")
    tab.keyboard.press("u")
    expect(text(tab, "grand_total")).to_have_value("119.00")
    assert shown(tab) != first
    tab.keyboard.press("u")
    expect(tab.locator(".file")).to_contain_text(first)
    expect(text(tab, "grand_total")).to_have_value("118.00")
    with site.client() as client:
        told = client.get(f"/api/items/{number_of(site, first)}").json()
    assert told["item"]["outcome"] == "in_review"
    assert told["decisions"][-1]["action"] == "undo"


def test_what_somebody_else_changed_is_said_and_edits_are_kept(tab, site):
    item = show(tab, site, "stale")
    text(tab, "grand_total").fill("119.50")
    tab.get_by_text("Other fields").click()
    text(tab, "invoice_number").fill("stale-2")
    site.clock.go_on(minutes=6)  # the claim ends
    with site.client() as client:
        said = {"values": [{"path": "grand_total", "text": "121.00"}], "insist": True}
        assert client.post(f"/api/items/{item}/settle", json=said).status_code == 200
    tab.locator("#save").click()
    tab.get_by_role("button", name="I'm sure: save").click()
    banner = tab.locator(".banner.doubt")
    expect(banner).to_contain_text("anna set grand total to 121.00 (it was 119.00)")
    expect(text(tab, "grand_total")).to_have_value("119.50")
    banner.get_by_role("button", name="Show it as it is now").click()
    expect(text(tab, "grand_total")).to_have_value("121.00")
    expect(text(tab, "invoice_number")).to_have_value("stale-2")
    expect(tab.locator(".banner.doubt")).to_contain_text("Grand total")
    # It was settled with that; what is corrected afterwards is taken too.
    expect(tab.locator(".banner.good")).to_contain_text("Settled by anna")
    with tab.expect_response("**/settle") as answer:
        tab.locator("#save").click()
    assert answer.value.ok, answer.value.text()


def test_who_has_it_is_said(tab, site):
    item = number_of(site, "claimed")
    with site.client() as client:
        assert client.post(f"/api/items/{item}/claim", json={"holder": OTHER}).status_code == 200
    show(tab, site, "claimed")
    expect(tab.locator(".banner")).to_contain_text("anna")
    tab.get_by_role("button", name="Go on with the next").click()
    expect(tab.locator(".file")).not_to_contain_text("claimed")
    held = int(re.search(r"/items/(\d+)", tab.url)[1])
    # Who leaves gives it back.
    with site.client() as client:
        assert client.get(f"/api/items/{held}").json()["claim"]["who"] == "anna"
        tab.goto("/")
        ends = time.monotonic() + 10
        while client.get(f"/api/items/{held}").json()["claim"] is not None:
            assert time.monotonic() < ends, "it isn't given back"
            time.sleep(0.05)


def test_a_file_that_is_gone_is_said_and_its_record_can_be_settled(tab, site):
    show(tab, site, "gone")
    expect(tab.locator(".page-message")).to_contain_text("can still be settled")
    expect(field(tab, "grand_total").locator(".closeup")).to_be_hidden()
    with tab.expect_response("**/settle") as answer:
        tab.keyboard.press("Shift+Enter")
    assert answer.value.ok


def test_a_scan_without_words_is_typed_in(tab, site):
    item = show(tab, site, "scan")
    expect(tab.locator(".reasons")).to_contain_text("No page has text")
    tab.keyboard.press("e")
    tab.keyboard.type("scan-1")
    tab.keyboard.press("Enter")
    with tab.expect_response("**/settle") as answer:
        tab.keyboard.press("Enter")
    assert answer.value.ok
    with site.client() as client:
        told = client.get(f"/api/items/{item}").json()
    values = {each["path"]: each["value"] for each in told["item"]["fields"]}
    assert values["invoice_number"] == "scan-1"


def test_nothing_typed_is_lost_by_a_reload_or_without_the_network(tab, site):
    tab.on("dialog", lambda dialog: dialog.accept())  # the browser asks before it leaves
    show(tab, site, "dirty")
    text(tab, "grand_total").fill("119.01")
    tab.reload()
    expect(text(tab, "grand_total")).to_have_value("119.01")
    expect(tab.locator(".banner")).to_contain_text("Your unsaved edits are here again")
    text(tab, "grand_total").fill("119.00")
    text(tab, "buyer_name").evaluate("input => input.closest('details').open = true")
    text(tab, "buyer_name").fill("Harbour Books")
    tab.context.set_offline(True)
    tab.locator("#save").click()
    expect(tab.locator(".banner.bad")).to_contain_text("can't be reached")
    expect(text(tab, "buyer_name")).to_have_value("Harbour Books")
    tab.context.set_offline(False)
    with tab.expect_response("**/settle") as answer:
        tab.locator("#save").click()
    assert answer.value.ok


def test_what_it_cost_is_counted(tab, site):
    show(tab, site, "effort")
    tab.keyboard.press("e")
    tab.keyboard.press("Control+a")
    tab.keyboard.type("119.00")  # a word is one
    tab.keyboard.press("Enter")
    with tab.expect_request("**/settle") as sent:
        tab.locator("#save").click()
    told = sent.value.post_data_json
    assert told["actions"] == 5
    assert told["seconds"] > 0


def test_keys_are_told_and_everything_has_a_name(tab, site):
    show(tab, site, "marrowby")
    tab.keyboard.press("?")
    told = tab.locator("#help")
    expect(told).to_contain_text("next field")
    tab.keyboard.press("Escape")
    expect(told).to_be_hidden()
    for details in tab.locator("details").all():
        details.evaluate("each => each.open = true")
    nameless = tab.evaluate("""() => [...document.querySelectorAll("input, textarea, button")]
        .filter((each) => each.getClientRects().length > 0)
        .filter((each) => !each.labels?.length && !each.getAttribute("aria-label")
            && !each.textContent.trim())
        .map((each) => each.outerHTML)""")
    assert nameless == []
    tab.locator("#theme").click()
    assert tab.evaluate("document.documentElement.dataset.theme") == "dark"
    tab.reload()
    assert tab.evaluate("document.documentElement.dataset.theme") == "dark"
