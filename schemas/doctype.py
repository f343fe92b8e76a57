"""A document type: record model, prompt, checks and policy, and the Markdown file that holds them.

    ---
    name: delivery_note
    title: Delivery note
    fields:
      delivery_number: {kind: identifier, description: number of the delivery note}
      items:
        description: the goods delivered
        fields:
          quantity: {kind: number, description: how many pieces}
    checks:
      - {rule: order, earlier: order_date, later: delivery_date}
    policy:
      require: [delivery_number]
      target_error: 0.02
    labels:
      delivery_number: [delivery note no, Lieferschein-Nr.]
    ---
    A delivery note comes with goods. Copy …

A built-in type has the same file, without `fields`: its record model is a class.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any, Literal

import yaml
from pydantic import (
    BaseModel,
    BeforeValidator,
    Field,
    ValidationError,
    create_model,
    model_validator,
)

from schemas.e_invoice import TERMS
from schemas.errors import TypeFileError
from schemas.kinds import TYPE_OF_KIND, Kind
from schemas.record import Leaf, Record, all_leaves, leaves_of, lists_of
from schemas.target import Rate

KEYS = (
    "name",
    "title",
    "fields",
    "checks",
    "labels",
    "blocks",
    "other_labels",
    "sender",
    "mask",
    "e_invoice",
    "policy",
)
"""Of a front matter."""
FIELD_KEYS = ("kind", "description", "fields")


class SumCheck(BaseModel, frozen=True, extra="forbid"):
    """`parts` add up to `total`; a part `-name` is taken away, printed with a minus or not."""

    rule: Literal["sum"]
    parts: tuple[str, ...]
    """Fields, or a leaf of a list for the sum over its items: `line_items[].line_total`."""
    total: str


class ProductCheck(BaseModel, frozen=True, extra="forbid"):
    """In each item of a list, the factors multiply to the product, rounded as it is printed."""

    rule: Literal["product"]
    factors: tuple[str, ...]
    product: str


class OrderCheck(BaseModel, frozen=True, extra="forbid"):
    """One date isn't after another."""

    rule: Literal["order"]
    earlier: str
    later: str


class ValidCheck(BaseModel, frozen=True, extra="forbid"):
    """A field's check digits are right, for the kinds that have some: IBAN and VAT numbers."""

    rule: Literal["valid"]
    field: str


class DifferCheck(BaseModel, frozen=True, extra="forbid"):
    """Two fields aren't the same: nobody bills himself."""

    rule: Literal["differ"]
    one: str
    other: str


Check = Annotated[
    SumCheck | ProductCheck | OrderCheck | ValidCheck | DifferCheck, Field(discriminator="rule")
]


class Policy(BaseModel, frozen=True, extra="forbid"):
    """What must be sure before a record is accepted without a look."""

    require: tuple[str, ...] = ()
    """Leaves that must be there and be sure."""
    review: tuple[str, ...] = ()
    """Leaves that must be sure if they are there; `line_items[].unit` means that of each item.

    A leaf that is in neither list never sends a record to review; if it isn't sure, it is withheld
    from the published record."""
    target_error: Rate | None = None
    """At most this share of the records that are accepted without a look may have a wrong field;
    None: as the run says."""
    target_errors: dict[str, Rate] = {}
    """By leaf: at most this share of its accepted values may be wrong."""

    @model_validator(mode="before")
    @classmethod
    def _no_threshold(cls, given: Any) -> Any:
        if isinstance(given, dict) and "threshold" in given:
            raise ValueError(
                "there is no threshold any more: say with 'target_error: 0.05' how many of the "
                "accepted records may be wrong"
            )
        return given

    @property
    def named(self) -> frozenset[str]:
        """Both lists."""
        return frozenset((*self.require, *self.review))


def _flat(found: Any) -> Any:
    """Return lists of words and of such lists as one: an anchor of YAML names a whole list."""
    if not isinstance(found, list | tuple):
        return found
    parts = (_flat(each) if isinstance(each, list | tuple) else (each,) for each in found)
    return tuple(word for part in parts for word in part)


Labels = Annotated[tuple[str, ...], BeforeValidator(_flat)]
"""Words as they are printed beside or above a value: `invoice number`, `Rechnungs-Nr.`"""


class DocumentType(BaseModel, frozen=True):
    """What a kind of document holds and how it is asked; data, not code."""

    name: str = Field(min_length=1)
    """`invoice`; the name of its folders in the output."""
    title: str
    record: type[Record]
    prompt: str
    """Instructions in natural language, Markdown."""
    checks: tuple[Check, ...] = ()
    labels: dict[str, Labels] = {}
    """By leaf (`grand_total`, `line_items[].unit_price`): what its value or column is labelled
    with, in all languages that matter. A leaf without any has its name and description."""
    blocks: dict[str, Labels] = {}
    """By leaf: what heads the block of text that it stands in, such as `Bill to`."""
    other_labels: Labels = ()
    """Labels of what is none of the fields but is easily taken for one."""
    sender: tuple[str, ...] = ()
    """Leaves of which each tells by itself who sent the document, the surest first: documents of
    one sender look alike."""
    mask: tuple[str, ...] = ()
    """Leaves whose values stand in no log, report, table or preview: only a reviewer sees them."""
    e_invoice: dict[str, str] = {}
    """By leaf: which term of an e-invoice it is (see `schemas.e_invoice`), where their names
    differ: `total: grand_total`, `items[].text: line_items[].description`."""
    policy: Policy = Policy()

    @property
    def content_hash(self) -> str:
        """SHA-256 over all that decides the answers: fields, prompt, checks, labels.

        Of the policy only what must be there, and of which lists something must: the rest decides
        where a record goes, and asks nothing again.
        """
        content = {
            "name": self.name,
            "fields": [leaf.model_dump(mode="json") for leaf in all_leaves(self.record)],
            "lists": [each.description for each in lists_of(self.record)],
            "prompt": self.prompt,
            "checks": [check.model_dump(mode="json") for check in self.checks],
            "labels": self.labels,
            "blocks": self.blocks,
            "other_labels": self.other_labels,
            "require": self.policy.require,
            "needed_lists": sorted({n.partition("[")[0] for n in self.policy.named if "[" in n}),
        }
        if self.e_invoice:
            content["e_invoice"] = self.e_invoice
        return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()


def taken_away(checks: Sequence[Check]) -> frozenset[str]:
    """Return the leaves that sums take away."""
    parts = (part for check in checks if isinstance(check, SumCheck) for part in check.parts)
    return frozenset(part[1:] for part in parts if part.startswith("-"))


def named_by(check: Check) -> tuple[str, ...]:
    """Return the leaves that a check is about."""
    if isinstance(check, SumCheck):
        return (*(part.removeprefix("-") for part in check.parts), check.total)
    values = check.model_dump(exclude={"rule"}).values()
    return tuple(name for v in values for name in ((v,) if isinstance(v, str) else v))


def read_type(path: Path, record: type[Record] | None = None) -> DocumentType:
    """Read a document type from its Markdown file; `record` is its model if it lists no fields.

    Raises:
        TypeFileError: the file can't be read, or something in it can't be understood.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) else error
        raise TypeFileError(f"The document type {str(path)!r} can't be read: {why}.") from error
    head, prompt = _split(text, path)
    fields = head.pop("fields", None)
    if record is None:
        record = _record_from(str(head.get("name", path.stem)), fields, path)
    try:
        found = DocumentType(
            **{"name": path.stem, "title": path.stem, **head, "record": record, "prompt": prompt}
        )
    except ValidationError as error:
        raise TypeFileError(f"{path}: {_first_problem(error)}") from error
    except RecursionError as error:
        raise TypeFileError(f"{path}: labels, blocks or other_labels hold themselves.") from error
    _refuse_unknown_leaves(found, path)
    return found


def front_matter(doctype: DocumentType) -> dict[str, Any]:
    """Return all of a type but its prompt, as its file's front matter has it."""
    fields: dict[str, Any] = {leaf.name: _spec(leaf) for leaf in leaves_of(doctype.record)}
    for each in lists_of(doctype.record):
        leaves = {leaf.name: _spec(leaf) for leaf in each.leaves}
        fields[each.name] = {"description": each.description, "fields": leaves}
    return {
        "name": doctype.name,
        "title": doctype.title,
        "fields": {name: fields[name] for name in doctype.record.model_fields},
        "checks": [check.model_dump(mode="json") for check in doctype.checks],
        "labels": {path: list(words) for path, words in doctype.labels.items()},
        "blocks": {path: list(words) for path, words in doctype.blocks.items()},
        "other_labels": list(doctype.other_labels),
        "sender": list(doctype.sender),
        **({"mask": list(doctype.mask)} if doctype.mask else {}),
        **({"e_invoice": dict(doctype.e_invoice)} if doctype.e_invoice else {}),
        "policy": doctype.policy.model_dump(mode="json", exclude_defaults=True),
    }


def as_markdown(doctype: DocumentType) -> str:
    """Return the text of a file that `read_type` makes the same type from."""
    head = yaml.safe_dump(
        front_matter(doctype),
        sort_keys=False,
        allow_unicode=True,
        width=100,
        default_flow_style=None,
    )
    return f"---\n{head}---\n{doctype.prompt}\n"


def _spec(leaf: Leaf) -> dict[str, str]:
    return {"kind": str(leaf.kind), "description": leaf.description}


def _split(text: str, path: Path) -> tuple[dict[str, Any], str]:
    """Return the front matter and the body of a Markdown file."""
    front, mark, body = text.partition("\n---\n")
    if not text.startswith("---\n") or not mark:
        raise TypeFileError(
            f"{path}: the file must begin with a front matter between two lines of '---', "
            "then the instructions."
        )
    try:
        head = yaml.safe_load(front.removeprefix("---\n"))
    except (yaml.YAMLError, ValueError, RecursionError) as error:  # ValueError: 2024-13-01
        raise TypeFileError(f"{path}: the front matter is no YAML: {error}") from error
    if not isinstance(head, dict) or not all(isinstance(name, str) for name in head):
        raise TypeFileError(f"{path}: the front matter must be 'name: value' lines.")
    if unknown := [name for name in head if name not in KEYS]:
        raise TypeFileError(
            f"{path}: the front matter has {unknown[0]!r}; there are {', '.join(KEYS)}."
        )
    prompt = body.strip()
    if not prompt:
        raise TypeFileError(f"{path}: there are no instructions after the front matter.")
    return head, prompt


def _record_from(name: str, fields: Any, path: Path, where_list: str = "") -> type[Record]:
    """Make a record model from a front matter's `fields`."""
    if not isinstance(fields, dict) or not fields:
        holder = where_list or f"{path}: the front matter"
        raise TypeFileError(f"{holder} has no 'fields'; list at least one.")
    made: dict[str, Any] = {}
    for field, spec in fields.items():
        where = f"{path}: field {field!r}"
        if not (isinstance(field, str) and field.isidentifier()) or field.startswith("_"):
            raise TypeFileError(
                f"{where}: a name has letters, digits and _ and begins with a letter."
            )
        if hasattr(Record, field):
            raise TypeFileError(f"{where}: this name is taken by Pydantic; choose another.")
        description = spec.get("description") if isinstance(spec, dict) else None
        if not isinstance(description, str) or not description.strip():
            raise TypeFileError(f"{where} needs a description: the model is asked by it.")
        if unknown := [key for key in spec if key not in FIELD_KEYS]:
            raise TypeFileError(f"{where} has {unknown[0]!r}; there are {', '.join(FIELD_KEYS)}.")
        if "fields" in spec:
            if where_list:
                raise TypeFileError(f"{where} is a list in a list; only one level is possible.")
            item = _record_from(f"{name}_{field}", spec["fields"], path, where)
            made[field] = (tuple[item, ...], Field((), description=description))  # type: ignore[valid-type]
            continue
        kinds = ", ".join(Kind)
        if spec.get("kind", "text") not in list(Kind):
            raise TypeFileError(f"{where}: {spec.get('kind')!r} is no kind; there are {kinds}.")
        python_type = TYPE_OF_KIND[Kind(spec.get("kind", "text"))]
        made[field] = (python_type | None, Field(None, description=description))
    return create_model(name, __base__=Record, **made)


def _refuse_unknown_leaves(found: DocumentType, path: Path) -> None:
    """Raise if a check, the policy or a label names a field that the record doesn't have."""
    known = {leaf.path for leaf in all_leaves(found.record)}
    named = [*found.policy.named, *found.labels, *found.blocks, *found.sender]
    named += (*found.policy.target_errors, *found.mask, *found.e_invoice)
    for check in found.checks:
        named += named_by(check)
    for name in named:
        if name not in known:
            raise TypeFileError(
                f"{path}: {name!r} is no field of this type; there are {', '.join(sorted(known))}."
            )
    _refuse_unknown_terms(found, path)


def _refuse_unknown_terms(found: DocumentType, path: Path) -> None:
    """Raise if a leaf is said to be a term that no e-invoice has, or one of another kind."""
    kinds = {leaf.path: leaf.kind for leaf in all_leaves(found.record)}
    for leaf, term in found.e_invoice.items():
        if term not in TERMS:
            known = ", ".join(TERMS)
            raise TypeFileError(f"{path}: an e-invoice has no {term!r}; there are {known}.")
        kind = TERMS[term]
        if kind is not kinds[leaf] or ("[]" in leaf) is not ("[]" in term):
            raise TypeFileError(
                f"{path}: {leaf!r} can't be an e-invoice's {term!r}, which is of kind {kind}."
            )


def _first_problem(error: ValidationError) -> str:
    first = error.errors()[0]
    return f"{'.'.join(str(part) for part in first['loc'])}: {first['msg']}"
