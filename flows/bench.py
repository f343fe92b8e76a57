"""What a process needs to work on a batch: store, model and reader, opened once.

Tasks get plain values, which Prefect can schedule, show and send to another process; each process
opens its own bench for them.
"""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING

import instructor
import openai

from extractors.asking.call import Caller, asker_of
from extractors.einvoice.served import serves, serves_wholly
from flows.at_once import hands_for
from flows.calibrate.rerouting import Ruled
from flows.calibrate.setting import Setting, check_targets, setting_of, target_of
from flows.calls import Calls
from flows.hands import Hands
from flows.interpreter import collect_rarely, switch_rarely
from flows.limits.deadline import at_most, check_deadline, not_counted
from flows.models.client import open_client
from flows.models.open_model import OpenModel, open_model
from flows.models.providers import PROVIDERS
from flows.passwords import check_passwords
from flows.reading import Reader
from flows.store.store import Store
from flows.turns import Turns
from schemas.batch import BatchRequest
from schemas.catalogue import BUILT_IN, built_in_type, find_type
from schemas.doctype import DocumentType
from schemas.errors import Cancelled
from schemas.extraction import Usage
from schemas.history import SenderHistory
from schemas.recipe import EMBEDDED, Recipe, Way

if TYPE_CHECKING:
    import httpx2

    from flows.models.connections import Heard


@dataclass
class Bench:
    """An open store, a model that can be asked, and a reader; for one request, in one process."""

    request: BatchRequest
    store: Store
    model: OpenModel
    second: OpenModel | None
    """The model of the second reading; None: there is none."""
    reader: Reader
    types: tuple[DocumentType, ...]
    """The one that the request names, or all among which the model chooses."""
    hands: Hands
    turns: Turns
    cancelled: threading.Event = field(default_factory=threading.Event)
    out_of_time: bool = False
    """It was cancelled because the time of the run is over."""
    conducted: bool = False
    """This process conducts the run; else it works for one that is conducted elsewhere."""
    settings: dict[tuple[str, Way], Setting] = field(default_factory=dict)
    """By type name and way: what is accepted; looked up once a run."""
    recipes: dict[tuple[str, Way], Recipe] = field(default_factory=dict)
    """By type name and way: to make one means to look at the whole type."""
    histories: dict[str, SenderHistory] = field(default_factory=dict)
    """By type name; looked up once a run."""
    _clients: dict[str, tuple[openai.OpenAI, instructor.Instructor]] = field(default_factory=dict)
    _calls: dict[str, Calls] = field(default_factory=dict)
    _opening: threading.Lock = field(default_factory=threading.Lock)
    _setting: threading.Lock = field(default_factory=threading.Lock)

    def caller(self, after_call: Callable[[Usage], None], *, second: bool = False) -> Caller:
        """Return a caller for one document; waits until an embedded model is loaded.

        Args:
            after_call: hears after every call what the document has cost so far.
            second: for the second reading.
        """
        model = (self.second if second else None) or self.model

        with self._opening:
            if model.name not in self._clients:
                calls = self._calls.setdefault(model.name, self._calls_of(model))
                opened = open_client(model, around=partial(self._around, calls))
                self._clients[model.name] = opened, asker_of(opened)
            client, asker = self._clients[model.name]
        return Caller(
            client,
            model.model_id,
            asker=asker,
            top_logprobs=model.max_logprobs,
            context_tokens=model.context_tokens,
            sleep=lambda seconds: self.cancelled.wait(at_most(seconds)),
            before_call=self._before_call,
            after_call=after_call,
        )

    def _before_call(self) -> None:
        self.go_on()
        check_deadline()

    @contextmanager
    def _around(self, calls: Calls, request: httpx2.Request) -> Iterator[Heard]:
        """Wait for this document's turn; it lasts no longer than the model's work on the answer."""
        with not_counted():
            self.turns.asks()
        self.go_on()
        with calls.around(request) as heard:
            answered = False

            def hear(response: httpx2.Response) -> None:
                nonlocal answered
                answered = response.is_success  # else it keeps its turn, and asks again
                heard(response)

            yield hear
        if answered:
            self.turns.heard()

    def _calls_of(self, model: OpenModel) -> Calls:
        return Calls(
            model,
            cancelled=self.cancelled,
            requests_a_minute=self.request.requests_a_minute,
            tokens_a_minute=self.request.tokens_a_minute,
        )

    def go_on(self) -> None:
        """Return at once, or raise Cancelled if a person ended the run."""
        if self.cancelled.is_set():
            raise Cancelled("The run was ended before this document was done.")

    def end_early(self) -> None:
        """Cancel because the time of the run is over."""
        self.out_of_time = True
        self.cancel()

    def cancel(self) -> None:
        """Let no document go on; reading and calls under way are cut off."""
        self.cancelled.set()
        for model in (self.model, self.second):
            if model is not None and model.server is not None and not model.server.ready:
                model.server.stop()  # nobody waits for weights to be loaded any more
        self.close_client()
        self.reader.close()

    def close_client(self) -> None:
        with self._opening:
            while self._clients:
                self._clients.popitem()[1][0].close()

    def close(self) -> None:
        """End the reader's processes and close all connections."""
        self.close_client()
        for calls in self._calls.values():
            calls.close()
        self.reader.close()
        self.hands.close()
        self.store.close()

    def setting(self, doctype: DocumentType, way: Way = "page") -> Setting:
        """Return what is accepted of a type's documents in this run.

        Each way has a recipe of its own, and so has its evidence.

        Raises:
            InputError: a target names no field of the type.
        """
        with self._setting:
            key = doctype.name, way
            if key not in self.settings:
                target = target_of(self.request, doctype)
                recipe = self.recipe(doctype, way)
                found = setting_of(self.store, doctype, recipe, target)
                if way == "page":  # the queue has one order for a type
                    self.store.note_reach(doctype.name, found.reach)
                self.settings[key] = found
            return self.settings[key]

    def ruled(self, doctype: DocumentType, way: Way = "page") -> Ruled:
        """Return by which recipe records of a type are made, and what decides where they go."""
        return Ruled(doctype, self.recipe(doctype, way), self.setting(doctype, way))

    def history(self, doctype: DocumentType) -> SenderHistory:
        """Return what is known of a type's senders, as it was when the run began."""
        with self._setting:
            if doctype.name not in self.histories:
                found = self.store.sender_history(doctype.name, doctype.sender)
                self.histories[doctype.name] = found
            return self.histories[doctype.name]

    def recipe(self, doctype: DocumentType, way: Way = "page") -> Recipe:
        """Return the recipe for documents of a type; of e-invoices alone no model is part of it."""
        key = doctype.name, way
        if key not in self.recipes:
            self.recipes[key] = self._recipe(doctype, way)
        return self.recipes[key]

    def _recipe(self, doctype: DocumentType, way: Way) -> Recipe:
        if way == "embedded":
            return Recipe(
                model=EMBEDDED,
                asking=EMBEDDED,
                type_name=doctype.name,
                type_hash=doctype.content_hash,
            )
        return Recipe(
            model=self.model.name,
            endpoint=self.model.endpoint,
            asking=self.model.asking,
            second=self.second.name if self.second else "",
            ocr=self.request.ocr,
            type_name=doctype.name,
            type_hash=doctype.content_hash,
            with_embedded=way == "both",
            redacted=self.request.redact,
        )

    def ways(self, doctype: DocumentType) -> tuple[Way, ...]:
        """Return the ways that documents of a type may go in this batch."""
        if self.request.ignore_embedded or not serves(doctype):
            return ("page",)
        return ("page", "both", "embedded") if serves_wholly(doctype) else ("page", "both")

    @property
    def recipe_ids(self) -> list[str]:
        """Those that a document of this batch may have been extracted with."""
        return [
            self.recipe(doctype, way).id for doctype in self.types for way in self.ways(doctype)
        ]


_open: dict[str, Bench] = {}
_users: Counter[str] = Counter()
"""Blocks of `opened_bench` that are under way."""
_lock = threading.Lock()


def types_of(request: BatchRequest) -> tuple[DocumentType, ...]:
    """Return the types that a request allows.

    Raises:
        TypeFileError: there is no such type.
    """
    if request.type is not None:
        return (find_type(request.type),)
    return tuple(built_in_type(name) for name in BUILT_IN)


def _open_second(request: BatchRequest) -> OpenModel | None:
    """Return the model of the second reading; None: there is none.

    The first one reads as it did, at the same place; so is any other served there whose name says
    nothing else.

    Raises:
        ModelNameError: it isn't to be had.
    """
    if request.second is None:
        return None
    if request.second == request.model:
        return open_model(request.second, request.base_url, asking=request.asking)
    provider, slash, _ = request.second.partition("/")
    elsewhere = slash and (provider == "local" or provider in PROVIDERS)
    return open_model(request.second, None if elsewhere else request.base_url)


def bench_for(request: BatchRequest) -> Bench:
    """Return this process's bench for a request, opened if it isn't yet.

    Raises:
        InputError: the type, the model or the output folder isn't to be had.
        StoreError: the store can't be opened.
    """
    key = request.model_dump_json()
    with _lock:
        bench = _open.get(key)
        if bench is None or (bench.cancelled.is_set() and not bench.conducted):
            collect_rarely()
            switch_rarely()
            types = types_of(request)
            model = open_model(request.model, request.base_url, asking=request.asking)
            second = _open_second(request)
            check_targets(request, types)  # before a store is made
            check_passwords(request.passwords_file)
            _open[key] = Bench(
                request=request,
                store=Store.open(request.store_place),
                model=model,
                second=second,
                reader=Reader(
                    ocr=request.ocr,
                    document_timeout_s=request.document_timeout_s,
                    limits=request.limits,
                    passwords_file=request.passwords_file,
                    embedded=not request.ignore_embedded,
                ),
                types=types,
                hands=Hands(hands_for(request)),
                turns=Turns(_asked_at_once(request, model), whole=model.server is not None),
            )
        return _open[key]


def close_bench(bench: Bench) -> None:
    """Close a bench, so that the next one to want it opens another."""
    key = bench.request.model_dump_json()
    with _lock:
        if _open.get(key) is bench:
            del _open[key]
    bench.close()


def _asked_at_once(request: BatchRequest, model: OpenModel) -> int:
    """Return how many documents are asked about at once: the embedded model gains nothing."""
    if request.at_once is None or model.server is not None:
        return model.parallel
    return request.at_once


@contextmanager
def opened_bench(request: BatchRequest) -> Iterator[Bench]:
    """Give this process's bench for a request; the last such block to end closes it."""
    key = request.model_dump_json()
    with _lock:
        _users[key] += 1
    try:
        yield bench_for(request)
    finally:
        with _lock:
            _users[key] -= 1
            left = None if _users[key] else _open.pop(key, None)
        if left is not None:
            left.close()
