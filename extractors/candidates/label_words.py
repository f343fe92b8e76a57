"""The words of labels: what a business paper says beside its values, in six languages."""

from __future__ import annotations

import re

_WORDS = (
    "invoice invoices inv bill billed billing receipt order orders ordered contract confirmation "
    "number num no nr id date dates dated due total totals subtotal sub sum amount amt net gross "
    "tax taxes vat gst sales rate rates price prices unit units qty quantity description item "
    "items line lines page pages payment payments terms customer client account acct acc "
    "reference ref your our currency code codes type types period month week day days time times "
    "length spots spot station channel program advertiser agency product products estimate est "
    "buyer seller salesperson executive office region property demo brand comment comments notes "
    "note remarks special handling remit address addresses bank phone tel telephone fax mobile "
    "email mail website web from to ship shipping shipment method contact attention attn "
    "signature entered modified printed original revision rev version flight start end commission "
    "discount balance paid payable deposit purchase alt deal schedule broadcast calendar air "
    "aired name names title quote document doc credit memo delivery delivered service services "
    "charge charges fee fees summary details subject category class weight hours rank excl incl "
    "iban bic swift routing ein po standard duplicate copy hs sku article pos position grand last "
    "print cycle booking mode agy comm annotation recap continued per cost invoiced received "
    "rechnung rechnungen datum nummer summe betrag beträge netto brutto steuer mwst ust "
    "umsatzsteuer preis einzelpreis gesamtpreis gesamt menge einheit beschreibung bezeichnung "
    "artikel seite kunde kunden zahlung zahlungsbedingungen lieferung bestellung auftrag angebot "
    "vertrag referenz währung verkäufer käufer lieferant absender empfänger leistungsempfänger "
    "anschrift adresse bankverbindung konto blz telefon mobil internet ansprechpartner bearbeiter "
    "sachbearbeiter betreff zeichen ihr ihre unser unsere fällig fälligkeit zahlbar zwischensumme "
    "endbetrag zahlbetrag rabatt skonto versand versandart lieferschein bemerkung bemerkungen "
    "inhalt offene ohne zuschlag abschlag zuschläge abschläge teilzahlung warenwert referenzen "
    "weitere abweichender belegsummen positionsdaten leistung leistungszeitraum projekt "
    "gutschrift facture factures numéro montant prix unitaire quantité taxe tva ht ttc "
    "désignation échéance règlement conditions paiement livraison commande référence réf devis "
    "avoir solde acompte téléphone banque remise siret rcs ape factura número fecha importe "
    "precio cantidad cliente impuesto iva pago descripción dirección vencimiento pedido base "
    "fattura numero data importo prezzo quantità imponibile pagamento descrizione indirizzo "
    "totale scadenza ordine banca factuur factuurnummer factuurdatum bedrag prijs aantal klant "
    "klantnummer omschrijving btw betaling vervaldatum totaal bestelling"
)
LABEL_WORDS = frozenset(_WORDS.split())
"""In small letters."""
_BETWEEN = "of the and de der die des du la le per pro und et für for by in"
_JOINING = frozenset(_BETWEEN.split())
"""Words between those of a label."""
_COMPOUND = re.compile(
    r"(?:nummer|nr|datum|betrag|beträge|preis|menge|satz|summe|zeitraum|adresse|anschrift|"
    r"bedingungen|verbindung|steuer|daten|positionen|frist|angaben|empfänger|summen|wert|zahlung|"
    r"zahlungen|aufschlüsselung|rechnung|bezeichnung)$"
)
_PURE = re.compile(r"[\W\d_]*(?:[^\W\d_]+[\W_]*)+")
_WORD = re.compile(r"[^\W\d_]+")

_THINGS = (
    "invoice|inv|order|contract|account|acct|customer|client|bill|receipt|reference|ref|p\\.?o|"
    "purchase|document|doc|estimate|quote|deal|note|memo|"
    "rechnung|auftrag|bestellung|kunde|vertrag|beleg|angebot|gutschrift|lieferschein|projekt|"
    "facture|commande|contrat|devis|avoir|factuur|bestelling|fattura|ordine|documento|"
    "factura|pedido|faktura|fatura"
)
_NUMBERED = re.compile(
    rf"(?:\b(?:{_THINGS}|no|id|key|code)|nr|num|number|nummer|num[ée]ro|zeichen|referenz|référence|"
    r"n°|nº|№|#)[^\w#]*$",
    re.IGNORECASE,
)
_ELSE = re.compile(
    r"\b(?:tel|tél|phone|fon|fax|mobil|mobile|cell|handy|call|zip|plz|post|postfach|box|bte|cs|"
    r"page|seite|blz|iban|bic|swift|routing|amtsgericht|hrb|hra|rcs|ape|gln|port|ext|"
    r"suite|ste|floor|street|str|road|rue)[^\w]*$"
    r"|(?:telefon|telephone|téléphone|telefax|straße|strasse|registernummer|konto-?nr|bankleitzahl)"
    r"[^\w]*(?:no|nr|n°)?[^\w]*$|☎\W*$",
    re.IGNORECASE,
)
_TAX = re.compile(
    r"vat\b|\bust\b|ustid|umsatzsteuer|mwst|\btva\b|\biva\b|p\.?\s?iva|\bbtw\b|\bmoms\b|\bmva\b|gst|"
    r"\babn\b|\bein\b|\btin\b|\btax\b|steuer|\bst\.?\s?-?\s?nr|\buid\b|\bnif\b|\bcif\b|\bnip\b|"
    r"\bdi[cč]\b|sire[tn]|\brfc\b|\bcvr\b|\borg\.?\s?nr|\bpan\b|fiscal|\btrn\b",
    re.IGNORECASE,
)


def is_label(text: str) -> bool:
    """Say whether `text` is a label: `Invoice No.`, `Gesamtbetrag (netto)`; no figures."""
    return not any(map(str.isdigit, text)) and has_label_words(text)


def has_label_words(text: str) -> bool:
    """Say whether all words of `text` are those of labels: `Invoice No. 4711`."""
    words = [word.casefold() for word in _WORD.findall(text)]
    known = [word for word in words if word in LABEL_WORDS or _COMPOUND.search(word)]
    return (
        bool(known)
        and words[0] not in _JOINING
        and all(word in _JOINING or len(word) == 1 for word in words if word not in known)
    )


def names_number(text: str) -> bool:
    """Say whether `text` ends with the label of a number: `Invoice`, `Order No.:`, `Kunden-Nr.`."""
    return _NUMBERED.search(text) is not None and not names_else(text)


def names_else(text: str) -> bool:
    """Say whether `text` ends with what makes digits a phone's, an address's or an account's."""
    return _ELSE.search(text) is not None


def names_tax(text: str) -> bool:
    """Say whether `text` has the label of a tax number in it."""
    return _TAX.search(text) is not None
