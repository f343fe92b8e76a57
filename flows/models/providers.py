"""The providers that papersift knows by name: their addresses, and the variables for their keys."""

from __future__ import annotations

from collections.abc import Mapping

from pydantic import BaseModel


class Provider(BaseModel, frozen=True):
    """A server that speaks OpenAI's protocol."""

    base_url: str
    key_variable: str | None = None
    """Environment variable with the API key; None: the server wants none."""
    parallel: int = 8
    """Documents asked about at once."""


PROVIDERS: Mapping[str, Provider] = {
    "openai": Provider(base_url="https://api.openai.com/v1", key_variable="OPENAI_API_KEY"),
    "openrouter": Provider(
        base_url="https://openrouter.ai/api/v1", key_variable="OPENROUTER_API_KEY"
    ),
    "mistral": Provider(base_url="https://api.mistral.ai/v1", key_variable="MISTRAL_API_KEY"),
    "groq": Provider(base_url="https://api.groq.com/openai/v1", key_variable="GROQ_API_KEY"),
    "together": Provider(base_url="https://api.together.xyz/v1", key_variable="TOGETHER_API_KEY"),
    "deepseek": Provider(base_url="https://api.deepseek.com/v1", key_variable="DEEPSEEK_API_KEY"),
    "gemini": Provider(
        base_url="https://generativelanguage.googleapis.com/v1beta/openai",
        key_variable="GEMINI_API_KEY",
    ),
    "ollama": Provider(base_url="http://localhost:11434/v1", parallel=1),
    "lmstudio": Provider(base_url="http://localhost:1234/v1", parallel=1),
}
