"""Serve the deployments until told to end: one of the processes of `papersift up`.

python -m flows.up.serve [REVIEW_URL]
"""

from __future__ import annotations

import sys
import warnings

from prefect import serve

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
    print(READY, flush=True)  # noqa: T201
    # Of Prefect's own runner, when it is told to end.
    warnings.filterwarnings("ignore", message="coroutine 'Runner.astop'")
    serve(*found, limit=AT_ONCE, print_starting_message=False)
    return 0


if __name__ == "__main__":
    sys.exit(main())
