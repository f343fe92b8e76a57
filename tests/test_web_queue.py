"""The queue page and its list: filters, paging, how much is left and how long it takes."""

from __future__ import annotations

import re
import time
from datetime import timedelta

import polars as pl
import pytest
from builders import NOVEMBER, PLAIN, RECEIPT, a_recipe, files_in, keep, routed
from web_server import HOLDER, Clock, serving

from flows.store.store import Store
from flows.web.publisher import Publisher, Publishing
from flows.web.words import ago, duration, in_plain_words, label, left_in_words
from schemas.errors import PathError
from schemas.extraction import Doubt, DoubtCode
from schemas.target import Dial

DIAL = Dial(closed="no calibration")
NO_TEXT = Doubt(code=DoubtCode.NO_TEXT, text="page 1 has no text")
ROWS = re.compile(r'href="/items/(\d+)')


@pytest.fixture
def out(tmp_path):
    """Hold 60 invoices of November, an old one, and a receipt without text."""
    folder = tmp_path / "out"
    with Store.open(folder) as store:
        for number in range(60):
            record = routed(PLAIN, doubtful=("grand_total",))
            keep(store, record, name=f"month/{number}", dial=DIAL)
        keep(
            store,
            routed(PLAIN, doubtful=("grand_total", "line_items[0].line_total")),
            name="Old/1",
            now=NOVEMBER - timedelta(days=30),
        )
        keep(
            store,
            routed({"total": PLAIN["grand_total"]}, doc_type=RECEIPT),
            name="scan",
            doc_type=RECEIPT,
            recipe=a_recipe(RECEIPT),
            doubts=(NO_TEXT,),
        )
    return folder


@pytest.fixture
def site(out):
    with serving(out) as site:
        yield site


@pytest.fixture
def client(site):
    with site.client() as client:
        yield client


def test_the_page_shows_what_is_left_and_where_to_start(client):
    page = client.get("/").text
    assert "<h1>62 left</h1>" in page  # nobody settled anything: how long it takes isn't known
    assert 'href="/review"' in page
    assert len(ROWS.findall(page)) == 50
    assert "Page 1 of 2" in page
    assert "Grand total isn&#39;t sure" in page


def test_pages_follow_each_other(client):
    first = ROWS.findall(client.get("/").text)
    second = client.get("/?page=2").text
    assert len(ROWS.findall(second)) == 12
    assert not set(first) & set(ROWS.findall(second))
    assert 'href="/?page=1" rel="prev"' in second
    assert 'rel="next"' not in second
    assert "ends before this page" in client.get("/?page=9").text
    for odd in ("0", "-1", "one", "9" * 30, "²"):
        assert client.get("/", params={"page": odd}).status_code == 200


@pytest.mark.parametrize(
    ("filters", "left"),
    [
        ({"type_name": "receipt"}, 1),
        ({"type_name": "letter"}, 0),
        ({"code": "unsure"}, 61),
        ({"code": "no_text"}, 1),
        ({"source": "old/"}, 1),
        ({"source": "%"}, 0),
        ({"older_than_days": "7"}, 1),
        ({"source": "month", "code": "unsure"}, 60),
    ],
)
def test_filters_choose(client, filters, left):
    listed = client.get("/api/queue", params=filters).json()
    assert (listed["total"], listed["open"]) == (left, 62)
    assert len(listed["items"]) == min(left, 50)
    page = client.get("/", params=filters).text
    if left:
        assert f"<h1>{left} left</h1>" in page
        assert "Of 62 records to review" in page
    else:
        assert "Nothing that is open matches" in page
        assert "Start reviewing" not in page


def test_the_filter_goes_with_the_start_and_the_items(client):
    page = client.get("/?type_name=receipt&code=&source=&older_than_days=").text
    assert 'href="/review?type_name=receipt"' in page
    assert 'href="/items/62?type_name=receipt"' in page
    assert '<option value="receipt" selected>Receipt (1)</option>' in page
    assert '<option value="no_text">A page has no text (1)</option>' in page


def test_what_makes_no_sense_filters_nothing_on_the_page_and_is_refused_by_the_api(client):
    odd = {"code": "bogus", "older_than_days": "soon", "source": "x" * 500}
    assert "<h1>62 left</h1>" in client.get("/", params=odd).text
    for name, value in odd.items():
        assert client.get("/api/queue", params={name: value}).status_code == 422


def test_the_api_lists_in_pages(client):
    every = [each["id"] for each in client.get("/api/queue?limit=100").json()["items"]]
    assert len(every) == 62
    part = client.get("/api/queue?limit=5&offset=10").json()
    assert [each["id"] for each in part["items"]] == every[10:15]
    assert part["types"] == {"invoice": 61, "receipt": 1}
    assert part["codes"] == {"unsure": 61, "no_text": 1}
    assert client.get("/api/queue?limit=0").json()["items"] == []


def test_next_gives_each_tab_another_item_until_nothing_is_left(client):
    first = client.post("/api/queue/next", json={"holder": HOLDER, "type_name": "receipt"}).json()
    assert first["item"]["type_name"] == "receipt"
    assert first["claim"]["who"] == "anna"
    assert first["left"] == 1
    again = client.post("/api/queue/next", json={"holder": HOLDER, "type_name": "receipt"}).json()
    assert again["item"]["id"] == first["item"]["id"]
    other = client.post("/api/queue/next", json={"holder": "another-tab", "type_name": "receipt"})
    assert (other.json()["item"], other.json()["left"]) == (None, 1)
    skipping = {"holder": HOLDER, "skip": [first["item"]["id"]], "type_name": "receipt"}
    assert client.post("/api/queue/next", json=skipping).json()["item"] is None


def test_how_long_it_takes_is_known_after_some(site, client):
    for _ in range(12):
        item = client.post("/api/queue/next", json={"holder": HOLDER}).json()["item"]
        said = {"accept_all": True, "revision": item["revision"], "holder": HOLDER, "seconds": 30}
        site.clock.go_on(seconds=30)
        answer = client.post(f"/api/items/{item['id']}/settle", json=said)
        assert answer.status_code == 200
    assert client.get("/api/queue").json()["seconds_each"] == pytest.approx(30)
    assert "<h1>50 left, about 25 minutes</h1>" in client.get("/").text


def test_who_has_an_item_is_shown(client):
    client.post("/api/items/61/claim", json={"holder": HOLDER}, headers={"X-Reviewer": "berta"})
    page = client.get("/?source=Old").text
    assert "<td>berta</td>" in page


def test_a_decision_is_published_soon_and_its_undoing_too(out, client):
    settled = client.post("/api/items/1/settle", json={"accept_all": True}).json()["item"]
    assert settled["outcome"] == "reviewed"
    _await_idle(client)
    rows = pl.read_parquet(out / "records/invoice/*.parquet")
    assert rows["_status"].to_list() == ["reviewed"]
    undo = {"holder": HOLDER, "revision": settled["revision"]}
    undone = client.post("/api/items/1/undo", json=undo).json()["item"]
    assert undone["outcome"] == "in_review"
    _await_idle(client)
    assert files_in(out / "records") == []


def test_a_folder_that_cannot_be_published_to_is_told(out, client):
    (out / "records").mkdir(exist_ok=True)
    (out / "records/invoice").write_text("in the way", encoding="utf-8")
    assert client.post("/api/items/1/settle", json={"accept_all": True}).status_code == 200
    state = _await_state(client, "failed")
    assert state["problem"]
    assert "isn’t published yet" in client.get("/").text
    (out / "records/invoice").unlink()
    assert client.post("/api/items/2/settle", json={"accept_all": True}).status_code == 200
    assert _await_state(client, "idle")["problem"] == ""
    assert pl.read_parquet(out / "records/invoice/*.parquet").height == 2


def test_the_promises_progress_is_shown(client):
    _await(lambda: 'aria-label="Promises"' in client.get("/").text)
    page = client.get("/").text
    assert "Invoice <span" in page
    assert "Asks about every document" in page


def test_the_description_of_the_api_is_whole(client):
    described = client.get("/api/openapi.json").json()
    for path, operations in described["paths"].items():
        assert path.startswith("/api/")
        for operation in operations.values():
            assert operation["summary"]
            assert operation["description"]
            assert {"401", "403"} <= set(operation["responses"])
    assert '<div id="docs">' in client.get("/api/docs").text
    for file in ("swagger-ui-bundle.js", "swagger-ui.css"):
        assert client.get(f"/static/swagger/{file}").status_code == 200


def _await_idle(client) -> None:
    _await_state(client, "idle")


def _await_state(client, wanted: str) -> dict:
    found = {}

    def reached() -> bool:
        found.update(client.get("/api/state").json())
        return found["publishing"] == wanted

    _await(reached)
    return found


def _await(condition) -> None:
    end = time.monotonic() + 20
    while not condition():
        assert time.monotonic() < end, "it took too long"
        time.sleep(0.01)


# Publishing in the background


def test_decisions_that_come_together_are_published_once():
    calls = []
    with Publisher(lambda: calls.append(1), coalesce_s=0.2) as publisher:
        for _ in range(20):
            publisher.note()
        assert publisher.state().publishing is Publishing.WORKING
    assert len(calls) == 1
    assert publisher.state().publishing is Publishing.IDLE


def test_what_failed_is_tried_again_by_itself():
    calls = []

    def publish() -> None:
        calls.append(1)
        if len(calls) < 3:
            raise PathError("the disk is full")

    publisher = Publisher(publish, coalesce_s=0.01, retry_s=0.05)
    with publisher:
        publisher.note()
        _await(lambda: len(calls) >= 3)
        _await(lambda: publisher.state().publishing is Publishing.IDLE)
    assert len(calls) == 3


def test_what_failed_is_tried_again_with_a_decision_that_comes_at_once():
    calls = []
    publisher = None

    def publish() -> None:
        calls.append(1)
        if len(calls) == 1:
            publisher.note()  # somebody decides while it fails
            raise PathError("the disk is full")

    publisher = Publisher(publish, coalesce_s=0.01)
    with publisher:
        publisher.note()
        _await(lambda: publisher.state().publishing is Publishing.IDLE)
    assert len(calls) == 2


def test_what_fails_to_the_end_is_told():
    def publish() -> None:
        raise PathError("the disk is full")

    with Publisher(publish, coalesce_s=0.01) as publisher:
        publisher.note()
    assert publisher.state().problem == "the disk is full"


# Words


def test_figures_in_words():
    assert left_in_words(0, None) == "Nothing left to review"
    assert left_in_words(12, 20) == "12 left, about 4 minutes"
    assert left_in_words(1, 20) == "1 left, about 20 seconds"
    assert left_in_words(1200, None) == "1,200 left"
    assert duration(5300) == "88 minutes"
    assert duration(5401) == "1.5 hours"
    assert duration(360_000) == "100 hours"
    now = Clock().now
    assert ago(now, now) == "0 min"
    assert ago(now - timedelta(hours=5), now) == "5 h"
    assert ago(now - timedelta(days=1), now) == "1 day"
    assert ago(now + timedelta(days=1), now) == "0 min"


def test_fields_in_words():
    assert label("seller_vat_id") == "Seller VAT ID"
    assert label("line_items[2].line_total") == "Line total, row 3"
    assert label("iban") == "IBAN"
    told = "line_items[0].line_total isn't sure; iban isn't sure"
    assert in_plain_words(told, ["iban", "line_items[0].line_total"]) == (
        "Line total, row 1 isn't sure; IBAN isn't sure"
    )
