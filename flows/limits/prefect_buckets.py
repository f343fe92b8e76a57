"""Buckets on a Prefect server: its global concurrency limits, which its UI shows and can change."""

from __future__ import annotations

import logging
import threading
import time
from contextlib import suppress
from typing import TYPE_CHECKING

import httpx
from prefect.client.orchestration import get_client
from prefect.client.schemas.actions import (
    GlobalConcurrencyLimitCreate,
    GlobalConcurrencyLimitUpdate,
)
from prefect.exceptions import ObjectAlreadyExists, ObjectNotFound

from flows.limits.pace import Bucket, Look
from schemas.errors import EngineError

if TYPE_CHECKING:
    from prefect.client.orchestration import SyncPrefectClient

logger = logging.getLogger(__name__)

LOCKED = 423
TIMEOUT_S = 10.0
PATIENCE_S = 60.0
"""So long a server that doesn't answer is asked again."""


class PrefectBuckets:
    """Asks the server that this process's flows have; threads may share it."""

    def __init__(self) -> None:
        """Connect to nothing yet."""
        self._lock = threading.Lock()
        self._client: SyncPrefectClient | None = None
        self._set: set[str] = set()
        self._silent_since: float | None = None

    def look(self, bucket: Bucket) -> Look:
        """Return how a bucket is now; while the server is silent, nothing is free.

        Raises:
            EngineError: it has been silent for long.
        """
        try:
            look = self._look(bucket)
        except httpx.HTTPError as error:
            now = time.monotonic()
            if self._silent_since is None:
                self._silent_since = now
                logger.warning("Prefect's server, which keeps %r, is silent.", bucket.name)
            if now - self._silent_since > PATIENCE_S:
                raise EngineError(
                    f"Prefect's server, which keeps the limit {bucket.name!r}, doesn't answer."
                ) from error
            return Look(free=0, holds=bucket.holds, drains=bucket.drains)
        self._silent_since = None
        return look

    def take(self, bucket: Bucket, slots: int) -> bool:
        """Take slots if there is room for all of them."""
        try:
            self._opened().increment_concurrency_slots([bucket.name], slots, "rate_limit")
        except httpx.HTTPStatusError as error:
            if error.response.status_code == LOCKED:
                return False
            logger.warning("Prefect refuses to count for %r: %s", bucket.name, error)
            return False
        except httpx.HTTPError:  # if it did count, too little is let through, not too much
            return False
        return True

    def close(self) -> None:
        """Close the connection."""
        with self._lock:
            client, self._client = self._client, None
        if client is not None:
            client.__exit__(None, None, None)

    def _opened(self) -> SyncPrefectClient:
        with self._lock:
            if self._client is None:
                # With settings of its own it isn't the client of the task that is running.
                own = get_client(sync_client=True, httpx_settings={"timeout": TIMEOUT_S})
                self._client = own.__enter__()
            return self._client

    def _look(self, bucket: Bucket) -> Look:
        client = self._opened()
        try:
            found = client.read_global_concurrency_limit_by_name(bucket.name)
        except ObjectNotFound:
            self._make(client, bucket)
            found = client.read_global_concurrency_limit_by_name(bucket.name)
        if bucket.name not in self._set:
            client.update_global_concurrency_limit(
                bucket.name,
                GlobalConcurrencyLimitUpdate(
                    limit=bucket.holds, slot_decay_per_second=bucket.drains
                ),
            )
            self._set.add(bucket.name)
            found = found.model_copy(
                update={"limit": bucket.holds, "slot_decay_per_second": bucket.drains}
            )
        taken = found.active_slots if found.active else 0
        return Look(found.limit - taken, max(1, found.limit), found.slot_decay_per_second)

    def _make(self, client: SyncPrefectClient, bucket: Bucket) -> None:
        made = GlobalConcurrencyLimitCreate(
            name=bucket.name, limit=bucket.holds, slot_decay_per_second=bucket.drains
        )
        with suppress(ObjectAlreadyExists):  # another process made it just now
            client.create_global_concurrency_limit(made)
        self._set.add(bucket.name)
