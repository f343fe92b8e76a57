"""Some of many pieces of work are under way at a time; what comes of each is given once."""

from __future__ import annotations

import threading
import time
from concurrent.futures import Future, ThreadPoolExecutor

import pytest

from flows.hands import Hands
from flows.window import results_of

pytestmark = pytest.mark.timeout(30)


def nothing() -> None:
    """What to give up where nothing is."""


@pytest.fixture
def threads():
    with ThreadPoolExecutor(20) as threads:
        yield threads


@pytest.mark.parametrize("as_done", [True, False])
def test_every_share_is_begun_once_and_gives_its_result_once(threads, as_done):
    begun: list[int] = []

    def begin(share: int) -> Future[int]:
        begun.append(share)
        return threads.submit(lambda: share * 2)

    found = list(results_of(range(50), begin, at_once=3, as_done=as_done, give_up=nothing))
    assert begun == list(range(50))
    assert sorted(found) == [share * 2 for share in range(50)]
    if not as_done:
        assert found == sorted(found)


def test_no_more_are_under_way_than_may_be_and_none_is_kept_once_it_is_done(threads):
    under_way, most = 0, 0
    lock = threading.Lock()

    def work(share: int) -> int:
        nonlocal under_way, most
        with lock:
            under_way += 1
            most = max(most, under_way)
        time.sleep(0.002)
        with lock:
            under_way -= 1
        return share

    def begin(share: int) -> Future[int]:
        return threads.submit(work, share)

    assert len(list(results_of(range(60), begin, at_once=4, as_done=True, give_up=nothing))) == 60
    assert most == 4


def test_a_slow_share_holds_up_no_other(threads):
    go_on = threading.Event()

    def begin(share: int) -> Future[int]:
        return threads.submit(lambda: share or (go_on.wait(20) and share))

    results = results_of(range(10), begin, at_once=2, as_done=True, give_up=nothing)
    assert [next(results) for _ in range(9)] == list(range(1, 10))
    go_on.set()
    assert list(results) == [0]


@pytest.mark.parametrize("as_done", [True, False])
def test_after_an_error_nothing_begins_and_nothing_is_under_way(threads, as_done):
    ended, over = threading.Event(), threading.Event()
    begun: list[int] = []

    def work(share: int) -> int:
        if share == 1:
            raise LookupError("not here")
        if share == 2:
            ended.wait(20)
            over.set()
        return share

    def begin(share: int) -> Future[int]:
        begun.append(share)
        return threads.submit(work, share)

    with pytest.raises(LookupError, match="not here"):
        list(results_of(range(9), begin, at_once=3, as_done=as_done, give_up=ended.set))
    assert over.is_set()
    assert len(begun) <= 4


def test_who_stops_taking_results_ends_what_is_under_way(threads):
    given_up = threading.Event()

    def begin(share: int) -> Future[int]:
        return threads.submit(lambda: share if share == 0 else given_up.wait(20) and share)

    results = results_of(range(9), begin, at_once=2, as_done=True, give_up=given_up.set)
    assert next(results) == 0
    results.close()
    assert given_up.is_set()


def test_tasks_share_hands_and_each_gets_its_own_results():
    hands = Hands(3)
    with ThreadPoolExecutor(2) as tasks:
        one = tasks.submit(lambda: sorted(hands.do(abs, [-1, -2, -3], give_up=nothing)))
        two = tasks.submit(lambda: sorted(hands.do(abs, [-4, -5], give_up=nothing)))
        assert (one.result(), two.result()) == ([1, 2, 3], [4, 5])
    hands.close()


def test_hands_that_meet_an_error_leave_the_rest_of_that_task():
    hands, ended, begun = Hands(2), threading.Event(), []

    def work(number: int) -> int:
        begun.append(number)
        if number == 0:
            raise LookupError("not here")
        ended.wait(20)
        return number

    with pytest.raises(LookupError, match="not here"):
        list(hands.do(work, range(20), give_up=ended.set))
    hands.close()
    assert len(begun) <= 4
