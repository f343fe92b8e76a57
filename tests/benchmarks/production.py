"""Measure what papersift costs beside the model: own time, waiting, memory, reruns.

A real Prefect server and a model's server in processes of their own; the documents are notes of one
page, asked about in one call each. Everything that is compared is measured in the same run, and
ratios are told: seconds are those of this machine and of whatever else it does.

  own      an instant model; papersift's seconds a document over those of the plain loop (PyMuPDF,
           one instructor call, Parquet) and of Prefect's tasks that do nothing; each step alone
  waiting  a model that takes 2 s, 64 calls at once, three times as many documents: the share of
           the throughput that is possible, and what the plain loop reaches of it in 64 threads
  memory   ten times as many documents: the peak of all of papersift's processes, as a ratio
  rerun    a run over documents that are done
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from math import ceil
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))

import httpx
from papers import write_note, write_note_type
from rich.console import Console
from rich.table import Table

from flows.at_once import MOST_IN_A_TASK
from flows.up.child import Child
from flows.up.server import api_at, free_port, start_server, wait_until_ready

HERE = Path(__file__).parent
DOCUMENTS = 1000
AT_ONCE = 64
DELAY_S = 2.0
TIMES_WAITING = 3
"""Waiting: so many times the documents; of a short run the first and last answers take much."""
TIMES = 10
"""Memory: so many times the documents."""
LOOK_S = 0.1
GOALS = {
    "own": "at most 10 ms a document beyond the plain loop and Prefect's own",
    "waiting": "at least 90 % of the possible throughput",
    "memory": "at most 1.10 times the peak",
    "rerun": "under 5 s besides Prefect's start",
}
EXAMPLE = """\
examples:
  python tests/benchmarks/production.py --json production.json
  python tests/benchmarks/production.py --only own waiting --documents 200
"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, print the tables, write the JSON file if one is asked for."""
    given = _parser().parse_args(arguments)
    figures: dict[str, Any] = {
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "documents": given.documents,
    }
    with tempfile.TemporaryDirectory(prefix="papersift-") as folder, ExitStack() as stack:
        os.environ["PREFECT_HOME"] = str(Path(folder) / "prefect")
        lab = Lab(Path(folder), stack, Console(stderr=True))
        for name in given.only or GOALS:
            lab.say(f"{name}: {GOALS[name]}")
            lab.end_prefect()
            figures[name] = MEASURES[name](lab, given.documents)
            Console().print(_table(name, figures[name]))
            if given.json:  # also if a later one fails
                given.json.write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        description=__doc__, epilog=EXAMPLE, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--only", nargs="+", choices=GOALS, metavar="NAME", help=f"some of {', '.join(GOALS)}"
    )
    parser.add_argument(
        "--documents",
        type=int,
        default=DOCUMENTS,
        metavar="N",
        help="instead of %(default)s; waiting takes three times, memory also ten times as many",
    )
    parser.add_argument("--json", type=Path, metavar="PATH", help="write all figures")
    return parser


class Lab:
    """Servers and documents, made as they are needed, and gone at the end."""

    def __init__(self, folder: Path, stack: ExitStack, console: Console) -> None:
        self._folder = folder
        self._stack = stack
        self._console = console
        self._prefect: Child | None = None
        self._api = ""
        self._models: dict[float, str] = {}
        self._runs = 0
        write_note_type(folder)

    def say(self, text: str) -> None:
        self._console.print(text, highlight=False)

    @property
    def api(self) -> str:
        """The address of a Prefect server with a database of its own."""
        if self._prefect is None:
            self.say("  starting Prefect")
            port = free_port()
            self._prefect = child = start_server(port)
            self._stack.callback(child.end)
            wait_until_ready(api_at(port), child, lambda: False)
            self._api = api_at(port)
            # Its first answer takes it a second, whoever asks.
            httpx.get(f"{self._api}/admin/version").raise_for_status()
        return self._api

    def end_prefect(self) -> None:
        """Let the next run find a server that has nothing to do.

        After a thousand tasks one writes their events for a minute, and creates no run meanwhile.
        """
        if self._prefect is not None:
            self._prefect.end()
            self._prefect = None

    def model(self, delay_s: float) -> str:
        """The base URL of a model's server that takes so long for each answer."""
        if delay_s not in self._models:
            command = [sys.executable, str(HERE / "instant_model.py"), "--delay", str(delay_s)]
            child = subprocess.Popen(
                command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
            )
            self._stack.callback(child.wait)
            self._stack.callback(child.communicate)
            assert child.stdout is not None
            self._models[delay_s] = f"http://127.0.0.1:{child.stdout.readline().strip()}/v1"
        return self._models[delay_s]

    def notes(self, documents: int) -> Path:
        """A folder of so many notes."""
        folder = self._folder / f"notes-{documents}"
        if not folder.exists():
            for number in range(documents):
                write_note(
                    folder / f"{number:05}.pdf",
                    number=f"N-{number}",
                    day="2026-11-03",
                    total=f"{number}.50",
                )
        return folder

    def request(
        self, documents: int, *, delay_s: float = 0.0, at_once: int = 8, out: Path | None = None
    ) -> dict[str, Any]:
        """Values of a `BatchRequest`; without `out` into an empty folder."""
        self._runs += 1
        return {
            "paths": [str(self.notes(documents))],
            "type": str(self._folder / "note.md"),
            "model": "scripted",
            "base_url": self.model(delay_s),
            "asking": "whole",
            "at_once": at_once,
            "out": str(out or self._folder / f"out-{self._runs}"),
        }

    def run(self, way: str, given: dict[str, Any]) -> dict[str, Any]:
        """Do one thing of `one_batch.py` in a process of its own; adds the peak of its memory."""
        child = subprocess.Popen(
            [sys.executable, str(HERE / "one_batch.py"), way, json.dumps(given)],
            stdout=subprocess.PIPE,
            text=True,
            env=self._env(),
        )
        with watched(child.pid) as peak:
            said, _ = child.communicate()
        if child.returncode:
            raise SystemExit(f"{way} ended with {child.returncode}")
        measured: dict[str, Any] = json.loads(said.strip().splitlines()[-1])
        measured["peak_bytes"] = peak[0]
        self.say(f"  {way}: {measured.get('lines', given.get('tasks'))} in {_seconds(measured)}")
        return measured

    def _env(self) -> dict[str, str]:
        return {**os.environ, "PREFECT_API_URL": self.api, "PREFECT_LOGGING_LEVEL": "ERROR"}


@contextmanager
def watched(pid: int) -> Iterator[list[int]]:
    """Look at a process and all that it has started; give the most bytes that they had at once."""
    over, peak = threading.Event(), [0]

    def look() -> None:
        while not over.wait(LOOK_S):
            peak[0] = max(peak[0], _resident(pid))

    thread = threading.Thread(target=look, daemon=True)
    thread.start()
    try:
        yield peak
    finally:
        over.set()
        thread.join()


def _resident(pid: int) -> int:
    """Return the bytes of memory that a process and its descendants have (on Linux)."""
    total, left = 0, [pid]
    while left:
        place = Path(f"/proc/{left.pop()}")
        try:
            for line in (place / "status").read_text().splitlines():
                if line.startswith("VmRSS:"):
                    total += int(line.split()[1]) * 1024
            for task in (place / "task").iterdir():
                left += map(int, (task / "children").read_text().split())
        except OSError:  # it has ended
            continue
    return total


def own(lab: Lab, documents: int) -> dict[str, Any]:
    """Papersift, the plain loop and Prefect alone, with a model that answers at once."""
    plain = lab.run("plain", lab.request(documents, at_once=1))
    papersift = lab.run("papersift", lab.request(documents))
    tasks = ceil(documents / MOST_IN_A_TASK)
    prefect = lab.run("prefect", {"tasks": tasks, "at_once": 8})
    each = lab.run("prefect", {"tasks": documents, "at_once": 8})
    steps = lab.run("steps", lab.request(min(documents, 300)))
    ms = {
        "papersift": _ms(papersift, documents),
        "plain loop": _ms(plain, documents),
        f"Prefect, {tasks} tasks that do nothing": _ms(prefect, documents),
        "Prefect, a task a document": _ms(each, documents),
    }
    beyond = ms["papersift"] - ms["plain loop"] - _ms(prefect, documents)
    return {
        "ms_a_document": ms,
        "over_the_plain_loop": papersift["seconds"] / plain["seconds"],
        "cpu_over_the_plain_loop": papersift["cpu_s"] / plain["cpu_s"],
        "beyond_plain_and_prefect_ms": beyond,
        "cpu_beyond_ms": (papersift["cpu_s"] - plain["cpu_s"] - prefect["cpu_s"])
        / documents
        * 1000,
        "steps_ms_a_document": {
            step: {name: value / steps["lines"] * 1000 for name, value in took.items()}
            for step, took in steps["steps"].items()
        },
    }


def waiting(lab: Lab, documents: int) -> dict[str, Any]:
    """A slow model, asked as often at once as it is able to answer."""
    at_once = min(AT_ONCE, documents)
    documents = documents * TIMES_WAITING // at_once * at_once
    measured = lab.run("papersift", lab.request(documents, delay_s=DELAY_S, at_once=at_once))
    plain = lab.run("plain", lab.request(documents, delay_s=DELAY_S, at_once=at_once))
    ideal = documents // at_once * DELAY_S
    return {
        "documents": documents,
        "at_once": at_once,
        "ideal_s": ideal,
        "seconds": measured["seconds"],
        "asking_s": measured["asking_s"],
        "share_of_the_ideal": ideal / measured["seconds"],
        "share_while_asking": ideal / measured["asking_s"],
        "share_of_the_ideal_plain_loop_in_threads": ideal / plain["seconds"],
        "share_of_the_plain_loop_in_threads": plain["seconds"] / measured["seconds"],
        "cpu_ms_a_document_plain_loop": plain["cpu_s"] / documents * 1000,
        "cpu_ms_a_document": measured["cpu_s"] / documents * 1000,
    }


def memory(lab: Lab, documents: int) -> dict[str, Any]:
    """The peak of many documents over that of a tenth of them."""
    peaks = {
        count: lab.run("papersift", lab.request(count))["peak_bytes"]
        for count in (documents, documents * TIMES)
    }
    few, many = peaks.values()
    return {
        "peak_mb": {str(count): peak / 1e6 for count, peak in peaks.items()},
        "ratio": many / few,
        "bytes_a_document_more": (many - few) / (documents * (TIMES - 1)),
    }


def rerun(lab: Lab, documents: int) -> dict[str, Any]:
    """A second run over the same folder."""
    given = lab.request(documents)
    first = lab.run("papersift", given)
    second = lab.run("papersift", given)
    assert (second["calls"], second["skipped"]) == (0, documents)
    return {
        "first_s": first["seconds"],
        "seconds": second["seconds"],
        "share_of_the_first": second["seconds"] / first["seconds"],
    }


MEASURES = {"own": own, "waiting": waiting, "memory": memory, "rerun": rerun}


def _ms(measured: dict[str, Any], documents: int) -> float:
    return float(measured["seconds"]) / documents * 1000


def _seconds(measured: dict[str, Any]) -> str:
    told = f"{measured['seconds']:.1f} s" if "seconds" in measured else "steps"
    return f"{told}, at most {measured['peak_bytes'] / 1e6:.0f} MB"


def _table(name: str, figures: dict[str, Any]) -> Table:
    table = Table(box=None, header_style="bold", pad_edge=False, title=f"{name}: {GOALS[name]}")
    table.add_column("")
    table.add_column("", justify="right")
    for what, figure in figures.items():
        if not isinstance(figure, dict):
            table.add_row(what.replace("_", " "), f"{figure:.2f}")
            continue
        table.add_row(what.replace("_", " "), "")
        for part, value in figure.items():
            told = (
                f"{value:.2f}"
                if isinstance(value, float)
                else f"{value['seconds']:.2f}, of it at work {value['cpu_s']:.2f}"
            )
            table.add_row(f"  {part}", told)
    return table


if __name__ == "__main__":
    raise SystemExit(main())
