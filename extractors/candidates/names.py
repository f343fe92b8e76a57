"""Names and other words: what a segment says without its label, its street and its fine print."""

from __future__ import annotations

import re
from collections.abc import Iterator

from extractors.candidates.label_words import has_label_words, is_label
from extractors.candidates.spots import Spot, columns_below
from extractors.coerce.find import find_amounts, find_dates, looks_like
from extractors.coerce.months import month_number
from schemas.document import Word
from schemas.kinds import Kind

Span = tuple[int, int]
"""Half open, in the text of a segment."""
Found = tuple[str, tuple[Word, ...]]
"""A candidate's text and its words."""

LONGEST = 80
"""Characters of a name; longer texts are sentences."""
MOST_WORDS = 12
EDGES = " ,;:*•·|_�✉☎"
SAME_LEFT = 0.7
"""Rows of one block begin so close to each other, in their heights."""
SAME_HEIGHT = 0.2
SAME_HEIGHT_SEEN = 0.35
"""Rows of one name are of one size, give or take this part; what OCR sees of one differs more."""
FEW_WORDS = 5
"""A name that goes over two rows has at most so many words in each."""
SMALL_WORD = 4

_SEPARATOR = re.compile(r"\s+[·•|–—-]+\s+|\s*[•·|]\s*|,\s+|\s{2,}|\s*;\s+")
LABEL = re.compile(r"^[^:\d][^:]{1,40}:\s+")
_FORM = (
    r"(?:gmbh(?: ?& ?co\.? ?(?:kg|ohg)(?:aa)?)?|mbh|ag|kg|kgaa|ohg|gbr|e\.? ?k\.?|e\.? ?v\.?|"
    r"a\.? ?g\.?|ug(?: \(haftungsbeschränkt\))?|se|"
    r"sarl|s\.a\.r\.l\.?|sas|sasu|s\.a\.s\.?|sa|s\.a\.?|eurl|"
    r"ltd\.?|limited|llc|l\.l\.c\.?|inc\.?|incorporated|corp\.?|corporation|co\.?|plc|llp|lp|"
    r"b\.?v\.?|n\.v\.|s\.?r\.?l\.?|s\.?p\.?a\.?|s\.?l\.?u?\.?|aps|a/s|ab|oy|oyj|as|"
    r"(?:pte|pty|pvt)\.? ?(?:ltd\.?|limited)|(?:co\.? ?)?(?:\([a-z]{1,9}\) ?)?sdn\.? ?bhd\.?|"
    r"& ?co\.? ?(?:kg|ohg)?)"
)
_ONLY_FORM = re.compile(rf"{_FORM}\W*", re.IGNORECASE)
ENDS_WITH_FORM = re.compile(rf"\s{_FORM}[.,]?$", re.IGNORECASE)
FORM_INSIDE = re.compile(
    r"\s(?:GmbH(?: ?& ?Co\.? ?(?:KG|OHG)(?:aA)?)?|mbH|AG|SARL|SAS|EURL|Ltd\.?|Limited|LLC|Inc\.?|"
    r"Corp\.?|PLC|B\.V\.|S\.r\.l\.|S\.p\.A\.|Sdn\.? ?Bhd\.?)(?=\s+(?!&)[^\W_])"
)
_BRACKET = re.compile(r"\s*\([^()]*\)$")
_GOES_ON = re.compile(
    r"(?:[&/,-]|\b(?:and|und|et|of|for|für|the|der|des|de|du|di|y|e|en))$", re.IGNORECASE
)
_WENT_ON = re.compile(r"(?:&|/|and |und |et |of |for |für |de |du |der |des )", re.IGNORECASE)
_ADDRESSED = re.compile(
    r"(?:an )?(?:herrn?|frau|familie|firma|mrs?\.?|ms\.?|dr\.?|m\.|mme|monsieur|madame|sig\.?)",
    re.IGNORECASE,
)
_PAGE = re.compile(r"(?:page|seite|pagina|página|blatt)\s*:?\s*\d.*", re.IGNORECASE)
_PROSE = re.compile(
    r"\b(?:[Ww]e|[Yy]ou|[Pp]lease|[Tt]hank|[Tt]hanks|will|is|are|be|shall|must|[Tt]his|that|"
    r"[Ww]ir|Sie|[Bb]itte|[Dd]anke|[Vv]ielen|ist|sind|wird|werden|wurde|wurden|nicht|gemäß|innerhalb|"
    r"[Nn]ous|[Vv]ous|[Mm]erci|est|sont|sera|[Vv]euillez|selon)\b"
)
"""Words of sentences, not of names."""
_CLOCK = re.compile(r"\d{1,2}:\d{2}|\b\d{1,2}[.:]\d{2} Uhr|\b\d{1,2} ?[AaPp]\.?[Mm]\b")
_MEASURE = re.compile(r"[-+]?\d[\d.,]*\s*[^\W\d_]{1,7}\.?(?:\(s\))?")
STREET = re.compile(
    r"(?:str\.|straße|strasse|gasse|allee|platz|weg|ring|ufer|damm)\s+\d+\s?[a-z]?\b"
    r"|^\d+\s?[a-z]?,?\s+(?:[\w.'-]+\s+){0,4}(?:street|st|road|rd|avenue|ave|drive|dr|lane|ln|way|blvd|"
    r"boulevard|parkway|pkwy|place|pl|court|ct|plaza|rue|quai|chemin|allée|floor)\b"
    r"|^\d+(?:bis|ter)?,?\s+(?:rue|avenue|av\.|boulevard|bd|quai|chemin|allée|place|route|impasse)\b"
    r"|^(?:rue|via|calle|avenida|p\.?\s?o\.?\s?box|postfach|suite|ste)\b.*\d"
    r"|\b(?:jalan|jln|lorong|persiaran|lebuh)\s",
    re.IGNORECASE,
)
TOWN = re.compile(
    r"^(?:[A-Z]{1,2}[ -])?\d{4,5}\s+[^\W\d_]{3,}|,\s*[A-Z]{2}\.?\s+\d{5}\b|^[A-Z]{2}\s+\d{5}\b"
    r"|\b[A-Z]{1,2}\d[A-Z\d]? \d[A-Z]{2}\b|^\d{4} [A-Z]{2} [A-Z]"
)
_NO_NAME = re.compile(
    r"\d+\.\s|.* = |BIC\b|.*\b[A-Z]{2}\d{2}[A-Z\d]{11,}|.*@.*\s|-|.*-$|[^\w(\"'«„“&#+]+$"
    r"|(?=(?:\S*\d){3})\S+$"
)
"""Numbered headings, formulas, accounts, addresses in other words, torn words, codes."""


def names(spot: Spot) -> Iterator[Found]:
    """Yield what may be a name or another short text."""
    if spot.alike or spot.in_heading or spot.text.endswith(":"):
        return
    for span in dict.fromkeys(_parts(spot.text)):
        if _may_be_name(spot.text[slice(*span)]):
            yield spot.text[slice(*span)], spot.words(*span)
    yield from _two_rows(spot)


def _parts(text: str) -> Iterator[Span]:
    """Yield the whole without its label, its beginning, and the parts between separators.

    Of a line with an address, only the first part: the name.
    """
    start = label.end() if (label := LABEL.match(text)) else 0
    whole = _bare(text, (start, len(text)))
    if is_prose(text[slice(*whole)]):
        return
    parts = [_bare(text, part) for part in _split(text, whole)]
    if len(parts) > 1 and any(is_address(text[slice(*part)]) for part in parts):
        parts = parts[:1]
    elif not _ONLY_FORM.fullmatch(text[slice(*whole)]):
        yield whole
        yield from _shorter(text, whole)
    for start, end in parts:
        inner = LABEL.match(text[start:end])
        span = (start + inner.end(), end) if inner else (start, end)
        if not _ONLY_FORM.fullmatch(text[slice(*span)]):
            yield span
            yield from _shorter(text, span)


def _shorter(text: str, span: Span) -> Iterator[Span]:
    """Yield a name without the bracket behind it, and without what follows its legal form."""
    part = text[slice(*span)]
    if bracket := _BRACKET.search(part):
        yield _bare(text, (span[0], span[0] + bracket.start()))
    if form := FORM_INSIDE.search(part):
        yield _bare(text, (span[0], span[0] + form.end()))


def _split(text: str, whole: Span) -> Iterator[Span]:
    start, end = whole
    dates = find_dates(text)
    for separator in _SEPARATOR.finditer(text, start, end):
        if any(first < separator.start() < last for first, last in dates):
            continue
        if _ONLY_FORM.fullmatch(text[separator.end() : end]):
            break
        yield start, separator.start()
        start = separator.end()
    yield start, end


def _may_be_name(text: str) -> bool:
    letters, digits = sum(map(str.isalpha, text)), sum(map(str.isdigit, text))
    return (
        len(text) <= LONGEST
        and letters >= max(2, digits)
        and len(text.split()) <= MOST_WORDS
        and not has_label_words(text)
        and not is_prose(text)
        and not _NO_NAME.match(text)
        and text.count("(") == text.count(")")
        and not looks_like(Kind.CURRENCY, text.strip("()"))
        and not _is_small(text)
        and not (digits and (_is_figure(text) or is_address(text)))
    )


def _is_small(text: str) -> bool:
    """Say whether a text is a short word in small letters or a short form of a day: `vom`, `Tu`."""
    return (len(text) <= SMALL_WORD and text.islower()) or (len(text) == 2 and not text.isupper())


def is_address(text: str) -> bool:
    """Say whether the text is a street with a number, or a town with a post code."""
    return STREET.search(text) is not None or TOWN.search(text) is not None


def _is_figure(text: str) -> bool:
    """Say whether the text is a date, a time, an amount, a measure or a page's number."""
    return bool(
        find_dates(text)
        or find_amounts(text)
        or _CLOCK.search(text)
        or _PAGE.fullmatch(text)
        or _MEASURE.fullmatch(text)
        or _is_month(text)
    )


def _is_month(text: str) -> bool:
    name, _, year = text.rpartition(" ")
    return year.isdigit() and month_number(name) is not None


def is_prose(text: str) -> bool:
    """Say whether the text is a sentence or a part of one."""
    words = [word for word in text.split() if word != "|"]
    small = sum(word[0].islower() for word in words)
    if len(words) >= 4 and _PROSE.search(text):
        return True
    if text[:1].islower() and (text.endswith(".") or (len(words) >= 3 and small * 2 > len(words))):
        return True
    return len(words) >= 6 and small * 2 > len(words)


def _two_rows(spot: Spot) -> Iterator[Found]:
    """Yield the name that goes on in the row below, if it looks like one."""
    rows = block(spot, 2)
    if len(rows) < 2:
        return
    first, second = spot.text.strip(" ;:*•"), rows[1].text.strip(EDGES)
    if _is_continued(first, second):
        text = f"{first} {second}"
        if _may_be_name(text):
            yield text, (*spot.segment.words, *rows[1].segment.words)


def _is_continued(first: str, second: str) -> bool:
    if is_label(first) or is_label(second) or is_prose(first) or ":" in first + second:
        return False
    if max(len(first.split()), len(second.split())) > FEW_WORDS:
        return False
    if any(map(str.isdigit, second)) or sum(map(str.isalpha, second)) < 2:
        return False
    return bool(
        _GOES_ON.search(first)
        or _WENT_ON.match(second)
        or _ONLY_FORM.fullmatch(second)
        or _ADDRESSED.fullmatch(first)
        or (
            ENDS_WITH_FORM.search(second)
            and not ENDS_WITH_FORM.search(first)
            and not any(map(str.isdigit, first))
        )
    )


def block(spot: Spot, most: int) -> list[Spot]:
    """Return the rows of one block from this one on: below each other, of one size, aligned."""
    rows = columns_below(spot, most)
    for at in range(1, len(rows)):
        if not _aligned(rows[at - 1], rows[at]):
            return rows[:at]
    return rows


def _aligned(one: Spot, other: Spot) -> bool:
    a, b = one.box, other.box
    height = max(one.height, other.height)
    seen = one.segment.words[0].confidence is not None
    if abs(one.height - other.height) > (SAME_HEIGHT_SEEN if seen else SAME_HEIGHT) * height:
        return False
    left, middle = abs(a.x0 - b.x0), abs((a.x0 + a.x1) - (b.x0 + b.x1)) / 2
    return min(left, middle) <= SAME_LEFT * height


def _bare(text: str, span: Span) -> Span:
    """Return the span without the punctuation at its ends."""
    start, end = span
    part = text[start:end]
    start += len(part) - len(part.lstrip(EDGES))
    return start, max(start, end - (len(part) - len(part.rstrip(EDGES))))
