"""Product metrics: what is counted, what counts for nothing, and when nothing is said."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from datetime import date, timedelta
from pathlib import Path

import pytest
from builders import DECEMBER, INVOICE, NOVEMBER, PLAIN, RECEIPT, a_recipe, fail, keep, routed

from flows.metrics import words
from flows.metrics.artifacts import KEY, markdown, write_metrics
from flows.metrics.board import Board
from flows.metrics.count import metrics_of, spread_of
from flows.metrics.plots import NOTES, picture, plots_of
from flows.review.decide import settle, undo
from flows.store.decisions import Word
from flows.store.store import Store
from schemas.extraction import Doubt, DoubtCode
from schemas.metrics import Metrics, Part
from schemas.review import Correction, Settlement

SVG = "{http://www.w3.org/2000/svg}"
NO_TEXT = Doubt(code=DoubtCode.NO_TEXT, text='page 1 has no "code":"missing"')
LINES = {
    "invoice_number": "R-17",
    "line_items[0].description": "Paper",
    "line_items[1].description": "Subtotal",
}


@pytest.fixture
def store(tmp_path):
    with Store.open(tmp_path / "out") as opened:
        yield opened


def in_review(store: Store, names: str, *doubtful: str, **given) -> None:
    """Keep an invoice for each letter, with these doubtful fields."""
    for name in names:
        doubtful = doubtful or ("grand_total",)
        keep(store, routed(PLAIN, doubtful=doubtful), name=name, **given)


def say(store: Store, item_id: int, minute: int = 0, **said) -> None:
    """Say something of an item, some minutes after it was extracted."""
    values = tuple(Correction(path=path, text=text) for path, text in said.pop("new", {}).items())
    settlement = Settlement(values=values, insist=True, **said)
    settle(store, item_id, settlement, at(minute))


def at(minute: int = 0) -> Word:
    return Word(who="anna", now=NOVEMBER + timedelta(minutes=minute))


def right(found: Metrics) -> dict[str, tuple[int, int]]:
    return {each.code: (each.right.count, each.right.of) for each in found.doubts}


def fields(found: Metrics) -> dict[str, tuple[int, int]]:
    return {each.field: (each.corrected.count, each.corrected.of) for each in found.fields}


def of(part: Part) -> tuple[int, int]:
    return part.count, part.of


# How much is accepted without a look


def test_of_an_empty_store_there_is_nothing_to_tell(store):
    found = metrics_of(store)
    assert found == Metrics()
    assert found.empty
    assert words.sentences(found) == ("Nothing was extracted yet.",)
    assert plots_of(found) == ()


def test_records_and_documents_are_counted_by_whether_anybody_must_look(store):
    keep(store, routed(PLAIN), routed(PLAIN, doubtful=("grand_total",)), name="two")
    for name in "abc":
        keep(store, routed(PLAIN), name=name)
    in_review(store, "de")
    fail(store, name="f")
    say(store, 2, accept_all=True)
    say(store, 3, reject="not ours")
    found = metrics_of(store)
    assert of(found.accepted) == (4, 7)
    assert of(found.looks) == (3, 6)
    assert (found.waiting, found.failed) == (1, 1)
    assert of(found.corrected) == (0, 1)
    assert of(found.rejected) == (1, 2)
    assert not found.empty


def test_of_a_few_no_share_is_told():
    assert Part(count=1, of=4).share is None
    assert words.part(Part(count=1, of=4), "record") == "1 of 4 records"
    assert Part(count=1, of=5).share == 0.2
    assert words.part(Part(count=12, of=80), "record") == "12 of 80 records (15\u00a0%)"
    assert words.percent(0.001) == "under 1\u00a0%"
    assert words.percent(0.999) == "over 99\u00a0%"
    assert words.percent(0.0) == "0\u00a0%"


def test_what_a_later_recipe_replaced_is_counted_only_by_version(store):
    newer = a_recipe().model_copy(update={"type_hash": "abcdef0123"})
    for name in "abc":
        keep(store, routed(PLAIN, doubtful=("grand_total",)), name=name)
        keep(store, routed(PLAIN), name=name, recipe=newer, now=DECEMBER)
    keep(store, routed({}, doc_type=RECEIPT), name="r", doc_type=RECEIPT)
    found = metrics_of(store)
    assert of(found.accepted) == (4, 4)
    assert [
        (each.type_name, each.prompt, of(each.accepted), each.first_used)
        for each in found.by_version
    ] == [
        ("invoice", "abcdef0", (3, 3), date(2026, 12, 1)),
        ("invoice", INVOICE.content_hash[:7], (0, 3), date(2026, 11, 23)),
        ("receipt", RECEIPT.content_hash[:7], (1, 1), date(2026, 11, 23)),
    ]
    assert [(each.name, of(each.accepted)) for each in found.by_type] == [
        ("invoice", (3, 3)),
        ("receipt", (1, 1)),
    ]


def test_recipes_that_differ_in_nothing_but_the_code_are_one_version(store):
    older = a_recipe().model_copy(update={"extractor_version": 1})
    keep(store, routed(PLAIN), name="a", recipe=older)
    keep(store, routed(PLAIN), name="b", now=DECEMBER)
    [version] = metrics_of(store).by_version
    assert of(version.accepted) == (2, 2)
    assert version.first_used == date(2026, 11, 23)


def test_a_source_is_the_folder_where_a_document_was_first_seen(store):
    for name in ("2026/scans/a", "2026/mail/b", "2026/mail/c"):
        keep(store, routed(PLAIN, doubtful=("grand_total",)), name=name)
    keep(store, routed(PLAIN), name="2026/mail/deep/d")
    say(store, 1, new={"grand_total": "1.00"})
    found = metrics_of(store).by_source
    assert [(each.name, each.title, of(each.accepted), of(each.corrected)) for each in found] == [
        ("in/2026/mail/", "mail", (0, 2), (0, 0)),
        ("in/2026/mail/deep/", "mail/deep", (1, 1), (0, 0)),
        ("in/2026/scans/", "scans", (0, 1), (1, 1)),
    ]
    assert words.most(found[2]) == "Grand total (1)"


# What a look costs


def test_the_actions_and_seconds_of_a_document_are_those_of_all_its_saves(store):
    keep(
        store,
        routed(PLAIN, doubtful=("grand_total", "invoice_number")),
        routed(PLAIN, doubtful=("grand_total",)),
    )
    say(store, 1, accept=("grand_total",), seconds=3.0, actions=1)
    say(store, 1, new={"invoice_number": "R-18"}, seconds=4.5, actions=2)
    assert metrics_of(store).effort.documents == 0
    say(store, 2, accept_all=True, seconds=2.0, actions=1)
    effort = metrics_of(store).effort
    assert (effort.documents, effort.seconds.of, effort.actions.of) == (1, 1, 1)
    assert effort.seconds.median is None


def test_the_middle_is_told_of_enough_documents_that_were_counted(store):
    in_review(store, "abcdefghijkl")
    for item_id in range(1, 11):
        say(store, item_id, accept_all=True, seconds=float(item_id), actions=item_id)
    say(store, 11, accept_all=True)  # as in a terminal
    say(store, 12, accept=("grand_total",), seconds=1000.0)
    effort = metrics_of(store).effort
    assert (effort.documents, effort.seconds.of, effort.actions.of) == (12, 11, 10)
    assert (effort.actions.median, effort.actions.p90) == (5.5, 9)
    assert effort.seconds.median == 6.0
    told = words.sentences(metrics_of(store))[2]
    assert told == (
        "5.5 actions and 6 s a document, in the median of 11 that were settled; "
        "9 in 10 took at most 9 actions and 10 s"
    )


def test_what_nine_in_ten_took_is_told_of_ten_at_least():
    assert spread_of([1.0, 2.0, 3.0, 4.0]).median is None
    found = spread_of([5, 1, None, 2, 4, 3])
    assert (found.median, found.p90, found.of) == (3, None, 5)
    assert spread_of(range(1, 21)).p90 == 18


def test_what_was_undone_counts_for_nothing(store):
    in_review(store, "ab")
    say(store, 1, new={"grand_total": "1.00"}, seconds=9.0, actions=9)
    say(store, 2, reject="not ours")
    before = metrics_of(store)
    assert (fields(before), of(before.rejected)) == ({"grand_total": (1, 1)}, (1, 2))
    undo(store, 1, at(1))
    undo(store, 2, at(1))
    found = metrics_of(store)
    assert (found.fields, found.doubts, found.rejections, found.waiting) == ((), (), (), 2)
    assert found.effort.documents == 0
    say(store, 1, 2, accept_all=True, seconds=1.0, actions=1)
    found = metrics_of(store)
    assert (fields(found), right(found)) == ({}, {"unsure": (0, 1)})
    assert (found.effort.documents, found.effort.seconds.of) == (1, 1)


# What looks find


def test_a_field_is_corrected_if_it_is_another_one_now(store):
    in_review(store, "abc", "grand_total", "invoice_number")
    say(store, 1, new={"grand_total": "119.00"}, accept_all=True)  # what it was
    say(store, 2, new={"grand_total": "120.00", "line_items[0].unit": "box"}, accept_all=True)
    say(store, 3, new={"grand_total": "1.00"})  # not settled yet
    found = metrics_of(store)
    assert fields(found) == {"grand_total": (1, 2), "line_items[].unit": (1, 2)}
    assert of(found.corrected) == (1, 2)
    told = [words.field(each, typed=True) for each in found.fields]
    assert told == ["invoice: Grand total", "invoice: Unit (line items)"]
    assert words.sentences(found)[-1] == (
        "corrected most: Grand total, in 1 of 2 reviewed invoice records"
    )


def test_an_item_that_was_removed_is_a_correction_of_its_list(store):
    keep(store, routed(LINES, doubtful=("line_items[1].description",)))
    say(store, 1, removals=("line_items[1]",), accept_all=True)
    found = metrics_of(store)
    assert fields(found) == {"line_items[]": (1, 1)}
    assert words.field(found.fields[0], typed=False) == "Line items: one removed"
    assert right(found) == {"unsure": (1, 1)}


def test_a_doubt_is_right_if_its_field_was_changed(store):
    in_review(store, "abcd", "grand_total", "invoice_number")
    say(store, 1, new={"grand_total": "120.00"}, accept_all=True)
    say(store, 2, new={"grand_total": "119.00"}, accept_all=True)
    say(store, 3, accept_all=True)
    say(store, 3, 1, new={"invoice_number": "R-18"})  # on second thought
    say(store, 3, 2, new={"invoice_number": "R-19"})
    say(store, 4, reject="not ours")
    found = metrics_of(store)
    assert right(found) == {"unsure": (2, 6)}
    assert of(found.doubts[0].needless) == (4, 6)


def test_doubts_about_the_whole_are_right_if_anything_was_changed(store):
    for name in "ab":
        keep(store, routed(PLAIN, doubtful=("grand_total",)), name=name, doubts=(NO_TEXT,))
    say(store, 1, new={"grand_total": "120.00"}, accept_all=True)
    say(store, 2, accept_all=True)
    assert right(metrics_of(store)) == {"document": (1, 2), "unsure": (1, 2)}


def test_the_doubts_of_an_audit_led_to_no_look(store):
    keep(store, routed(PLAIN, doubtful=("grand_total",), audit=True))
    say(store, 1, new={"grand_total": "120.00"}, accept_all=True)
    found = metrics_of(store)
    assert (found.doubts, fields(found)) == ((), {"grand_total": (1, 1)})


def test_reasons_that_differ_in_case_or_blanks_are_one(store):
    in_review(store, "abcd")
    for item_id, reason in enumerate(["A reminder", "a  reminder", "A reminder", "twice"], 1):
        say(store, item_id, reject=reason)
    found = metrics_of(store).rejections
    assert [(each.reason, each.records) for each in found] == [("A reminder", 3), ("twice", 1)]


# Over time


def test_a_short_span_is_shown_by_days_a_longer_one_by_weeks(store):
    in_review(store, "ab")
    keep(store, routed(PLAIN), name="c", now=NOVEMBER + timedelta(days=2))
    say(store, 1, 24 * 60, new={"grand_total": "1.00"}, seconds=5.0, actions=2)
    say(store, 2, 24 * 60, reject="not ours")
    found = metrics_of(store)
    assert found.step == "day"
    assert [
        (each.start.day, of(each.accepted), of(each.corrected), each.rejected)
        for each in found.periods
    ] == [
        (23, (0, 2), (0, 0), 0),
        (24, (0, 0), (1, 1), 1),
        (25, (1, 1), (0, 0), 0),
    ]
    assert [each.effort.documents for each in found.periods] == [0, 2, 0]
    keep(store, routed(PLAIN), name="d", now=NOVEMBER + timedelta(days=23))
    found = metrics_of(store)
    assert found.step == "week"
    assert [(each.start, of(each.accepted)) for each in found.periods] == [
        (date(2026, 11, 23), (1, 3)),
        (date(2026, 12, 14), (1, 1)),
    ]


# Plots


@pytest.fixture
def busy(store):
    """Hold 24 invoices and receipts of two days, half of them settled."""
    for day in range(2):
        now = NOVEMBER + timedelta(days=day)
        for number in range(12):
            name = f"{'scans' if number % 2 else 'mail'}/{day}-{number}"
            doc_type = RECEIPT if number % 3 == 0 else INVOICE
            path = "total" if doc_type is RECEIPT else "grand_total"
            values = {path: PLAIN["grand_total"]}
            doubtful = (path,) if number < 8 else ()
            record = routed(values, doc_type=doc_type, doubtful=doubtful)
            keep(store, record, name=name, doc_type=doc_type, now=now)
            if doubtful:
                item_id = day * 8 + number + 1
                new = {path: "7.00"} if number % 2 else {path: "119.00"}
                say(store, item_id, day * 24 * 60, new=new, seconds=number + 1.0, actions=2)
    return store


def test_each_plot_is_a_file_that_fits_light_and_dark(busy):
    plots = plots_of(metrics_of(busy))
    assert [plot.name for plot in plots] == [
        "accepted",
        "seconds",
        "actions",
        "corrected",
        "fields",
        "doubts",
        "types",
        "sources",
        "versions",
    ]
    assert set(NOTES) == {plot.name for plot in plots}
    for plot in plots:
        svg = picture(plot)
        root = ET.fromstring(svg)
        assert root.tag == f"{SVG}svg"
        assert "light-dark(" in "".join(root.find(f"{SVG}style").itertext())
        assert "2026-" not in svg.replace(plot.told, "")  # no date stamp
        assert picture(plot) == svg


def test_plots_say_the_same_in_words(busy):
    told = {plot.name: plot.told for plot in plots_of(metrics_of(busy))}
    assert told["accepted"] == (
        "records extracted: 2026-11-23: 4 of 12 (33\u00a0%); 2026-11-24: 4 of 12 (33\u00a0%)"
    )
    assert told["seconds"].startswith("2026-11-23: median 4 s, of 8 documents")
    assert told["fields"] == (
        "invoice: Grand total 6 of 10 (60\u00a0%); receipt: Total 2 of 6 (33\u00a0%)"
    )
    assert told["sources"] == "mail 0 of 8 (0\u00a0%); scans 8 of 8 (100\u00a0%)"


def test_too_few_make_no_plot(store):
    in_review(store, "abc")
    for item_id in (1, 2, 3):
        say(store, item_id, new={"grand_total": "1.00"}, seconds=1.0, actions=1)
    assert plots_of(metrics_of(store)) == ()


def test_a_board_counts_and_paints_anew_only_after_a_change(busy):
    board = Board(busy)
    found, plot = board.metrics(), board.picture("fields")
    assert plot is not None
    assert board.metrics() is found
    assert board.picture("fields") is plot
    assert board.picture("../fields") is None
    keep(busy, routed(PLAIN, doubtful=("grand_total",)), name="late")
    assert board.metrics().waiting == found.waiting + 1
    assert board.picture("fields") is plot  # it tells the same
    undo(busy, 2, at(9999))
    assert of(board.metrics().corrected) == (7, 15)
    assert board.picture("fields") != plot


# In Prefect


def test_the_artifact_has_the_figures_and_no_name_can_break_its_tables(busy):
    in_review(busy, "z")
    say(busy, 17, 1, reject="<script>|*no*\n")
    text = markdown(metrics_of(busy))
    assert "- 8 of 25 records (32\u00a0%) accepted without a look" in text
    assert "| invoice: Grand total | 6 of 10 (60\u00a0%) |" in text
    assert "| \\<script>¦\\*no\\* | 1 |" in text
    widths = {line.count("|") for line in text.splitlines() if line.startswith("|")}
    assert widths <= {3, 5, 6}


def test_a_flow_run_gets_the_artifact(busy, prefect_server, tmp_path):
    from prefect import flow  # noqa: PLC0415 - two seconds to import
    from shown_artifacts import newest_artifacts  # noqa: PLC0415

    @flow
    def run(place: Path) -> None:
        with Store.open(place) as store:
            write_metrics(store)

    def artifacts() -> list[str]:
        return [each.data for each in newest_artifacts(KEY)]

    expected = markdown(metrics_of(busy))
    write_metrics(busy)  # outside of a run nothing is written
    assert expected not in artifacts()
    run(tmp_path / "out")
    assert expected in artifacts()
