"""Settings from `papersift.toml`: options of the commands, schedules and watched folders.

The file of the working folder, or the one that PAPERSIFT_CONFIG names. An option on the command
line comes first, then the environment, then the file. Secrets have no place in it.
"""

from __future__ import annotations

import os
import re
import tomllib
from difflib import get_close_matches
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, Field, ValidationError, field_validator

from schemas.batch import DEFAULT_MODEL, BatchRequest
from schemas.errors import SettingsError
from schemas.limits import Limits
from schemas.recipe import Asking, Ocr
from schemas.target import DEFAULT_ASSURANCE, DEFAULT_AUDIT, Rate

FILE = "papersift.toml"
VARIABLE = "PAPERSIFT_CONFIG"
REVIEW_PORT = 4227
PREFECT_PORT = 4200
CRON_FIELDS = (5, 6)
NAME = r"^[A-Za-z0-9][A-Za-z0-9 _.-]*$"
"""Of a schedule or watch: Prefect shows it, and `/` and such have a meaning there."""

After = Literal["leave", "move", "delete"]


class Asked(BaseModel, frozen=True, extra="forbid"):
    """How documents are asked about; what a schedule doesn't say is as for the whole file."""

    type: str | None = None
    model: str | None = None
    base_url: str | None = None
    asking: Asking | None = None
    second: str | None = None
    ocr: Ocr | None = None
    target_error: Rate | None = None
    target_errors: dict[str, Rate] = {}
    ignore_embedded: bool | None = None
    redact: bool | None = None
    assurance: Rate | None = None
    audit: float | None = Field(None, ge=0, le=1)
    at_once: int | None = Field(None, ge=1, le=1000)
    runner: Literal["threads", "dask", "ray"] | None = None
    runner_address: str | None = None
    document_timeout: float | None = Field(None, gt=0)
    run_timeout: float | None = Field(None, gt=0)
    requests_a_minute: int | None = Field(None, ge=1)
    tokens_a_minute: int | None = Field(None, ge=1)
    limits: Limits | None = None
    passwords_file: Path | None = None


class Timed(Asked, frozen=True):
    """Something that is done again and again."""

    cron: str
    """When: minute, hour, day of the month, month, day of the week."""
    timezone: str = "UTC"

    @field_validator("cron")
    @classmethod
    def _is_cron(cls, cron: str) -> str:
        if len(cron.split()) not in CRON_FIELDS and not cron.startswith("@"):
            raise ValueError(
                "it is no cron expression; '0 2 * * *' is every night at two, "
                "'*/5 * * * *' every five minutes"
            )
        return cron


class ExtractTimed(Timed, frozen=True):
    """A batch on a schedule."""

    paths: tuple[str, ...] = Field(min_length=1)


class WatchTimed(Timed, frozen=True):
    """A folder or prefix that is looked at on a schedule."""

    folder: str
    cron: str = "* * * * *"
    settle: float = Field(10.0, ge=0)
    """Seconds that a file must have rested before it is taken."""
    after: After = "leave"
    """What becomes of a file that is done."""


class Settings(Asked, frozen=True):
    """All that the file says."""

    out: Path = Path("out")
    store: str | None = None
    port: int = Field(REVIEW_PORT, ge=0, le=65535)
    """Of the review page."""
    prefect_port: int = Field(PREFECT_PORT, ge=0, le=65535)
    extract: dict[str, ExtractTimed] = {}
    watch: dict[str, WatchTimed] = {}

    def request(self, paths: tuple[str, ...], asked: Asked | None = None) -> BatchRequest:
        """Return the request of a batch of these paths."""
        own = asked.model_dump(include=set(Asked.model_fields), exclude_none=True) if asked else {}
        said = {**self.model_dump(include=set(Asked.model_fields), exclude_none=True), **own}
        named = {TIMEOUTS.get(name, name): value for name, value in said.items()}
        usual = {"model": DEFAULT_MODEL, "assurance": DEFAULT_ASSURANCE, "audit": DEFAULT_AUDIT}
        place = {"paths": paths, "out": self.out, "store": self.store}
        return BatchRequest.model_validate({**usual, **named, **place})


TIMEOUTS = {"document_timeout": "document_timeout_s", "run_timeout": "run_timeout_s"}


def settings_file() -> Path | None:
    """Return the path of the settings; None: there are none.

    Raises:
        SettingsError: the environment names a file that isn't there.
    """
    named = os.environ.get(VARIABLE, "").strip()
    if named:
        if not Path(named).is_file():
            raise SettingsError(f"{VARIABLE} names {named!r}, and there is no such file.")
        return Path(named)
    return Path(FILE) if Path(FILE).is_file() else None


def read_settings(path: Path | None = None) -> Settings:
    """Return what a file says, else what `settings_file` finds, else the usual settings.

    Raises:
        SettingsError: it can't be read or understood; the text says where and what.
    """
    path = path or settings_file()
    if path is None:
        return Settings()
    try:
        said = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise SettingsError(f"{path} can't be read: {error.strerror or error}.") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError(f"{path} is no TOML: {error}.") from error
    try:
        settings = Settings.model_validate(said)
    except ValidationError as error:
        problems = "\n".join(f"  {_problem(each)}" for each in error.errors())
        raise SettingsError(f"{path} can't be understood:\n{problems}") from None
    _check_names(path, settings)
    return settings


def _check_names(path: Path, settings: Settings) -> None:
    for name in (*settings.extract, *settings.watch):
        if not re.match(NAME, name):
            raise SettingsError(
                f"{path}: {name!r} can't name a schedule: take letters, digits, blanks and . _ -"
            )


def _problem(error: Any) -> str:
    """Return one of pydantic's errors in our words."""
    where = ".".join(str(part) for part in error["loc"])
    if error["type"] == "extra_forbidden":
        near = get_close_matches(str(error["loc"][-1]), _known(error["loc"]), n=1)
        hint = f"; did you mean {near[0]!r}?" if near else ""
        return f"{where}: there is no such setting{hint}"
    if error["type"] == "missing":
        return f"{where}: it is missing"
    said = str(error["msg"]).removeprefix("Value error, ")
    return f"{where} = {error['input']!r}: {said[:1].lower()}{said[1:]}"


def _known(where: tuple[int | str, ...]) -> list[str]:
    """Return the names that a table of the file may have."""
    if len(where) > 1:
        return list((WatchTimed if where[0] == "watch" else ExtractTimed).model_fields)
    return list(Settings.model_fields)
