"""Make the sample documents, each with its gold record beside it.

Every company, person and account in them is invented. The same code makes the same bytes.

    invoices/
      fernhollow        English (UK), GBP: a modern design; a deposit makes the amount due differ
      quillback-ridge   English (US), USD: the boxed form of bookkeeping software; sales tax
      kaffeekontor      German: a DIN 5008 letter; 19 % and 7 % VAT mixed; three-column footer
      malerbetrieb      German: a craftsman's plain table; wrapped descriptions; Skonto
      vaurenard         French: amounts as 1 234,50 €; dates in words; Net à payer
      wesselkamp        German: three pages of lines, carried forward as Übertrag
      pemberwick-scan   English (UK): a scan without a text layer, askew, with a dated stamp
      marrowby          English (UK): the printed total has two digits swapped, so the sums fail
      veridane          English, EUR, reverse charge: 03/04/2025 is the third of April, or is it?
      bergmattli        German (Switzerland), CHF: amounts as 1'234.50; a QR-bill
    receipts/
      ohlendiek         German grocer: text on 80 mm paper; tax in the prices; goods by weight
      boltwick          US hardware store: a phone's photo (JPEG); sales tax on top
    ad_orders/
      wzqt-contract     a station's contract for a candidate's spots; each row with its weeks
      kqxv-order        a sales rep's order, landscape, with a column for each week
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from makers import (
    ch_plumbing,
    de_coffee,
    de_painter,
    de_supermarket,
    de_wholesale,
    fr_joinery,
    ie_translations,
    tv_contract,
    tv_rep_order,
    uk_catering,
    uk_garage,
    uk_signworks,
    us_hardware,
    us_landscape,
)
from makers.sample import Sample

HERE = Path(__file__).resolve().parent

SAMPLES: tuple[Sample, ...] = (
    uk_signworks.SAMPLE,
    us_landscape.SAMPLE,
    de_coffee.SAMPLE,
    de_painter.SAMPLE,
    fr_joinery.SAMPLE,
    de_wholesale.SAMPLE,
    uk_garage.SAMPLE,
    uk_catering.SAMPLE,
    ie_translations.SAMPLE,
    ch_plumbing.SAMPLE,
    de_supermarket.SAMPLE,
    us_hardware.SAMPLE,
    tv_contract.SAMPLE,
    tv_rep_order.SAMPLE,
)


def main() -> None:
    """Run the command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--out", type=Path, default=HERE, metavar="DIR", help="folder to write to (default: here)"
    )
    out: Path = parser.parse_args().out
    for sample in SAMPLES:
        write(sample, out)
        print(out / sample.path)


def write(sample: Sample, out: Path) -> None:
    """Write a document and its gold record below `out`, over what is there."""
    document = out / sample.path
    document.parent.mkdir(parents=True, exist_ok=True)
    document.write_bytes(sample.draw())
    gold = json.dumps(sample.gold(), ensure_ascii=False, indent=2)
    (out / sample.gold_path).write_text(gold + "\n", encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
