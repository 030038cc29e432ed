"""The desk: what the queue filters by, additions of groups, bulk rulings, assignments, saved views, arrivals."""

import sqlalchemy as sa
from alembic import op

import consult.base.db

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "bulk",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("consultation_id", sa.Integer(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("groups", sa.Integer(), nullable=False),
        sa.Column("comments", sa.Integer(), nullable=False),
        sa.Column("at", consult.base.db.Instant(timezone=True), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("by_name", sa.Text(), nullable=False),
        sa.Column(
            "digest", sa.Text(), nullable=False, comment="over the digests of its rulings in the order of their groups"
        ),
        sa.Column("undone_at", consult.base.db.Instant(timezone=True), nullable=True),
        sa.Column("undone_by", sa.Text(), nullable=False),
        sa.CheckConstraint("(undone_at IS NULL) = (undone_by = '')", name=op.f("ck_bulk_undone_whole")),
        sa.ForeignKeyConstraint(["consultation_id"], ["consultation.id"], name=op.f("fk_bulk_consultation_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bulk")),
    )
    with op.batch_alter_table("bulk", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_bulk_consultation_id"), ["consultation_id"], unique=False)

    op.create_table(
        "clause_duty",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("consultation_id", sa.Integer(), nullable=False),
        sa.Column("clause_key", sa.Text(), nullable=False),
        sa.Column("assignee", sa.Text(), nullable=False),
        sa.Column("at", consult.base.db.Instant(timezone=True), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["consultation_id"], ["consultation.id"], name=op.f("fk_clause_duty_consultation_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_clause_duty")),
        sa.UniqueConstraint("consultation_id", "clause_key", name=op.f("uq_clause_duty_consultation_id_clause_key")),
    )
    op.create_table(
        "desk_count",
        sa.Column("consultation_id", sa.Integer(), nullable=False),
        sa.Column("facet", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["consultation_id"], ["consultation.id"], name=op.f("fk_desk_count_consultation_id")),
        sa.PrimaryKeyConstraint("consultation_id", "facet", "value", name=op.f("pk_desk_count")),
    )
    op.create_table(
        "group_act",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("consultation_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("moves", sa.JSON(), nullable=False, comment="[[from group, to group, [comment ids]], …]"),
        sa.Column("at", consult.base.db.Instant(timezone=True), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("by_name", sa.Text(), nullable=False),
        sa.Column("undoes", sa.Integer(), nullable=True),
        sa.CheckConstraint("kind IN ('split', 'merge', 'move', 'undo')", name=op.f("ck_group_act_kind")),
        sa.ForeignKeyConstraint(["consultation_id"], ["consultation.id"], name=op.f("fk_group_act_consultation_id")),
        sa.ForeignKeyConstraint(["undoes"], ["group_act.id"], name=op.f("fk_group_act_undoes")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_group_act")),
        sa.UniqueConstraint("undoes", name=op.f("uq_group_act_undoes")),
    )
    with op.batch_alter_table("group_act", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_group_act_consultation_id"), ["consultation_id"], unique=False)

    op.create_table(
        "saved_view",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("consultation_id", sa.Integer(), nullable=False),
        sa.Column("owner", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("query", sa.Text(), nullable=False),
        sa.Column("shared", sa.Boolean(), nullable=False),
        sa.Column("at", consult.base.db.Instant(timezone=True), nullable=False),
        sa.CheckConstraint("name <> ''", name=op.f("ck_saved_view_named")),
        sa.ForeignKeyConstraint(["consultation_id"], ["consultation.id"], name=op.f("fk_saved_view_consultation_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_saved_view")),
        sa.UniqueConstraint("consultation_id", "owner", "name", name=op.f("uq_saved_view_consultation_id_owner_name")),
    )
    op.create_table(
        "topic",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("consultation_id", sa.Integer(), nullable=False),
        sa.Column(
            "clause_key",
            sa.Text(),
            nullable=False,
            comment="as the clause filter has it: with all under it, or the whole draft",
        ),
        sa.Column("phrase", sa.Text(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False, comment="rows of the queue in which somebody says it"),
        sa.Column("opinions", sa.Integer(), nullable=False, comment="opinions that say it"),
        sa.Column("examples", sa.Text(), nullable=False, comment="comment ids, comma separated"),
        sa.Column("made_at", consult.base.db.Instant(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["consultation_id"], ["consultation.id"], name=op.f("fk_topic_consultation_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_topic")),
    )
    with op.batch_alter_table("topic", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_topic_consultation_id"), ["consultation_id"], unique=False)

    op.create_table(
        "sweep",
        sa.Column("consultation_id", sa.Integer(), nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("made_at", consult.base.db.Instant(timezone=True), nullable=False),
        sa.Column(
            "stamp",
            sa.Text(),
            nullable=False,
            comment="what it was made from; another one says that something came since",
        ),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["consultation_id"], ["consultation.id"], name=op.f("fk_sweep_consultation_id")),
        sa.PrimaryKeyConstraint("consultation_id", "what", name=op.f("pk_sweep")),
    )
    op.create_table(
        "quality_hint",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("consultation_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("comment_id", sa.Integer(), nullable=True),
        sa.Column("clause_key", sa.Text(), nullable=False),
        sa.Column("other_id", sa.Integer(), nullable=True, comment="the row that was decided unlike"),
        sa.Column(
            "about", sa.Text(), nullable=False, comment="the reason, the part, the clause: no words of the public"
        ),
        sa.ForeignKeyConstraint(["comment_id"], ["comment.id"], name=op.f("fk_quality_hint_comment_id")),
        sa.ForeignKeyConstraint(["consultation_id"], ["consultation.id"], name=op.f("fk_quality_hint_consultation_id")),
        sa.ForeignKeyConstraint(["other_id"], ["comment.id"], name=op.f("fk_quality_hint_other_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_quality_hint")),
    )
    with op.batch_alter_table("quality_hint", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_quality_hint_comment_id"), ["comment_id"], unique=False)
        batch_op.create_index("ix_quality_hint_kind", ["consultation_id", "kind", "id"], unique=False)

    op.create_table(
        "addition",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("group_id", sa.Integer(), nullable=False),
        sa.Column("sentence", sa.Text(), nullable=False, comment="as the first who said it wrote it"),
        sa.Column("fingerprint", sa.Text(), nullable=False),
        sa.Column("base", sa.Integer(), nullable=True, comment="the shared sentence that it changes, counted from 0"),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("said", sa.Integer(), server_default="0", nullable=False, comment="living members who say it"),
        sa.Column("ruling", sa.Integer(), server_default="0", nullable=False, comment="number of its newest ruling; 0: none"),
        sa.CheckConstraint("kind IN ('new', 'critical', 'change')", name=op.f("ck_addition_kind")),
        sa.CheckConstraint("sentence <> ''", name=op.f("ck_addition_says_something")),
        sa.ForeignKeyConstraint(["group_id"], ["opinion_group.id"], name=op.f("fk_addition_group_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_addition")),
        sa.UniqueConstraint("group_id", "fingerprint", name=op.f("uq_addition_group_id_fingerprint")),
    )
    with op.batch_alter_table("addition", schema=None) as batch_op:
        batch_op.create_index("ix_addition_shown", ["group_id", "kind", "said", "id"], unique=False)
        batch_op.create_index(
            "ix_addition_open",
            ["group_id"],
            unique=False,
            sqlite_where=sa.text("kind <> 'change' AND said > 0 AND ruling = 0"),
            postgresql_where=sa.text("kind <> 'change' AND said > 0 AND ruling = 0"),
        )
    op.create_table(
        "arrival",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("consultation_id", sa.Integer(), nullable=False),
        sa.Column("comment_id", sa.Integer(), nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.CheckConstraint("what IN ('new', 'withdrawn')", name=op.f("ck_arrival_what")),
        sa.ForeignKeyConstraint(["comment_id"], ["comment.id"], name=op.f("fk_arrival_comment_id")),
        sa.ForeignKeyConstraint(["consultation_id"], ["consultation.id"], name=op.f("fk_arrival_consultation_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_arrival")),
    )
    with op.batch_alter_table("arrival", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_arrival_consultation_id"), ["consultation_id"], unique=False)

    op.create_table(
        "assignment",
        sa.Column("group_id", sa.Integer(), nullable=False),
        sa.Column("assignee", sa.Text(), nullable=False),
        sa.Column("at", consult.base.db.Instant(timezone=True), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["group_id"], ["opinion_group.id"], name=op.f("fk_assignment_group_id")),
        sa.PrimaryKeyConstraint("group_id", name=op.f("pk_assignment")),
    )
    op.create_table(
        "desk_row",
        sa.Column("comment_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("consultation_id", sa.Integer(), nullable=False),
        sa.Column("group_id", sa.Integer(), nullable=True),
        sa.Column("clause_id", sa.Integer(), nullable=True),
        sa.Column("state", sa.SmallInteger(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("stance", sa.Text(), nullable=False),
        sa.Column("stances", sa.Integer(), nullable=False, comment="bit n: the n-th of STANCES occurs"),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("channels", sa.Integer(), nullable=False, comment="bit n: the n-th of CHANNELS occurs"),
        sa.Column("kind", sa.Text(), nullable=False, comment="of the submitters"),
        sa.Column("kinds", sa.Integer(), nullable=False, comment="bit n: the n-th of SUBMITTER_KINDS occurs"),
        sa.Column("unit_id", sa.Integer(), nullable=True, comment="the unit behind a formal opinion"),
        sa.Column("size", sa.Integer(), nullable=False, comment="living members; 1 for a withdrawn opinion's own row"),
        sa.Column("unread", sa.Integer(), nullable=False, comment="living members that nobody has opened"),
        sa.Column("marks", sa.Integer(), nullable=False, comment="bit n: the n-th of MARKS"),
        sa.Column("disputed", sa.Integer(), nullable=False, comment="open disputes with units"),
        sa.Column(
            "open_additions", sa.Integer(), nullable=False, comment="additions that wait for a ruling of their own"
        ),
        sa.Column("assignee", sa.Text(), nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.Column(
            "decided_on", sa.Date(), nullable=True, comment="the day of the first ruling that was not taken back"
        ),
        sa.ForeignKeyConstraint(["clause_id"], ["clause.id"], name=op.f("fk_desk_row_clause_id")),
        sa.ForeignKeyConstraint(["comment_id"], ["comment.id"], name=op.f("fk_desk_row_comment_id")),
        sa.ForeignKeyConstraint(["consultation_id"], ["consultation.id"], name=op.f("fk_desk_row_consultation_id")),
        sa.ForeignKeyConstraint(["group_id"], ["opinion_group.id"], name=op.f("fk_desk_row_group_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_desk_row_unit_id")),
        sa.PrimaryKeyConstraint("comment_id", name=op.f("pk_desk_row")),
    )
    with op.batch_alter_table("desk_row", schema=None) as batch_op:
        batch_op.create_index(
            "ix_desk_row_assignee",
            ["consultation_id", "assignee", "comment_id"],
            unique=False,
            sqlite_where=sa.text("assignee <> ''"),
            postgresql_where=sa.text("assignee <> ''"),
        )
        batch_op.create_index("ix_desk_row_outcome", ["consultation_id", "outcome", "comment_id"], unique=False)
        batch_op.create_index("ix_desk_row_channel", ["consultation_id", "channel", "comment_id"], unique=False)
        batch_op.create_index("ix_desk_row_clause", ["consultation_id", "clause_id", "comment_id"], unique=False)
        batch_op.create_index("ix_desk_row_day", ["consultation_id", "first_day", "comment_id"], unique=False)
        batch_op.create_index(
            "ix_desk_row_disputed",
            ["consultation_id", "comment_id"],
            unique=False,
            sqlite_where=sa.text("disputed > 0"),
            postgresql_where=sa.text("disputed > 0"),
        )
        batch_op.create_index(
            "ix_desk_row_extra",
            ["consultation_id", "comment_id"],
            unique=False,
            sqlite_where=sa.text("open_additions > 0"),
            postgresql_where=sa.text("open_additions > 0"),
        )
        batch_op.create_index("ix_desk_row_group_id", ["group_id"], unique=False)
        batch_op.create_index(
            "ix_desk_row_grouped",
            ["consultation_id", "comment_id"],
            unique=False,
            sqlite_where=sa.text("size > 1"),
            postgresql_where=sa.text("size > 1"),
        )
        batch_op.create_index("ix_desk_row_key", ["consultation_id", "comment_id"], unique=False)
        batch_op.create_index("ix_desk_row_kind", ["consultation_id", "kind", "comment_id"], unique=False)
        batch_op.create_index(
            "ix_desk_row_marked",
            ["consultation_id", "comment_id"],
            unique=False,
            sqlite_where=sa.text("marks > 0"),
            postgresql_where=sa.text("marks > 0"),
        )
        batch_op.create_index("ix_desk_row_size", ["consultation_id", "size", "comment_id"], unique=False)
        batch_op.create_index("ix_desk_row_stance", ["consultation_id", "stance", "comment_id"], unique=False)
        batch_op.create_index("ix_desk_row_state", ["consultation_id", "state", "comment_id"], unique=False)
        batch_op.create_index(
            "ix_desk_row_unit",
            ["consultation_id", "unit_id", "comment_id"],
            unique=False,
            sqlite_where=sa.text("unit_id IS NOT NULL"),
            postgresql_where=sa.text("unit_id IS NOT NULL"),
        )
        batch_op.create_index(
            "ix_desk_row_unread",
            ["consultation_id", "comment_id"],
            unique=False,
            sqlite_where=sa.text("unread > 0"),
            postgresql_where=sa.text("unread > 0"),
        )

    op.create_table(
        "group_reading",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("group_id", sa.Integer(), nullable=False),
        sa.Column("reader", sa.Text(), nullable=False),
        sa.Column("at", consult.base.db.Instant(timezone=True), nullable=False),
        sa.Column("entry", sa.Integer(), nullable=False, comment="the last turn of members that had joined"),
        sa.ForeignKeyConstraint(["group_id"], ["opinion_group.id"], name=op.f("fk_group_reading_group_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_group_reading")),
    )
    with op.batch_alter_table("group_reading", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_group_reading_group_id"), ["group_id"], unique=False)

    op.create_table(
        "addition_decision",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("addition_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("adopted_part", sa.Text(), nullable=False),
        sa.Column("referred_to", sa.Text(), nullable=False),
        sa.Column("new_wording", sa.Text(), nullable=False),
        sa.Column("decided_at", consult.base.db.Instant(timezone=True), nullable=False),
        sa.Column("decided_by", sa.Text(), nullable=False),
        sa.Column("decided_name", sa.Text(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "outcome <> 'partly_adopted' OR adopted_part <> ''", name=op.f("ck_addition_decision_which_part")
        ),
        sa.CheckConstraint(
            "outcome <> 'referred' OR referred_to <> ''", name=op.f("ck_addition_decision_referred_where")
        ),
        sa.CheckConstraint("outcome = 'adopted' OR length(reason) >= 10", name=op.f("ck_addition_decision_reason")),
        sa.CheckConstraint(
            "outcome IN ('adopted', 'partly_adopted', 'not_adopted', 'already_covered', 'out_of_scope', 'referred', 'deferred', 'inadmissible')",
            name=op.f("ck_addition_decision_outcome"),
        ),
        sa.ForeignKeyConstraint(["addition_id"], ["addition.id"], name=op.f("fk_addition_decision_addition_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_addition_decision")),
        sa.UniqueConstraint("addition_id", "number", name=op.f("uq_addition_decision_addition_id_number")),
    )
    with op.batch_alter_table("addition_decision", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_addition_decision_addition_id"), ["addition_id"], unique=False)

    op.create_table(
        "saying",
        sa.Column("addition_id", sa.Integer(), nullable=False),
        sa.Column("comment_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["addition_id"], ["addition.id"], name=op.f("fk_saying_addition_id")),
        sa.ForeignKeyConstraint(["comment_id"], ["comment.id"], name=op.f("fk_saying_comment_id")),
        sa.PrimaryKeyConstraint("addition_id", "comment_id", name=op.f("pk_saying")),
    )
    with op.batch_alter_table("saying", schema=None) as batch_op:
        batch_op.create_index("ix_saying_comment_id", ["comment_id"], unique=False)

    with op.batch_alter_table("decision", schema=None) as batch_op:
        batch_op.add_column(sa.Column("bulk_id", sa.Integer(), nullable=True))
        batch_op.add_column(
            sa.Column(
                "revoked_at",
                consult.base.db.Instant(timezone=True),
                nullable=True,
                comment="taken back with its bulk before approval",
            )
        )
        batch_op.add_column(sa.Column("revoked_by", sa.Text(), server_default="", nullable=False))
        batch_op.create_check_constraint(op.f("ck_decision_revoked_whole"), "(revoked_at IS NULL) = (revoked_by = '')")
        batch_op.create_check_constraint(
            op.f("ck_decision_approved_stays"), "revoked_at IS NULL OR approved_at IS NULL"
        )
        batch_op.create_index("ix_decision_bulk", ["bulk_id", "approved_at"], unique=False)
        batch_op.create_index("ix_decision_decided", ["decided_by", "decided_at"], unique=False)
        batch_op.create_foreign_key(batch_op.f("fk_decision_bulk_id"), "bulk", ["bulk_id"], ["id"])

    with op.batch_alter_table("membership", schema=None) as batch_op:
        batch_op.add_column(sa.Column("entry", sa.Integer(), server_default="0", nullable=False, comment="in which turn it joined, per group"))
        batch_op.drop_index(batch_op.f("ix_membership_group_id"))
        batch_op.create_index("ix_membership_group_comment", ["group_id", "comment_id"], unique=False)
        batch_op.create_index("ix_membership_group_entry", ["group_id", "entry"], unique=False)

    with op.batch_alter_table("opinion_group", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column(
                "shared_text", sa.Text(), server_default="", nullable=False, comment="of near copies, a sentence a line"
            )
        )
        batch_op.add_column(
            sa.Column("name", sa.Text(), server_default="", nullable=False, comment="what reviewers call a campaign")
        )

    op.execute(
        "INSERT INTO arrival (consultation_id, comment_id, what) SELECT consultation_id, id, 'new' FROM comment ORDER BY id"
    )
