"""Work in other processes: it has limits, and what goes wrong there fails one piece of it."""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
import time

import pytest

from flows.processes import UNUSED, Closed, Crashed, OutOfMemory, Processes, TookTooLong

pytestmark = pytest.mark.timeout(60)

GIB = 1024**3
linux = pytest.mark.skipif(sys.platform != "linux", reason="only there memory is limited")


def double(number: int) -> int:
    return 2 * number


def refuse() -> None:
    raise LookupError("not here")


def take(size: int) -> int:
    return len(bytearray(size))


def draw(side: int) -> int:
    import pymupdf  # noqa: PLC0415

    drawn = [pymupdf.Pixmap(pymupdf.csRGB, (0, 0, side, side)) for _ in range(10)]
    return drawn[0].width


def niceness() -> int:
    return os.nice(0)


def loaded() -> list[str]:
    import pymupdf  # noqa: F401, PLC0415

    return [name for name in UNUSED if sys.modules.get(name)]


def test_results_and_errors_come_back():
    with Processes(timeout_s=30) as processes:
        assert processes.run(double, 21) == 42
        with pytest.raises(LookupError, match="not here"):
            processes.run(refuse)
        assert processes.run(double, number=4) == 8
        assert processes.waiting == 0


def test_work_that_takes_too_long_is_stopped():
    with Processes(timeout_s=1) as processes:
        with pytest.raises(TookTooLong, match=r"^took longer than 1 s and was given up$"):
            processes.run(time.sleep, 30)
        assert processes.run(double, 1) == 2


@linux
@pytest.mark.parametrize(("function", "size"), [(take, 2 * GIB), (draw, 10_000)])
def test_work_that_needs_too_much_memory_fails_alone(function, size):
    with Processes(timeout_s=30, memory=GIB) as processes:
        with pytest.raises(OutOfMemory, match=r"^took more than 1\.0 GiB of memory"):
            processes.run(function, size)
        assert processes.run(function, 100) == 100


def test_work_whose_process_dies_fails_alone():
    with Processes(timeout_s=30) as processes:
        with pytest.raises(Crashed):
            processes.run(os._exit, 3)
        assert processes.run(double, 1) == 2


def test_a_process_that_dies_idle_is_replaced():
    """As when the kernel needs memory and takes it from whoever has most."""
    with Processes(timeout_s=30) as processes:
        assert processes.run(double, 1) == 2
        [process] = multiprocessing.active_children()
        os.kill(process.pid, signal.SIGKILL)
        process.join()
        time.sleep(0.5)
        assert processes.run(double, 2) == 4


def test_work_given_to_a_process_that_has_just_died_comes_to_an_end():
    with Processes(timeout_s=30) as processes:
        assert processes.run(double, 1) == 2
        [process] = multiprocessing.active_children()
        os.kill(process.pid, signal.SIGKILL)
        future = processes.submit(double, 2)
        try:
            assert processes.result(future) == 4
        except Crashed:
            assert processes.run(double, 2) == 4


def test_processes_step_back_for_others():
    with Processes(timeout_s=30) as usual, Processes(timeout_s=30, niceness=7) as behind:
        assert behind.run(niceness) == min(19, usual.run(niceness) + 7)


def test_what_nothing_uses_is_not_loaded():
    with Processes(timeout_s=30) as processes:
        assert processes.run(loaded) == []


def test_nothing_begins_after_the_end():
    processes = Processes(timeout_s=30)
    begun = processes.submit(time.sleep, 30)
    processes.close()
    with pytest.raises(Closed):
        processes.result(begun)
    with pytest.raises(Closed):
        processes.run(double, 1)
    assert multiprocessing.active_children() == []


def own_number() -> int:
    return os.getpid()


def test_processes_are_replaced_after_so_many_tasks_and_nobody_waits_for_that():
    """Fresh ones are started beside those at work, and take over once they are ready."""
    with Processes(timeout_s=30, tasks_each=3) as processes:
        processes.warm_up(own_number)
        numbers: list[int] = []
        until = time.monotonic() + 30
        while len(set(numbers)) < 3 and time.monotonic() < until:
            numbers.append(processes.run(own_number))
            time.sleep(0.01)
        assert len(set(numbers)) == 3
        assert numbers == sorted(numbers, key=numbers.index), "one that has left came back"
        assert len(numbers) > 9, "the old one went on while the fresh one started"


def test_what_was_begun_before_a_replacement_is_done():
    with Processes(timeout_s=30, tasks_each=2) as processes:
        first = [processes.submit(time.sleep, 0.05) for _ in range(2)]
        slow = processes.submit(double, 21)
        until = time.monotonic() + 30
        began = processes.run(own_number)
        while processes.run(own_number) == began and time.monotonic() < until:
            time.sleep(0.01)
        assert processes.result(slow) == 42
        assert [processes.result(each) for each in first] == [None, None]


def test_several_processes_survive_the_death_of_each():
    with Processes(processes=2, timeout_s=30, tasks_each=4) as processes:
        for number in range(12):
            if number % 4 == 1:
                with pytest.raises(Crashed):
                    processes.run(os._exit, 3)
            assert processes.run(double, number) == 2 * number
    assert multiprocessing.active_children() == []
