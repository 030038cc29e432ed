"""Restored audit entries are read by action in the order of their chain."""

from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.drop_index(op.f("ix_restored_entry_action"), "restored_entry")
    op.create_index(
        op.f("ix_restored_entry_action_consultation_id_number"), "restored_entry", ["action", "consultation_id", "number"]
    )


def downgrade() -> None:
    op.drop_index(op.f("ix_restored_entry_action_consultation_id_number"), "restored_entry")
    op.create_index(op.f("ix_restored_entry_action"), "restored_entry", ["action"])
