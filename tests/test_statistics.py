"""The figures of evaluations, against numbers counted by hand."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

import numpy as np
import pytest
from builders import document_id

from flows.evaluate.bootstrap import share
from flows.evaluate.comparison import compare
from flows.evaluate.statistics import statistics
from schemas.evaluation import Evaluation, JudgedDocument, JudgedField, JudgedList, Verdict
from schemas.extraction import Outcome, Usage
from schemas.kinds import Kind

R, W, M, I, A = Verdict.RIGHT, Verdict.WRONG, Verdict.MISSED, Verdict.INVENTED, Verdict.ABSENT  # noqa: E741


def field(path: str, verdict: Verdict, kind: Kind = Kind.AMOUNT, **more: object) -> JudgedField:
    truth = None if verdict in (I, A) else "7"
    value = {R: "7", W: "8", I: "9"}.get(verdict)
    return JudgedField(path=path, kind=kind, verdict=verdict, truth=truth, value=value, **more)


def cell(row: int, verdict: Verdict, name: str = "line_total") -> JudgedField:
    return field(f"line_items[{row}].{name}", verdict, gold_row=row)


def document(name: str, *fields: JudgedField, **more: object) -> JudgedDocument:
    usual = {
        "document_id": document_id(name),
        "source": f"in/{name}.pdf",
        "group": "mine",
        "type_name": "invoice",
        "language": "de",
        "pages": 1,
        "outcome": Outcome.IN_REVIEW,
        "fields": fields,
    }
    return JudgedDocument.model_validate({**usual, **more})


def evaluation(*documents: JudgedDocument, name: str = "now") -> Evaluation:
    return Evaluation(
        id=name,
        at=datetime(2026, 11, 23, tzinfo=UTC),
        model="m",
        asking="whole",
        recipes=("r",),
        gold=("gold",),
        documents=documents,
    )


def a_list(*cells: JudgedField, gold: int, found: int, matched: int, whole: int) -> JudgedList:
    return JudgedList(
        name="line_items",
        gold_rows=gold,
        found_rows=found,
        matched_rows=matched,
        whole_rows=whole,
        gold_cells=sum(each.truth is not None for each in cells),
        found_cells=sum(each.value is not None for each in cells),
        right_cells=sum(each.verdict is R for each in cells),
        cells=cells,
    )


FOUR = evaluation(
    document(
        "a",
        field("net_total", R),
        field("grand_total", R),
        field("seller_name", R, Kind.TEXT),
        field("iban", A, Kind.IBAN),
        outcome=Outcome.ACCEPTED,
        seconds=2.0,
        usage=Usage(input_tokens=1000, cached_tokens=900, output_tokens=50),
        lists=(
            a_list(cell(0, R), cell(0, W, "unit"), cell(1, R), gold=2, found=2, matched=1, whole=1),
        ),
    ),
    document(
        "b",
        field("net_total", W),
        field("grand_total", R),
        field("iban", I, Kind.IBAN),
        outcome=Outcome.ACCEPTED,
        seconds=4.0,
        pages=4,
        cost=Decimal("0.25"),
        lists=(a_list(cell(0, M), cell(1, M), gold=2, found=0, matched=0, whole=0),),
    ),
    document(
        "c",
        field("grand_total", M),
        field("iban", R, Kind.IBAN),
        language="en",
        group="others",
        seconds=6.0,
    ),
    document(
        "d",
        field("total", M),
        type_name="receipt",
        language="",
        outcome=Outcome.FAILED,
        problem="it is encrypted",
        pages=0,
    ),
)


@pytest.fixture(scope="module")
def four():
    return statistics(FOUR)


def counts(group):
    tally = group.tally
    return tally.right, tally.wrong, tally.missed, tally.invented, tally.absent


def test_verdicts_are_counted_without_lists(four):
    assert (four.documents, four.whole.documents) == (4, 4)
    assert counts(four.whole) == (5, 1, 2, 1, 1)
    assert four.whole.tally.with_value == 8
    assert (four.whole.accuracy.count, four.whole.accuracy.of) == (5, 8)
    assert four.whole.accuracy.share == pytest.approx(0.625)


def test_accuracy_is_told_for_each_field_also_those_of_lists(four):
    assert {(each.type_name, each.name): counts(each) for each in four.by_field} == {
        ("invoice", "net_total"): (1, 1, 0, 0, 0),
        ("invoice", "grand_total"): (2, 0, 1, 0, 0),
        ("invoice", "seller_name"): (1, 0, 0, 0, 0),
        ("invoice", "iban"): (1, 0, 0, 1, 1),
        ("invoice", "line_items[].line_total"): (2, 0, 2, 0, 0),
        ("invoice", "line_items[].unit"): (0, 1, 0, 0, 0),
        ("receipt", "total"): (0, 0, 1, 0, 0),
    }
    documents = {each.name: each.documents for each in four.by_field}
    assert (documents["iban"], documents["seller_name"]) == (3, 1)


def test_accuracy_is_told_for_groups_of_documents(four):
    def told(groups):
        return {
            each.name: (each.documents, each.accuracy.count, each.accuracy.of) for each in groups
        }

    assert told(four.by_type) == {"invoice": (3, 5, 7), "receipt": (1, 0, 1)}
    assert told(four.by_group) == {"mine": (3, 4, 6), "others": (1, 1, 2)}
    assert told(four.by_language) == {"de": (2, 4, 5), "en": (1, 1, 2), "unknown": (1, 0, 1)}
    assert told(four.by_pages) == {
        "1 page": (2, 4, 5),
        "3 to 5 pages": (1, 1, 2),
        "unknown": (1, 0, 1),
    }
    assert told(four.by_kind) == {"amount": (4, 3, 6), "text": (1, 1, 1), "iban": (3, 1, 1)}


def test_lists_are_told_by_rows_and_cells(four):
    [found] = four.lists
    assert (found.type_name, found.name, found.documents) == ("invoice", "line_items", 2)
    shares = {
        name: (share.count, share.of)
        for name, share in found
        if name not in ("name", "type_name", "documents")
    }
    assert shares == {
        "row_precision": (1, 2),
        "row_recall": (1, 4),
        "row_f1": (2, 6),
        "whole_rows": (1, 4),
        "cell_precision": (2, 3),
        "cell_recall": (2, 5),
        "cell_f1": (4, 8),
    }


def test_what_was_accepted_and_what_of_it_is_wrong(four):
    assert four.outcomes == {Outcome.ACCEPTED: 2, Outcome.IN_REVIEW: 1, Outcome.FAILED: 1}
    assert (four.accepted.count, four.accepted.of) == (2, 4)
    assert (four.wrongly_accepted.count, four.wrongly_accepted.of) == (1, 2)
    # Of a: three fields and three cells, a unit wrong; of b: three values, two of them false.
    assert (four.falsely_published.count, four.falsely_published.of) == (3, 9)


def test_withheld_values_are_not_published():
    one = document("a", field("iban", I, withheld=True), field("total", R), outcome="accepted")
    found = statistics(evaluation(one)).falsely_published
    assert (found.count, found.of) == (0, 1)


def test_time_and_tokens_are_told_by_median_and_p90(four):
    assert four.seconds.median == 3.0
    assert four.seconds.p90 == pytest.approx(5.4)
    assert (four.tokens.median, four.cost) == (0.0, Decimal("0.25"))
    alone = statistics(evaluation(FOUR.documents[0]))
    assert (alone.tokens.median, alone.tokens.p90) == (150.0, 150.0)


def test_an_evaluation_without_documents_has_figures_too():
    none = statistics(evaluation())
    assert (none.whole.accuracy.share, none.whole.accuracy.of) == (0.0, 0.0)
    assert (none.seconds.median, none.lists, none.by_field) == (0.0, (), ())


def test_an_interval_holds_the_share_and_is_the_same_every_time():
    count, of = [1, 2, 3, 4, 0, 2], [4, 4, 4, 4, 4, 4]
    found = share(count, of)
    assert found.share == 0.5
    assert 0 < found.low < 0.5 < found.high < 1
    assert share(count, of) == found


def test_an_interval_is_as_wide_as_resampling_the_documents_one_by_one_makes_it():
    random = np.random.default_rng(1)
    of = random.integers(1, 15, size=60)
    count = random.binomial(of, 0.8)
    draws = random.integers(0, 60, size=(20_000, 60))
    shares = count[draws].sum(axis=1) / of[draws].sum(axis=1)
    found = share(count.tolist(), of.tolist())
    assert [found.low, found.high] == pytest.approx(np.percentile(shares, [2.5, 97.5]), abs=0.01)


def test_documents_without_the_field_do_not_widen_its_interval():
    assert share([3, 1, 0, 0], [4, 4, 0, 0]) == share([3, 1], [4, 4])
    assert share([4, 4], [4, 4]).low == 1.0
    assert (share([0], [0]).low, share([0], [0]).high) == (0.0, 0.0)


def test_many_documents_are_resampled_in_parts():
    count = [1, 0] * 1500
    found = share(count, [1] * 3000)
    assert found.low == pytest.approx(0.5 - 1.96 * 0.5 / 3000**0.5, abs=0.002)
    assert found.high == pytest.approx(0.5 + 1.96 * 0.5 / 3000**0.5, abs=0.002)


def moved(then: Evaluation, now: Evaluation):
    found = compare(now, then)
    paths = [
        [move.now.path for move in moves] for moves in (found.became_right, found.became_wrong)
    ]
    return found, paths


def test_what_became_right_and_wrong_is_told_field_by_field():
    then = evaluation(
        document("a", field("net_total", R), field("grand_total", W), field("iban", I)),
        document("b", field("net_total", M)),
        document("gone", field("net_total", R)),
        name="then",
    )
    now = evaluation(
        document("a", field("net_total", W), field("grand_total", R), field("iban", A)),
        document("b", field("net_total", M)),
        document("new", field("net_total", R)),
    )
    found, paths = moved(then, now)
    assert found.against == "then"
    assert (found.documents, found.only_now, found.only_then) == (2, 1, 1)
    assert paths == [["grand_total", "iban"], ["net_total"]]
    assert found.became_wrong[0].was.verdict is R
    assert (found.accuracy.was, found.accuracy.now) == (pytest.approx(1 / 3), pytest.approx(1 / 3))


def test_cells_are_paired_by_their_gold_row_wherever_they_were_found():
    def with_cells(*cells):
        return document("a", lists=(a_list(*cells, gold=2, found=2, matched=2, whole=2),))

    then = evaluation(with_cells(cell(0, R), cell(1, W)))
    shifted = [
        field("line_items[1].line_total", M, gold_row=0),
        field("line_items[2].line_total", R, gold_row=1),
        field("line_items[0].line_total", I),
    ]
    found, paths = moved(then, evaluation(with_cells(*shifted)))
    assert paths == [["line_items[2].line_total"], ["line_items[1].line_total"]]
    assert (found.cells.was, found.cells.now, found.accuracy.now) == (0.5, 0.5, 0.0)


def test_fields_whose_truth_was_changed_are_left_out():
    relabelled = field("net_total", R).model_copy(update={"truth": "8"})
    found, paths = moved(
        evaluation(document("a", field("net_total", W))), evaluation(document("a", relabelled))
    )
    assert (paths, found.accuracy.now) == ([[], []], 0.0)


def test_the_difference_has_a_paired_interval():
    """Each document gains a field in ten: between the documents the shares differ far more."""
    fields = [field(f"f{index}", R) for index in range(10)]
    wrong = [field(f"f{index}", W) for index in range(10)]

    def documents(gain):
        return [
            document(str(index), *fields[: index % 8 + gain], *wrong[index % 8 + gain :])
            for index in range(40)
        ]

    found = compare(evaluation(*documents(1)), evaluation(*documents(0)))
    assert found.accuracy.now - found.accuracy.was == pytest.approx(0.1)
    assert (found.accuracy.low, found.accuracy.high) == (pytest.approx(0.1), pytest.approx(0.1))
    assert len(found.became_right) == 40
