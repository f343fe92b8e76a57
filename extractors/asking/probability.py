"""How probable an answer was among those that it could have been.

Servers report log probabilities from before the answer was constrained, so a token's share is
renormalised here over the tokens with which one of the candidates could have gone on.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from extractors.asking.call import Token, byte_text


@dataclass(frozen=True)
class Likelihood:
    """Of one answer."""

    probability: float
    """0 to 1."""
    margin: float
    """`probability` less the next candidate's, at most 1; below 0 if that one was likelier."""
    free: float = 1.0
    """How probable it was before the answer was constrained, 0 to 1. Near 0 the model wanted to
    say something else, and what it was left with only begins like that."""
    null: float = 0.0
    """How probable it was, before the answer was constrained, that there is none: 0 to 1."""


@dataclass(frozen=True)
class _Place:
    """One token of a span, and what could have stood in its place."""

    text: str
    before: str
    """What of the span stands before it."""
    own: float
    """Its probability."""
    others: tuple[tuple[str, float], ...]
    """Texts and probabilities of its rivals that go on from the same beginning."""
    floor: float
    """The least probability that the server listed here: no unlisted token has more."""


def among_candidates(
    tokens: Sequence[Token], span: tuple[int, int], candidates: Mapping[str, str]
) -> Likelihood:
    """Return the likelihood of the JSON string at `span` of the joined tokens among `candidates`.

    `candidates` gives for every spelling that could have been generated what it stands for; other
    spellings of the same thing are no rivals. Those that the server didn't list at a place count as
    much as the least likely that it did list: never too sure.
    """
    spelt = {_spelling(each): meant for each, meant in candidates.items()}
    end = span[1] + 1  # with the closing quote: `12` and `12.50` part only there
    generated = "".join(token.text for token in tokens)[span[0] : end]
    meant = spelt.get(generated)
    likely, next_best, free = 1.0, 0.0, 1.0
    for place in _places(tokens, (span[0], end)):
        going_on = {
            each[len(place.before) :]: other
            for each, other in spelt.items()
            if each.startswith(place.before)
        }
        same = [each for each, other in going_on.items() if other == meant]
        rivals = [each for each, other in going_on.items() if other != meant]
        own = place.own + sum(p for text, p in place.others if _begins_one(text, same))
        free *= min(own, 1.0)
        against = [
            p
            for text, p in place.others
            if _begins_one(text, rivals) and not _begins_one(text, same)
        ]
        total = own + sum(against) + _unseen(place, rivals)
        if total > 0:
            next_best = max(next_best, likely * max(against, default=0.0) / total)
            likely *= own / total
    return Likelihood(likely, likely - next_best, free, _null(tokens, span))


def shares(
    tokens: Sequence[Token], span: tuple[int, int], candidates: Mapping[str, str]
) -> dict[str, float]:
    """Return how probable each of the things that `candidates` stands for was, together 1.

    Only the way that was gone is known: what parted from it at a token shares that token's
    probability evenly. So the numbers order the likeliest few well and the rest hardly.
    """
    spelt = {_spelling(each): meant for each, meant in candidates.items()}
    end = span[1] + 1
    found = dict.fromkeys(candidates.values(), 0.0)
    likely = 1.0
    for place in _places(tokens, (span[0], end)):
        rests = [
            (each[len(place.before) :], meant)
            for each, meant in spelt.items()
            if each.startswith(place.before)
        ]
        ways = [(place.text, place.own), *place.others]
        reached = [
            (share, {meant for rest, meant in rests if _begins(text, rest)}) for text, share in ways
        ]
        listed = set().union(*(meanings for _, meanings in reached))
        unseen = {meant for _, meant in rests} - listed
        total = sum(share for share, meanings in reached if meanings) + place.floor * bool(unseen)
        if total <= 0:
            break
        for share, meanings in reached[1:]:
            for meant in meanings:
                found[meant] += likely * share / total / len(meanings)
        for meant in unseen:
            found[meant] += likely * place.floor / total / len(unseen)
        likely *= reached[0][0] / total
    chosen = spelt.get("".join(token.text for token in tokens)[span[0] : end])
    if chosen is not None:
        found[chosen] += likely
    return found


def _begins(text: str, rest: str) -> bool:
    return bool(text) and (rest.startswith(text) or (bool(rest) and text.startswith(rest)))


def _spelling(candidate: str) -> str:
    """Return how a candidate is generated, with the quote that ends it."""
    return byte_text(json.dumps(candidate, ensure_ascii=False)[1:])


def _unseen(place: _Place, rivals: Sequence[str]) -> float:
    """Return what rivals may have that the server didn't list here."""
    listed = {text[:1] for text, _ in place.others} | {place.text[:1]}
    return place.floor * len({each[:1] for each in rivals} - listed)


def of_tokens(tokens: Sequence[Token], span: tuple[int, int]) -> Likelihood | None:
    """Return the likelihood of freely generated text: the product of its tokens' probabilities."""
    places = _places(tokens, span)
    if not places:
        return None
    likely, next_best = 1.0, 0.0
    for place in places:
        next_best = max(next_best, likely * max((p for _, p in place.others), default=0.0))
        likely *= place.own
    return Likelihood(likely, likely - next_best)


def _null(tokens: Sequence[Token], span: tuple[int, int]) -> float:
    """Return the probability of `null` where the string at `span` has its opening quote."""
    at = 0
    for token in tokens:
        begin, at = at, at + len(token.text)
        if begin < span[0] <= at:
            return sum(math.exp(p) for text, p in token.others if text.strip().startswith("null"))
    return 0.0


def _begins_one(text: str, candidates: Sequence[str]) -> bool:
    """Say whether one of `candidates` begins with `text`, or `text` with one of them."""
    return any(_begins(text, each) for each in candidates)


def _places(tokens: Sequence[Token], span: tuple[int, int]) -> list[_Place]:
    """Return the tokens of `span`.

    A token that begins before the span is cut to what lies in it; so are those that rival it.
    """
    found: list[_Place] = []
    at, before = 0, ""
    for token in tokens:
        begin, at = at, at + len(token.text)
        if at <= span[0] or begin >= span[1]:
            continue
        cut = max(span[0] - begin, 0)
        lead, text = token.text[:cut], token.text[cut:]
        others = [(other, math.exp(logprob)) for other, logprob in token.others]
        found.append(
            _Place(
                text=text,
                before=before,
                own=math.exp(token.logprob),
                others=tuple((o[cut:], p) for o, p in others if o.startswith(lead)),
                floor=min((p for _, p in others), default=0.0),
            )
        )
        before += text
    return found
