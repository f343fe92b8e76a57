"""What a chat completion says that it took."""

from __future__ import annotations

from dataclasses import dataclass

import httpx2


@dataclass(frozen=True)
class Used:
    """Tokens of one call; 0 where the server doesn't say."""

    input_tokens: int = 0
    output_tokens: int = 0
    model: str = ""
    """The one that answered, as the server calls it."""
    finish_reasons: tuple[str, ...] = ()

    @property
    def tokens(self) -> int:
        return self.input_tokens + self.output_tokens


def used_by(response: httpx2.Response) -> Used:
    """Return what a response says; nothing of its text is kept."""
    try:
        said = response.json() if response.is_success else {}
        usage = said.get("usage") or {}
        return Used(
            input_tokens=int(usage.get("prompt_tokens") or 0),
            output_tokens=int(usage.get("completion_tokens") or 0),
            model=str(said.get("model") or ""),
            finish_reasons=tuple(
                str(choice["finish_reason"])
                for choice in said.get("choices") or ()
                if choice.get("finish_reason")
            ),
        )
    except (ValueError, TypeError, KeyError, AttributeError):  # it is no completion
        return Used()
