"""Tables that came back filled in: who loaded which file when, and how many rulings came of it."""

import sqlalchemy as sa
from alembic import op

import consult.base.db

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "table_return",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("consultation_id", sa.Integer(), nullable=False),
        sa.Column("file_id", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False, comment="of the file as it was loaded"),
        sa.Column("rows", sa.Integer(), nullable=False, comment="rows in the file"),
        sa.Column("rulings", sa.Integer(), nullable=False, comment="rulings on groups that came of it"),
        sa.Column("additions", sa.Integer(), nullable=False, comment="rulings on additions that came of it"),
        sa.Column("at", consult.base.db.Instant(timezone=True), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("by_name", sa.Text(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False, comment="over what its rulings say"),
        sa.CheckConstraint("rulings + additions > 0", name=op.f("ck_table_return_changes_something")),
        sa.ForeignKeyConstraint(["consultation_id"], ["consultation.id"], name=op.f("fk_table_return_consultation_id")),
        sa.ForeignKeyConstraint(["file_id"], ["stored_file.id"], name=op.f("fk_table_return_file_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_table_return")),
    )
    with op.batch_alter_table("table_return", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_table_return_consultation_id"), ["consultation_id"], unique=False)
