"""The question after a result: how satisfied people are. Consultations that only ask a question need no new table."""

import sqlalchemy as sa
from alembic import op

import consult.base.db

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "satisfaction",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("consultation_id", sa.Integer(), nullable=False),
        sa.Column("score", sa.Integer(), nullable=False),
        sa.Column("remark", sa.Text(), nullable=False, comment="for the office only"),
        sa.Column("answered_at", consult.base.db.Instant(timezone=True), nullable=False),
        sa.Column(
            "voter",
            sa.Text(),
            nullable=False,
            comment="keyed hash of the address, salted with the day: one answer a day",
        ),
        sa.CheckConstraint("score BETWEEN 1 AND 5", name=op.f("ck_satisfaction_score")),
        sa.CheckConstraint("length(remark) <= 200", name=op.f("ck_satisfaction_remark")),
        sa.ForeignKeyConstraint(["consultation_id"], ["consultation.id"], name=op.f("fk_satisfaction_consultation_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_satisfaction")),
        sa.UniqueConstraint("consultation_id", "voter", name=op.f("uq_satisfaction_consultation_id_voter")),
    )
    with op.batch_alter_table("satisfaction", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_satisfaction_consultation_id"), ["consultation_id"], unique=False)
