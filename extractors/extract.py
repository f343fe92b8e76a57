"""How one document becomes records: asked, coerced, grounded, checked.

document = read_document(path.read_bytes())
extraction = extract(document, built_in_type("invoice"), "fields", caller)
rated = rate(extraction, calibration)
routing = route(rated, built_in_type("invoice").policy, dial)
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from decimal import Decimal

from extractors.asking.answers import Answer
from extractors.asking.call import Caller
from extractors.asking.fields import answers_by_field
from extractors.asking.whole import answers_whole
from extractors.brief import whole_text
from extractors.check import run_checks
from extractors.coerce.coerce import coerce
from extractors.coerce.locale import DocumentLocale, locale_of
from extractors.completeness import receipts_of
from extractors.confidence.doubts import hard_doubts, missing
from extractors.confidence.position import Positions
from extractors.confidence.recognition import Recognition
from extractors.confidence.unusual import is_unusual
from extractors.ground import Ground, evidence_of
from extractors.hostile import hostile_doubts
from extractors.judging.compare import WORDS
from extractors.layout import lines_of
from extractors.splitting.asked import by_model
from extractors.splitting.in_file import about_pages, in_file
from extractors.splitting.split import part_of, split
from extractors.splitting.typed import Typed
from schemas.completeness import Receipt
from schemas.doctype import DocumentType, taken_away
from schemas.document import Document
from schemas.extraction import (
    CheckResult,
    Coercion,
    Doubt,
    DoubtCode,
    Evidence,
    ExtractedRecord,
    Extraction,
    FieldResult,
    Signals,
)
from schemas.kinds import Kind
from schemas.recipe import Asking
from schemas.recognised import RecognisedPage
from schemas.record import leaves_of, lists_of, pattern_of

TOTALS_STAND_LAST = Kind.AMOUNT
"""Of an amount that is printed in several places the last is shown; of all else the first."""


@dataclass(frozen=True)
class _Found:
    """An answer and what was made of it, before the checks."""

    answer: Answer
    coercion: Coercion
    evidence: Evidence | None

    @property
    def field(self) -> FieldResult:
        return FieldResult(
            path=self.answer.path,
            kind=self.answer.kind,
            raw=self.answer.raw,
            value=self.coercion.value,
            alternatives=self.coercion.alternatives,
            rivals=self.answer.rivals,
            evidence=self.evidence,
        )


def extract(
    document: Document, doctype: DocumentType, asking: Asking, caller: Caller
) -> Extraction:
    """Extract the records of a file whose documents are all of one type.

    Raises:
        AnswerError: the model's answers didn't fit.
        ModelError: the model's server failed or refused.
    """
    parted = split(document, (doctype,), by_model(caller))
    return extract_typed(document, Typed.of_one(doctype, parted), asking, caller)


def extract_typed(document: Document, typed: Typed, asking: Asking, caller: Caller) -> Extraction:
    """Extract the records of a file: mostly one, or one for each document in it.

    A document without any text isn't asked about: it comes back with empty fields and that doubt.

    Args:
        document: the file.
        typed: the documents in it and their types.
        asking: in one call a document, or field by field.
        caller: asks the model.

    Raises:
        AnswerError: the model's answers didn't fit.
        ModelError: the model's server failed or refused.
    """
    parted = typed.parted
    records: list[ExtractedRecord] = []
    read = document.model_copy(update={"pages": parted.of_records(document)})
    doubts = [*_document_doubts(read), *typed.doubts]
    for pages, doctype in zip(parted.parts, typed.types, strict=True):
        record, own = _record(part_of(document, pages), doctype, asking, caller)
        records.append(in_file(record, pages))
        doubts += own if len(parted.parts) == 1 else about_pages(own, pages)
    return Extraction(
        document_id=document.id,
        type_name=typed.types[0].name,
        pages=len(document.pages),
        records=tuple(records),
        doubts=tuple(dict.fromkeys(doubts)),
        aside=parted.aside,
        usage=caller.usage,
        recognised=tuple(
            RecognisedPage.of(page) for page in document.pages if page.source == "ocr"
        ),
    )


def _record(
    document: Document, doctype: DocumentType, asking: Asking, caller: Caller
) -> tuple[ExtractedRecord, list[Doubt]]:
    """Extract one document's record, and what is doubtful about it as a whole."""
    lines = lines_of(document)
    if not lines:
        return ExtractedRecord(fields=_empty_fields(doctype), type_name=doctype.name), []
    locale = locale_of(whole_text(lines))
    if asking == "fields":
        answers = answers_by_field(doctype, lines, locale, caller)
    else:
        answers = answers_whole(doctype, lines, caller)
    minus = taken_away(doctype.checks)
    words = Ground(lines)
    found = [_make(answer, words, locale, minus) for answer in answers]
    checks = run_checks(doctype.checks, [each.field for each in found])
    brought_in = {each.answer.path for each in found if each.answer.by_checks}
    biased = {id(check) for check in checks if not brought_in.isdisjoint(check.fields)}
    recognition = Recognition(document)
    scorer = _Scorer(doctype, _by_path(checks), biased, Positions(lines), recognition)
    fields = tuple(scorer.with_signals(each) for each in found)
    receipts = receipts_of(doctype, fields, lines)
    doubts = [*_empty_lists(doctype, found), *_short_lists(receipts)]
    record = ExtractedRecord(
        fields=fields, checks=checks, receipts=receipts, type_name=doctype.name
    )
    return record, doubts


def _document_doubts(document: Document) -> list[Doubt]:
    """Return the doubts about the document as a whole."""
    doubts = [
        Doubt(code=DoubtCode.NO_TEXT, text=f"{which}; type its values in")
        for which in _unread(document)
    ]
    if document.repaired:
        text = "the file was damaged and had to be repaired: something may be missing"
        doubts.append(Doubt(code=DoubtCode.REPAIRED, text=text))
    return [*doubts, *hostile_doubts(document)]


def _unread(document: Document) -> Iterator[str]:
    """Yield in words which pages weren't read, or not whole, and why."""
    blind = [page for page in document.pages if page.source == "none"]
    partly = [page for page in document.pages if page.source == "text" and page.problem]
    for pages, said in ((blind, "has no text"), (partly, "was read in part")):
        for problem in dict.fromkeys(page.problem for page in pages):
            numbers = [str(page.number) for page in pages if page.problem == problem]
            which = f"page {', '.join(numbers)} {said}"
            if pages is blind and len(numbers) == len(document.pages):
                which = "no page has text"
            yield f"{which}: {problem}" if problem else which
    if not blind and not any(page.rows for page in document.pages):
        yield "no page has text: they are blank"


def _empty_lists(doctype: DocumentType, found: Sequence[_Found]) -> Iterator[Doubt]:
    """Yield a doubt for each list that the policy names and of which nothing was found."""
    named = {*doctype.policy.require, *doctype.policy.review}
    for each in lists_of(doctype.record):
        begun = any(one.answer.path.startswith(f"{each.name}[") for one in found)
        if not begun and named & {leaf.path for leaf in each.leaves}:
            text = f"{each.name}: no items were found in the document"
            yield Doubt(code=DoubtCode.MISSING, text=text)


def _short_lists(receipts: Sequence[Receipt]) -> Iterator[Doubt]:
    """Yield a doubt for each list of which rows may be missing."""
    for each in receipts:
        if each.is_short:
            text = f"rows may be missing: {each.in_words()}"
            yield Doubt(code=DoubtCode.INCOMPLETE, text=text)


def _empty_fields(doctype: DocumentType) -> tuple[FieldResult, ...]:
    unseen = Doubt(code=DoubtCode.MISSING, text="there is no text to find it in")
    return tuple(
        FieldResult(
            path=leaf.path,
            kind=leaf.kind,
            raw=None,
            value=None,
            doubts=(unseen,) if leaf.path in doctype.policy.require else (),
        )
        for leaf in leaves_of(doctype.record)
    )


def _make(
    answer: Answer, words: Ground, locale: DocumentLocale, taken_away: AbstractSet[str]
) -> _Found:
    """Coerce an answer and find where it stands.

    What a sum takes away is the same with its minus printed and without: it is kept without.
    """
    if answer.raw is None:
        return _Found(answer, Coercion(value=None), None)
    if answer.words:
        evidence: Evidence | None = evidence_of(answer.page, answer.words, places=answer.places)
    else:
        evidence = words.find(answer.raw, last=answer.kind is TOTALS_STAND_LAST)
    coercion = coerce(answer.kind, answer.raw, locale)
    if pattern_of(answer.path) in taken_away and isinstance(coercion.value, Decimal):
        coercion = coercion.model_copy(update={"value": abs(coercion.value)})
    return _Found(answer, coercion, evidence)


def _by_path(checks: Sequence[CheckResult]) -> dict[str, list[CheckResult]]:
    found: dict[str, list[CheckResult]] = defaultdict(list)
    for check in checks:
        for path in dict.fromkeys(check.fields):
            found[path].append(check)
    return found


@dataclass(frozen=True)
class _Scorer:
    """Gives one record's fields their signals, and the doubts that hold them back."""

    doctype: DocumentType
    checks_of: Mapping[str, Sequence[CheckResult]]
    """By path, those that the field takes part in."""
    biased: AbstractSet[int]
    """Ids of the checks that brought in one of their fields: they can't speak for them."""
    positions: Positions
    recognition: Recognition

    def with_signals(self, found: _Found) -> FieldResult:
        """Return a field with its signals and its hard doubts."""
        if found.answer.raw is None:
            signals = _of_none(found.answer, self.recognition.mean)
            doubts = missing(found.field.path, self.doctype.policy)
        else:
            own = self.checks_of.get(found.answer.path, [])
            failed = [check.text for check in own if check.verdict == "failed"]
            signals = self._signals(found, own, failed=len(failed))
            doubts = hard_doubts(signals, found.coercion, failed)
        return found.field.model_copy(update={"signals": signals, "doubts": tuple(doubts)})

    def _signals(self, found: _Found, checks: Sequence[CheckResult], *, failed: int) -> Signals:
        """Return what is known of a value; `checks` are those that it takes part in."""
        answer, likelihood = found.answer, found.answer.likelihood
        model, margin = (likelihood.probability, likelihood.margin) if likelihood else (None, None)
        single = "[" not in answer.path
        wordy, amount = answer.kind in WORDS, answer.kind is Kind.AMOUNT
        return Signals(
            probability=model if answer.probability is None else answer.probability,
            margin=margin if answer.margin is None else answer.margin,
            model_probability=model,
            label=answer.label,
            by_checks=answer.by_checks,
            free_probability=likelihood.free if likelihood else None,
            null_probability=likelihood.null if likelihood else None,
            grounded=found.evidence is not None,
            places=found.evidence.places if found.evidence else 0,
            typed=found.coercion.value is not None,
            ambiguous=bool(found.coercion.alternatives),
            checks_passed=sum(
                check.verdict == "passed" and check.tells and id(check) not in self.biased
                for check in checks
            ),
            checks_failed=failed,
            candidates=answer.candidates,
            nested=_nested(answer),
            cut=self.positions.cut(answer.words) if single and wordy else None,
            in_totals=self.positions.in_totals(answer.words) if single and amount else None,
            unusual=is_unusual(answer.kind, answer.raw or "", found.coercion),
            ocr=self.recognition.least(found.evidence),
        )


def _of_none(answer: Answer, ocr: float | None) -> Signals:
    """Return what is known of a field without a value, on pages that were recognised so surely."""
    model = answer.likelihood.probability if answer.likelihood else None
    return Signals(
        probability=model if answer.probability is None else answer.probability,
        model_probability=model,
        candidates=answer.candidates,
        ocr=ocr,
    )


def _nested(answer: Answer) -> bool | None:
    """Say whether a rival contains the answer or the other way round; None: no words, no rivals.

    White space, punctuation and the case of letters don't count.
    """
    if not answer.rivals or answer.raw is None or answer.kind not in WORDS:
        return None
    own, others = _bare(answer.raw), map(_bare, answer.rivals)
    return any(own != other and (own in other or other in own) for other in others)


def _bare(text: str) -> str:
    return "".join(filter(str.isalnum, text)).casefold()
