"""Projects brought back from an archive keep the audit entries of the chain that they came from."""

import sqlalchemy as sa
from alembic import op

import consult.base.db

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "restored_entry",
        sa.Column("consultation_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False, comment="its number in the chain it came from"),
        sa.Column("at", consult.base.db.Instant(timezone=True), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("facts", sa.Text(), nullable=False, comment="canonical JSON"),
        sa.ForeignKeyConstraint(["consultation_id"], ["consultation.id"], name=op.f("fk_restored_entry_consultation_id")),
        sa.PrimaryKeyConstraint("consultation_id", "number", name=op.f("pk_restored_entry")),
    )
    op.create_index(op.f("ix_restored_entry_action"), "restored_entry", ["action"])
    op.create_index(op.f("ix_restored_entry_subject"), "restored_entry", ["subject"])


def downgrade() -> None:
    op.drop_table("restored_entry")
