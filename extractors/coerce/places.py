"""Languages and countries that a document's words, codes and phone numbers point to."""

from __future__ import annotations

import re
from collections import Counter
from functools import cache

from babel import Locale

_WORDS = {
    "en": "the and of to for date due amount total from number name address page payment please "
    "paid price quantity description billing tax order your our with this is by",
    "de": "der die das und von vom für mit rechnung datum betrag menge preis gesamt netto brutto "
    "seite kunde zahlung bitte nach des den dem bei zum zur ist sie wir ihre mwst ust steuer",
    "fr": "le la les des et du de pour avec facture date montant prix total quantité client "
    "paiement adresse numéro page nous vous votre est sur par une un au aux tva ht ttc",
    "es": "el la los las y de del para con factura fecha importe precio cantidad cliente pago "
    "dirección página número por una un su iva total",
    "it": "il la lo gli e di del della per con fattura data importo prezzo quantità cliente "
    "pagamento indirizzo pagina numero una un iva totale",
    "nl": "de het en van voor met factuur datum bedrag prijs aantal klant betaling adres pagina "
    "nummer een btw totaal wij uw u is op",
    "pt": "o a os as e de do da para com fatura data valor preço quantidade cliente pagamento "
    "número iva",
    "sv": "och för av att med faktura datum belopp pris antal kund betalning moms summa",
    "da": "og for af med faktura dato beløb pris antal kunde betaling moms til",
    "no": "og for av med faktura dato beløp pris antall kunde betaling mva til",
    "fi": "ja lasku päivämäärä summa hinta määrä asiakas maksu alv yhteensä",
    "pl": "i do na z faktura data kwota cena ilość klient płatność nabywca sprzedawca razem vat",
    "cs": "a na do faktura datum částka cena množství zákazník platba celkem dph",
}
"""Words that stand in business papers; a word of several languages counts for each."""

_NAMED = (
    "AT AU BE BG BR CA CH CN CZ DE DK EE ES FI FR GB GR HK HR HU ID IE IN IT JP LT LU LV MX MY NL "
    "NO NZ PH PK PL PT RO RU SE SG SI SK TH TR US ZA"
)
_NAMED_CODES = frozenset(_NAMED.split())
_NAMED_IN = ("en", "de", "fr", "es", "it", "nl")

_NO_NAMES = {"the", "new"}
"""Before a word, they make it another name: New Mexico."""

_US_STATES = (
    "AL|AK|AZ|AR|CA|CO|CT|FL|GA|HI|ID|IL|IN|IA|KS|KY|LA|ME|MD|MA|MI|MN|MS|MO|MT|NE|NV|NH|NJ|NM|NY|"
    "NC|ND|OH|OK|OR|PA|RI|SC|SD|TN|TX|UT|VT|VA|WA|WV|WI|WY|DC"
)
"""Delaware needs the comma of `Dover, DE 19901`: `DE 37079` is a German post code."""
_CA_PROVINCES = "AB|BC|MB|NB|NL|NS|ON|PE|QC|SK|YT|NT|NU"

_SAID = {
    "US": "USD LLC EIN",
    "CA": "CAD",
    "GB": "GBP England Scotland UK",
    "IN": "INR CGST SGST GSTIN Rs IFSC",
    "MY": "MYR",
    "SG": "SGD",
    "AU": "AUD ABN",
    "NZ": "NZD NZBN",
    "HK": "HKD",
    "MX": "MXN",
    "ZA": "ZAR",
    "CH": "CHF SFr",
    "DE": "GmbH",
    "AT": "",
    "FR": "SIREN SIRET",
    "NL": "",
    "BE": "",
    "IT": "",
    "ES": "NIF",
    "SE": "SEK",
    "DK": "DKK CVR",
    "NO": "NOK MVA",
    "PL": "PLN NIP zł",
    "CZ": "CZK IČ IČO Kč",
    "JP": "JPY",
    "CN": "CNY RMB",
    "PK": "PKR",
    "PH": "PHP",
}
"""Words that point to a country; of countries with equal evidence the earlier one here is first."""
_SAID_BY = {word: code for code, words in _SAID.items() for word in words.split()}

_SIGNED = {"£": "GB", "₹": "IN", "₱": "PH"}

_DOLLARS = {"US": "US", "CA": "CA", "S": "SG", "A": "AU", "NZ": "NZ", "HK": "HK", "MX": "MX"}
"""What stands before a dollar's sign."""

_FORMS = {
    "US": rf"(?:\b(?:{_US_STATES})\.?|, DE),? +\d{{5}}(?:-\d{{4}})?\b|\bU\.?S\.?A\b"
    r"|(?<!\d)\(\d{3}\) ?\d{3}-\d{4}\b|\b[Ss]ales [Tt]ax\b|\b[Zz]ip [Cc]ode\b",
    "CA": rf"\b(?:{_CA_PROVINCES}),? +[A-Z]\d[A-Z] ?\d[A-Z]\d\b|\b[GH]ST/[HQP]ST\b",
    "GB": r"\b(?:[A-Z]{1,2}\d[A-Z\d]? \d[ABD-HJLNP-UW-Z]{2}\b|GB ?\d{3} ?\d{4} ?\d{2}\b"
    r"|U\.K\.|VAT (?:[Rr]eg|[Nn]o))",
    "IN": r"\b(?:\d{2}[A-Z]{5}\d{4}[A-Z][A-Z\d]Z[A-Z\d]\b|[Pp](?:vt|VT)\.? ?[Ll](?:td|TD))",
    "MY": r"\b(?i:sdn\.? ?bhd\b|kuala lumpur\b|selangor\b|johor\b|penang\b|jalan\b)|\bRM ?\d",
    "SG": r"\b[Pp][Tt][Ee]\.? ?[Ll][Tt][Dd]\b",
    "AU": r"\b(?:NSW|VIC|QLD|TAS)\b(?: +\d{4}\b)?|\b[Pp][Tt][Yy]\.? ?[Ll][Tt][Dd]\b",
    "MX": r"\bRFC:",
    "CH": r"\bCHE-?\d{3}|\bCH-\d{4}\b",
    "DE": r"\bD-\d{5}\b|\bUSt-?Id|\bDE ?\d{3} ?\d{3} ?\d{3}\b",
    "AT": r"\bA-\d{4}\b|\bATU ?\d{8}\b",
    "FR": r"\bFR ?[A-Z\d]{2} ?\d{3} ?\d{3} ?\d{3}\b|\bF-\d{5}\b",
    "NL": r"\bNL\d{9}B\d{2}\b|\bB\.V\.|\b\d{4} [A-Z]{2} [A-Z][a-z]{3}",
    "BE": r"\bBE ?0\d{3}[. ]?\d{3}[. ]?\d{3}\b",
    "IT": r"\bP\. ?IVA\b|\bS\.r\.l\.|\bIT ?\d{11}\b",
    "ES": r"\bC\.?I\.?F\.?:|\bS\.L\.",
    "SE": r"\bSE\d{12}\b",
}
"""Post codes, telephone, tax and register numbers, legal forms."""
_COMPILED = {code: re.compile(pattern) for code, pattern in _FORMS.items()}
_BEFORE_DOLLAR = re.compile(rf"\b({'|'.join(_DOLLARS)})\$")
_RUN = re.compile(r"\w+")
_IBAN = re.compile(r"\b([A-Z]{2})\d{2}(?: ?[A-Z\d]{4}){3,7}(?: ?[A-Z\d]{1,3})?\b")
_WORD = re.compile(r"[^\W\d_]+")

_LANGUAGES_OF: dict[str, list[str]] = {}
for _language, _known in _WORDS.items():
    for _each in _known.split():
        _LANGUAGES_OF.setdefault(_each, []).append(_language)

ENOUGH_WORDS = 4
"""Fewer words of a language may stand in a document by chance."""


def languages_in(text: str) -> tuple[str, ...]:
    """Return the languages that a good part of the text's words belong to, most words first."""
    counts = dict.fromkeys(_WORDS, 0)
    for word, times in Counter(_WORD.findall(text.casefold())).items():
        for language in _LANGUAGES_OF.get(word, ()):
            counts[language] += min(times, ENOUGH_WORDS)
    most = max(counts.values())
    if most < ENOUGH_WORDS:
        return ()
    ranked = sorted(counts, key=lambda language: -counts[language])
    return tuple(language for language in ranked if 2 * counts[language] > most)


def countries_in(text: str) -> Counter[str]:
    """Return the countries named or implied, with how often; the one with most evidence first."""
    found: Counter[str] = Counter(dict.fromkeys(_SAID, 0))
    found.update(_SAID_BY[word] for word in _RUN.findall(text) if word in _SAID_BY)
    found.update(_DOLLARS[dollars[1]] for dollars in _BEFORE_DOLLAR.finditer(text))
    for sign, code in _SIGNED.items():
        found[code] += text.count(sign)
    for code, pattern in _COMPILED.items():
        found[code] += sum(1 for _ in pattern.finditer(text))
    for match in _IBAN.finditer(text):
        found[match[1]] += match[1] in _NAMED_CODES
    before, names = "", _names()
    for word in _WORD.findall(text.casefold()):
        named = names.get(word) or names.get(f"{before} {word}")
        if named is not None and before not in _NO_NAMES:
            found[named] += 1
        before = word
    return Counter(dict((+found).most_common()))


def is_country(text: str) -> bool:
    """Say whether a text is the name of a country, in one of the languages that are known here."""
    return " ".join(_WORD.findall(text.casefold())) in _names()


@cache
def _names() -> dict[str, str]:
    """Return the countries' names of one or two words, in small letters."""
    names: dict[str, str] = {}
    for language in _NAMED_IN:
        territories = Locale.parse(language).territories
        for code in _NAMED.split():
            names.setdefault(" ".join(_WORD.findall(territories[code].casefold())), code)
    return names
