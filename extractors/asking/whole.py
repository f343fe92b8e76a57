"""Ask for a whole record in one call: the way for large models."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from pydantic import BaseModel

from extractors.asking.answers import RIVALS, Answer
from extractors.asking.call import Caller, Token, byte_text
from extractors.asking.json_spans import json_spans
from extractors.asking.probability import of_tokens
from extractors.asking.prompts import ask_whole, ask_window
from extractors.asking.windowed import joined
from extractors.brief import whole_text
from extractors.candidates.candidates import Candidate, candidates_by_kind
from extractors.judging.compare import same
from extractors.layout import Line
from extractors.ranking.absent import said_absent
from extractors.ranking.rank import Option, Ranker
from extractors.windows import USUAL_CONTEXT, characters_for, windows
from schemas.answer import answer_model
from schemas.doctype import DocumentType
from schemas.record import Leaf, leaves_of, lists_of

MOST_TOKENS = 8192
"""Of one answer: some 150 line items."""


def answers_whole(
    doctype: DocumentType, lines: Sequence[Line], caller: Caller
) -> tuple[Answer, ...]:
    """Return the answers for all fields, those of list items in the order of the answer."""
    answers = _asked(doctype, lines, caller)
    ranker = Ranker(doctype, lines)
    leaves = {leaf.path: leaf for leaf in leaves_of(doctype.record)}
    among = candidates_by_kind((leaf.kind for leaf in leaves.values()), lines)
    placed = (
        _with_place(answer, leaves[answer.path], ranker, among[answer.kind])
        if answer.path in leaves
        else answer
        for answer in answers
    )
    best: dict[str, Answer] = {}
    for answer in placed:  # several windows may give a field
        if answer.path not in best or _fits_better(answer, best[answer.path]):
            best[answer.path] = answer
    return tuple(best.values())


def _asked(doctype: DocumentType, lines: Sequence[Line], caller: Caller) -> Sequence[Answer]:
    """Ask in one call, or of a text that is too long for that window by window."""
    model = answer_model(doctype.record)
    tokens = min(MOST_TOKENS, (caller.context_tokens or USUAL_CONTEXT) // 2)
    parts = windows(lines, characters_for(caller.context_tokens, tokens))
    if len(parts) == 1:
        reply = caller.ask(ask_whole(doctype, whole_text(lines)), model, max_tokens=MOST_TOKENS)
        return tuple(_answers(doctype, reply.answer, reply.tokens))
    given = []
    for number, window in enumerate(parts, start=1):
        question = ask_window(doctype, whole_text(window.lines), number, len(parts))
        reply = caller.ask(question, model, max_tokens=tokens)
        given.append((window, tuple(_answers(doctype, reply.answer, reply.tokens))))
    return joined(doctype, given, lines)


def _fits_better(one: Answer, other: Answer) -> bool:
    return (one.label or 0.0) > (other.label or 0.0)


def _with_place(answer: Answer, leaf: Leaf, ranker: Ranker, among: Sequence[Candidate]) -> Answer:
    """Add where the answer stands as its labels say; of none, whether it may have been missed."""
    options = ranker.rank(leaf, among, {})
    own = [each for each in options if _is_meant(each, answer)]
    rivals = tuple(each.candidate.text for each in options if each not in own)[:RIVALS]
    answer = replace(answer, rivals=rivals, candidates=len(options))
    if answer.raw is None:
        return replace(answer, probability=said_absent(leaf.kind, options))
    if not own:
        return answer
    return replace(
        answer,
        words=own[0].place.words,
        page=own[0].place.page,
        places=len(own[0].candidate.places),
        label=own[0].label,
    )


def _is_meant(option: Option, answer: Answer) -> bool:
    return answer.raw is not None and same(answer.kind, option.candidate.text, answer.raw)


def _answers(doctype: DocumentType, given: BaseModel, tokens: Sequence[Token]) -> Iterator[Answer]:
    spans = json_spans("".join(token.text for token in tokens), nulls=True)

    def answer(leaf_path: str, path: str, raw: str | None) -> Answer:
        span = spans.get(byte_text(path))
        likelihood = of_tokens(tokens, span) if span else None
        return Answer(path=path, kind=kinds[leaf_path], raw=raw or None, likelihood=likelihood)

    kinds = {leaf.path: leaf.kind for leaf in leaves_of(doctype.record)}
    for leaf in leaves_of(doctype.record):
        yield answer(leaf.path, leaf.path, getattr(given, leaf.name))
    for each in lists_of(doctype.record):
        kinds |= {leaf.path: leaf.kind for leaf in each.leaves}
        for index, item in enumerate(getattr(given, each.name)):
            for leaf in each.leaves:
                yield answer(
                    leaf.path, f"{each.name}[{index}].{leaf.name}", getattr(item, leaf.name)
                )
