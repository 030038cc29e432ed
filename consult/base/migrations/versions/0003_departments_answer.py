"""Departments answer: the directory, links and guests, colleagues' points, reminders, disputes, hearings."""

import sqlalchemy as sa
from alembic import op

import consult.base.db

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "letter_template",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("changed_at", consult.base.db.Instant(timezone=True), nullable=False),
        sa.Column("changed_by", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_letter_template")),
        sa.UniqueConstraint("name", name=op.f("uq_letter_template_name")),
    )
    op.create_table(
        "hearing",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("consultation_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("held_at", consult.base.db.Instant(timezone=True), nullable=False),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("topics", sa.Text(), nullable=False, comment="听证事项"),
        sa.Column("how_to_join", sa.Text(), nullable=False, comment="who may come, how and until when to register"),
        sa.Column("papers_on", sa.Date(), nullable=True, comment="when the papers went to those who come"),
        sa.Column("noticed_at", consult.base.db.Instant(timezone=True), nullable=False),
        sa.Column("noticed_by", sa.Text(), nullable=False),
        sa.Column("minutes", sa.Text(), nullable=False, comment="笔录摘要, public"),
        sa.Column("minutes_at", consult.base.db.Instant(timezone=True), nullable=True),
        sa.Column("minutes_file_id", sa.Integer(), nullable=True),
        sa.Column("withdrawn_at", consult.base.db.Instant(timezone=True), nullable=True),
        sa.Column("withdrawn_by", sa.Text(), nullable=True),
        sa.Column("withdraw_reason", sa.Text(), nullable=False),
        sa.CheckConstraint("kind IN ('hearing', 'expert_meeting', 'discussion')", name=op.f("ck_hearing_kind")),
        sa.CheckConstraint(
            "withdrawn_at IS NULL OR withdraw_reason <> ''", name=op.f("ck_hearing_withdrawn_with_reason")
        ),
        sa.ForeignKeyConstraint(["consultation_id"], ["consultation.id"], name=op.f("fk_hearing_consultation_id")),
        sa.ForeignKeyConstraint(["minutes_file_id"], ["stored_file.id"], name=op.f("fk_hearing_minutes_file_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hearing")),
    )
    with op.batch_alter_table("hearing", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_hearing_consultation_id"), ["consultation_id"], unique=False)

    op.create_table(
        "unit_name",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("until", consult.base.db.Instant(timezone=True), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_unit_name_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_unit_name")),
    )
    with op.batch_alter_table("unit_name", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_unit_name_name"), ["name"], unique=False)
        batch_op.create_index(batch_op.f("ix_unit_name_unit_id"), ["unit_id"], unique=False)

    op.create_table(
        "access_link",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("solicitation_id", sa.Integer(), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("token_hash", sa.Text(), nullable=False),
        sa.Column("made_at", consult.base.db.Instant(timezone=True), nullable=False),
        sa.Column("made_by", sa.Text(), nullable=False),
        sa.Column("expires_at", consult.base.db.Instant(timezone=True), nullable=False),
        sa.Column("used_at", consult.base.db.Instant(timezone=True), nullable=True),
        sa.Column("revoked_at", consult.base.db.Instant(timezone=True), nullable=True),
        sa.CheckConstraint("purpose IN ('unit', 'colleague', 'sign')", name=op.f("ck_access_link_purpose")),
        sa.CheckConstraint("expires_at > made_at", name=op.f("ck_access_link_expires_later")),
        sa.ForeignKeyConstraint(["solicitation_id"], ["solicitation.id"], name=op.f("fk_access_link_solicitation_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_access_link")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_access_link_token_hash")),
    )
    with op.batch_alter_table("access_link", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_access_link_solicitation_id"), ["solicitation_id"], unique=False)

    op.create_table(
        "reminder",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("solicitation_id", sa.Integer(), nullable=False),
        sa.Column("occasion", sa.Text(), nullable=False, comment="before:3:2026-03-20 (due day), overdue:2026-03-24 …"),
        sa.Column("at", consult.base.db.Instant(timezone=True), nullable=False),
        sa.Column(
            "mail_reference", sa.Text(), nullable=False, comment="the mail in the outbox; empty without an address"
        ),
        sa.ForeignKeyConstraint(["solicitation_id"], ["solicitation.id"], name=op.f("fk_reminder_solicitation_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reminder")),
        sa.UniqueConstraint("solicitation_id", "occasion", name=op.f("uq_reminder_solicitation_id_occasion")),
    )
    with op.batch_alter_table("reminder", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_reminder_solicitation_id"), ["solicitation_id"], unique=False)

    op.create_table(
        "urging",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("solicitation_id", sa.Integer(), nullable=False),
        sa.Column("at", consult.base.db.Instant(timezone=True), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("by_name", sa.Text(), nullable=False),
        sa.Column("way", sa.Text(), nullable=False, comment="电话, 当面, 函 …"),
        sa.Column("person", sa.Text(), nullable=False, comment="who was spoken to"),
        sa.Column("note", sa.Text(), nullable=False),
        sa.CheckConstraint("note <> ''", name=op.f("ck_urging_says_something")),
        sa.ForeignKeyConstraint(["solicitation_id"], ["solicitation.id"], name=op.f("fk_urging_solicitation_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_urging")),
    )
    with op.batch_alter_table("urging", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_urging_solicitation_id"), ["solicitation_id"], unique=False)

    op.create_table(
        "dispute",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("consultation_id", sa.Integer(), nullable=False),
        sa.Column("comment_id", sa.Integer(), nullable=False),
        sa.Column("point", sa.Text(), nullable=False, comment="争议事项"),
        sa.Column("unit_view", sa.Text(), nullable=False, comment="有关单位意见"),
        sa.Column("office_view", sa.Text(), nullable=False, comment="本单位意见及依据"),
        sa.Column("opened_at", consult.base.db.Instant(timezone=True), nullable=False),
        sa.Column("opened_by", sa.Text(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False, comment="agreed, upheld, yielded or reported"),
        sa.Column("result", sa.Text(), nullable=False, comment="处理结果"),
        sa.Column("earlier", sa.Text(), nullable=False, comment="results that were confirmed before this one"),
        sa.Column("settled_at", consult.base.db.Instant(timezone=True), nullable=True),
        sa.Column("settled_by", sa.Text(), nullable=False),
        sa.Column("confirmed_at", consult.base.db.Instant(timezone=True), nullable=True),
        sa.Column("confirmed_by", sa.Text(), nullable=False),
        sa.CheckConstraint("(settled_at IS NULL) = (result = '')", name=op.f("ck_dispute_settled_with_result")),
        sa.CheckConstraint("point <> ''", name=op.f("ck_dispute_point")),
        sa.CheckConstraint(
            "confirmed_at IS NULL OR (settled_at IS NOT NULL AND confirmed_by <> settled_by)",
            name=op.f("ck_dispute_two_persons"),
        ),
        sa.ForeignKeyConstraint(["comment_id"], ["comment.id"], name=op.f("fk_dispute_comment_id")),
        sa.ForeignKeyConstraint(["consultation_id"], ["consultation.id"], name=op.f("fk_dispute_consultation_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dispute")),
        sa.UniqueConstraint("comment_id", name=op.f("uq_dispute_comment_id")),
    )
    with op.batch_alter_table("dispute", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_dispute_consultation_id"), ["consultation_id"], unique=False)

    op.create_table(
        "guest",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("link_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("section", sa.Text(), nullable=False, comment="科室"),
        sa.Column("session_hash", sa.Text(), nullable=False),
        sa.Column("begun_at", consult.base.db.Instant(timezone=True), nullable=False),
        sa.Column("ended_at", consult.base.db.Instant(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["link_id"], ["access_link.id"], name=op.f("fk_guest_link_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_guest")),
        sa.UniqueConstraint("session_hash", name=op.f("uq_guest_session_hash")),
    )
    with op.batch_alter_table("guest", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_guest_link_id"), ["link_id"], unique=False)

    op.create_table(
        "mediation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("dispute_id", sa.Integer(), nullable=False),
        sa.Column("held_on", sa.Date(), nullable=False),
        sa.Column("units", sa.Text(), nullable=False, comment="who took part"),
        sa.Column("record", sa.Text(), nullable=False),
        sa.Column("file_id", sa.Integer(), nullable=True),
        sa.Column("at", consult.base.db.Instant(timezone=True), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.CheckConstraint("record <> ''", name=op.f("ck_mediation_says_something")),
        sa.ForeignKeyConstraint(["dispute_id"], ["dispute.id"], name=op.f("fk_mediation_dispute_id")),
        sa.ForeignKeyConstraint(["file_id"], ["stored_file.id"], name=op.f("fk_mediation_file_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mediation")),
    )
    with op.batch_alter_table("mediation", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_mediation_dispute_id"), ["dispute_id"], unique=False)

    op.create_table(
        "proposal",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("solicitation_id", sa.Integer(), nullable=False),
        sa.Column("guest_id", sa.Integer(), nullable=True),
        sa.Column("by", sa.Text(), nullable=False, comment="actor reference"),
        sa.Column("by_name", sa.Text(), nullable=False),
        sa.Column("section", sa.Text(), nullable=False),
        sa.Column("clause_key", sa.Text(), nullable=False),
        sa.Column("stance", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("proposed_text", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("edition", sa.Integer(), nullable=False, comment="counts savings; an older one does not overwrite"),
        sa.Column("at", consult.base.db.Instant(timezone=True), nullable=False),
        sa.Column("changed_at", consult.base.db.Instant(timezone=True), nullable=False),
        sa.Column("withdrawn_at", consult.base.db.Instant(timezone=True), nullable=True),
        sa.Column("taken_at", consult.base.db.Instant(timezone=True), nullable=True),
        sa.Column("taken_by", sa.Text(), nullable=False),
        sa.Column("left_out_at", consult.base.db.Instant(timezone=True), nullable=True),
        sa.Column("left_out_by", sa.Text(), nullable=False),
        sa.Column("left_out_note", sa.Text(), nullable=False),
        sa.CheckConstraint("left_out_at IS NULL OR left_out_note <> ''", name=op.f("ck_proposal_left_out_with_note")),
        sa.CheckConstraint("taken_at IS NULL OR left_out_at IS NULL", name=op.f("ck_proposal_taken_or_left_out")),
        sa.ForeignKeyConstraint(["guest_id"], ["guest.id"], name=op.f("fk_proposal_guest_id")),
        sa.ForeignKeyConstraint(["solicitation_id"], ["solicitation.id"], name=op.f("fk_proposal_solicitation_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_proposal")),
    )
    with op.batch_alter_table("proposal", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_proposal_guest_id"), ["guest_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_proposal_solicitation_id"), ["solicitation_id"], unique=False)

    with op.batch_alter_table("formal_opinion", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column(
                "signed_at", consult.base.db.Instant(timezone=True), nullable=True, comment="签发 inside the system"
            )
        )
        batch_op.add_column(sa.Column("signed_by", sa.Text(), server_default="", nullable=False))
        batch_op.add_column(
            sa.Column(
                "sign_note", sa.Text(), server_default="", nullable=False, comment="退回修改: the signatory's words"
            )
        )
        batch_op.add_column(sa.Column("sign_note_by", sa.Text(), server_default="", nullable=False))
        batch_op.drop_constraint(batch_op.f("ck_formal_opinion_answer"), type_="check")
        batch_op.create_check_constraint(
            batch_op.f("ck_formal_opinion_answer"), "answer IN ('', 'no_objection', 'has_opinion', 'recused')"
        )
        batch_op.add_column(
            sa.Column(
                "recusal", sa.Text(), server_default="", nullable=False, comment="回避 of a person: none or declared"
            )
        )
        batch_op.add_column(sa.Column("recusal_text", sa.Text(), server_default="", nullable=False))
        batch_op.add_column(
            sa.Column("source", sa.Text(), server_default="online", nullable=False, comment="online, form or paper")
        )
        batch_op.add_column(sa.Column("form_file_id", sa.Integer(), nullable=True, comment="the filled-in form"))
        batch_op.add_column(
            sa.Column(
                "entered_by",
                sa.Text(),
                server_default="",
                nullable=False,
                comment="the clerk who entered a paper reply",
            )
        )
        batch_op.add_column(
            sa.Column("received_on", sa.Date(), nullable=True, comment="the day a paper reply came in")
        )
        batch_op.add_column(
            sa.Column(
                "received_note",
                sa.Text(),
                server_default="",
                nullable=False,
                comment="why that day is before the letter",
            )
        )
        batch_op.create_foreign_key(
            batch_op.f("fk_formal_opinion_form_file_id"), "stored_file", ["form_file_id"], ["id"]
        )

    with op.batch_alter_table("solicitation", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column(
                "corrections",
                sa.JSON(),
                server_default="[]",
                nullable=False,
                comment="every change of its words: before, after, reason, at, by",
            )
        )

    with op.batch_alter_table("unit", schema=None) as batch_op:
        batch_op.add_column(sa.Column("kind", sa.Text(), server_default="department", nullable=False))
        batch_op.add_column(sa.Column("office_section", sa.Text(), server_default="", nullable=False, comment="科室"))
        batch_op.add_column(sa.Column("leader", sa.Text(), server_default="", nullable=False, comment="分管领导"))
        batch_op.add_column(sa.Column("handler", sa.Text(), server_default="", nullable=False, comment="经办人"))
        batch_op.add_column(sa.Column("phone", sa.Text(), server_default="", nullable=False))
        batch_op.add_column(
            sa.Column("email", sa.Text(), server_default="", nullable=False, comment="where letters are mailed")
        )
        batch_op.add_column(sa.Column("address", sa.Text(), server_default="", nullable=False))
        batch_op.add_column(
            sa.Column("field", sa.Text(), server_default="", nullable=False, comment="专业领域 of an expert")
        )
        batch_op.add_column(
            sa.Column("affiliation", sa.Text(), server_default="", nullable=False, comment="所在单位 of a person")
        )
        batch_op.add_column(
            sa.Column(
                "confirmed_at",
                consult.base.db.Instant(timezone=True),
                nullable=True,
                comment="yearly confirmation of these facts",
            )
        )
        batch_op.add_column(sa.Column("confirmed_by", sa.Text(), server_default="", nullable=False))
        batch_op.add_column(sa.Column("successor_id", sa.Integer(), nullable=True, comment="merged into this unit"))
        batch_op.create_foreign_key(batch_op.f("fk_unit_successor_id"), "unit", ["successor_id"], ["id"])
