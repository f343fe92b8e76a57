"""How a promise, and what is still missing for it, look in a terminal."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator

from rich.console import Console
from rich.text import Text

from flows.cli.options import MODEL
from flows.cli.words import count, next_step, percent, plain
from schemas.dial_state import DialState
from schemas.target import DEFAULT_ERROR as ERROR
from schemas.target import Promise, Target

BAR = 20
"""Characters of a progress bar."""
FULL, EMPTY = "━", "╌"


def progress(promise: Promise) -> Text:
    """Return how far labelled documents carry towards a promise: `━━━━╌╌╌╌ 31 of 59`.

    Where it can be made: how many of them are accepted, `━━━━╌╌╌╌ 62 of 80 accepted`.
    """
    made = promise.threshold is not None
    whole = promise.of if made else promise.accepted + promise.needed
    full = math.floor(BAR * promise.accepted / whole) if whole else 0
    bar = Text(FULL * full, style="green" if made else "cyan")
    told = f" {promise.accepted} of {whole}{' accepted' if made else ''}"
    return Text.assemble(bar, (EMPTY * (BAR - full), "dim"), told)


def headline(state: DialState) -> Text:
    """Return in a line or two what is accepted of a type, or why nothing is."""
    text = Text().append(plain(state.called)).append(": ")
    if state.broken:
        text.append("the promise is broken", style="bold red")
        text.append(": nothing is accepted without a look until it is fitted anew")
        return text.append("\n  ").append(plain(state.audit_text or state.text))
    if state.open:
        text.append("accepted without a look", style="green")
        text.append(f" so that at most {_wish(state.target)}\n  ")
    else:
        text.append("nothing is accepted without a look", style="yellow").append(": ")
    return text.append(plain(state.text))


def dials(states: Iterable[DialState], *, option: str) -> Iterator[Text]:
    """Yield what is accepted of each type, and once what lets more be accepted."""
    states = tuple(states)
    for state in states:
        yield headline(state)
    closed = [state for state in states if not state.open]
    if closed:
        command = f"papersift calibrate{options_of(closed)}{option} [--gold PATH]"
        yield next_step("  after review, or with labelled documents:", command)


def options_of(states: Iterable[DialState]) -> str:
    """Return the options that `papersift calibrate` needs to mean the same model and target."""
    states = tuple(states)
    models = {state.model for state in states if not state.embedded}
    errors = {state.target.error for state in states}
    options = "" if models or not states else " --use-embedded"
    if len(models) == 1 and models != {MODEL}:
        options += f" --model {models.pop()}"
    if len(errors) == 1 and errors != {ERROR}:
        options += f" --target-error {percent(errors.pop()).replace(' ', '')}"
    return options


def towards(state: DialState) -> Text:
    """Return how far a type is from its target, in a line or two."""
    if state.broken or state.open:
        return headline(state)
    return Text.assemble(plain(state.called), ": ", _bar(state), "  ", plain(state.text))


def print_dials(states: Iterable[DialState]) -> None:
    """Print of each type what is accepted, what audits found, and what stands before its target."""
    console = Console(highlight=False)
    for state in states:
        console.print()
        console.print(headline(state), soft_wrap=True)
        for line in _below(state):
            console.print(Text("  ").append_text(line), soft_wrap=True)


def _below(state: DialState) -> Iterator[Text]:
    """Yield what is to know beside the headline."""
    if not state.open and not state.broken:
        yield _bar(state)
    if state.audit_text and not state.broken:  # then the headline has it
        yield next_step("audit:", state.audit_text)
    if state.settled_since:
        wrong = f", {state.wrong_since} of them wrong" if state.wrong_since else ""
        settled = count(state.settled_since, "document")
        yield plain(
            f"{settled} settled since it was fitted{wrong}: papersift calibrate counts them"
        )
    parts = [f"{state.waiting:,} waiting"] if state.waiting else []
    if further := ahead(state):
        parts.append(further)
    if parts:
        yield plain("; ".join(parts))


def ahead(state: DialState) -> str:
    """Return the review that stands before the target: `about 9 minutes of review before …`."""
    if state.open:
        return ""
    target = percent(state.target.error)
    if state.broken:
        return f"fit it anew before {target} can be promised: papersift calibrate"
    if state.minutes is not None:
        return f"about {_time(state.minutes)} of review before {target} can be promised"
    if state.promise.needed:
        documents = count(state.promise.needed, "more document")
        return f"{documents} without a mistake before {target} can be promised"
    return ""


def _bar(state: DialState) -> Text:
    """Return how far a closed dial is from its target: also by what was settled since."""
    if state.promise.threshold is None:
        return progress(state.promise)
    return Text.assemble((FULL * BAR, "green"), " enough")  # but nothing was fitted to it yet


def _wish(target: Target) -> str:
    """Return what was asked for: `5 % are wrong (grand_total: 0.5 %)`."""
    own = ", ".join(f"{name}: {percent(error)}" for name, error in target.fields.items())
    return f"{percent(target.error)} are wrong" + (f" ({own})" if own else "")


def _time(minutes: float) -> str:
    if minutes < 1:
        return "a minute"
    if minutes < 90:
        return count(round(minutes), "minute")
    return f"{minutes / 60:.1f} hours"
