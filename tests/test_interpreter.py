import gc
import sys

import pytest

from flows.interpreter import BEFORE_COLLECTING, SWITCH_S, collect_rarely, switch_rarely


@pytest.fixture(autouse=True)
def as_before():
    often, seconds = gc.get_threshold(), sys.getswitchinterval()
    yield
    gc.set_threshold(*often)
    sys.setswitchinterval(seconds)


@pytest.mark.parametrize(
    ("before", "after"),
    [(700, BEFORE_COLLECTING), (0, 0), (2 * BEFORE_COLLECTING, 2 * BEFORE_COLLECTING)],
    ids=["as Python has it", "never", "less often"],
)
def test_garbage_is_looked_for_rarely(before, after):
    gc.set_threshold(before)
    collect_rarely()
    assert gc.get_threshold()[0] == after


@pytest.mark.parametrize(("before", "after"), [(0.005, SWITCH_S), (0.5, 0.5)])
def test_threads_work_longer_at_a_time(before, after):
    sys.setswitchinterval(before)
    switch_rarely()
    assert sys.getswitchinterval() == pytest.approx(after)
