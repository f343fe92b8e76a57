"""Send documents their way anew, by what is kept of them: no model is asked."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial

from extractors.confidence.rate import rate_by
from extractors.route import Rules, route_by
from flows.calibrate.promise import audit_share
from flows.calibrate.setting import Setting
from flows.store.made import Made, Way
from flows.store.store import Store
from schemas.doctype import DocumentType
from schemas.extraction import Extraction, Outcome
from schemas.recipe import Recipe
from schemas.routing import Routing


@dataclass(frozen=True)
class Ruled:
    """Records of one type and recipe, and what decides where they go."""

    doctype: DocumentType
    recipe: Recipe
    setting: Setting

    @property
    def key(self) -> str:
        """Name all that decides: another key, another way."""
        return self.setting.key(self.doctype.policy)

    @property
    def way(self) -> Way:
        setting = self.setting
        return Way(calibration_id=setting.calibration_id, dial=setting.dial, routed_by=self.key)

    @property
    def made(self) -> Made:
        return Made(doc_type=self.doctype, recipe=self.recipe, way=self.way)

    def rules(self, store: Store, document_id: str, *, drawn: bool) -> Rules:
        """Return by what a document's records are routed, some of them `drawn` to be looked at."""
        doctype, setting = self.doctype, self.setting
        rules = Rules(doctype.policy, setting.dial, doctype.mask)
        if not drawn or setting.dial.threshold is None:
            return rules
        accepted = store.accepted_since(doctype.name, setting.calibration_id or "")
        share = audit_share(setting.dial.target, accepted)
        return replace(rules, audits=partial(store.is_audited, document_id, share=share))


def routed(
    extraction: Extraction, ruled: Sequence[Ruled], store: Store, *, drawn: bool = True
) -> tuple[Extraction, Routing]:
    """Return an extraction with its confidences, and its way.

    Args:
        extraction: what was found.
        ruled: for each type of its records what decides.
        store: that draws which accepted records are looked at all the same.
        drawn: False: none are.
    """
    rated = rate_by(extraction, {each.doctype.name: each.setting.calibration for each in ruled})
    document_id = extraction.document_id
    rules = {each.doctype.name: each.rules(store, document_id, drawn=drawn) for each in ruled}
    return rated, route_by(rated, rules)


def reroute(
    store: Store,
    ruled: Ruled,
    others: Iterable[Ruled] = (),
    *,
    only: Collection[str] | None = None,
) -> Iterator[tuple[str, Outcome, Routing]]:
    """Route kept documents anew on which no person decided.

    Yields each document's id, its outcome before, and its way now.

    Args:
        store: that keeps them.
        ruled: the records that go anew; those that were routed by it are left as they are.
        others: what decides on records of other types in the same files. A file that holds some of
            which nothing is said is left as it is.
        only: ids of documents; None: all of them.
    """
    known = {each.recipe.id: each for each in (*others, ruled)}
    recipe_ids = (ruled.recipe.id,)
    for kept in store.to_reroute(ruled.doctype.name, recipe_ids, routed_by=ruled.key, only=only):
        if not known.keys() >= set(kept.recipes.values()):
            continue
        by = {name: known[recipe_id] for name, recipe_id in kept.recipes.items()}
        # What was accepted was drawn then, and isn't drawn again.
        drawn = kept.outcome is not Outcome.ACCEPTED
        _, routing = routed(kept.extraction, tuple(by.values()), store, drawn=drawn)
        setting = ruled.setting
        store.reroute(
            kept.row_id,
            routing,
            calibration_id=setting.calibration_id,
            dial=setting.dial,
            routed_by=ruled.key,
            others={name: each.way for name, each in by.items() if each is not ruled},
        )
        yield kept.extraction.document_id, kept.outcome, routing


def moves(rerouted: Iterable[tuple[str, Outcome, Routing]]) -> dict[str, int]:
    """Count the documents that went another way than before, by what changed, in words."""
    found = Counter(
        f"{before.replace('_', ' ')} before, {routing.outcome.replace('_', ' ')} now"
        for _, before, routing in rerouted
        if routing.outcome is not before
    )
    return dict(sorted(found.items()))
