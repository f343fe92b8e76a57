"""Metrics in words; a share never without what it is a share of."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from flows.web.words import count, label, reason_of
from schemas.metrics import DOCUMENT, Effort, FieldMetrics, Group, Metrics, Part, Spread

MINUTE = 60
LEAST = 0.01
"""A smaller share isn't told by figures."""


def part(told: Part, noun: str = "") -> str:
    """Return so many of so many: `12 of 80 records (15 %)`, of a few without the share."""
    share = "" if told.share is None else f" ({percent(told.share)})"
    return f"{told.count:,} of {count(told.of, noun) if noun else f'{told.of:,}'}{share}"


def percent(share: float) -> str:
    """Return a share in whole per cent, never to be broken: `15 %`.

    Nearly none isn't none, and nearly all isn't all.
    """
    if 0 < share < LEAST:
        return "under 1\u00a0%"
    if 1 - LEAST < share < 1:
        return "over 99\u00a0%"
    return f"{100 * share:.0f}\u00a0%"


def seconds(number: float) -> str:
    """Return a duration: `9 s`, `1 min 20 s`."""
    whole = round(number)
    if whole < MINUTE:
        return f"{whole} s"
    return f"{whole // MINUTE} min" + (f" {whole % MINUTE} s" if whole % MINUTE else "")


def plain(number: float) -> str:
    """Return a number without what follows from its being a fraction: `3`, `2.5`."""
    return f"{number:g}"


def actions(number: float) -> str:
    """Return keys and clicks: `1 action`, `2.5 actions`."""
    return f"{number:g} action{'' if number == 1 else 's'}"


def doubt(code: str) -> str:
    """Return what a doubt's code means."""
    return "About the document as a whole" if code == DOCUMENT else reason_of(code)


def field(told: FieldMetrics, *, typed: bool) -> str:
    """Return what a person calls a field, if `typed` after its type: `invoice: Grand total`."""
    name, _, leaf = told.field.partition("[].")
    if leaf:
        called = f"{label(leaf)} ({label(name).lower()})"
    elif name.endswith("[]"):
        called = f"{label(name.removesuffix('[]'))}: one removed"
    else:
        called = label(name)
    return f"{told.type_name}: {called}" if typed else called


def sentences(metrics: Metrics) -> tuple[str, ...]:
    """Return what there is to tell, the most important first."""
    if metrics.empty:
        return ("Nothing was extracted yet.",)
    found = [f"{part(metrics.accepted, 'record')} accepted without a look"]
    if metrics.looks.count:
        waiting = f"; {metrics.waiting:,} still waiting" if metrics.waiting else ""
        found.append(f"{part(metrics.looks, 'document')} needed a look{waiting}")
    found += [*_effort(metrics.effort)]
    if metrics.fields:
        most = metrics.fields[0]
        noun = f"reviewed {most.type_name} record"
        name = field(most, typed=False)
        found.append(f"corrected most: {name}, in {part(most.corrected, noun)}")
    elif metrics.corrected.of:
        found.append(f"nothing corrected in {count(metrics.corrected.of, 'reviewed record')}")
    return tuple(found)


def most(group: Group) -> str:
    """Return the fields that were changed most in a group: `Grand total (12), IBAN (5)`."""
    typed = len({each.type_name for each in group.fields}) > 1
    return ", ".join(
        f"{field(each, typed=typed)} ({each.corrected.count:,})" for each in group.fields
    )


def seconds_spread(effort: Effort) -> str:
    """Return how long documents took: `9 s, 9 in 10 within 31 s (60 documents)`."""
    return _spread(effort.seconds, seconds, effort.documents)


def actions_spread(effort: Effort) -> str:
    """Return the keys and clicks that documents took: `3 actions, 9 in 10 within 8 actions`."""
    return _spread(effort.actions, actions, effort.documents)


@dataclass(frozen=True)
class Tile:
    """One figure of those that matter most."""

    title: str
    figure: str
    """Short: a share, or a dash where nothing can be said yet."""
    told: str
    """What it is a share or the middle of."""


def tiles(metrics: Metrics) -> tuple[Tile, ...]:
    """Return the figures that matter most."""
    looks = _bare(metrics.looks, "document")
    if metrics.waiting:
        looks += f"; {metrics.waiting:,} still waiting"
    return (
        Tile(
            "Accepted without a look", _share(metrics.accepted), _bare(metrics.accepted, "record")
        ),
        Tile("Documents that needed a look", _share(metrics.looks), looks),
        _effort_tile("Time a document", metrics.effort, metrics.effort.seconds, seconds),
        _effort_tile("Keys and clicks a document", metrics.effort, metrics.effort.actions, plain),
        Tile(
            "Reviewed records corrected",
            _share(metrics.corrected),
            _bare(metrics.corrected, "record"),
        ),
    )


def _spread(told: Spread, write: Callable[[float], str], settled: int) -> str:
    if not settled:
        return "–"
    if told.median is None:
        return f"too few ({told.of} of {settled} counted)"
    p90 = "" if told.p90 is None else f", 9 in 10 within {write(told.p90)}"
    return f"{write(told.median)}{p90} ({count(told.of, 'document')})"


def _effort(effort: Effort) -> tuple[str, ...]:
    if effort.seconds.median is None or effort.actions.median is None:
        return ()
    middle = f"{actions(effort.actions.median)} and {seconds(effort.seconds.median)}"
    text = f"{middle} a document, in the median of {effort.seconds.of:,} that were settled"
    if effort.seconds.p90 is not None and effort.actions.p90 is not None:
        text += (
            f"; 9 in 10 took at most {actions(effort.actions.p90)} "
            f"and {seconds(effort.seconds.p90)}"
        )
    return (text,)


def _bare(told: Part, noun: str) -> str:
    return f"{told.count:,} of {count(told.of, noun)}"


def _share(told: Part) -> str:
    return "–" if told.share is None else percent(told.share)


def _effort_tile(title: str, effort: Effort, told: Spread, write: Callable[[float], str]) -> Tile:
    uncounted = effort.documents - told.of
    rest = f"; {uncounted:,} more weren't counted" if uncounted else ""
    if told.median is None:
        few = f"too few to say: {count(told.of, 'document')} counted" if effort.documents else ""
        return Tile(title, "–", few + rest if few else "nothing was settled yet")
    p90 = "" if told.p90 is None else f", 9 in 10 within {write(told.p90)}"
    return Tile(title, write(told.median), f"median of {told.of:,}{p90}{rest}")
