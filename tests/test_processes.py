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
