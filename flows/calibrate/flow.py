"""Fit confidences to what people say is right, and set the dials by it; no document is asked twice.

gold extracted and judged → with all that was settled → fitted over documents → promises → kept →
the store's documents routed anew
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from prefect import flow
from prefect.runtime import flow_run

from flows.bench import Bench, opened_bench
from flows.calibrate.artifacts import write_artifacts
from flows.calibrate.evidence import evidence_of
from flows.calibrate.fair import with_fair_floor
from flows.calibrate.figures import figures
from flows.calibrate.fit import calibrate as fit
from flows.calibrate.gather import all_records, asked_of, gold_records
from flows.calibrate.promise import in_words
from flows.calibrate.report import write_pictures, write_report
from flows.calibrate.request import CalibrationReport, CalibrationRequest, TypeReport
from flows.calibrate.rerouting import Ruled, moves, reroute
from flows.calibrate.setting import check_targets, setting_with, target_of
from flows.calibrate.shipped import export, shipped_records
from flows.publish.publish import publish
from schemas.calibration import Calibration
from schemas.catalogue import BUILT_IN, built_in_type, find_type
from schemas.doctype import DocumentType, Policy
from schemas.errors import InputError, PathError
from schemas.held_out import HeldOut
from schemas.labelled import LabelledRecord


def _run_name() -> str:
    request: Any = flow_run.parameters["request"]
    model = request["model"] if isinstance(request, dict) else request.model
    return f"{model} {datetime.now(UTC):%Y-%m-%d %H:%M}"


@flow(name="calibrate", flow_run_name=_run_name)
def calibrate(request: CalibrationRequest) -> CalibrationReport:
    """Fit a model's confidences, find out what can be promised, and keep it in the store.

    Raises:
        InputError: gold, a type, the model or the output folder isn't to be had, or nothing at all
            is labelled.
        StoreError: the store can't be opened or written.
    """
    at = datetime.now(UTC)
    gold = gold_records(request, at)
    with opened_bench(request.place()) as bench:
        types = types_of(request)
        check_targets(request.batch(), types.values())
        records, left_out = _usable(all_records(bench, request, gold), types)
        calibration, held_out = _fitted(bench, request, records, types, at)
        if not request.dry_run:
            bench.store.keep_labelled(gold)
            bench.store.save_calibration(calibration)
        told = tuple(_types(bench, request, calibration, types))
        if any(each.moved for each in told):
            publish(bench.store, request.out)
    promises = {each.type_name: each.promise for each in told}
    leaves = {each.type_name: each.leaves for each in told}
    if request.report is not None:
        write_report(calibration, held_out, promises, request.report, leaf_promises=leaves)
    if request.pictures is not None:
        write_pictures(calibration, held_out, promises, request.pictures)
    write_artifacts(calibration, held_out, promises, leaf_promises=leaves)
    numbers = figures(held_out, calibration.evidence, assurance=request.assurance).whole
    return CalibrationReport(
        calibration_id=calibration.id,
        kept=not request.dry_run,
        fitted_on=calibration.fitted_on,
        form=calibration.form,
        documents=calibration.documents,
        labelled=calibration.labelled,
        auroc=numbers.auroc.value if numbers.auroc else None,
        brier=numbers.brier,
        ece=numbers.ece,
        types=told,
        left_out=left_out,
        report=str(request.report) if request.report else None,
    )


def export_labelled(request: CalibrationRequest, path: Path) -> int:
    """Write all that a store has labelled for a model to a file, without any text; return how many.

    Raises:
        InputError: nothing is labelled, or a type or the model isn't to be had.
        PathError: the file can't be written.
    """
    with opened_bench(request.place()) as bench:
        records, _ = _usable(all_records(bench, request, ()), types_of(request))
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(export(records), encoding="utf-8")
    except OSError as error:
        raise PathError(f"{str(path)!r} can't be written: {error.strerror}.") from error
    return len(records)


def types_of(request: CalibrationRequest) -> dict[str, DocumentType]:
    """Return the types whose documents can be used, by name.

    Raises:
        TypeFileError: a type isn't to be had.
    """
    gold = request.evaluation().read_gold() if request.gold else ()
    named = dict.fromkeys((*(each.type_given for each in gold), *request.types))
    own = map(find_type, named)
    return {each.name: each for each in (*map(built_in_type, BUILT_IN), *own)}


def _usable(
    records: Sequence[LabelledRecord], types: Mapping[str, DocumentType]
) -> tuple[tuple[LabelledRecord, ...], tuple[str, ...]]:
    """Return the records of known types, and in words what that leaves out.

    Raises:
        InputError: nothing is left.
    """
    usable = tuple(each for each in records if each.type_name in types)
    unknown = sorted({each.type_name for each in records} - types.keys())
    if not usable:
        raise InputError(
            "Nothing is labelled yet. Name a folder with gold (papersift calibrate --gold gold/), "
            "or settle documents in review: papersift review"
        )
    return usable, tuple(
        f"documents of type {name!r}: name its file with --type {name}.md" for name in unknown
    )


def _fitted(
    bench: Bench,
    request: CalibrationRequest,
    records: Sequence[LabelledRecord],
    types: Mapping[str, DocumentType],
    at: datetime,
) -> tuple[Calibration, HeldOut]:
    """Fit, and say which of the held-out records can support a promise for the recipes in use."""
    model, asking = asked_of(bench, request)
    calibration, held_out = fit(
        records,
        {name: _as_asked(doctype, request) for name, doctype in types.items()},
        shipped=shipped_records(model, asking),
        id=f"{at:%Y%m%d-%H%M%S}-{secrets.token_hex(2)}",
        at=at,
        model=model,
        asking=asking,
    )
    recipe_ids = {name: bench.recipe(doctype, request.way).id for name, doctype in types.items()}
    evidence = tuple(
        with_fair_floor(
            each,
            bench.store,
            types[each.type_name],
            calibration,
            recipe_ids=each.recipe_ids,
        )
        for each in evidence_of(held_out, recipe_ids=recipe_ids)
        if each.type_name in types
    )
    return calibration.model_copy(update={"evidence": evidence}), held_out


def _as_asked(doctype: DocumentType, request: CalibrationRequest) -> Policy:
    """Return a type's policy with the target that holds for it: the request's goes before."""
    error = target_of(request.batch(), doctype).error
    return doctype.policy.model_copy(update={"target_error": error})


def _types(
    bench: Bench,
    request: CalibrationRequest,
    calibration: Calibration,
    types: Mapping[str, DocumentType],
) -> Iterator[TypeReport]:
    """Yield what the calibration means for each type of the user's; route its documents."""
    ruled = {name: _ruled(bench, request, calibration, each) for name, each in types.items()}
    for evidence in calibration.evidence:
        own = ruled[evidence.type_name]
        doctype, setting = own.doctype, own.setting
        if not request.dry_run and request.way == "page":  # the queue has one order for a type
            bench.store.note_reach(doctype.name, setting.reach)
        rerouted = () if request.dry_run else reroute(bench.store, own, ruled.values())
        moved = moves(rerouted)
        if evidence.shipped and not moved:
            continue  # no document of this type is the user's
        yield TypeReport(
            type_name=doctype.name,
            promise=setting.promise,
            leaves=setting.leaves,
            held_back=evidence.held_back,
            text=setting.dial.closed or in_words(setting.promise),
            moved=moved,
        )


def _ruled(
    bench: Bench, request: CalibrationRequest, calibration: Calibration, doctype: DocumentType
) -> Ruled:
    """Return what decides on a type's documents under a calibration."""
    recipe = bench.recipe(doctype, request.way)
    target, named = target_of(request.batch(), doctype), sorted(doctype.policy.named)
    setting = setting_with(bench.store, recipe, target, calibration, named=named)
    return Ruled(doctype, recipe, setting)
