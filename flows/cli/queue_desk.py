"""What the commands of the review queue work on: the store and folder that their options name."""

from __future__ import annotations

import getpass
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from flows.cli.as_json import print_json
from flows.cli.failing import plainly
from flows.cli.options import OUT, out_option
from schemas.errors import InputError, PapersiftError

# What is slow to import is imported where it is used: `papersift --help` must not wait for it.
if TYPE_CHECKING:
    from flows.store.store import Store
    from schemas.document import Page
    from schemas.review import Settlement


@dataclass(frozen=True)
class Desk:
    """The store and the folder that the options name."""

    store: Store
    folder: Path

    @property
    def option(self) -> str:
        """Return what to type after the next command."""
        return out_option(self.folder)

    def settle(self, item: int, said: Settlement, who: str | None) -> None:
        """Take what a person says, and publish it."""
        from flows.review.decide import settle  # noqa: PLC0415
        from flows.store.decisions import Word  # noqa: PLC0415

        pages = _pages(self.store, item) if said.values else None
        word = Word(who=who or _user(), now=datetime.now(UTC))
        settle(self.store, item, said, word, pages=pages)
        self._publish()

    def undo(self, item: int, who: str | None) -> None:
        """Take back what was said last, and publish that."""
        from flows.review.decide import undo  # noqa: PLC0415
        from flows.store.decisions import Word  # noqa: PLC0415

        undo(self.store, item, Word(who=who or _user(), now=datetime.now(UTC)))
        self._publish()

    def tell(self, item: int, *, as_json: bool) -> None:
        """Say what a decision did, and what can be done next."""
        from flows.cli.queue_views import print_decided  # noqa: PLC0415
        from flows.review.decide import decisions_on, show_item  # noqa: PLC0415
        from flows.review.queue import queue_page  # noqa: PLC0415
        from schemas.queue import QueueFilter  # noqa: PLC0415

        found = show_item(self.store, item)
        if as_json:
            print_json(found.model_dump(mode="json"))
            return
        page = queue_page(self.store, QueueFilter(), limit=1, now=datetime.now(UTC))
        print_decided(found, decisions_on(self.store, item), page, option=self.option)

    def _publish(self) -> None:
        from flows.publish.publish import publish  # noqa: PLC0415

        try:
            publish(self.store, self.folder)
        except PapersiftError as error:
            raise type(error)(
                f"Your decision is kept, but it couldn't be published: {error} "
                "The next decision or run publishes it as well."
            ) from error


@contextmanager
def opened(context: typer.Context, out: Path, address: str | None) -> Iterator[Desk]:
    """Open the store that the options name; print what goes wrong on purpose, and exit with 1."""
    from flows.store.engine import FILE  # noqa: PLC0415
    from flows.store.store import Store  # noqa: PLC0415

    before_out, before_address = context.obj  # `papersift queue --out DIR list`
    folder, url = (before_out if out == OUT else out), address or before_address
    with plainly():
        if url is None and not (folder / FILE).exists():
            raise InputError(
                f"There is no store in {str(folder)!r} yet. Extract something first: "
                f"papersift run PATH{out_option(folder)}"
            )
        with Store.open(url or folder) as store:
            yield Desk(store, folder)


def _pages(store: Store, item: int) -> tuple[Page, ...] | None:
    """Return the pages of an item's document; None where its file can't be read any more."""
    from flows.reading import Reader  # noqa: PLC0415
    from flows.review.decide import show_item  # noqa: PLC0415
    from flows.store.recognised import recognised_pages  # noqa: PLC0415
    from schemas.recognised import with_recognised  # noqa: PLC0415

    document_id = show_item(store, item).document_id
    lying = [each for each in store.sources(document_id) if Path(each).is_file()]
    if not lying:
        return None
    with Reader(ocr="off") as reader:  # what was recognised is kept
        for source in lying:
            try:
                document = reader.read(source)
            except PapersiftError:
                continue  # what is typed is taken all the same, without evidence
            if document.id == document_id:
                with store.reading() as session:
                    known = recognised_pages(session, document_id)
                return with_recognised(document, known).pages
    return None


def _user() -> str:
    """Return the user's name; containers may have none."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "unknown"
