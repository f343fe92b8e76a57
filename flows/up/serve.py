"""Serve the deployments until told to end: one of the processes of `papersift up`.

python -m flows.up.serve [REVIEW_URL]
"""

from __future__ import annotations

import asyncio
import sys
import warnings
from contextlib import suppress

from prefect.exceptions import TerminationSignal
from prefect.runner import Runner

from flows.settings import read_settings
from flows.up.deployments import deployments
from schemas.errors import PapersiftError

AT_ONCE = 5
"""Runs at once; each is a process of its own."""
READY = "papersift: the deployments are served"


def main() -> int:
    """Serve; return 1 if the settings can't be understood."""
    review_url = sys.argv[1] if len(sys.argv) > 1 else None
    try:
        found = deployments(read_settings(), review_url=review_url)
    except PapersiftError as error:
        print(f"papersift: {error}", flush=True)  # noqa: T201 - who started it shows it
        return 1
    # As prefect.serve does it, which doesn't say when all are there.
    runner = Runner(limit=AT_ONCE)
    for each in found:
        runner.add_deployment(each)
    print(READY, flush=True)  # noqa: T201
    warnings.filterwarnings("ignore", message="coroutine 'Runner.astop'")
    with suppress(KeyboardInterrupt, TerminationSignal):
        asyncio.run(runner.start())
    return 0


if __name__ == "__main__":
    sys.exit(main())
