"""The order of what waits, how fair what was settled is, and how fast people are."""

from __future__ import annotations

from datetime import timedelta

import pytest
from builders import NOVEMBER, PLAIN, RECEIPT, a_record, keep, routed

from flows.review.decide import accept, open_items
from flows.store import decisions
from flows.store.decisions import Said, Word
from flows.store.store import Store
from schemas.extraction import Doubt, DoubtCode, Outcome
from schemas.routing import RoutedRecord


@pytest.fixture
def store(tmp_path):
    with Store.open(tmp_path / "out") as opened:
        yield opened


def in_review(score: float, *confidences: float, held_back: bool = False) -> RoutedRecord:
    """Return a record whose doubtful fields are so sure."""
    values = {f"line_items[{at}].description": f"Pen {at}" for at in range(len(confidences))}
    code = DoubtCode.AMBIGUOUS if held_back else DoubtCode.UNSURE
    record = a_record(values, doubtful=tuple(values))
    fields = tuple(
        field.model_copy(
            update={"confidence": each, "doubts": (Doubt(code=code, text="not sure"),)}
        )
        for field, each in zip(record.fields, confidences, strict=True)
    )
    return RoutedRecord(
        record=record.model_copy(update={"fields": fields}),
        outcome=Outcome.IN_REVIEW,
        doubtful=tuple(values),
        score=score,
    )


def order(store: Store, **named) -> list[str]:
    return [
        each.source.removeprefix("in/").removesuffix(".pdf") for each in open_items(store, **named)
    ]


# Order


def test_first_what_the_dial_could_accept_then_what_teaches_most(store):
    keep(store, in_review(0.2, 0.9, 0.9), name="sure")
    keep(store, in_review(0.3, 0.9, 0.5), name="half sure")
    keep(store, in_review(0.1, 0.55), name="unsure")
    keep(store, in_review(0.2, 0.1, 0.1), name="surely wrong")
    keep(store, in_review(0.8, 0.99), name="soon")
    keep(store, in_review(0.95, 0.99, held_back=True), name="never")
    expected = ["soon", "unsure", "half sure", "sure", "surely wrong", "never"]
    assert order(store, reaches={"invoice": 0.8}) == expected
    assert open_items(store, reaches={"invoice": 0.8})[0].score == 0.8


def test_what_could_be_accepted_is_in_random_order_that_stays(store):
    names = [str(number) for number in range(40)]
    for number, name in enumerate(names):
        keep(store, in_review(0.5 + number / 100, 0.9), name=name)
    found = order(store, reaches={"invoice": 0.5})
    assert sorted(found) == sorted(names)
    assert found == order(store, reaches={"invoice": 0.5})
    place = {name: at for at, name in enumerate(found)}
    # Neither the oldest nor the surest are first: half of the pairs stand in that order.
    pairs = [(a, b) for at, a in enumerate(names) for b in names[at + 1 :]]
    assert 0.35 < sum(place[a] < place[b] for a, b in pairs) / len(pairs) < 0.65
    higher = order(store, reaches={"invoice": 0.7})
    assert higher[:20] == [name for name in found if int(name) >= 20]


def test_without_a_reach_what_teaches_most_is_first_and_the_oldest_of_equals(store):
    for name, confidence in {"a": 0.9, "b": 0.6, "c": 0.6, "d": 0.4}.items():
        keep(store, in_review(0.9, confidence), name=name)
    assert order(store) == ["b", "c", "d", "a"]
    assert order(store, reaches={"receipt": 0.1}) == ["b", "c", "d", "a"]


def test_the_reach_is_that_of_the_latest_run(store):
    keep(store, in_review(0.2, 0.5), name="teaches")
    keep(store, in_review(0.8, 0.9), name="soon")
    assert order(store) == ["teaches", "soon"]
    store.note_reach("invoice", 0.9)
    store.note_reach("invoice", 0.7)
    store.note_reach("receipt", 0.1)
    assert order(store) == ["soon", "teaches"]
    assert order(store, reaches={}) == ["teaches", "soon"]


# Fairness


def test_what_was_settled_is_fair_down_to_the_first_that_waits(store, tmp_path):
    assert store.fair_down_to("invoice", 0.8) == 0.0
    for name, score in {"a": 0.9, "b": 0.7, "c": 0.6, "d": 0.2}.items():
        keep(store, in_review(score, 0.5), name=name)
    keep(store, in_review(0.75, 0.5, held_back=True), name="never")
    keep(store, routed(PLAIN, score=0.79), name="accepted")
    keep(
        store,
        routed({"total": None}, doc_type=RECEIPT, doubtful=("total",), score=0.5),
        name="e",
        doc_type=RECEIPT,
    )
    assert store.waiting_scores("invoice") == (0.9, 0.7, 0.6, 0.2)
    assert store.fair_down_to("invoice", 0.8) == 0.7
    assert store.fair_down_to("invoice", 1.0) == 0.9
    accept(store, 2, Word(who="anna", now=NOVEMBER), out_dir=tmp_path / "out")
    assert store.fair_down_to("invoice", 0.8) == 0.6


# Pace


def settle(store: Store, times: dict[str, list[float]]) -> None:
    """Let people settle an item each at these seconds."""
    number = store.status().documents
    for who, seconds in times.items():
        for second in seconds:
            number += 1
            keep(store, in_review(0.5, 0.5), name=str(number))
            word = Word(who=who, now=NOVEMBER + timedelta(seconds=second))
            with store.writing() as session:
                decisions.settle(session, number, word, Said(accept_all=True))


def test_the_pace_is_the_median_between_two_items_of_one_person(store):
    assert store.review_pace() is None
    settle(store, {"anna": [0, 20, 50, 5000]})
    assert store.review_pace("anna") is None  # too few
    settle(store, {"anna": [5010], "bert": [10, 110, 210, 310, 410]})
    assert store.review_pace("anna") == 20  # 20, 30, a pause, 10
    assert store.review_pace("bert") == 100
    assert store.review_pace() == 100
    assert store.review_pace("nobody") is None


def test_there_is_no_pace_of_pauses_alone(store):
    settle(store, {"anna": [0, 1000, 2000, 3000, 4000]})
    assert store.review_pace() is None
