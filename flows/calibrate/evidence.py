"""Which held-out records can support a promise on a type: the user's, else the shipped ones."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from schemas.calibration import Scored, TypeEvidence
from schemas.held_out import HeldOut, HeldOutField, HeldOutRecord
from schemas.labelled import Origin
from schemas.record import pattern_of


def evidence_of(
    held_out: HeldOut, *, recipe_ids: Mapping[str, str] | None = None
) -> tuple[TypeEvidence, ...]:
    """Return the evidence for each type that has labelled records.

    The user's own count if there are any, else those that come with papersift. They are of one
    recipe: what another extracted shows nothing of this one, and a document counts once.

    Args:
        held_out: what a calibration says of labelled documents.
        recipe_ids: by type the recipe in use; of a type that isn't there, the one that most of its
            records have is taken.
    """
    names = sorted({each.type_name for each in held_out.records})
    found = (_of_type(name, held_out, (recipe_ids or {}).get(name)) for name in names)
    return tuple(each for each in found if each)


def _of_type(name: str, held_out: HeldOut, recipe_id: str | None) -> TypeEvidence | None:
    records = [
        each
        for each in held_out.records
        if each.type_name == name and recipe_id in (None, each.recipe_id)
    ]
    records = [each for each in records if each.origin is not Origin.SHIPPED] or records
    if not records:
        return None
    if recipe_id is None:
        counts = Counter(each.recipe_id for each in records)
        recipe_id = max(counts, key=lambda each: (counts[each], each))
    records = [each for each in records if each.recipe_id == recipe_id]
    free = [each for each in records if not each.held_back]
    return TypeEvidence(
        type_name=name,
        recipe_ids=(recipe_id,),
        records=tuple(
            Scored(score=each.score, right=each.right, origin=each.origin) for each in free
        ),
        held_back=len(records) - len(free),
        fields=_leaves(held_out.fields, free),
    )


def _leaves(
    fields: Iterable[HeldOutField], records: Sequence[HeldOutRecord]
) -> dict[str, tuple[Scored, ...]]:
    """Return by leaf its values in records that could be accepted, one for each document.

    Of a list's column the least sure cell stands for all, and it is right if all are: cells of a
    document are right or wrong together, and would count as more than they show.
    """
    known = {(each.document_id, each.type_name, each.origin) for each in records}
    cells: dict[tuple[str, str], list[HeldOutField]] = {}
    for each in fields:
        if not each.empty and (each.document_id, each.type_name, each.origin) in known:
            cells.setdefault((pattern_of(each.path), each.document_id), []).append(each)
    leaves: dict[str, list[Scored]] = {}
    for (leaf, _), values in cells.items():
        leaves.setdefault(leaf, []).append(_least_sure(values))
    return {leaf: tuple(tested) for leaf, tested in sorted(leaves.items())}


def _least_sure(values: Sequence[HeldOutField]) -> Scored:
    return Scored(
        score=min(each.confidence for each in values),
        right=all(each.right for each in values),
        origin=values[0].origin,
    )
