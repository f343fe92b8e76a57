"""The metrics and their plots as they are now, worked out once for each change of the store.

board = Board(store)
board.metrics(), board.picture("accepted")
"""

from __future__ import annotations

import threading

from flows.metrics.count import metrics_of, stamp_of
from flows.metrics.plots import picture, plots_of
from flows.store.store import Store
from schemas.metrics import Metrics


class Board:
    """Threads may share it: one works something out, the others wait for that."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._counting = threading.Lock()
        self._painting = threading.Lock()  # matplotlib's settings are those of the whole process
        self._stamp: int | None = None
        self._metrics = Metrics()
        self._pictures: dict[str, tuple[str, str]] = {}  # by name: what it tells, and the file

    def metrics(self) -> Metrics:
        """Return the metrics of the store as it is now."""
        with self._counting:
            stamp = stamp_of(self._store)
            if stamp != self._stamp:
                self._metrics, self._stamp = metrics_of(self._store), stamp
            return self._metrics

    def picture(self, name: str) -> str | None:
        """Return a plot as an SVG file; None: there is none of that name now."""
        found = {plot.name: plot for plot in plots_of(self.metrics())}
        if name not in found:
            return None
        told = found[name].told
        with self._painting:
            if self._pictures.get(name, ("", ""))[0] != told:
                self._pictures[name] = told, picture(found[name])
            return self._pictures[name][1]
