"""Who is let in: the token, the sessions that it opens, and a slowdown for who guesses."""

from __future__ import annotations

import hmac
import secrets
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

from schemas.errors import InputError

SHORTEST_TOKEN = 16
"""Characters: shorter ones can be guessed."""
IDLE_S = 12 * 3600.0
"""A session that nobody used for so long has ended."""
MOST_SESSIONS = 10_000
MOST_GUESSERS = 10_000
"""Addresses that are remembered for wrong tokens; the oldest are forgotten first."""
FREE_GUESSES = 3
"""So many slips cost nothing."""
LONGEST_WAIT_S = 60.0
LONGEST_NAME = 100
"""Characters of a person's name."""


class GuessedError(InputError):
    """The token is wrong, or it is too soon for another try."""

    def __init__(self, message: str, wait_s: float = 0.0) -> None:
        super().__init__(message)
        self.wait_s = wait_s
        """For so long further tries are refused, whatever they are; 0: they aren't."""


@dataclass
class _Session:
    who: str
    used: float


@dataclass
class _Guesses:
    wrong: int
    until: float
    """Until then tries are refused; from `time.monotonic`."""


def new_token() -> str:
    """Return a token that nobody guesses."""
    return secrets.token_urlsafe(24)


def checked_token(token: str) -> str:
    """Return a token that a person chose.

    Raises:
        InputError: it is too short.
    """
    if len(token) < SHORTEST_TOKEN:
        raise InputError(
            f"The token is too short: at least {SHORTEST_TOKEN} characters. Leave out "
            "PAPERSIFT_TOKEN to have one made."
        )
    return token


def name_of(given: str) -> str:
    """Return a person's name as it is kept with what he decides.

    Raises:
        InputError: there is none, it is too long, or has characters that can't be shown.
    """
    name = " ".join(given.split())
    if not name:
        raise InputError("Say who you are: it is kept with what you decide.")
    if len(name) > LONGEST_NAME:
        raise InputError(f"A name may have at most {LONGEST_NAME} characters.")
    if not name.isprintable():
        raise InputError("The name has characters that can't be shown.")
    return name


class Sessions:
    """The token and who came in with it; all of it is gone when the server ends."""

    def __init__(self, token: str, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._token = token.encode()
        self._clock = clock
        self._lock = threading.Lock()
        self._sessions: OrderedDict[str, _Session] = OrderedDict()
        self._guesses: OrderedDict[str, _Guesses] = OrderedDict()

    def check(self, token: str, address: str) -> None:
        """Return if the token is right.

        Raises:
            GuessedError: it is wrong, or the address gave wrong ones a moment ago.
        """
        now = self._clock()
        with self._lock:
            guesses = self._guesses.get(address)
            if guesses is not None and now < guesses.until:
                raise _too_soon(guesses.until - now)
            if hmac.compare_digest(token.encode(errors="replace"), self._token):
                self._guesses.pop(address, None)
                return
            wrong = 1 + (guesses.wrong if guesses else 0)
            wait = min(2.0 ** (wrong - FREE_GUESSES), LONGEST_WAIT_S)
            wait = wait if wrong > FREE_GUESSES else 0.0
            self._guesses[address] = _Guesses(wrong=wrong, until=now + wait)
            self._guesses.move_to_end(address)
            if len(self._guesses) > MOST_GUESSERS:
                self._guesses.popitem(last=False)
        raise GuessedError("The token is wrong. It was printed where papersift was started.", wait)

    def open(self, who: str) -> str:
        """Begin a session for somebody who gave the token; return its id, for his cookie."""
        session_id = secrets.token_urlsafe(32)
        with self._lock:
            self._sessions[session_id] = _Session(who=who, used=self._clock())
            if len(self._sessions) > MOST_SESSIONS:
                self._sessions.popitem(last=False)
        return session_id

    def who(self, session_id: str) -> str | None:
        """Return whose session that is; None: nobody's, or it has ended."""
        now = self._clock()
        with self._lock:
            session = self._sessions.get(session_id)
            if session is None:
                return None
            if now - session.used > IDLE_S:
                del self._sessions[session_id]
                return None
            session.used = now
            self._sessions.move_to_end(session_id)
            return session.who

    def end(self, session_id: str) -> None:
        """End a session; one that isn't there is none."""
        with self._lock:
            self._sessions.pop(session_id, None)


def _too_soon(wait_s: float) -> GuessedError:
    seconds = max(1, round(wait_s))
    return GuessedError(
        f"There were too many wrong tokens. Try again in {seconds} s.", wait_s=float(seconds)
    )
