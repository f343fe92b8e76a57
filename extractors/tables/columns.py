"""A table's columns: headings over one or several rows, split and completed by what is below."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from statistics import median

from extractors.layout import Line, Segment, around
from extractors.tables.cells import amounts_among, has_amount, is_figures
from schemas.document import Box, Word

NO_HEADING = "(no heading)"
UNNAMED = "(column {})"
"""A column of a table without headings, by its place from 1."""
HEADING_GAP = 0.42
"""Two words of a heading this far apart, in their heights, may head two columns; a blank is 0.3."""
BODY_GAP = 0.2
"""Figures this far apart, in their heights, in all rows, may stand in two columns."""
BESIDE = 1.5
"""What begins this far to the right of the last heading, in its heights, is beside the table."""
STRAY = 0.12
"""What stands at some x in at most this share of the rows doesn't join two columns into one."""
SAME_EDGE = 1.6
"""Points by which texts that begin at the same x may differ."""
ENOUGH_ROWS = 60
"""Rows that show where a table's columns are."""
FIRST_ROWS = 10
"""Below a heading items come first, sums and notes later."""
FULL = 0.6
"""A row with fewer segments than this share of the fullest row's shows no columns."""


@dataclass(frozen=True)
class Column:
    """A heading and where it and its cells stand."""

    heading: str
    box: Box
    starts: float | None = None
    """Where its texts begin, if they all begin at one x."""


@dataclass(frozen=True)
class _Group:
    """Words of a heading's row that head one column."""

    row: int
    words: tuple[Word, ...]

    @property
    def box(self) -> Box:
        return around(self.words)

    @property
    def text(self) -> str:
        return " ".join(word.text for word in self.words)


def columns_of(
    heading: Sequence[Sequence[Segment]], rows: Sequence[Line], anchor: int = 0
) -> tuple[Column, ...]:
    """Return the columns below a heading's rows, from left to right.

    A heading's segment is split where the cells below stand apart and it has a blank there; words
    of several rows that stand over each other head one column. A segment of another row than
    `anchor` that lies over several columns heads none. What stands to the left of all headings in
    most rows with amounts is a column without a heading.
    """
    filled = _full([row for row in rows if amounts_among(row)][:ENOUGH_ROWS])
    blocks = _blocks(filled)
    groups = [
        group
        for index, row in enumerate(heading)
        for segment in row
        for group in _split(index, segment, blocks, narrow=index == anchor)
    ]
    columns = [_joined(stack) for stack in _stacks(groups, anchor)]
    columns.sort(key=lambda column: column.box.x0)
    wide = [*_left_of(columns, filled), *_widened(columns, blocks)]
    headings = [None] * (len(wide) - len(columns)) + [column.box.x0 for column in columns]
    begun = [
        replace(column, starts=_start(column, x, wide, filled))
        for column, x in zip(wide, headings, strict=True)
    ]
    return tuple(_named_apart(begun))


def unnamed_columns(rows: Sequence[Line], heading: Line | None = None) -> tuple[Column, ...]:
    """Return the columns of rows that stand under no heading, or under one of few words."""
    blocks = _blocks(rows)
    columns = []
    for at, block in enumerate(blocks, start=1):
        over = [each for each in heading or () if overlap(each.box, block) > 0]
        name = " ".join(each.text for each in over) or UNNAMED.format(at)
        column = Column(name, block)
        columns.append(replace(column, starts=_start(column, None, [column], rows)))
    return tuple(_named_apart(columns))


def _full(rows: Sequence[Line]) -> list[Line]:
    """Return the rows that have nearly as many segments as the fullest of the first ones."""
    most = max((len(row) for row in rows[:FIRST_ROWS]), default=0)
    return [row for row in rows if len(row) >= FULL * most]


def column_of(columns: Sequence[Column], box: Box) -> Column:
    """Return the column that shares most width with the box, or else the nearest one."""
    return max(columns, key=lambda column: overlap(column.box, box))


def cells_of(columns: Sequence[Column], row: Line) -> dict[str, list[Word]]:
    """Return the row's words by the heading that they stand under, without what is beside it."""
    cells: dict[str, list[Word]] = {}
    for segment in row:
        if _beside(segment.box, columns):
            continue
        for heading, words in _parts(columns, segment):
            cells.setdefault(heading, []).extend(words)
    return cells


def _parts(columns: Sequence[Column], segment: Segment) -> Iterator[tuple[str, Sequence[Word]]]:
    """Yield a segment's words by heading: figures one by one, text where a column begins in it."""
    if is_figures(segment):
        before: Column | None = None
        for word in segment.words:
            column = column_of(columns, word.box)
            if before is not None and overlap(column.box, word.box) <= 0:
                column = before
            before = column
            yield column.heading, (word,)
        return
    start = 0
    for index in range(1, len(segment.words) + 1):
        if index == len(segment.words) or _begins(columns, segment.words, start, index):
            words = segment.words[start:index]
            yield column_of(columns, around(words)).heading, words
            start = index


def _begins(columns: Sequence[Column], words: Sequence[Word], start: int, at: int) -> bool:
    """Say whether a column's text begins with word `at`, and those before it stand in another.

    It does where its texts begin in other rows, and beside a figure of another column: `15 boxes
    of six`, `Bubble film 15.46`.
    """
    first, rest = words[start], words[at:]
    if at == start + 1 and (first.text[0].isdigit() or has_amount(first.text)):
        one, two = column_of(columns, first.box), column_of(columns, around(rest))
        if one != two and overlap(one.box, first.box) > 0 and overlap(two.box, first.box) <= 0:
            return True
    box = words[at].box
    if has_amount(words[at].text):
        one, two = column_of(columns, around(words[start:at])), column_of(columns, box)
        if one != two and overlap(two.box, box) * 2 > box.x1 - box.x0:
            return True
    x = box.x0
    return any(
        column.starts is not None
        and abs(column.starts - x) <= SAME_EDGE
        and column_of(columns, around(words[start:at])) != column
        for column in columns
    )


def overlap(one: Box, other: Box) -> float:
    """Return the width that both share, in points; below 0 it is the distance between them."""
    return min(one.x1, other.x1) - max(one.x0, other.x0)


def _beside(box: Box, columns: Sequence[Column]) -> bool:
    """Say whether a box lies to the left or well to the right of all columns."""
    right = columns[-1].box.x1 + BESIDE * (box.y1 - box.y0)
    return box.x1 < columns[0].box.x0 or box.x0 > right


def _blocks(rows: Sequence[Line]) -> list[Box]:
    """Return the stretches of x that words of most rows leave free between each other."""
    boxes = [box for row in rows for box in _spans(row)]
    if not boxes:
        return []
    height = median(box.y1 - box.y0 for box in boxes)
    edges = sorted([(box.x0, 1) for box in boxes] + [(box.x1, -1) for box in boxes])
    blocks: list[Box] = []
    covering, stray = 0, int(STRAY * len(rows))
    for x, step in edges:
        before, covering = covering, covering + step
        if before <= stray < covering:
            if blocks and x - blocks[-1].x1 <= BODY_GAP * height:
                continue
            blocks.append(Box(x0=x, x1=x, y0=0, y1=height))
        elif covering <= stray < before:
            blocks[-1] = _up_to(blocks[-1], x)
    return blocks


def _up_to(box: Box, x1: float) -> Box:
    """Return the box with another right edge."""
    return Box(x0=box.x0, x1=x1, y0=box.y0, y1=box.y1)


def _spans(row: Line) -> Iterator[Box]:
    for segment in row:
        if is_figures(segment):
            yield from (word.box for word in segment.words)
        else:
            yield segment.box


def _split(row: int, segment: Segment, blocks: Sequence[Box], *, narrow: bool) -> Iterator[_Group]:
    """Yield a heading's segment as one group, or as several if it and the cells below are apart.

    `narrow` says whether a blank as wide as those between words may part it as well.
    """
    start, words = 0, segment.words
    for index in range(1, len(words)):
        left, right = words[start:index], words[index:]
        if _apart(left, right, blocks, narrow=narrow):
            yield _Group(row, left)
            start = index
    yield _Group(row, words[start:])


def _apart(
    left: Sequence[Word], right: Sequence[Word], blocks: Sequence[Box], *, narrow: bool
) -> bool:
    """Say whether a heading's words left and right of a blank stand over different cells."""
    if len(blocks) < 2:
        return False
    one, two = left[-1].box, right[0].box
    height = two.y1 - two.y0
    wide = two.x0 - one.x1 > HEADING_GAP * height
    before = max(blocks, key=lambda block: overlap(block, around(left)))
    after = max(blocks, key=lambda block: overlap(block, around(_first_group(right))))
    if before.x0 >= after.x0:
        return False
    if wide or not narrow:
        return wide
    # A narrow blank parts columns only if both sides keep to their own cells.
    over = overlap(before, around(left)) > 0 and overlap(after, two) > 0
    return over and one.x1 <= after.x0 + BODY_GAP * height and two.x0 >= before.x1 - SAME_EDGE


def _first_group(words: Sequence[Word]) -> Sequence[Word]:
    """Return the words up to the first blank that is wider than one between words."""
    for index in range(1, len(words)):
        box = words[index].box
        if box.x0 - words[index - 1].box.x1 > HEADING_GAP * (box.y1 - box.y0):
            return words[:index]
    return words


def _stacks(groups: Sequence[_Group], anchor: int) -> list[list[_Group]]:
    """Return the groups that stand over each other together."""
    stacks = [[group] for group in groups if group.row == anchor]
    for group in groups:
        if group.row == anchor:
            continue
        over = [stack for stack in stacks if overlap(_around(stack), group.box) > 0]
        if len(over) == 1:
            over[0].append(group)
        elif not over:
            stacks.append([group])
    return stacks


def _around(stack: Sequence[_Group]) -> Box:
    return around([word for group in stack for word in group.words])


def _joined(stack: Sequence[_Group]) -> Column:
    text = " ".join(group.text for group in sorted(stack, key=lambda group: group.row))
    return Column(text.replace("- ", "") if len(stack) > 1 else text, _around(stack))


def _widened(columns: Sequence[Column], blocks: Sequence[Box]) -> list[Column]:
    """Return the columns with the width of the cells below them."""
    wide = list(columns)
    for block in blocks:
        if block.x1 < columns[0].box.x0:
            continue
        under = [at for at, column in enumerate(columns) if overlap(column.box, block) > 0]
        if len(under) > 1:
            continue
        at = under[0] if under else _nearest(columns, block)
        box = wide[at].box
        x0, x1 = min(box.x0, block.x0), max(box.x1, block.x1)
        wide[at] = replace(wide[at], box=Box(x0=x0, x1=x1, y0=box.y0, y1=box.y1))
    return wide


def _nearest(columns: Sequence[Column], box: Box) -> int:
    return max(range(len(columns)), key=lambda at: overlap(columns[at].box, box))


def _left_of(columns: Sequence[Column], rows: Sequence[Line]) -> list[Column]:
    """Return the column without a heading to the left of all others, if there is one."""
    edge = columns[0].box
    left = [row[0].box for row in rows if row[0].box.x1 < edge.x0]
    if not rows or len(left) * 2 < len(rows):
        return []
    box = Box(x0=min(b.x0 for b in left), x1=max(b.x1 for b in left), y0=edge.y0, y1=edge.y1)
    return [Column(NO_HEADING, box)]


def _start(
    column: Column, heading: float | None, columns: Sequence[Column], rows: Sequence[Line]
) -> float | None:
    """Return the x at which a column's texts begin in most rows: its heading's, or another one."""
    texts = [[segment for segment in row if not is_figures(segment)] for row in rows]
    if heading is not None:
        begun = sum(
            any(abs(word.box.x0 - heading) <= SAME_EDGE for each in row for word in each.words)
            for row in texts
        )
        if begun * 2 > len(rows):
            return heading
    edges = [
        segment.box.x0
        for row in texts
        for segment in row
        if column_of(columns, segment.box) == column
    ]
    edge = median(edges) if edges else 0.0
    alike = sum(abs(other - edge) <= SAME_EDGE for other in edges)
    return edge if alike * 2 > len(edges) else None


def _named_apart(columns: Sequence[Column]) -> Iterator[Column]:
    """Yield the columns, equal headings numbered."""
    seen: dict[str, int] = {}
    for column in columns:
        seen[column.heading] = count = seen.get(column.heading, 0) + 1
        yield column if count == 1 else replace(column, heading=f"{column.heading} ({count})")
