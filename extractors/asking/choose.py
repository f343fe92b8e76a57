"""Have the model choose one of several strings, and say how probable each of them was."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, create_model

from extractors.asking.call import Caller, Messages, byte_text
from extractors.asking.json_spans import json_spans
from extractors.asking.prefixes import shortest_prefixes
from extractors.asking.probability import Likelihood, among_candidates, shares
from extractors.candidates.candidates import spellings_of

ANSWER_TOKENS = 160
"""Of one answer: the longest candidate has some 60."""


@dataclass(frozen=True)
class Chosen:
    """What the model chose."""

    text: str
    likelihood: Likelihood | None
    """None: the server reports no probabilities."""
    shares: Mapping[str, float]
    """By string, together 1; without probabilities all is the chosen one's."""


def choose(caller: Caller, name: str, among: Sequence[str], question: Messages) -> Chosen:
    """Ask for one of `among`, at least one; `name` is the answer's JSON key.

    Raises:
        AnswerError, ModelOutage, ModelRefusal: see `Caller.ask`.
    """
    spellings = spellings_of(among)
    prefixes = shortest_prefixes(spellings)
    model = choice_model(name, prefixes, spellings)
    reply = caller.ask(question, model, max_tokens=ANSWER_TOKENS)
    text = prefixes[getattr(reply.answer, name)]
    span = json_spans("".join(token.text for token in reply.tokens)).get(byte_text(name))
    if span is None:
        return Chosen(text, None, {text: 1.0})
    written = {**spellings, **prefixes}  # it would have gone on, and may have, unconstrained
    likelihood = among_candidates(reply.tokens, span, written)
    return Chosen(text, likelihood, shares(reply.tokens, span, written))


def choice_model(
    name: str, prefixes: Mapping[str, str], spellings: Mapping[str, str]
) -> type[BaseModel]:
    """Return the model of an answer whose one field, `name`, is one of `prefixes`.

    A server that doesn't constrain its answers may write a spelling whole: that is understood.
    """
    prefix_of = {meant: prefix for prefix, meant in prefixes.items()}

    def shortened(given: Any) -> Any:
        whole = isinstance(given, str) and given not in prefixes and given in spellings
        return prefix_of[spellings[given]] if whole else given

    one_of = Annotated[Literal[tuple(prefixes)], BeforeValidator(shortened)]  # type: ignore[valid-type]
    fields: dict[str, Any] = {name: (one_of, ...)}
    return create_model("Choice", __config__=ConfigDict(extra="forbid"), **fields)
