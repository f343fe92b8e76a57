"""Give a flow run the name that says what it is, once that is known."""

from __future__ import annotations

import logging
from uuid import UUID

from prefect.client.orchestration import get_client

logger = logging.getLogger(__name__)


def name_run(prefect_run: str, name: str) -> None:
    """Rename a flow run; that the server doesn't answer is no reason to end it."""
    try:
        with get_client(sync_client=True) as client:
            client.update_flow_run(UUID(prefect_run), name=name)
    except Exception as error:  # noqa: BLE001 - whatever it is
        logger.warning("The run can't be named %r: %s", name, error)
