"""Send documents their way anew, by what is kept of them: no model is asked."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from functools import partial

from extractors.confidence.rate import rate
from extractors.route import route
from flows.calibrate.promise import audit_share
from flows.calibrate.setting import Setting
from flows.store.store import Store
from schemas.doctype import DocumentType
from schemas.extraction import Extraction, Outcome
from schemas.routing import Routing


def routed(
    extraction: Extraction, doctype: DocumentType, setting: Setting, store: Store
) -> tuple[Extraction, Routing]:
    """Return an extraction with its confidences, and its way."""
    rated = rate(extraction, setting.calibration)
    if setting.dial.threshold is None:
        return rated, route(rated, doctype.policy, setting.dial, mask=doctype.mask)
    accepted = store.accepted_since(doctype.name, setting.calibration_id or "")
    share = audit_share(setting.dial.target, accepted)
    audits = partial(store.is_audited, extraction.document_id, share=share)
    return rated, route(rated, doctype.policy, setting.dial, mask=doctype.mask, audits=audits)


def reroute(
    store: Store,
    doctype: DocumentType,
    setting: Setting,
    recipe_ids: Collection[str],
    only: Collection[str] | None = None,
) -> Iterator[tuple[str, Outcome, Routing]]:
    """Route kept documents anew on which no person decided.

    Yields each document's id, its outcome before, and its way now.

    Args:
        store: that keeps them.
        doctype: their type.
        setting: by which they are routed; those that were routed by it are left as they are.
        recipe_ids: of the recipes that extracted them.
        only: ids of documents; None: all of them.
    """
    key = setting.key(doctype.policy)
    for kept in store.to_reroute(doctype.name, recipe_ids, routed_by=key, only=only):
        if kept.outcome is Outcome.ACCEPTED:  # it was drawn then, and isn't drawn again
            rated = rate(kept.extraction, setting.calibration)
            routing = route(rated, doctype.policy, setting.dial, mask=doctype.mask)
        else:
            _, routing = routed(kept.extraction, doctype, setting, store)
        store.reroute(
            kept.row_id,
            routing,
            calibration_id=setting.calibration_id,
            dial=setting.dial,
            routed_by=key,
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
