"""Ask an OpenAI-compatible server one question and get a validated answer, through instructor.

Each kind of failure has one owner: instructor asks again, once, when the answer doesn't fit;
tenacity asks again when the server fails; the client itself retries nothing. Both are counted.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache, wraps
from typing import Any, Generic, TypeVar

import instructor
import openai
from instructor import Mode
from instructor.core.exceptions import InstructorRetryException
from instructor.core.hooks import Hooks
from instructor.v2.core.errors import IncompleteOutputException
from instructor.v2.core.function_calls import response_schema
from openai.types.chat import ChatCompletion
from pydantic import BaseModel, ValidationError
from tenacity import RetryCallState, Retrying, retry_if_exception_type, stop_after_attempt
from tenacity.wait import wait_exponential, wait_random

from schemas.errors import AnswerError, ModelError, ModelOutage, ModelRefusal
from schemas.extraction import Usage

logger = logging.getLogger(__name__)
logging.getLogger("instructor").setLevel(logging.CRITICAL)
"""It logs answers that don't fit, and they quote the document; what went wrong is raised anyway."""

Messages = list[dict[str, str]]
M = TypeVar("M", bound=BaseModel)

BUSY = frozenset({408, 409, 425, 429})
MOST_MISFITS = 5
"""So many fields of an answer that didn't fit are named."""
OPTIONAL = ("logprobs", "top_logprobs", "temperature", "seed")
"""Parameters that some models refuse and that an answer can do without."""

PREPARED = 32
"""Answer models that are kept prepared: one a type and list, for questions about whole records."""


@dataclass(frozen=True)
class Token:
    """One generated token with those that could have stood in its place.

    Texts have one character for each byte (see `byte_text`): a token may end within a character.
    """

    text: str
    logprob: float
    others: tuple[tuple[str, float], ...]
    """Text and log probability of the likeliest tokens here, the generated one left out."""


@dataclass(frozen=True)
class Reply(Generic[M]):
    """A validated answer, and how it was generated."""

    answer: M
    tokens: tuple[Token, ...]
    """Empty if the server reports no log probabilities. Their texts joined are the answer, perhaps
    with something before and after."""


@dataclass
class Caller:
    """Asks one server; counts what it costs. One for each document."""

    client: openai.OpenAI
    """With `max_retries=0`: outages are retried here."""
    model_id: str
    attempts: int = 4
    """How often a call is tried in all while the server fails."""
    wait_s: float = 1.0
    """Before the second try, then doubled, at most 60 s; the server's own word comes first."""
    top_logprobs: int = 10
    """How many to ask for; 0: none, the server has none to give."""
    context_tokens: int | None = None
    """Prompt and answer together; None: it isn't known."""
    usage: Usage = field(default_factory=Usage)
    sleep: Callable[[float], object] = time.sleep
    """Waits so many seconds between two tries."""
    before_call: Callable[[], None] = lambda: None
    """Called before every call; what it raises ends the asking."""
    after_call: Callable[[Usage], None] = lambda _: None
    """Told after every call what all of them cost so far."""
    refused: set[str] = field(default_factory=set)
    """Those of OPTIONAL that this model refused."""
    arrange: Callable[[Messages], Messages] = lambda messages: messages
    """Puts each question's messages in another order before they are sent."""
    asker: instructor.Instructor | None = None
    """`asker_of` the client, which callers may share; None: it is made for the first question."""

    def ask(self, messages: Messages, answer: type[M], *, max_tokens: int) -> Reply[M]:
        """Return the server's answer as an `answer`.

        Raises:
            AnswerError: the answer didn't fit, also not after the server was told why.
            ModelOutage: the server failed `attempts` times.
            ModelRefusal: the server won't take such a request.
        """
        retrying = Retrying(
            retry=retry_if_exception_type(ModelOutage),
            stop=stop_after_attempt(self.attempts),
            wait=self._wait,
            sleep=self._sleep,
            before_sleep=self._note_outage,
            reraise=True,
        )
        return retrying(self._ask_once, messages, answer, max_tokens)

    def _ask_once(self, messages: Messages, answer: type[M], max_tokens: int) -> Reply[M]:
        self.before_call()
        if self.asker is None:
            self.asker = asker_of(self.client)
        hooks = Hooks()
        hooks.on("completion:response", self._count)
        hooks.on("parse:error", self._count_invalid)
        try:
            found, completion = self.asker.chat.completions.create_with_completion(
                model=self.model_id,
                messages=self.arrange(messages),  # type: ignore[arg-type]
                response_model=_prepared(answer),
                hooks=hooks,
                # By instructor's own rule, a body that is no JSON would be asked again here too.
                max_retries=Retrying(
                    retry=retry_if_exception_type(ValidationError),
                    stop=stop_after_attempt(2),
                    reraise=True,
                ),
                max_tokens=max_tokens,
                **self._options(),
            )
        except IncompleteOutputException as error:
            raise AnswerError(
                f"The model's answer was longer than {max_tokens} tokens and was cut off."
            ) from error
        except InstructorRetryException as error:
            cause = _cause(error)
            if isinstance(cause, openai.OpenAIError):
                if self._refuses_option(cause):
                    return self._ask_once(messages, answer, max_tokens)
                raise _model_error(cause) from error
            if isinstance(cause, ModelError):
                raise cause from error
            if isinstance(cause, ValidationError):
                text = f"The model's answer didn't fit, twice: {_misfits(cause)}"
                raise AnswerError(text) from error
            raise ModelOutage(
                f"The model's server sent what is no answer: {_brief(cause)}"
            ) from error
        return Reply(found, _tokens(completion))

    def _options(self) -> dict[str, Any]:
        wanted: dict[str, Any] = {"temperature": 0}
        if self.top_logprobs:
            wanted |= {"logprobs": True, "top_logprobs": self.top_logprobs}
        return {name: value for name, value in wanted.items() if name not in self.refused}

    def _refuses_option(self, error: openai.OpenAIError) -> bool:
        """Note an optional parameter that the server refused; say whether there was a new one."""
        if not isinstance(error, openai.BadRequestError):
            return False
        named = {name for name in OPTIONAL if name in str(error)} - self.refused
        if "logprobs" in named:
            named.add("top_logprobs")
        self.refused |= named
        return bool(named)

    def _count(self, completion: ChatCompletion) -> None:
        used = getattr(completion, "usage", None)  # a body of other JSON is no completion
        details = used.prompt_tokens_details if used else None
        self.usage += Usage(
            calls=1,
            input_tokens=used.prompt_tokens if used else 0,
            cached_tokens=(details.cached_tokens or 0) if details else 0,
            output_tokens=used.completion_tokens if used else 0,
        )
        self.after_call(self.usage)

    def _count_invalid(self, error: Exception, **_: object) -> None:
        if isinstance(error, ValidationError):
            self.usage += Usage(invalid_answers=1)

    def _wait(self, state: RetryCallState) -> float:
        error = state.outcome.exception() if state.outcome else None
        told = error.retry_after_s if isinstance(error, ModelOutage) else None
        if told is not None:
            return min(told, 60.0)
        wait = wait_exponential(multiplier=self.wait_s, max=60) + wait_random(0, self.wait_s)
        return wait(state)

    def _sleep(self, seconds: float) -> None:
        self.sleep(seconds)

    def _note_outage(self, state: RetryCallState) -> None:
        self.usage += Usage(outages=1)
        error = state.outcome.exception() if state.outcome else None
        logger.warning("%s Asking again.", error)


def asker_of(client: openai.OpenAI) -> instructor.Instructor:
    """Return instructor's face of a client; to make one takes a third of a call's own time."""

    @wraps(client.chat.completions.create)
    def create(**given: Any) -> ChatCompletion:
        # as it is: `create` goes through each message and every branch of the schema, for a third
        # of the call, to leave all of them as they are
        return client.post("/chat/completions", cast_to=ChatCompletion, body=given)

    return instructor.Instructor(
        client=client,
        create=instructor.patch(create=create, mode=Mode.JSON_SCHEMA),
        mode=Mode.JSON_SCHEMA,
        provider=instructor.Provider.OPENAI,
    )


@lru_cache(PREPARED)
def _prepared(answer: type[M]) -> type[M]:
    """Return an answer model as instructor wants it; else it makes a class of it for every call.

    Its schema is made once too.
    """
    prepared = response_schema(answer)
    schema = prepared.model_json_schema()
    prepared.model_json_schema = lambda: schema  # type: ignore[method-assign,assignment,misc]
    return prepared


def _cause(error: InstructorRetryException) -> BaseException:
    """Return what really went wrong under instructor's own exception."""
    cause: BaseException = error
    while cause.__cause__ is not None and not isinstance(cause, openai.OpenAIError):
        cause = cause.__cause__
    return cause


def _model_error(error: openai.OpenAIError) -> ModelError:
    """Turn an error of the client into one of ours: worth another try, or not."""
    if isinstance(error, openai.APITimeoutError):
        return ModelOutage("The model's server gave no answer in time.")
    if isinstance(error, openai.APIStatusError):
        told = f"The model's server answered {error.status_code}: {_brief(error)}"
        spent = error.code == "insufficient_quota"
        if (error.status_code in BUSY or error.status_code >= 500) and not spent:
            return ModelOutage(told, retry_after_s=_retry_after(error))
        return ModelRefusal(told)
    if isinstance(error, openai.APIConnectionError):
        return ModelOutage(
            f"The model's server can't be reached: {_brief(error.__cause__ or error)}"
        )
    return ModelOutage(f"The model's server sent what is no answer: {_brief(error)}")


def _retry_after(error: openai.APIStatusError) -> float | None:
    try:
        told = float(error.response.headers.get("retry-after", ""))
    except ValueError:
        return None
    return told if told >= 0 else None


def _misfits(error: ValidationError) -> str:
    """Return what didn't fit and why, without what was answered or could have been."""
    parts = [
        f"{'.'.join(map(str, each['loc'])) or 'it'} ({each['type'].replace('_', ' ')})"
        for each in error.errors(include_url=False, include_context=False, include_input=False)
    ]
    return ", ".join(parts[:MOST_MISFITS])


def _brief(error: BaseException) -> str:
    text = " ".join(str(error).split())
    return text if len(text) <= 200 else f"{text[:200]}…"


def byte_text(text: str) -> str:
    """Return the UTF-8 bytes of `text` as characters 0 to 255."""
    return text.encode().decode("latin-1")


def _tokens(completion: ChatCompletion) -> tuple[Token, ...]:
    logprobs = completion.choices[0].logprobs
    listed: Sequence[Any] = (logprobs.content if logprobs else None) or ()
    return tuple(
        Token(
            text=_bytes_of(each),
            logprob=each.logprob,
            others=tuple(
                (_bytes_of(other), other.logprob)
                for other in each.top_logprobs or ()
                if other.token != each.token
            ),
        )
        for each in listed
    )


def _bytes_of(token: Any) -> str:
    return bytes(token.bytes).decode("latin-1") if token.bytes else byte_text(token.token)
