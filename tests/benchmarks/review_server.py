"""Measure how long a person waits for the review page's server, with a long queue.

A store with open items is filled, and served over HTTP on one core: the queue page, the next item,
a decision that accepts and one that corrects, each with publishing in the background as in real
use. Each is also given as a ratio to a route that does nothing, in the same run, so that machines
can be compared.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from statistics import median, quantiles

import httpx
from rich.console import Console
from rich.table import Table

sys.path.insert(0, str(Path(__file__).parents[1]))

from builders import PLAIN, RECEIPT, a_recipe, keep, routed

from flows.pictures import Pictures
from flows.store.store import Store
from flows.web.app import create_app
from flows.web.serve import Server, listen
from schemas.target import Dial

ITEMS = 10_000
REQUESTS = 100
WARM = 5
"""Requests before those that count."""
HOLDER = "benchmark-holder"
GOALS_MS = {"queue page": 100.0, "accept": 50.0, "correct": 50.0}
DIAL = Dial(closed="no calibration")
LINES = {
    f"line_items[{number}].{name}": text
    for number in range(10)
    for name, text in (("description", f"Article {number}"), ("unit", "pcs"))
}
DOUBTFUL = ("grand_total", "invoice_number", "line_items[0].line_total")
EXAMPLE = """\
example:
  python tests/benchmarks/review_server.py --items 10000 --json server.json
"""


@dataclass(frozen=True)
class Wait:
    """How long requests of one sort took, in milliseconds."""

    name: str
    ms: tuple[float, ...]

    @property
    def median(self) -> float:
        return median(self.ms)

    @property
    def p95(self) -> float:
        return quantiles(self.ms, n=20)[-1]


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, print the table, write the JSON file if one is asked for."""
    given = _parser().parse_args(arguments)
    console = Console(stderr=True)
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "out"
        console.print(f"filling a store with {given.items:,} items", highlight=False)
        _fill(out, given.items)
        waits = _measure(out, given.requests)
    Console().print(_table(waits, given.items))
    if given.json:
        found = {"items": given.items, "ms": {each.name: each.ms for each in waits}}
        given.json.write_text(f"{json.dumps(found, indent=1)}\n", encoding="utf-8")
    slow = [each.name for each in waits if each.median > GOALS_MS.get(each.name, float("inf"))]
    if slow:
        console.print(f"slower than the goal: {', '.join(slow)}", style="red")
    return 1 if slow else 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        description=__doc__, epilog=EXAMPLE, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--items", type=int, default=ITEMS, help="open items (%(default)s)")
    parser.add_argument(
        "--requests", type=int, default=REQUESTS, help="requests of each sort (%(default)s)"
    )
    parser.add_argument("--json", type=Path, metavar="PATH", help="write all figures")
    return parser


def _fill(out: Path, items: int) -> None:
    """Keep invoices of ten lines, and a tenth of receipts, with one to three doubts each."""
    with Store.open(out) as store:
        for number in range(items):
            if number % 10 == 9:
                values = {"total": PLAIN["grand_total"], "merchant_name": f"Shop {number}"}
                record = routed(values, doc_type=RECEIPT, doubtful=("total",))
                recipe = a_recipe(RECEIPT)
                keep(store, record, name=str(number), doc_type=RECEIPT, recipe=recipe, dial=DIAL)
                continue
            values = {**PLAIN, **LINES, "invoice_number": f"R-{number}"}
            record = routed(values, doubtful=DOUBTFUL[: 1 + number % 3])
            keep(store, record, name=f"{number % 50}/{number}", dial=DIAL)


def _measure(out: Path, requests: int) -> list[Wait]:
    up = threading.Event()
    with ExitStack() as stack:
        store = stack.enter_context(Store.open(out))
        pictures = stack.enter_context(Pictures())
        listening = stack.enter_context(listen("127.0.0.1", 0))
        app = create_app(store, out, who="anna", pictures=pictures)

        @app.get("/api/nothing")
        def nothing() -> dict[str, str]:
            return {}

        server = Server(app, up.set)
        thread = threading.Thread(target=server.answer, args=(listening,))
        thread.start()
        try:
            up.wait()
            port = listening.getsockname()[1]
            with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=60) as client:
                return _waits(client, requests)
        finally:
            server.stop()
            thread.join()


def _waits(client: httpx.Client, requests: int) -> list[Wait]:
    """Ask as a person's browser does, one request after the other."""
    while client.get("/api/state").json()["publishing"] != "idle":
        time.sleep(0.1)  # what was there before is published first
    waits = [
        _timed("nothing", requests, lambda: client.get("/api/nothing")),
        _timed("queue page", requests, lambda: client.get("/")),
        _timed("queue page 100", requests, lambda: client.get("/?page=100")),
        _timed("filtered page", requests, lambda: client.get("/?code=unsure&source=7/")),
        _timed("state", requests, lambda: client.get("/api/state")),
    ]
    corrected = {"values": [{"path": "grand_total", "text": "120.00"}], "insist": True}
    for name, said in (("accept", {}), ("correct", corrected)):
        waits += _decisions(client, requests, name, said)
    return waits


def _decisions(
    client: httpx.Client, requests: int, name: str, said: dict[str, object]
) -> list[Wait]:
    """Take the next item and settle it, again and again."""
    taking: list[float] = []
    settling: list[float] = []
    for _ in range(requests):
        wanted = {"holder": HOLDER, "type_name": "invoice"}
        ms, answer = _once(lambda: client.post("/api/queue/next", json=wanted))  # noqa: B023
        taking.append(ms)
        item = answer.json()["item"]
        word = {"accept_all": True, "revision": item["revision"], "holder": HOLDER, **said}
        path = f"/api/items/{item['id']}/settle"
        ms, _ = _once(lambda: client.post(path, json=word))  # noqa: B023
        settling.append(ms)
    return [Wait(f"next, before {name}", tuple(taking)), Wait(name, tuple(settling))]


def _timed(name: str, requests: int, ask: Callable[[], httpx.Response]) -> Wait:
    for _ in range(WARM):
        _once(ask)
    return Wait(name, tuple(_once(ask)[0] for _ in range(requests)))


def _once(ask: Callable[[], httpx.Response]) -> tuple[float, httpx.Response]:
    began = time.perf_counter()
    answer = ask()
    ms = 1000 * (time.perf_counter() - began)
    answer.raise_for_status()
    return ms, answer


def _table(waits: Sequence[Wait], items: int) -> Table:
    nothing = waits[0].median
    table = Table("Request", title=f"{items:,} open items, one core, in ms")
    for column in ("median", "p95", "goal", "× nothing"):
        table.add_column(column, justify="right")
    for each in waits:
        goal = GOALS_MS.get(each.name)
        table.add_row(
            each.name,
            f"{each.median:.1f}",
            f"{each.p95:.1f}",
            f"< {goal:.0f}" if goal else "",
            f"{each.median / nothing:.1f}",
        )
    return table


if __name__ == "__main__":
    sys.exit(main())
