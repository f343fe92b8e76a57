"""Every error that papersift raises on purpose.

    PapersiftError
    ├── InputError            the person can mend it: a path, an option; the run doesn't start
    │   ├── PathError         no such path, nothing to read in it, a folder that can't be written
    │   ├── TypeFileError     a document type that isn't known, or whose file can't be understood
    │   ├── ModelNameError    a model that isn't known or can't be had here
    │   ├── SettingsError     papersift.toml can't be read or understood
    │   ├── EngineError       the Prefect server doesn't answer
    │   ├── RunnerError       the task runner isn't installed
    │   └── DecisionError     a decision on a review item can't be taken: nothing was changed
    │       ├── NoItemError       there is no such item, or a later extraction took its place
    │       ├── StaleError        the item has changed since the person saw it
    │       ├── ClaimedError      another person has it before him
    │       ├── ImpossibleError   a text is no value of its field
    │       └── OddError          something is odd and nobody insisted on it
    ├── StoreError            the store can't be opened: newer than this papersift, locked, damaged
    ├── DocumentError         one document fails; the others go on
    │   ├── UnreadableError   no PDF or picture, cut short, empty
    │   │   ├── LockedError       encrypted, and no password opens it
    │   │   └── LimitError        too large, too many pages, pixels, words or objects
    │   ├── ChangedError      the file isn't any more what was found
    │   ├── OverdueError      it took longer than a document may
    │   └── AnswerError       the model's answers stayed invalid after it was told what was wrong
    ├── Cancelled             a person ended the run; the document is left for the next one
    └── ModelError            the model's server
        ├── ModelOutage       429, 5xx, time-outs, half answers: worth another try, later
        └── ModelRefusal      a wrong key, an unknown model, a request it won't take: not worth one

The text says what happened, where, and what to do. Callers branch on the class, never on the text.
"""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Self


class PapersiftError(Exception):
    """Base of all errors raised on purpose; `str(error)` is fit to be shown to a person."""


class InputError(PapersiftError):
    """The command can't start as it was given."""


class PathError(InputError):
    """A path doesn't exist, holds no documents or can't be written."""


class TypeFileError(InputError):
    """A document type isn't known, or its file can't be understood."""


class ModelNameError(InputError):
    """A model isn't known, or can't be had on this machine."""


class SettingsError(InputError):
    """The file of settings can't be read or understood."""


class EngineError(InputError):
    """The Prefect server that is configured, or that was started for the run, doesn't answer."""


class RunnerError(InputError):
    """The task runner that was asked for isn't installed."""


class DecisionError(InputError):
    """A decision on a review item can't be taken; nothing was changed."""


class NoItemError(DecisionError):
    """There is no such review item, or a later extraction took its place."""


class StaleError(DecisionError):
    """The item has changed since the person saw it; the text says what has."""


class ClaimedError(DecisionError):
    """Another person has the item before him."""


class ImpossibleError(DecisionError):
    """Texts can't be values of their fields."""

    def __init__(self, message: str, problems: Mapping[str, str] = MappingProxyType({})) -> None:
        super().__init__(message)
        self.problems = dict(problems)
        """By path: why not, and what to do."""

    @classmethod
    def of(cls, problems: Mapping[str, str]) -> Self:
        """Return the error of these problems, by path."""
        return cls("\n".join(f"{path}: {text}" for path, text in problems.items()), problems)


class OddError(DecisionError):
    """Something about the new values is odd, and nobody insisted on it."""

    def __init__(self, message: str, odd: Sequence[str] = ()) -> None:
        super().__init__(message)
        self.odd = tuple(odd)
        """What, in words."""


class StoreError(PapersiftError):
    """The store can't be opened or written."""


class DocumentError(PapersiftError):
    """One document can't be extracted; the rest of the batch goes on."""


class UnreadableError(DocumentError):
    """The file's bytes can't be turned into pages."""


class LockedError(UnreadableError):
    """The file is encrypted, and none of the passwords opens it."""


class LimitError(UnreadableError):
    """The file is beyond one of the limits; it may be a bomb, or honest and very large."""

    @classmethod
    def of(cls, limit: str, found: str, most: str) -> Self:
        """Return the error of one limit, with what was found and how much is allowed."""
        return cls(
            f"The file has {found}; at most {most} are read. If it is meant to be so large, "
            f"raise the limit {limit!r}."
        )


class ChangedError(DocumentError):
    """The file's bytes changed between being found and being read."""


class OverdueError(DocumentError):
    """Work on the document took longer than it may; the next run tries it once more."""


class AnswerError(DocumentError):
    """The model's answers stayed invalid after they were asked again."""


class Cancelled(PapersiftError):
    """A person ended the run before this document was done."""


class ModelError(PapersiftError):
    """The model's server didn't give an answer."""


class ModelOutage(ModelError):
    """The server is busy, broken or silent; a later try may succeed."""

    def __init__(self, message: str, *, retry_after_s: float | None = None) -> None:
        super().__init__(message)
        self.retry_after_s = retry_after_s
        """How long the server asked to be left alone; None: it didn't say."""


class ModelRefusal(ModelError):
    """The server understood and said no; the same request will be refused again."""
