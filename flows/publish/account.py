"""What a document's row says of how its pages and rows are accounted for."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from schemas.account import Account
from schemas.exact import fits


def account_columns(account_json: str | None) -> dict[str, Any]:
    """Return the columns; none of them if nobody accounted for the document."""
    if account_json is None:
        return {}
    account = Account.model_validate_json(account_json)
    seen = [each.rows_seen for each in account.receipts if each.rows_seen is not None]
    [only] = account.receipts if len(account.receipts) == 1 else [None]
    return {
        "pages_aside": [f"{each.page}: {each.why.value}" for each in account.aside],
        "records": account.records,
        "rows_seen": sum(seen) if seen else None,
        "rows_given": sum(each.rows_given for each in account.receipts),
        "printed_total": _fitting(only.printed_total if only else None),
        "computed_total": _fitting(only.computed_total if only else None),
    }


def _fitting(total: Decimal | None) -> Decimal | None:
    """Return a sum, or None if it can't be published as it is."""
    return total if total is not None and fits(total) else None
