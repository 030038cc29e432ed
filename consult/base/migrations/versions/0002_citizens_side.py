"""The citizen's side: notes, bulletins, views, attachments, supplements, wishes for mail, releases row by row."""

import sqlalchemy as sa
from alembic import op

import consult.base.db

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "mail",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("reference", sa.Text(), nullable=False, comment="what it is about: the same is never mailed twice"),
        sa.Column("address_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("created_at", consult.base.db.Instant(timezone=True), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("tried_at", consult.base.db.Instant(timezone=True), nullable=True),
        sa.Column("trouble", sa.Text(), nullable=False, comment="why the last try failed"),
        sa.Column("sent_at", consult.base.db.Instant(timezone=True), nullable=True),
        sa.Column("given_up_at", consult.base.db.Instant(timezone=True), nullable=True),
        sa.CheckConstraint("sent_at IS NULL OR address_sealed IS NULL", name=op.f("ck_mail_erased_when_sent")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mail")),
        sa.UniqueConstraint("reference", name=op.f("uq_mail_reference")),
    )
    with op.batch_alter_table("mail", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_mail_purpose"), ["purpose"], unique=False)
        batch_op.create_index(batch_op.f("ix_mail_sent_at"), ["sent_at"], unique=False)

    op.create_table(
        "bulletin",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("consultation_id", sa.Integer(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("at", consult.base.db.Instant(timezone=True), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("withdrawn_at", consult.base.db.Instant(timezone=True), nullable=True),
        sa.Column("withdrawn_by", sa.Text(), nullable=True),
        sa.Column("withdraw_reason", sa.Text(), nullable=False),
        sa.CheckConstraint("title <> '' AND text <> ''", name=op.f("ck_bulletin_says_something")),
        sa.CheckConstraint(
            "withdrawn_at IS NULL OR withdraw_reason <> ''", name=op.f("ck_bulletin_withdrawn_with_reason")
        ),
        sa.ForeignKeyConstraint(["consultation_id"], ["consultation.id"], name=op.f("fk_bulletin_consultation_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bulletin")),
    )
    with op.batch_alter_table("bulletin", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_bulletin_consultation_id"), ["consultation_id"], unique=False)

    op.create_table(
        "clause_note",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("consultation_id", sa.Integer(), nullable=False),
        sa.Column("clause_key", sa.Text(), nullable=False, comment="lineage key; empty: the whole draft"),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False, comment="the question that people ask"),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("at", consult.base.db.Instant(timezone=True), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("withdrawn_at", consult.base.db.Instant(timezone=True), nullable=True),
        sa.Column("withdrawn_by", sa.Text(), nullable=True),
        sa.CheckConstraint("kind <> 'question' OR title <> ''", name=op.f("ck_clause_note_question_asked")),
        sa.CheckConstraint("kind IN ('design_note', 'interpretation', 'question')", name=op.f("ck_clause_note_kind")),
        sa.CheckConstraint("text <> '' OR url <> ''", name=op.f("ck_clause_note_says_something")),
        sa.CheckConstraint(
            "(withdrawn_at IS NULL) = (withdrawn_by IS NULL)", name=op.f("ck_clause_note_withdrawn_whole")
        ),
        sa.ForeignKeyConstraint(["consultation_id"], ["consultation.id"], name=op.f("fk_clause_note_consultation_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_clause_note")),
    )
    with op.batch_alter_table("clause_note", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_clause_note_consultation_id"), ["consultation_id"], unique=False)

    op.create_table(
        "page_view",
        sa.Column("consultation_id", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("views", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["consultation_id"], ["consultation.id"], name=op.f("fk_page_view_consultation_id")),
        sa.PrimaryKeyConstraint("consultation_id", "day", "source", name=op.f("pk_page_view")),
    )
    op.create_table(
        "release_row",
        sa.Column("release_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("clause_key", sa.Text(), nullable=False),
        sa.Column("submitters", sa.Text(), nullable=False),
        sa.Column("citation", sa.Text(), nullable=False),
        sa.Column("opinion", sa.Text(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False, comment="in words, as published"),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("likes", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["release_id"], ["release.id"], name=op.f("fk_release_row_release_id")),
        sa.PrimaryKeyConstraint("release_id", "number", name=op.f("pk_release_row")),
    )
    with op.batch_alter_table("release_row", schema=None) as batch_op:
        batch_op.create_index("ix_release_row_clause", ["release_id", "clause_key", "number"], unique=False)
        batch_op.create_index("ix_release_row_outcome", ["release_id", "outcome", "number"], unique=False)

    op.create_table(
        "attachment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("submission_id", sa.Integer(), nullable=False),
        sa.Column("ordinal", sa.Integer(), nullable=False),
        sa.Column("file_id", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("erased_at", consult.base.db.Instant(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["file_id"], ["stored_file.id"], name=op.f("fk_attachment_file_id")),
        sa.ForeignKeyConstraint(["submission_id"], ["submission.id"], name=op.f("fk_attachment_submission_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attachment")),
        sa.UniqueConstraint("submission_id", "ordinal", name=op.f("uq_attachment_submission_id_ordinal")),
    )
    with op.batch_alter_table("attachment", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_attachment_submission_id"), ["submission_id"], unique=False)

    op.create_table(
        "mail_wish",
        sa.Column("submission_id", sa.Integer(), nullable=False),
        sa.Column("email_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("wanted_at", consult.base.db.Instant(timezone=True), nullable=False),
        sa.Column("mailed_at", consult.base.db.Instant(timezone=True), nullable=True),
        sa.CheckConstraint("email_sealed IS NULL OR mailed_at IS NULL", name=op.f("ck_mail_wish_used_once")),
        sa.ForeignKeyConstraint(["submission_id"], ["submission.id"], name=op.f("fk_mail_wish_submission_id")),
        sa.PrimaryKeyConstraint("submission_id", name=op.f("pk_mail_wish")),
    )
    with op.batch_alter_table("mail_wish", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_mail_wish_mailed_at"), ["mailed_at"], unique=False)

    with op.batch_alter_table("consultation", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column(
                "plain_summary",
                sa.Text(),
                server_default="",
                nullable=False,
                comment="what it is about, for people: on the poster and the first page",
            )
        )
        batch_op.add_column(
            sa.Column(
                "interpretation_url", sa.Text(), server_default="", nullable=False, comment="解读 on another page"
            )
        )

    with op.batch_alter_table("basket", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column(
                "files",
                sa.JSON(),
                server_default="[]",
                nullable=False,
                comment="signed names of uploads that wait for the sending",
            )
        )

    _rows_of_releases()
    with op.batch_alter_table("release", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column(
                "changes",
                sa.JSON(),
                server_default="[]",
                nullable=False,
                comment="clauses that the rulings change: before, after, reason",
            )
        )
        batch_op.drop_column("rows")

    with op.batch_alter_table("submission", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("supplements", sa.Integer(), nullable=True, comment="the earlier sending that this one adds to")
        )
        batch_op.create_index(batch_op.f("ix_submission_supplements"), ["supplements"], unique=False)
        batch_op.create_foreign_key(batch_op.f("fk_submission_supplements"), "submission", ["supplements"], ["id"])


def _rows_of_releases() -> None:
    """Rows that lay in one JSON column each become rows of their own; they knew no clause keys."""
    bind = op.get_bind()
    release = sa.table("release", sa.column("id", sa.Integer), sa.column("rows", sa.JSON))
    columns = ("number", "submitters", "citation", "opinion", "outcome", "reason", "likes")
    row = sa.table("release_row", *(sa.column(name) for name in ("release_id", "clause_key", *columns)))
    for number, rows in bind.execute(sa.select(release.c.id, release.c.rows)).all():
        if rows:
            facts = [{name: one[name] for name in columns} for one in rows]
            bind.execute(row.insert(), [{"release_id": number, "clause_key": "", **one} for one in facts])
