"""The promise: exact bounds, refused with the right number, and kept as often as it says."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flows.calibrate.alarm import alarm_of
from flows.calibrate.bounds import fewest, lower_bound, needed, upper_bound
from flows.calibrate.promise import audit_share, dial_of, in_words, promise_of, promises_of
from schemas.calibration import Scored, TypeEvidence
from schemas.labelled import Origin
from schemas.target import Target

ASSURANCE = 0.95
FIELDS = 8
REPEATS = 300


def ranked(right: Sequence[bool]) -> list[Scored]:
    """Return documents from the surest down."""
    return [Scored(score=1 - at / 10_000, right=each) for at, each in enumerate(right)]


def documents(rng: np.random.Generator, count: int) -> tuple[np.ndarray, np.ndarray]:
    """Return scores and whether all is right, of documents that are hard or easy as a whole.

    The fields of a document share its difficulty, so they are wrong together.
    """
    difficulty = rng.normal(-5.0, 3.0, size=(count, 1))
    odds = difficulty + rng.normal(0, 0.7, size=(count, FIELDS))
    wrong = rng.random((count, FIELDS)) < 1 / (1 + np.exp(-odds))
    seen = odds + rng.normal(0, 0.5, size=odds.shape)
    return np.prod(1 / (1 + np.exp(seen)), axis=1), ~wrong.any(axis=1)


# Bounds


@pytest.mark.parametrize(
    ("wrong", "of", "bound"),
    [(0, 59, 0.0495), (0, 1, 0.95), (1, 93, 0.0500), (0, 0, 1.0), (3, 3, 1.0), (2, 10, 0.5069)],
)
def test_upper_bound_is_the_exact_binomial_one(wrong: int, of: int, bound: float) -> None:
    assert upper_bound(wrong, of, ASSURANCE) == pytest.approx(bound, abs=1e-4)


def test_lower_bound_is_the_other_side() -> None:
    assert lower_bound(0, 20, ASSURANCE) == 0
    assert lower_bound(8, 10, ASSURANCE) == pytest.approx(1 - upper_bound(2, 10, ASSURANCE))


@pytest.mark.parametrize(
    ("error", "wrong", "documents"),
    [(0.05, 0, 59), (0.05, 1, 93), (0.02, 0, 149), (1e-4, 0, 29956)],
)
def test_fewest_documents_that_bound_an_error(error: float, wrong: int, documents: int) -> None:
    assert fewest(error, ASSURANCE, wrong) == documents
    assert upper_bound(wrong, documents, ASSURANCE) <= error
    assert upper_bound(wrong, documents - 1, ASSURANCE) > error


def test_needed_counts_those_that_are_there() -> None:
    assert needed(0, 31, 0.05, ASSURANCE) == 28
    assert needed(0, 80, 0.05, ASSURANCE) == 0


@given(st.integers(0, 30), st.integers(1, 300), st.floats(0.5, 0.999))
def test_bounds_move_the_right_way(wrong: int, right: int, assurance: float) -> None:
    here = upper_bound(wrong, wrong + right, assurance)
    assert upper_bound(wrong + 1, wrong + 1 + right, assurance) >= here
    assert upper_bound(wrong, wrong + right + 1, assurance) <= here


# Promises


def test_what_cannot_be_promised_is_refused_with_the_right_number() -> None:
    promise = promise_of(ranked([True] * 31), error=0.05, assurance=ASSURANCE)
    assert (promise.threshold, promise.accepted, promise.wrong, promise.needed) == (None, 31, 0, 28)
    assert in_words(promise) == "0 wrong of 31; 28 more without a mistake would allow 5 %"
    enough = promise_of(ranked([True] * 59), error=0.05, assurance=ASSURANCE)
    assert (enough.accepted, enough.needed) == (59, 0)


def test_the_number_that_was_named_is_enough() -> None:
    for rights in ([True] * 10 + [False] + [True] * 20, [False] + [True] * 99, [True] * 40):
        promise = promise_of(ranked(rights), error=0.05, assurance=ASSURANCE)
        assert promise.threshold is None
        more = [True] * promise.needed
        assert promise_of(ranked(more + rights), error=0.05, assurance=ASSURANCE).threshold


def test_nothing_is_known_without_documents() -> None:
    promise = promise_of([], error=0.02, assurance=ASSURANCE)
    assert (promise.threshold, promise.needed, promise.least) == (None, 149, 1.0)


def test_it_accepts_as_many_as_the_bound_allows() -> None:
    promise = promise_of(ranked([True] * 70 + [False] * 30), error=0.05, assurance=ASSURANCE)
    assert (promise.accepted, promise.wrong) == (70, 0)
    assert promise.threshold == pytest.approx(1 - 69 / 10_000)
    assert promise.bound <= promise.least <= 0.05


def test_equal_scores_are_accepted_together() -> None:
    tied = [Scored(score=0.5, right=at != 0) for at in range(60)]
    assert promise_of(tied, error=0.05, assurance=ASSURANCE).threshold is None


def test_a_single_mistake_at_the_top_does_not_end_it_where_documents_are_many() -> None:
    promise = promise_of(ranked([False] + [True] * 399), error=0.05, assurance=ASSURANCE)
    assert (promise.accepted, promise.wrong) == (400, 1)


def test_scores_that_are_no_fair_sample_are_not_tested() -> None:
    tested = ranked([True] * 100)
    promise = promise_of(tested, error=0.05, assurance=ASSURANCE, floor=tested[69].score)
    assert promise.accepted == 70


@settings(deadline=None)  # the first one fills a cache
@given(st.lists(st.booleans(), max_size=150), st.floats(0.02, 0.3), st.floats(0.02, 0.3))
def test_a_smaller_error_never_accepts_more(rights: list[bool], one: float, other: float) -> None:
    low, high = sorted((one, other))
    strict, loose = (promise_of(ranked(rights), error=e, assurance=0.8) for e in (low, high))
    if strict.threshold is not None:
        assert strict.bound <= low
        # A larger error is tested from further up, where a mistake weighs more: it may be closed.
        assert loose.threshold is None or strict.accepted <= loose.accepted


@settings(deadline=None)
@given(st.lists(st.booleans(), max_size=300), st.integers(1, 40))
def test_more_documents_without_a_mistake_never_close_a_dial(rights: list[bool], more: int) -> None:
    before = promise_of(ranked(rights), error=0.1, assurance=ASSURANCE)
    after = promise_of(ranked([True] * more + rights), error=0.1, assurance=ASSURANCE)
    assert before.threshold is None or after.threshold is not None


# It is kept


@pytest.mark.parametrize(("count", "error"), [(150, 0.05), (400, 0.05), (400, 0.1), (120, 0.2)])
def test_the_promise_holds_at_its_level_where_fields_are_wrong_together(
    count: int, error: float
) -> None:
    broken, accepted, naive = _broken(count, error, seed=count)
    # 5 % may be broken; four standard errors of so many repetitions more are chance.
    assert broken <= 0.05 + 4 * np.sqrt(0.05 * 0.95 / REPEATS)
    assert accepted > 0.15  # it isn't kept by accepting nothing
    assert naive > 2 * broken  # and isn't kept by just anything


def test_the_promise_holds_where_the_score_says_nothing() -> None:
    rng = np.random.default_rng(5)
    broken = 0
    for _ in range(REPEATS):
        rights = rng.random(200) < 0.94
        tested = [
            Scored(score=score, right=bool(right))
            for score, right in zip(rng.random(200), rights, strict=True)
        ]
        broken += promise_of(tested, error=0.05, assurance=ASSURANCE).threshold is not None
    assert broken / REPEATS <= 0.05 + 4 * np.sqrt(0.05 * 0.95 / REPEATS)


def _broken(count: int, error: float, seed: int) -> tuple[float, float, float]:
    """Return how often the true error was above the promised one, and the mean share accepted.

    Also how often it is for who takes the observed error for the true one.
    """
    rng = np.random.default_rng(seed)
    all_scores, all_right = documents(rng, 200_000)
    broken = naive = 0
    shares = []
    for _ in range(REPEATS):
        scores, right = documents(rng, count)
        tested = [Scored(score=s, right=bool(r)) for s, r in zip(scores, right, strict=True)]
        promise = promise_of(tested, error=error, assurance=ASSURANCE)
        if promise.threshold is not None:
            taken = all_scores >= promise.threshold
            shares.append(taken.mean())
            broken += (~all_right[taken]).mean() > error
        else:
            shares.append(0.0)
        order = np.argsort(-scores)
        observed = np.cumsum(~right[order]) / np.arange(1, count + 1)
        last = int(np.flatnonzero(observed <= error)[-1]) if (observed <= error).any() else None
        if last is not None:
            naive += (~all_right[all_scores >= scores[order[last]]]).mean() > error
    return broken / REPEATS, float(np.mean(shares)), naive / REPEATS


# Dials


def evidence(right: Sequence[bool], **given: object) -> TypeEvidence:
    return TypeEvidence.model_validate(
        {"type_name": "invoice", "recipe_ids": ("r",), "records": ranked(right), **given}
    )


def test_a_dial_opens_where_the_promise_can_be_made() -> None:
    dial = dial_of(Target(), evidence([True] * 80))
    assert (dial.threshold, dial.closed) == (pytest.approx(1 - 79 / 10_000), "")


def test_a_closed_dial_says_what_it_takes() -> None:
    dial = dial_of(Target(error=0.02), evidence([True] * 80))
    assert dial.threshold is None
    assert dial.closed == "0 wrong of 80; 69 more without a mistake would allow 2 %"
    assert dial_of(Target(), None).closed.startswith("none of your documents is labelled")


def test_a_leaf_has_its_own_promise() -> None:
    totals = ranked([True] * 700)
    known = evidence([True] * 80, fields={"grand_total": tuple(totals), "iban": tuple(totals[:9])})
    target = Target(fields={"grand_total": 0.005, "iban": 0.005, "currency": 0.1})
    dial = dial_of(target, known)
    assert dial.fields["grand_total"] == pytest.approx(totals[-1].score)
    assert (dial.fields["iban"], dial.fields["currency"]) == (None, None)
    assert promises_of(target, known)[1]["iban"].needed == 589


def test_more_is_audited_while_little_was_accepted() -> None:
    shares = [audit_share(Target(), accepted) for accepted in (0, 5, 45, 245, 9000)]
    assert shares == pytest.approx([1, 0.5, 0.1, 0.02, 0.02])
    assert audit_share(Target(audit=0), 0) == 0


def test_a_broken_promise_closes_the_dial() -> None:
    alarm = alarm_of([True] * 6, error=0.05, assurance=ASSURANCE)
    dial = dial_of(Target(), evidence([True] * 80), alarm=alarm)
    assert (alarm.broken, dial.threshold) == (True, None)
    assert "the promise of 5 % is broken: 6 wrong of 6" in dial.closed


def test_shipped_evidence_is_told_from_the_users() -> None:
    shipped = [each.model_copy(update={"origin": Origin.SHIPPED}) for each in ranked([True])]
    assert evidence([], records=shipped).shipped
    assert not evidence([True]).shipped


# Alarms


def test_no_alarm_without_a_mistake() -> None:
    quiet = alarm_of([False] * 500, error=0.05, assurance=ASSURANCE)
    assert (quiet.broken, quiet.wrong, quiet.low) == (False, 0, 0.0)
    assert quiet.high < 0.01


def test_an_alarm_is_seldom_false_however_often_one_looks() -> None:
    rng = np.random.default_rng(3)
    rung = sum(
        alarm_of((rng.random(1000) < 0.05).tolist(), error=0.05, assurance=ASSURANCE).broken
        for _ in range(400)
    )
    assert rung / 400 <= 0.05 + 4 * np.sqrt(0.05 * 0.95 / 400)


def test_a_drift_is_found_after_a_long_good_time() -> None:
    rng = np.random.default_rng(6)
    rung = 0
    for _ in range(50):
        wrong = [*(rng.random(500) < 0.01).tolist(), *(rng.random(400) < 0.15).tolist()]
        assert not alarm_of(wrong[:500], error=0.05, assurance=ASSURANCE).broken
        rung += alarm_of(wrong, error=0.05, assurance=ASSURANCE).broken
    assert rung >= 45


def test_a_drift_is_found() -> None:
    rng = np.random.default_rng(4)
    found = []
    for _ in range(100):
        wrong = (rng.random(300) < 0.2).tolist()
        looked = next(
            (n for n in range(1, 300) if alarm_of(wrong[:n], error=0.05, assurance=0.95).broken),
            None,
        )
        found.append(looked)
    times = [each for each in found if each is not None]
    assert len(times) >= 99
    assert np.median(times) < 40
