"""The type of each record, its recipe and what it was routed by: a file may hold several types."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

MOVED = ("calibration_id", "routed_by", "routed_json")
"""What was said of an extraction and is said of each of its records."""


def upgrade() -> None:
    """Add the columns; records that are there are of their extraction's type."""
    # SQLite adds a column that can't be null only with a default, and none that refers to a table.
    for name in ("type_name", "recipe_id"):
        text = sa.Column(name, sa.Text(), nullable=False, server_default=sa.text("''"))
        op.add_column("records", text)
    for name in MOVED:
        op.add_column("records", sa.Column(name, sa.Text(), nullable=True))
    names = ("type_name", "recipe_id", *MOVED)
    told = ", ".join(f"extractions.{name}" for name in names)
    op.execute(
        sa.text(
            f"UPDATE records SET ({', '.join(names)}) = (SELECT {told} FROM extractions "  # noqa: S608
            "WHERE extractions.id = records.extraction_id)"
        )
    )
    op.create_index(op.f("ix_records_calibration_id"), "records", ["calibration_id"], unique=False)
    op.add_column("extractions", sa.Column("other_recipes_json", sa.Text(), nullable=True))
    op.drop_index(op.f("ix_extractions_calibration_id"), table_name="extractions")
    for name in MOVED:
        op.drop_column("extractions", name)
