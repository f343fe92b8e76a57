"""Find runs of the deployments whose process is gone: each holds its deployment's only place."""

from __future__ import annotations

import logging
from collections.abc import Collection
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

from prefect.client.orchestration import get_client
from prefect.client.schemas.filters import (
    DeploymentFilter,
    DeploymentFilterId,
    FlowRunFilter,
    FlowRunFilterState,
    FlowRunFilterStateType,
)
from prefect.client.schemas.objects import StateType

from flows.crashed import tell_crashed
from flows.store.store import Store

logger = logging.getLogger(__name__)

BEGUN_WITHIN = timedelta(minutes=3)
"""A run that was to begin has a process long before that."""


def tell_orphans(
    deployment_ids: Collection[UUID], store: Path | str, *, within: timedelta = BEGUN_WITHIN
) -> int:
    """Mark runs as crashed that never began, or whose process the store knows to be gone.

    Returns how many. What can't be asked is asked the next time.
    """
    try:
        now = datetime.now(UTC)
        with Store.open(store) as opened:
            dead = list(opened.dead_prefect_runs(now=now))
        return tell_crashed([*dead, *_never_begun(deployment_ids, now - within)])
    except Exception as error:  # noqa: BLE001 - serving goes on
        logger.warning("It can't be seen which runs are dead: %s", error)
        return 0


def _never_begun(deployment_ids: Collection[UUID], before: datetime) -> list[str]:
    """Return the runs that are pending since before a moment."""
    pending = FlowRunFilterState(type=FlowRunFilterStateType(any_=[StateType.PENDING]))
    with get_client(sync_client=True) as client:
        found = client.read_flow_runs(
            deployment_filter=DeploymentFilter(id=DeploymentFilterId(any_=list(deployment_ids))),
            flow_run_filter=FlowRunFilter(state=pending),
        )
    return [str(run.id) for run in found if run.state and run.state.timestamp < before]
