"""Which providers fit which published needs, and who wants to be told.

Revision: 0003
After: 0006
"""

import sqlalchemy as sa
from alembic import op


revision = "0003"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "fit_note",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("need_id", sa.Integer(), nullable=False),
        sa.Column("provider_id", sa.Integer(), nullable=False),
        sa.Column("noted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["need_id"], ["need.id"], name=op.f("fk_fit_note_need_id_need"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["provider_id"],
            ["provider.id"],
            name=op.f("fk_fit_note_provider_id_provider"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_fit_note")),
        sa.UniqueConstraint("need_id", "provider_id", name=op.f("uq_fit_note_need_id_provider_id")),
    )
    op.create_index("ix_fit_note_untold", "fit_note", ["provider_id", "told_at"])
    op.create_table(
        "fit_subscription",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("provider_id", sa.Integer(), nullable=False),
        sa.Column("token", sa.String(length=60), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sent_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(
            ["provider_id"],
            ["provider.id"],
            name=op.f("fk_fit_subscription_provider_id_provider"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["user_id"],
            ["user.id"],
            name=op.f("fk_fit_subscription_user_id_user"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_fit_subscription")),
        sa.UniqueConstraint("token", name=op.f("uq_fit_subscription_token")),
        sa.UniqueConstraint("user_id", name=op.f("uq_fit_subscription_user_id")),
    )
    op.create_index(op.f("ix_fit_subscription_provider_id"), "fit_subscription", ["provider_id"])


def downgrade() -> None:
    op.drop_table("fit_subscription")
    op.drop_table("fit_note")
