"""Say that a promise is broken: once, as a Prefect event that automations can act on."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime

from prefect.context import FlowRunContext
from prefect.events import emit_event

from flows.store.store import Store
from schemas.dial_state import DialState

EVENT = "papersift.promise.broken"


def announce_broken(store: Store, dials: Iterable[DialState]) -> tuple[str, ...]:
    """Emit the event for each type whose promise is broken; return what is new of it.

    Outside of a flow run there is nobody to tell: it is said by the next one.
    """
    said = []
    for dial in dials:
        if not dial.broken or FlowRunContext.get() is None:
            continue
        key = f"{EVENT}/{dial.called}/{dial.calibration_id}"
        if store.announce(key, dial.audit_text, now=datetime.now(UTC)):
            emit_event(
                event=EVENT,
                resource={
                    "prefect.resource.id": f"papersift.type.{dial.type_name}",
                    "prefect.resource.name": dial.type_name,
                },
                payload={
                    "type": dial.type_name,
                    "model": dial.model,
                    "target_error": dial.target.error,
                    "audited": dial.audited,
                    "wrong": dial.audited_wrong,
                    "text": dial.audit_text,
                },
            )
            said.append(dial.audit_text)
    return tuple(said)
