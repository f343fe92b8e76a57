"""What a calibration allows, in a sentence for somebody who has to answer for it."""

from __future__ import annotations

from dataclasses import dataclass

from schemas.calibration import Calibration, TypeEvidence
from schemas.labelled import Origin
from schemas.target import Promise

SIGNALS = {  # by term
    "answer": "how probable the answer is among all candidates",
    "margin": "how far it is ahead of the next candidate",
    "model": "how probable the model alone finds it",
    "label": "how well the words beside it name the field",
    "free": "how probable the model would say it unasked",
    "passed": "sums and other checks that hold with it",
    "unfailed": "no check fails with it",
    "own_choice": "it was chosen for itself, not to make a sum hold",
    "one_reading": "it can be read in one way only",
    "few": "there are few candidates",
    "places": "it stands in several places",
    "agrees": "a second reading says the same",
    "ocr": "how clearly it was recognised in the picture",
    "history": "it fits what this sender’s earlier documents said",
}
"""What terms mean; another one goes by its name."""


@dataclass(frozen=True)
class Answer:
    """What can be promised of one type or leaf."""

    name: str
    kept: bool
    """The promise can be made."""
    asked: str
    """What was asked for, as the beginning of a sentence."""
    verdict: str
    """Whether that can be promised."""
    why: str
    """The counts."""
    progress: float
    """How much of the documents needed is there, 0 to 1."""
    steps: str
    """The progress in words; empty if nothing is lacking."""
    rests_on: str
    """Whose documents they are; empty if there are none."""
    notes: tuple[str, ...] = ()

    @property
    def sentence(self) -> str:
        """All in one."""
        return f"{self.asked}: {self.verdict}: {self.why}"


def answer_of(type_name: str, promise: Promise, evidence: TypeEvidence | None) -> Answer:
    """Return what can be promised of a type's accepted documents."""
    asked = (
        f"Of the {_plain(type_name)} documents accepted without a look, "
        f"at most {percent(promise.error)} may be wrong"
    )
    return _answer(type_name, asked, promise, evidence, what="documents")


def leaf_answer_of(
    type_name: str, leaf: str, promise: Promise, evidence: TypeEvidence | None
) -> Answer:
    """Return what can be promised of the accepted values of one leaf of a type."""
    asked = (
        f"Of the values of {leaf} accepted in {_plain(type_name)} documents, "
        f"at most {percent(promise.error)} may be wrong"
    )
    return _answer(f"{type_name}.{leaf}", asked, promise, evidence, what="values")


def percent(share: float) -> str:
    """Return a share in percent, with one digit where it has one: `5 %`, `4.7 %`."""
    return f"{round(100 * share, 1):g} %"


def bound_percent(share: float) -> str:
    """Return a bound in percent, rounded up: it never says less than what is known."""
    return percent(min(1.0, -(-round(share * 1e9) // 1_000_000) / 1_000))


def _answer(
    name: str, asked: str, promise: Promise, evidence: TypeEvidence | None, *, what: str
) -> Answer:
    kept = promise.threshold is not None
    all_needed = promise.accepted + promise.needed
    return Answer(
        name=name,
        kept=kept,
        asked=asked,
        verdict="this can be promised" if kept else "this can’t be promised yet",
        why=_kept(promise, what) if kept else _lacking(promise, evidence, what),
        progress=1.0 if kept else promise.accepted / max(1, all_needed),
        steps="" if kept else f"{promise.accepted:,} of the {all_needed:,} {what} that are needed",
        rests_on=_rests_on(promise, evidence, what),
        notes=tuple(_notes(promise, evidence, what)),
    )


def _kept(promise: Promise, what: str) -> str:
    return (
        f"{promise.accepted:,} of {promise.of:,} labelled {what} would be accepted, "
        f"{promise.wrong:,} of them wrong, at most {bound_percent(promise.bound)} "
        f"at {percent(promise.assurance)} assurance."
    )


def _lacking(promise: Promise, evidence: TypeEvidence | None, what: str) -> str:
    more = "more " if promise.accepted else ""
    one = promise.needed == 1
    noun = what.removesuffix("s") if one else what
    there = f"no labelled {what} yet"
    if promise.accepted:
        there = f"{promise.wrong:,} wrong of {promise.accepted:,}"
    elif evidence and evidence.held_back:
        there = f"no labelled {what} that could be accepted yet"
    return (
        f"{there}; {promise.needed:,} {more}{noun} without a mistake would allow it "
        f"at {percent(promise.assurance)} assurance. Until then nothing is accepted."
    )


def _rests_on(promise: Promise, evidence: TypeEvidence | None, what: str) -> str:
    if evidence is None or not promise.of:
        return ""
    if _shipped(evidence):
        return (
            f"This rests on public {what} that come with papersift, not on yours: it holds for "
            "documents like them. Yours may be harder: label some."
        )
    return f"This rests on {what} that you labelled, and holds for documents like them."


def _notes(promise: Promise, evidence: TypeEvidence | None, what: str) -> list[str]:
    notes = []
    held_back = evidence.held_back if evidence and what == "documents" else 0
    if held_back:
        notes.append(
            f"{held_back:,} more labelled {what} go to a person whatever the target: a "
            "check fails, or a value is missing or stands nowhere on the page."
        )
    everything = promise.of + held_back
    if promise.threshold is not None and everything:
        share = promise.accepted / everything
        notes.append(
            f"Of 100 documents like these, about {100 * share:.0f} need no look."
            if what == "documents"
            else f"That is {share:.0%} of the values."
        )
    if promise.threshold is None and promise.of and promise.least < 1:
        notes.append(f"A target of {bound_percent(promise.least)} could be promised today.")
    return notes


def _shipped(evidence: TypeEvidence) -> bool:
    """Say whether there are labelled ones, and none is the user's."""
    tested = [*evidence.records, *(each for leaf in evidence.fields.values() for each in leaf)]
    return bool(tested) and all(each.origin is Origin.SHIPPED for each in tested)


def _plain(name: str) -> str:
    return name.replace("_", " ")


def what_it_rests_on(calibration: Calibration) -> tuple[tuple[str, str], ...]:
    """Return for each type whose documents its promise rests on, in words."""
    told = []
    for each in calibration.evidence:
        count, held = len(each.records), each.held_back
        if not count + held:
            whose = "no labelled document"
        elif _shipped(each):
            whose = f"{count + held:,} public documents that come with papersift; none of your own"
        else:
            whose = f"{count + held:,} documents of your own"
        told.append((each.type_name, whose))
    return tuple(told)
