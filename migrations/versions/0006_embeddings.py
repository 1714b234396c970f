"""Vectors of full embeddings, how their computing stands, and what a saved run took from them.

Revision: 0006
After: 0004
"""

import sqlalchemy as sa
from alembic import op


revision = "0006"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "embedding_state",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("space", sa.String(length=300), nullable=False),
        sa.Column("host", sa.String(length=300), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("fault", sa.String(length=20), nullable=False),
        sa.Column("fault_detail", sa.String(length=200), nullable=False),
        sa.Column("fault_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("next_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("computed_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_embedding_state")),
    )
    op.create_table(
        "text_vector",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("space", sa.String(length=300), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("subject_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("dimension", sa.Integer(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("computed_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "kind IN ('need','profile','offering','case')", name=op.f("ck_text_vector_kind")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_text_vector")),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "uq_text_vector_version",
        "text_vector",
        ["space", "kind", "subject_id", "version"],
        unique=True,
    )
    with op.batch_alter_table("recommendation_run", schema=None) as batch_op:
        batch_op.add_column(sa.Column("semantic", sa.JSON(), nullable=False, server_default="{}"))


def downgrade() -> None:
    with op.batch_alter_table("recommendation_run", schema=None) as batch_op:
        batch_op.drop_column("semantic")
    op.drop_table("text_vector")
    op.drop_table("embedding_state")
