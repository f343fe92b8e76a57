"""The pages around the review in a real browser: log in, the queue without scripts, the API's."""

from __future__ import annotations

import pytest
from browser import NARROW, a_tab, chromium
from builders import PLAIN, keep, routed
from playwright.sync_api import expect
from web_server import TOKEN, serving

from flows.store.store import Store

SCRIPT = "<img src=x onerror=alert(1)>"


@pytest.fixture(scope="module")
def browser():
    with chromium() as browser:
        yield browser


@pytest.fixture
def out(tmp_path):
    with Store.open(tmp_path / "out") as store:
        for number in range(60):
            record = routed(PLAIN, doubtful=("grand_total", "line_items[0].line_total"))
            keep(store, record, name=f"{SCRIPT}{number}" if number % 2 else f"plain {number}")
    return tmp_path / "out"


def test_a_person_logs_in_and_out(out, browser):
    with serving(out, token=TOKEN, any_host=True) as site, a_tab(browser) as tab:
        tab.goto(f"{site.address}/?source=plain")
        tab.get_by_label("Your name").fill(SCRIPT)
        tab.get_by_label("Token").fill("wrong")
        tab.get_by_role("button", name="Log in").click()
        expect(tab.get_by_role("alert")).to_contain_text("The token is wrong")
        expect(tab.get_by_label("Your name")).to_have_value(SCRIPT)
        tab.get_by_label("Token").fill(TOKEN)
        tab.keyboard.press("Enter")
        expect(tab.get_by_role("heading", level=1)).to_have_text("30 left")
        assert tab.url == f"{site.address}/?source=plain"
        expect(tab.locator(".who")).to_have_text(SCRIPT)
        tab.get_by_role("button", name="Log out").click()
        expect(tab.get_by_role("heading", level=1)).to_have_text("Log in")
        tab.goto(site.address)
        expect(tab.get_by_role("heading", level=1)).to_have_text("Log in")


@pytest.mark.parametrize("size", [None, NARROW])
def test_the_queue_works_without_scripts(out, browser, size):
    options = {"java_script_enabled": False} | ({"viewport": size} if size else {})
    with serving(out) as site, a_tab(browser, **options) as tab:
        tab.goto(site.address)
        expect(tab.get_by_role("link", name="Start reviewing")).to_be_focused()
        expect(tab.get_by_role("heading", level=1)).to_have_text("60 left")
        tab.get_by_label("Source contains").fill("onerror")
        tab.get_by_role("button", name="Filter").click()
        expect(tab.get_by_role("heading", level=1)).to_have_text("30 left")
        expect(tab.get_by_text("x onerror=alert(1)>1.pdf")).to_be_visible()
        tab.get_by_role("link", name="Clear").click()
        tab.get_by_role("link", name="After").click()
        expect(tab.get_by_text("Page 2 of 2")).to_be_visible()
        assert tab.locator("tbody tr").count() == 10
        width = tab.locator("body").evaluate("body => body.scrollWidth - body.clientWidth")
        assert width <= 0, "the page must be scrolled sideways"


def test_the_api_is_described_without_anything_from_elsewhere(out, browser):
    with serving(out) as site, a_tab(browser) as tab:
        asked = []
        tab.on("request", lambda request: asked.append(request.url))
        tab.goto(f"{site.address}/api/docs")
        expect(tab.get_by_text("Claim an item, or renew the claim")).to_be_visible()
        tab.get_by_text("Decide", exact=True).click()
        expect(tab.get_by_text("All that is left is right").first).to_be_attached()
        assert all(url.startswith((site.address, "data:")) for url in asked)
