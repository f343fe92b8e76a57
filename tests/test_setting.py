"""What is accepted of a type: by whose documents, and for which recipe."""

from __future__ import annotations

import pytest
from builders import a_recipe
from calibrations import a_calibration

from flows.calibrate.setting import OTHER_RECIPE, check_targets, setting_of, target_of
from flows.calibrate.shipped import shipped_calibration, shipped_records
from flows.store.store import Store
from schemas.batch import BatchRequest
from schemas.calibration import Scored
from schemas.catalogue import built_in_type
from schemas.errors import InputError
from schemas.labelled import Origin
from schemas.target import Target

INVOICE = built_in_type("invoice")
RIGHT = [Scored(score=0.9 - at / 1000, right=True, origin=Origin.SHIPPED) for at in range(100)]


@pytest.fixture
def store(tmp_path):
    with Store.open(tmp_path) as opened:
        yield opened


def test_documents_of_the_user_open_the_dial(store):
    recipe = a_recipe(INVOICE)
    store.save_calibration(a_calibration(INVOICE, recipe))
    setting = setting_of(store, INVOICE, recipe, Target())
    assert (setting.dial.threshold, setting.dial.closed) == (0.0, "")
    assert setting.dial.named == tuple(sorted(INVOICE.policy.named))


def test_documents_that_come_with_papersift_open_none_but_order_the_queue(store):
    recipe = a_recipe(INVOICE)
    shipped = a_calibration(INVOICE, recipe, records=RIGHT, origin=Origin.SHIPPED)
    store.save_calibration(shipped)
    setting = setting_of(store, INVOICE, recipe, Target())
    assert (setting.evidence, setting.dial.threshold) == (None, None)
    assert setting.dial.closed.endswith("59 without a mistake would allow 5 %")
    assert setting.reach == pytest.approx(0.801)
    assert setting.calibration is not None  # confidences are made by it all the same


def test_another_prompt_needs_documents_of_its_own(store):
    recipe = a_recipe(INVOICE)
    store.save_calibration(a_calibration(INVOICE, recipe))
    changed = recipe.model_copy(update={"type_hash": "another"})
    assert setting_of(store, INVOICE, changed, Target()).dial.closed == OTHER_RECIPE


def test_the_request_goes_before_the_type_and_the_type_before_the_default():
    policy = INVOICE.policy.model_copy(
        update={"target_error": 0.02, "target_errors": {"iban": 0.1}}
    )
    strict = INVOICE.model_copy(update={"policy": policy})
    plain = BatchRequest(paths=("in",))
    assert target_of(plain, INVOICE).error == 0.05
    assert target_of(plain, strict) == Target(error=0.02, fields={"iban": 0.1})
    asked = BatchRequest(paths=("in",), target_error=0.1, target_errors={"grand_total": 0.01})
    assert target_of(asked, strict).fields == {"iban": 0.1, "grand_total": 0.01}
    assert target_of(asked, strict).error == 0.1


def test_a_target_of_no_field_is_refused():
    asked = BatchRequest(paths=("in",), target_errors={"grandtotal": 0.01})
    with pytest.raises(InputError, match="'grandtotal', which is no field of invoice"):
        check_targets(asked, [INVOICE])
    check_targets(BatchRequest(paths=("in",), target_errors={"grand_total": 0.01}), [INVOICE])


@pytest.mark.parametrize("model", ["local/qwen2.5-coder-1.5b", "local/qwen2.5-coder-0.5b"])
def test_the_embedded_models_come_with_a_calibration_that_tells_no_text(model):
    found = shipped_calibration(model, "fields")
    assert found is not None
    assert (found.id, found.documents) == ("shipped", 102)
    assert "documents that come with papersift" in found.fitted_on
    assert all(each.shipped for each in found.evidence)
    records = shipped_records(model, "fields")
    assert {len(record.document_id) for record in records} == {12}
    told = {
        type(value) for each in records for f in each.fields for value in vars(f.signals).values()
    }
    assert told <= {float, int, bool, type(None)}
