"""Turns: how many documents are asked about and worked on at once."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from flows.turns import AT_WORK, Turns


class Most:
    """Counts how many threads are in a block at once."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._now = 0
        self.most = 0

    def __enter__(self) -> None:
        with self._lock:
            self._now += 1
            self.most = max(self.most, self._now)

    def __exit__(self, *_: object) -> None:
        with self._lock:
            self._now -= 1


@pytest.mark.parametrize("whole", [True, False])
def test_no_more_are_asked_about_and_worked_on_than_may_be(whole):
    turns, asked, worked = Turns(3, whole=whole), Most(), Most()
    pause = threading.Event()

    def document(_: int) -> None:
        with turns.asking():
            for _ in range(3):
                turns.asks()
                with asked:
                    pause.wait(0.002)
                turns.heard()
                with worked:
                    pause.wait(0.002)
        turns.rest()

    with ThreadPoolExecutor(12) as threads:
        assert len(list(threads.map(document, range(40)))) == 40
    assert asked.most == 3
    assert worked.most == AT_WORK


@pytest.mark.parametrize(("whole", "free"), [(True, False), (False, True)])
def test_an_answer_lets_another_one_ask_unless_documents_are_asked_about_as_a_whole(whole, free):
    turns = Turns(1, whole=whole)
    began = threading.Event()

    def other() -> None:
        with turns.asking():
            turns.asks()
            began.set()

    with turns.asking():
        turns.asks()
        thread = threading.Thread(target=other)
        thread.start()
        assert not began.wait(0.1)
        turns.heard()
        assert began.wait(5 if free else 0.2) is free
    thread.join(5)
    assert began.is_set()
    turns.rest()


@pytest.mark.parametrize("whole", [True, False])
def test_what_one_waits_for_others_is_not_counted(whole):
    turns = Turns(1, whole=whole)
    asked, go = threading.Event(), threading.Event()

    def first() -> None:
        with turns.asking():
            turns.asks()
            asked.set()
            go.wait(60)

    thread = threading.Thread(target=first)
    thread.start()
    assert asked.wait(60)
    took, began = turns.stopwatch(), time.monotonic()
    threading.Timer(0.5, go.set).start()
    with turns.asking():
        turns.asks()
        waited = time.monotonic() - began
        assert took() <= waited - 0.4
        time.sleep(0.1)
        assert took() >= 0.1
    thread.join()


def test_who_fails_keeps_no_turn():
    turns = Turns(1, whole=False)
    for _ in range(AT_WORK + 1):
        with pytest.raises(ValueError, match="fails"), turns.asking():  # noqa: PT012
            turns.asks()
            turns.heard()
            turns.asks()
            raise ValueError("fails")
        turns.rest()
    asked = threading.Event()

    def other() -> None:
        with turns.asking():
            turns.asks()
            asked.set()

    threading.Thread(target=other, daemon=True).start()
    assert asked.wait(5)
