"""The deployments: what the settings say, as Prefect runs it."""

from __future__ import annotations

from collections.abc import Collection
from itertools import chain
from pathlib import Path
from typing import Any

from prefect.client.schemas.objects import ConcurrencyLimitConfig, ConcurrencyLimitStrategy
from prefect.client.schemas.schedules import CronSchedule
from prefect.deployments.runner import RunnerDeployment
from prefect.flows import Flow
from prefect.schedules import Schedule
from prefect.types.entrypoint import EntrypointType
from pydantic import ValidationError

from flows.deployed import evaluate, extract, publish, watch
from flows.settings import Settings, Timed
from schemas.errors import SettingsError

BY_HAND = "papersift"
"""The deployment of each flow that has no schedule: for the UI's button and the command line."""
ONE = ConcurrencyLimitConfig(limit=1, collision_strategy=ConcurrencyLimitStrategy.CANCEL_NEW)
"""What is due again while it still runs is left out: the next time does it."""


def deployments(settings: Settings, *, review_url: str | None) -> list[RunnerDeployment]:
    """Return all deployments.

    Raises:
        SettingsError: a schedule or a time zone can't be understood.
    """
    place = _place(settings)
    usual = _parameters(settings, review_url)
    found = [
        _deployment(extract, BY_HAND, usual, required={"paths"}),
        _deployment(watch, BY_HAND, place | {"options": _options(usual)}),
        _deployment(publish, BY_HAND, place),
        _deployment(evaluate, BY_HAND, {"model": usual["model"], "base_url": usual["base_url"]}),
    ]
    for name, each in settings.extract.items():
        request = settings.request(each.paths, each).model_dump(mode="json")
        given = {**request, "out": place["out"], "review_url": review_url}
        found.append(_deployment(extract, name, given, timed=each))
    for name, looked in settings.watch.items():
        asked = settings.request((looked.folder,), looked).model_dump(mode="json")
        given = {
            **place,
            "folder": looked.folder,
            "type": asked["type"],
            "after": looked.after,
            "settle_s": looked.settle,
            "options": _options({**asked, "review_url": review_url}),
        }
        found.append(_deployment(watch, name, given, timed=looked))
    return found


def check_schedules(settings: Settings) -> None:
    """Raise SettingsError if a schedule or a time zone can't be understood."""
    for name, timed in chain(settings.extract.items(), settings.watch.items()):
        _schedule(name, timed)


def _deployment(
    flow: Flow[Any, Any],
    name: str,
    parameters: dict[str, Any],
    *,
    timed: Timed | None = None,
    required: Collection[str] = (),
) -> RunnerDeployment:
    given = {key: value for key, value in parameters.items() if key not in required}
    return RunnerDeployment.from_flow(
        flow,
        name,
        parameters=given,
        schedule=_schedule(name, timed) if timed else None,
        concurrency_limit=ONE if timed else None,
        entrypoint_type=EntrypointType.MODULE_PATH,
        tags=["papersift"],
    )


def _schedule(name: str, timed: Timed) -> Schedule:
    try:
        CronSchedule(cron=timed.cron, timezone=timed.timezone)
    except ValidationError as error:
        said = "; ".join(str(each["msg"]).removeprefix("Value error, ") for each in error.errors())
        raise SettingsError(
            f"The schedule {name!r} can't be understood: cron = {timed.cron!r}, "
            f"timezone = {timed.timezone!r}: {said}"
        ) from None
    return Schedule(cron=timed.cron, timezone=timed.timezone)


def _place(settings: Settings) -> dict[str, Any]:
    return {"out": str(Path(settings.out).absolute()), "store": settings.store}


def _parameters(settings: Settings, review_url: str | None) -> dict[str, Any]:
    """Return what `extract` is given unless the form says otherwise."""
    request = settings.request((".",)).model_dump(mode="json")
    return {**request, **_place(settings), "review_url": review_url, "paths": []}


def _options(parameters: dict[str, Any]) -> dict[str, Any]:
    """Return those parameters that `watch` passes on, as far as they say anything."""
    own = {"paths", "type", "out", "store", "again"}
    return {
        key: value
        for key, value in parameters.items()
        if key not in own and value not in (None, {})
    }
