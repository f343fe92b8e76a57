"""Measure what confidences are worth, and how often what they promise is kept.

Of each signal alone and of all together: the AUROC over held-out fields, and the share of fields
that could be accepted at an error of 1, 2 and 5 % as it was seen. Of documents: what a promise
accepts. Then documents are parted at random, many times: confidences and dial are made of one part,
and what that dial accepts of the other part shows whether the promise was kept.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
from rich.console import Console
from rich.table import Table
from sklearn.metrics import roc_auc_score

from extractors.confidence.labelled import confidences_of, published_from, wrong
from extractors.confidence.record_score import held_back, score_of, standing_of
from flows.calibrate.fit import calibrate
from flows.calibrate.labelled import labelled_of
from flows.calibrate.promise import promise_of
from flows.calibrate.shipped import shipped_records
from flows.evaluate.kept import find
from flows.store.given import given_by
from flows.store.store import Store
from schemas.calibration import Calibration, Scored
from schemas.catalogue import BUILT_IN, built_in_type
from schemas.errors import InputError, StoreError
from schemas.held_out import HeldOut, HeldOutField
from schemas.labelled import LabelledRecord

POLICIES = {name: built_in_type(name).policy for name in BUILT_IN}
TARGETS = (0.01, 0.02, 0.05, 0.1, 0.2)
ASSURANCE = 0.95
SPLITS = 200
PART = 0.5
"""Of the documents, on which confidences and dial are made."""
EVERY = "all types"
EXAMPLE = """\
examples:
  papersift eval GOLD --out eval/ && python tests/benchmarks/promise.py eval/ --json promise.json
  python tests/benchmarks/promise.py --shipped local/qwen2.5-coder-1.5b
"""


@dataclass(frozen=True)
class SignalRow:
    """How well something tells right fields from wrong ones."""

    name: str
    fields: int
    auroc: float
    coverage: tuple[float, ...]
    """Share of all labelled fields that stand before the error, as it was seen, passes a target."""


@dataclass(frozen=True)
class PromiseRow:
    """What held-out documents of a type allow at one target."""

    type_name: str
    documents: int
    target: float
    seen: float
    """Share of the documents before the error, as it was seen, passes the target."""
    promised: float
    """Share that a promise accepts."""
    error: float | None
    """Of those, the share that is wrong; None: none is accepted."""
    needed: int


@dataclass(frozen=True)
class SplitRow:
    """Random halves: dials made of one, tried on the other."""

    type_name: str
    target: float
    splits: int
    promised: int
    """In so many something was promised."""
    kept: int
    """Of these, the others' error was no more than the target."""
    accepted: int
    """Documents that were accepted in all of them."""
    wrong: int
    """Of these."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, print the tables, write the JSON file if one is asked for."""
    given = _parser().parse_args(arguments)
    console = Console(stderr=True)
    try:
        records = tuple(_records(given))
    except (InputError, StoreError) as error:
        console.print(str(error), style="red", highlight=False)
        return 2
    calibration, held_out = _calibrated(records)
    console.print(f"{calibration.fitted_on}\n{calibration.form}", highlight=False)
    signals = tuple(_signals(held_out.fields))
    promises = tuple(_promises(held_out))
    splits = tuple(_splits(records, given.splits, console))
    for table in (_signal_table(signals), _promise_table(promises), _split_table(splits)):
        Console().print(table)
    if given.json:
        found = {
            "fitted_on": calibration.fitted_on,
            "form": calibration.form,
            "signals": [asdict(each) for each in signals],
            "promises": [asdict(each) for each in promises],
            "splits": [asdict(each) for each in splits],
        }
        given.json.write_text(f"{json.dumps(found, indent=1)}\n", encoding="utf-8")
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        description=__doc__, epilog=EXAMPLE, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "gold_eval", nargs="*", type=Path, metavar="GOLD_EVAL", help="output of `papersift eval`"
    )
    parser.add_argument("--shipped", metavar="MODEL", help="records that come with papersift")
    parser.add_argument("--splits", type=int, default=SPLITS, help="random halves (%(default)s)")
    parser.add_argument("--json", type=Path, metavar="PATH", help="write all figures")
    return parser


def _records(given: argparse.Namespace) -> Iterator[LabelledRecord]:
    """Yield the labelled records that are asked for.

    Raises:
        InputError: there are none.
        StoreError: a store can't be read.
    """
    if not given.gold_eval and not given.shipped:
        raise InputError("Name the output of `papersift eval`, or --shipped and a model.")
    if given.shipped:
        found = shipped_records(given.shipped, "fields")
        if not found:
            raise InputError(f"No labelled records of {given.shipped} come with papersift.")
        yield from found
    for out in given.gold_eval:
        evaluation = find("last", out)
        with Store.open(out) as store, store.reading() as session:
            for recipe_id in evaluation.recipes:
                names = [each.document_id for each in evaluation.documents]
                found_by = given_by(session, names, recipe_id)
                for judged in evaluation.documents:
                    got = found_by.get(judged.document_id)
                    if got and got.extraction and got.extraction.type_name == judged.type_name:
                        yield labelled_of(
                            got.extraction,
                            judged,
                            model=evaluation.model,
                            asking=evaluation.asking,
                            recipe_id=recipe_id,
                            at=evaluation.at,
                        )


def _calibrated(records: Sequence[LabelledRecord]) -> tuple[Calibration, HeldOut]:
    return calibrate(
        records,
        POLICIES,
        id="benchmark",
        at=datetime.now(UTC),
        model=records[0].model,
        asking=records[0].asking,
    )


def _signals(fields: Sequence[HeldOutField]) -> Iterator[SignalRow]:
    """Yield all signals together, then each alone, the best first."""
    yield _signal("all together", [(each.confidence, each.right) for each in fields], len(fields))
    names = sorted({name for each in fields for name in each.terms})
    rows = [
        _signal(
            name,
            [(each.terms[name], each.right) for each in fields if name in each.terms],
            len(fields),
        )
        for name in names
    ]
    yield from sorted(rows, key=lambda row: -np.nan_to_num(row.auroc))


def _signal(name: str, scored: Sequence[tuple[float, bool]], of: int) -> SignalRow:
    scores, right = np.array([s for s, _ in scored]), np.array([r for _, r in scored])
    both = len(set(right.tolist())) == 2
    return SignalRow(
        name=name,
        fields=len(scored),
        auroc=float(roc_auc_score(right, scores)) if both else float("nan"),
        coverage=tuple(_seen(scores, right, target) * len(scored) / of for target in TARGETS[:3]),
    )


def _seen(scores: np.ndarray, right: np.ndarray, target: float) -> float:
    """Return the largest share from the top, ties together, of which so much is wrong at most."""
    if not len(scores):
        return 0.0
    order = np.argsort(-scores, kind="stable")
    ends = np.append(np.diff(scores[order]) != 0, True)
    errors = np.cumsum(~right[order]) / np.arange(1, len(right) + 1)
    passed = np.flatnonzero(ends & (errors <= target))
    return float((passed[-1] + 1) / len(right)) if passed.size else 0.0


def _tested(held_out: HeldOut) -> dict[str, list[Scored]]:
    """Return the held-out records that could be accepted, by type, and all of them."""
    found: dict[str, list[Scored]] = {EVERY: []}
    for each in held_out.records:
        if not each.held_back:
            tested = Scored(score=each.score, right=each.right, origin=each.origin)
            found.setdefault(each.type_name, []).append(tested)
            found[EVERY].append(tested)
    return found


def _promises(held_out: HeldOut) -> Iterator[PromiseRow]:
    for name, tested in _tested(held_out).items():
        of = sum(name in (each.type_name, EVERY) for each in held_out.records)
        scores = np.array([each.score for each in tested])
        right = np.array([each.right for each in tested], dtype=bool)
        for target in TARGETS:
            promise = promise_of(tested, error=target, assurance=ASSURANCE)
            is_open = promise.threshold is not None
            yield PromiseRow(
                type_name=name,
                documents=of,
                target=target,
                seen=_seen(scores, right, target) * len(tested) / of,
                promised=promise.accepted / of if is_open else 0.0,
                error=promise.wrong / promise.accepted if is_open else None,
                needed=promise.needed,
            )


def _splits(records: Sequence[LabelledRecord], count: int, console: Console) -> Iterator[SplitRow]:
    outcomes: dict[tuple[str, float], list[tuple[int, int] | None]] = {}
    documents = sorted({each.document_id for each in records})
    for seed in range(count):
        drawn = np.random.default_rng(seed).permutation(documents)[: int(PART * len(documents))]
        ours = set(drawn.tolist())
        calibration, held_out = _calibrated([r for r in records if r.document_id in ours])
        rest = [_outcome(r, calibration) for r in records if r.document_id not in ours]
        for name, tested in _tested(held_out).items():
            for target in TARGETS:
                least = promise_of(tested, error=target, assurance=ASSURANCE).threshold
                outcomes.setdefault((name, target), []).append(
                    None if least is None else _accepted(rest, name, least)
                )
        if seed % 20 == 19:
            console.print(f"{seed + 1} of {count} splits", highlight=False)
    for (name, target), each in sorted(outcomes.items()):
        promised = [found for found in each if found]
        yield SplitRow(
            type_name=name,
            target=target,
            splits=len(each),
            promised=len(promised),
            kept=sum(wrong_ones <= target * accepted for accepted, wrong_ones in promised),
            accepted=sum(accepted for accepted, _ in promised),
            wrong=sum(wrong_ones for _, wrong_ones in promised),
        )


Result = tuple[str, float | None, bool]


def _outcome(record: LabelledRecord, calibration: Calibration) -> Result:
    """Return a record's type, its score if nothing else holds it back, and whether it is right."""
    confidences = confidences_of(record, calibration.values, calibration.empties)
    standings = [standing_of(f, c) for f, c in zip(record.fields, confidences, strict=True)]
    policy = POLICIES[record.type_name]
    score = None if held_back(standings, policy, record.doubts) else score_of(standings, policy)
    published = published_from(record, confidences, 0.05)
    return record.type_name, score, not wrong(record, policy, published=published)


def _accepted(rest: Iterable[Result], name: str, least: float) -> tuple[int, int]:
    """Return how many a dial accepts, and how many of them are wrong."""
    found = [
        right
        for type_name, score, right in rest
        if name in (type_name, EVERY) and score is not None and score >= least
    ]
    return len(found), len(found) - sum(found)


def _signal_table(rows: Iterable[SignalRow]) -> Table:
    table = _table("fields", "signal", "fields", "AUROC", *(f"≤ {t:.0%}" for t in TARGETS[:3]))
    for row in rows:
        table.add_row(
            row.name, str(row.fields), f"{row.auroc:.3f}", *(f"{each:.0%}" for each in row.coverage)
        )
    return table


def _promise_table(rows: Iterable[PromiseRow]) -> Table:
    table = _table(
        f"documents, promises at {ASSURANCE:.0%} assurance",
        *("type", "documents", "target", "seen", "promised", "wrong", "needed"),
    )
    for row in rows:
        error = "" if row.error is None else f"{row.error:.1%}"
        table.add_row(
            *(row.type_name, str(row.documents), f"{row.target:.0%}", f"{row.seen:.0%}"),
            *(f"{row.promised:.0%}", error, str(row.needed)),
        )
    return table


def _split_table(rows: Iterable[SplitRow]) -> Table:
    table = _table(
        "random halves: dials of one tried on the other",
        *("type", "target", "promised", "kept", "not kept", "accepted", "wrong"),
    )
    for row in rows:
        error = f"{row.wrong / row.accepted:.1%}" if row.accepted else ""
        table.add_row(
            *(row.type_name, f"{row.target:.0%}", f"{row.promised} of {row.splits}"),
            *(str(row.kept), str(row.promised - row.kept), str(row.accepted), error),
        )
    return table


def _table(title: str, first: str, *columns: str) -> Table:
    table = Table(title=title, title_justify="left")
    table.add_column(first)
    for name in columns:
        table.add_column(name, justify="right")
    return table


if __name__ == "__main__":
    sys.exit(main())
