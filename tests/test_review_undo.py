"""Decisions are whole: taken at once, refused when stale, and taken back."""

from __future__ import annotations

from decimal import Decimal

import pytest
from builders import NOVEMBER, PLAIN, keep, routed
from sqlalchemy import select

from flows.publish.publish import publish
from flows.review.decide import decisions_on, settle, show_item, undo
from flows.review.queue import claim_on
from flows.store.decisions import Word
from flows.store.store import Store
from flows.store.tables import FieldRow, SaveRow
from schemas.errors import DecisionError, ImpossibleError, StaleError
from schemas.extraction import Outcome
from schemas.review import Action, Correction, Settlement

ANNA = Word(who="anna", now=NOVEMBER)
LINES = {
    "invoice_number": "R-17",
    "grand_total": Decimal("119.00"),
    "line_items[0].description": "Paper",
    "line_items[1].description": "Subtotal",
    "line_items[2].description": "Pens",
}
WHOLE = Settlement(
    values=(
        Correction(path="invoice_number", text="R-18"),
        Correction(path="line_items[3].description", text="Ink"),
    ),
    removals=("line_items[1]",),
    accept=("grand_total",),
    seconds=12.5,
    actions=4,
)


@pytest.fixture
def store(tmp_path):
    with Store.open(tmp_path / "out") as opened:
        keep(opened, routed(LINES, doubtful=("grand_total", "line_items[1].description")))
        yield opened


def rows(store) -> list[tuple]:
    """Return all that is said of the record's fields."""
    names = [column.name for column in FieldRow.__table__.columns]
    with store.reading() as session:
        found = session.scalars(select(FieldRow).order_by(FieldRow.position)).all()
        return [tuple(getattr(row, name) for name in names) for row in found]


def descriptions(store) -> list[str]:
    fields = sorted(show_item(store, 1).fields, key=lambda field: field.path)
    return [field.value for field in fields if field.path.endswith("description")]


def test_all_that_is_said_holds_at_once(store):
    item = settle(store, 1, WHOLE, ANNA)
    assert item.outcome is Outcome.REVIEWED
    assert descriptions(store) == ["Paper", "Pens", "Ink"]
    assert item.revision == 1
    with store.reading() as session:
        [save] = session.scalars(select(SaveRow)).all()
        assert (save.who, save.seconds, save.actions, save.was, save.became) == (
            "anna", 12.5, 4, "in_review", "reviewed",
        )  # fmt: skip


def test_or_nothing_of_it(store):
    before = rows(store)
    impossible = WHOLE.model_copy(
        update={"values": (*WHOLE.values, Correction(path="issue_date", text="31.02.2026"))}
    )
    with pytest.raises(ImpossibleError) as refused:
        settle(store, 1, impossible, ANNA)
    assert set(refused.value.problems) == {"issue_date"}
    with pytest.raises(DecisionError, match="no list item 'line_items\\[9\\]'"):
        settle(store, 1, WHOLE.model_copy(update={"removals": ("line_items[9]",)}), ANNA)
    assert rows(store) == before
    assert decisions_on(store, 1) == ()
    assert show_item(store, 1).revision == 0


SAID = {
    "whole": WHOLE,
    "accept all": Settlement(accept_all=True),
    "reject": Settlement(reject="a copy"),
    "one field": Settlement(accept=("grand_total",)),
}


@pytest.mark.parametrize("said", SAID.values(), ids=SAID)
def test_what_was_said_is_taken_back_to_the_last_detail(store, said):
    before, item = rows(store), show_item(store, 1)
    settle(store, 1, said, ANNA)
    assert show_item(store, 1).model_copy(update={"revision": 0}) != item
    undone = undo(store, 1, ANNA, holder="h")
    assert rows(store) == before
    assert undone == item.model_copy(update={"revision": 2})
    assert claim_on(store, 1, now=NOVEMBER).who == "anna"
    said_so = decisions_on(store, 1)
    assert said_so[-1].action is Action.UNDO
    assert all(each.undone for each in said_so)
    assert store.settled_records("local/small", "fields") == ()
    assert store.status().open_items == 1


def test_one_after_the_other_is_taken_back(store):
    before = rows(store)
    settle(store, 1, Settlement(accept=("grand_total",)), ANNA)
    settle(store, 1, Settlement(values=(Correction(path="invoice_number", text="R-19"),)), ANNA)
    settle(store, 1, Settlement(accept_all=True), ANNA)
    for _ in range(3):
        undo(store, 1, ANNA)
    assert rows(store) == before
    with pytest.raises(DecisionError, match="nothing to take back"):
        undo(store, 1, ANNA)


def test_the_published_record_goes_with_it(store, tmp_path):
    out = tmp_path / "out"
    settle(store, 1, WHOLE, ANNA)
    publish(store, out)
    assert list((out / "records").rglob("*.parquet"))
    undo(store, 1, ANNA)
    publish(store, out)
    assert not list((out / "records").rglob("*.parquet"))


def test_a_stale_form_is_refused_with_who_changed_it(store):
    seen = show_item(store, 1).revision
    settle(store, 1, Settlement(accept=("grand_total",)), Word(who="bert", now=NOVEMBER))
    for action in (
        lambda: settle(store, 1, WHOLE.model_copy(update={"revision": seen}), ANNA),
        lambda: undo(store, 1, ANNA, revision=seen),
    ):
        with pytest.raises(StaleError, match="bert decided on it"):
            action()
    assert len(decisions_on(store, 1)) == 1


def test_what_changed_otherwise_cant_be_taken_back(store):
    settle(store, 1, Settlement(accept=("grand_total",)), ANNA)
    with store.writing() as session:  # as when a document is routed anew
        session.connection().exec_driver_sql("UPDATE items SET revision = revision + 1")
    with pytest.raises(StaleError, match="it has changed since"):
        undo(store, 1, ANNA)


def test_nothing_is_right_that_isnt_there(store):
    keep(store, routed(PLAIN, doubtful=("issue_date",)), name="b")
    with pytest.raises(ImpossibleError, match="issue_date: it has no value"):
        settle(store, 2, Settlement(accept_all=True), ANNA)
    settled = settle(store, 2, Settlement(accept=("issue_date",), accept_all=True), ANNA)
    assert settled.outcome is Outcome.REVIEWED
