"""What Prefect shows of a run: texts that stay texts, reasons that are counted, bounded tables."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from flows.at_once import MOST_IN_A_TASK, TASK_EACH, dealt_out
from flows.shown.announce import magnitude
from flows.shown.markdown import cell, link, plain
from flows.shown.name import batch_name
from flows.shown.reasons import Reason, reason_of
from flows.shown.report import Shown, headline, markdown
from flows.shown.table import rows
from flows.shown.tally import MOST_ROWS, Tally
from schemas.batch import BatchRequest, DocumentLine, RunReport
from schemas.extraction import Outcome, Usage
from schemas.run import RunSummary

HOSTILE = "[pay](http://evil.test) <img src=x> **now** www.evil.test\n`x`"
REVIEW = "http://127.0.0.1:4227/"
NO_TEXT = "no page has text: a scan"
UNSURE = "total, lines[].price (3 rows): only 91% sure, not 95%"


def a_line(source: str, outcome: Outcome | None = Outcome.ACCEPTED, *reasons: str, **more: object):
    usual = {"source": source, "document_id": f"id of {source}", "type_name": "note"}
    return DocumentLine.model_validate(
        {**usual, "outcome": outcome, "reasons": reasons, "seconds": 1.0, "tokens": 100, **more}
    )


LINES = (
    a_line("in/a.pdf"),
    a_line("in/b.pdf", Outcome.IN_REVIEW, UNSURE, NO_TEXT, seconds=9.5),
    a_line("in/c.pdf", Outcome.IN_REVIEW, "total: only 88% sure, not 95%"),
    a_line("in/d.pdf", Outcome.FAILED, "The file is empty (0 bytes).", type_name=None),
    a_line("in/e.pdf", Outcome.IN_REVIEW, note="done before", seconds=0.0, tokens=0),
    a_line("in/f.pdf", None, note="the same file as in/a.pdf", seconds=0.0, tokens=0),
)
SUMMARY = RunSummary(
    found=6,
    skipped=1,
    accepted=1,
    in_review=2,
    failed=1,
    usage=Usage(calls=3, input_tokens=1200, cached_tokens=900, output_tokens=80, outages=1),
    cost=Decimal("0.5"),
    seconds=75,
)


def tallied(*lines: DocumentLine) -> Tally:
    tally = Tally()
    for line in lines:
        tally.add(line)
    return tally


def a_report(*lines: DocumentLine, review_url: str | None = REVIEW) -> str:
    request = BatchRequest(paths=("in",), out=Path("out"), review_url=review_url, store="secret://")
    report = RunReport(run_id="r", lines=(), summary=SUMMARY, open_items=7)
    return markdown(
        Shown(
            name="6 notes from in",
            request=request,
            report=report,
            tally=tallied(*lines),
            items={"id of in/b.pdf": (4, 5), "id of in/c.pdf": (6,)},
        )
    )


def test_text_of_documents_is_never_a_link_or_a_tag():
    for made in (plain(HOSTILE), cell(HOSTILE)):
        assert "\n" not in made
        assert "http://" not in made, "a page would make a link of it"
        assert "www." not in made
        assert "](" not in made.replace("\\](", "")
        assert "<" not in made.replace("\\<", "")
    assert link("[a](b)\n|c", REVIEW) == f"[(a)(b) ¦c]({REVIEW})"


REASONS = {
    "figures differ between documents": (
        "total: only 91% sure, not 95%",
        Reason("only …% sure, not …%", ("total",)),
    ),
    "rows are those of one column": (
        "lines[3].price, total (12 rows): may also be 1,234.50 or 1.234",
        Reason("may also be … or …", ("lines[].price", "total")),
    ),
    "what is quoted from the document is left out": (
        "seller: not found, but a second reading gave 'Anna O'Hara & Sons'",
        Reason("not found, but a second reading gave …", ("seller",)),
    ),
    "a sentence has no fields, whatever colon it has": (
        "The file can't be read: No such file or directory.\nLook there.",
        Reason("The file can't be read: No such file or directory."),
    ),
}


@pytest.mark.parametrize(("text", "reason"), REASONS.values(), ids=REASONS)
def test_reasons_that_say_the_same_are_one(text, reason):
    assert reason_of(text) == reason


def test_a_reason_counts_once_a_document():
    tally = tallied(*LINES)
    doubts = {text: common.documents for text, common in tally.doubts.items()}
    assert doubts == {"only …% sure, not …%": 2, "no page has text: a scan": 1}
    assert tally.doubts["only …% sure, not …%"].fields == {"total": 2, "lines[].price": 1}
    assert list(tally.failures) == ["The file is empty (… bytes)."]


def test_what_needs_a_person_comes_first():
    shown = [(line.source[3], line.outcome) for line in tallied(*reversed(LINES)).rows]
    review = Outcome.IN_REVIEW
    assert shown == [
        *(("d", Outcome.FAILED), ("b", review), ("c", review), ("e", review)),
        *(("a", Outcome.ACCEPTED), ("f", None)),
    ]


def test_of_many_documents_the_failed_and_doubtful_are_kept_and_the_rest_is_counted():
    tally = Tally()
    for number in range(10_000):
        outcome = Outcome.FAILED if number % 1000 == 999 else Outcome.ACCEPTED
        tally.add(a_line(f"{number:05}.pdf", outcome, seconds=number / 100))
    assert len(tally.rows) == MOST_ROWS
    assert sum(line.outcome is Outcome.FAILED for line in tally.rows) == 10
    assert tally.left_out == 10_000 - MOST_ROWS
    assert [line.source for line in tally.slowest][:2] == ["09999.pdf", "09998.pdf"]
    assert len(tally._rows._kept) < 2 * MOST_ROWS


def test_the_table_says_of_each_document_what_became_of_it_and_where_to_look():
    table = rows(tallied(*LINES).rows, {"id of in/b.pdf": (4, 5)}, REVIEW)
    assert table[1] == {
        "document": "b.pdf",
        "type": "note",
        "outcome": "in review",
        "seconds": 9.5,
        "tokens": 100,
        "why": "total, lines[].price (3 rows): only 91% sure, not 95%; no page has text: a scan",
        "review": "http://127.0.0.1:4227/items/4",
    }
    assert {tuple(row) for row in table} == {tuple(table[0])}, "rows differ in their columns"
    assert "review" not in rows(LINES, {"id of in/b.pdf": (4,)}, None)[0]


def test_documents_in_several_folders_are_told_apart():
    lines = [a_line("in/mail/a.pdf"), a_line("in/post/a.pdf")]
    assert [row["document"] for row in rows(lines, {}, None)] == ["mail/a.pdf", "post/a.pdf"]
    lines = [a_line("/a/a.pdf"), a_line("/b/a.pdf")]
    assert [row["document"] for row in rows(lines, {}, None)] == ["/a/a.pdf", "/b/a.pdf"]


def test_the_report_tells_what_happened_why_and_what_to_do():
    told = a_report(*LINES)
    for said in (
        "# 6 notes from in",
        "1 accepted, 2 in review, 1 failed, 1 done before: 6 documents in 1 min 15 s.",
        f"[Review what waits: 7 records]({REVIEW})",
        '`papersift review --out out --store "$PAPERSIFT_STORE"`',
        "| accepted | 1 | 25\u00a0% | 0 |",
        "| only …% sure, not …% | 2 | total (2), lines\\[\\].price (1) |",
        "| [b.pdf](http://127.0.0.1:4227/items/4) | total, lines",
        "| d.pdf | The file is empty (0 bytes). |",
        "- 3 questions, 1,200 tokens read, 900 of them cached; 80 written",
        "- 1 call repeated after an outage",
        "- 0.5000 US dollars, 0.1250 a document",
        "| [b.pdf](http://127.0.0.1:4227/items/4) | 9.5 | 100 |",
        f"[What review costs and finds]({REVIEW}metrics)",
    ):
        assert said in told
    assert "secret" not in told


def test_without_a_review_page_the_report_names_the_command():
    told = a_report(*LINES, review_url=None)
    assert "](" not in told
    assert "- Review what waits: 7 records, or in a terminal: `papersift review" in told


def test_a_report_of_nothing_is_short():
    told = a_report()
    assert "## Outcomes" not in told
    assert "## Failures" not in told
    nothing = RunReport(run_id="r", lines=(), summary=RunSummary())
    assert headline(nothing) == "nothing to do: 0 documents in 0 s"


def test_the_same_failure_of_many_documents_is_told_once_and_the_first_are_listed():
    failed = [
        a_line(f"{number:03}.pdf", Outcome.FAILED, f"The file is cut short at {number} bytes.")
        for number in range(50)
    ]
    told = a_report(*failed)
    assert "- 50 documents: The file is cut short at … bytes." in told
    assert told.count("cut short") == 21
    assert "And 30 more; each with its reason in `out/documents/*.parquet`." in told


SIZES = {0: "0", 1: "1+", 9: "1+", 10: "10+", 99: "10+", 100: "100+", 12345: "10000+"}


@pytest.mark.parametrize(("number", "label"), SIZES.items())
def test_figures_are_labels_in_steps(number, label):
    assert magnitude(number) == label


def test_a_task_each_up_to_some_hundreds_then_few_in_each():
    request = BatchRequest(paths=("in",))
    assert {len(share) for share in dealt_out(range(TASK_EACH), request)} == {1}
    many = dealt_out(range(10_000), request)
    assert max(map(len, many)) == MOST_IN_A_TASK
    assert [each for share in many for each in share] == list(range(10_000))


NAMES = {
    "42 invoices from inbox": ([f"/data/inbox/{n}.pdf" for n in range(42)], "invoice"),
    "2 delivery notes from inbox": (["inbox/a/1.pdf", "inbox/b/2.pdf"], "my/delivery_note.md"),
    "3 documents from 2026": ([f"s3://bucket/2026/{n}.pdf" for n in range(3)], None),
    "invoice a.pdf": (["inbox/a.pdf"], "invoice"),
}


@pytest.mark.parametrize(("name", "batch"), NAMES.items(), ids=NAMES)
def test_a_run_is_called_what_it_is(name, batch):
    assert batch_name(*batch) == name
