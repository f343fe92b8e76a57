"""How the dials of a store stand: what is promised of each type, what is missing, what it takes."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import func, select

from extractors.confidence.apply import UNCALIBRATED, UNCALIBRATED_EMPTY
from extractors.confidence.labelled import confidences_of, published_from, wrong
from extractors.confidence.record_score import held_back, score_of, standing_of
from flows.calibrate.alarm import in_words as audit_words
from flows.calibrate.fair import fair_from, passed_over_now
from flows.calibrate.promise import in_words, promise_of
from flows.calibrate.setting import Setting, calibration_for, setting_with
from flows.store.store import Store
from flows.store.tables import ExtractionRow, RecipeRow, RecordRow
from schemas.calibration import Scored
from schemas.dial_state import DialState
from schemas.doctype import Policy
from schemas.labelled import LabelledRecord
from schemas.recipe import EMBEDDED, Recipe
from schemas.target import Dial, Promise, Target


def dial_states(store: Store) -> tuple[DialState, ...]:
    """Return the state of each type that the store has documents of, by its latest run.

    Of a type that is also filled from e-invoices alone, theirs comes second.
    """
    return tuple(_state(store, recipe, dial) for recipe, dial in _latest(store))


def _latest(store: Store) -> Iterator[tuple[Recipe, Dial]]:
    """Yield for each type the recipe and the dial of what was routed last, each way for itself."""
    newest = (
        select(func.max(RecordRow.id))
        .join(ExtractionRow, ExtractionRow.id == RecordRow.extraction_id)
        .where(ExtractionRow.current, RecordRow.routed_json.is_not(None))
        .group_by(RecordRow.type_name, RecordRow.recipe_id)
    )
    with store.reading() as session:
        rows = session.execute(
            select(RecipeRow.recipe_json, RecordRow.routed_json)
            .join(RecipeRow, RecipeRow.id == RecordRow.recipe_id)
            .where(RecordRow.id.in_(newest))
            .order_by(RecordRow.extraction_id, RecordRow.id)
        ).all()
    latest = {}
    for row in rows:
        recipe = Recipe.model_validate_json(row.recipe_json)
        latest[recipe.type_name, recipe.model == EMBEDDED] = recipe, row.routed_json or "{}"
    for _, (recipe, routed) in sorted(latest.items(), key=lambda each: each[0]):
        yield recipe, Dial.model_validate_json(routed)


def _state(store: Store, recipe: Recipe, dial: Dial) -> DialState:
    target, policy = dial.target, Policy(review=dial.named)
    setting = setting_with(store, recipe, target, calibration_for(store, recipe), named=dial.named)
    since = _since(store, recipe, setting, policy)
    own = setting.evidence.records if setting.evidence else ()
    promise = setting.promise
    if since:
        promise = _promise_now(store, recipe, target, (*own, *since))
    is_open = setting.dial.threshold is not None
    waiting = store.waiting_items(recipe.type_name)
    pace = store.review_pace()
    return DialState(
        type_name=recipe.type_name,
        model=recipe.model,
        calibration_id=setting.calibration_id,
        target=target,
        open=is_open,
        text=_text(setting, promise),
        promise=promise,
        settled_since=len(since),
        wrong_since=sum(not each.right for each in since),
        audited=setting.alarm.of,
        audited_wrong=setting.alarm.wrong,
        broken=setting.alarm.broken,
        audit_text=audit_words(setting.alarm, target.error) if setting.alarm.of else "",
        waiting=waiting,
        minutes=promise.needed * pace / 60 if pace and promise.needed and not is_open else None,
    )


def _promise_now(
    store: Store, recipe: Recipe, target: Target, tested: tuple[Scored, ...]
) -> Promise:
    """Return what a calibration could promise now, by the scores that are known."""
    floor = fair_from(tested, passed_over_now(store, recipe.type_name))
    return promise_of(tested, error=target.error, assurance=target.assurance, floor=floor)


def _text(setting: Setting, promise: Promise) -> str:
    """Return in words how the dial stands, and what would open it."""
    if setting.dial.threshold is not None:
        return in_words(setting.promise)
    if setting.alarm.broken:
        return setting.dial.closed
    if promise.threshold is not None:
        return f"{in_words(promise)}; to open the dial: papersift calibrate"
    return in_words(promise) if promise.of else setting.dial.closed


def _since(store: Store, recipe: Recipe, setting: Setting, policy: Policy) -> tuple[Scored, ...]:
    """Return what was settled as a whole since the calibration was fitted, scored by it.

    Those that the dial never accepts are left out: they say nothing about what it does accept.
    """
    after = setting.calibration.at if setting.calibration else None
    fresh = (
        each
        for each in store.settled_records(recipe.model, recipe.asking, since=after)
        if each.recipe_id == recipe.id and each.whole
    )
    return tuple(tested for each in fresh if (tested := _tested(each, setting, policy)))


def _tested(record: LabelledRecord, setting: Setting, policy: Policy) -> Scored | None:
    """Return how a settled record stands under the calibration; None: it is never accepted."""
    calibration = setting.calibration
    values = calibration.values if calibration else UNCALIBRATED
    empties = calibration.empties if calibration else UNCALIBRATED_EMPTY
    sure = confidences_of(record, values, empties)
    fields = [standing_of(*each) for each in zip(record.fields, sure, strict=True)]
    if held_back(fields, policy, record.doubts):
        return None
    published = published_from(record, sure, setting.dial.target.error)
    return Scored(
        score=score_of(fields, policy),
        right=not wrong(record, policy, published=published),
        origin=record.origin,
    )
