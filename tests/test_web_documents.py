"""An item's document over HTTP: its pages as pictures, its words, and what if it is gone."""

from __future__ import annotations

import io
import time

import pytest
from builders import INVOICE, NOVEMBER, PLAIN, a_recipe, a_routing, keep, routed
from documents import letter
from PIL import Image
from web_server import HOLDER, serving

from extractors.files import document_id
from flows.store.store import Store
from schemas.extraction import Evidence, Extraction
from schemas.review import ReviewItem

PAGE = """
Invoice | R-17

Net total | 100.00
Grand total | 119.00
"""


@pytest.fixture
def paper(tmp_path):
    path = tmp_path / "in" / "paper.pdf"
    path.parent.mkdir()
    path.write_bytes(letter(PAGE, "second page"))
    return path


@pytest.fixture
def site(tmp_path, paper):
    """Item 1 has a document of two pages, item 2 one that is nowhere."""
    record = routed(PLAIN, doubtful=("grand_total",))
    with Store.open(tmp_path / "out") as store:
        store.keep(
            Extraction(
                document_id=document_id(paper.read_bytes()),
                type_name=INVOICE.name,
                pages=2,
                records=(record.record,),
            ),
            a_routing(record),
            source=str(paper),
            recipe=a_recipe(),
            doc_type=INVOICE,
            run_id=None,
            now=NOVEMBER,
        )
        keep(store, record, name="nowhere")
    with serving(tmp_path / "out") as site:
        yield site


@pytest.fixture
def client(site):
    with site.client() as client:
        yield client


def test_pages_and_words_are_listed(client):
    pages = client.get("/api/items/1/pages").json()["pages"]
    assert pages == [
        {"number": 1, "width": 595.0, "height": 842.0},
        {"number": 2, "width": 595.0, "height": 842.0},
    ]
    words = client.get("/api/items/1/pages/1/words").json()["words"]
    texts = [each["text"] for each in words]
    assert texts == ["Invoice", "R-17", "Net", "total", "100.00", "Grand", "total", "119.00"]
    last = words[-1]
    assert 0 < last["x0"] < last["x1"] < 595
    assert 0 < last["y0"] < last["y1"] < 842


def test_a_page_is_a_picture_that_a_browser_keeps(client):
    answer = client.get("/api/items/1/pages/1.png?dpi=72")
    assert answer.headers["content-type"] == "image/png"
    assert Image.open(io.BytesIO(answer.content)).size == (595, 842)
    # Item 1 of another store on the same port is another document.
    assert answer.headers["cache-control"] == "private, no-cache"
    known = {"If-None-Match": answer.headers["etag"]}
    again = client.get("/api/items/1/pages/1.png?dpi=72", headers=known)
    assert (again.status_code, again.content) == (304, b"")
    assert client.get("/api/items/1/pages/1.png?dpi=100", headers=known).status_code == 200
    item = ReviewItem.model_validate(client.get("/api/items/1").json()["item"])
    named = client.get("/api/items/1/pages/1.png", params={"document": item.document_id})
    assert named.headers["cache-control"] == "private, max-age=31536000, immutable"


@pytest.mark.parametrize("path", ["pages", "pages/1.png", "pages/1/words"])
def test_a_document_that_is_gone_is_told(client, path):
    answer = client.get(f"/api/items/2/{path}")
    assert answer.status_code == 404
    assert answer.json()["code"] == "no_document"
    assert "in/nowhere.pdf" in answer.json()["error"]


@pytest.mark.parametrize("path", ["pages/3.png", "pages/3/words"])
def test_a_page_that_is_not_there_is_told(client, path):
    answer = client.get(f"/api/items/1/{path}")
    assert answer.status_code == 404
    assert answer.json()["code"] == "no_document"


def test_what_was_pointed_at_becomes_evidence(client):
    words = client.get("/api/items/1/pages/1/words").json()["words"]
    box = {name: words[4][name] for name in ("x0", "y0", "x1", "y1")}
    value = {"path": "net_total", "text": "100.00", "pointed": {"page": 1, "boxes": [box]}}
    checked = client.post("/api/items/1/check", json={"values": [value]}).json()
    assert checked["fields"][0]["evidence"]["quote"] == "100.00"
    settled = client.post("/api/items/1/settle", json={"values": [value], "insist": True})
    item = ReviewItem.model_validate(settled.json()["item"])
    field = next(each for each in item.fields if each.path == "net_total")
    assert isinstance(field.evidence, Evidence)
    assert (field.evidence.quote, field.evidence.page) == ("100.00", 1)


def test_a_value_is_settled_though_the_document_is_gone(client, paper):
    paper.unlink()
    value = {"path": "grand_total", "text": "119.50"}
    settled = client.post("/api/items/1/settle", json={"values": [value], "insist": True})
    assert settled.status_code == 200
    assert settled.json()["item"]["outcome"] == "reviewed"


def test_the_document_that_comes_next_is_prepared(site, client, paper):
    """Whoever has item 2 gets item 1 next: its page is there though its file isn't any more."""
    assert client.post("/api/items/2/claim", json={"holder": HOLDER}).status_code == 200
    given = client.post("/api/queue/next", json={"holder": HOLDER}).json()["item"]
    assert given["id"] == 2
    end = time.monotonic() + 20
    while len(site.pictures._pngs._kept) + len(site.pictures._documents._kept) < 2:
        assert time.monotonic() < end, "nothing was prepared"
        time.sleep(0.02)
    paper.unlink()
    assert client.get("/api/items/1/pages/1.png?dpi=150").status_code == 200
    assert client.get("/api/items/1/pages/1/words").status_code == 200
    assert client.get("/api/items/1/pages/2.png?dpi=150").status_code == 404
