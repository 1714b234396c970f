"""The bureau's versions of the capability lexicon.

Revision: 0005
After: 0003
"""

import sqlalchemy as sa
from alembic import op


revision = "0005"
down_revision = "0003"
branch_labels = None
depends_on = None

_TABLE = "lexicon_version"
_ONE_OF_EACH = sa.text("state IN ('draft', 'proposed', 'in_force')")


def _guards() -> list[tuple[str, str, str, str]]:
    """Return (name, event, condition, message) of every refusal."""
    settled = "OLD.state IN ('in_force', 'superseded')"
    if op.get_bind().dialect.name == "sqlite":
        other_body = "OLD.body <> NEW.body"
    else:
        other_body = "OLD.body::text <> NEW.body::text"
    changed = f"{other_body} OR OLD.digest <> NEW.digest OR OLD.number <> NEW.number"
    return [
        ("change", "UPDATE", f"{settled} AND ({changed})", "a version once in force never changes"),
        (
            "one_person",
            "UPDATE",
            "NEW.state = 'in_force' AND (NEW.decided_by_id IS NULL"
            " OR NEW.proposed_by_id IS NULL OR NEW.decided_by_id = NEW.proposed_by_id)",
            "a second person decides",
        ),
        ("shortcut", "INSERT", "NEW.state <> 'draft'", "a version begins as a draft"),
        ("erasure", "DELETE", "true", "versions stay"),
    ]


def _refuse_change() -> None:
    dialect = op.get_bind().dialect.name
    for name, event, condition, message in _guards():
        trigger = f"{_TABLE}_refuses_{name}"
        if dialect == "sqlite":
            op.execute(
                f"CREATE TRIGGER {trigger} BEFORE {event} ON {_TABLE} WHEN {condition}"
                f" BEGIN SELECT RAISE(ABORT, '{message}'); END"
            )
        else:
            op.execute(
                f"CREATE FUNCTION {trigger}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
                f" IF {condition} THEN RAISE EXCEPTION '{message}'; END IF;"
                f" RETURN {'OLD' if event == 'DELETE' else 'NEW'}; END $$"
            )
            op.execute(
                f"CREATE TRIGGER {trigger} BEFORE {event} ON {_TABLE}"
                f" FOR EACH ROW EXECUTE FUNCTION {trigger}()"
            )


def upgrade() -> None:
    op.create_table(
        _TABLE,
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("body", sa.JSON(), nullable=False),
        sa.Column("digest", sa.String(length=8), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("decision", sa.Text(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by_id", sa.Integer(), nullable=True),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("proposed_by_id", sa.Integer(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "state IN ('draft','proposed','in_force','superseded','discarded')",
            name=op.f("ck_lexicon_version_state"),
        ),
        *(
            sa.ForeignKeyConstraint(
                [column], ["user.id"], name=op.f(f"fk_lexicon_version_{column}_user")
            )
            for column in ("made_by_id", "proposed_by_id", "decided_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lexicon_version")),
        sa.UniqueConstraint("number", name=op.f("uq_lexicon_version_number")),
    )
    op.create_index(op.f("ix_lexicon_version_digest"), _TABLE, ["digest"])
    op.create_index(
        "uq_lexicon_version_state",
        _TABLE,
        ["state"],
        unique=True,
        sqlite_where=_ONE_OF_EACH,
        postgresql_where=_ONE_OF_EACH,
    )
    _refuse_change()


def downgrade() -> None:
    raise NotImplementedError("what is kept for good stays: restore a backup instead")
