"""A model that reads the papers of `long_papers` off its prompt, whichever way it is asked."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from scripted_replies import Request

ITEM = re.compile(r"^\d+ \| (.+?) \| (\d+) \| ([\d,.]+) \| ([\d,.]+)$", re.MULTILINE)
FIELDS = {
    "invoice_number": r"Invoice number: (\S+)",
    "issue_date": r"Invoice date: (.+)",
    "buyer_name": r"Bill to: (.+?)(?: \||$)",
    "net_total": r"^Net total \| ([\d,.]+)$",
    "tax_total": r"^VAT 20% \| ([\d,.]+)$",
    "grand_total": r"^Total due GBP \| ([\d,.]+)$",
    "amount_due": r"^Total due GBP \| ([\d,.]+)$",
    "currency": r"(GBP)",
    "seller_name": r"^(?:\[page 1\]\n)?(.+(?:Ltd|Co))(?: \||$)",
}
CARRIED = r"^Carried forward \| ([\d,.]+)$"


def read_invoice(
    *, begins: Callable[[str], bool] = lambda _: False, mistakes: bool = False
) -> Callable[[Request], Mapping[str, Any]]:
    """Return a model that copies invoices.

    Args:
        begins: says of a question whether a page begins a document.
        mistakes: it takes a sum carried forward for the net total, where it sees no other.
    """

    def answer(request: Request) -> Mapping[str, Any]:
        wanted = request.schema["properties"]
        if "begins" in wanted:
            return {"begins": "yes" if begins(request.prompt) else "no"}
        found = {name: _found(pattern, request.prompt) for name, pattern in FIELDS.items()}
        if mistakes and found["net_total"] is None:
            found["net_total"] = _found(CARRIED, request.prompt)
        if "line_items" in wanted:
            return {
                name: _items(request) if name == "line_items" else found.get(name)
                for name in wanted
            }
        return {name: _chosen(found.get(name), given) for name, given in wanted.items()}

    return answer


def _found(pattern: str, text: str) -> str | None:
    found = re.search(pattern, text, re.MULTILINE)
    return found[1] if found else None


def _items(request: Request) -> list[dict[str, str | None]]:
    [item] = [
        each for name, each in request.schema["$defs"].items() if "unit_price" in each["properties"]
    ]
    empty = dict.fromkeys(item["properties"])
    return [
        {**empty, "description": name, "quantity": n, "unit_price": price, "line_total": total}
        for name, n, price, total in ITEM.findall(request.prompt)
    ]


def _chosen(wanted: str | None, given: Mapping[str, Any]) -> str:
    """Return the offered beginning that the wanted text goes on from; else the first one."""
    offered: list[str] = given.get("enum") or [given["const"]]
    fitting = [each for each in offered if wanted and wanted.startswith(each)]
    return max(fitting, key=len) if fitting else offered[0]
