"""What a value's place, its print and its rivals say of it, and what is missing, in words."""

import documents
import openai
import pytest
from asked_invoice import INVOICE, PUTS, WHOLE, choose, document_of, fields_of
from scripted_replies import Reply

from extractors.asking.call import Caller
from extractors.coerce.coerce import coerce
from extractors.coerce.locale import DocumentLocale
from extractors.confidence.missing import NO_TOKENS, NOT_COMPARED, missing_signals
from extractors.confidence.position import Positions
from extractors.confidence.unusual import is_unusual
from extractors.extract import extract
from schemas.document import Box, Word
from schemas.kinds import Kind

LOCALE = DocumentLocale(date_order="day_first", decimal_mark=".")


@pytest.fixture
def caller(model_server):
    with openai.OpenAI(base_url=model_server.base_url, api_key="key", max_retries=0) as client:
        yield Caller(client, "scripted", wait_s=0.01)


def words_of(lines, text):
    """Return the words of a page that say `text`, in one row."""
    wanted = text.split()
    for line in lines:
        words = [word for segment in line for word in segment.words]
        for start in range(len(words)):
            found = words[start : start + len(wanted)]
            if [word.text for word in found] == wanted:
                return found
    raise AssertionError(text)


CUT = {
    "all of its segment": ("Quillback Farm Ltd | 12.00", "Quillback Farm Ltd", False),
    "words go on": ("Quillback Farm Ltd Salzburg | 12.00", "Quillback Farm Ltd", True),
    "words before it": ("The Quillback Farm Ltd | 12.00", "Quillback Farm Ltd", True),
    "a label before it": ("Sold to: Quillback Farm Ltd | 12.00", "Quillback Farm Ltd", False),
    "a wide gap": ("Name | Quillback Farm Ltd | 12.00", "Quillback Farm Ltd", False),
}


@pytest.mark.parametrize(("row", "text", "cut"), CUT.values(), ids=CUT)
def test_words_that_go_on_beside_a_name(row, text, cut):
    lines = documents.lines(row)
    assert Positions(lines).cut(words_of(lines, text)) is cut


def test_place_of_words_that_are_of_no_page_is_not_known():
    positions = Positions(documents.lines("Total | 12.00"))
    strangers = [Word(text="Total", box=Box(x0=1, y0=2, x1=3, y1=4))]
    for words in ([], strangers):
        assert positions.cut(words) is None
        assert positions.in_totals(words) is None


SUMS = [
    (50.0, 200.0, "Net"),
    (50.0, 216.0, "VAT 20%"),
    (50.0, 232.0, "To pay"),
    *documents.table([["40.50"], ["8.10"], ["48.60"]], left=(), right=(520,), top=200),
]
ITEMS = documents.table(
    [
        ["Description", "Qty", "Price", "Total"],
        ["Nails 40 mm", "24", "0.50", "12.00"],
        ["Hammer", "2", "14.25", "28.50"],
    ],
    left=(50,),
    right=(300, 400, 520),
    top=100,
)
IN_TOTALS = {
    "the first sum": ([*ITEMS, *SUMS], "40.50", True),
    "the last sum, which no word names": ([*ITEMS, *SUMS], "48.60", True),
    "an item's amount": ([*ITEMS, *SUMS], "28.50", False),
    "an amount of a sentence": ([*SUMS, (50, 300, "We got 30.00 before")], "30.00", False),
    "figures of another edge": (
        [(50, 200, "Total"), (200, 200, "40.50"), (50, 216, "Balance"), (400, 216, "8.10")],
        "40.50",
        False,
    ),
    "sums of none of which a word is known": (
        [(50, 200, "Zumth"), (50, 216, "Kumth"), (480, 200, "40.50"), (480, 216, "48.60")],
        "40.50",
        False,
    ),
}


@pytest.mark.parametrize(("puts", "text", "inside"), IN_TOTALS.values(), ids=IN_TOTALS)
def test_amounts_in_a_block_of_sums(puts, text, inside):
    lines = documents.lines_of(document_of(*puts))
    assert Positions(lines).in_totals(words_of(lines, text)) is inside


USUAL = [
    (Kind.DATE, "14.03.2025", False),
    (Kind.DATE, "Friday, 14 March 2025", False),
    (Kind.DATE, "14.03.25", True),
    (Kind.DATE, "due on the 14.03.2025", True),
    (Kind.DATE, "14.03.2025 at noon", True),
    (Kind.DATE, "14.03.2025 or 15.03.2025", True),
    (Kind.AMOUNT, "1,240.50", False),
    (Kind.AMOUNT, "EUR 40.50", False),
    (Kind.AMOUNT, "-40.50", False),
    (Kind.AMOUNT, "40", True),
    (Kind.AMOUNT, "1, 240.50", True),
    (Kind.AMOUNT, "40.50 only", True),
    (Kind.IDENTIFIER, "RE-2025/17", False),
    (Kind.IDENTIFIER, "Invoice No.: RE-17", True),
    (Kind.TEXT, "Quillback  Farm Ltd,", False),
    (Kind.ADDRESS, "9 Hill Road | 5010 Salzburg", False),
    (Kind.IBAN, "DE89 3704 0044 0532 0130 00", False),
    (Kind.IBAN, "DE88 3704 0044 0532 0130 00", True),
    (Kind.VAT_ID, "ATU 12345675", False),
    (Kind.VAT_ID, "VAT ID ATU12345675", True),
    (Kind.NUMBER, "24", False),
    (Kind.PERCENT, "20 %", False),
    (Kind.CURRENCY, "€", False),
    (Kind.AMOUNT, "nothing", False),
]


@pytest.mark.parametrize(("kind", "raw", "unusual"), USUAL)
def test_unusual_print(kind, raw, unusual):
    assert is_unusual(kind, raw, coerce(kind, raw, LOCALE)) is unusual


def test_a_field_without_a_value_knows_how_surely_the_pages_were_recognised(model_server, caller):
    model_server.answers({**WHOLE, "due_date": None})
    document = document_of()
    [page] = document.pages
    rows = tuple(
        tuple(
            word.model_copy(update={"confidence": 0.9 if word.text.isalpha() else 0.5})
            for word in row
        )
        for row in page.rows
    )
    seen = document.model_copy(
        update={"pages": (page.model_copy(update={"rows": rows, "source": "ocr"}),)}
    )
    for read, sure in ((document, None), (seen, pytest.approx(0.7, abs=0.15))):
        assert fields_of(extract(read, INVOICE, "whole", caller))["due_date"].signals.ocr == sure


SIGNALS = {
    "whole": {**WHOLE, "seller_name": "Muster Handels"},
    "fields": choose,
}


@pytest.mark.parametrize("asking", ["whole", "fields"])
def test_single_fields_have_what_their_place_says(model_server, caller, asking):
    model_server.answers(SIGNALS[asking])
    fields = fields_of(extract(document_of(), INVOICE, asking, caller))
    signals = {path: field.signals for path, field in fields.items()}
    assert signals["grand_total"].in_totals is True
    assert signals["issue_date"].in_totals is None
    assert signals["buyer_name"].cut is False
    assert signals["invoice_number"].cut is None
    assert signals["line_items[0].line_total"].in_totals is None
    assert signals["grand_total"].unusual is False
    assert signals["grand_total"].candidates > 4
    assert signals["due_date"].candidates == 2
    assert fields["due_date"].rivals == ("14.03.2025",)
    assert len(fields["grand_total"].rivals) == 3
    assert fields["grand_total"].raw not in fields["grand_total"].rivals


def test_name_that_is_a_part_of_a_rival_is_nested(model_server, caller):
    model_server.answers(SIGNALS["whole"])
    fields = fields_of(extract(document_of(), INVOICE, "whole", caller))
    assert fields["seller_name"].signals.nested is True
    assert fields["buyer_name"].signals.nested is False
    assert fields["grand_total"].signals.nested is None


def test_cells_have_what_their_column_says(model_server, caller):
    model_server.answers(choose)
    fields = fields_of(extract(document_of(), INVOICE, "fields", caller))
    total, price, unit, rate = (
        fields[f"line_items[1].{name}"].signals
        for name in ("line_total", "unit_price", "unit", "tax_rate")
    )
    assert total.label == price.label == 3.0
    assert total.probability is not None
    assert total.probability > 0.9
    assert total.margin == pytest.approx(2 * total.probability - 1)
    assert (total.model_probability, total.free_probability) == (None, None)
    assert total.candidates == 2
    assert unit.probability is not None
    assert rate.probability is not None
    assert rate.candidates == 0


ODD_HEADING = [
    *(put for put in PUTS if not 90 < put[1] < 190),
    *documents.table(
        [["Description", "Qty", "Zumth", "Total"], ["Nails", "3", "5.00", "12.00"]],
        left=(50,),
        right=(300, 400, 520),
    ),
]


def test_column_that_the_model_named_has_its_word_and_no_label(model_server, caller):
    def answer(request):
        asked_for_columns = "unit_price" in request.schema["properties"]
        said = {"unit_price": "Zumth"} if asked_for_columns else choose(request)
        return Reply(said, probability=0.9)

    model_server.answers(answer)
    fields = fields_of(extract(document_of(*ODD_HEADING), INVOICE, "fields", caller))
    total, price = (fields[f"line_items[0].{name}"] for name in ("line_total", "unit_price"))
    assert (total.signals.label, total.signals.model_probability) == (3.0, None)
    assert (price.raw, price.signals.label) == ("5.00", 0.0)
    assert price.signals.model_probability == price.signals.probability == pytest.approx(0.81)


@pytest.mark.parametrize("asking", ["whole", "fields"])
def test_server_without_probabilities_is_said_to_have_none(model_server, asking):
    model_server.answers(SIGNALS[asking])
    with openai.OpenAI(base_url=model_server.base_url, api_key="key", max_retries=0) as client:
        caller = Caller(client, "scripted", top_logprobs=0)
        extraction = extract(document_of(), INVOICE, asking, caller)
    assert missing_signals(extraction) == (NO_TOKENS,)
    signals = fields_of(extraction)["grand_total"].signals
    assert (signals.model_probability, signals.free_probability) == (None, None)
    assert signals.label is not None
    assert signals.candidates is not None
    assert (signals.probability is None) == (asking == "whole")


@pytest.mark.parametrize("asking", ["whole", "fields"])
def test_nothing_is_missing_from_a_server_that_gives_probabilities(model_server, caller, asking):
    model_server.answers(SIGNALS[asking])
    extraction = extract(document_of(), INVOICE, asking, caller)
    assert missing_signals(extraction) == ()
    assert missing_signals(extraction, second=True) == (NOT_COMPARED,)


def test_document_without_text_tells_nothing_of_the_server(caller):
    document = documents.read_document(documents.scan(documents.pdf(PUTS)))
    extraction = extract(document, INVOICE, "whole", caller)
    assert missing_signals(extraction, second=True) == ()


def test_null_has_the_probability_of_its_tokens(model_server, caller):
    items = [{**item, "quantity": None} for item in WHOLE["line_items"]]
    answer = {**WHOLE, "line_items": items}
    model_server.answers(lambda _: Reply(answer, probability=0.9))
    fields = fields_of(extract(document_of(), INVOICE, "whole", caller))
    cell = fields["line_items[0].quantity"].signals
    assert cell.probability is not None
    assert 0.5 < cell.probability < 1
    iban = fields["iban"].signals
    assert iban.model_probability is not None
    assert (iban.probability, iban.candidates) == (1.0, 0)


def test_only_currency_of_a_document_was_not_chosen_by_the_model(model_server, caller):
    model_server.answers(choose)
    currency = fields_of(extract(document_of(), INVOICE, "fields", caller))["currency"]
    assert currency.value == "EUR"
    assert currency.signals.model_probability is None
    assert currency.signals.probability is not None
