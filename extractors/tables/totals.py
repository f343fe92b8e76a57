"""Words that rows of sums begin with: no item is called so."""

from __future__ import annotations

import re
import unicodedata

from extractors.coerce.folding import squeeze

_SUMS = (
    "sub ?-?total|total|totals|grand total|net total|amount due|balance|balance due|"
    "carried forward|brought forward|carry over|change due|cash|card|rounding|tax|vat|gst|"
    "sales tax|net|gross|"
    "summe|zwischensumme|gesamt|gesamtsumme|gesamtbetrag|endsumme|endbetrag|nettobetrag|"
    "bruttobetrag|rechnungsbetrag|netto|brutto|ubertrag|mwst|ust|mehrwertsteuer|umsatzsteuer|"
    "zu zahlen|zahlbetrag|bar|ruckgeld|gegeben|"
    "sous-?total|total ht|total ttc|montant|net a payer|a reporter|report|tva|"
    "subtotal|suma|importe total|base imponible|iva|a pagar|"
    "totale|subtotale|imponibile|riporto|da pagare|"
    "subtotaal|totaal|btw|te betalen"
)
_SUM = re.compile(rf"(?:{_SUMS})(?![\w-])", re.IGNORECASE)
_GOES_ON = re.compile(
    r"sub|carr|brought|zwischen|ubertrag|sous|a reporter|report|riporto|tax|vat|gst|mwst"
)
"""After these sums items may follow."""
_LONGEST = 4
"""Words of a sum's label; more are a description that begins with one of these words."""


def is_total(text: str) -> bool:
    """Say whether a row that begins with this text is a sum: `Subtotal`, `Übertrag`, `Total HT`."""
    words = plain(text)
    found = _SUM.match(words)
    return found is not None and len(re.findall(r"[^\W\d_]{2,}", words)) <= _LONGEST


def is_end(text: str) -> bool:
    """Say whether a row that begins with this text is a sum after which no items come."""
    return is_total(text) and _GOES_ON.match(plain(text)) is None


def plain(text: str) -> str:
    """Return text in small letters, without accents: `Übertrag` gives `ubertrag`."""
    apart = unicodedata.normalize("NFKD", squeeze(text))
    return "".join(each for each in apart if not unicodedata.combining(each)).casefold()
