"""How probable an answer was among those that it could have been.

Servers report log probabilities from before the answer was constrained, so a token's share is
renormalised here over the tokens with which one of the candidates could have gone on.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from extractors.call import Token, byte_text


@dataclass(frozen=True)
class Likelihood:
    """Of one answer."""

    probability: float
    """0 to 1."""
    margin: float
    """`probability` less the next candidate's, at most 1; below 0 if that one was likelier."""
    null: float = 0.0
    """How probable it was, before the answer was constrained, that there is none: 0 to 1."""


def among_candidates(
    tokens: Sequence[Token], span: tuple[int, int], candidates: Mapping[str, str]
) -> Likelihood:
    """Return the likelihood of the JSON string at `span` of the joined tokens among `candidates`.

    `candidates` gives for every spelling that could have been generated what it stands for; other
    spellings of the same thing are no rivals. Those that the server didn't list at a place count as
    much as the least likely that it did list: never too sure.
    """
    spelt = {_spelling(each): meant for each, meant in candidates.items()}
    generated = "".join(token.text for token in tokens)[span[0] : span[1]] + '"'
    meant = spelt.get(generated)
    likely, next_best = 1.0, 0.0
    for token, prefix in _over(tokens, span):
        going_on = {each[len(prefix) :]: m for each, m in spelt.items() if each.startswith(prefix)}
        same = [each for each, other in going_on.items() if other == meant]
        rivals = [each for each, other in going_on.items() if other != meant]
        own = math.exp(token.logprob)
        own += sum(p for text, p in _others(token) if _begins_one(text, same))
        against = [
            p
            for text, p in _others(token)
            if _begins_one(text, rivals) and not _begins_one(text, same)
        ]
        total = own + sum(against) + _unseen(token, rivals, own + sum(against))
        next_best = max(next_best, likely * max(against, default=0.0) / total)
        likely *= own / total
    return Likelihood(likely, likely - next_best, _null(tokens, span))


def _spelling(candidate: str) -> str:
    """Return how a candidate is generated, with the quote that ends it."""
    return byte_text(json.dumps(candidate, ensure_ascii=False)[1:])


def _unseen(token: Token, rivals: Sequence[str], seen: float) -> float:
    """Return what rivals may have that the server didn't list here."""
    listed = {text[:1] for text, _ in token.others} | {token.text[:1]}
    beginnings = {each[:1] for each in rivals} - listed
    floor = min((p for _, p in _others(token)), default=0.0)
    return min(floor, seen) * len(beginnings)


def of_tokens(tokens: Sequence[Token], span: tuple[int, int]) -> Likelihood | None:
    """Return the likelihood of freely generated text: the product of its tokens' probabilities."""
    over = _over(tokens, span)
    if not over:
        return None
    likely, next_best = 1.0, 0.0
    for token, _ in over:
        best_other = max((p for _, p in _others(token)), default=0.0)
        next_best = max(next_best, likely * best_other)
        likely *= math.exp(token.logprob)
    return Likelihood(likely, likely - next_best)


def _null(tokens: Sequence[Token], span: tuple[int, int]) -> float:
    """Return the probability of `null` where the string at `span` has its opening quote."""
    at = 0
    for token in tokens:
        begin, at = at, at + len(token.text)
        if begin < span[0] <= at:
            return sum(p for text, p in _others(token) if text.strip().startswith("null"))
    return 0.0


def _others(token: Token) -> list[tuple[str, float]]:
    return [(text, math.exp(logprob)) for text, logprob in token.others]


def _begins_one(text: str, candidates: Sequence[str]) -> bool:
    """Say whether one of `candidates` begins with `text`, or `text` with one of them."""
    return bool(text) and any(
        each.startswith(text) or (each and text.startswith(each)) for each in candidates
    )


def _over(tokens: Sequence[Token], span: tuple[int, int]) -> list[tuple[Token, str]]:
    """Return the tokens of `span`, with what of the span stands before each.

    A token that begins before the span is cut to what lies in it; so are those that rival it.
    """
    found: list[tuple[Token, str]] = []
    at, written = 0, ""
    for token in tokens:
        begin, at = at, at + len(token.text)
        if at <= span[0] or begin >= span[1]:
            continue
        cut = max(span[0] - begin, 0)
        lead = token.text[:cut]
        inside = Token(
            text=token.text[cut:],
            logprob=token.logprob,
            others=tuple((t[cut:], p) for t, p in token.others if t.startswith(lead)),
        )
        found.append((inside, written))
        written += inside.text
    return found
