"""Whether a field of which a model said so is absent."""

import documents
import pytest

from extractors.candidates.candidates import find_candidates
from extractors.layout import lines_of
from extractors.ranking.absent import said_absent
from extractors.ranking.rank import Ranker
from extractors.read import read_document
from schemas.catalogue import built_in_type
from schemas.kinds import Kind
from schemas.record import leaves_of

INVOICE = built_in_type("invoice")
SURE = 0.8
LEAVES = {leaf.path: leaf for leaf in leaves_of(INVOICE.record)}


def absent(path, *rows):
    """Return how probable it is that a page with these rows doesn't give a field."""
    lines = lines_of(read_document(documents.letter("\n".join(rows))))
    leaf = LEAVES[path]
    return said_absent(
        leaf.kind, Ranker(INVOICE, lines).rank(leaf, find_candidates(leaf.kind, lines), {})
    )


def test_without_a_candidate_it_is_absent_for_certain():
    assert said_absent(Kind.DATE, ()) == 1.0
    assert absent("iban", "Muster Handels GmbH", "Total | 40.50") == 1.0


def test_label_of_its_own_beside_a_candidate_speaks_against_it():
    labelled = absent("purchase_order", "Purchase order | 4711-22")
    assert labelled < absent("purchase_order", "Quillback | 4711-22")
    assert labelled < SURE


def test_label_of_another_field_speaks_for_it():
    others = absent("purchase_order", "Invoice number | 4711-22")
    assert others > absent("purchase_order", "Quillback | 4711-22")
    assert others > SURE


@pytest.mark.parametrize("path", ["due_date", "amount_due", "purchase_order"])
def test_more_candidates_never_make_it_more_absent(path):
    one = "Quillback | 14.03.2025 | 40.50 | 4711-22"
    more = "Nails | 28.03.2025 | 48.60 | 4711-33"
    assert absent(path, one, more) <= absent(path, one)
