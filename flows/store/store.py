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
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from types import TracebackType
from typing import Self

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from flows.store import (
    audits,
    calibrations,
    history,
    inputs,
    keeping,
    rerouting,
    runs,
    settled,
    states,
    status,
    under_way,
    waiting,
    watched,
)
from flows.store.engine import LIGHTLY, WRITES, in_plain_words, open_engine
from flows.store.inputs import chunks
from flows.store.keeping import Cause, Kept
from flows.store.made import Made, Way
from flows.store.rerouting import KeptExtraction
from flows.store.under_way import Taken
from flows.store.version import is_up_to_date, migrate
from schemas.calibration import Calibration
from schemas.doctype import DocumentType, Policy
from schemas.extraction import Cost, Extraction, Outcome, Usage
from schemas.history import SenderHistory
from schemas.labelled import LabelledRecord
from schemas.recipe import Recipe
from schemas.routing import Routing
from schemas.run import DocumentState, InputNote, Run, RunState, RunSummary, Status
from schemas.target import Dial

AT_ONCE = 100
"""Extractions that are read into memory at once."""


class Store:
    """An open store; close it, or use it as a context manager."""

    def __init__(self, engine: Engine) -> None:
        """Use `Store.open`."""
        self._engine = engine
        self._writer = engine.execution_options(**{WRITES: True})
        self._light_writer = engine.execution_options(**{WRITES: True, LIGHTLY: True})
        self._lock = threading.Lock()
        self._lock_of_key = threading.Lock()
        self._audit_key: str | None = None
        self._remembered: set[Recipe] = set()
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
    def writing(self, *, lightly: bool = False) -> Iterator[Session]:
        """Give a session whose changes are committed at the end of the block, or not at all.

        What is written lightly survives the end of the process, but maybe no power cut.
        """
        # The lock lets our own threads wait in line; between processes the database makes them.
        with (
            self._lock,
            in_plain_words(self.where),
            Session(self._light_writer if lightly else self._writer) as session,
            session.begin(),
        ):
            yield session

    def begin_run(
        self,
        *,
        paths: Sequence[str],
        model: str,
        now: datetime,
        recipe_ids: Sequence[str] = (),
        prefect_run: str | None = None,
    ) -> str:
        """Note that a run starts and return its id; runs whose process is gone become `crashed`."""
        with self.writing() as session:
            return runs.begin_run(
                session,
                paths=paths,
                model=model,
                recipe_ids=recipe_ids,
                prefect_run=prefect_run,
                now=now,
            )

    def note_sign(self, run_id: str, *, now: datetime) -> None:
        """Note that a run lives; one that is silent for long is taken for dead."""
        with self.writing(lightly=True) as session:
            runs.note_sign(session, run_id, now)

    def dead_prefect_runs(self, *, now: datetime) -> tuple[str, ...]:
        """Return the Prefect ids of runs whose process is gone, until the next run begins."""
        with self.reading() as session:
            found = runs.dead_runs(session, now)
            return tuple(row.prefect_run for row in found if row.prefect_run)

    def take(
        self,
        document_ids: Collection[str],
        run_id: str,
        recipe_ids: Collection[str],
        *,
        again: bool = False,
        now: datetime,
    ) -> dict[str, Taken]:
        """Take documents for a run, so that no other one asks about them until they are kept.

        What is done with one of the recipes, or another run that lives has taken, isn't given.
        """
        with self.writing(lightly=True) as session:  # no run survives a power cut
            return under_way.take(session, document_ids, run_id, recipe_ids, again=again, now=now)

    def watched(self, sources: Collection[str]) -> dict[str, tuple[str, str]]:
        """Return stamp and document of those of these watched files that were done."""
        with self.reading() as session:
            return watched.watched(session, sources)

    def note_watched(self, source: str, stamp: str, document_id: str) -> None:
        """Note that a watched file, as its stamp says it is, is done."""
        with self.writing() as session:
            watched.note_watched(session, source, stamp, document_id)

    def note_moved(self, source: str, document_id: str, place: str) -> None:
        """Note that a watched file was moved: it is to be found there, and watched no more."""
        with self.writing() as session:
            watched.note_moved(session, source, document_id, place)
            watched.forget_watched(session, source)

    def forget_watched(self, source: str) -> None:
        """Note that a watched file was deleted."""
        with self.writing() as session:
            watched.forget_watched(session, source)

    def give_back(self, document_id: str, run_id: str) -> None:
        """Leave a document that was taken to another run."""
        with self.writing(lightly=True) as session:
            under_way.give_back(session, document_id, run_id)

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

    def run(self, run_id: str) -> Run | None:
        """Return a run; None: there is none of that id."""
        with self.reading() as session:
            return runs.run_of(session, run_id)

    def note_inputs(self, notes: Sequence[InputNote], run_id: str | None, *, now: datetime) -> None:
        """Note what was found, readable or not; noting it again changes nothing but the reason."""
        with self.writing() as session:
            inputs.note_inputs(session, notes, run_id, now=now)

    def sources(self, document_id: str) -> tuple[str, ...]:
        """Return the paths and addresses at which a document was found, the latest first."""
        with self.reading() as session:
            return inputs.places_of(session, document_id)

    def state_of(self, document_ids: Collection[str], *recipe_ids: str) -> dict[str, DocumentState]:
        """Say for each document what is left to do.

        With several recipes, as where the model chooses among types, a document is done if no other
        ones were used on it.
        """
        with self.reading() as session:
            return states.state_of(session, document_ids, recipe_ids)

    def make_current(self, document_id: str, *recipe_ids: str) -> bool:
        """Publish again what these recipes gave; False if a person's decision is in the way."""
        with self.writing() as session:
            return states.make_current(session, document_id, recipe_ids)

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
        calibration_id: str | None = None,
        dial: Dial | None = None,
        routed_by: str | None = None,
        others: Sequence[Made] = (),
        again: bool = False,
    ) -> Kept:
        """Commit what was found in a document, with its outcome, evidence and cost.

        Keeping the same document and recipe twice adds nothing. With `again`, which a person asked
        for, it replaces both what the recipe gave before and what a person decided.

        Args:
            extraction: what was found; kept as it is.
            routing: its way, with its confidences.
            source: the path or address that it was found at.
            recipe: what made its records of the type `doc_type`, that of the first one.
            doc_type: that type.
            run_id: of the run, if there is one.
            now: when.
            cost: of asking, in US dollars.
            calibration_id: of the calibration that its confidences are of.
            dial: what it was routed by.
            routed_by: names all that decided its way; see `to_reroute`.
            others: the same of its records of each other type.
            again: a person asked for it.
        """
        cause = Cause(source=source, recipe=recipe, run_id=run_id, now=now, cost=cost)
        way = Way(calibration_id=calibration_id, dial=dial, routed_by=routed_by)
        made = (Made(doc_type=doc_type, recipe=recipe, way=way), *others)
        with self.writing() as session:
            kept = keeping.keep(
                session,
                extraction,
                routing,
                cause,
                made=made,
                again=again,
                known=self._remembered,
            )
        self._remembered.update(each.recipe for each in made)  # not before it is committed
        return kept

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

    def to_reroute(
        self,
        type_name: str,
        recipe_ids: Collection[str],
        calibration_id: str | None = None,
        dial: Dial | None = None,
        *,
        routed_by: str | None = None,
        only: Collection[str] | None = None,
    ) -> Iterator[KeptExtraction]:
        """Yield the published extractions with records of these recipes on which no person decided.

        Without those whose records went the same way already: that has the same name `routed_by`,
        or where none is given, the same calibration and an equal dial. Without a dial all are
        yielded, and with `only` those of these documents.
        """
        way = Way(calibration_id=calibration_id, dial=dial, routed_by=routed_by)
        with self.reading() as session:
            row_ids = rerouting.to_reroute(session, type_name, recipe_ids, way, only=only)
        for chunk in chunks(row_ids, AT_ONCE):  # each read by itself: who takes them also writes
            with self.reading() as session:
                found = rerouting.kept_extractions(session, chunk)
            yield from found

    def reroute(
        self,
        row_id: int,
        routing: Routing,
        *,
        calibration_id: str | None = None,
        dial: Dial | None = None,
        routed_by: str | None = None,
        others: Mapping[str, Way] = {},
        now: datetime | None = None,
    ) -> Outcome:
        """Send a kept extraction another way; return the outcome of its document.

        What a person decided on in the meantime stays as it is. `others` says what decided on its
        records of other types, by the type's name. `now` is when items are opened; None: by the
        clock.
        """
        way = Way(calibration_id=calibration_id, dial=dial, routed_by=routed_by)
        now = now or datetime.now(UTC)
        with self.writing() as session:
            return rerouting.reroute(session, row_id, routing, way, others=others, now=now)

    def save_calibration(self, calibration: Calibration) -> None:
        """Keep a calibration, and put it in use for its model and way of asking."""
        with self.writing() as session:
            calibrations.save_calibration(session, calibration)

    def current_calibration(self, model: str, asking: str) -> Calibration | None:
        """Return the calibration in use for a model; None: none was ever fitted here."""
        with self.reading() as session:
            return calibrations.current_calibration(session, model, asking)

    def all_calibrations(self) -> tuple[Calibration, ...]:
        """Return every calibration that was kept, the latest first."""
        with self.reading() as session:
            return calibrations.all_calibrations(session)

    def keep_labelled(self, records: Sequence[LabelledRecord]) -> None:
        """Keep gold, one record for each document and recipe: a later one takes its place."""
        with self.writing() as session:
            calibrations.keep_labelled(session, records)

    def labelled_gold(self, model: str, asking: str) -> tuple[LabelledRecord, ...]:
        """Return the gold that was kept for a model and way of asking."""
        with self.reading() as session:
            return calibrations.labelled_gold(session, model, asking)

    def settled_records(
        self, model: str, asking: str, *, since: datetime | None = None
    ) -> tuple[LabelledRecord, ...]:
        """Return what people settled in review as labelled records, in the order of settling.

        With `since`, only those on which something was said after that moment.
        """
        with self.reading() as session:
            return settled.settled_records(session, model, asking, since=since)

    def is_audited(self, document_id: str, number: int, *, share: float) -> bool:
        """Say whether an accepted record is looked at all the same: random, but repeatable."""
        with self._lock_of_key:
            if self._audit_key is None:
                with self.reading() as session:
                    self._audit_key = audits.audit_key(session)
        return audits.is_audited(self._audit_key, document_id, number, share)

    def audit_outcomes(
        self, type_name: str, calibration_id: str, policy: Policy, *, least: float = 0.0
    ) -> tuple[bool, ...]:
        """Return of each audited record whether it was wrong, in the order of settling.

        Those of a score from `least` on, 0 to 1.
        """
        with self.reading() as session:
            return audits.audit_outcomes(session, type_name, calibration_id, policy, least=least)

    def accepted_since(self, type_name: str, calibration_id: str) -> int:
        """Count the records that were accepted under a calibration, audited ones included."""
        with self.reading() as session:
            return audits.accepted_since(session, type_name, calibration_id)

    def sender_history(self, type_name: str, sender: Sequence[str]) -> SenderHistory:
        """Return what is known of senders by settled records; `sender` are the type's leaves."""
        with self.reading() as session:
            return history.sender_history(session, type_name, sender)

    def waiting_items(self, type_name: str) -> int:
        """Count a type's open review items."""
        with self.reading() as session:
            return waiting.waiting_items(session, type_name)

    def waiting_items_of(self, document_ids: Collection[str]) -> dict[str, tuple[int, ...]]:
        """Return the open review items of each of these documents, in the order of its records."""
        with self.reading() as session:
            return waiting.waiting_items_of(session, document_ids)

    def waiting_items_by(self, run_id: str) -> int:
        """Count the open review items that a run added."""
        with self.reading() as session:
            return waiting.waiting_items_by(session, run_id)

    def waiting_scores(self, type_name: str) -> tuple[float, ...]:
        """Return the scores of a type's open items that the dial could accept, highest first."""
        with self.reading() as session:
            return waiting.waiting_scores(session, type_name)

    def fair_down_to(self, type_name: str, reach: float) -> float:
        """Return the score above which what was settled is a fair sample of a type, 0 to 1."""
        with self.reading() as session:
            return waiting.fair_down_to(session, type_name, reach)

    def review_pace(self, who: str | None = None) -> float | None:
        """Return how many seconds a review item takes; None: it can't be told yet."""
        with self.reading() as session:
            return waiting.review_pace(session, who)

    def note_reach(self, type_name: str, reach: float) -> None:
        """Note from which score on the dial of a type could accept records soonest, 0 to 1.

        The review queue begins with those.
        """
        with self.reading() as session:
            if calibrations.noted_reaches(session).get(type_name) == reach:
                return
        with self.writing() as session:
            calibrations.note_reach(session, type_name, reach)

    def announce(self, key: str, text: str, *, now: datetime) -> bool:
        """Note that something was said; False if it was said before."""
        with self.writing() as session:
            return calibrations.announce(session, key, text, now=now)

    def status(self) -> Status:
        """Count what the store holds."""
        with self.reading() as session:
            return status.read_status(session)
