"""What is fitted to labelled documents, and what their held-out ratings are worth."""

from datetime import UTC

import numpy as np
import pytest

from extractors.confidence.apply import UNCALIBRATED, UNCALIBRATED_EMPTY
from extractors.confidence.apply import log_odds as applied
from extractors.confidence.apply import on_curve as bend
from extractors.confidence.labelled import confidences_of, published_from, wrong
from flows.calibrate.curve import on_curve, rising_curve
from flows.calibrate.evidence import evidence_of
from flows.calibrate.fit import calibrate
from flows.calibrate.folds import folds_of, short_id
from flows.calibrate.logistic import fit_logistic, log_odds_of
from flows.calibrate.samples import samples_of
from flows.calibrate.shipped import (
    export,
    fit_shipped,
    read_export,
    shipped_calibration,
    shipped_records,
)
from schemas.calibration import ConfidenceModel
from schemas.doctype import Policy
from schemas.extraction import DoubtCode, Signals
from schemas.kinds import Kind
from schemas.labelled import LabelledField, LabelledRecord, Origin
from tests.builders import NOVEMBER
from tests.simulated import POLICIES, documents

MANY = documents(150, 1)


def fitted(records, shipped=(), policies=POLICIES):
    return calibrate(
        records,
        policies,
        shipped=shipped,
        id="20261123-150715-9f3a",
        at=NOVEMBER.astimezone(UTC),
        model="local/small",
        asking="fields",
    )


@pytest.fixture(scope="module")
def of_many():
    return fitted(MANY)


def rated(records, calibration):
    pairs = [
        (confidence, field.right)
        for record in records
        for confidence, field in zip(
            confidences_of(record, calibration.values, calibration.empties),
            record.fields,
            strict=True,
        )
    ]
    sure, right = zip(*pairs, strict=True)
    return np.array(sure), np.array(right, dtype=float)


def calibration_error(sure, right, bins=10):
    parts = np.array_split(np.argsort(sure), bins)
    return sum(len(p) * abs(sure[p].mean() - right[p].mean()) for p in parts) / len(sure)


def test_fresh_documents_are_as_often_right_as_their_confidence_says(of_many):
    calibration, _ = of_many
    sure, right = rated(documents(2000, 2), calibration)

    assert calibration_error(sure, right) < 0.04
    assert calibration_error(sure**3, right) > 0.1  # what isn't calibrated is found so


def test_held_out_documents_are_rated_by_models_that_have_not_seen_them(of_many):
    calibration, held_out = of_many
    sure = np.array([each.confidence for each in held_out.fields])
    right = np.array([each.right for each in held_out.fields], dtype=float)
    seen, _ = rated(MANY, calibration)

    assert len(held_out.fields) == 600
    assert len(held_out.records) == 150
    assert calibration_error(sure, right) < 0.06
    assert not np.allclose(sure, seen, atol=1e-6)
    assert {each.origin for each in held_out.fields} == {Origin.GOLD}


def test_a_term_that_speaks_the_wrong_way_is_left_out():
    samples = samples_of(MANY, empty=False)
    model = fit_logistic(samples, samples.names, grouped=True)
    weights = {each.term: each.weight for each in model.weights}

    assert "label" not in weights
    assert weights["answer"] == pytest.approx(1.2, abs=0.35)
    assert weights["passed"] == pytest.approx(1.0, abs=0.45)
    assert weights.get("margin", 0.0) < 0.6
    assert all(weight >= 0 for weight in weights.values())


def test_groups_are_found_and_thin_ones_stay_near_the_pool():
    thin = [each.model_copy(update={"type_name": "letter"}) for each in documents(2, 3)]
    wrong_ones = [
        each.model_copy(
            update={"fields": tuple(f.model_copy(update={"right": False}) for f in each.fields)}
        )
        for each in thin
    ]
    samples = samples_of([*documents(400, 4), *wrong_ones], empty=False)
    groups = fit_logistic(samples, samples.names, grouped=True).groups

    def shift(kind, path):
        return groups[kind] + groups[f"note/{kind}"] + groups[f"note/{path}"]

    assert shift("amount", "sum") - shift("text", "name") == pytest.approx(1.8, abs=0.6)
    assert -1.2 < groups["letter"] < 0
    assert abs(groups["letter/sum"]) < 0.7


def test_the_fit_and_its_use_agree(of_many):
    calibration, _ = of_many
    samples = samples_of(MANY, empty=False)
    model = calibration.values
    used = [
        applied(f.signals, model, type_name=each.type_name, kind=f.kind, path=f.path)
        for each in MANY
        for f in each.fields
    ]

    assert log_odds_of(samples, model) == pytest.approx(np.array(used))


def test_a_fit_is_the_same_each_time(of_many):
    again = fitted(MANY)

    assert again == of_many


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_folds_never_part_a_document(seed):
    twice = [each.model_copy(update={"recipe_id": "other"}) for each in MANY]
    cut = [each.model_copy(update={"document_id": short_id(each.document_id)}) for each in MANY]
    folds = folds_of([*MANY, *twice, *cut], 10, seed=seed)

    assert len(folds) == 150
    assert sorted(np.bincount(list(folds.values()))) == [15] * 10
    assert folds != folds_of(MANY, 10, seed=seed + 1)


def test_with_too_few_documents_the_confidences_are_set_by_hand():
    calibration, held_out = fitted(documents(19, 5))

    assert calibration.values == UNCALIBRATED
    assert calibration.empties == UNCALIBRATED_EMPTY
    assert calibration.fitted_on.startswith("nothing: set by hand, for 19 documents and ")
    assert "too few to fit" in calibration.form
    assert len(held_out.records) == 19


def test_with_hardly_anything_wrong_the_confidences_are_set_by_hand():
    right = [
        each.model_copy(
            update={"fields": tuple(f.model_copy(update={"right": True}) for f in each.fields)}
        )
        for each in MANY
    ]
    calibration, _ = fitted(right)

    assert calibration.values == UNCALIBRATED
    assert "150 documents and 0 wrong fields" in calibration.fitted_on


def test_few_own_documents_lean_on_those_that_come_with_papersift():
    shipped = documents(120, 6, Origin.SHIPPED)
    calibration, held_out = fitted(documents(8, 7), shipped)

    assert calibration.values != UNCALIBRATED
    assert calibration.fitted_on == (
        "8 documents of yours (8 note) and 120 documents that come with papersift (120 note)"
    )
    assert "with what comes with papersift" in calibration.form
    [evidence] = evidence_of(held_out)
    assert not evidence.shipped
    assert len(evidence.records) == 8


def test_a_shipped_document_that_the_user_labelled_counts_once():
    shipped = [
        each.model_copy(
            update={"document_id": short_id(each.document_id), "origin": Origin.SHIPPED}
        )
        for each in documents(40, 8)
    ]
    calibration, held_out = fitted(documents(40, 8)[:30], shipped)

    assert calibration.documents == 40
    assert len(held_out.records) == 40


def test_enough_own_documents_may_be_fitted_alone():
    """What is shipped is the wrong way round here: it must not spoil the fit."""
    shipped = [
        each.model_copy(
            update={
                "fields": tuple(f.model_copy(update={"right": not f.right}) for f in each.fields)
            }
        )
        for each in documents(150, 9, Origin.SHIPPED)
    ]
    calibration, _ = fitted(documents(150, 10), shipped)
    sure, right = rated(documents(500, 11), calibration)

    assert "own documents alone" in calibration.form
    assert calibration_error(sure, right) < 0.06


def test_signals_that_nobody_labelled_have_assumed_weights(of_many):
    calibration, _ = of_many
    weights = {each.term: each.weight for each in calibration.values.weights}

    assert weights["agrees"] > 0
    assert "assumed, for nothing labelled has them: agrees, ocr, history" in calibration.form


def test_absences_are_fitted_only_where_right_ones_are_labelled():
    def with_absence(record, number, *, known):
        field = LabelledField(
            path="note",
            kind=Kind.TEXT,
            empty=True,
            signals=Signals(probability=0.9 if number % 4 else 0.2),
            right=None if number % 4 and not known else bool(number % 4),
        )
        return record.model_copy(update={"fields": (*record.fields, field)})

    misses, _ = fitted([with_absence(r, n, known=False) for n, r in enumerate(MANY)])
    both, _ = fitted([with_absence(r, n, known=True) for n, r in enumerate(MANY)])

    assert misses.empties == UNCALIBRATED_EMPTY
    assert "absences: set by hand, for hardly any right ones are labelled" in misses.form
    assert both.empties != UNCALIBRATED_EMPTY
    assert {each.term for each in both.empties.weights} >= {"answer"}


def test_nobody_is_surer_than_so_many_fields_allow(of_many):
    calibration, held_out = of_many

    assert calibration.values.most == pytest.approx(600.5 / 601)
    assert max(each.confidence for each in held_out.fields) < 1
    assert min(each.confidence for each in held_out.fields) > 0


def test_a_curve_rises_and_keeps_the_share_of_right_ones():
    draw = np.random.default_rng(0)
    odds = draw.normal(0, 2, 2000)
    right = draw.uniform(size=2000) < 1 / (1 + np.exp(-np.tanh(odds) * 2))
    curve = rising_curve(odds, right)
    ConfidenceModel(intercept=0, weights=(), curve=curve)  # refuses one that falls
    found = on_curve(curve, odds)

    assert (1 / (1 + np.exp(-found))).mean() == pytest.approx(right.mean(), abs=0.02)
    assert found[:50] == pytest.approx(
        np.array(
            [bend(ConfidenceModel(intercept=0, weights=(), curve=curve), o) for o in odds[:50]]
        )
    )
    assert rising_curve(odds[:5], np.ones(5, dtype=bool)) == ()


def a_record(*fields, **more):
    return LabelledRecord(
        **{
            "document_id": "ab" * 32,
            "type_name": "note",
            "model": "local/small",
            "asking": "fields",
            "recipe_id": "r",
            "origin": Origin.GOLD,
            "at": NOVEMBER,
            "fields": fields,
            **more,
        }
    )


def a_field(path, right=None, **more):
    return LabelledField(path=path, kind=Kind.TEXT, right=right, **more)


@pytest.mark.parametrize(
    ("record", "mistake"),
    [
        (a_record(a_field("number", right=True), a_field("name", right=True)), False),
        (a_record(a_field("number", right=True), a_field("name")), False),
        (a_record(a_field("number", right=False)), True),
        (a_record(a_field("sum", right=False, empty=True)), True),
        (a_record(a_field("rows[1].price", right=False)), True),
        (a_record(a_field("number", right=True), missing=("rows[].price",)), True),
        (a_record(a_field("number", right=True), missing=("rows[].unit",)), False),
        (a_record(a_field("unnamed_sure", right=False)), True),
        (a_record(a_field("unnamed_unsure", right=False)), False),
        (a_record(a_field("unnamed_sure", right=True), refused=True), True),
    ],
)
def test_when_accepting_is_a_mistake(record, mistake):
    policy = Policy(require=("number",), review=("sum", "rows[].price"))
    published = published_from(
        record, tuple(0.96 if f.path.endswith("_sure") else 0.9 for f in record.fields), 0.05
    )

    assert wrong(record, policy, published=published) is mistake


def test_what_is_in_doubt_or_empty_would_not_be_published():
    record = a_record(
        a_field("a", doubts=(DoubtCode.CHECK_FAILED,)), a_field("b", empty=True), a_field("c")
    )
    published = published_from(record, (0.99, 0.99, 0.99), 0.05)

    assert [published(each) for each in record.fields] == [False, False, True]


def test_an_answer_that_cannot_be_read_is_never_right():
    record = a_record(a_field("day", empty=True, doubts=(DoubtCode.NOT_TYPED,)))

    assert confidences_of(record, UNCALIBRATED, UNCALIBRATED_EMPTY) == (0.0,)


def test_evidence_is_of_one_recipe_and_of_whole_records():
    new = [each.model_copy(update={"recipe_id": "new"}) for each in documents(30, 12)]
    old = documents(50, 13)
    half_seen = [each.model_copy(update={"whole": False}) for each in documents(20, 14)]
    stopped = [
        each.model_copy(update={"doubts": (DoubtCode.NO_TEXT,), "recipe_id": "new"})
        for each in documents(4, 15)
    ]
    _, held_out = fitted([*new, *old, *half_seen, *stopped])

    [usual] = evidence_of(held_out)
    [chosen] = evidence_of(held_out, recipe_ids={"note": "new"})
    assert (usual.recipe_ids, len(usual.records)) == (("note-recipe",), 50)
    assert (chosen.recipe_ids, len(chosen.records), chosen.held_back) == (("new",), 30, 4)
    assert set(chosen.fields) == {"number", "day", "name", "sum"}
    assert len(chosen.fields["sum"]) == 30
    assert evidence_of(held_out, recipe_ids={"note": "unheard"}) == ()


def test_of_a_column_the_least_sure_cell_counts():
    def with_cells(record):
        cells = [
            LabelledField(
                path=f"rows[{n}].price",
                kind=Kind.AMOUNT,
                signals=Signals(probability=p),
                right=n != 1,
            )
            for n, p in enumerate((0.9, 0.6, 0.8))
        ]
        return record.model_copy(update={"fields": (*record.fields, *cells)})

    _, held_out = fitted([with_cells(each) for each in documents(40, 16)])
    [evidence] = evidence_of(held_out)
    prices = [each for each in held_out.fields if each.path.startswith("rows")]

    assert len(prices) == 120
    assert len(evidence.fields["rows[].price"]) == 40
    assert not any(each.right for each in evidence.fields["rows[].price"])
    assert min(each.score for each in evidence.fields["rows[].price"]) == min(
        each.confidence for each in prices
    )


def test_what_is_exported_is_read_again_without_any_text():
    records = documents(30, 17)
    text = export(records)
    back = {each.document_id: each for each in read_export(text)}

    assert {each.origin for each in back.values()} == {Origin.SHIPPED}
    assert len(back) == 30
    for each in records:
        found = back[each.document_id[:12]]
        assert [f.right for f in found.fields] == [f.right for f in each.fields]
        assert [f.signals.probability for f in found.fields] == pytest.approx(
            [f.signals.probability for f in each.fields], rel=1e-3
        )
    assert export(list(back.values())) == text


def test_of_what_is_unlabelled_only_what_a_policy_names_is_exported():
    record = a_record(
        a_field("grand_total"), a_field("purchase_order"), a_field("iban", right=True)
    ).model_copy(update={"type_name": "invoice"})
    [back] = read_export(export([record]))

    assert [each.path for each in back.fields] == ["grand_total", "iban"]


def test_records_of_two_models_are_not_exported_together():
    one, other = documents(2, 18)

    with pytest.raises(ValueError, match="one model"):
        export([one, other.model_copy(update={"model": "local/large"})])


def test_what_comes_with_papersift_fits_as_the_whole_did():
    one, _ = fitted((), read_export(export(MANY)))
    other, _ = fitted(MANY)

    assert one.values.intercept == pytest.approx(other.values.intercept, abs=0.02)
    assert one.fitted_on == "150 documents that come with papersift (150 note)"
    assert one.evidence[0].shipped


@pytest.mark.parametrize("name", ["qwen2.5-coder-1.5b", "qwen2.5-coder-0.5b"])
def test_the_shipped_calibration_is_the_fit_of_the_shipped_records(name):
    records = shipped_records(f"local/{name}", "fields")
    calibration = shipped_calibration(f"local/{name}", "fields")
    assert calibration is not None
    fresh = fit_shipped(records)

    assert calibration.form == fresh.form
    assert calibration.fitted_on == fresh.fitted_on
    assert calibration.values.intercept == pytest.approx(fresh.values.intercept, rel=1e-3)
    assert {w.term: w.weight for w in calibration.values.weights} == pytest.approx(
        {w.term: w.weight for w in fresh.values.weights}, rel=1e-3, abs=1e-3
    )
    assert {each.type_name for each in calibration.evidence} == {"invoice", "ad_order"}
    assert all(each.shipped for each in calibration.evidence)


def test_of_most_models_nothing_is_shipped():
    assert shipped_records("openai/gpt-4.1-mini", "whole") == ()
    assert shipped_calibration("openai/gpt-4.1-mini", "whole") is None
