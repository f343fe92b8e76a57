"""The strings of a document that a field of some kind could be.

A small model that may only choose one of them can't invent, and its evidence comes for free.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence

from stdnum import iban

from extractors.coerce.find import find_amounts, find_dates, looks_like
from extractors.layout import Line
from schemas.kinds import Kind

MOST = 200
"""So many candidates a field at most, in reading order; a grammar of more slows the server down."""
LONGEST = 80
"""Characters of a candidate; longer ones are sentences."""
MOST_WORDS = 8
"""An IBAN is printed in up to nine groups; other identifiers in fewer."""
SEPARATORS = re.compile(r"\s+[·•|–—-]\s+|\s*[•·|]\s*|,\s+|\s{2,}")
LETTER = r"[^\W\d_]"
LABEL = re.compile(r"^[^:\d][^:]{1,40}:\s+")
THOUSANDS = re.compile(r"(?<=\d)[.,' \u00a0\u202f](?=\d{3}(?!\d))")
FIGURES = re.compile(r"-?\d(?:.*\d)?")
EDGES = " .,;:()[]\"'"


def candidates(kind: Kind, lines: Sequence[Line]) -> tuple[str, ...]:
    """Return the different candidates of `kind`, in reading order, at most `MOST`."""
    find = FINDERS[kind]
    found: dict[str, None] = {}
    for line in lines:
        for segment in line:
            for text in find(segment.text):
                if text and len(text) <= LONGEST:
                    found.setdefault(text)
    return tuple(found)[:MOST]


def spellings_of(among: Sequence[str]) -> dict[str, str]:
    """Return each candidate by itself and by its bare figures: no thousands mark, no currency.

    A model that wants to write `2129,79` and may only write `€2.129,79` or `21,90` is led to the
    second one: its first tokens are those that it wants.
    """
    spellings = {each: each for each in among}
    for each in among:
        bare = FIGURES.search(each) if find_amounts(each) else None
        for spelt in (bare.group() if bare else each, each):
            spellings.setdefault(spelt, each)
            spellings.setdefault(THOUSANDS.sub("", spelt), each)
    return spellings


def _dates(text: str) -> Iterator[str]:
    return (text[start:end] for start, end in find_dates(text))


def _amounts(text: str) -> Iterator[str]:
    return (text[start:end] for start, end in find_amounts(text))


def _numbers(text: str) -> Iterator[str]:
    return (word for word in text.split() if looks_like(Kind.NUMBER, word))


def _percents(text: str) -> Iterator[str]:
    return (match.group() for match in re.finditer(r"\d{1,3}(?:[.,]\d+)?\s?%", text))


def _currencies(text: str) -> Iterator[str]:
    words = re.findall(
        rf"[A-Z]{{1,2}}\$|(?<!{LETTER}){LETTER}{{2,3}}(?!{LETTER})\.?|[^\w\s.,:;()/-]+", text
    )
    return (word for word in words if looks_like(Kind.CURRENCY, word))


def _identifiers(text: str) -> Iterator[str]:
    words = [word.strip(EDGES) for word in text.split()]
    for start, word in enumerate(words):
        if _names_something(word):
            yield word
        yield from _groups(words[start:], _is_group)


def _tax_numbers(text: str) -> Iterator[str]:
    words = [word.strip(EDGES) for word in text.split()]
    for start in range(len(words)):
        for group in (*_groups(words[start:], _is_group), words[start]):
            if looks_like(Kind.VAT_ID, group) and _may_be_tax_number(group):
                yield group


def _may_be_tax_number(group: str) -> bool:
    return sum(map(str.isdigit, group)) >= 7 and not (find_dates(group) or find_amounts(group))


def _ibans(text: str) -> Iterator[str]:
    """Yield those whose check digits are right; where none is, the longest that looks like one."""
    words = [word.strip(EDGES) for word in text.split()]
    for start in range(len(words)):
        alike = [
            group
            for group in (words[start], *_groups(words[start:], _is_iban_group))
            if looks_like(Kind.IBAN, group)
        ]
        yield from [group for group in alike if iban.is_valid(group)] or alike[-1:]


def _texts(text: str) -> Iterator[str]:
    """Yield the whole, what stands behind a label, and the parts between separators."""
    bare = LABEL.sub("", text)
    for part in (bare, text, *SEPARATORS.split(bare), *SEPARATORS.split(text)):
        bare_part = part.strip(" ,;:")
        if looks_like(Kind.TEXT, bare_part):
            yield bare_part


def _names_something(word: str) -> bool:
    return looks_like(Kind.IDENTIFIER, word) and not (find_dates(word) or find_amounts(word))


def _is_group(word: str) -> bool:
    """Say whether a word can be one of an identifier's groups: `DE89`, `3704`, `GmbH` not."""
    return re.fullmatch(r"[A-Z]{0,4}[0-9][0-9A-Z./-]*|[A-Z]{2,3}", word) is not None


def _is_iban_group(word: str) -> bool:
    return re.fullmatch(r"[A-Z0-9]{1,4}", word) is not None


def _groups(words: Sequence[str], fits: Callable[[str], bool]) -> Iterator[str]:
    """Yield runs of two and more words from the first on, as long as all fit."""
    for end, word in enumerate(words[: MOST_WORDS + 1], start=1):
        if not fits(word):
            return
        if end > 1 and any(map(str.isdigit, word)):
            yield " ".join(words[:end])


FINDERS: dict[Kind, Callable[[str], Iterator[str]]] = {
    Kind.TEXT: _texts,
    Kind.ADDRESS: _texts,
    Kind.IDENTIFIER: _identifiers,
    Kind.IBAN: _ibans,
    Kind.VAT_ID: _tax_numbers,
    Kind.DATE: _dates,
    Kind.AMOUNT: _amounts,
    Kind.NUMBER: _numbers,
    Kind.PERCENT: _percents,
    Kind.CURRENCY: _currencies,
}
