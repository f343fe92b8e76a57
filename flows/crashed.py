"""Tell Prefect of runs whose process is gone: it would show them as running for ever."""

from __future__ import annotations

import logging
from collections.abc import Collection
from uuid import UUID

from prefect.client.orchestration import SyncPrefectClient, get_client
from prefect.client.schemas.filters import (
    FlowRunFilter,
    FlowRunFilterId,
    TaskRunFilter,
    TaskRunFilterState,
    TaskRunFilterStateType,
)
from prefect.client.schemas.objects import StateType
from prefect.exceptions import ObjectNotFound
from prefect.states import Crashed

logger = logging.getLogger(__name__)

MESSAGE = "The process is gone. What it had kept stays; the next run does the rest."
MOST_TASKS = 200
"""Prefect's own limit of what it lists at once."""


def tell_crashed(prefect_runs: Collection[str]) -> int:
    """Mark these flow runs and their tasks as crashed unless they have ended; return how many."""
    told = 0
    if not prefect_runs:
        return told
    with get_client(sync_client=True) as client:
        for each in prefect_runs:
            try:
                told += _tell(client, UUID(each))
            except ObjectNotFound:  # another server's, or deleted there
                continue
            except Exception as error:  # noqa: BLE001 - it is no reason to end a run
                logger.warning("Prefect can't be told that run %s crashed: %s", each, error)
    return told


def _tell(client: SyncPrefectClient, run_id: UUID) -> bool:
    run = client.read_flow_run(run_id)
    if run.state is None or run.state.is_final():
        return False
    client.set_flow_run_state(run_id, Crashed(message=MESSAGE), force=True)
    running = TaskRunFilter(
        state=TaskRunFilterState(
            type=TaskRunFilterStateType(any_=[StateType.RUNNING, StateType.PENDING])
        )
    )
    of_run = FlowRunFilter(id=FlowRunFilterId(any_=[run_id]))
    for task in client.read_task_runs(
        flow_run_filter=of_run, task_run_filter=running, limit=MOST_TASKS
    ):
        client.set_task_run_state(task.id, Crashed(message=MESSAGE), force=True)
    return True
