"""Ask field by field, each answer chosen among the strings of its kind: the way for small models.

The document stands first in every question and is the same in all of a document's questions, so the
server reads it once. What a list holds is read from its table.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from extractors.asking.answers import RIVALS, Answer
from extractors.asking.call import Caller
from extractors.asking.choose import Chosen, choose
from extractors.asking.lists import answers_of_list
from extractors.asking.probability import Likelihood
from extractors.asking.prompts import ask_leaf
from extractors.brief import brief_text
from extractors.candidates.candidates import Candidate, candidates_by_kind
from extractors.coerce.coerce import coerce
from extractors.coerce.locale import DocumentLocale
from extractors.layout import Line
from extractors.ranking.absent import absence
from extractors.ranking.decide import Choice, Decision, decide
from extractors.ranking.rank import Ranker
from schemas.doctype import DocumentType
from schemas.extraction import FieldResult
from schemas.kinds import Kind
from schemas.record import Leaf, leaves_of, lists_of


def answers_by_field(
    doctype: DocumentType, lines: Sequence[Line], locale: DocumentLocale, caller: Caller
) -> tuple[Answer, ...]:
    """Return the answers for all fields; those of list items in the order of the pages."""
    asker = _Asker(doctype, locale, brief_text(lines), caller, Ranker(doctype, lines))
    leaves = leaves_of(doctype.record)
    among = candidates_by_kind((leaf.kind for leaf in leaves), lines)
    asked = {leaf: asker.leaf(leaf, among[leaf.kind]) for leaf in leaves}
    items = [
        answer
        for each in lists_of(doctype.record)
        for answer in answers_of_list(doctype, each, lines, asker.text, caller)
    ]
    decisions = decide(
        doctype,
        {leaf: choices for leaf, (_, choices) in asked.items()},
        [asker.field(item.path, item.kind, item.raw) for item in items],
    )
    return (
        *(
            _answer(leaf, chosen, choices, decisions[leaf])
            for leaf, (chosen, choices) in asked.items()
        ),
        *items,
    )


def _answer(
    leaf: Leaf, chosen: Chosen | None, choices: Sequence[Choice], decision: Decision
) -> Answer:
    option = decision.choice.option
    others = [each.field.raw for each in choices if each.field.raw and each.option is not option]
    rivals = tuple(dict.fromkeys(others))[:RIVALS]
    candidates = sum(each.option is not None for each in choices)
    if option is None:
        return Answer(
            leaf.path,
            leaf.kind,
            None,
            probability=decision.probability,
            rivals=rivals,
            candidates=candidates,
        )
    return Answer(
        path=leaf.path,
        kind=leaf.kind,
        raw=option.candidate.text,
        likelihood=_of_model(option.candidate.text, chosen) if chosen else None,
        probability=decision.probability,
        margin=decision.margin,
        label=option.label,
        by_checks=decision.by_checks,
        words=option.place.words,
        page=option.place.page,
        places=len(option.candidate.places),
        rivals=rivals,
        candidates=candidates,
    )


def _of_model(text: str, chosen: Chosen) -> Likelihood | None:
    """Return what the model's answer says of `text`, which may be another one than it chose."""
    if chosen.likelihood is None or text == chosen.text:
        return chosen.likelihood
    share = chosen.shares.get(text, 0.0)
    return Likelihood(share, share - max(chosen.shares.values()))


@dataclass(frozen=True)
class _Asker:
    """Asks one document's questions."""

    doctype: DocumentType
    locale: DocumentLocale
    text: str
    caller: Caller
    ranker: Ranker

    def leaf(
        self, leaf: Leaf, among: Sequence[Candidate]
    ) -> tuple[Chosen | None, tuple[Choice, ...]]:
        """Ask which of `among` a field is; return what it could be, best first."""
        absent = Choice(self.field(leaf.path, leaf.kind, None), absence(leaf.kind), None)
        if not among:
            return None, (absent,)
        chosen = self._choose(leaf, among)
        options = self.ranker.rank(leaf, among, chosen.shares)
        choices = [
            Choice(self.field(leaf.path, leaf.kind, option.candidate.text), option.score, option)
            for option in options
        ]
        if leaf.path not in self.doctype.policy.require:
            choices.append(absent)
        return chosen, tuple(sorted(choices, key=lambda choice: -choice.score))

    def field(self, path: str, kind: Kind, raw: str | None) -> FieldResult:
        """Return a field as far as it is known before it is scored."""
        value = None if raw is None else coerce(kind, raw, self.locale).value
        return FieldResult(path=path, kind=kind, raw=raw, value=value)

    def _choose(self, leaf: Leaf, among: Sequence[Candidate]) -> Chosen:
        """Ask; a document that names only one currency isn't asked for it."""
        texts = [each.text for each in among]
        if leaf.kind is Kind.CURRENCY:
            codes = {coerce(leaf.kind, each, self.locale).value for each in texts}
            if len(codes) == 1:
                return Chosen(texts[0], None, {texts[0]: 1.0})
        return choose(self.caller, leaf.name, texts, ask_leaf(self.doctype, self.text, leaf))
