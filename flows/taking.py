"""Take documents for a run, some at a time: a transaction for each costs more than to find it."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from datetime import UTC, datetime
from itertools import islice

from flows.at_once import hands_for
from flows.bench import Bench
from flows.inputs import Input
from flows.store.under_way import Taken


class Taking:
    """Takes the documents of one task; threads share it.

    With each document as many of the next ones as there are hands: they are begun at once, and more
    would be kept from other runs for long.
    """

    def __init__(self, bench: Bench, given: Sequence[Input], run_id: str) -> None:
        """Take nothing yet."""
        self._bench = bench
        self._run_id = run_id
        self._most = hands_for(bench.request) if bench.request.runner == "threads" else 1
        self._left = {each.document_id: None for each in given if each.document_id is not None}
        self._taken: dict[str, Taken] = {}
        self._lock = threading.Lock()

    def take(self, given: Input) -> Taken:
        """Take a document, unless that is done."""
        assert given.document_id is not None
        with self._lock:
            if given.document_id not in self._taken:
                self._left.pop(given.document_id, None)
                following = list(islice(self._left, self._most - 1))
                self._taken |= self._bench.store.take(
                    [given.document_id, *following],
                    self._run_id,
                    self._bench.recipe_ids,
                    again=self._bench.request.again,
                    now=datetime.now(UTC),
                )
                for each in following:
                    del self._left[each]
            return self._taken.pop(given.document_id)
