"""A run's report in Markdown: what became of its documents, why, what it cost, what to do now."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from flows.metrics.words import percent, seconds
from flows.shown.markdown import code, link, plain, table
from flows.shown.table import Items, address_of, why
from flows.shown.tally import Common, Tally
from flows.shown.words import outcomes, said, tokens
from flows.web.words import count, of_source
from schemas.batch import BatchRequest, DocumentLine, RunReport
from schemas.extraction import Outcome

MOST_REASONS = 10
MOST_FIELDS = 4
"""That are named for a reason."""
MOST_TO_REVIEW = 10
MOST_FAILURES = 20


@dataclass(frozen=True, kw_only=True)
class Shown:
    """All that a report speaks of."""

    name: str
    """Of the run."""
    request: BatchRequest
    report: RunReport
    tally: Tally
    items: Items
    """Open review items of the documents that are shown."""


def markdown(shown: Shown) -> str:
    """Return the report."""
    parts = (
        _head(shown),
        _next(shown),
        _outcomes(shown),
        _reasons(shown.tally.doubts),
        _to_review(shown),
        _failures(shown),
        _cost(shown),
        _dials(shown),
    )
    return "\n".join(line for part in parts for line in part)


def headline(report: RunReport) -> str:
    """Return in a line what became of a run's documents; of a card its beginning is seen."""
    summary = report.summary
    told = outcomes(summary) or "nothing to do"
    return f"{told}: {count(summary.found, 'document')} in {seconds(summary.seconds)}"


def _head(shown: Shown) -> Iterator[str]:
    yield f"# {plain(shown.name)}"
    yield ""
    yield f"{plain(headline(shown.report))}."
    if shown.report.passed_over:
        passed = count(shown.report.passed_over, "other file")
        yield f"Passed over: {passed} in these folders."


def _next(shown: Shown) -> Iterator[str]:
    """Yield what to do next, the most urgent first."""
    report, request, options = shown.report, shown.request, _options(shown.request)
    yield from _title("What to do next")
    for dial in report.dials:
        if dial.broken:
            told = plain(dial.audit_text or dial.text)
            yield f"- **The promise for {plain(dial.type_name)} is broken.** {told}"
    if report.open_items:
        waiting = f"Review what waits: {count(report.open_items, 'record')}"
        page = link(waiting, request.review_url) if request.review_url else waiting
        yield f"- {page}, or in a terminal: {code(f'papersift review{options}')}"
    if report.summary.failed:
        yield (
            f"- {count(report.summary.failed, 'document')} failed, see below. The next run tries "
            "again what the model's server didn't answer, and whatever was mended."
        )
    if any(not dial.open and not dial.broken for dial in report.dials) and report.open_items:
        told = "see how many mistakes to expect, so that the surest are accepted without a look"
        yield f"- After review, {told}: {code(f'papersift calibrate{options}')}"
    if shown.tally.outcomes[Outcome.ACCEPTED] or shown.tally.before[Outcome.ACCEPTED]:
        yield f"- Rows that can be trusted: {code(f'{request.out}/records/*/*.parquet')}"
    yield f"- All fields with their evidence: {code(f'{request.out}/fields/*/*.parquet')}"
    if request.review_url:
        address = f"{request.review_url.rstrip('/')}/metrics"
        yield f"- {link('What review costs and finds', address)}"


def _outcomes(shown: Shown) -> Iterator[str]:
    now, before = shown.tally.outcomes, shown.tally.before
    known = [each for each in Outcome if now[each] or before[each]]
    yield from _title("Outcomes", known)
    yield from table(
        ("outcome", "documents ", "share ", "done before "),
        (
            (
                said(each),
                f"{now[each]:,}",
                percent(now[each] / now.total()) if now.total() else "–",
                f"{before[each]:,}",
            )
            for each in known
        ),
    )


def _reasons(doubts: Mapping[str, Common]) -> Iterator[str]:
    """Yield the most frequent reasons for a look, with the fields that they are about."""
    found = sorted(doubts.items(), key=lambda each: (-each[1].documents, each[0]))
    yield from _title("Why documents need a look", found)
    yield from table(
        ("reason", "documents ", "fields"),
        (
            (plain(text), f"{common.documents:,}", _fields(common))
            for text, common in found[:MOST_REASONS]
        ),
    )
    if len(found) > MOST_REASONS:
        yield f"\nAnd {count(len(found) - MOST_REASONS, 'less frequent reason')}."


def _fields(common: Common) -> str:
    most = common.fields.most_common()
    named = [f"{plain(name)} ({number:,})" for name, number in most[:MOST_FIELDS]]
    if len(most) > MOST_FIELDS:
        named.append(f"{len(most) - MOST_FIELDS} more")
    return ", ".join(named) or "the document as a whole"


def _to_review(shown: Shown) -> Iterator[str]:
    """Yield the first documents that wait, each with the way to it."""
    open_ = [line for line in shown.tally.rows if line.outcome is Outcome.IN_REVIEW]
    waiting = [line for line in open_ if line.document_id in shown.items]
    yield from _title("Waiting for a look", waiting)
    yield from table(
        ("document", "why"),
        ((_linked(line, shown), plain(why(line))) for line in waiting[:MOST_TO_REVIEW]),
    )
    if len(waiting) > MOST_TO_REVIEW:
        yield f"\nMore stand in the table {code('papersift-run')} and on the review page."


def _failures(shown: Shown) -> Iterator[str]:
    """Yield why documents failed, and the first of them."""
    failed = [line for line in shown.tally.rows if line.outcome is Outcome.FAILED]
    yield from _title("Failures", failed)
    common = sorted(shown.tally.failures.items(), key=lambda each: -each[1].documents)
    if len(failed) > len(common):
        yield from (
            f"- {count(each.documents, 'document')}: {plain(text)}"
            for text, each in common[:MOST_REASONS]
        )
    yield from table(
        ("document", "reason"),
        ((plain(of_source(line.source)), plain(why(line))) for line in failed[:MOST_FAILURES]),
    )
    total = shown.tally.outcomes[Outcome.FAILED] + shown.tally.before[Outcome.FAILED]
    if total > MOST_FAILURES:
        where = code(f"{shown.request.out}/documents/*.parquet")
        yield f"\nAnd {total - MOST_FAILURES:,} more; each with its reason in {where}."


def _cost(shown: Shown) -> Iterator[str]:
    summary = shown.report.summary
    usage, taken = summary.usage, shown.tally.outcomes.total()
    yield from _title("What it cost", usage.calls or shown.tally.slowest)
    if usage.calls:
        yield f"- {count(usage.calls, 'question')}, {tokens(usage)}"
        each = (usage.input_tokens - usage.cached_tokens + usage.output_tokens) / max(1, taken)
        yield f"- {each:,.0f} tokens a document, without the cached ones"
    if usage.outages:
        yield f"- {count(usage.outages, 'call')} repeated after an outage"
    if usage.invalid_answers:
        yield f"- {count(usage.invalid_answers, 'call')} repeated after an answer that didn't fit"
    if summary.cost:
        yield f"- {summary.cost:,.4f} US dollars, {summary.cost / max(1, taken):,.4f} a document"
    yield from table(
        ("slowest", "seconds ", "tokens "),
        (
            (_linked(line, shown), f"{line.seconds:,.1f}", f"{line.tokens:,}")
            for line in shown.tally.slowest
        ),
    )


def _dials(shown: Shown) -> Iterator[str]:
    """Yield what is accepted without a look, or why nothing is."""
    yield from _title("What is accepted without a look", shown.report.dials)
    for dial in shown.report.dials:
        how = "" if dial.open else "nothing: "
        yield f"- {plain(dial.type_name)}: {how}{plain(dial.text)}"
    yield from (f"- {plain(text)}" for text in shown.report.missing_signals)


def _linked(line: DocumentLine, shown: Shown) -> str:
    """Return a document's name, with the way to its review if it waits."""
    address = address_of(line, shown.items, shown.request.review_url)
    name = of_source(line.source)
    return link(name, address) if address else plain(name)


def _options(request: BatchRequest) -> str:
    """Return the options of a command about the same store; its address may hold a password."""
    store = ' --store "$PAPERSIFT_STORE"' if request.store else ""
    return f" --out {request.out}{store}"


def _title(text: str, there: object = True) -> Iterator[str]:  # noqa: FBT002
    if there:
        yield from ("", f"## {text}")
