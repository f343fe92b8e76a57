"""Elements of an e-invoice's XML by their names, whatever namespace or version they are of."""

from __future__ import annotations

import re
from collections.abc import Container, Iterator
from datetime import date
from decimal import Decimal
from xml.etree.ElementTree import Element

AMOUNT = re.compile(r"[-+]?(\d{1,20}(\.\d{0,12})?|\.\d{1,12})")
DAY = re.compile(r"(\d{4})-?(\d\d)-?(\d\d)(?:T.*|Z|[+-]\d\d:\d\d)?")
LONGEST = 2000
"""Characters of a text; more is no name."""


class BadValue(ValueError):
    """A value that isn't what its element must hold; the text says which, without the value."""


class Node:
    """An element; a path names the elements on the way: `ExchangedDocument/ID`."""

    def __init__(self, element: Element) -> None:
        self._element = element

    @property
    def name(self) -> str:
        """Without its namespace."""
        return _bare(self._element.tag)

    def attribute(self, name: str) -> str:
        return self._element.get(name, "")

    def all(self, path: str) -> Iterator[Node]:
        """Yield the elements at a path, in their order."""
        first, _, rest = path.partition("/")
        for child in self._element:
            if isinstance(child.tag, str) and _bare(child.tag) == first:
                node = Node(child)
                if rest:
                    yield from node.all(rest)
                else:
                    yield node

    def below(self, without: Container[str]) -> Iterator[Node]:
        """Yield all elements below this one but those so named and what they hold."""
        waiting = [self]
        while waiting:
            node = waiting.pop()
            for child in node._element:  # noqa: SLF001 - of its own class
                if isinstance(child.tag, str) and _bare(child.tag) not in without:
                    waiting.append(Node(child))
                    yield waiting[-1]

    def first(self, *paths: str) -> Node | None:
        """Return the first element at the first path that has one."""
        return next((node for path in paths for node in self.all(path)), None)

    @property
    def own_text(self) -> str | None:
        """The element's text, white space folded; None: it has none."""
        text = " ".join((self._element.text or "").split())
        return text[:LONGEST] or None

    @property
    def own_amount(self) -> Decimal | None:
        """The element's text as a number; None: it has none."""
        text = self.own_text
        if text is None:
            return None
        if not AMOUNT.fullmatch(text):
            raise BadValue(f"its {self.name} is no number")
        return Decimal(text)

    def text(self, *paths: str) -> str | None:
        """Return the first text that isn't empty at one of the paths."""
        texts = (node.own_text for path in paths for node in self.all(path))
        return next((text for text in texts if text), None)

    def amount(self, *paths: str) -> Decimal | None:
        """Return a number as it is declared, digits and all.

        Raises:
            BadValue: it is none.
        """
        found = (node for path in paths for node in self.all(path) if node.own_text)
        node = next(found, None)
        return node.own_amount if node else None

    def day(self, *paths: str) -> date | None:
        """Return a day: `20240403` or `2024-04-03`.

        Raises:
            BadValue: it is none.
        """
        text = self.text(*paths)
        if text is None:
            return None
        found = DAY.fullmatch(text)
        try:
            return date(*map(int, found.groups())) if found else _no_day(paths[0])
        except ValueError:
            return _no_day(paths[0])


def _no_day(path: str) -> date:
    raise BadValue(f"its {path.split('/')[-2] if '/' in path else path} is no day")


def _bare(tag: str) -> str:
    return tag.rpartition("}")[2]
