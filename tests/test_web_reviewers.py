"""Ten people review at once, over HTTP: nothing is decided twice, and nothing is lost."""

from __future__ import annotations

import random
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from decimal import Decimal

import httpx
import polars as pl
from builders import PLAIN, keep, routed
from web_server import Site, serving

from flows.store.store import Store

ITEMS = 200
REVIEWERS = 10
RIGHT = Decimal("120.00")
"""What is typed where a reviewer corrects."""


@dataclass
class Reviewer:
    """Somebody who takes what comes until nothing is left."""

    site: Site
    name: str
    accepted: list[int] = field(default_factory=list)
    corrected: list[int] = field(default_factory=list)
    refused: int = 0
    """Answers that weren't 200."""

    def work(self) -> None:
        chance = random.Random(self.name)
        skipped: list[int] = []
        with self.site.client(headers={"X-Reviewer": self.name}) as client:
            while True:
                wanted = {"holder": f"holder-of-{self.name}", "skip": skipped}
                item = client.post("/api/queue/next", json=wanted).raise_for_status().json()["item"]
                if item is None:
                    if not skipped:
                        return
                    skipped = []  # now those that were left for later
                    continue
                if chance.random() < 0.1:
                    skipped.append(item["id"])
                    self._release(client, item["id"])
                    continue
                if chance.random() < 0.1:
                    time.sleep(0.05)
                self._settle(client, item, correcting=chance.random() < 0.4)

    def _settle(self, client: httpx.Client, item: dict, *, correcting: bool) -> None:
        said = {
            "accept_all": True,
            "insist": True,
            "revision": item["revision"],
            "holder": f"holder-of-{self.name}",
            "seconds": 1.5,
            "actions": 2,
        }
        if correcting:
            said["values"] = [{"path": "grand_total", "text": str(RIGHT)}]
        answer = client.post(f"/api/items/{item['id']}/settle", json=said)
        if answer.status_code != 200:
            self.refused += 1
            return
        (self.corrected if correcting else self.accepted).append(item["id"])

    def _release(self, client: httpx.Client, item: int) -> None:
        holder = {"holder": f"holder-of-{self.name}"}
        client.post(f"/api/items/{item}/release", json=holder).raise_for_status()


def test_ten_reviewers_settle_everything_once(tmp_path):
    out = tmp_path / "out"
    with Store.open(out) as store:
        for number in range(ITEMS):
            values = {**PLAIN, "invoice_number": f"R-{number}"}
            keep(store, routed(values, doubtful=("grand_total",)), name=str(number))
    with serving(out) as site:
        reviewers = [Reviewer(site, f"reviewer-{number}") for number in range(REVIEWERS)]
        with ThreadPoolExecutor(REVIEWERS) as pool:
            for done in [pool.submit(each.work) for each in reviewers]:
                done.result(timeout=200)
        with site.client() as client:
            assert client.get("/api/state").json()["left"] == 0
            said = {
                number: client.get(f"/api/items/{number}").json()["decisions"]
                for number in range(1, ITEMS + 1)
            }

    assert sum(each.refused for each in reviewers) == 0
    settled = Counter(item for each in reviewers for item in (*each.accepted, *each.corrected))
    assert settled == Counter(range(1, ITEMS + 1))
    by = {item: each.name for each in reviewers for item in (*each.accepted, *each.corrected)}
    for item, decisions in said.items():
        assert {each["who"] for each in decisions} == {by[item]}
    assert sum(bool(each.accepted or each.corrected) for each in reviewers) > 1

    rows = pl.read_parquet(out / "records/invoice/*.parquet")
    assert sorted(rows["invoice_number"]) == sorted(f"R-{number}" for number in range(ITEMS))
    assert set(rows["_status"]) == {"reviewed"}
    corrected = sum(len(each.corrected) for each in reviewers)
    assert (rows["grand_total"] == RIGHT).sum() == corrected
    assert (rows["grand_total"] == PLAIN["grand_total"]).sum() == ITEMS - corrected


def test_one_item_that_two_settle_at_once_is_settled_once(tmp_path):
    """Without claims and revisions, as scripts may: one is taken, the other is told."""
    out = tmp_path / "out"
    with Store.open(out) as store:
        keep(store, routed(PLAIN, doubtful=("grand_total",)))
    with serving(out) as site, ThreadPoolExecutor(8) as pool:

        def settle(number: int) -> int:
            with site.client(headers={"X-Reviewer": f"reviewer-{number}"}) as client:
                return client.post("/api/items/1/settle", json={"accept_all": True}).status_code

        codes = Counter(pool.map(settle, range(8)))
        assert codes[200] == 1
        assert set(codes) <= {200, 409, 422}
        with site.client() as client:
            decisions = client.get("/api/items/1").json()["decisions"]
        assert len({each["who"] for each in decisions}) == 1
