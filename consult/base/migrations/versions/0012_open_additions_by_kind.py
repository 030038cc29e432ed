"""What of a group waits for rulings is counted by kind from the index alone: the largest groups have 80,000 additions."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None
OPEN = sa.text("kind <> 'change' AND said > 0 AND ruling = 0")


def upgrade() -> None:
    op.drop_index("ix_addition_open", "addition")
    op.create_index("ix_addition_open", "addition", ["group_id", "kind"], sqlite_where=OPEN, postgresql_where=OPEN)
