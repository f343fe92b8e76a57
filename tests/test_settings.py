"""papersift.toml: what it may say, and what is said of what it may not."""

from __future__ import annotations

from pathlib import Path

import pytest
import typer
from typer.main import get_command
from typer.testing import CliRunner

from flows.cli.from_settings import defaults_for
from flows.cli.limit_options import LIMITS, limits_of
from flows.cli.main import app
from flows.settings import Settings, read_settings, settings_file
from schemas.errors import SettingsError
from schemas.limits import Limits


def written(folder: Path, text: str) -> Path:
    path = folder / "papersift.toml"
    path.write_text(text)
    return path


def test_without_a_file_everything_is_as_usual(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("PAPERSIFT_CONFIG", raising=False)
    assert settings_file() is None
    assert read_settings() == Settings()


def test_a_schedule_takes_what_it_does_not_say_from_the_whole(tmp_path):
    settings = read_settings(
        written(
            tmp_path,
            """
            type = "invoice"
            model = "openai/gpt-4.1-mini"
            target_error = 0.02
            document_timeout = 600
            [extract.nightly]
            paths = ["inbox"]
            cron = "0 2 * * *"
            type = "receipt"
            """,
        )
    )
    nightly = settings.extract["nightly"]
    request = settings.request(nightly.paths, nightly)
    assert request.paths == ("inbox",)
    assert (request.type, request.model) == ("receipt", "openai/gpt-4.1-mini")
    assert (request.target_error, request.document_timeout_s) == (0.02, 600)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('modle = "a/b"', r"modle: there is no such setting; did you mean 'model'\?"),
        ("[watch.a]\nfolder = 'in'\nsettel = 1", r"watch.a.settel: .* did you mean 'settle'\?"),
        ("[extract.a]\npaths = ['in']", "extract.a.cron: it is missing"),
        ("[extract.a]\npaths = ['in']\ncron = 'nightly'", "it is no cron expression"),
        ("target_error = 2", "target_error = 2: input should be less than 1"),
        ("[watch.a]\nfolder = 'in'\nafter = 'burn'", "'leave', 'move' or 'delete'"),
        ("[watch.'a/b']\nfolder = 'in'", "'a/b' can't name a schedule"),
        ("out =", "is no TOML"),
    ],
)
def test_what_cannot_be_is_said_with_its_place(tmp_path, text, said):
    with pytest.raises(SettingsError, match=said) as caught:
        read_settings(written(tmp_path, text))
    assert str(tmp_path / "papersift.toml") in str(caught.value)


def test_the_environment_may_name_the_file(tmp_path, monkeypatch):
    monkeypatch.setenv("PAPERSIFT_CONFIG", str(tmp_path / "gone.toml"))
    with pytest.raises(SettingsError, match="there is no such file"):
        read_settings()
    monkeypatch.setenv("PAPERSIFT_CONFIG", str(written(tmp_path, "at_once = 3")))
    assert read_settings().at_once == 3


def test_the_command_line_comes_first_then_the_environment_then_the_file(tmp_path, monkeypatch):
    written(tmp_path, 'out = "from-file"\nport = 7000\n[watch.inbox]\nfolder = "in"')
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("PAPERSIFT_CONFIG", raising=False)
    for options, environment, place in (
        ([], {}, "from-file"),
        ([], {"PAPERSIFT_OUT": "from-environment"}, "from-environment"),
        (["--out", "typed"], {"PAPERSIFT_OUT": "from-environment"}, "typed"),
    ):
        result = CliRunner().invoke(app, ["status", *options], env=environment)
        assert f"There is no store in '{place}'" in result.stderr


def test_the_file_speaks_for_the_commands_below_a_command_and_for_targets(tmp_path, monkeypatch):
    written(
        tmp_path,
        """
        type = "invoice"
        target_error = 0.02
        document_timeout = 60
        [target_errors]
        grand_total = 0.005
        """,
    )
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("PAPERSIFT_CONFIG", raising=False)
    found = defaults_for(get_command(app))
    assert found["run"] == {
        "type_name": "invoice",
        "target_error": ["0.02", "grand_total=0.005"],
        "document_timeout": 60.0,
    }
    assert "type_name" not in found.get("eval", {})
    written(tmp_path, 'out = "elsewhere"')
    found = defaults_for(get_command(app))
    assert found["queue"]["show"] == {"out": "elsewhere"}
    assert "eval" not in found


def test_a_file_that_cannot_be_understood_is_said_by_any_command(tmp_path, monkeypatch):
    written(tmp_path, 'modle = "a"')
    monkeypatch.chdir(tmp_path)
    result = CliRunner().invoke(app, ["status"])
    assert result.exit_code == 1
    assert "did you mean 'model'?" in result.stderr


def test_limits_and_the_file_of_passwords_may_stand_in_the_file(tmp_path, monkeypatch):
    written(tmp_path, 'passwords_file = "words.txt"\n[limits]\npages = 20000\nseconds = 9.5')
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("PAPERSIFT_CONFIG", raising=False)
    request = read_settings().request(("in",))
    assert (request.limits, request.passwords_file) == (
        Limits(pages=20_000, seconds=9.5),
        Path("words.txt"),
    )
    found = defaults_for(get_command(app))
    for command in ("run", "review"):
        assert found[command]["passwords"] == "words.txt"
        assert limits_of(found[command]["limit"]) == request.limits


def test_the_limits_that_the_command_line_names_are_those_there_are():
    assert tuple(Limits.model_fields) == LIMITS
    assert limits_of(None) == Limits()
    assert limits_of(["pages=3", "seconds = 2.5"]) == Limits(pages=3, seconds=2.5)
    for wrong in ("pages", "sheets=3", "pages=many", "pages=0"):
        with pytest.raises(typer.BadParameter):
            limits_of([wrong])
