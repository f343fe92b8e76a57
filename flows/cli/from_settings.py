"""Options from papersift.toml: they come after the command line and the environment."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from flows.settings import Settings

PREFIX = "PAPERSIFT_"
ASKED_OTHERWISE = {"target_errors"}
"""Settings that share an option with another one."""


def defaults_for(command: Any) -> dict[str, Any]:
    """Return what the settings say of a command's options, and of those of its commands.

    An option is known by its environment variable: `PAPERSIFT_MODEL` is the setting `model`.

    Raises:
        SettingsError: the file can't be read or understood.
    """
    from flows.settings import read_settings, settings_file  # noqa: PLC0415 - slow to import

    path = settings_file()
    return _defaults(command, _values(read_settings(path))) if path else {}


def _defaults(command: Any, values: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for option in command.params:
        variable = option.envvar if isinstance(option.envvar, str) else ""
        setting = variable.removeprefix(PREFIX).lower() if variable else ""
        if setting in values:
            found[option.name] = values[setting]
    for name, each in getattr(command, "commands", {}).items():
        below = _defaults(each, values)
        if below:
            found[name] = below
    return found


def _values(settings: Settings) -> dict[str, Any]:
    """Return the settings that the file gives, as a person would type them."""
    said = settings.model_dump(mode="json", exclude_unset=True, exclude={"extract", "watch"})
    errors = [str(said["target_error"])] if "target_error" in said else []
    errors += [f"{leaf}={rate}" for leaf, rate in said.get("target_errors", {}).items()]
    limits = [f"{name}={number}" for name, number in said.pop("limits", {}).items()]
    if limits:
        said["limits"] = limits
    plain = {name: value for name, value in said.items() if name not in ASKED_OTHERWISE}
    return plain | ({"target_error": errors} if errors else {})
