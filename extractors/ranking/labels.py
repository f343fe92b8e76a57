"""How well what is printed around a value fits a field's labels, and those of the other fields."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain

from rapidfuzz import fuzz, process

LONGEST_LABEL = 7
"""Words; of a longer text the last ones are looked at."""
ALIKE = 88
"""From this similarity (0 to 100) on, two words are one: plurals, endings, misprints."""
SHORTEST_ALIKE = 5
"""Shorter words must be the same."""
TAIL = 0.8
"""Each word between a label and its value takes so much of its weight."""
FOREIGN = 0.35
"""So much of its weight a label has against a field of another kind."""
SMALL = frozenset(
    [
        "no",
        "nr",
        "n",
        "num",
        "number",
        "nummer",
        "numero",
        "id",
        "de",
        "der",
        "des",
        "die",
        "du",
        "of",
        "the",
        "la",
        "le",
        "fur",
        "for",
    ]
)
"""They say nothing by themselves, and needn't be there."""
NUMBER = re.compile(r"(?<=[^\W\d_]{4})nr\b")
"""The end of `Rechnungsnr.`, which is a word of its own in `Rechnungs-Nr.`"""

Words = tuple[str, ...]


@dataclass(frozen=True)
class Match:
    """How well a text fits a label."""

    score: float
    """0 to 1."""
    length: float
    """Letters of the label, less for each word between it and the value: a longer one says more."""


NONE = Match(0.0, 0.0)


class LabelBook:
    """The labels of several fields, which compete for a text.

    `Net total` fits the labels `total` and `net total`: the longer one wins, and speaks against the
    fields of the other.
    """

    def __init__(
        self, labels: Mapping[str, Sequence[str]], kinds: Mapping[str, str] | None = None
    ) -> None:
        """Keep the labels by field, and the kinds of the fields' values.

        A label speaks little against a field of another kind than its own: a company's name below
        the heading `Invoice` isn't the invoice's number, but it stands there. Labels without a kind
        are of no field, and speak against all.
        """
        self._kinds = kinds or {}
        self._index = _index_of(tuple((field, tuple(found)) for field, found in labels.items()))
        self._seen: dict[str, dict[str, float]] = {}

    def fits(self, text: str) -> dict[str, float]:
        """Return for every field from -1 (another's label) to 1 (its own); 0: says nothing."""
        if text not in self._seen:
            self._seen[text] = self._fits(words_of(text)[-LONGEST_LABEL:])
        return self._seen[text]

    def _fits(self, words: Words) -> dict[str, float]:
        best = self._index.best(words)
        longest = max((match.length for match in best.values()), default=0.0)
        if not longest:
            return dict.fromkeys(self._index.fields, 0.0)
        winners = {field for field, match in best.items() if match.length == longest}
        top = max(best[field].score for field in winners)
        kinds = {self._kinds.get(field) for field in winners}
        return {
            field: best[field].score
            if field in winners
            else -top * (1.0 if kinds & {None, self._kinds.get(field)} else FOREIGN)
            for field in self._index.fields
        }


@dataclass(frozen=True)
class _Label:
    """A label of a field."""

    field: str
    words: Words
    telling: frozenset[str]
    """Those of its words that aren't small: each must be in a text that it fits."""


class _Index:
    """Labels by what they need; the documents of a type share it."""

    def __init__(self, labels: Iterable[tuple[str, Sequence[str]]]) -> None:
        self.fields = tuple(field for field, _ in labels)
        self._by_word: dict[str, list[_Label]] = defaultdict(list)
        self._small: list[_Label] = []
        """Those of small words alone."""
        for field, found in labels:
            for words in filter(None, map(words_of, found)):
                telling = [word for word in words if word not in SMALL]
                label = _Label(field, words, frozenset(telling))
                (self._by_word[telling[0]] if telling else self._small).append(label)
        telling_labels = chain.from_iterable(self._by_word.values())
        self._wanted = {word for label in telling_labels for word in label.telling}
        self._long = [word for word in self._wanted if len(word) >= SHORTEST_ALIKE]
        self._same_as = lru_cache(20_000)(self._find_same)

    def best(self, words: Words) -> dict[str, Match]:
        """Return how well the fields' labels fit: of each field that has one, the best."""
        best: dict[str, Match] = {}
        alike = [self._same_as(word) for word in words]
        for label in self._that_may_fit(frozenset().union(*alike)):
            match = _match(words, alike, label.words)
            if match.score > 0:
                best[label.field] = max(
                    best.get(label.field, NONE), match, key=lambda each: (each.length, each.score)
                )
        return best

    def _that_may_fit(self, there: frozenset[str]) -> Iterator[_Label]:
        for word in there:
            for label in self._by_word.get(word, ()):
                if label.telling <= there:
                    yield label
        yield from self._small

    def _find_same(self, word: str) -> frozenset[str]:
        """Return the words of labels that a word is the same as."""
        near = process.extract(word, self._long, scorer=fuzz.ratio, score_cutoff=ALIKE, limit=None)
        ends = (wanted for wanted in self._long if word.endswith(wanted))
        return frozenset([*(wanted for wanted, *_ in near), *ends, *self._wanted & {word}])


@lru_cache(maxsize=64)
def _index_of(labels: tuple[tuple[str, tuple[str, ...]], ...]) -> _Index:
    return _Index(labels)


def _match(words: Words, alike: Sequence[Collection[str]], label: Words) -> Match:
    """Match a label's words in their order, from the text's end; small ones may be missing.

    `alike` has for each word those words of labels that it is the same as.
    """
    at, matched, tail = len(words), 0, 0
    for wanted in reversed(label):
        if wanted in SMALL:  # `Order #` is `order number`
            if at > 0 and words[at - 1] == wanted:
                at, matched = at - 1, matched + len(wanted)
            continue
        while at > 0 and wanted not in alike[at - 1]:
            at -= 1
            if not matched and words[at] not in SMALL:
                tail += 1
        if at == 0:
            return NONE
        at -= 1
        matched += len(wanted)
    if not matched:
        return NONE
    total = sum(len(word) for word in words if word not in SMALL) or 1
    share = min(1.0, sum(len(word) for word in label if word not in SMALL) / total)
    near = TAIL**tail
    return Match((0.4 + 0.6 * share) * near, matched * near)


@lru_cache(maxsize=20_000)
def words_of(text: str) -> Words:
    """Return the words of a text in small letters without accents, figures left out."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    plain = "".join(each for each in plain if not unicodedata.combining(each))
    return tuple(re.findall(r"[^\W\d_]+", NUMBER.sub(" nr", plain)))
