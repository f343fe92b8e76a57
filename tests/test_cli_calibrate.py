"""`papersift calibrate`, and the options that name a promise, as a person types them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
import typer
from papers import read_off, write_note, write_note_type
from rich.console import Console
from typer.testing import CliRunner, Result

from flows.calibrate.request import CalibrationReport, CalibrationRequest, TypeReport
from flows.cli import options
from flows.cli.calibrate_views import print_calibration
from flows.cli.dial_views import dials, progress, towards
from flows.cli.main import app
from flows.cli.options import Errors, errors_of
from schemas.batch import DEFAULT_MODEL, BatchRequest
from schemas.dial_state import DialState
from schemas.target import Promise, Target

ROOT = Path(__file__).parents[1]

LACKING = Promise(
    error=0.05,
    assurance=0.95,
    threshold=None,
    accepted=31,
    of=40,
    needed=28,
    bound=0.0921,
    least=0.0921,
)
MADE = Promise(
    error=0.05,
    assurance=0.95,
    threshold=0.62,
    accepted=131,
    of=160,
    wrong=1,
    bound=0.036,
    least=0.031,
)


def type_in(*words: object) -> Result:
    return CliRunner().invoke(app, [str(word) for word in words])


def squeezed(text: str) -> str:
    return " ".join(text.split())


@pytest.mark.parametrize(
    ("given", "errors"),
    [
        ([], Errors()),
        (["0.02"], Errors(0.02)),
        ([".5%"], Errors(0.005)),
        (["2 %"], Errors(0.02)),
        (["2%", "grand_total=0.005"], Errors(0.02, {"grand_total": 0.005})),
        (["line_items[].line_total = 1%"], Errors(None, {"line_items[].line_total": 0.01})),
        (["0.99"], Errors(0.99)),
    ],
    ids=str,
)
def test_an_error_rate_is_understood_in_all_its_forms(given, errors):
    assert errors_of(given) == errors


@pytest.mark.parametrize(
    ("given", "message"),
    [
        (["0"], "0 can't be promised: no number of documents shows that nothing is ever wrong."),
        (["a=0%"], "0% can't be promised"),
        (["1"], "1 is all of them: that is no promise. Did you mean 1%?"),
        (["5"], "5 is more than all. Did you mean 5% = 0.05?"),
        (["a=2.5"], "2.5 is more than all. Did you mean 2.5% = 0.025?"),
        (["120%"], "'120%' is no share: it must lie between 0 and 1 (100%)"),
        (["-0.1"], "'-0.1' is no share"),
        (["little"], "'little' is no share: write it like 0.02 or 2%"),
        (["nan"], "'nan' is no share"),
        (["2,5%"], "'2,5%' is no share"),
        (["a="], "'' is no share"),
        (["=1%"], "'=1%' names no field: write it like grand_total=0.5%"),
        (["1%", "2%"], "'2%': the whole has a target already"),
        (["a=1%", "a=1%"], "'a=1%': a has a target already"),
        (["rows[0].x=1%"], "'rows[0].x=1%' names one row; for all of them write rows[].x=1%"),
    ],
    ids=str,
)
def test_an_error_rate_that_is_none_is_refused_in_plain_words(given, message):
    with pytest.raises(typer.BadParameter) as caught:
        errors_of(given)
    assert caught.value.message.startswith(message)
    assert caught.value.param_hint == "'--target-error'"


@pytest.mark.parametrize("command", [["run", "nowhere"], ["calibrate"]], ids=" ".join)
@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--target-error", "5"], "'--target-error': 5 is more than all."),
        (["--assurance", "95"], "95 is more than all. Did you mean 95% = 0.95?"),
        (["--assurance", "100%"], "100% can't be had"),
        (["--audit", "much"], "'much' is no share"),
        (["--asking", "loudly"], "'loudly' is neither"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_an_impossible_promise_exits_with_2_before_anything_is_done(
    tmp_path, monkeypatch, command, words, message
):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "200")
    result = type_in(*command, *words)
    assert (result.exit_code, result.stdout) == (2, "")
    assert message in squeezed(result.stderr)
    assert not [*tmp_path.iterdir()]


def test_the_defaults_of_the_options_are_those_of_a_request():
    request = BatchRequest(paths=("a.pdf",))
    assert (
        DEFAULT_MODEL,
        request.assurance,
        request.audit,
        request.out,
    ) == (options.MODEL, options.ASSURANCE, options.AUDIT, options.OUT)


def test_a_bar_is_full_only_where_everything_is_accepted():
    assert progress(LACKING).plain == "━━━━━━━━━━╌╌╌╌╌╌╌╌╌╌ 31 of 59"
    assert progress(MADE).plain == "━━━━━━━━━━━━━━━━╌╌╌╌ 131 of 160 accepted"
    nearly = LACKING.model_copy(update={"accepted": 58, "needed": 1})
    assert progress(nearly).plain == "━━━━━━━━━━━━━━━━━━━╌ 58 of 59"
    nothing = Promise(error=0.5, assurance=0.95, threshold=None)
    assert progress(nothing).plain == "╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌ 0 of 0"


def a_report(*types: TypeReport, **changes: object) -> CalibrationReport:
    usual = {
        "calibration_id": "20261123-150715-9f3a",
        "kept": True,
        "fitted_on": "30 invoices of yours",
        "form": "logistic, of 3 forms",
        "documents": 30,
        "labelled": 1234,
        "auroc": 0.9312,
        "brier": 0.08,
        "ece": None,
        "types": types,
        "report": "out/calibration.html",
    }
    return CalibrationReport.model_validate({**usual, **changes})


def a_type(promise: Promise, text: str, **changes: object) -> TypeReport:
    usual = {
        "type_name": "invoice",
        "promise": promise,
        "held_back": 0,
        "text": text,
    }
    return TypeReport.model_validate({**usual, **changes})


@pytest.fixture
def told(capsys, monkeypatch):
    """Print a calibration; return what it says, white space squeezed."""
    monkeypatch.setenv("COLUMNS", "120")

    def tell(report: CalibrationReport, **request: object) -> str:
        print_calibration(report, CalibrationRequest.model_validate(request))
        return squeezed(capsys.readouterr().out)

    return tell


def test_what_cannot_be_promised_is_told_with_what_it_takes(told):
    text = "0 wrong of 31; 28 more without a mistake would allow 5 %"
    printed = told(a_report(a_type(LACKING, text, held_back=9)))
    assert printed.startswith(
        "Fitted to 30 invoices of yours 1,234 labelled fields of 30 documents"
    )
    assert "AUROC 0.931 how often a right value gets more confidence than a wrong one" in printed
    assert "ECE – can't be made" in printed
    assert (
        "invoice: at most 5 % wrong can't be promised yet: nothing is accepted without a look "
        f"━━━━━━━━━━╌╌╌╌╌╌╌╌╌╌ 31 of 59 {text} these documents would allow: --target-error 9.3%"
    ) in printed
    assert "9 labelled documents beside these would go to review whatever the target" in printed
    assert "Report: out/calibration.html Kept: 20261123-150715-9f3a" in printed
    assert printed.endswith("Next: papersift review and then papersift calibrate again")


def test_what_can_be_promised_is_told_with_what_moved_and_how_to_run(told):
    report = a_type(
        MADE,
        "1 wrong of 131 labelled documents",
        moved={"in review before, accepted now": 4},
        leaves={"grand_total": LACKING},
    )
    printed = told(
        a_report(report, left_out=("3 settled documents of type note",)),
        target_error=0.05,
        model="m",
        out="there",
    )
    assert "invoice: at most 5 % wrong can be promised at 95 % assurance" in printed
    assert "131 of 160 accepted 1 wrong of 131 labelled documents" in printed
    assert "grand_total: at most 5 % wrong can't be promised ━" in printed
    assert "moved: 4 documents, in review before, accepted now" in printed
    assert "left out: 3 settled documents of type note" in printed
    assert printed.endswith("Next: papersift run PATH --model m --target-error 0.05 --out there")


def test_a_dry_run_says_that_nothing_is_kept(told):
    printed = told(a_report(a_type(MADE, "yes"), kept=False))
    assert "Nothing is kept, and no document moved: --dry-run" in printed
    assert "Next:" not in printed


def test_names_of_a_type_cannot_steer_the_terminal(told):
    printed = told(a_report(a_type(MADE, "ok", type_name="[red]a\x1b[2J")))
    assert "[red]a\ufffd[2J: at most" in printed


def a_state(promise: Promise, **changes: object) -> DialState:
    usual = {
        "type_name": "invoice",
        "model": "m",
        "target": Target(error=0.02),
        "open": promise.threshold is not None,
        "text": "as the documents allow",
        "promise": promise,
    }
    return DialState.model_validate({**usual, **changes})


def test_a_broken_promise_stands_out():
    state = a_state(MADE, open=False, broken=True, audit_text="9 wrong of 40 looked at")
    console = Console(color_system="standard", force_terminal=True, width=200, highlight=False)
    with console.capture() as captured:
        console.print(towards(state))
    assert "\x1b[1;31mthe promise is broken\x1b[0m" in captured.get()
    assert "9 wrong of 40 looked at" in captured.get()


def test_the_command_that_lets_more_be_accepted_is_told_once():
    states = [a_state(LACKING), a_state(LACKING, type_name="receipt"), a_state(MADE)]
    told = [line.plain for line in dials(states, option=" --out x")]
    assert told[0] == "invoice: nothing is accepted without a look: as the documents allow"
    assert told[2].startswith("invoice: accepted without a look so that at most 2 % are wrong")
    command = "papersift calibrate --model m --target-error 2% --out x [--gold PATH]"
    assert told[3:] == [f"  after review, or with labelled documents: {command}"]
    assert len([*dials([a_state(MADE)], option="")]) == 1


MANY = 30
"""Documents without a mistake: enough for 10 % at 90 % assurance, which takes 22."""


@pytest.fixture
def desk(tmp_path, monkeypatch, model_server, prefect_server):
    """Notes with gold, others without, a type of their own, and a model that reads them off."""
    for name in list(os.environ):
        if name.startswith("PAPERSIFT_"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("COLUMNS", "200")
    monkeypatch.chdir(tmp_path)
    write_note_type(tmp_path)
    for number in range(MANY):
        said = {"number": f"G-{number}", "day": "2026-11-03", "total": f"{number}.50"}
        write_note(tmp_path / "gold" / f"{number}.pdf", **said)
        written = json.dumps({"doctype": "../note.md", "record": said})
        (tmp_path / "gold" / f"{number}.json").write_text(written)
    for number in range(3):
        said = {"number": f"N-{number}", "day": "2026-11-04", "total": f"{number}.75"}
        write_note(tmp_path / "in" / f"{number}.pdf", **said)
    model_server.answers(read_off)
    return tmp_path


def typed(*words: object) -> str:
    """Run a command that must succeed; return what it prints, white space squeezed."""
    result = type_in(*words)
    assert result.exit_code == 0, result.output
    return squeezed(result.stdout)


def test_from_labelled_documents_to_accepted_ones_without_asking_anything_again(desk, model_server):
    server = ("--model", "anything", "--base-url", model_server.base_url)
    wish = ("--target-error", "10%", "--assurance", "90%", "--audit", "0")
    run = ("run", "in", "--type", "note.md", *server)
    fit = ("calibrate", "--type", "note.md", *server)

    printed = typed(*run, *wish)
    assert "3 documents: 0 accepted, 3 to review, 0 failed" in printed
    assert "note: nothing is accepted without a look: " in printed
    assert "papersift calibrate --model anything --target-error 10% [--gold PATH]" in printed
    assert len(model_server.requests) == 3

    tried = typed(*fit, "--gold", "gold", *wish, "--dry-run")
    assert "Nothing is kept, and no document moved: --dry-run" in tried
    assert len(model_server.requests) == 3 + MANY
    assert typed("calibrate", "--list").startswith("There is no calibration in out/ yet.")

    printed = typed(*fit, "--gold", "gold", *wish)
    assert "note: at most 10 % wrong can be promised at 90 % assurance" in printed
    assert f"{MANY} of {MANY} accepted" in printed
    assert "moved: 3 documents, in review before, accepted now" in printed
    assert "Report: out/calibration.html" in printed
    assert "<html" in (desk / "out" / "calibration.html").read_text(encoding="utf-8")
    assert "anything whole" in typed("calibrate", "--list")

    printed = typed(*run, *wish)
    assert "0.pdf accepted done before 1.pdf accepted done before 2.pdf accepted" in printed
    assert "note: accepted without a look so that at most 10 % are wrong" in printed

    printed = typed(*run, "--target-error", "1%")
    assert "0.pdf note in review done before; routed anew" in printed
    assert "note: nothing is accepted without a look: 0 wrong of 30; 269 more" in printed

    kept = json.loads(type_in(*fit, *wish, "--report", "mine.html", "--json").stdout)
    assert (kept["documents"], kept["kept"], kept["report"]) == (MANY, True, "mine.html")
    [note] = [each for each in kept["types"] if each["type_name"] == "note"]
    assert note["moved"] == {"in review before, accepted now": 3}
    assert (desk / "mine.html").exists()

    assert f"{MANY} labelled records: shared/notes.json" in typed(
        *fit, "--export", "shared/notes.json"
    )
    assert "G-1" not in (desk / "shared" / "notes.json").read_text(encoding="utf-8")
    assert len(model_server.requests) == 3 + MANY


def test_a_target_of_a_field_that_there_is_not_is_refused(desk, model_server):
    server = ("--model", "anything", "--base-url", model_server.base_url)
    words = ("run", "in", "--type", "note.md", *server, "--target-error", "grand_total=1%")
    result = type_in(*words)
    assert result.exit_code == 1
    assert result.stderr.startswith("papersift: --target-error names 'grand_total', which is no")
    assert not (desk / "out").exists()


def test_without_anything_labelled_it_says_what_to_do(desk, model_server):
    result = type_in("calibrate", "--model", "anything", "--base-url", model_server.base_url)
    assert result.exit_code == 1
    assert result.stderr.startswith("papersift: Nothing is labelled yet.")
    assert result.stdout == ""


def test_help_waits_for_nothing_slow():
    code = "import sys, flows.cli.main; print(*sys.modules)"
    found = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    slow = {"sqlalchemy", "prefect", "pyarrow", "pydantic", "numpy", "scipy", "rich.progress"}
    assert not slow & set(found.stdout.split())
