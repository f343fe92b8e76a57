"""Labels that a model copies along with a number: `Invoice No.: 4711`."""

from __future__ import annotations

import re

_THINGS = (
    "invoice|inv|order|contract|account|acct|customer|client|bill|receipt|reference|ref|p\\.?o|"
    "purchase|document|doc|estimate|quote|credit note|your|our|tax|booking|"
    "rechnungs?|auftrags?|bestell(?:ungs?)?|kunden?|vertrags?|beleg|dokument|angebots?|"
    "facture|commande|contrat|devis|pièce|factuur|klant|bestel|fattura|ordine|documento|"
    "factura|pedido|cliente|faktura|fatura"
)
_NUMBER = "no|nr|num|number|nummer|numéro|numero|número|n°|nº|№|id|code"
_LABELS = (
    r"[^\W\d_][^\d:#]{0,38} ?:(?= )",  # any words and a colon: "Rechnungsnummer: RE-1"
    rf"(?:(?:{_THINGS})[ .-]{{0,3}}){{0,3}}(?:{_NUMBER})\.? ?[:#]+",  # "Invoice No.:", "No #"
    rf"(?:(?:{_THINGS})[ .-]{{0,3}}){{1,3}}[:#]+",  # "Invoice #"
    rf"(?:(?:{_THINGS})[ .-]{{0,3}}){{0,3}}(?:{_NUMBER})\.?(?= [\w#])",  # "Nr. 12"
    r"(?:n°|nº|№)(?=\d)",
    r"[:#]? ?:",  # "#:"
)
_LABEL = re.compile(rf"(?:{'|'.join(_LABELS)}) *", re.IGNORECASE)


def without_label(text: str) -> str:
    """Return squeezed `text` without the label at its start, unless no digit would be left."""
    match = _LABEL.match(text)
    rest = text[match.end() :] if match else text
    return rest if any(character.isdigit() for character in rest) else text
