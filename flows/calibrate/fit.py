"""Fit confidences to labelled records, and say what held-out documents show of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from extractors.confidence.apply import UNCALIBRATED, UNCALIBRATED_EMPTY
from extractors.confidence.labelled import confidences_of, published_from, wrong
from extractors.confidence.record_score import held_back, score_of, standing_of
from extractors.confidence.terms import terms_of
from flows.calibrate.evidence import evidence_of
from flows.calibrate.folds import folds_of, short_id
from flows.calibrate.forms import FOLDS, choose, cross_fits
from flows.calibrate.samples import Samples, samples_of
from schemas.calibration import Calibration, ConfidenceModel
from schemas.doctype import Policy
from schemas.held_out import HeldOut, HeldOutField, HeldOutRecord
from schemas.labelled import LabelledRecord, Origin
from schemas.target import DEFAULT_ERROR

FEWEST_DOCUMENTS, FEWEST_WRONG = 20, 5
"""With fewer labelled documents, or fewer wrong fields, nothing can be fitted."""
FEWEST_RIGHT = 5
"""Of fields without a value: gold that labels none that is rightly empty shows only misses."""
HAND_SET = "set by hand"


@dataclass(frozen=True)
class _Fitted:
    """A model, and those that hadn't seen the documents of one fold."""

    whole: ConfidenceModel
    folds: tuple[ConfidenceModel, ...]
    form: str


def calibrate(
    records: Sequence[LabelledRecord],
    policies: Mapping[str, Policy],
    *,
    shipped: Sequence[LabelledRecord] = (),
    id: str,  # noqa: A002
    at: datetime,
    model: str,
    asking: str,
    error: float = DEFAULT_ERROR,
) -> tuple[Calibration, HeldOut]:
    """Fit the confidences of one model, by what is labelled.

    Ten folds over documents: no field is rated by a model that has seen its document. The form is
    chosen once, by these same folds; each fold's weights, groups and curve are fitted without it.

    Args:
        records: the user's.
        policies: by type; records of other types are fitted, but not judged as a whole.
        shipped: records that come with papersift; one whose document the user labelled is left out.
        id: of the calibration.
        at: when.
        model: `provider/model` whose answers they are.
        asking: how it was asked.
        error: where a type's policy names no target: the share of wrong ones that is borne, which
            decides whether a value that no policy names would be published.

    Returns:
        The calibration, and every labelled field and record as held-out models rate it.
    """
    own = {short_id(each.document_id) for each in records}
    used = (*records, *(each for each in shipped if short_id(each.document_id) not in own))
    folds = folds_of(used, FOLDS)
    values = _fit(samples_of(used, empty=False), folds, UNCALIBRATED)
    empties = _fit(samples_of(used, empty=True), folds, UNCALIBRATED_EMPTY, FEWEST_RIGHT)
    held_out = _held_out(used, policies, folds, values=values, empties=empties, error=error)
    calibration = Calibration(
        id=id,
        at=at,
        model=model,
        asking=asking,
        fitted_on=_on_what(used, values),
        documents=len(folds),
        labelled=len(held_out.fields),
        values=values.whole,
        empties=empties.whole,
        form=f"values: {values.form}; absences: {empties.form}",
        evidence=evidence_of(held_out),
    )
    return calibration, held_out


def _fit(
    samples: Samples, folds: Mapping[str, int], by_hand: ConfidenceModel, fewest_right: int = 1
) -> _Fitted:
    """Return the chosen form's fit; the model that is set by hand where there is too little."""
    if not _enough(samples, fewest_right):
        counts = f"{samples.document_count} documents and {samples.wrong} wrong fields"
        form = f"{HAND_SET}, for {counts} are too few to fit"
        if samples.wrong >= FEWEST_WRONG and samples.document_count >= FEWEST_DOCUMENTS:
            form = f"{HAND_SET}, for hardly any right ones are labelled"
        return _Fitted(by_hand, (by_hand,) * FOLDS, form)
    alone = _enough(samples.only(samples.own), fewest_right)
    fits = list(cross_fits(samples, folds, own_too=alone, shipped_too=bool((~samples.own).any())))
    chosen = choose(fits)
    best = min(fits, key=lambda fit: fit.loss)
    form = (
        f"{chosen.form}; the simplest of {len(fits)} forms that isn't clearly worse than the best "
        f"in {FOLDS} folds over documents (log loss {chosen.loss:.4f}, best {best.loss:.4f})"
    )
    assumed = [each.term for each in chosen.whole.weights if each.term not in samples.names]
    if assumed:
        form += f"; assumed, for nothing labelled has them: {', '.join(assumed)}"
    return _Fitted(chosen.whole, chosen.models, form)


def _enough(samples: Samples, fewest_right: int) -> bool:
    return (
        samples.document_count >= FEWEST_DOCUMENTS
        and samples.wrong >= FEWEST_WRONG
        and len(samples) - samples.wrong >= fewest_right
    )


def _held_out(
    records: Sequence[LabelledRecord],
    policies: Mapping[str, Policy],
    folds: Mapping[str, int],
    *,
    values: _Fitted,
    empties: _Fitted,
    error: float,
) -> HeldOut:
    fields: list[HeldOutField] = []
    scored: list[HeldOutRecord] = []
    for record in records:
        fold = folds[short_id(record.document_id)]
        confidences = confidences_of(record, values.folds[fold], empties.folds[fold])
        fields += _fields(record, confidences)
        policy = policies.get(record.type_name)
        if policy is not None and (record.whole or record.refused):
            scored.append(_record(record, confidences, policy, policy.target_error or error))
    return HeldOut(fields=tuple(fields), records=tuple(scored))


def _fields(record: LabelledRecord, confidences: Sequence[float]) -> Iterator[HeldOutField]:
    for field, confidence in zip(record.fields, confidences, strict=True):
        if field.right is not None:
            yield HeldOutField(
                document_id=record.document_id,
                type_name=record.type_name,
                path=field.path,
                kind=field.kind,
                empty=field.empty,
                origin=record.origin,
                confidence=confidence,
                right=field.right,
                terms=terms_of(field.signals, field.kind, listed="[" in field.path),
            )


def _record(
    record: LabelledRecord, confidences: tuple[float, ...], policy: Policy, error: float
) -> HeldOutRecord:
    standings = [
        standing_of(field, confidence)
        for field, confidence in zip(record.fields, confidences, strict=True)
    ]
    published = published_from(record, confidences, error)
    return HeldOutRecord(
        document_id=record.document_id,
        type_name=record.type_name,
        recipe_id=record.recipe_id,
        origin=record.origin,
        score=score_of(standings, policy),
        right=not wrong(record, policy, published=published),
        held_back=held_back(standings, policy, record.doubts),
    )


def _on_what(records: Sequence[LabelledRecord], values: _Fitted) -> str:
    """Return in words what was fitted on."""
    if values.form.startswith(HAND_SET):
        return f"nothing: {values.form}"
    parts = []
    for whose, shipped in (("of yours", False), ("that come with papersift", True)):
        documents = {
            (short_id(each.document_id), each.type_name)
            for each in records
            if (each.origin is Origin.SHIPPED) is shipped
        }
        if documents:
            types = Counter(name for _, name in documents)
            kinds = ", ".join(f"{count} {name}" for name, count in sorted(types.items()))
            parts.append(f"{len(documents)} documents {whose} ({kinds})")
    return " and ".join(parts)
