"""Runs: when each began and ended, and what it did in figures."""

from __future__ import annotations

import json
import os
import secrets
import socket
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.orm import Session

from flows.store.editions import RUNS, touch
from flows.store.tables import ExtractionRow, InputRow, RunRow, UnderWayRow
from schemas.extraction import Outcome, Usage
from schemas.run import Run, RunState, RunSummary
from schemas.text import as_text

SIGN_S = 15.0
"""Every so many seconds a run gives a sign that it lives."""
SILENCE = timedelta(seconds=6 * SIGN_S)
"""After it, a run is taken for dead, wherever it was."""

_ours: set[str] = set()
"""Runs of this process. Another one with its number is of a process before: a container that was
started anew has the same name and numbers."""


def begin_run(
    session: Session,
    *,
    paths: Sequence[str],
    model: str,
    recipe_ids: Sequence[str],
    prefect_run: str | None,
    now: datetime,
) -> str:
    """Note that a run starts; return its id."""
    _bury_the_dead(session, now)
    run_id = f"{now.astimezone(UTC):%Y%m%d-%H%M%S}-{secrets.token_hex(2)}"
    session.execute(
        insert(RunRow).values(
            id=run_id,
            started=now,
            ended=None,
            last_sign=now,
            state=RunState.RUNNING,
            host=socket.gethostname(),
            pid=os.getpid(),
            model=model,
            paths_json=json.dumps([as_text(path) for path in paths]),
            recipes_json=json.dumps(list(recipe_ids)),
            summary_json=RunSummary().model_dump_json(),
            prefect_run=prefect_run,
        )
    )
    _ours.add(run_id)
    touch(session, [RUNS])
    return run_id


def end_run(
    session: Session, run_id: str, *, state: RunState, found: int, skipped: int, now: datetime
) -> RunSummary:
    """Note that a run ended; return its figures."""
    row = session.get_one(RunRow, run_id)
    _ours.discard(run_id)
    return _end(session, row, state=state, found=found, skipped=skipped, ended=now)


def note_sign(session: Session, run_id: str | None, now: datetime) -> None:
    """Note that a run is alive."""
    session.execute(update(RunRow).where(RunRow.id == run_id).values(last_sign=now))


def all_runs(session: Session) -> tuple[Run, ...]:
    """Return all runs, the latest first."""
    rows = session.scalars(select(RunRow).order_by(RunRow.started.desc(), RunRow.id.desc()))
    return tuple(_run(row) for row in rows)


def run_of(session: Session, run_id: str) -> Run | None:
    """Return a run; None: there is none of that id."""
    row = session.get(RunRow, run_id)
    return _run(row) if row else None


def latest_run(session: Session) -> Run | None:
    """Return the run that began last."""
    row = session.scalars(
        select(RunRow).order_by(RunRow.started.desc(), RunRow.id.desc()).limit(1)
    ).first()
    return _run(row) if row else None


def dead_runs(session: Session, now: datetime) -> tuple[RunRow, ...]:
    """Return the runs that are said to be running, but whose process is gone."""
    running = session.scalars(select(RunRow).where(RunRow.state == RunState.RUNNING))
    return tuple(row for row in running if not is_alive(row, now))


def _bury_the_dead(session: Session, now: datetime) -> None:
    """Give runs whose process is gone their end: when they last gave a sign."""
    for row in dead_runs(session, now):
        _end(session, row, state=RunState.CRASHED, found=0, skipped=0, ended=row.last_sign)


def is_alive(row: RunRow, now: datetime) -> bool:
    """Say whether a run is still at work."""
    if row.state != RunState.RUNNING or now - row.last_sign > SILENCE:
        return False
    if row.host == socket.gethostname() and row.pid == os.getpid():
        return row.id in _ours
    if row.host != socket.gethostname() or os.name != "posix":
        return True  # nobody to ask; on Windows, signal 0 would stop the process
    try:
        os.kill(row.pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _end(
    session: Session, row: RunRow, *, state: RunState, found: int, skipped: int, ended: datetime
) -> RunSummary:
    summary = _summary(session, row, found=found, skipped=skipped, ended=ended)
    row.state, row.ended, row.last_sign = state, ended, ended
    session.execute(delete(UnderWayRow).where(UnderWayRow.run_id == row.id))
    row.summary_json = summary.model_dump_json()
    kept = ExtractionRow.run_id == row.id
    recipes = select(ExtractionRow.recipe_id).where(kept).distinct()
    others = select(ExtractionRow.other_recipes_json).where(kept).distinct()
    given = json.loads(row.recipes_json)
    ids = set(session.scalars(recipes))
    ids.update(*(json.loads(each).values() for each in session.scalars(others) if each))
    used = sorted(ids - set(given))
    row.recipes_json = json.dumps(given + used)
    touch(session, [RUNS])
    return summary


def _summary(
    session: Session, row: RunRow, *, found: int, skipped: int, ended: datetime
) -> RunSummary:
    """Count what a run kept."""
    kept = session.execute(
        select(ExtractionRow.outcome, ExtractionRow.usage_json, ExtractionRow.cost).where(
            ExtractionRow.run_id == row.id
        )
    ).all()
    seen = select(func.count()).select_from(InputRow).where(InputRow.run_id == row.id)
    unreadable = seen.where(InputRow.document_id.is_(None))
    outcomes = Counter(each.outcome for each in kept)
    return RunSummary(
        found=found or session.scalars(seen).one(),
        skipped=skipped,
        accepted=outcomes[Outcome.ACCEPTED] + outcomes[Outcome.REVIEWED],
        in_review=outcomes[Outcome.IN_REVIEW],
        failed=outcomes[Outcome.FAILED] + session.scalars(unreadable).one(),
        usage=sum((Usage.model_validate_json(each.usage_json) for each in kept), start=Usage()),
        cost=sum((each.cost for each in kept), start=Decimal(0)),
        seconds=(ended - row.started).total_seconds(),
    )


def _run(row: RunRow) -> Run:
    return Run(
        id=row.id,
        started=row.started,
        ended=row.ended,
        state=RunState(row.state),
        paths=json.loads(row.paths_json),
        recipe_ids=json.loads(row.recipes_json),
        model=row.model,
        summary=RunSummary.model_validate_json(row.summary_json),
    )
