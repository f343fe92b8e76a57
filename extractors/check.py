"""Check a record's fields against each other: sums, products, dates in order, check digits."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Context, Decimal, localcontext
from math import prod
from typing import Literal

from extractors.coerce.identifiers import iban_problem, vat_country, vat_id_problem
from schemas.doctype import (
    Check,
    DifferCheck,
    OrderCheck,
    ProductCheck,
    SumCheck,
    ValidCheck,
)
from schemas.extraction import CheckResult, FieldResult
from schemas.kinds import Kind, text_of
from schemas.record import pattern_of

Verdict = Literal["passed", "failed", "not_applicable"]
Fields = Mapping[str, FieldResult]
"""A record's fields that have a value, by their path."""

ItemCheck = ProductCheck | OrderCheck | ValidCheck | DifferCheck
"""Those that give one result for each item of a list."""

EXACT = Context(prec=200)
"""Products and sums of printed numbers have fewer digits, so nothing is rounded."""

PRICE_BASES = (10, 100, 1000)
"""Prices are printed for so many pieces too."""


@dataclass(frozen=True)
class Term:
    """One number of a sum."""

    sign: int
    """1, or -1: it is taken away."""
    path: str
    value: Decimal

    @property
    def taken(self) -> Decimal:
        """What it adds if a number that is taken away may be printed with its minus."""
        return self.value if self.sign > 0 else -abs(self.value)


def run_checks(rules: Sequence[Check], fields: Sequence[FieldResult]) -> tuple[CheckResult, ...]:
    """Return what each of a type's checks says, in their order.

    A sum gives one result. The others give one for each item if they are about a list's leaves.
    """
    known = {field.path: field for field in fields if field.value is not None}
    paths = [field.path for field in fields]
    with localcontext(EXACT):
        return tuple(result for check in rules for result in _results(check, known, paths))


def _results(check: Check, known: Fields, paths: Sequence[str]) -> Iterator[CheckResult]:
    if isinstance(check, SumCheck):
        yield _sum(check, known, paths)
        return
    for item in _items(check, paths):
        if isinstance(check, ProductCheck):
            yield _product(check, known, item)
        elif isinstance(check, DifferCheck):
            yield _differ(check, known, item)
        elif isinstance(check, OrderCheck):
            yield _order(check, known, item)
        else:
            yield _valid(check, known, item)


def _sum(check: SumCheck, known: Fields, paths: Sequence[str]) -> CheckResult:
    """Add up the parts. While one isn't known the sum can be right, but not wrong.

    Without the first one, of which the total mostly consists, it can be neither: that a tax equals
    a total says that one of them was taken for the other.
    """
    name, total = f"sum: {check.total}", _number(known, check.total)
    terms = [term for part in check.parts for term in _terms(part, paths)]
    there = [Term(sign, path, n) for sign, path in terms if (n := _number(known, path)) is not None]
    missing = [path for _, path in terms if _number(known, path) is None]
    if total is None or not there or (terms[0][1] in missing and "[" not in terms[0][1]):
        return _unknown(name, [check.total] if total is None else missing)
    computed = sum((term.sign * term.value for term in there), Decimal())
    if total == (taken := sum((term.taken for term in there), Decimal())):
        computed = taken
    off = total - computed
    # Each item of a list is printed rounded, and their total may be rounded once, at the end.
    allowed = sum((_half_place(term.value) for term in there if "[" in term.path), Decimal())
    took_part = (*(term.path for term in there), check.total)
    if off == 0 or (abs(off) <= allowed and not missing):
        nearly = f", {_more(off)} by rounding" if off else ""
        text = f"{_written(there)} = {check.total} {text_of(total)}{nearly}"
        return _result(name, "passed", text, took_part)
    found = f"{check.total} is {text_of(total)} ({_more(off)})"
    text = f"{_written(there)} = {text_of(computed)}, but {found}"
    if missing:
        return _result(name, "not_applicable", f"{text}; {_not_known(missing)}", took_part)
    return _result(name, "failed", text, took_part)


def _differ(check: DifferCheck, known: Fields, item: str) -> CheckResult:
    """Hold two values against each other as text, without case."""
    one, other = _at(check.one, item), _at(check.other, item)
    name = f"differ: {one}"
    missing = [path for path in (one, other) if path not in known]
    if missing:
        return _unknown(name, missing)
    texts = [text_of(value) for path in (one, other) if (value := known[path].value) is not None]
    same = texts[0].casefold() == texts[1].casefold()
    says = f"{one} and {other} are both {texts[0]!r}" if same else f"{one} isn't {other}"
    return _result(name, "failed" if same else "passed", says, (one, other))


def _product(check: ProductCheck, known: Fields, item: str) -> CheckResult:
    """Multiply an item's factors; the product is printed rounded, and so may a price be."""
    product_path = _at(check.product, item)
    factor_paths = [_at(path, item) for path in check.factors]
    name, took_part = f"product: {product_path}", (*factor_paths, product_path)
    numbers = {path: n for path in took_part if (n := _number(known, path)) is not None}
    missing = [path for path in took_part if path not in numbers]
    if missing:
        return _unknown(name, missing)
    product, factors = numbers[product_path], [numbers[path] for path in factor_paths]
    computed = _trimmed(prod(factors, start=Decimal(1)), product)
    allowed = _half_place(product) or Decimal("0.5")
    for at, path in enumerate(factor_paths):
        if known[path].kind is Kind.AMOUNT:
            others = prod(factors[:at] + factors[at + 1 :], start=Decimal(1))
            allowed += abs(others) * _half_place(factors[at])
    written = " × ".join(f"{_leaf(path)} {text_of(numbers[path])}" for path in factor_paths)
    if abs(product - computed) <= allowed:
        text = f"{written} = {_leaf(product_path)} {text_of(product)}"
        return _result(name, "passed", text, took_part)
    found = f"{_leaf(product_path)} is {text_of(product)} ({_more(product - computed)})"
    text = f"{written} = {text_of(computed)}, but {found}"
    for base in PRICE_BASES:
        if abs(product * base - computed) <= allowed:
            text = f"{text}; it would fit a price for {base}"
            return _result(name, "not_applicable", text, took_part)
    return _result(name, "failed", text, took_part)


def _order(check: OrderCheck, known: Fields, item: str) -> CheckResult:
    """Compare two dates."""
    earlier, later = _at(check.earlier, item), _at(check.later, item)
    name, took_part = f"order: {earlier}, {later}", (earlier, later)
    days = {path: known[path].value for path in took_part if path in known}
    first, last = days.get(earlier), days.get(later)
    if not isinstance(first, date) or not isinstance(last, date):
        return _unknown(name, [path for path in took_part if path not in days])
    if first <= last:
        return _result(name, "passed", f"{earlier} {first} isn't after {later} {last}", took_part)
    text = f"{earlier} {first} is {(first - last).days} days after {later} {last}"
    return _result(name, "failed", text, took_part)


def _valid(check: ValidCheck, known: Fields, item: str) -> CheckResult:
    """Verify the check digits of an IBAN or tax number."""
    path = _at(check.field, item)
    name = f"valid: {path}"
    if path not in known:
        return _unknown(name, [path])
    field, number = known[path], str(known[path].value)
    if field.kind is Kind.IBAN:
        problem = iban_problem(number)
    elif field.kind is Kind.VAT_ID and vat_country(number):
        problem = vat_id_problem(number)
    else:
        text = f"{path} {number} has no check digits that are known"
        return _result(name, "not_applicable", text, (path,))
    if problem:
        return _result(name, "failed", f"{path}: {problem.rstrip('.')}", (path,))
    return _result(name, "passed", f"{path} {number} has the right check digits", (path,))


def _items(check: ItemCheck, paths: Sequence[str]) -> list[str]:
    """Return `line_items[0]` and so on for a check on a list's leaves, else one empty text."""
    if isinstance(check, ProductCheck):
        named: tuple[str, ...] = (*check.factors, check.product)
    elif isinstance(check, OrderCheck):
        named = (check.earlier, check.later)
    elif isinstance(check, DifferCheck):
        named = (check.one, check.other)
    else:
        named = (check.field,)
    if not any("[]" in path for path in named):
        return [""]
    items = (path.split(".")[0] for path in paths if pattern_of(path) in named and "[" in path)
    return list(dict.fromkeys(items))


def _at(path: str, item: str) -> str:
    """Return a leaf's path in one item: `line_items[].unit` in `line_items[2]`."""
    return f"{item}.{_leaf(path)}" if "[]." in path else path


def _terms(part: str, paths: Sequence[str]) -> list[tuple[int, str]]:
    """Return a sum's part as signs and paths: one, or one for each item of a list."""
    sign, leaf = (-1, part[1:]) if part.startswith("-") else (1, part)
    return [(sign, path) for path in paths if "[]" in leaf and pattern_of(path) == leaf] or [
        (sign, leaf)
    ]


def _written(terms: Sequence[Term]) -> str:
    """Return `net_total 100.00 + tax_total 19.00`; a list's items as one term."""
    rows: dict[str, str] = {}
    leaves = [pattern_of(term.path) for term in terms]
    counts = Counter(leaves)
    for term, leaf in zip(terms, leaves, strict=True):
        listed = f"sum of {counts[leaf]} {leaf}"
        what = listed if "[" in leaf else f"{leaf} {text_of(term.value)}"
        rows[leaf] = f"{'+' if term.sign > 0 else '-'} {what}"
    return " ".join(rows.values()).removeprefix("+ ")


def _number(known: Fields, path: str) -> Decimal | None:
    value = known[path].value if path in known else None
    return value if isinstance(value, Decimal) else None


def _half_place(value: Decimal) -> Decimal:
    """Return half a unit of the last printed decimal; 0 for a number without decimals."""
    exponent = int(value.as_tuple().exponent)
    return Decimal("0.5").scaleb(exponent) if exponent < 0 else Decimal()


def _trimmed(value: Decimal, like: Decimal) -> Decimal:
    """Return the same value without zeros at its end that `like` doesn't print."""
    short = value.quantize(like)
    return short if short == value else value


def _leaf(path: str) -> str:
    return path.rpartition(".")[2]


def _more(off: Decimal) -> str:
    return f"{text_of(abs(off))} {'more' if off > 0 else 'less'}"


def _not_known(paths: Sequence[str]) -> str:
    return f"{' and '.join(paths)} {'is' if len(paths) == 1 else 'are'} not known"


def _unknown(name: str, paths: Sequence[str]) -> CheckResult:
    return _result(name, "not_applicable", _not_known(paths), ())


def _result(name: str, verdict: Verdict, text: str, fields: tuple[str, ...]) -> CheckResult:
    return CheckResult(name=name, verdict=verdict, text=text, fields=fields)
