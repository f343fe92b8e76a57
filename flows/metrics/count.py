"""Put together what review costs and finds.

metrics = metrics_of(store)
metrics.accepted.count, metrics.accepted.of, metrics.effort.seconds.median
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from operator import attrgetter
from statistics import median
from typing import Literal

from sqlalchemy.orm import Session

from flows.metrics import query
from flows.metrics.doubts import doubts
from flows.metrics.lots import NOTHING, Lot, Row, split
from flows.metrics.query import SettledDocument
from flows.store.store import Store
from schemas.extraction import Outcome
from schemas.metrics import (
    FEW,
    FEW_FOR_P90,
    DoubtMetrics,
    Effort,
    Group,
    Metrics,
    Part,
    Period,
    Rejection,
    Spread,
    Version,
)
from schemas.recipe import Recipe

DAYS = 21
"""A shorter span is shown by days, a longer one by weeks."""
MOST_PERIODS = 26
MOST_FIELDS = 20
MOST_OF_GROUP = 3
"""Fields that are named for a group."""
MOST_GROUPS = 12
MOST_REASONS = 10
SHORT = 7
"""Hex digits that tell the versions of a prompt apart."""

LOOKED = (Outcome.IN_REVIEW, Outcome.REVIEWED, Outcome.REJECTED)
"""Outcomes of documents that need or needed a look."""


def metrics_of(store: Store) -> Metrics:
    """Count all there is to tell of a store: a third of a second for 10,000 settled records."""
    with store.reading() as session:
        return read_metrics(session)


def stamp_of(store: Store) -> int:
    """Return a number that rises whenever the metrics may have changed."""
    with store.reading() as session:
        return query.stamp_of(session)


def read_metrics(session: Session) -> Metrics:
    """Count all that there is to tell."""
    lot = Lot(query.recorded(session), query.settled_records(session))
    now = Lot([each for each in lot.recorded if each.current], lot.settled)
    outcomes = query.document_outcomes(session)
    documents = query.settled_documents(session)
    given = sum(count for outcome, count in outcomes.items() if outcome is not Outcome.FAILED)
    step = _step([each.day for each in now.rows])
    return Metrics(
        accepted=now.accepted,
        looks=Part(count=sum(outcomes.get(each, 0) for each in LOOKED), of=given),
        waiting=outcomes.get(Outcome.IN_REVIEW, 0),
        failed=outcomes.get(Outcome.FAILED, 0),
        corrected=now.corrected,
        rejected=Part(count=sum(each.rejected for each in lot.settled), of=len(lot.settled)),
        effort=_effort(documents),
        fields=now.fields[:MOST_FIELDS],
        by_type=_groups(now, attrgetter("type_name"), lambda names: {each: each for each in names}),
        by_source=_groups(now, attrgetter("folder"), _titles),
        by_version=tuple(_versions(lot, query.recipes(session))),
        doubts=_doubts(doubts(session)),
        rejections=_rejections(query.rejections(session)),
        step=step,
        periods=_periods(now, documents, step),
    )


def spread_of(counts: Iterable[float | None]) -> Spread:
    """Return the middle of what was counted, and what nine in ten stay within."""
    known = sorted(each for each in counts if each is not None)
    return Spread(
        median=median(known) if len(known) >= FEW else None,
        p90=known[math.ceil(0.9 * len(known)) - 1] if len(known) >= FEW_FOR_P90 else None,
        of=len(known),
    )


def _effort(documents: Sequence[SettledDocument]) -> Effort:
    return Effort(
        documents=len(documents),
        actions=spread_of(each.actions for each in documents),
        seconds=spread_of(each.seconds for each in documents),
    )


def _groups(
    lot: Lot,
    name_of: Callable[[Row], str],
    titles_of: Callable[[Sequence[str]], Mapping[str, str]],
) -> tuple[Group, ...]:
    """Return the largest groups by name, the largest first."""
    lots = split(lot, name_of)
    titles = titles_of(list(lots))
    largest = sorted(lots, key=lambda name: (-lots[name].size, name))[:MOST_GROUPS]
    return tuple(
        Group(
            name=name,
            title=titles[name],
            accepted=lots[name].accepted,
            corrected=lots[name].corrected,
            fields=lots[name].fields[:MOST_OF_GROUP],
        )
        for name in largest
    )


def _versions(lot: Lot, recipes: Mapping[str, tuple[Recipe, date]]) -> Iterator[Version]:
    """Yield each type's versions, the latest first; recipes that differ in nothing else are one."""
    keys = {
        recipe_id: (recipe.type_name, recipe.model, recipe.type_hash)
        for recipe_id, (recipe, _) in recipes.items()
    }
    first: dict[tuple[str, str, str], date] = {}
    for recipe_id, (_, day) in recipes.items():
        first[keys[recipe_id]] = min(day, first.get(keys[recipe_id], day))
    lots = split(lot, lambda each: keys[each.recipe_id])
    latest = sorted(lots, key=lambda key: (first[key], key), reverse=True)
    seen: Counter[str] = Counter()
    for key in sorted(latest, key=lambda key: key[0]):  # which keeps the order within a type
        type_name, model, type_hash = key
        seen[type_name] += 1
        if seen[type_name] > MOST_GROUPS:
            continue
        short = type_hash[:SHORT]
        yield Version(
            name=f"{type_name} {model} {type_hash}",
            title=f"{type_name}, {model}, {short}",
            accepted=lots[key].accepted,
            corrected=lots[key].corrected,
            fields=lots[key].fields[:MOST_OF_GROUP],
            type_name=type_name,
            model=model,
            prompt=short,
            first_used=first[key],
        )


def _doubts(found: Mapping[str, tuple[int, int]]) -> tuple[DoubtMetrics, ...]:
    """Return the reasons by how often they were right, out of how many."""
    ranked = sorted(found.items(), key=lambda each: (-each[1][1], each[0]))
    return tuple(
        DoubtMetrics(code=code, right=Part(count=right, of=of)) for code, (right, of) in ranked
    )


def _rejections(found: Mapping[str, int]) -> tuple[Rejection, ...]:
    """Return the reasons; of those that are one, the most frequent spelling."""
    counts: Counter[str] = Counter()
    spelled: dict[str, Counter[str]] = {}
    for reason, count in found.items():
        plain = " ".join(reason.split())
        counts[plain.casefold()] += count
        spelled.setdefault(plain.casefold(), Counter())[plain] += count
    ranked = sorted(counts.items(), key=lambda each: (-each[1], each[0]))[:MOST_REASONS]
    return tuple(
        Rejection(
            reason=min(spelled[key].items(), key=lambda each: (-each[1], each[0]))[0], records=n
        )
        for key, n in ranked
    )


def _periods(
    lot: Lot, documents: Sequence[SettledDocument], step: Literal["day", "week"]
) -> tuple[Period, ...]:
    """Return the latest periods in which anything happened."""

    def start(each: Row | SettledDocument) -> date:
        return each.day - timedelta(days=each.day.weekday()) if step == "week" else each.day

    lots = split(lot, start)
    efforts: dict[date, list[SettledDocument]] = {}
    for document in documents:
        efforts.setdefault(start(document), []).append(document)
    return tuple(
        Period(
            start=day,
            accepted=lots.get(day, NOTHING).accepted,
            corrected=lots.get(day, NOTHING).corrected,
            rejected=sum(each.rejected for each in lots.get(day, NOTHING).settled),
            effort=_effort(efforts.get(day, ())),
        )
        for day in sorted({*lots, *efforts})[-MOST_PERIODS:]
    )


def _step(days: Sequence[date]) -> Literal["day", "week"]:
    return "week" if days and (max(days) - min(days)).days >= DAYS else "day"


def _titles(folders: Sequence[str]) -> dict[str, str]:
    """Return folders without what all of them begin with."""
    parts = {folder: [part for part in folder.split("/") if part] for folder in folders}
    common = 0
    while len({tuple(each[: common + 1]) for each in parts.values()}) == 1 and all(
        len(each) > common + 1 for each in parts.values()
    ):
        common += 1
    return {folder: "/".join(each[common:]) or "(no folder)" for folder, each in parts.items()}
