"""Before anything is public: what a person covers or keeps in a text, internal notes, the library of reasons."""

import sqlalchemy as sa
from alembic import op

import consult.base.db

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "mask",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("comment_id", sa.Integer(), nullable=False),
        sa.Column("field", sa.Text(), nullable=False),
        sa.Column("start", sa.Integer(), nullable=False, comment="code points, as the text was received"),
        sa.Column("end", sa.Integer(), nullable=False, comment="behind the last one"),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("choice", sa.Text(), nullable=False),
        sa.Column("at", consult.base.db.Instant(timezone=True), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.CheckConstraint("field IN ('text', 'proposed_text', 'reason')", name=op.f("ck_mask_field")),
        sa.CheckConstraint("choice IN ('mask', 'keep')", name=op.f("ck_mask_choice")),
        sa.CheckConstraint('start >= 0 AND "end" > start', name=op.f("ck_mask_span")),
        sa.ForeignKeyConstraint(["comment_id"], ["comment.id"], name=op.f("fk_mask_comment_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mask")),
        sa.UniqueConstraint("comment_id", "field", "start", "end", name=op.f("uq_mask_comment_id_field_start_end")),
    )
    op.create_table(
        "internal_note",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("comment_id", sa.Integer(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("at", consult.base.db.Instant(timezone=True), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("by_name", sa.Text(), nullable=False),
        sa.Column("withdrawn_at", consult.base.db.Instant(timezone=True), nullable=True),
        sa.CheckConstraint("body <> ''", name=op.f("ck_internal_note_says_something")),
        sa.ForeignKeyConstraint(["comment_id"], ["comment.id"], name=op.f("fk_internal_note_comment_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_internal_note")),
    )
    with op.batch_alter_table("internal_note", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_internal_note_comment_id"), ["comment_id"], unique=False)
    op.create_table(
        "reason",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False, comment="one of the eight results, empty for any"),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("changed_at", consult.base.db.Instant(timezone=True), nullable=False),
        sa.Column("changed_by", sa.Text(), nullable=False),
        sa.CheckConstraint("title <> '' AND body <> ''", name=op.f("ck_reason_says_something")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reason")),
    )
