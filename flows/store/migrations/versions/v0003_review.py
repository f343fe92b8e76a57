"""Claims, saves that can be undone, and what the review queue is ordered and filtered by."""

import hashlib
import json
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the tables and columns; items that are there get their place in the queue."""
    op.create_table(
        "claims",
        sa.Column("item_id", sa.Integer(), nullable=False),
        sa.Column("holder", sa.Text(), nullable=False),
        sa.Column("who", sa.Text(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["item_id"], ["items.id"]),
        sa.PrimaryKeyConstraint("item_id"),
    )
    op.create_index(op.f("ix_claims_until"), "claims", ["until"], unique=False)
    op.create_table(
        "saves",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("item_id", sa.Integer(), nullable=False),
        sa.Column("who", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seconds", sa.Double(), nullable=True),
        sa.Column("actions", sa.Integer(), nullable=True),
        sa.Column("became", sa.Text(), nullable=False),
        sa.Column("was", sa.Text(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("before_json", sa.Text(), nullable=False),
        sa.Column("undone", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["item_id"], ["items.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(op.f("ix_saves_item_id"), "saves", ["item_id"], unique=False)
    op.create_index(op.f("ix_saves_at"), "saves", ["at"], unique=False)
    # SQLite adds a column that can't be null only with a default.
    op.add_column("inputs", _column("place", sa.Text(), "''"))
    op.add_column("items", _column("revision", sa.Integer(), "0"))
    op.add_column("items", _column("draw", sa.Text(), "''"))
    op.add_column("items", _column("teaches", sa.Double(), "0"))
    op.add_column("items", _column("codes", sa.Text(), "''"))
    with op.batch_alter_table("decisions") as decisions:
        decisions.add_column(sa.Column("save_id", sa.Integer(), nullable=True))
        decisions.add_column(_column("undone", sa.Boolean(), "false"))
        decisions.create_foreign_key("save_of_decision", "saves", ["save_id"], ["id"])
        decisions.create_index(op.f("ix_decisions_save_id"), ["save_id"], unique=False)
    # A value that a person gave doesn't stand where the model's stood.
    op.execute(
        sa.text(
            "UPDATE fields SET quote = NULL, page = NULL, boxes_json = '[]', places = 0 "
            "WHERE settled = 'correct'"
        )
    )
    _place_items()


def _column(name: str, kind: sa.types.TypeEngine[Any], default: str) -> sa.Column[Any]:
    return sa.Column(name, kind, nullable=False, server_default=sa.text(default))


def _place_items() -> None:
    """Give each item its place in the queue and the codes of its open doubts."""
    connection = op.get_bind()
    items = connection.execute(
        sa.text(
            "SELECT items.id AS id, items.record_id AS record_id, records.number AS number, "
            "extractions.document_id AS document_id, "
            "extractions.extraction_json AS extraction_json FROM items "
            "JOIN records ON records.id = items.record_id "
            "JOIN extractions ON extractions.id = records.extraction_id"
        )
    ).all()
    fields = sa.text(
        "SELECT confidence, doubts_json FROM fields "
        "WHERE record_id = :record AND doubtful AND settled IS NULL"
    )
    update = sa.text(
        "UPDATE items SET draw = :draw, teaches = :teaches, codes = :codes WHERE id = :id"
    )
    for item in items:
        rows = connection.execute(fields, {"record": item.record_id}).all()
        spread = sum(row.confidence * (1 - row.confidence) for row in rows) / max(len(rows), 1)
        codes = {doubt["code"] for row in rows for doubt in json.loads(row.doubts_json)}
        found = json.loads(item.extraction_json or "{}")
        codes |= {doubt["code"] for doubt in found.get("doubts", ())}
        draw = hashlib.sha256(f"{item.document_id}/{item.number}".encode()).hexdigest()
        place = {
            "id": item.id,
            "draw": draw,
            "teaches": round(spread, 9),
            "codes": f" {' '.join(sorted(codes))} ",
        }
        connection.execute(update, place)
