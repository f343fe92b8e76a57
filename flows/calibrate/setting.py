"""What is accepted of a document type in one run: its calibration, its dial, and why."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from flows.calibrate.alarm import Alarm, alarm_of
from flows.calibrate.promise import dial_of, promises_of
from flows.calibrate.shipped import shipped_calibration
from flows.store.store import Store
from schemas.batch import BatchRequest
from schemas.calibration import Calibration, TypeEvidence
from schemas.doctype import DocumentType, Policy
from schemas.errors import InputError
from schemas.recipe import Recipe
from schemas.record import all_leaves
from schemas.target import DEFAULT_ERROR, Dial, Promise, Target

OTHER_RECIPE = (
    "the labelled documents were extracted with another prompt, model or version: calibrate again"
)


@dataclass(frozen=True)
class Setting:
    """Of one document type, for one recipe and one target."""

    calibration: Calibration | None
    """None: nothing is known of this model's errors."""
    evidence: TypeEvidence | None
    """The user's labelled documents that can support a promise for this recipe; None: there are
    none. Those that come with papersift aren't his: they support none."""
    promise: Promise
    leaves: dict[str, Promise]
    """By leaf with a target of its own."""
    alarm: Alarm
    """What the audited records say."""
    dial: Dial
    reach: float
    """Down to this score documents could be accepted soonest: 0 to 1. Where no document of the
    user's is labelled, those that come with papersift tell."""

    @property
    def calibration_id(self) -> str | None:
        return self.calibration.id if self.calibration else None

    def key(self, policy: Policy) -> str:
        """Return what names all that decides where a document goes: another key, another way."""
        dial = self.dial.model_dump_json(exclude={"closed": True, "target": {"audit"}})
        parts = (self.calibration_id or "", dial, policy.model_dump_json())
        return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:16]


def check_targets(request: BatchRequest, types: Iterable[DocumentType]) -> None:
    """Refuse a target of a field that no type has.

    Raises:
        InputError: there is such a target.
    """
    leaves = {each.name: {leaf.path for leaf in all_leaves(each.record)} for each in types}
    known = sorted(set().union(*leaves.values()))
    for name in request.target_errors:
        if name not in known:
            raise InputError(
                f"--target-error names {name!r}, which is no field of {', '.join(leaves)}. "
                f"There are {', '.join(known)}."
            )


def target_of(request: BatchRequest, doctype: DocumentType) -> Target:
    """Return what the request, else the type, else the default asks for."""
    policy = doctype.policy
    leaves = {leaf.path for leaf in all_leaves(doctype.record)}
    own = {**policy.target_errors, **request.target_errors}
    return Target(
        error=request.target_error or policy.target_error or DEFAULT_ERROR,
        assurance=request.assurance,
        fields={name: error for name, error in own.items() if name in leaves},
        audit=request.audit,
    )


def calibration_for(store: Store, recipe: Recipe) -> Calibration | None:
    """Return the calibration in use for a recipe's model: the store's, else the shipped one."""
    found = store.current_calibration(recipe.model, recipe.asking)
    return found or shipped_calibration(recipe.model, recipe.asking)


def setting_of(store: Store, doctype: DocumentType, recipe: Recipe, target: Target) -> Setting:
    """Return what is accepted of a type's documents that a recipe extracts."""
    return setting_with(
        store, recipe, target, calibration_for(store, recipe), named=sorted(doctype.policy.named)
    )


def setting_with(
    store: Store,
    recipe: Recipe,
    target: Target,
    calibration: Calibration | None,
    *,
    named: Sequence[str],
) -> Setting:
    """Return what is accepted under a calibration; `named` are the leaves of the type's policy."""
    known = calibration.of_type(recipe.type_name) if calibration else None
    fitting = known if known and recipe.id in known.recipe_ids else None
    evidence = fitting if fitting and not fitting.shipped else None
    calibration_id = calibration.id if calibration else ""
    promise, leaves = promises_of(target, evidence)
    alarm = alarm_of(
        store.audit_outcomes(
            recipe.type_name,
            calibration_id,
            Policy(review=tuple(named)),
            least=promise.threshold or 0.0,
        ),
        error=target.error,
        assurance=target.assurance,
    )
    dial = dial_of(target, evidence, alarm=alarm)
    dial = dial.model_copy(update={"named": tuple(named)})
    if known is not None and not known.shipped and evidence is None:
        dial = dial.model_copy(update={"closed": OTHER_RECIPE})
    reach = _reach(target, fitting)
    return Setting(calibration, evidence, promise, leaves, alarm, dial, reach)


def _reach(target: Target, evidence: TypeEvidence | None) -> float:
    return reach_of(evidence, promises_of(target, evidence)[0])


def reach_of(evidence: TypeEvidence | None, promise: Promise) -> float:
    """Return the score down to which documents could be accepted soonest: 0 to 1.

    Where nothing at all is labelled it is 0: only a sample of everything tells what is good.
    """
    if promise.threshold is not None:
        return promise.threshold
    if evidence is None:
        return 0.0
    if not promise.accepted:
        return 1.0
    return sorted((each.score for each in evidence.records), reverse=True)[promise.accepted - 1]
