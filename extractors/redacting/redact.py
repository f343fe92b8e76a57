"""Keep account numbers, card numbers and e-mail addresses from the model: it reads stand-ins.

    redaction = redact(document)
    extraction = redaction.restored(extract(redaction.document, doctype, asking, caller))

The whole document is asked about with stand-ins in their places, so whatever is made of it, a
prompt or a list of choices, has none of the originals. A stand-in is as long as its original, looks
like one and has right check digits: it is found, chosen and checked in the same way.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from extractors.brief import whole_text
from extractors.coerce.coerce import coerce
from extractors.coerce.locale import locale_of
from extractors.layout import Line, Segment, lines_of
from extractors.redacting.find import ALL, SecretKind, bare, secrets_in
from extractors.redacting.stand_ins import StandIns
from schemas.document import Box, Document, Page, Word
from schemas.extraction import (
    CheckResult,
    Doubt,
    Evidence,
    ExtractedRecord,
    Extraction,
    FieldResult,
)

INSIDE_PT = 0.01
"""A word of an evidence's row lies in its box, but for what floats lose."""
BELOW = 2
"""What is broken off goes on in one of so many rows below."""
IN_ROWS: frozenset[SecretKind] = frozenset({"iban", "email"})
"""Card numbers are looked for in single cells only: a row of figures isn't one."""


@dataclass(frozen=True)
class Redaction:
    """A document as the model may see it, and the way back."""

    document: Document
    original: Document
    pairs: tuple[tuple[str, str], ...]
    """Stand-ins and their originals, as printed."""

    def restored(self, extraction: Extraction) -> Extraction:
        """Return what was extracted with the originals in the places of their stand-ins."""
        if not self.pairs:
            return extraction
        return extraction.model_copy(
            update={
                "records": tuple(map(self._record, extraction.records)),
                "doubts": tuple(map(self._doubt, extraction.doubts)),
            }
        )

    def _record(self, record: ExtractedRecord) -> ExtractedRecord:
        return record.model_copy(
            update={
                "fields": tuple(map(self._field, record.fields)),
                "checks": tuple(map(self._check, record.checks)),
            }
        )

    def _field(self, field: FieldResult) -> FieldResult:
        evidence = self._evidence(field.evidence)
        raw = field.raw
        if raw is not None:
            raw = _same_part(raw, field.evidence, evidence) or self._back(raw)
        found: dict[str, Any] = {
            "raw": raw,
            "evidence": evidence,
            "rivals": tuple(map(self._back, field.rivals)),
            "second": None if field.second is None else self._back(field.second),
            "doubts": tuple(map(self._doubt, field.doubts)),
        }
        if raw is not None and raw != field.raw:
            read = coerce(field.kind, raw, locale_of(whole_text(lines_of(self.original))))
            found |= {"value": read.value, "alternatives": read.alternatives}
        return field.model_copy(update=found)

    def _evidence(self, evidence: Evidence | None) -> Evidence | None:
        """Return the evidence with what the document's own words say in its boxes."""
        if evidence is None:
            return None
        shown = _words_in(self.document.pages[evidence.page - 1], evidence.boxes)
        real = _words_in(self.original.pages[evidence.page - 1], evidence.boxes)
        quote = real if shown == evidence.quote else self._back(evidence.quote)
        return evidence.model_copy(update={"quote": quote})

    def _check(self, check: CheckResult) -> CheckResult:
        return check.model_copy(update={"text": self._back(check.text)})

    def _doubt(self, doubt: Doubt) -> Doubt:
        return doubt.model_copy(update={"text": self._back(doubt.text)})

    def _back(self, text: str) -> str:
        """Return a text with the originals in the places of the stand-ins, or of a part of one."""
        whole = text
        for shown, real in self.pairs:
            for one, other in ((shown, real), (_codes(shown), _codes(real))):
                whole = whole.replace(one, other)
        if whole != text or any(text in _text(row) for row in _rows(self.original)):
            return whole
        for row, own in zip(_rows(self.document), _rows(self.original), strict=True):
            at = _text(row).find(text)
            if at >= 0:
                return _text(own)[at : at + len(text)]
        return text


def redact(document: Document) -> Redaction:
    """Return a document with stand-ins for what is nobody else's; always the same for a document.

    Numbers count if their check digits are right. One that goes on in the row below counts as well.
    """
    texts = {id(word): list(word.text) for row in _rows(document) for word in row}
    stand_ins = StandIns(document.id, "\n".join(map(_text, _rows(document))))
    pairs: dict[str, str] = {}
    for words, kinds in _strips(document):
        text = _text(words)
        for secret in secrets_in(text):
            if secret.kind in kinds:
                real = text[secret.start : secret.end]
                shown = stand_ins.of(secret.kind, real)
                pairs[shown] = real
                _put(shown, secret.start, words, texts)
    if not pairs:
        return Redaction(document, document, ())
    pages = tuple(_with_texts(page, texts) for page in document.pages)
    longest_first = sorted(pairs.items(), key=lambda pair: -len(pair[0]))
    return Redaction(document.model_copy(update={"pages": pages}), document, tuple(longest_first))


def _strips(document: Document) -> Iterator[tuple[Sequence[Word], frozenset[SecretKind]]]:
    """Yield words that may hold something together, and what is looked for in them."""
    for row in _rows(document):
        yield row, IN_ROWS
    lines = lines_of(document)
    for index, line in enumerate(lines):
        for segment in line:
            yield segment.words, ALL
            below = _below(segment, lines[index + 1 : index + 1 + BELOW])
            if below is not None:
                yield (*segment.words, *below.words), ALL


def _below(segment: Segment, lines: Sequence[Line]) -> Segment | None:
    """Return what stands under a segment, in its column."""
    for line in lines:
        for each in line:
            if each.page == segment.page and _under(each.box, segment.box):
                return each
    return None


def _under(one: Box, other: Box) -> bool:
    return min(one.x1, other.x1) > max(one.x0, other.x0)


def _put(shown: str, start: int, words: Sequence[Word], texts: dict[int, list[str]]) -> None:
    """Put a stand-in into the words that it stands in, character by character."""
    at = 0
    for word in words:
        for offset in range(len(word.text)):
            if start <= at + offset < start + len(shown):
                texts[id(word)][offset] = shown[at + offset - start]
        at += len(word.text) + 1


def _with_texts(page: Page, texts: dict[int, list[str]]) -> Page:
    rows = tuple(
        tuple(word.model_copy(update={"text": "".join(texts[id(word)])}) for word in row)
        for row in page.rows
    )
    return page.model_copy(update={"rows": rows})


def _rows(document: Document) -> list[tuple[Word, ...]]:
    return [row for page in document.pages for row in page.rows]


def _text(words: Sequence[Word]) -> str:
    return " ".join(word.text for word in words)


def _words_in(page: Page, boxes: Sequence[Box]) -> str:
    """Return what the words in some boxes say, box by box."""
    return _text([word for box in boxes for word in page.words if _inside(word.box, box)])


def _inside(one: Box, other: Box) -> bool:
    return (
        one.x0 >= other.x0 - INSIDE_PT
        and one.x1 <= other.x1 + INSIDE_PT
        and one.y0 >= other.y0 - INSIDE_PT
        and one.y1 <= other.y1 + INSIDE_PT
    )


def _same_part(raw: str, shown: Evidence | None, real: Evidence | None) -> str | None:
    """Return the part of a quote that `raw` is of its redacted form; None: it is none."""
    if shown is None or real is None or len(shown.quote) != len(real.quote):
        return None
    at = shown.quote.find(raw)
    return real.quote[at : at + len(raw)] if at >= 0 else None


def _codes(text: str) -> str:
    """Return a number as its kind's values are: without marks, in capitals."""
    return text if "@" in text else bare(text)
