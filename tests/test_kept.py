"""What takes long is made once; the last ones used stay."""

from __future__ import annotations

from concurrent.futures import Future

from flows.kept import Kept


class Maker:
    """Makes texts when it is told to."""

    def __init__(self) -> None:
        self.begun: list[Future[str]] = []

    def __call__(self) -> Future[str]:
        self.begun.append(Future())
        return self.begun[-1]

    def made(self, text: str) -> Future[str]:
        future = Future[str]()
        future.set_result(text)
        self.begun.append(future)
        return future


def test_the_last_ones_used_stay():
    kept, maker = Kept[str, str](10, len), Maker()
    for key in ("a", "b", "a", "c"):
        kept.get(key, lambda key=key: maker.made(key * 5))
    assert len(maker.begun) == 3
    assert kept.get("a", maker).result() == "aaaaa"
    assert len(maker.begun) == 3
    assert not kept.get("b", maker).done()


def test_one_larger_than_all_may_stay_until_the_next():
    kept, maker = Kept[str, str](10, len), Maker()
    for key, size in (("a", 5), ("b", 50)):
        kept.get(key, lambda key=key, size=size: maker.made(key * size))
    assert len(kept.get("b", maker).result()) == 50
    kept.get("c", lambda: maker.made("c"))
    assert kept.get("c", maker).result() == "c"
    assert not kept.get("b", maker).done()


def test_who_asks_while_it_is_made_gets_the_same():
    kept, maker = Kept[str, str](10, len), Maker()
    assert kept.get("a", maker) is kept.get("a", maker)
    assert len(maker.begun) == 1


def test_an_error_is_not_kept():
    kept, maker = Kept[str, str](10, len), Maker()
    kept.get("a", maker).set_exception(ValueError("once"))
    assert kept.get("a", lambda: maker.made("now")).result() == "now"


def test_what_is_prepared_can_be_waited_for_once_it_is_begun_and_holds_nobody_up():
    kept, maker = Kept[str, str](10, len), Maker()
    kept.ahead("a", maker)
    kept.ahead("a", maker)
    [ahead] = maker.begun
    assert kept.coming("a") is None
    ahead.set_running_or_notify_cancel()
    assert kept.coming("a") is ahead
    asked = kept.get("a", maker)
    assert asked is not ahead
    ahead.set_result("first")
    asked.set_result("second")
    assert kept.coming("a") is None
    assert kept.get("a", maker).result() == "first"
    kept.ahead("a", maker)
    assert len(maker.begun) == 2
