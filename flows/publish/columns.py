"""The columns of the published files, explicit, so that a glob over them never drifts."""

from __future__ import annotations

from collections.abc import Iterable

import pyarrow as pa

from schemas.exact import DIGITS, SCALE
from schemas.kinds import TYPE_OF_KIND, Kind
from schemas.record import Leaf
from schemas.shape import Shape

DECIMAL = pa.decimal128(DIGITS, SCALE)
MOMENT = pa.timestamp("us", tz="UTC")
TEXTS = pa.list_(pa.string())
BOX = pa.struct([(name, pa.float64()) for name in ("x0", "y0", "x1", "y1")])

FIELDS = pa.schema(
    [
        ("document_id", pa.string()),
        ("source", pa.string()),
        ("record", pa.int32()),
        ("field", pa.string()),
        ("value", pa.string()),
        ("raw", pa.string()),
        ("confidence", pa.float64()),
        ("outcome", pa.string()),
        ("page", pa.int32()),
        ("quote", pa.string()),
        ("boxes", pa.list_(BOX)),
        ("signals", pa.string()),
        ("settled", pa.string()),
    ]
)
"""One row a field of every extracted record; `value` and `raw` as text, `signals` as JSON.

`confidence` is the calibrated probability, 0 to 1, that the value is right; set by hand as long as
nothing was calibrated for the model. `settled` says what a person did, `accept` or `correct`; a
corrected value has no evidence and no confidence of the model's."""

DOCUMENTS = pa.schema(
    [
        ("document_id", pa.string()),
        ("source", pa.string()),
        ("type", pa.string()),
        ("types", TEXTS),
        ("outcome", pa.string()),
        ("reasons", TEXTS),
        ("pages", pa.int32()),
        ("pages_aside", TEXTS),
        ("records", pa.int32()),
        ("rows_seen", pa.int64()),
        ("rows_given", pa.int64()),
        ("printed_total", DECIMAL),
        ("computed_total", DECIMAL),
        ("seconds", pa.float64()),
        ("tokens", pa.int64()),
        ("cost", DECIMAL),
        ("run_id", pa.string()),
    ]
)
"""One row an input; `outcome` is null where no run has reached the document.

`type` is that of its first record, `types` are those of all of them. `pages_aside` names the pages
that belong to no record: `3: blank`. The rows are those of all its lists; the totals, of which
there are two to be equal, are given where there is one list."""

RUNS = pa.schema(
    [
        ("run_id", pa.string()),
        ("started", MOMENT),
        ("ended", MOMENT),
        ("state", pa.string()),
        ("model", pa.string()),
        ("paths", TEXTS),
        ("recipes", TEXTS),
        ("found", pa.int64()),
        ("skipped", pa.int64()),
        ("accepted", pa.int64()),
        ("in_review", pa.int64()),
        ("failed", pa.int64()),
        ("calls", pa.int64()),
        ("input_tokens", pa.int64()),
        ("cached_tokens", pa.int64()),
        ("output_tokens", pa.int64()),
        ("cost", DECIMAL),
        ("seconds", pa.float64()),
    ]
)


def record_columns(shape: Shape) -> pa.Schema:
    """Return the columns of a type's records: the type's own, then ours, which begin with `_`."""
    return pa.schema(
        [
            *_leaves(shape.leaves),
            *((each.name, pa.list_(pa.struct(_leaves(each.leaves)))) for each in shape.lists),
            ("_document_id", pa.string()),
            ("_record", pa.int32()),
            ("_first_page", pa.int32()),
            ("_last_page", pa.int32()),
            ("_source", pa.string()),
            ("_status", pa.string()),
            ("_confidence", pa.float64()),
            ("_withheld", TEXTS),
            ("_recipe", pa.string()),
            ("_run_id", pa.string()),
        ]
    )


def _leaves(leaves: Iterable[Leaf]) -> list[tuple[str, pa.DataType]]:
    return [(leaf.name, _arrow_type(leaf.kind)) for leaf in leaves]


def _arrow_type(kind: Kind) -> pa.DataType:
    if kind is Kind.DATE:
        return pa.date32()
    return pa.string() if TYPE_OF_KIND[kind].__origin__ is str else DECIMAL
