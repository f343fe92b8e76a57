"""Give a flow run the name that says what it is, once that is known."""

from __future__ import annotations

from uuid import UUID

from prefect.client.orchestration import get_client
from prefect.context import FlowRunContext

from flows.shown.quietly import quietly


def name_run(prefect_run: str, name: str) -> None:
    """Rename a flow run; that the server doesn't answer is no reason to end it."""
    with quietly("The run's name"), get_client(sync_client=True) as client:
        client.update_flow_run(UUID(prefect_run), name=name)
    context = FlowRunContext.get()
    if context is not None and context.flow_run is not None:
        context.flow_run.name = name  # events and logs of this run are named by it
