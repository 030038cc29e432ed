"""Revised and final texts: what a version is for, reasons of changes, further periods, opinions pointed at another clause."""

import sqlalchemy as sa
from alembic import op

import consult.base.db

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    instant = consult.base.db.Instant(timezone=True)
    op.add_column("version", sa.Column("purpose", sa.Text(), server_default="correction", nullable=False, comment="one of PURPOSES"))
    op.add_column("clause_link", sa.Column("reason", sa.Text(), server_default="", nullable=False, comment="修改理由, public"))
    op.create_table(
        "consultation_round",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("consultation_id", sa.Integer(), nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("before_opens_at", instant, nullable=False),
        sa.Column("before_closes_at", instant, nullable=False),
        sa.Column("before_reason", sa.Text(), nullable=False, comment="why the period before was short"),
        sa.Column("opens_at", instant, nullable=False),
        sa.Column("closes_at", instant, nullable=False, comment="exclusive, as it was first named"),
        sa.Column("shorten_reason", sa.Text(), nullable=False),
        sa.Column("at", instant, nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.CheckConstraint("closes_at > opens_at", name=op.f("ck_consultation_round_closes_after_opening")),
        sa.CheckConstraint("opens_at >= before_closes_at", name=op.f("ck_consultation_round_after_the_last")),
        sa.ForeignKeyConstraint(["consultation_id"], ["consultation.id"], name=op.f("fk_consultation_round_consultation_id")),
        sa.ForeignKeyConstraint(["version_id"], ["version.id"], name=op.f("fk_consultation_round_version_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consultation_round")),
        sa.UniqueConstraint("version_id", name=op.f("uq_consultation_round_version_id")),
    )
    op.create_table(
        "readdressing",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("consultation_id", sa.Integer(), nullable=False),
        sa.Column("group_id", sa.Integer(), nullable=False),
        sa.Column("clause_id", sa.Integer(), nullable=False, comment="of a later version"),
        sa.Column("at", instant, nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("by_name", sa.Text(), nullable=False),
        sa.Column("undone_at", instant, nullable=True),
        sa.Column("undone_by", sa.Text(), nullable=False),
        sa.CheckConstraint("(undone_at IS NULL) = (undone_by = '')", name=op.f("ck_readdressing_undone_whole")),
        sa.ForeignKeyConstraint(["consultation_id"], ["consultation.id"], name=op.f("fk_readdressing_consultation_id")),
        sa.ForeignKeyConstraint(["group_id"], ["opinion_group.id"], name=op.f("fk_readdressing_group_id")),
        sa.ForeignKeyConstraint(["clause_id"], ["clause.id"], name=op.f("fk_readdressing_clause_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_readdressing")),
    )
    for table, column in (("consultation_round", "consultation_id"), ("readdressing", "consultation_id"), ("readdressing", "group_id")):
        with op.batch_alter_table(table, schema=None) as batch_op:
            batch_op.create_index(batch_op.f(f"ix_{table}_{column}"), [column], unique=False)
