"""How far a type is from its promise, for the queue page."""

from __future__ import annotations

from dataclasses import dataclass

from flows.web.words import capital, duration
from schemas.dial_state import DialState


@dataclass(frozen=True, kw_only=True)
class Towards:
    """One type's dial."""

    type_name: str
    state: str
    """In a word or two."""
    tone: str
    """good, bad, or neither."""
    done: int
    needed: int
    """`done` of so many documents are settled that a promise takes; 0: it can't be told."""
    text: str
    further: str
    """How much review stands before the promise; empty: none, or it can't be told."""


def towards(dial: DialState) -> Towards:
    """Return a dial as the page tells of it."""
    promise = dial.promise
    made = promise.threshold is not None
    needed = promise.of if made else promise.accepted + promise.needed
    if dial.broken:
        state, tone = "The promise is broken", "bad"
    elif dial.open:
        state, tone = "Accepts without a look", "good"
    else:
        state, tone = "Asks about every document", ""
    return Towards(
        type_name=dial.called,
        state=state,
        tone=tone,
        done=min(promise.accepted, needed),
        needed=needed,
        text=capital(dial.audit_text if dial.broken and dial.audit_text else dial.text),
        further=_further(dial),
    )


def _further(dial: DialState) -> str:
    if dial.open or dial.broken or dial.minutes is None:
        return ""
    time = duration(60 * dial.minutes)
    return f"about {time} of review before {100 * dial.target.error:.3g} % can be promised"
