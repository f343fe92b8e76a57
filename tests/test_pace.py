"""Requests and tokens a minute, over all processes that share a Prefect server."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Callable
from uuid import uuid4

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from papers import read_off
from prefect.client.orchestration import get_client
from scripted_replies import Reply
from test_resume import Inbox

from flows.calls import limit_name
from flows.extract import extract_batch
from flows.limits.pace import Bucket, Look, Pace
from flows.limits.tokens import TokenPace
from flows.models.open_model import open_model
from schemas.errors import Cancelled
from schemas.extraction import Outcome

PATHS = os.pathsep.join(sys.path)


class Simulated:
    """A bucket as Prefect's server keeps it, by a clock that only waiting moves."""

    def __init__(self, bucket: Bucket) -> None:
        self.bucket = bucket
        self.now = 0.0
        self.active = 0
        self.updated = 0.0

    def drained(self) -> int:
        gone = int(self.bucket.drains * (self.now - self.updated))
        return max(0, self.active - gone)

    def look(self, bucket: Bucket) -> Look:
        self.now += 0.003
        return Look(bucket.holds - self.drained(), bucket.holds, bucket.drains)

    def take(self, bucket: Bucket, slots: int) -> bool:
        self.now += 0.003
        room = self.drained() + slots <= bucket.holds
        self.active = self.drained() + slots if room else self.active
        self.updated = self.now  # a refusal sets it as well
        return room

    def pause(self, seconds: float) -> None:
        self.now += seconds


def most_in_a_minute(taken: list[tuple[float, int]]) -> int:
    return max(sum(count for at, count in taken if start <= at < start + 60) for start, _ in taken)


@settings(max_examples=60, deadline=None)
@given(
    a_minute=st.integers(1, 2000),
    pauses=st.lists(st.floats(0, 90), min_size=1, max_size=200),
    slots_each=st.sampled_from([1, 1000]),
)
def test_no_minute_has_more_than_its_limit(a_minute, pauses, slots_each):
    bucket = Bucket.of("b", a_minute, slots_each=slots_each)
    kept = Simulated(bucket)
    pace = Pace(bucket, kept)
    taken = []
    for seconds in pauses:
        kept.now += seconds if seconds > 60 else 0
        pace.take(1, kept.pause)
        taken.append((kept.now, 1))
    assert most_in_a_minute(taken) <= a_minute


@pytest.mark.parametrize("a_minute", [1, 2, 10, 60, 600])
def test_who_asks_all_the_time_gets_nine_tenths_of_the_limit(a_minute):
    bucket = Bucket.of("b", a_minute, slots_each=1000)
    kept = Simulated(bucket)
    pace = Pace(bucket, kept)
    minutes = 10
    taken = 0
    while kept.now < minutes * 60:
        pace.take(1, kept.pause)
        taken += 1
    assert 0.9 * a_minute * minutes - 1 <= taken <= a_minute * minutes + 1


def test_tokens_beyond_the_estimate_are_paid_for_by_the_next_call():
    a_minute, one_call = 6000, 1500
    bucket = Bucket.of("b", a_minute)
    kept = Simulated(bucket)
    tokens = TokenPace(Pace(bucket, kept))
    used = []
    while kept.now < 600:
        estimate = tokens.before(1000, kept.pause)  # a guess of 400 at first
        used.append((kept.now, one_call))
        tokens.after(1000, estimate, one_call)
    assert most_in_a_minute(used) <= a_minute + one_call
    assert sum(count for _, count in used) >= 0.85 * a_minute * 10


def test_a_call_that_takes_more_than_the_bucket_holds_gets_through():
    bucket = Bucket.of("b", 100)
    kept = Simulated(bucket)
    TokenPace(Pace(bucket, kept)).before(1000, kept.pause)
    assert kept.now > 100


def test_waiting_ends_when_the_run_is_ended():
    bucket = Bucket.of("b", 1)
    kept = Simulated(bucket)
    pace = Pace(bucket, kept)
    pace.take(1, kept.pause)
    cancelled = threading.Event()

    def pause(seconds: float) -> None:
        if cancelled.wait(min(seconds, 0.01)):
            raise Cancelled("ended")

    waiting = [threading.Thread(target=_ends, args=(pace, pause)) for _ in range(3)]
    for thread in waiting:
        thread.start()
    cancelled.set()
    for thread in waiting:
        thread.join(5)
        assert not thread.is_alive()


def _ends(pace: Pace, pause: Callable[[float], None]) -> None:
    with pytest.raises(Cancelled):
        pace.take(1, pause)


def test_names_of_limits_are_ones_that_prefect_takes():
    model = open_model("openai/gpt-4.1-mini", env={"OPENAI_API_KEY": "k"})
    assert limit_name(model) == "openai-gpt-4.1-mini"
    model = open_model("org/llama", "http://127.0.0.1:8000/v1", env={})
    assert limit_name(model) == "org-llama at 127.0.0.1:8000"


TAKER = """
import sys, time
from flows.limits.pace import Bucket, Pace
from flows.limits.prefect_buckets import PrefectBuckets
pace = Pace(Bucket.of(sys.argv[1], 600, slots_each=1000), PrefectBuckets())
until = None
while until is None or time.time() < until:
    pace.take(1, time.sleep)
    until = until or time.time() + 5
    print(time.time(), flush=True)
"""


def test_two_processes_keep_to_one_limit_on_a_real_server(prefect_server):
    name = f"papersift requests test {uuid4()}"
    both = [
        subprocess.Popen(
            [sys.executable, "-c", TAKER, name],
            env={**os.environ, "PREFECT_API_URL": prefect_server, "PYTHONPATH": PATHS},
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(2)
    ]
    found = [float(line) for process in both for line in process.communicate()[0].splitlines()]
    assert [process.returncode for process in both] == [0, 0]
    bucket = Bucket.of(name, 600, slots_each=1000)
    span = max(found) - min(found)
    allowed = (bucket.holds + bucket.drains * span) / 1000 + 1
    assert len(found) <= allowed
    with get_client(sync_client=True) as client:
        limit = client.read_global_concurrency_limit_by_name(name)
        assert (limit.limit, limit.slot_decay_per_second) == (bucket.holds, bucket.drains)
        client.delete_global_concurrency_limit_by_name(name)
    assert len(found) > 10


def test_a_run_keeps_to_requests_and_tokens_a_minute(tmp_path, prefect_server, model_server):
    inbox = Inbox(tmp_path, 6)
    model_server.answers(lambda request: Reply(read_off(request), prompt_tokens=100))
    request = inbox.request("out", model_server, requests_a_minute=40, tokens_a_minute=60000)
    report = extract_batch(request)
    assert {line.outcome for line in report.lines} == {Outcome.IN_REVIEW}
    asked = sorted(each.at_s for each in model_server.requests)
    assert len(asked) == 6
    # the bucket holds four; the rest drains at 37 a minute
    assert asked[5] - asked[0] >= 2 * 60 / 37 - 0.3
    at = model_server.base_url.split("/")[2]
    with get_client(sync_client=True) as client:
        for what in ("requests (thousandths)", "tokens"):
            name = f"papersift {what} anything at {at}"
            assert client.read_global_concurrency_limit_by_name(name).active_slots >= 0
            client.delete_global_concurrency_limit_by_name(name)
