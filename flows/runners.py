"""Where a batch's tasks run: in threads of this process, or on Dask or Ray."""

from __future__ import annotations

from typing import Any, cast

from prefect.futures import PrefectFuture
from prefect.task_runners import TaskRunner, ThreadPoolTaskRunner

from flows.at_once import documents_at_once, hands_for
from schemas.batch import BatchRequest
from schemas.errors import RunnerError

Runner = TaskRunner[PrefectFuture[Any]]


def runner_for(request: BatchRequest) -> Runner:
    """Return the task runner that a request names, not started yet.

    Raises:
        RunnerError: its package isn't installed.
    """
    at_once = documents_at_once(request)
    if request.runner == "dask":
        return _dask(at_once, request.runner_address)
    if request.runner == "ray":
        return _ray(at_once, request.runner_address)
    return cast("Runner", ThreadPoolTaskRunner(hands_for(request) + 1))  # see `tasks_at_once`


def _dask(at_once: int, address: str | None) -> Runner:
    try:
        import dask  # noqa: PLC0415 - an extra
        from prefect_dask.task_runners import DaskTaskRunner  # noqa: PLC0415
    except ModuleNotFoundError as error:
        raise _missing("dask", error) from error
    # Its workers read documents in processes of their own, which a daemon may not start.
    dask.config.set({"distributed.worker.daemon": False})
    if address:
        return cast("Runner", DaskTaskRunner(address=address))
    usual = {"threads_per_worker": at_once, "n_workers": 1, "dashboard_address": None}
    return cast("Runner", DaskTaskRunner(cluster_kwargs=usual))


def _ray(at_once: int, address: str | None) -> Runner:
    try:
        from prefect_ray.task_runners import RayTaskRunner  # noqa: PLC0415 - an extra
    except ModuleNotFoundError as error:
        raise _missing("ray", error) from error
    if address:
        return cast("Runner", RayTaskRunner(address=address))
    usual = {"num_cpus": at_once, "include_dashboard": False}
    return cast("Runner", RayTaskRunner(init_kwargs=usual))


def _missing(name: str, error: ModuleNotFoundError) -> RunnerError:
    return RunnerError(
        f"--runner {name} needs packages that aren't installed ({error}): "
        f"pip install 'papersift[{name}]'"
    )
