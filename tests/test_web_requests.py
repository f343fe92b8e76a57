"""Bad requests to the review page get clear answers, and change nothing."""

from __future__ import annotations

import json
import socket
from urllib.parse import urlsplit

import pytest
from builders import PLAIN, keep, routed
from web_server import HOLDER, OTHER, TOKEN, contents, serving

from flows.store.store import Store

SCRIPT = "<script>alert('x')</script>"
BEARER = {"Authorization": f"Bearer {TOKEN}", "X-Reviewer": "berta"}
ACCEPT = {"accept_all": True}


def fill(out) -> None:
    """Keep two items; the first one's source and value hold a script."""
    with Store.open(out) as store:
        keep(
            store,
            routed({**PLAIN, "seller_name": SCRIPT}, doubtful=("grand_total", "seller_name")),
            name=SCRIPT.replace("/", "⁄"),
        )
        keep(store, routed(PLAIN, doubtful=("grand_total",)), name="b")


@pytest.fixture
def site(tmp_path):
    fill(tmp_path / "out")
    with serving(tmp_path / "out") as site:
        yield site


@pytest.fixture
def locked(tmp_path):
    fill(tmp_path / "out")
    with serving(tmp_path / "out", token=TOKEN, any_host=True) as site:
        yield site


@pytest.fixture
def client(site):
    with site.client() as client:
        yield client


def said(answer, status: int, code: str) -> str:
    """Return the sentence of a refusal."""
    assert answer.status_code == status, answer.text
    found = answer.json()
    assert found["code"] == code
    assert "Traceback" not in found["error"]
    return found["error"]


def revision_of(client, item: int) -> int:
    return client.get(f"/api/items/{item}").json()["item"]["revision"]


# What is asked for


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("GET", "/api/items/99", None),
        ("POST", "/api/items/99/claim", {"holder": HOLDER}),
        ("POST", "/api/items/99/check", {"values": [{"path": "iban", "text": "x"}]}),
        ("POST", "/api/items/99/settle", ACCEPT),
        ("POST", "/api/items/99/undo", {"holder": HOLDER}),
        ("GET", "/api/items/99/pages", None),
        ("GET", "/api/items/99/pages/1.png", None),
        ("GET", "/api/items/99/pages/1/words", None),
    ],
)
def test_an_unknown_item_is_said_to_be_one(site, client, method, path, body):
    before = contents(site.store)
    error = said(client.request(method, path, json=body), 404, "unknown_item")
    assert "99" in error
    assert contents(site.store) == before


@pytest.mark.parametrize(
    "path",
    [
        "/api/nothing",
        "/api/items/..%2f..%2fetc%2fpasswd",
        "/api/items/1/pages/..%2f..%2fpapersift.db",
        "/api/items/1.5",
        "/api/items/-1",
        "/api/items/99999999999999999999",
        "/api/items/1/pages/0.png",
        "/api/items/1/pages/1.png?dpi=100000",
    ],
)
def test_a_path_that_leads_nowhere_is_refused_in_json(site, client, path):
    before = contents(site.store)
    answer = client.get(path)
    assert answer.status_code in (404, 422)
    assert answer.json()["code"] in ("not_found", "invalid")
    assert contents(site.store) == before


def test_a_page_that_leads_nowhere_says_so(client):
    for path in ("/nothing", "/items/99", "/items/one", f"/items/{10**30}", "/items/-1"):
        page = client.get(path)
        assert page.status_code in (404, 422)
        assert '<a class="button" href="/">To the queue</a>' in page.text


@pytest.mark.parametrize(
    "path",
    [
        "/static/../app.py",
        "/static/..%2fapp.py",
        "/static/%2e%2e/%2e%2e/store/store.py",
        "/static//etc/passwd",
        "/static/swagger/../../core.py",
        "/static/%00",
    ],
)
def test_no_request_leaves_the_static_folder(site, path):
    host = urlsplit(site.address)
    with socket.create_connection((host.hostname, host.port), timeout=10) as raw:
        # A client would tidy the path before it is sent.
        raw.sendall(f"GET {path} HTTP/1.1\r\nHost: {host.netloc}\r\n\r\n".encode())
        answer = raw.recv(4096)
    assert answer.startswith(b"HTTP/1.1 404")
    assert b"import" not in answer


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ({"values": "all"}, "values"),
        ({"values": [{"path": "iban"}]}, "values.0.text"),
        ({"accept_all": True, "unknown": 1}, "unknown"),
        ({"revision": "one"}, "revision"),
        ({"seconds": "many"}, "seconds"),
        ([1, 2], "valid dictionary"),
        ({"seconds": 1e300}, "too large"),
        ({"revision": 2**70}, "too large"),
        ({"reject": "a\x00b"}, "can't be kept"),
        ({"reject": "a\ud800b"}, "can't be kept"),
    ],
)
def test_a_settlement_of_another_form_is_refused(site, client, body, told):
    before = contents(site.store)
    answer = client.post(
        "/api/items/1/settle",
        content=json.dumps(body),
        headers={"Content-Type": "application/json"},
    )
    assert told in said(answer, 422, "invalid")
    assert contents(site.store) == before


@pytest.mark.parametrize(
    "body", [b"", b"{", b"\xff\xfe", b"[" * 100_000, b'{"seconds": NaN}', b'{"seconds": 1e999}']
)
def test_what_is_no_json_is_refused(site, client, body):
    before = contents(site.store)
    answer = client.post(
        "/api/items/1/settle", content=body, headers={"Content-Type": "application/json"}
    )
    said(answer, 422, "invalid")
    assert contents(site.store) == before


def test_a_bad_holder_is_refused(site, client):
    before = contents(site.store)
    for holder in ("", "short", "x" * 1000, SCRIPT):
        said(client.post("/api/queue/next", json={"holder": holder}), 422, "invalid")
    assert contents(site.store) == before


# What is decided


def test_the_form_of_another_item_is_refused(site, client):
    """Fields that the item doesn't have, and a row that isn't there."""
    before = contents(site.store)
    for path in ("net_weight", "line_items[7].unit", "__class__", "", "line_items", "x" * 5000):
        wrong = {"values": [{"path": path, "text": "1"}]}
        answer = client.post("/api/items/2/settle", json=wrong)
        assert answer.status_code == 422
        assert answer.json()["code"] in ("invalid", "impossible")
    said(client.post("/api/items/2/settle", json={"removals": ["line_items[7]"]}), 422, "invalid")
    said(client.post("/api/items/2/settle", json={"accept": ["net_weight"]}), 422, "invalid")
    assert contents(site.store) == before


def test_a_stale_form_is_refused_with_what_changed(site, client):
    seen = revision_of(client, 1)
    first = {"values": [{"path": "grand_total", "text": "120.00"}], "revision": seen}
    assert client.post("/api/items/1/settle", json={**first, "insist": True}).status_code == 200
    before = contents(site.store)
    second = {"values": [{"path": "grand_total", "text": "121.00"}], "revision": seen}
    answer = client.post("/api/items/1/settle", json={**second, "insist": True})
    said(answer, 409, "stale")
    found = answer.json()
    assert found["item"]["revision"] > seen
    [change] = found["decisions"]
    assert (change["path"], change["was"], change["became"]) == ("grand_total", "119.00", "120.00")
    said(client.post("/api/items/1/undo", json={"revision": seen}), 409, "stale")
    assert contents(site.store) == before


def test_what_another_holds_is_refused(site, client):
    taken = client.post("/api/items/1/claim", json={"holder": OTHER}, headers={"X-Reviewer": "bo"})
    assert taken.status_code == 200
    assert taken.json()["who"] == "bo"
    before = contents(site.store)
    for action, body in (
        ("claim", {"holder": HOLDER}),
        ("settle", {**ACCEPT, "holder": HOLDER}),
        ("settle", ACCEPT),
    ):
        assert "bo" in said(client.post(f"/api/items/1/{action}", json=body), 409, "claimed")
    assert client.post("/api/items/1/release", json={"holder": HOLDER}).status_code == 204
    assert contents(site.store) == before
    shown = client.get("/api/items/1").json()["claim"]
    assert shown["who"] == "bo"
    assert "holder" not in shown
    site.clock.go_on(minutes=6)
    assert client.get("/api/items/1").json()["claim"] is None
    assert client.post("/api/items/1/claim", json={"holder": HOLDER}).status_code == 200


def test_what_can_be_no_value_is_refused_with_its_field(site, client):
    before = contents(site.store)
    wrong = {"values": [{"path": "grand_total", "text": "a lot"}], **ACCEPT}
    answer = client.post("/api/items/1/settle", json=wrong)
    said(answer, 422, "impossible")
    assert list(answer.json()["problems"]) == ["grand_total"]
    assert contents(site.store) == before


def test_what_is_odd_is_taken_once_it_is_insisted_on(site, client):
    before = contents(site.store)
    odd = {"values": [{"path": "iban", "text": "DE00 1234 5678 9012 3456 78"}]}
    answer = client.post("/api/items/1/settle", json=odd)
    said(answer, 422, "odd")
    assert answer.json()["odd"]
    assert contents(site.store) == before
    assert client.post("/api/items/1/settle", json={**odd, "insist": True}).status_code == 200


def test_checking_changes_nothing(site, client):
    before = contents(site.store)
    draft = {"values": [{"path": "issue_date", "text": "31.02.2026"}]}
    answer = client.post("/api/items/1/check", json=draft)
    assert answer.status_code == 200
    [checked] = answer.json()["fields"]
    assert checked["problem"]
    assert contents(site.store) == before


# How much


def test_ten_megabytes_are_refused_at_once(site, client):
    before = contents(site.store)
    large = json.dumps({"reject": "x" * 10_000_000}).encode()
    headers = {"Content-Type": "application/json"}
    answer = client.post("/api/items/1/settle", content=large, headers=headers)
    assert "1,048,576" in said(answer, 413, "too_large")
    parts = (large[at : at + 65536] for at in range(0, len(large), 65536))  # in chunks, no length
    said(client.post("/api/items/1/settle", content=parts, headers=headers), 413, "too_large")
    assert contents(site.store) == before
    assert client.post("/api/items/1/settle", json=ACCEPT).status_code == 200


def test_a_long_text_is_refused(site, client):
    before = contents(site.store)
    long = {"values": [{"path": "seller_name", "text": "x" * 10_001}]}
    error = said(client.post("/api/items/1/settle", json=long), 422, "invalid")
    assert error.startswith("values.0.text: A text may have at most 10,000 characters")
    said(client.post("/api/items/1/settle", json={"reject": "x" * 10_001}), 422, "invalid")
    assert contents(site.store) == before


# Whence


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://127.0.0.1:1"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ],
)
def test_other_pages_cannot_decide(site, client, headers):
    before = contents(site.store)
    said(client.post("/api/items/1/settle", json=ACCEPT, headers=headers), 403, "forbidden")
    assert contents(site.store) == before


def test_plain_forms_cannot_decide(site, client):
    before = contents(site.store)
    said(client.post("/api/items/1/settle", data={"accept_all": "1"}), 415, "invalid")
    plain = {"Content-Type": "text/plain"}
    text = json.dumps(ACCEPT)
    said(client.post("/api/items/1/settle", content=text, headers=plain), 415, "invalid")
    assert contents(site.store) == before


def test_our_own_page_decides(site, client):
    headers = {"Origin": site.address, "Sec-Fetch-Site": "same-origin"}
    assert client.post("/api/items/1/settle", json=ACCEPT, headers=headers).status_code == 200


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "", "[::1", "a@b"])
def test_a_foreign_name_for_this_machine_is_refused(site, client, host):
    assert "own name" in said(client.get("/api/queue", headers={"Host": host}), 403, "forbidden")
    page = client.get("/", headers={"Host": host})
    assert page.status_code == 403
    assert "<h1>Not allowed</h1>" in page.text


@pytest.mark.parametrize("host", ["localhost:1", "127.0.0.1", "[::1]:80"])
def test_this_machine_may_be_called_by_its_names(client, host):
    assert client.get("/api/queue", headers={"Host": host}).status_code == 200


# The token


def test_without_the_token_nothing_is_shown_or_changed(locked):
    before = contents(locked.store)
    with locked.client() as client:
        for answer in (
            client.get("/api/queue"),
            client.get("/api/items/1/pages/1.png"),
            client.get("/api/openapi.json"),
            client.post("/api/items/1/settle", json=ACCEPT),
            client.get("/api/queue", headers={"Authorization": f"Basic {TOKEN}"}),
            client.get("/api/queue", headers={"Cookie": "papersift_session=guess"}),
        ):
            assert "token" in said(answer, 401, "no_token")
        page = client.get("/?type_name=invoice")
        assert page.status_code == 303
        assert page.headers["location"] == "/login?next=%2F%3Ftype_name%3Dinvoice"
        assert client.get("/static/base.css").status_code == 200
    assert contents(locked.store) == before


def test_a_wrong_token_is_refused_and_soon_slowed_down(locked):
    before = contents(locked.store)
    wrong = {**BEARER, "Authorization": "Bearer wrong"}
    with locked.client() as client:
        answers = [client.post("/api/items/1/settle", json=ACCEPT, headers=wrong) for _ in range(5)]
        assert "wrong" in said(answers[0], 401, "no_token")
        assert "too many" in said(answers[-1], 429, "no_token")
        assert int(answers[-1].headers["retry-after"]) >= 1
        # Whoever guesses fast enough would see the right one refused as well.
        assert client.get("/api/queue", headers=BEARER).status_code == 429
    assert contents(locked.store) == before


def test_a_script_says_who_decides(locked):
    with locked.client() as client:
        nameless = {"Authorization": BEARER["Authorization"]}
        said(client.get("/api/queue", headers=nameless), 401, "no_token")
        settled = client.post("/api/items/1/settle", json=ACCEPT, headers=BEARER)
        assert settled.status_code == 200
        decisions = client.get("/api/items/1", headers=BEARER).json()["decisions"]
        assert {each["who"] for each in decisions} == {"berta"}


def test_a_session_is_strict_and_ends(locked):
    with locked.client() as client:
        page = client.get("/login", params={"next": "/items/1"})
        assert '<input type="hidden" name="next" value="/items/1">' in page.text
        form = {"name": "Berta <b>", "token": TOKEN, "next": "/items/1"}
        answer = client.post("/login", data=form, headers={"Origin": locked.address})
        assert (answer.status_code, answer.headers["location"]) == (303, "/items/1")
        cookie = answer.headers["set-cookie"]
        assert {part.strip().lower() for part in cookie.split(";")[1:]} == {
            "httponly",
            "samesite=strict",
            "path=/",
        }
        assert TOKEN not in cookie
        assert "Berta &lt;b&gt;" in client.get("/").text
        assert client.post("/api/items/1/settle", json=ACCEPT).status_code == 200
        decisions = client.get("/api/items/1").json()["decisions"]
        assert {each["who"] for each in decisions} == {"Berta <b>"}
        held = dict(client.cookies)
        assert client.post("/logout", data={"sent": "1"}).status_code == 303
        client.cookies.update(held)
        assert client.get("/api/queue").status_code == 401


def test_a_bad_login_is_told_on_the_page(locked):
    with locked.client() as client:
        wrong = client.post("/login", data={"name": SCRIPT, "token": "wrong"})
        assert wrong.status_code == 401
        assert "The token is wrong" in wrong.text
        assert SCRIPT not in wrong.text
        nameless = client.post("/login", data={"name": " ", "token": TOKEN})
        assert nameless.status_code == 422
        assert "Say who you are" in nameless.text
        foreign = {"Origin": "https://evil.example"}
        form = {"name": "berta", "token": TOKEN}
        assert client.post("/login", data=form, headers=foreign).status_code == 403
        for away in ("https://evil.example", "//evil.example", "/\\evil.example", "javascript:x"):
            answer = client.post("/login", data={**form, "next": away})
            assert answer.headers["location"] == "/"


def test_a_cookie_is_secure_where_the_request_is(locked):
    with locked.client(headers={"X-Forwarded-Proto": "https"}) as client:
        answer = client.post("/login", data={"name": "berta", "token": TOKEN})
        assert "; Secure" in answer.headers["set-cookie"]


# What is answered


def test_every_answer_has_the_headers(client):
    for path in ("/", "/review", "/api/queue", "/api/nothing", "/nothing", "/static/base.css"):
        headers = client.get(path).headers
        policy = headers["content-security-policy"].split("; ")
        assert "script-src 'self'" in policy
        assert "frame-ancestors 'none'" in policy
        assert "unsafe" not in headers["content-security-policy"]
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "same-origin"
        assert headers["cross-origin-opener-policy"] == "same-origin"
        assert headers["cross-origin-resource-policy"] == "same-origin"
        wanted = "no-cache" if path.startswith("/static") else "no-store"
        assert headers["cache-control"] == wanted
        assert "server" not in headers


def test_text_from_documents_and_requests_is_escaped(client):
    for page in (
        client.get("/"),
        client.get("/", params={"source": SCRIPT, "type_name": SCRIPT}),
        client.get("/review", params={"source": SCRIPT, "type_name": SCRIPT}),
        client.get(f"/{SCRIPT}"),
        client.get("/items/1", params={"source": SCRIPT}),
    ):
        assert "alert" in page.text or page.request.url.path == "/items/1"
        assert SCRIPT not in page.text
        assert "<script>alert" not in page.text


def test_a_script_in_a_name_stays_text(site, client):
    named = {"X-Reviewer": SCRIPT}
    claimed = client.post("/api/items/2/claim", json={"holder": HOLDER}, headers=named)
    assert claimed.json()["who"] == SCRIPT
    page = client.get("/").text
    assert "&lt;script&gt;alert" in page
    assert "<script>alert" not in page


def test_a_bug_is_logged_and_not_shown(site, client, monkeypatch, caplog):
    def broken(*_: object, **__: object) -> None:
        raise ZeroDivisionError("secret detail")

    monkeypatch.setattr("flows.web.api.show_item", broken)
    monkeypatch.setattr("flows.web.html.queue_page", broken)
    before = contents(site.store)
    answer = client.get("/api/items/1")
    said(answer, 500, "bug")
    assert "secret" not in answer.text
    page = client.get("/")
    assert page.status_code == 500
    assert "Something went wrong" in page.text
    assert "secret" not in page.text
    assert page.headers["x-content-type-options"] == "nosniff"
    assert "secret detail" in caplog.text
    assert contents(site.store) == before


def test_neither_scores_nor_audits_are_told(client):
    for path in ("/api/queue", "/api/items/1"):
        text = client.get(path).text
        assert '"score"' not in text
        assert '"audit"' not in text
