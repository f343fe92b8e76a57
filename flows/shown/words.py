"""A run's figures in words."""

from __future__ import annotations

from flows.shown.tally import Tally
from flows.web.words import count
from schemas.extraction import Outcome, Usage
from schemas.run import RunSummary


def outcomes(summary: RunSummary) -> str:
    """Return what became of a run's documents: `2 accepted, 3 in review`; empty: nothing was."""
    parts = {
        "accepted": summary.accepted,
        "in review": summary.in_review,
        "failed": summary.failed,
        "done before": summary.skipped,
    }
    return ", ".join(f"{number:,} {what}" for what, number in parts.items() if number)


def so_far(tally: Tally, done: int, to_do: int) -> str:
    """Return how far a run is: `12 of 42 documents done: 3 in review, 1 failed`."""
    shown = (Outcome.IN_REVIEW, Outcome.FAILED)
    parts = [f"{tally.outcomes[each]:,} {said(each)}" for each in shown if tally.outcomes[each]]
    text = f"{done:,} of {count(to_do, 'document')} done"
    return f"{text}: {', '.join(parts)}" if parts else text


def said(outcome: Outcome | None) -> str:
    """Return an outcome as a person says it; empty: that of the same file elsewhere."""
    return outcome.replace("_", " ") if outcome else ""


def tokens(usage: Usage) -> str:
    """Return what the model read and wrote: `1,200 tokens read, 900 of them cached; 80 written`."""
    text = f"{usage.input_tokens:,} tokens read"
    if usage.cached_tokens:
        text += f", {usage.cached_tokens:,} of them cached"
    return f"{text}; {usage.output_tokens:,} written"
