"""What a person's draft comes to: the values that he gives, and what the type's checks then say."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from extractors.brief import whole_text
from extractors.check import run_checks
from extractors.coerce.locale import DocumentLocale, locale_of
from extractors.ground import evidence_of
from extractors.judging.printed import PrintedValues
from extractors.layout import lines_of
from flows.review.typed import NOWHERE, typed
from flows.store.decisions import NewValue
from flows.store.field_paths import no_such_field
from flows.store.items import FoundItem, find_item, result_of
from flows.store.store import Store
from schemas.doctype import taken_away
from schemas.document import Box, Document, Page, Word
from schemas.errors import ImpossibleError, OddError
from schemas.extraction import Evidence, FieldResult
from schemas.kinds import Kind, text_of, value_of
from schemas.record import ITEM
from schemas.review import Checked, Correction, FieldCheck, Pointed
from schemas.shape import item_number

INSIDE = 0.5
"""A word belongs to a rectangle that covers so much of it."""


@dataclass(frozen=True)
class Paper:
    """A document's pages, looked at for what a person typed; none if the file can't be read."""

    pages: Sequence[Page] | None = None

    def locale(self) -> DocumentLocale:
        """Return how the document prints numbers and dates."""
        return locale_of(whole_text(lines_of(self._document))) if self.pages else NOWHERE

    def evidence(self, kind: Kind, text: str, pointed: Pointed | None) -> Evidence | None:
        """Return where a value, as text, stands: where a person pointed, else where it is found."""
        if not self.pages:
            return None
        if pointed is not None:
            return _pointed_at(self.pages, pointed)
        printed = PrintedValues(self._document).find(kind, value_of(kind, text))
        return printed.evidence if printed else None

    @property
    def _document(self) -> Document:
        return Document(id="", pages=tuple(self.pages or ()))


def check(
    store: Store,
    item_id: int,
    values: Sequence[Correction],
    removals: Sequence[str] = (),
    *,
    pages: Sequence[Page] | None = None,
) -> Checked:
    """Return what a draft comes to; nothing is kept. `pages` are the document's, if it can be read.

    Raises:
        DecisionError: there is no such item or field.
    """
    with store.reading() as session:
        found = find_item(session, item_id)
        return checked(found, values, removals, Paper(pages))


def checked(
    found: FoundItem, values: Sequence[Correction], removals: Sequence[str], paper: Paper
) -> Checked:
    """Return what a draft on an item comes to."""
    minus = taken_away(found.shape.checks)
    locale = paper.locale() if values else NOWHERE
    fields = [_field(found, each, locale, minus, paper) for each in values]
    now = run_checks(found.shape.checks, [result_of(row) for row in found.fields])
    results, changed = _drafted(found, fields, removals)
    then = run_checks(found.shape.checks, results)
    failing = {each.text for each in now if each.verdict == "failed"}
    odd = [f"{each.path}: {each.remark.rstrip('.')}" for each in fields if each.remark]
    odd += [  # check digits are said twice, in the same words
        each.text
        for each in then
        if each.verdict == "failed"
        and (not changed.isdisjoint(each.fields) or each.text not in failing)
    ]
    return Checked(fields=tuple(fields), checks=then, odd=tuple(dict.fromkeys(odd)))


def new_values(draft: Checked, *, insist: bool) -> tuple[NewValue, ...]:
    """Return a draft's values to be kept.

    Raises:
        ImpossibleError: a text is no value of its field, or can be several.
        OddError: something is odd, and nobody insists.
    """
    problems = {each.path: each.problem for each in draft.fields if each.problem}
    if problems:
        raise ImpossibleError.of(problems)
    if draft.odd and not insist:
        said = "\n".join(f"  {text}" for text in draft.odd)
        raise OddError(f"Nothing was changed, because this is odd:\n{said}", draft.odd)
    return tuple(
        NewValue(path=each.path, value=each.value, remark=each.remark, evidence=each.evidence)
        for each in draft.fields
    )


def _field(
    found: FoundItem,
    given: Correction,
    locale: DocumentLocale,
    minus: frozenset[str],
    paper: Paper,
) -> FieldCheck:
    leaf = found.shape.leaf(given.path)
    if leaf is None:
        raise no_such_field(
            found.item.id, given.path, [leaf.path for leaf in found.shape.all_leaves]
        )
    field = typed(leaf.kind, given.text, path=given.path, locale=locale)
    if field.value is None:
        return field
    evidence = paper.evidence(leaf.kind, field.value, given.pointed)
    # What a sum takes away is kept without its minus, however it is printed.
    value = text_of(abs(Decimal(field.value))) if leaf.path in minus else field.value
    return field.model_copy(update={"value": value, "evidence": evidence})


def _drafted(
    found: FoundItem, fields: Sequence[FieldCheck], removals: Sequence[str]
) -> tuple[list[FieldResult], set[str]]:
    """Return the record's fields as they would be, and the paths of those that are given."""
    given = {each.path: each for each in fields if not each.problem}
    results = [result_of(row) for row in found.fields]
    known = {each.path for each in results}
    for path in given.keys() - known:
        leaf = found.shape.leaf(path)
        assert leaf is not None
        results.append(FieldResult(path=path, kind=leaf.kind, raw=None, value=None))
    drafted, changed = [], set()
    for result in results:
        moved = _moved(result.path, removals)
        if moved is None:
            continue
        each = result.model_copy(update={"path": moved})
        if result.path in given:
            value = given[result.path].value
            typed_value = None if value is None else value_of(result.kind, value)
            each = each.model_copy(update={"value": typed_value})
            changed.add(moved)
        drafted.append(each)
    return drafted, changed


def _moved(path: str, removals: Sequence[str]) -> str | None:
    """Return a path as it is after list items were removed; None: it is gone with its item."""
    number, name = item_number(path), path.partition("[")[0]
    if number is None:
        return path
    gone = {item_number(each) for each in removals if each.partition("[")[0] == name}
    if number in gone:
        return None
    before = sum(each is not None and each < number for each in gone)
    return ITEM.sub(f"[{number - before}]", path)


def _pointed_at(pages: Sequence[Page], pointed: Pointed) -> Evidence | None:
    """Return the words that lie in the boxes that a person pointed at."""
    page = next((page for page in pages if page.number == pointed.page), None)
    if page is None:
        return None
    words = [word for word in page.words if any(_covers(box, word) for box in pointed.boxes)]
    return evidence_of(page.number, words) if words else None


def _covers(box: Box, word: Word) -> bool:
    wide = min(box.x1, word.box.x1) - max(box.x0, word.box.x0)
    high = min(box.y1, word.box.y1) - max(box.y0, word.box.y0)
    area = (word.box.x1 - word.box.x0) * (word.box.y1 - word.box.y0)
    return wide > 0 and high > 0 and wide * high >= INSIDE * area
