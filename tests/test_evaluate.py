"""Evaluations: gold through the production flow, judged, kept and compared."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import documents
import pytest
from calibrations import allow
from papers import MADE_UP, read_off, write_note, write_note_type
from scripted_replies import Answer, Reply, Request
from scripted_server import ScriptedServer
from shown_artifacts import newest_artifacts

from flows.evaluate.comparison import compare
from flows.evaluate.flow import evaluate
from flows.evaluate.kept import find, kept, path_of
from flows.evaluate.request import EvaluationRequest, parts_of
from flows.evaluate.statistics import statistics
from flows.store.store import Store
from schemas.errors import InputError, PathError
from schemas.evaluation import Evaluation
from schemas.extraction import Outcome

RECEIPT = """
Kiosk am Markt
Vielen Dank für Ihren Einkauf und bis zum nächsten Mal
Summe EUR | 5,00
Datum | 03.11.2026
"""


@dataclass
class Desk:
    """Notes with their gold, the model's server, and the evaluations over them."""

    folder: Path
    server: ScriptedServer

    @property
    def out(self) -> Path:
        return self.folder / "eval"

    def note(self, name: str, gold: dict[str, str | None], **fields: str) -> Path:
        """Write a note that says `fields`, and beside it what it should be read as."""
        path = write_note(self.folder / "gold" / f"{name}.pdf", **fields)
        written = {"doctype": "note.md", "record": gold}
        path.with_suffix(".json").write_text(json.dumps(written), encoding="utf-8")
        return path

    def request(self, **changes: object) -> EvaluationRequest:
        usual = {
            "gold": (str(self.folder / "gold"),),
            "model": "anything",
            "base_url": self.server.base_url,
            "out": self.out,
        }
        return EvaluationRequest.model_validate({**usual, **changes})

    def run(self, **changes: object) -> Evaluation:
        return evaluate(self.request(**changes))

    def accept_freely(self) -> None:
        """Let the evaluation accept what nothing but the dial stands against."""
        request = self.request()
        for part in parts_of(request, request.read_gold()):
            allow(part.batch)


@pytest.fixture
def desk(tmp_path, model_server, prefect_server) -> Desk:
    (tmp_path / "gold").mkdir()
    write_note_type(tmp_path / "gold")
    return Desk(tmp_path, model_server.answers(read_off))


@pytest.fixture(scope="module")
def mixed(tmp_path_factory, prefect_server):
    """One evaluation with every verdict in it, and documents that can't be read."""
    folder = tmp_path_factory.mktemp("mixed")
    (folder / "gold").mkdir()
    write_note_type(folder / "gold")
    with ScriptedServer() as server:
        desk = Desk(folder, server.answers(read_off))
        good = {"number": "A-1", "day": "2026-11-03", "total": "5"}
        desk.note("a-right", good, number="A-1", day="3 Nov 2026", total="5.00")
        desk.note(
            "b-wrong", {**good, "number": "B-1"}, number="B-1", day="2026-11-04", unsaid="total"
        )
        desk.note(
            "c-absent", {"number": "C-1", "day": None, "total": None}, number="C-1", total="7"
        )
        desk.note("d-missed", {"number": "D-1", "total": "12.50"}, number="D-1")
        desk.note("e-locked", good, password="secret", number="E-1")
        desk.note("f-blank", {"number": "F-1", "day": None})
        desk.accept_freely()
        yield desk, desk.run()


def verdicts(evaluation: Evaluation) -> dict[str, dict[str, str]]:
    return {
        Path(each.source).stem: {field.path: str(field.verdict) for field in each.fields}
        for each in evaluation.documents
    }


def test_every_labelled_field_is_judged(mixed):
    _, evaluation = mixed
    assert verdicts(evaluation) == {
        "a-right": {"number": "right", "day": "right", "total": "right"},
        "b-wrong": {"number": "right", "day": "wrong", "total": "wrong"},
        "c-absent": {"number": "right", "day": "absent", "total": "invented"},
        "d-missed": {"number": "right", "total": "missed"},
        "e-locked": {"number": "missed", "day": "missed", "total": "missed"},
        "f-blank": {"number": "missed", "day": "absent"},
    }


def test_outcomes_are_those_of_the_production_flow(mixed):
    _, evaluation = mixed
    told = {
        Path(each.source).stem: (each.outcome, each.wrongly_accepted, each.problem)
        for each in evaluation.documents
    }
    assert told == {
        "a-right": (Outcome.ACCEPTED, False, ""),
        "b-wrong": (Outcome.IN_REVIEW, False, ""),
        "c-absent": (Outcome.ACCEPTED, True, ""),
        "d-missed": (Outcome.ACCEPTED, True, ""),
        "e-locked": (
            Outcome.FAILED,
            False,
            (
                "The file is encrypted and opens only with a password. Save it without one, or "
                "run it --again with its password: a file with --passwords, or PAPERSIFT_PASSWORDS "
                "in the environment."
            ),
        ),
        "f-blank": (Outcome.IN_REVIEW, False, ""),
    }


def test_the_figures_are_those_of_the_documents(mixed):
    desk, evaluation = mixed
    figures = statistics(evaluation)
    assert (figures.whole.accuracy.count, figures.whole.accuracy.of) == (6, 13)
    assert (figures.whole.tally.invented, figures.whole.tally.absent) == (1, 2)
    assert figures.outcomes[Outcome.FAILED] == 1
    first = evaluation.documents[0]
    assert (first.group, first.type_name, first.pages) == ("gold", "note", 1)
    assert (first.usage.calls, first.seconds > 0) == (1, True)
    assert evaluation.gold == (str(desk.folder / "gold"),)
    assert (evaluation.model, evaluation.asking, len(evaluation.recipes)) == (
        "anything",
        "whole",
        1,
    )


def test_values_and_truth_are_shown_where_they_stand(mixed):
    _, evaluation = mixed
    right = {field.path: field for field in evaluation.documents[0].fields}
    assert (right["day"].value, right["day"].raw) == ("2026-11-03", "3 Nov 2026")
    assert right["day"].page == right["day"].truth_page == 1
    assert right["day"].boxes == right["day"].truth_boxes
    wrong = {field.path: field for field in evaluation.documents[1].fields}
    assert (wrong["total"].value, wrong["total"].page) == (MADE_UP, None)
    assert (wrong["total"].truth, wrong["total"].truth_page) == ("5", None)
    assert wrong["total"].doubts != ()


def test_the_flow_run_shows_the_figures_and_a_row_for_each_document(mixed):
    _, evaluation = mixed
    keys = ("papersift-eval", "papersift-eval-documents")
    shown = {
        artifact.key: artifact
        for artifact in newest_artifacts(*keys)
        if evaluation.id in (artifact.description or "")
    }
    assert set(shown) == set(keys)
    assert "# 46.2% (" in shown["papersift-eval"].data
    assert "| `note.total` | 5 | 1 | 1 | 2 | 1 | 0 | 25.0% (" in shown["papersift-eval"].data
    assert "e-locked.pdf" in str(shown["papersift-eval-documents"].data)


def test_a_second_evaluation_asks_nothing_and_judges_the_same(mixed):
    desk, first = mixed
    asked = len(desk.server.requests)
    again = evaluate.fn(desk.request())  # without Prefect, which has nothing to do either
    assert len(desk.server.requests) == asked
    assert again.documents == first.documents
    assert again.id != first.id


def test_an_evaluation_is_kept_as_it_is_and_found_again(mixed):
    desk, first = mixed
    again = evaluate.fn(desk.request(limit=2))
    assert find(first.id, desk.out) == first
    assert find(str(path_of(first, desk.out)), desk.out) == first
    assert find("last", desk.out) == again == next(iter(kept(desk.out)))
    assert (again.selection, len(again.documents)) == ("2 at most, seed 0", 2)
    assert not list((desk.out / "evaluations").glob(".*"))


def test_a_name_that_fits_none_or_several_is_refused(mixed):
    desk, first = mixed
    evaluate.fn(desk.request(limit=1))
    with pytest.raises(InputError, match="No evaluation begins with 'nothing'"):
        find("nothing", desk.out)
    with pytest.raises(InputError, match=r"\d evaluations begin with '20"):
        find(first.id[:2], desk.out)
    with pytest.raises(InputError, match="There is no evaluation in"):
        find("last", desk.folder / "elsewhere")
    with pytest.raises(PathError, match="can't be read: No such file"):
        find("gone.json", desk.out)
    other = desk.folder / "other.json"
    other.write_text('{"id": 5}')
    with pytest.raises(InputError, match=r"other\.json' is no evaluation"):
        find(str(other), desk.out)


def test_an_evaluation_that_can_not_be_kept_says_so(desk):
    desk.note("a", {"number": "A"}, number="A")
    desk.out.mkdir()
    (desk.out / "evaluations").write_text("a file where a folder must be")
    with pytest.raises(PathError, match="can't be kept"):
        desk.run()
    (desk.out / "evaluations").unlink()
    asked = len(desk.server.requests)
    assert verdicts(desk.run()) == {"a": {"number": "right"}}
    assert len(desk.server.requests) == asked


def test_a_better_model_is_compared_with_the_one_before(desk):
    desk.note("a", {"number": "A", "total": "5.00"}, number="A", unsaid="total")
    desk.note("b", {"number": "B", "total": "6.00"}, number="B", total="6.00")
    before = desk.run()

    def answer(request: Request) -> Answer:
        told = dict(read_off(request))
        return {**told, "total": "5.00", "number": told["number"]}

    desk.server.answers(answer)
    now = desk.run(model="another")
    moved = compare(now, before)
    assert [(Path(m.source).stem, m.now.path) for m in moved.became_right] == [("a", "total")]
    assert [(Path(m.source).stem, m.now.path) for m in moved.became_wrong] == [("b", "total")]
    assert (moved.accuracy.was, moved.accuracy.now) == (0.75, 0.75)
    assert moved.accuracy.low < 0 < moved.accuracy.high


def test_an_outage_is_tried_again_by_the_next_evaluation(desk):
    desk.note("a", {"number": "A"}, number="A")
    desk.server.answers(Reply.failure(500, "out of memory", retry_after_s=0))
    first = desk.run()
    assert first.documents[0].outcome is Outcome.FAILED
    assert "out of memory" in first.documents[0].problem
    assert first.documents[0].usage.outages == 3
    desk.server.answers(read_off)
    second = desk.run()
    assert verdicts(second) == {"a": {"number": "right"}}
    assert second.documents[0].problem == ""


def test_asking_again_replaces_what_was_extracted(desk):
    desk.note("a", {"number": "A", "total": "5.00"}, number="A", unsaid="total")
    desk.run()
    desk.server.answers({"number": "A", "day": None, "total": "5.00"})
    assert verdicts(desk.run()) == {"a": {"number": "right", "total": "wrong"}}
    assert verdicts(desk.run(again=True)) == {"a": {"number": "right", "total": "right"}}


def test_each_type_is_extracted_as_itself_and_the_order_of_the_gold_is_kept(desk):
    """Gold of two types: the note's own file, and a built-in type asked by fields."""
    desk.note("a", {"number": "A"}, number="A")
    receipt = desk.folder / "gold" / "b.pdf"
    receipt.write_bytes(documents.letter(RECEIPT))
    receipt.with_suffix(".json").write_text(
        '{"doctype": "receipt", "record": {"total": "5.00", "currency": "EUR"}}'
    )
    desk.note("c", {"number": "C"}, number="C")

    def answer(request: Request) -> Answer:
        if "number" in request.schema["properties"]:
            return dict(read_off(request))
        blank = dict.fromkeys(request.schema["properties"])
        return {**blank, "total": "5,00", "currency": "EUR", "line_items": []}

    desk.server.answers(answer)
    evaluation = desk.run()
    assert verdicts(evaluation) == {
        "a": {"number": "right"},
        "b": {"currency": "right", "total": "right"},
        "c": {"number": "right"},
    }
    assert [each.type_name for each in evaluation.documents] == ["note", "receipt", "note"]
    assert evaluation.documents[1].language == "de"
    assert len(evaluation.recipes) == 2


def test_halves_are_extracted_apart_into_one_store(desk):
    for index in range(8):
        desk.note(f"n{index}", {"number": f"N-{index}"}, number=f"N-{index}")
    a, b = desk.run(half="A"), desk.run(half="B")
    sources = [each.source for each in (*a.documents, *b.documents)]
    assert (len(sources), len(set(sources))) == (8, 8)
    assert len(desk.server.requests) == 8
    assert len(desk.run().documents) == 8
    assert len(desk.server.requests) == 8
    with Store.open(desk.out) as store:
        assert store.status().documents == 8


def test_gold_that_is_no_gold_makes_no_store(desk):
    (desk.folder / "gold" / "a.json").write_text('{"doctype": "note.md", "record": {}}')
    with pytest.raises(PathError, match="must lie beside it"):
        desk.run()
    assert not desk.out.exists()
