"""Which matcher computed a run, so that a later one is not taken for a fault.

Revision: 0007
After: 0005
"""

import sqlalchemy as sa
from alembic import op


revision = "0007"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("recommendation_run") as table:
        table.add_column(sa.Column("matcher_sum", sa.String(64)))


def downgrade() -> None:
    with op.batch_alter_table("recommendation_run") as table:
        table.drop_column("matcher_sum")
