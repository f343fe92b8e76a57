"""From a model's name to a server that can be asked: `provider/model`, or any base URL."""

from __future__ import annotations

import os
from collections.abc import Mapping
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, SecretStr

from flows.models.local_server import CONTEXT_TOKENS, LocalServer
from flows.models.providers import PROVIDERS, Provider
from flows.models.shared_server import shared_server
from flows.models.weights import OnProgress, check_model, find_weights
from schemas.errors import ModelNameError
from schemas.recipe import Asking

_LOCAL_LOGPROBS = 20
_OPENAI_LOGPROBS = 5
_EXAMPLES = "local/qwen2.5-coder-1.5b, openai/gpt-4.1-mini, ollama/qwen3"


class OpenModel(BaseModel):
    """A model that can be asked. Made by `open_model`; cheap, and holds no connection."""

    model_config = ConfigDict(frozen=True, arbitrary_types_allowed=True)

    name: str
    """As it was asked for: `local/qwen2.5-coder-1.5b`. Belongs in the recipe."""
    endpoint: str
    """Base URL that a person gave, or empty. Belongs in the recipe."""
    model_id: str
    """What the server calls it."""
    asking: Asking
    """How a document is asked about, unless the user decides otherwise."""
    parallel: int
    """Documents to ask about at once."""
    max_logprobs: int
    """`top_logprobs` that the server is known to take; 0: don't ask for probabilities."""
    context_tokens: int | None = None
    """Prompt and answer together; a longer request is refused. None: it isn't known here."""
    server_url: str = ""
    """Base URL of a server elsewhere; empty for the embedded model."""
    key: SecretStr = SecretStr("")
    server: LocalServer | None = None
    """The embedded model's server, maybe not started yet."""

    def warm_up(self) -> None:
        """Begin to load the embedded model, and return at once; nothing to do for others."""
        if self.server is not None:
            self.server.start()

    @property
    def base_url(self) -> str:
        """The base URL to send requests to; waits for the embedded model to be loaded.

        Raises:
            ModelNameError: the embedded model can't be had or loaded.
            ModelOutage: it was stopped while it was loading.
        """
        return self.server_url if self.server is None else self.server.address

    @property
    def api_key(self) -> SecretStr:
        """The key to send; never empty, though some servers want none."""
        key = self.key if self.server is None else self.server.api_key
        return key if key.get_secret_value() else SecretStr("none")


def open_model(
    name: str,
    base_url: str | None = None,
    *,
    asking: Asking | None = None,
    max_logprobs: int | None = None,
    on_progress: OnProgress | None = None,
    env: Mapping[str, str] = os.environ,
) -> OpenModel:
    """Return the model called `name`, without asking the network or starting anything.

    With `base_url`, the rest of the name after a known provider is the model's id; another name is
    the id as it stands, slashes and all. `asking` and `max_logprobs` override what is usual for
    the model. `on_progress` hears of the weights being fetched, in another thread.

    Raises:
        ModelNameError: there is no such provider or embedded model, the key's variable isn't set,
            or the base URL is none.
    """
    provider, slash, model_id = name.partition("/")
    if slash and not model_id:
        raise ModelNameError(f"The model {name!r} lacks its second half. Examples: {_EXAMPLES}")
    if provider == "local":
        if base_url:
            raise ModelNameError(
                f"{name} is embedded and answers at no other address; "
                f"leave out --base-url {base_url}, or name the model that is served there."
            )
        return _embedded(name, model_id, asking, max_logprobs, on_progress)
    known = PROVIDERS.get(provider) if slash else None
    if base_url:
        model_id = model_id if known else name
        key = _any_key(known, env)
        at = Provider(base_url=_checked(base_url))
    elif known:
        key = _key(known, name, env)
        at = known
    else:
        raise ModelNameError(
            f"There is no provider for the model {name!r}. "
            f"Known are local/, {', '.join(f'{known}/' for known in PROVIDERS)}: {_EXAMPLES}\n"
            "Any other server that speaks OpenAI's protocol works with --base-url https://…/v1"
        )
    if max_logprobs is None:
        max_logprobs = _usual_logprobs(provider, model_id) if not base_url else 0
    return OpenModel(
        name=name,
        endpoint=at.base_url if base_url else "",
        model_id=model_id,
        asking=asking or "whole",
        parallel=at.parallel,
        max_logprobs=max_logprobs,
        server_url=at.base_url,
        key=key,
    )


def _embedded(
    name: str,
    model: str,
    asking: Asking | None,
    max_logprobs: int | None,
    on_progress: OnProgress | None,
) -> OpenModel:
    check_model(model)
    return OpenModel(
        name=name,
        endpoint="",
        model_id=model,
        asking=asking or "fields",
        parallel=1,  # two at once share the cores and gain nothing
        max_logprobs=_LOCAL_LOGPROBS if max_logprobs is None else max_logprobs,
        context_tokens=CONTEXT_TOKENS,
        server=shared_server(model, lambda: find_weights(model, on_progress=on_progress)),
    )


def _checked(base_url: str) -> str:
    """Return the base URL in one form, as it enters the recipe: without a slash at its end."""
    parts = urlsplit(base_url)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.query:
        raise ModelNameError(
            f"{base_url!r} is no base URL. It looks like https://models.example.org/v1"
        )
    if parts.username or parts.password:
        raise ModelNameError(
            f"The base URL at {parts.hostname} has a key in it, which would end up in the records. "
            "Set PAPERSIFT_API_KEY instead."
        )
    return base_url.rstrip("/")


def _key(provider: Provider, name: str, env: Mapping[str, str]) -> SecretStr:
    if provider.key_variable is None:
        return SecretStr("")
    if key := env.get(provider.key_variable, "").strip():
        return SecretStr(key)
    raise ModelNameError(
        f"The model {name} needs an API key: set {provider.key_variable} in the environment.\n"
        "Without a key: --model local/qwen2.5-coder-1.5b"
    )


def _any_key(provider: Provider | None, env: Mapping[str, str]) -> SecretStr:
    """Return the key for a base URL: ours, else the named provider's, else OpenAI's, else none."""
    own = provider.key_variable if provider else None
    for variable in ("PAPERSIFT_API_KEY", own, "OPENAI_API_KEY"):
        if variable and (key := env.get(variable, "").strip()):
            return SecretStr(key)
    return SecretStr("")


def _usual_logprobs(provider: str, model_id: str) -> int:
    """Return how many alternatives may be asked for: 0 where a model refuses, or isn't known."""
    takes_them = provider == "openai" and model_id.startswith(("gpt-4", "gpt-3.5"))
    return _OPENAI_LOGPROBS if takes_them else 0
