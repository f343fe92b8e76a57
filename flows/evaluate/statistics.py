"""Make the figures of an evaluation."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterable, Sequence
from decimal import Decimal
from functools import partial
from typing import TypeVar

import numpy as np

from flows.evaluate.bootstrap import share
from schemas.evaluation import Evaluation, JudgedDocument, JudgedField, JudgedList, Verdict
from schemas.extraction import Outcome
from schemas.kinds import Kind
from schemas.parts import pages_in_words
from schemas.statistics import Group, ListScore, Records, Spread, Statistics, Tally

UNKNOWN = "unknown"
FALSE = (Verdict.WRONG, Verdict.INVENTED)
PAGES = ((1, "1 page"), (2, "2 pages"), (5, "3 to 5 pages"))
"""Groups of page counts by their largest."""
MORE_PAGES = "6 pages and more"

Documents = Sequence[JudgedDocument]
Fields = Sequence[JudgedField]
K = TypeVar("K", bound=Hashable)


def statistics(evaluation: Evaluation) -> Statistics:
    """Return the figures, with bootstrap intervals over documents."""
    documents = evaluation.documents
    files = [each for each in documents if each.first]
    accepted = [each for each in documents if each.outcome is Outcome.ACCEPTED]
    published = [_published(each) for each in accepted]
    return Statistics(
        documents=len(files),
        records=_records(documents),
        several=any(each.several for each in documents),
        outcomes=Counter(each.outcome for each in documents),
        whole=_group("all", _by_file(documents, lambda each: each.fields)),
        by_field=tuple(_by_field(documents)),
        by_kind=tuple(_by_kind(documents)),
        by_type=_by(documents, lambda each: each.type_name),
        by_group=_by(documents, lambda each: each.group),
        by_language=_by(documents, lambda each: each.language or UNKNOWN),
        by_pages=_by(documents, lambda each: pages_group(each.pages)),
        lists=tuple(_list_scores(documents)),
        accepted=share(
            [each.outcome is Outcome.ACCEPTED for each in documents], [1] * len(documents)
        ),
        wrongly_accepted=share([each.wrongly_accepted for each in accepted], [1] * len(accepted)),
        falsely_published=share(
            [sum(field.verdict in FALSE for field in fields) for fields in published],
            [len(fields) for fields in published],
        ),
        seconds=_spread(each.seconds for each in files),
        tokens=_spread(tokens_of(each) for each in files),
        cost=sum((each.cost for each in documents), Decimal(0)),
    )


def _records(documents: Documents) -> Records:
    counts = Counter(each.standing for each in documents)
    return Records(found=counts["found"], missed=counts["missed"], extra=counts["extra"])


def tokens_of(document: JudgedDocument) -> int:
    """Return the tokens that the model read and wrote, without those that it had cached."""
    usage = document.usage
    return usage.input_tokens - usage.cached_tokens + usage.output_tokens


def called(document: JudgedDocument) -> str:
    """Return what is said behind the file's name of one of its records; empty: there is one."""
    if not document.several:
        return ""
    pages = document.record_pages
    where = pages_in_words(range(pages[0], pages[1] + 1)) if pages else "all pages"
    return (
        f", {where}"
        + {"found": "", "missed": ": not found", "extra": ": gold has it not"}[document.standing]
    )


def pages_group(pages: int) -> str:
    """Return the name of the group of documents with so many pages."""
    if pages < 1:
        return UNKNOWN
    return next((name for most, name in PAGES if pages <= most), MORE_PAGES)


def all_fields(document: JudgedDocument) -> Fields:
    """Return a document's labelled fields and the cells of its lists."""
    return [*document.fields, *(cell for each in document.lists for cell in each.cells)]


def _published(document: JudgedDocument) -> Fields:
    return [each for each in all_fields(document) if each.value is not None and not each.withheld]


def _tally(fields: Iterable[JudgedField]) -> Tally:
    counts = Counter(field.verdict for field in fields)
    return Tally(**{verdict.value: counts[verdict] for verdict in Verdict})


def _group(name: str, fields: Sequence[Fields], type_name: str = "") -> Group:
    """Return the figures of some fields of each document."""
    tallies = [_tally(each) for each in fields]
    return Group(
        name=name,
        type_name=type_name,
        documents=len(fields),
        tally=_tally(field for each in fields for field in each),
        accuracy=share([each.right for each in tallies], [each.with_value for each in tallies]),
    )


def _by(documents: Documents, key: Callable[[JudgedDocument], str]) -> tuple[Group, ...]:
    """Return a group for each value of `key`, by its name."""
    grouped = _grouped(documents, key)
    return tuple(
        _group(name, _by_file(grouped[name], lambda each: each.fields)) for name in sorted(grouped)
    )


def _by_file(documents: Documents, fields: Callable[[JudgedDocument], Fields]) -> list[Fields]:
    """Return some fields of each file: its records aren't independent of each other."""
    found: dict[tuple[str, str], list[JudgedField]] = defaultdict(list)
    for each in documents:
        found[_file(each)] += fields(each)
    return list(found.values())


def _file(document: JudgedDocument) -> tuple[str, str]:
    return document.document_id, "" if document.several else document.type_name


def _grouped(documents: Documents, key: Callable[[JudgedDocument], K]) -> dict[K, Documents]:
    grouped: dict[K, list[JudgedDocument]] = defaultdict(list)
    for each in documents:
        grouped[key(each)].append(each)
    return dict(grouped)


def _by_field(documents: Documents) -> Iterable[Group]:
    for type_name, those in sorted(_grouped(documents, lambda each: each.type_name).items()):
        found: dict[str, dict[Hashable, list[JudgedField]]] = defaultdict(lambda: defaultdict(list))
        for cells in (False, True):
            for document in those:
                for field in _cells(document) if cells else document.fields:
                    found[field.pattern][_file(document)].append(field)
        for pattern, by_document in found.items():
            yield _group(pattern, list(by_document.values()), type_name)


def _by_kind(documents: Documents) -> Iterable[Group]:
    kinds = {field.kind for each in documents for field in each.fields}
    for kind in sorted(kinds):
        fields = _by_file(documents, partial(_of_kind, kind))
        yield _group(kind, [each for each in fields if each])


def _of_kind(kind: Kind, document: JudgedDocument) -> Fields:
    return [field for field in document.fields if field.kind is kind]


def _cells(document: JudgedDocument) -> Fields:
    return [cell for each in document.lists for cell in each.cells]


def _list_scores(documents: Documents) -> Iterable[ListScore]:
    lists: dict[tuple[str, str], list[JudgedList]] = defaultdict(list)
    for document in documents:
        for each in document.lists:
            lists[document.type_name, each.name].append(each)
    for (type_name, name), those in sorted(lists.items()):
        matched = [each.matched_rows for each in those]
        right = [each.right_cells for each in those]
        yield ListScore(
            name=name,
            type_name=type_name,
            documents=len(those),
            row_precision=share(matched, [each.found_rows for each in those]),
            row_recall=share(matched, [each.gold_rows for each in those]),
            row_f1=share(
                [2 * count for count in matched],
                [each.gold_rows + each.found_rows for each in those],
            ),
            whole_rows=share(
                [each.whole_rows for each in those], [each.gold_rows for each in those]
            ),
            cell_precision=share(right, [each.found_cells for each in those]),
            cell_recall=share(right, [each.gold_cells for each in those]),
            cell_f1=share(
                [2 * count for count in right],
                [each.gold_cells + each.found_cells for each in those],
            ),
        )


def _spread(values: Iterable[float]) -> Spread:
    known = list(values)
    if not known:
        return Spread(median=0, p90=0)
    median, p90 = np.percentile(known, (50, 90))
    return Spread(median=float(median), p90=float(p90))
