"""The store: what is known of every document, input, run and decision. It is the truth.

    with Store.open(Path("out")) as store:
        run_id = store.begin_run(paths=["invoices/"], model=recipe.model, now=now)
        store.note_inputs([InputNote(source="invoices/a.pdf", document_id=sha256)], run_id, now=now)
        if store.state_of([sha256], recipe.id)[sha256].standing is Standing.NEW:
            store.keep(extraction, routing, recipe=recipe, doc_type=invoice, …)
        store.end_run(run_id, state=RunState.FINISHED, skipped=0, now=now)

Threads may share a store, and processes may open the same one. Each call is one transaction.
"""

from __future__ import annotations

import threading
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from types import TracebackType
from typing import Self

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from flows.store import inputs, keeping, runs, states, status
from flows.store.engine import WRITES, in_plain_words, open_engine
from flows.store.keeping import Cause, Kept
from flows.store.version import is_up_to_date, migrate
from schemas.doctype import DocumentType
from schemas.extraction import Cost, Extraction, Usage
from schemas.recipe import Recipe
from schemas.routing import Routing
from schemas.run import DocumentState, InputNote, Run, RunState, RunSummary, Status


class Store:
    """An open store; close it, or use it as a context manager."""

    def __init__(self, engine: Engine) -> None:
        """Use `Store.open`."""
        self._engine = engine
        self._writer = engine.execution_options(**{WRITES: True})
        self._lock = threading.Lock()
        url = engine.url
        self.where = url.database or "" if url.get_backend_name() == "sqlite" else str(url)
        """The file or the address (without its password), for messages."""

    @classmethod
    def open(cls, place: Path | str) -> Self:
        """Open the store of an output folder, or the one at a URL; make or update its tables.

        Raises:
            PathError: the folder or the file can't be written.
            StoreError: it is newer than this code, damaged, locked or out of reach.
        """
        store = cls(open_engine(place))
        try:
            with store.reading() as session:
                ready = is_up_to_date(session.connection(), store.where)
            if not ready:
                with store.writing() as session:
                    migrate(session.connection(), store.where)
        except BaseException:
            store.close()
            raise
        return store

    def close(self) -> None:
        """Close all connections."""
        self._engine.dispose()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """Give a session that sees the store as it is now, until the end of the block."""
        with in_plain_words(self.where), Session(self._engine) as session:
            yield session

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """Give a session whose changes are committed at the end of the block, or not at all."""
        # The lock lets our own threads wait in line; between processes the database makes them.
        with (
            self._lock,
            in_plain_words(self.where),
            Session(self._writer) as session,
            session.begin(),
        ):
            yield session

    def begin_run(
        self, *, paths: Sequence[str], model: str, now: datetime, recipe_ids: Sequence[str] = ()
    ) -> str:
        """Note that a run starts and return its id; runs whose process is gone become `crashed`."""
        with self.writing() as session:
            return runs.begin_run(session, paths=paths, model=model, recipe_ids=recipe_ids, now=now)

    def end_run(
        self, run_id: str, *, state: RunState, now: datetime, found: int = 0, skipped: int = 0
    ) -> RunSummary:
        """Note that a run ended, and return its figures; outcomes and cost are counted here."""
        with self.writing() as session:
            return runs.end_run(session, run_id, state=state, found=found, skipped=skipped, now=now)

    def runs(self) -> tuple[Run, ...]:
        """Return all runs, the latest first."""
        with self.reading() as session:
            return runs.all_runs(session)

    def note_inputs(self, notes: Sequence[InputNote], run_id: str | None, *, now: datetime) -> None:
        """Note what was found, readable or not; noting it again changes nothing but the reason."""
        with self.writing() as session:
            inputs.note_inputs(session, notes, run_id, now=now)

    def state_of(self, document_ids: Collection[str], *recipe_ids: str) -> dict[str, DocumentState]:
        """Say for each document what is left to do.

        With several recipes, as where the model chooses among types, a document is done if one of
        them was used.
        """
        with self.reading() as session:
            return states.state_of(session, document_ids, recipe_ids)

    def make_current(self, document_id: str, recipe_id: str) -> bool:
        """Publish again what an earlier recipe gave; False if a person's decision is in the way."""
        with self.writing() as session:
            return states.make_current(session, document_id, recipe_id)

    def keep(
        self,
        extraction: Extraction,
        routing: Routing,
        *,
        source: str,
        recipe: Recipe,
        doc_type: DocumentType,
        run_id: str | None,
        now: datetime,
        cost: Cost = Decimal(0),
        again: bool = False,
    ) -> Kept:
        """Commit what was found in a document, with its outcome, evidence and cost.

        Keeping the same document and recipe twice adds nothing. With `again`, which a person asked
        for, it replaces both what the recipe gave before and what a person decided.
        """
        cause = Cause(source=source, recipe=recipe, run_id=run_id, now=now, cost=cost)
        with self.writing() as session:
            return keeping.keep(session, extraction, routing, cause, doc_type=doc_type, again=again)

    def keep_failure(
        self,
        document_id: str | None,
        *,
        source: str,
        reason: str,
        retry: bool,
        recipe: Recipe,
        run_id: str | None,
        now: datetime,
        usage: Usage = Usage(),  # noqa: B008 - it is frozen
        cost: Cost = Decimal(0),
        seconds: float = 0.0,
    ) -> None:
        """Commit that a document failed, and whether the next run should try it again.

        What an earlier recipe gave stays published. Without a document's id the path itself
        couldn't be read; that is tried again by every run.
        """
        if document_id is None:
            note = InputNote(source=source, document_id=None, reason=reason)
            return self.note_inputs([note], run_id, now=now)
        cause = Cause(source=source, recipe=recipe, run_id=run_id, now=now, cost=cost)
        with self.writing() as session:
            return keeping.keep_failure(
                session, document_id, reason, cause, retry=retry, usage=usage, seconds=seconds
            )

    def extraction_of(self, document_id: str, recipe_id: str) -> Extraction | None:
        """Return what a recipe gave for a document, as it was made; None if it gave nothing."""
        with self.reading() as session:
            return states.extraction_of(session, document_id, recipe_id)

    def status(self) -> Status:
        """Count what the store holds."""
        with self.reading() as session:
            return status.read_status(session)
