"""Calibrations in the whole: gold and reviews in, dials set, documents routed anew unasked."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from papers import read_off, write_note, write_note_type
from prefect.client.orchestration import get_client
from scripted_replies import Answer, Request
from scripted_server import ScriptedServer

from flows.bench import opened_bench
from flows.calibrate.announce import EVENT
from flows.calibrate.flow import calibrate
from flows.calibrate.request import CalibrationReport, CalibrationRequest, TypeReport
from flows.calibrate.state import dial_states
from flows.extract import extract_batch
from flows.review.decide import accept, correct, open_items, show_item
from flows.store.decisions import Word
from flows.store.store import Store
from schemas.batch import BatchRequest, RunReport
from schemas.dial_state import DialState
from schemas.errors import InputError
from schemas.extraction import Outcome
from schemas.review import Correction

GOLD = 30
"""Documents: without a mistake they allow 10 % to be promised at 95 % assurance, and not 5 %."""
SURE, HALF_EMPTY = {"day": "2026-11-03", "total": "5.00"}, {"day": "2026-11-03"}
"""Notes with and without a total: by hand-set confidences the latter score higher."""


@dataclass
class Desk:
    """Gold and papers of the type `note`, the model's server, and what is done with them."""

    folder: Path
    server: ScriptedServer

    @property
    def out(self) -> Path:
        return self.folder / "out"

    def write_gold(self, count: int, *, wrong: int = 0) -> None:
        """Write notes with what they say as gold; of the last `wrong` it says another total."""
        for at in range(count):
            total = "6.00" if at >= count - wrong else "5.00"
            path = write_note(self.folder / f"gold/{at:02}.pdf", number=f"G-{at}", **SURE)
            record = {"number": f"G-{at}", "day": "2026-11-03", "total": total}
            path.with_suffix(".json").write_text(
                json.dumps({"doctype": "../note.md", "record": record}), encoding="utf-8"
            )

    def write_papers(self, count: int, start: int = 0, **fields: str) -> None:
        for at in range(start, start + count):
            write_note(self.folder / f"in/{at:02}.pdf", number=f"N-{at}", **(fields or SURE))

    def calibrate(self, **changes: object) -> CalibrationReport:
        """Calibrate outside of Prefect, where there is nothing to extract."""
        return calibrate.fn(self.calibration(**changes))

    def calibration(self, **changes: object) -> CalibrationRequest:
        usual = {
            "types": (str(self.folder / "note.md"),),
            "model": "anything",
            "base_url": self.server.base_url,
            "out": self.out,
            "eval_out": self.folder / "eval",
            "target_error": 0.1,
            "audit": 0,
        }
        return CalibrationRequest.model_validate({**usual, **changes})

    def request(self, **changes: object) -> BatchRequest:
        usual = {
            "paths": (str(self.folder / "in"),),
            "type": str(self.folder / "note.md"),
            "model": "anything",
            "base_url": self.server.base_url,
            "target_error": 0.1,
            "audit": 0,
            "out": self.out,
        }
        return BatchRequest.model_validate({**usual, **changes})

    def run(self, **changes: object) -> RunReport:
        return extract_batch(self.request(**changes))

    def run_known(self, **changes: object) -> RunReport:
        """Run over what was extracted before, without Prefect."""
        asked = len(self.server.requests)
        report = extract_batch.fn(self.request(**changes))
        assert len(self.server.requests) == asked
        return report

    def published(self) -> dict[str, str]:
        """Return the status of each published record, by its number."""
        if not any(self.out.glob("records/note/*.parquet")):
            return {}
        rows = pl.read_parquet(self.out / "records/note/*.parquet")
        return dict(rows.select("number", "_status").iter_rows())

    def note_report(self, report: CalibrationReport) -> TypeReport:
        [found] = [each for each in report.types if each.type_name == "note"]
        return found

    def dial(self) -> DialState:
        with Store.open(self.out) as store:
            [found] = dial_states(store)
        return found

    def settle(self, count: int, **corrections: str) -> None:
        """Accept the first open items, or correct and accept them."""
        with Store.open(self.out) as store:
            for item in open_items(store)[:count]:
                word = Word(who="anna", now=datetime.now(UTC))
                if corrections:
                    pairs = [Correction(path=p, text=text) for p, text in corrections.items()]
                    correct(store, item.id, pairs, word, out_dir=self.out)
                    if show_item(store, item.id).outcome is not Outcome.IN_REVIEW:
                        continue
                accept(store, item.id, word, out_dir=self.out)


def outcomes(report: RunReport) -> list[Outcome | None]:
    return [line.outcome for line in report.lines]


@pytest.fixture
def desk(tmp_path, model_server, prefect_server) -> Desk:
    write_note_type(tmp_path)
    return Desk(tmp_path, model_server.answers(read_off))


@pytest.fixture(scope="module")
def shared(tmp_path_factory, prefect_server) -> Iterator[tuple[Desk, CalibrationReport, RunReport]]:
    """A calibration with gold that allows 10 %, and a run of four papers under it."""
    folder = tmp_path_factory.mktemp("shared")
    write_note_type(folder)
    with ScriptedServer() as server:
        desk = Desk(folder, server.answers(read_off))
        desk.write_gold(GOLD)
        fitted = calibrate(desk.calibration(gold=(str(folder / "gold"),)))
        desk.write_papers(4)
        write_note(folder / "in/made-up.pdf", number="N-x", day="2026-11-03", unsaid="total")
        yield desk, fitted, desk.run()


def test_what_the_gold_allows_is_promised_and_accepted(shared):
    desk, fitted, run = shared
    told = desk.note_report(fitted)
    assert fitted.kept
    assert (told.promise.threshold is not None, told.promise.wrong, told.promise.of) == (
        True,
        0,
        GOLD,
    )
    assert told.promise.bound == pytest.approx(0.095, abs=0.001)
    assert outcomes(run) == ["accepted"] * 4 + ["in_review"]
    assert set(desk.published().values()) == {"accepted"}
    [dial] = run.dials
    assert (dial.open, dial.broken) == (True, False)
    assert dial.calibration_id == fitted.calibration_id


def test_a_stricter_target_closes_the_dial_and_says_what_is_missing(shared):
    """Nothing is asked; what could not be promised goes back to review, and comes again."""
    desk, _, _ = shared
    report = desk.run_known(target_error=0.05)
    assert set(outcomes(report)) == {"in_review"}
    assert {line.note for line in report.lines} == {"done before; routed anew"}
    assert desk.published() == {}
    [dial] = report.dials
    assert dial.text == "0 wrong of 30; 29 more without a mistake would allow 5 %"
    assert dial.waiting == 5
    report = desk.run_known()
    assert outcomes(report) == ["accepted"] * 4 + ["in_review"]
    assert len(desk.published()) == 4
    assert {line.note for line in desk.run_known().lines} == {"done before"}


def test_a_target_of_a_field_alone_closes_the_dial_for_it(shared):
    desk, _, _ = shared
    assert set(outcomes(desk.run_known(target_errors={"total": 0.01}))) == {"in_review"}
    assert desk.published() == {}
    assert outcomes(desk.run_known(target_errors={"total": 0.1}))[:4] == ["accepted"] * 4
    with pytest.raises(InputError, match="names 'totl', which is no field of note"):
        desk.run_known(target_errors={"totl": 0.1})


def test_a_changed_policy_routes_anew_and_a_changed_prompt_asks_again(shared):
    desk, _, _ = shared
    file = desk.folder / "note.md"
    as_it_was = file.read_text()
    file.write_text(as_it_was.replace("  review: [day", "  target_error: 0.05\n  review: [day"))
    try:
        assert set(outcomes(desk.run_known(target_error=None))) == {"in_review"}
        assert outcomes(desk.run_known())[0] == "accepted"
        write_note_type(desk.folder, prompt="Mind the second page.\n")
        asked = len(desk.server.requests)
        report = desk.run(paths=(str(desk.folder / "in/00.pdf"),))
        assert len(desk.server.requests) == asked + 1
        assert outcomes(report) == ["in_review"]
        [dial] = report.dials
        assert not dial.open
        assert "calibrate again" in dial.text
    finally:
        file.write_text(as_it_was)
    assert outcomes(desk.run_known())[0] == "accepted"


def test_gold_is_kept_and_neither_it_nor_the_papers_are_asked_again(shared):
    desk, fitted, _ = shared
    asked = len(desk.server.requests)
    again = desk.calibrate(gold=(str(desk.folder / "gold"),), dry_run=True)
    assert (again.kept, again.documents) == (False, fitted.documents)
    remembered = desk.calibrate(dry_run=True)
    assert remembered.documents == fitted.documents
    assert len(desk.server.requests) == asked
    with Store.open(desk.out) as store:
        assert [each.id for each in store.all_calibrations()] == [fitted.calibration_id]


def test_refitting_moves_documents_both_ways_and_leaves_what_a_person_decided(desk):
    """From reviews alone: settled ones open the dial, mistakes among them close it again."""
    desk.write_papers(40)
    report = desk.run(target_error=0.1)
    assert set(outcomes(report)) == {"in_review"}
    assert report.dials[0].text.startswith("none of your documents is labelled yet")
    asked = len(desk.server.requests)

    desk.settle(20)
    dial = desk.dial()
    assert (dial.settled_since, dial.wrong_since, dial.open) == (20, 0, False)
    assert dial.text == "0 wrong of 20; 9 more without a mistake would allow 10 %"
    assert (dial.waiting, dial.minutes is not None) == (20, True)
    desk.settle(10)
    assert desk.dial().text.endswith("to open the dial: papersift calibrate")
    assert set(desk.published().values()) == {"reviewed"}

    fitted = desk.note_report(desk.calibrate())
    assert (fitted.promise.accepted, fitted.promise.wrong) == (30, 0)
    assert fitted.moved == {"in review before, accepted now": 10}
    run = desk.run_known()
    assert sorted(map(str, outcomes(run))) == ["accepted"] * 10 + ["reviewed"] * 30
    assert sorted(desk.published().values()) == ["accepted"] * 10 + ["reviewed"] * 30

    stricter = desk.note_report(desk.calibrate(target_error=0.05))
    assert stricter.moved == {"accepted before, in review now": 10}
    assert stricter.text == "0 wrong of 30; 29 more without a mistake would allow 5 %"
    desk.run_known(target_error=0.05)
    assert sorted(desk.published().values()) == ["reviewed"] * 30
    assert len(desk.server.requests) == asked


def test_what_waits_at_the_reach_leaves_the_sample_fair(desk):
    """What was settled from both ends of the queue is a fair sample where nothing waits between."""
    desk.write_papers(30, **HALF_EMPTY)
    desk.write_papers(12, 30)
    assert set(outcomes(desk.run())) == {"in_review"}
    with Store.open(desk.out) as store:
        scores = store.waiting_scores("note")
        high, low = max(scores), min(scores)
        assert (scores.count(high), scores.count(low)) == (30, 12)
        wanted = [item.id for item in open_items(store) if item.score == high]
        wanted += [item.id for item in open_items(store) if item.score == low][:10]
        for number in wanted:
            accept(store, number, Word(who="anna", now=datetime.now(UTC)), out_dir=desk.out)
    told = desk.note_report(desk.calibrate())
    assert (told.promise.of, told.promise.accepted) == (40, 40)
    with Store.open(desk.out) as store:
        [kept] = store.all_calibrations()
        evidence = kept.of_type("note")
    assert evidence is not None
    assert evidence.fair_from == 0
    assert set(desk.published().values()) == {"accepted", "reviewed"}


def test_the_report_comes_with_its_plots_as_pictures(shared):
    desk, _, _ = shared
    folder = desk.folder / "plots"
    desk.calibrate(dry_run=True, report=desk.folder / "report.html", pictures=folder)
    assert "30 of 30 labelled documents" in (desk.folder / "report.html").read_text("utf-8")
    pictures = [each.read_bytes() for each in folder.glob("*.png")]
    assert len(pictures) >= 2
    assert all(each.startswith(b"\x89PNG") for each in pictures)


def test_what_waits_below_the_reach_ends_the_sequence(desk):
    """A few right ones from below say little of the many there, until none of them waits."""
    desk.write_papers(30, **HALF_EMPTY)
    desk.write_papers(12, 30)
    desk.run()
    with Store.open(desk.out) as store:
        store.note_reach("note", max(store.waiting_scores("note")))  # as earlier labels would
    desk.settle(30)
    with Store.open(desk.out) as store:
        assert len(set(store.waiting_scores("note"))) == 1  # the queue began with the high ones
    desk.settle(10)
    dial = desk.dial()
    assert (dial.settled_since, dial.promise.accepted, dial.waiting) == (40, 30, 2)

    told = desk.note_report(desk.calibrate())
    assert (told.promise.of, told.promise.accepted, told.moved) == (40, 30, {})
    with Store.open(desk.out) as store:
        evidence = store.all_calibrations()[0].of_type("note")
    assert evidence is not None
    assert 0 < evidence.fair_from < told.promise.threshold

    desk.settle(2)
    assert desk.note_report(desk.calibrate()).promise.accepted == 42


def test_a_drifted_source_raises_the_alarm_and_closes_the_dial(desk):
    """Accepted records that audits find wrong break the promise, until it is made anew."""
    desk.write_gold(GOLD)
    calibrate(desk.calibration(gold=(str(desk.folder / "gold"),), audit=1))
    desk.write_papers(8)
    report = desk.run(audit=1)  # every record that is accepted is looked at
    assert (set(outcomes(report)), report.dials[0].open) == ({"in_review"}, True)
    with Store.open(desk.out) as store:
        [items, shown] = [open_items(store), show_item(store, open_items(store)[0].id)]
    assert "audit" not in (str(items) + str(shown)).lower()
    asked = len(desk.server.requests)

    desk.settle(2)
    assert (desk.dial().broken, desk.dial().audited, desk.dial().audited_wrong) == (False, 2, 0)
    desk.settle(4, total="6.00")  # the source has changed: what is read is wrong
    dial = desk.dial()
    assert (dial.broken, dial.open, dial.audited, dial.audited_wrong) == (True, False, 6, 4)
    assert dial.text.startswith("the promise of 10 % is broken: 4 wrong of 6 accepted records")

    desk.write_papers(3, 20)
    closed = desk.run(audit=0)
    assert outcomes(closed)[-3:] == ["in_review"] * 3
    assert closed.dials[0].broken
    desk.run(audit=0)
    assert [each["type"] for each in broken_promises()] == ["note"]  # said once
    assert len(desk.server.requests) == asked + 3

    fitted = desk.note_report(desk.calibrate())
    assert fitted.promise.threshold is None  # the mistakes count now
    assert (desk.dial().broken, desk.dial().audited) == (False, 0)


def broken_promises() -> list[dict[str, Any]]:
    """Return what was said to Prefect of broken promises; events arrive a little later."""
    with get_client(sync_client=True) as client:
        for _ in range(40):
            found = client.request(
                "POST", "/events/filter", json={"filter": {"event": {"name": [EVENT]}}}
            )
            events = [event["payload"] for event in found.json()["events"]]
            if events:
                return events
            time.sleep(0.5)
    return []


def test_mistakes_are_learned_from_and_ranked(desk):
    """With enough of them the fit is no longer set by hand, and says how good it is."""
    desk.write_gold(40, wrong=8)
    fitted = calibrate(desk.calibration(gold=(str(desk.folder / "gold"),), target_error=0.1))
    assert not fitted.form.startswith("values: set by hand")
    assert fitted.fitted_on == "40 documents of yours (40 note)"
    told = desk.note_report(fitted)
    assert (told.promise.threshold, told.promise.needed > 0) == (None, True)
    assert told.text.startswith("among the surest of 40 labelled documents some are wrong; ")
    desk.write_papers(1)
    assert outcomes(desk.run()) == ["in_review"]


def test_nothing_labelled_is_no_calibration(desk):
    with pytest.raises(InputError, match="Nothing is labelled yet"):
        desk.calibrate()


def test_a_second_reading_agrees_or_not_and_is_part_of_the_recipe(desk):
    desk.write_papers(2)

    def answer(request: Request) -> Answer:
        told = dict(read_off(request))
        second = sum("number: N-1" in each.prompt for each in desk.server.requests) > 1
        return {**told, "total": "5.01"} if told["number"] == "N-1" and second else told

    desk.server.answers(answer)
    plain = desk.request()
    report = desk.run(second="anything")
    assert len(desk.server.requests) == 4
    assert report.summary.usage.calls == 4
    with opened_bench(desk.request(second="anything")) as bench, opened_bench(plain) as other:
        assert bench.recipe_ids != other.recipe_ids
        agrees = {
            line.source[-6:]: {
                field.path: field.signals.agrees
                for field in bench.store.extraction_of(line.document_id, bench.recipe_ids[0])
                .records[0]
                .fields
            }
            for line in report.lines
        }
    assert agrees == {
        "00.pdf": {"number": True, "day": True, "total": True},
        "01.pdf": {"number": True, "day": True, "total": False},
    }
    assert {line.note for line in desk.run_known(second="anything").lines} == {"done before"}


def test_what_the_server_does_not_tell_is_said_once(desk):
    desk.write_papers(2)
    assert desk.run().missing_signals == (
        "the server reports no token probabilities: confidence rests on labels and checks",
    )
