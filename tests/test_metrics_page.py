"""The metrics page, its plots and the same over HTTP."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from datetime import timedelta

import pytest
from builders import NOVEMBER, PLAIN, keep, routed
from typer.testing import CliRunner
from web_server import TOKEN, serving

from flows.cli.main import app
from flows.review.decide import settle
from flows.store.decisions import Word
from flows.store.store import Store
from schemas.metrics import Metrics
from schemas.review import Correction, Settlement

PLOT = re.compile(r'<img src="(/metrics/[a-z-]+\.svg)" alt="([^"]+)"')
EVIL = "<script>alert(1)</script>"


@pytest.fixture
def out(tmp_path):
    """Hold twelve invoices of two folders and days: ten are settled, one is accepted."""
    folder = tmp_path / "out"
    with Store.open(folder) as store:
        for number in range(12):
            doubtful = () if number == 11 else ("grand_total",)
            name = f"{EVIL if number % 2 else 'mail'}/{number}"
            now = NOVEMBER + timedelta(days=number % 2)
            keep(store, routed(PLAIN, doubtful=doubtful), name=name, now=now)
        for item_id in range(1, 11):
            new = () if item_id % 3 else (Correction(path="grand_total", text="7.00"),)
            said = Settlement(values=new, accept_all=not new, seconds=item_id, actions=2)
            if item_id == 10:
                said = Settlement(reject=EVIL)
            settle(store, item_id, said, Word(who="anna", now=NOVEMBER))
    return folder


@pytest.fixture
def client(out):
    with serving(out) as site, site.client() as client:
        yield client


def test_the_page_shows_figures_plots_and_the_same_numbers_as_tables(client):
    page = client.get("/metrics").text
    squeezed = " ".join(re.sub(r"<[^>]+>", " ", page).split())
    assert "Accepted without a look 8 % 1 of 12 records" in squeezed
    assert "Documents that needed a look 92 % 11 of 12 documents; 1 still waiting" in squeezed
    assert "Time a document 5 s median of 9; 1 more weren&#39;t counted" in squeezed
    assert "Keys and clicks a document 2 median of 9; 1 more weren&#39;t counted" in squeezed
    assert "The model isn&#39;t sure 3 of 9 (33 %) 6 of 9 (67 %)" in squeezed
    assert "Grand total invoice 3 of 9 (33 %)" in squeezed
    plots = dict(PLOT.findall(page))
    assert "/metrics/fields.svg" in plots
    assert plots["/metrics/fields.svg"] == "Grand total 3 of 9 (33\u00a0%)"
    for address in plots:
        answer = client.get(address)
        assert answer.status_code == 200
        assert answer.headers["content-type"] == "image/svg+xml"
        assert "default-src 'none'" in answer.headers["content-security-policy"]
        ET.fromstring(answer.text)


def test_nothing_that_came_from_outside_is_markup(client):
    page = client.get("/metrics").text
    assert EVIL not in page
    assert page.count("&lt;script&gt;alert(1)") >= 2  # the folder and the reason
    assert "style=" not in page
    for address, _ in PLOT.findall(page):
        assert "<script" not in client.get(address).text


def test_there_is_no_plot_of_another_name(client):
    for name in ("nothing", "..%2Fpapersift", "versions"):
        assert client.get(f"/metrics/{name}.svg").status_code == 404


def test_the_api_has_the_whole(client, out):
    given = client.get("/api/metrics").json()
    assert given["accepted"] == {"count": 1, "of": 12, "share": 1 / 12}
    assert given["effort"]["seconds"] == {"median": 5.0, "p90": None, "of": 9}
    assert Metrics.model_validate(given).waiting == 1
    told = client.get("/api/openapi.json").json()["paths"]["/api/metrics"]["get"]
    assert told["responses"]["200"]["content"]["application/json"]["schema"]


def test_a_decision_is_in_the_metrics_at_once(client):
    assert client.get("/api/metrics").json()["waiting"] == 1
    before = client.get("/metrics/doubts.svg").text
    answer = client.post("/api/items/11/settle", json={"accept_all": True})
    assert answer.status_code == 200
    assert client.get("/api/metrics").json()["waiting"] == 0
    assert client.get("/metrics/doubts.svg").text != before
    client.post("/api/items/11/undo", json={})
    assert client.get("/api/metrics").json()["waiting"] == 1


def test_without_anything_extracted_the_page_says_what_to_do(tmp_path):
    with serving(tmp_path / "out") as site, site.client() as client:
        page = client.get("/metrics")
        assert page.status_code == 200
        assert "Nothing was extracted yet" in page.text
        assert "papersift run PATH" in page.text
        assert '<img src="/metrics' not in page.text
        assert client.get("/metrics/accepted.svg").status_code == 404
        assert client.get("/api/metrics").json()["accepted"]["share"] is None


def test_where_little_was_settled_there_are_numbers_but_no_plots(tmp_path):
    with Store.open(tmp_path / "out") as store:
        keep(store, routed(PLAIN, doubtful=("grand_total",)))
    with serving(tmp_path / "out") as site, site.client() as client:
        page = client.get("/metrics").text
        assert "0 of 1 record" in page
        assert "Plots will stand here" in page


def test_the_metrics_need_the_token_where_others_do(out):
    with serving(out, token=TOKEN, any_host=True) as site, site.client() as client:
        assert client.get("/api/metrics").status_code == 401
        for address in ("/metrics", "/metrics/fields.svg"):
            told = client.get(address, follow_redirects=False)
            assert told.status_code == 303
            assert told.headers["location"].startswith("/login")
        headers = {"Authorization": f"Bearer {TOKEN}", "X-Reviewer": "anna"}
        assert client.get("/api/metrics", headers=headers).status_code == 200


def test_status_says_what_matters_most(out, monkeypatch):
    monkeypatch.delenv("PAPERSIFT_STORE", raising=False)
    result = CliRunner().invoke(app, ["status", "--out", str(out)])
    assert result.exit_code == 0, result.output
    printed = " ".join(result.stdout.split())
    assert "1 of 12 records (8 %) accepted without a look" in printed
    assert "11 of 12 documents (92 %) needed a look; 1 still waiting" in printed
    assert "2 actions and 5 s a document, in the median of 9 that were settled" in printed
    assert "corrected most: Grand total, in 3 of 9 reviewed invoice records (33 %)" in printed
    result = CliRunner().invoke(app, ["status", "--json", "--out", str(out)])
    assert '"by_version"' in result.stdout
