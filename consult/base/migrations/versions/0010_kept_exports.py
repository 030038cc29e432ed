"""Files with tables that jobs make and that are kept for some days."""

import sqlalchemy as sa
from alembic import op

import consult.base.db

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    instant = consult.base.db.Instant(timezone=True)
    op.create_table(
        "export_file",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("consultation_id", sa.Integer(), nullable=False),
        sa.Column("table_name", sa.Text(), nullable=False),
        sa.Column("format", sa.Text(), nullable=False),
        sa.Column("filter", sa.Text(), nullable=False, comment="arguments of the queue's address, empty for the whole"),
        sa.Column("filter_words", sa.Text(), nullable=False, comment="what stands over the table"),
        sa.Column("stamp", sa.BigInteger(), nullable=False, comment="last entry of the audit chain that changes a table"),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False, comment="rows"),
        sa.Column("total", sa.Integer(), nullable=False, comment="rows, as far as known"),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False, comment="bytes"),
        sa.Column("name", sa.Text(), nullable=False, comment="what people are offered it as"),
        sa.Column("place", sa.Text(), nullable=False, comment="under the instance folder"),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("asked_at", instant, nullable=False),
        sa.Column("asked_by", sa.Text(), nullable=False),
        sa.Column("asked_name", sa.Text(), nullable=False),
        sa.Column("made_at", instant, nullable=True, comment="the instant that the table shows"),
        sa.Column("expires_at", instant, nullable=True),
        sa.CheckConstraint(
            "state IN ('waiting', 'running', 'done', 'failed', 'gone')", name=op.f("ck_export_file_state")
        ),
        sa.CheckConstraint("(place <> '') = (state = 'done')", name=op.f("ck_export_file_bytes_where_done")),
        sa.CheckConstraint(
            "state <> 'done' OR (length(sha256) = 64 AND made_at IS NOT NULL AND expires_at IS NOT NULL)",
            name=op.f("ck_export_file_done_whole"),
        ),
        sa.CheckConstraint("state <> 'failed' OR message <> ''", name=op.f("ck_export_file_failed_why")),
        sa.ForeignKeyConstraint(["consultation_id"], ["consultation.id"], name=op.f("fk_export_file_consultation_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_export_file")),
    )
    with op.batch_alter_table("export_file", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_export_file_consultation_id"), ["consultation_id"], unique=False)
        batch_op.create_index("ix_export_file_expiry", ["state", "expires_at"], unique=False)


def downgrade() -> None:
    op.drop_table("export_file")
