"""What runs showed in Prefect."""

from __future__ import annotations

from prefect.client.orchestration import get_client
from prefect.client.schemas.filters import ArtifactFilter, ArtifactFilterKey
from prefect.client.schemas.objects import Artifact
from prefect.client.schemas.sorting import ArtifactSort


def newest_artifacts(*keys: str) -> list[Artifact]:
    """Return the artifacts of these keys, the newest first.

    The server of a test process has those of all its tests, and answers with at most 200.
    """
    with get_client(sync_client=True) as client:
        return client.read_artifacts(
            artifact_filter=ArtifactFilter(key=ArtifactFilterKey(any_=list(keys))),
            sort=ArtifactSort.CREATED_DESC,
        )
