"""Calibrations, labelled gold, audits, and what each document was routed by."""

import secrets

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the tables and columns; what is there gets no score, and was routed by nothing known."""
    op.create_table(
        "calibrations",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("model", sa.Text(), nullable=False),
        sa.Column("asking", sa.Text(), nullable=False),
        sa.Column("calibration_json", sa.Text(), nullable=False),
        sa.Column("current", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(
        "one_current_calibration",
        "calibrations",
        ["model", "asking"],
        unique=True,
        sqlite_where=sa.text("current"),
        postgresql_where=sa.text("current"),
    )
    op.create_table(
        "labelled",
        sa.Column("document_id", sa.Text(), nullable=False),
        sa.Column("recipe_id", sa.Text(), nullable=False),
        sa.Column("type_name", sa.Text(), nullable=False),
        sa.Column("model", sa.Text(), nullable=False),
        sa.Column("asking", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("origin", sa.Text(), nullable=False),
        sa.Column("labelled_json", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("document_id", "recipe_id"),
    )
    op.create_index("labelled_of_model", "labelled", ["model", "asking"], unique=False)
    op.create_table(
        "reaches",
        sa.Column("type_name", sa.Text(), nullable=False),
        sa.Column("reach", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint("type_name"),
    )
    op.create_table(
        "announcements",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("key"),
    )
    for name in ("calibration_id", "routed_by", "routed_json"):
        op.add_column("extractions", sa.Column(name, sa.Text(), nullable=True))
    op.create_index(
        op.f("ix_extractions_calibration_id"), "extractions", ["calibration_id"], unique=False
    )
    # SQLite adds a column that can't be null only with a default.
    op.add_column(
        "records", sa.Column("score", sa.Double(), nullable=False, server_default=sa.text("0"))
    )
    op.add_column(
        "records",
        sa.Column("held_back", sa.Boolean(), nullable=False, server_default=sa.false()),
    )
    op.add_column(
        "items", sa.Column("audit", sa.Boolean(), nullable=False, server_default=sa.false())
    )
    op.add_column(
        "about", sa.Column("audit_key", sa.Text(), nullable=False, server_default=sa.text("''"))
    )
    op.execute(sa.text("UPDATE about SET audit_key = :key").bindparams(key=secrets.token_hex(32)))
