"""Numbers that name something: identifiers, tax numbers, bank accounts.

Digits stand everywhere on a page: in dates, prices, addresses, telephone numbers. What they are is
said by their form and by the label before, left of or above them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import lru_cache

from stdnum import iban, numdb

from extractors.candidates.label_words import is_label, names_else, names_number, names_tax
from extractors.candidates.spots import Spot
from extractors.coerce.find import find_amounts, find_dates, looks_like
from schemas.document import Word
from schemas.kinds import Kind

Span = tuple[int, int]
"""Half open, in the text of a segment."""
Found = tuple[str, tuple[Word, ...]]
"""A candidate's text and its words."""

MOST_WORDS = 9
"""An IBAN is printed in up to nine groups; other identifiers in fewer."""
EDGES = " .,;:()[]\"'"
SURE_DIGITS = 6
"""Bare digits without a label are a candidate from so many on: fewer count, or are an address's."""
ALONE_DIGITS = 4
"""The same where nothing else stands in the segment."""
SHORT_CODE = 3
"""Codes of so many characters, such as `A4`, need a label."""
TAX_DIGITS = 7
LONGEST_REMARK = 4
"""Words of a number with a remark: `4711 with annex`."""

_GROUP = re.compile(r"[A-Z]{0,4}[0-9][0-9A-Z./-]*|[A-Z]{2,3}")
_IBAN_GROUP = re.compile(r"[A-Z0-9]{1,4}")
_IBAN_REST = re.compile(r"[A-Z0-9]+(?: [A-Z0-9]+)*")
_IBAN_START = re.compile(r"[A-Z]{2}[0-9]{2}(?:[A-Z0-9]|$)|[A-Z]{2}$")
_GLUED = re.compile(
    r"(?:(?:[^\W\d_]++[./-]?){1,4}[#:°]+|(?:nr|no|n)[.°:]+)(?=\S*\d)", re.IGNORECASE
)
"""A label without a blank behind it: `Nr.4711`, `Invoice#123`."""
_GLUED_IBAN = re.compile(r"IBAN[.:#]*(?=[A-Z]{2}\d)", re.IGNORECASE)
_MEASURE = re.compile(
    r"\d+(?:[.,]\d+)?(?:x|st|nd|rd|th|er|h|m|cm|mm|kg|g|l|pcs|stk?|days?|tage?)|x\d+|"
    r"\d{1,2}/\d{1,2}|\d{1,2}-\d{1,2}",
    re.IGNORECASE,
)
_TIME = re.compile(r"\d{1,2}:\d{2}|\d{1,2}[.:]?\d{0,2}[AP]M?-|[AP]M-\d", re.IGNORECASE)
_ADDRESS = re.compile(r"@|www\.|https?:|^urn:|\.(?:com|de|fr|org|net|xml|pdf)\b", re.IGNORECASE)
_YEAR = re.compile(r"(?:19|20)\d\d")
_COUNTRY_NUMBER = re.compile(
    r"(?:(?:AT|BE|BG|CY|CZ|DE|DK|EE|EL|FI|GB|GR|HR|HU|IE|IT|LT|LU|LV|MT|NO|PL|PT|RO|SE|SI|SK|XI)"
    r"[ -]?\d|(?:NL|ES|FR|IE|GB|CHE|ATU)[ -]?[0-9A-Z]{1,2})[0-9A-Z .-]{6,14}"
    r"(?: (?:MWST|TVA|IVA|MVA))?"
    r"|\d{2}[A-Z]{5}\d{4}[A-Z][0-9A-Z]{3}"
)
"""The VAT numbers of Europe and India."""
_TAX_ADDED = re.compile(r" (?:MWST|TVA|IVA|MVA)\b")
_POST_CODE = re.compile(r"(?:[A-Z]{1,2} |(?:D|A|F|B|L|CH|NL)-)\d{4,5}(?:-\d{4})?|\d{5}-\d{4}")
_PHONE = re.compile(
    r"\+\d[\d ()/.-]{6,}\d|\(\d{3}\) ?\d{3}[-. ]\d{4}|(?<!\d)\d{3}[-.]\d{3}[-.]\d{4}(?!\d)"
)
_NUMBER_BEFORE = re.compile(r"(?:^|(?<=\s))\+?[\d/().-]+(?:\s+[\d/().-]+)*\s*$")
_DATED = re.compile(r"\s+(?:vom|v\.|dated|of|du|del|van|of the)\s*$", re.IGNORECASE)


def identifiers(spot: Spot) -> Iterator[Found]:
    """Yield the numbers and codes of a segment."""
    text = spot.text
    free = _free_words(text)
    for span in _remarked(text):
        yield _cut(spot, span)
    runs: list[Span] = []
    for run in _runs(text, free, _GROUP.fullmatch):
        start = _behind_label(text, run)
        if _may_be_long(spot, (start, run[1])):
            runs.append((start, run[1]))
            yield _cut(spot, runs[-1])
    for start, end in free:
        glued = _GLUED.match(text[start:end])
        span = (start + glued.end(), end) if glued else (start, end)
        in_run = end - start < SURE_DIGITS and any(_inside(span, run) for run in runs)
        if not in_run and (glued or _names_something(spot, span)):
            yield _cut(spot, span)


def tax_numbers(spot: Spot) -> Iterator[Found]:
    """Yield what has a country's form of a tax number, or a label that says so, and digits."""
    text = spot.text
    free = _free_words(text)
    runs = [*_runs(text, free, _GROUP.fullmatch)]
    singles = [span for span in free if not any(_inside(span, run) for run in runs)]
    for whole in sorted([*runs, *singles]):
        glued = _GLUED.match(text[slice(*whole)])
        start = whole[0] + glued.end() if glued else _behind_label(text, whole)
        added = _TAX_ADDED.match(text, whole[1])
        span = (start, added.end() if added else whole[1])
        if _is_tax_number(spot, span):
            yield _cut(spot, span)


def ibans(spot: Spot) -> Iterator[Found]:
    """Yield account numbers; one that is too short for its country goes on in the row below."""
    text = spot.text
    for span in _iban_spans(text):
        missing = _missing(text[slice(*span)])
        below = spot.below
        if missing > 0 and below is not None and span[1] == len(text):
            groups = [*_runs(below.text, [*_words_in(below.text)], _IBAN_GROUP.fullmatch)]
            rest = below.text[: groups[0][1]] if groups and groups[0][0] == 0 else below.text
            if len(rest.replace(" ", "")) == missing and _IBAN_REST.fullmatch(rest):
                words = (*spot.words(*span), *below.words(0, len(rest)))
                yield f"{text[slice(*span)]} {rest}", words
                continue
        if looks_like(Kind.IBAN, text[slice(*span)]):
            yield _cut(spot, span)


@lru_cache(maxsize=4096)
def _free_words(text: str) -> tuple[Span, ...]:
    """Return the bare words that are no part of a date, amount, IBAN or telephone number."""
    phones = [match.span() for match in _PHONE.finditer(text)]
    taken = [*find_dates(text), *find_amounts(text), *_iban_spans(text), *phones]
    words = [span for span in (_bare(text, each) for each in _words_in(text)) if span]
    return tuple(each for each in words if not any(_overlap(each, other) for other in taken))


def _iban_spans(text: str) -> list[Span]:
    """Return the account numbers: those with right check digits, else the longest alike."""
    found: list[Span] = []
    words = [_behind_iban(text, _bare(text, span) or span) for span in _words_in(text)]
    for at, word in enumerate(words):
        if (found and _inside(word, found[-1])) or not _IBAN_START.match(text[slice(*word)]):
            continue
        groups = [word]
        for other in words[at + 1 : at + MOST_WORDS]:
            if not _IBAN_GROUP.fullmatch(text[slice(*other)]):
                break
            groups.append((word[0], other[1]))
        alike = [span for span in groups if looks_like(Kind.IBAN, text[slice(*span)])]
        valid = [span for span in alike if iban.is_valid(text[slice(*span)])]
        whole = [span for span in alike if _missing(text[slice(*span)]) == 0]
        if alike:
            found.append((valid or whole or alike)[-1])
    return found


def _behind_iban(text: str, span: Span) -> Span:
    glued = _GLUED_IBAN.match(text[slice(*span)])
    return (span[0] + glued.end(), span[1]) if glued else span


def _missing(number: str) -> int:
    """Return how many characters an account number lacks by its country's length; 0: unknown."""
    compact = number.replace(" ", "")
    for _part, properties in numdb.get("iban").info(compact):
        if "bban" in properties:
            length = 4 + sum(int(size) for size in re.findall(r"([0-9]+)!", properties["bban"]))
            return length - len(compact)
    return 0


def _is_tax_number(spot: Spot, span: Span) -> bool:
    text = spot.text[slice(*span)]
    if not looks_like(Kind.VAT_ID, text) or sum(map(str.isdigit, text)) < TAX_DIGITS:
        return False
    if _COUNTRY_NUMBER.fullmatch(text):
        return not any(map(names_else, _labels(spot, span)))
    if text.split()[0].isalpha() and not names_tax(text):
        return False
    label = next(iter(_labels(spot, span)), "")
    return names_tax(label) and not names_else(label)


def _names_something(spot: Spot, span: Span) -> bool:
    """Say whether a single word can be a number or code of its own."""
    word = spot.text[slice(*span)]
    labels = _labels(spot, span)
    if not looks_like(Kind.IDENTIFIER, word) or _ADDRESS.search(word) or _TIME.match(word):
        return False
    if any(map(names_else, labels)) or _is_named_tax(word, labels):
        return False
    return any(map(names_number, labels)) or _is_long_enough(spot, word)


def _is_named_tax(text: str, labels: Sequence[str]) -> bool:
    """Say whether a number has a country's form of a tax number, and a label that says so."""
    return _COUNTRY_NUMBER.fullmatch(text) is not None and any(map(names_tax, labels))


def _is_long_enough(spot: Spot, word: str) -> bool:
    """Say whether a word that no label calls a number is long enough for one."""
    if _MEASURE.fullmatch(word) or len(word) <= SHORT_CODE or _POST_CODE.fullmatch(word):
        return False
    if not word.strip("#").isdigit():
        return True
    alone = len(word) == len(spot.text.strip(EDGES)) and not _YEAR.fullmatch(word)
    return len(word) >= (ALONE_DIGITS if alone else SURE_DIGITS)


def _behind_label(text: str, run: Span) -> int:
    """Return where a run begins without the label that is its first word: `PO 4711 22`."""
    first, blank, _ = text[slice(*run)].partition(" ")
    labelled = first.isalpha() and (names_number(first) or names_tax(first))
    return run[0] + len(first + blank) if labelled else run[0]


def _may_be_long(spot: Spot, span: Span) -> bool:
    """Say whether a run of groups can be one number."""
    text = spot.text[slice(*span)]
    words = text.split()
    if sum(map(str.isdigit, text)) < ALONE_DIGITS or _POST_CODE.fullmatch(text):
        return False
    labels = _labels(spot, span)
    if any(map(names_else, (words[0], *labels))) or _is_named_tax(text, labels):
        return False
    return not any(_TIME.match(word) or _MEASURE.fullmatch(word) for word in words)


def _remarked(text: str) -> Iterator[Span]:
    """Yield a number with the words up to its date: `No. 4711 with annex of 3 May 2025`."""
    for start, _end in find_dates(text):
        dated = _DATED.search(text[:start])
        words = [*_words_in(text[: dated.start()])] if dated else []
        for first in words[-LONGEST_REMARK:-1]:
            if dated and _is_numbered(text, first):
                yield first[0], dated.start()


def _is_numbered(text: str, span: Span) -> bool:
    word = text[slice(*span)]
    return any(map(str.isdigit, word)) and names_number(text[: span[0]])


def _labels(spot: Spot, span: Span) -> list[str]:
    """Return what may be the label of what stands at `span`, the nearest first."""
    before = _NUMBER_BEFORE.sub("", spot.text[: span[0]].strip(" (["))
    if before:
        return [re.split(r"\d", before)[-1]]
    above = spot.above.text if spot.above and is_label(spot.above.text) else ""
    left = "" if any(map(str.isdigit, spot.left)) else spot.left
    return [label for label in (left, above) if label]


def _runs(text: str, words: Sequence[Span], fits: Callable[[str], object]) -> Iterator[Span]:
    """Yield the longest runs of two words and more that all fit and have a blank between them.

    Letters alone begin a run of their own: `DE 123 456 789 HRB 4711` is two.
    """
    run: list[Span] = []
    for span in (*words, None):
        word = text[slice(*span)] if span else ""
        joined = span and run and text[run[-1][1] : span[0]] == " "
        if span and fits(word) and not (word.isalpha() and run) and (joined or not run):
            run.append(span)
            continue
        if len(run) > 1:
            yield run[0][0], run[-1][1]
        run = [span] if span and fits(word) else []


def _cut(spot: Spot, span: Span) -> Found:
    return spot.text[slice(*span)], spot.words(*span)


def _words_in(text: str) -> Iterable[Span]:
    return (match.span() for match in re.finditer(r"\S+", text))


def _bare(text: str, span: Span) -> Span | None:
    """Return the span without the punctuation at its ends; None: nothing is left."""
    start, end = span
    part = text[start:end]
    left = len(part) - len(part.lstrip(EDGES))
    right = len(part) - len(part.rstrip(EDGES))
    return (start + left, end - right) if left + right < len(part) else None


def _overlap(one: Span, other: Span) -> bool:
    return one[0] < other[1] and other[0] < one[1]


def _inside(one: Span, other: Span) -> bool:
    return other[0] <= one[0] and one[1] <= other[1]
