"""Who asked for an answer is found without reading a million sendings."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index(
        "ix_submission_asks", "submission", ["consultation_id"],
        sqlite_where=sa.text("wants_reply = 1"), postgresql_where=sa.text("wants_reply"),
    )
