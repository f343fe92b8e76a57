"""Which pages of its file a record is of, and how a file's pages and rows are accounted for."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the columns."""
    op.add_column("records", sa.Column("first_page", sa.Integer(), nullable=True))
    op.add_column("records", sa.Column("last_page", sa.Integer(), nullable=True))
    op.add_column("extractions", sa.Column("account_json", sa.Text(), nullable=True))
