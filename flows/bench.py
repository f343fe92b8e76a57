"""What a process needs to work on a batch: store, model and reader, opened once.

Tasks get plain values, which Prefect can schedule, show and send to another process; each process
opens its own bench for them.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import openai

from extractors.asking.call import Caller
from flows.models.client import open_client
from flows.models.open_model import OpenModel, open_model
from flows.reading import Reader
from flows.store.store import Store
from schemas.batch import BatchRequest
from schemas.catalogue import BUILT_IN, built_in_type, find_type
from schemas.doctype import DocumentType
from schemas.errors import Cancelled
from schemas.extraction import Usage
from schemas.recipe import Recipe


@dataclass
class Bench:
    """An open store, a model that can be asked, and a reader; for one request, in one process."""

    store: Store
    model: OpenModel
    reader: Reader
    types: tuple[DocumentType, ...]
    """The one that the request names, or all among which the model chooses."""
    slots: threading.Semaphore
    """One for each document that the model may be asked about at once."""
    cancelled: threading.Event = field(default_factory=threading.Event)
    _client: openai.OpenAI | None = None
    _opening: threading.Lock = field(default_factory=threading.Lock)

    def caller(self, after_call: Callable[[Usage], None]) -> Caller:
        """Return a caller for one document; waits until an embedded model is loaded.

        `after_call` hears after every call what the document has cost so far.
        """
        with self._opening:
            if self._client is None:
                self._client = open_client(self.model)
        return Caller(
            self._client,
            self.model.model_id,
            top_logprobs=self.model.max_logprobs,
            sleep=self.cancelled.wait,
            before_call=self.go_on,
            after_call=after_call,
        )

    def go_on(self) -> None:
        """Return at once, or raise Cancelled if a person ended the run."""
        if self.cancelled.is_set():
            raise Cancelled("The run was ended before this document was done.")

    def cancel(self) -> None:
        """Let no document go on; reading and calls under way are cut off."""
        self.cancelled.set()
        if self.model.server is not None and not self.model.server.ready:
            self.model.server.stop()  # nobody waits for weights to be loaded any more
        self.close_client()
        self.reader.close()

    def close_client(self) -> None:
        with self._opening:
            if self._client is not None:
                self._client.close()
                self._client = None

    def close(self) -> None:
        """End the reader's process and close all connections."""
        self.close_client()
        self.reader.close()
        self.store.close()

    def recipe(self, doctype: DocumentType) -> Recipe:
        """Return the recipe for documents of a type."""
        return Recipe(
            model=self.model.name,
            endpoint=self.model.endpoint,
            asking=self.model.asking,
            type_name=doctype.name,
            type_hash=doctype.content_hash,
        )

    @property
    def recipe_ids(self) -> list[str]:
        """Those that a document of this batch may have been extracted with."""
        return [self.recipe(doctype).id for doctype in self.types]


_open: dict[str, Bench] = {}
_lock = threading.Lock()


def types_of(request: BatchRequest) -> tuple[DocumentType, ...]:
    """Return the types that a request allows.

    Raises:
        TypeFileError: there is no such type.
    """
    if request.type is not None:
        return (find_type(request.type),)
    return tuple(built_in_type(name) for name in BUILT_IN)


def bench_for(request: BatchRequest) -> Bench:
    """Return this process's bench for a request, opened if it isn't yet.

    Raises:
        InputError: the type, the model or the output folder isn't to be had.
        StoreError: the store can't be opened.
    """
    key = request.model_dump_json()
    with _lock:
        if key not in _open:
            types = types_of(request)
            model = open_model(request.model, request.base_url, asking=request.asking)
            slots = threading.Semaphore(model.parallel)
            _open[key] = Bench(Store.open(request.store_place), model, Reader(), types, slots)
        return _open[key]


@contextmanager
def opened_bench(request: BatchRequest) -> Iterator[Bench]:
    """Give this process's bench for a request; the outermost such block closes it at its end."""
    key = request.model_dump_json()
    with _lock:
        outermost = key not in _open
    bench = bench_for(request)
    try:
        yield bench
    finally:
        if outermost:
            with _lock:
                _open.pop(key)
            bench.close()
