"""A run that a person ends, at the terminal or in Prefect's UI, is cancelled there, not crashed."""

from __future__ import annotations

import logging
import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID

from prefect.client.orchestration import get_client
from prefect.client.schemas.objects import State
from prefect.context import FlowRunContext
from prefect.exceptions import TerminationSignal
from prefect.states import Cancelled

logger = logging.getLogger(__name__)

MESSAGE = "Ended by a person; what was done is kept, the next run does the rest."


@contextmanager
def cancelled_if_ended() -> Iterator[None]:
    """Tell Prefect that the flow run is cancelled if a signal ends the block.

    Only for a run that nobody supervises: a runner or worker that ends one tells Prefect itself.
    """
    try:
        yield
    except KeyboardInterrupt as end:
        _tell_cancelled()
        raise TerminationSignal(signal.SIGINT) from end  # the engine takes others for a crash
    except TerminationSignal:
        _tell_cancelled()
        raise


def end_if_cancelling(run_id: str) -> None:
    """End this process by a signal if a person has cancelled its flow run in Prefect's UI."""
    try:
        with get_client(sync_client=True) as client:
            state = client.read_flow_run(UUID(run_id)).state
    except Exception as error:  # noqa: BLE001 - it is asked again
        logger.debug("Prefect doesn't say how run %s is: %s", run_id, error)
        return
    if state is not None and (state.is_cancelling() or state.is_cancelled()):
        os.kill(os.getpid(), signal.SIGTERM)


def _tell_cancelled() -> None:
    run = FlowRunContext.get()
    if run is None or run.flow_run is None:
        return
    state: State[Any] = Cancelled(message=MESSAGE)
    try:
        with get_client(sync_client=True) as client:
            client.set_flow_run_state(run.flow_run.id, state, force=True)
    except Exception as error:  # noqa: BLE001 - the run ends all the same
        logger.warning("Prefect can't be told that the run was ended: %s", error)
        return
    run.flow_run.state = state  # the engine, which has the same object, leaves a final state alone
