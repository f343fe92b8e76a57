"""Judge what was found in a document by its gold: field by field, lists row by row."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from extractors.judging.align import align
from extractors.judging.compare import same
from extractors.judging.printed import PrintedValues
from schemas.evaluation import JudgedField, JudgedList, Verdict
from schemas.extraction import Evidence, FieldResult
from schemas.gold import GoldRecord, GoldRow
from schemas.kinds import Kind, Value, text_of
from schemas.record import Leaf, ListField
from schemas.shape import Shape, item_number


@dataclass(frozen=True)
class _Row:
    """One row that was found."""

    number: int
    """In its paths."""
    cells: Mapping[str, FieldResult]
    """By the leaf's name; those that have a value."""

    @property
    def values(self) -> dict[str, Value | None]:
        return {name: each.value for name, each in self.cells.items()}


@dataclass(frozen=True)
class Judge:
    """Judges one record of a document."""

    shape: Shape
    found: Mapping[str, FieldResult]
    """By path."""
    withheld: Collection[str] = ()
    printed: PrintedValues | None = None
    """To say where the truth stands; None: it isn't said."""

    def fields(self, gold: GoldRecord) -> tuple[JudgedField, ...]:
        """Return the labelled fields that stand in no list, in the order of the type."""
        return tuple(
            self._judged(leaf, leaf.path, self.found.get(leaf.path), gold.fields[leaf.path])
            for leaf in self.shape.leaves
            if leaf.path in gold.fields
        )

    def lists(self, gold: GoldRecord) -> tuple[JudgedList, ...]:
        """Return the labelled lists, their rows aligned."""
        return tuple(
            self._list(each, gold.lists[each.name])
            for each in self.shape.lists
            if each.name in gold.lists
        )

    def _list(self, each: ListField, gold: Sequence[GoldRow]) -> JudgedList:
        rows = tuple(self._rows(each))
        kinds = {leaf.name: leaf.kind for leaf in each.leaves}
        pairs = align(gold, [row.values for row in rows], kinds)
        labelled = {name for row in gold for name in row} if gold else set(kinds)
        cells: list[JudgedField] = []
        matched = whole = missed = 0
        for index, truths in enumerate(gold):
            row = rows[pairs[index]] if index in pairs else None
            missed += row is None
            place = f"[{row.number}]" if row else f"[+{missed - 1}]"
            judged = list(self._row(each, place, row, truths, index))
            cells += judged
            given = [cell for cell in judged if cell.truth is not None]
            right = sum(cell.verdict is Verdict.RIGHT for cell in judged)
            matched += right * 2 > len(given)
            whole += all(cell.verdict.good for cell in judged)
        extra = [row for at, row in enumerate(rows) if at not in pairs.values()]
        for row in extra:
            cells += self._row(each, f"[{row.number}]", row, dict.fromkeys(labelled), None)
        return JudgedList(
            name=each.name,
            gold_rows=len(gold),
            found_rows=len(rows),
            matched_rows=matched,
            whole_rows=whole,
            gold_cells=sum(cell.truth is not None for cell in cells),
            found_cells=sum(cell.value is not None for cell in cells),
            right_cells=sum(cell.verdict is Verdict.RIGHT for cell in cells),
            cells=tuple(cells),
        )

    def _rows(self, each: ListField) -> Iterator[_Row]:
        """Yield the rows that have a value, in the order of the page."""
        rows: dict[int, dict[str, FieldResult]] = {}
        for path, field in self.found.items():
            number = item_number(path)
            if number is None or not path.startswith(f"{each.name}[") or field.value is None:
                continue
            rows.setdefault(number, {})[path.rpartition(".")[2]] = field
        return (_Row(number, rows[number]) for number in sorted(rows))

    def _row(
        self, each: ListField, place: str, row: _Row | None, truths: GoldRow, index: int | None
    ) -> Iterator[JudgedField]:
        """Yield a row's labelled cells; of a row that gold has not, those that were found."""
        beside = self._right_evidence(each, row, truths)
        for leaf in each.leaves:
            field = row.cells.get(leaf.name) if row else None
            if leaf.name not in truths or (index is None and field is None):
                continue
            path = f"{each.name}{place}.{leaf.name}"
            yield self._judged(leaf, path, field, truths[leaf.name], beside, gold_row=index)

    def _right_evidence(
        self, each: ListField, row: _Row | None, truths: GoldRow
    ) -> Evidence | None:
        """Return where a right value of the row stands: its other truths stand beside it."""
        for leaf in each.leaves:
            field = row.cells.get(leaf.name) if row else None
            right = field and _verdict(leaf.kind, truths.get(leaf.name), field.value)
            if field and field.evidence and right is Verdict.RIGHT:
                return field.evidence
        return None

    def _judged(
        self,
        leaf: Leaf,
        path: str,
        field: FieldResult | None,
        truth: Value | None,
        beside: Evidence | None = None,
        *,
        gold_row: int | None = None,
    ) -> JudgedField:
        value = field.value if field else None
        verdict = _verdict(leaf.kind, truth, value)
        evidence = field.evidence if field else None
        stands = evidence if verdict is Verdict.RIGHT else None
        if truth is not None and stands is None and self.printed:
            printed = self.printed.find(leaf.kind, truth, beside)
            stands = printed.evidence if printed else None
        return JudgedField(
            path=path,
            kind=leaf.kind,
            verdict=verdict,
            truth=None if truth is None else text_of(truth),
            value=None if value is None else text_of(value),
            raw=field.raw if field else None,
            confidence=field.confidence if field else 0.0,
            page=evidence.page if evidence else None,
            boxes=evidence.boxes if evidence else (),
            truth_page=stands.page if stands else None,
            truth_boxes=stands.boxes if stands else (),
            doubts=tuple(doubt.text for doubt in field.doubts) if field else (),
            withheld=field is not None and field.path in self.withheld,
            gold_row=gold_row,
        )


def _verdict(kind: Kind, truth: Value | None, value: Value | None) -> Verdict:
    if truth is None:
        return Verdict.ABSENT if value is None else Verdict.INVENTED
    if value is None:
        return Verdict.MISSED
    return Verdict.RIGHT if same(kind, truth, value) else Verdict.WRONG
