"""What is printed around candidates, together with what the model said of them."""

import documents
import pytest

from extractors.candidates.candidates import find_candidates
from extractors.layout import lines_of
from extractors.ranking.rank import Ranker, labels_of
from extractors.read import read_document
from schemas.catalogue import built_in_type
from schemas.doctype import read_type
from schemas.record import leaves_of

INVOICE = built_in_type("invoice")


def leaf_of(doctype, path):
    [leaf] = [leaf for leaf in leaves_of(doctype.record) if leaf.path == path]
    return leaf


def ranked(path, puts, shares=None, doctype=INVOICE):
    """Return the candidates of a field, ranked; `puts` are a page's rows or placed texts."""
    data = documents.letter("\n".join(puts)) if isinstance(puts[0], str) else documents.pdf(puts)
    lines = lines_of(read_document(data))
    leaf = leaf_of(doctype, path)
    return Ranker(doctype, lines).rank(leaf, find_candidates(leaf.kind, lines), shares or {})


def texts(options):
    return [option.candidate.text for option in options]


DATES = ["Order date: 01.03.2025", "Invoice date: 14.03.2025", "Due date: 28.03.2025"]


def test_without_labels_the_models_choice_stands():
    rows = ["Nails 14.03.2025", "Hammer 28.03.2025"]
    for choice, other in (("14.03.2025", "28.03.2025"), ("28.03.2025", "14.03.2025")):
        assert texts(ranked("issue_date", rows, {choice: 0.6, other: 0.4}))[0] == choice


@pytest.mark.parametrize(
    ("path", "expected"), [("issue_date", "14.03.2025"), ("due_date", "28.03.2025")]
)
def test_label_turns_an_unsure_models_choice(path, expected):
    options = ranked(path, DATES, {"01.03.2025": 0.6, expected: 0.3})
    assert texts(options)[0] == expected
    assert options[0].label > 0


def test_label_before_left_and_above_all_speak_for_a_value():
    places = {
        "before": ["Nails 28.03.2025", "Due date 14.03.2025"],
        "left": ["Nails | 28.03.2025", "Due date | 14.03.2025"],
        "above": [
            (50.0, 50.0, "Due date"),
            (50.0, 63.0, "14.03.2025"),
            (300.0, 50.0, "Nails"),
            (300.0, 63.0, "28.03.2025"),
        ],
    }
    for where, puts in places.items():
        best, other = ranked("due_date", puts, {"14.03.2025": 0.5, "28.03.2025": 0.5})
        assert best.candidate.text == "14.03.2025", where
        assert best.label > other.label, where


def test_label_of_another_field_speaks_against_a_value():
    rows = ["Due date: 28.03.2025", "Nails 14.03.2025"]
    best, other = ranked("issue_date", rows, {"14.03.2025": 0.5, "28.03.2025": 0.5})
    assert best.candidate.text == "14.03.2025"
    assert other.label < 0


def test_label_of_what_is_no_field_speaks_against_a_value():
    rows = ["Delivery date: 28.03.2025", "Nails 14.03.2025"]
    best, other = ranked("issue_date", rows, {"14.03.2025": 0.5, "28.03.2025": 0.5})
    assert best.candidate.text == "14.03.2025"
    assert other.label < 0


def test_heading_of_the_block_tells_seller_from_buyer():
    page = [
        (50.0, 50.0, "Bill to"),
        (320.0, 50.0, "Seller"),
        (50.0, 66.0, "Quillback Farm Ltd"),
        (320.0, 66.0, "Muster Handels GmbH"),
    ]
    even = {"Quillback Farm Ltd": 0.5, "Muster Handels GmbH": 0.5}
    assert texts(ranked("seller_name", page, even))[0] == "Muster Handels GmbH"
    assert texts(ranked("buyer_name", page, even))[0] == "Quillback Farm Ltd"


def test_better_share_never_means_a_lower_score():
    scores = [
        ranked("due_date", DATES, {"28.03.2025": share})[0].score
        for share in (0.0, 0.001, 0.01, 0.1, 0.5, 1.0)
    ]
    assert scores == sorted(scores)


def test_best_comes_first_and_none_is_lost():
    options = ranked("due_date", DATES, {"01.03.2025": 1.0})
    assert sorted(texts(options)) == ["01.03.2025", "14.03.2025", "28.03.2025"]
    scores = [option.score for option in options]
    assert scores == sorted(scores, reverse=True)


def test_nothing_to_rank():
    assert ranked("iban", ["Total | 40.50"]) == ()


def test_value_is_shown_at_the_place_that_its_label_names():
    rows = ["Net total | 40.50", "Total | 48.60", "Please remember: 48.60"]
    [total] = [each for each in ranked("grand_total", rows) if each.candidate.text == "48.60"]
    assert total.place == total.candidate.places[0]
    rows = ["R-17", "Invoice number: R-17"]
    [number] = ranked("invoice_number", rows)
    assert number.place == number.candidate.places[1]


def test_without_labels_an_amount_is_shown_where_it_stands_last_all_else_first():
    rows = ["Nails | 40.50 | 14.03.2025", "Hammer | 40.50 | 14.03.2025"]
    [amount] = [each for each in ranked("grand_total", rows) if each.candidate.text == "40.50"]
    assert amount.place == amount.candidate.places[-1] != amount.candidate.places[0]
    [day] = ranked("issue_date", rows)
    assert day.place == day.candidate.places[0] != day.candidate.places[-1]


USERS = """\
---
name: delivery_note
fields:
  delivery_number: {kind: identifier, description: number of the delivery note}
  arrival: {kind: date, description: day on which the goods came}
  departure: {kind: date, description: day on which they were sent}
LABELS---
A delivery note.
"""


def users_type(tmp_path, labels=""):
    path = tmp_path / "delivery_note.md"
    path.write_text(USERS.replace("LABELS", labels), encoding="utf-8")
    return read_type(path)


def test_users_type_without_labels_is_labelled_by_names_and_descriptions(tmp_path):
    doctype = users_type(tmp_path)
    leaf = leaf_of(doctype, "delivery_number")
    assert labels_of(doctype, leaf) == ("delivery number", "number of the delivery note")
    rows = ["Departure: 01.03.2025", "Arrival: 04.03.2025"]
    even = {"01.03.2025": 0.5, "04.03.2025": 0.5}
    assert texts(ranked("arrival", rows, even, doctype))[0] == "04.03.2025"
    assert texts(ranked("departure", rows, even, doctype))[0] == "01.03.2025"


def test_users_type_with_labels_has_those(tmp_path):
    doctype = users_type(tmp_path, "labels: {arrival: [eingetroffen], departure: [versandt]}\n")
    assert labels_of(doctype, leaf_of(doctype, "arrival")) == ("eingetroffen",)
    rows = ["Versandt: 01.03.2025", "Eingetroffen: 04.03.2025"]
    even = {"01.03.2025": 0.5, "04.03.2025": 0.5}
    assert texts(ranked("arrival", rows, even, doctype))[0] == "04.03.2025"
