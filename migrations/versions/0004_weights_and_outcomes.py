"""Weight sets as rows, what runs showed and what became of it; all of it append-only.

Revision: 0004
After: 0002
"""

import sqlalchemy as sa
from alembic import op


revision = "0004"
down_revision = "0002"
branch_labels = None
depends_on = None

_KEPT = ("run_impression", "run_event", "weight_set", "weight_measure", "weight_event")
_SHOWN = 10
"""How many a run shows as recommended."""


def _guards() -> list[tuple[str, str, str, str, str]]:
    """Return (table, name, event, condition, message) of every refusal."""
    same_person = (
        "NEW.kind IN ('approved', 'refused') AND EXISTS (SELECT 1 FROM weight_event p"
        " WHERE p.id = NEW.proposal_id AND p.by_id = NEW.by_id)"
    )
    guards = [
        ("weight_event", "one_person", "INSERT", same_person, "a second person decides"),
        (
            "weight_comparison",
            "change",
            "UPDATE",
            "OLD.finished_at IS NOT NULL",
            "a finished comparison never changes",
        ),
    ]
    for table in _KEPT:
        guards.append((table, "change", "UPDATE", "true", "append-only"))
    for table in (*_KEPT, "weight_comparison"):
        guards.append((table, "erasure", "DELETE", "true", "append-only"))
    return guards


def _refuse_change() -> None:
    dialect = op.get_bind().dialect.name
    for table, name, event, condition, message in _guards():
        trigger = f"{table}_refuses_{name}"
        if dialect == "sqlite":
            op.execute(
                f"CREATE TRIGGER {trigger} BEFORE {event} ON {table} WHEN {condition}"
                f" BEGIN SELECT RAISE(ABORT, '{message}'); END"
            )
        else:
            op.execute(
                f"CREATE FUNCTION {trigger}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
                f" IF {condition} THEN RAISE EXCEPTION '{message}'; END IF;"
                f" RETURN {'OLD' if event == 'DELETE' else 'NEW'}; END $$"
            )
            op.execute(
                f"CREATE TRIGGER {trigger} BEFORE {event} ON {table}"
                f" FOR EACH ROW EXECUTE FUNCTION {trigger}()"
            )


def _remember_what_was_shown() -> None:
    """Write the impressions of the runs that were saved before impressions were kept."""
    runs = sa.table("recommendation_run", sa.column("id", sa.Integer), sa.column("result", sa.JSON))
    provider = sa.table("provider", sa.column("id", sa.Integer))
    shown = sa.table(
        "run_impression",
        sa.column("run_id", sa.Integer),
        sa.column("provider_id", sa.Integer),
        sa.column("place", sa.Integer),
        sa.column("tier", sa.String),
    )
    connection = op.get_bind()
    known = set(connection.scalars(sa.select(provider.c.id)))
    for run_id in connection.scalars(sa.select(runs.c.id).order_by(runs.c.id)).all():
        result = connection.scalar(sa.select(runs.c.result).where(runs.c.id == run_id))
        fitting = [item for item in result["placed"] if item["fit"] == "recommended"][:_SHOWN]
        for place, item in enumerate(fitting, 1):
            if item["provider_id"].isdecimal() and int(item["provider_id"]) in known:
                connection.execute(
                    sa.insert(shown).values(
                        run_id=run_id, provider_id=int(item["provider_id"]), place=place
                    )
                )


def upgrade() -> None:
    op.create_table(
        "run_impression",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("run_id", sa.Integer(), nullable=False),
        sa.Column("provider_id", sa.Integer(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("tier", sa.String(length=20), nullable=True),
        sa.ForeignKeyConstraint(
            ["provider_id"], ["provider.id"], name=op.f("fk_run_impression_provider_id_provider")
        ),
        sa.ForeignKeyConstraint(
            ["run_id"],
            ["recommendation_run.id"],
            name=op.f("fk_run_impression_run_id_recommendation_run"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_run_impression")),
        sa.UniqueConstraint("run_id", "place", name=op.f("uq_run_impression_run_id_place")),
        sa.UniqueConstraint(
            "run_id", "provider_id", name=op.f("uq_run_impression_run_id_provider_id")
        ),
    )
    op.create_index(
        op.f("ix_run_impression_provider_id"), "run_impression", ["provider_id"], unique=False
    )
    op.create_index(op.f("ix_run_impression_run_id"), "run_impression", ["run_id"], unique=False)
    op.create_table(
        "run_event",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("run_id", sa.Integer(), nullable=False),
        sa.Column("provider_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("undoes_id", sa.Integer(), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("happened_on", sa.Date(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "(kind = 'undone') = (undoes_id IS NOT NULL)", name=op.f("ck_run_event_undoes")
        ),
        sa.CheckConstraint(
            "kind IN ('invited','declined','silent','talked','contracted','accepted','failed','undone')",
            name=op.f("ck_run_event_kind"),
        ),
        sa.ForeignKeyConstraint(["by_id"], ["user.id"], name=op.f("fk_run_event_by_id_user")),
        sa.ForeignKeyConstraint(
            ["provider_id"], ["provider.id"], name=op.f("fk_run_event_provider_id_provider")
        ),
        sa.ForeignKeyConstraint(
            ["run_id"],
            ["recommendation_run.id"],
            name=op.f("fk_run_event_run_id_recommendation_run"),
        ),
        sa.ForeignKeyConstraint(
            ["undoes_id"], ["run_event.id"], name=op.f("fk_run_event_undoes_id_run_event")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_run_event")),
        sa.UniqueConstraint("undoes_id", name=op.f("uq_run_event_undoes_id")),
    )
    op.create_index(op.f("ix_run_event_provider_id"), "run_event", ["provider_id"], unique=False)
    op.create_index(op.f("ix_run_event_run_id"), "run_event", ["run_id"], unique=False)
    op.create_table(
        "weight_set",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("body", sa.JSON(), nullable=False),
        sa.Column("provenance", sa.JSON(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["made_by_id"], ["user.id"], name=op.f("fk_weight_set_made_by_id_user")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_weight_set")),
        sa.UniqueConstraint("name", name=op.f("uq_weight_set_name")),
    )
    op.create_table(
        "weight_measure",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("weights_name", sa.String(length=60), nullable=False),
        sa.Column("judged_set", sa.String(length=60), nullable=False),
        sa.Column("judged_digest", sa.String(length=64), nullable=False),
        sa.Column("lexicon_version", sa.String(length=60), nullable=False),
        sa.Column("figures", sa.JSON(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_weight_measure")),
    )
    op.create_index(
        op.f("ix_weight_measure_weights_name"), "weight_measure", ["weights_name"], unique=False
    )
    op.create_table(
        "weight_comparison",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("before_name", sa.String(length=60), nullable=False),
        sa.Column("after_name", sa.String(length=60), nullable=False),
        sa.Column("region_prefix", sa.String(length=6), nullable=False),
        sa.Column("need_ids", sa.JSON(), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("moves", sa.JSON(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by_id", sa.Integer(), nullable=True),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["made_by_id"], ["user.id"], name=op.f("fk_weight_comparison_made_by_id_user")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_weight_comparison")),
    )
    op.create_index(
        op.f("ix_weight_comparison_after_name"), "weight_comparison", ["after_name"], unique=False
    )
    op.create_table(
        "weight_event",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("weights_name", sa.String(length=60), nullable=False),
        sa.Column("instead_of", sa.String(length=60), nullable=False),
        sa.Column("proposal_id", sa.Integer(), nullable=True),
        sa.Column("comparison_id", sa.Integer(), nullable=True),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "(kind = 'proposed') = (proposal_id IS NULL)", name=op.f("ck_weight_event_proposal")
        ),
        sa.CheckConstraint(
            "kind IN ('proposed','approved','refused','withdrawn')",
            name=op.f("ck_weight_event_kind"),
        ),
        sa.ForeignKeyConstraint(["by_id"], ["user.id"], name=op.f("fk_weight_event_by_id_user")),
        sa.ForeignKeyConstraint(
            ["comparison_id"],
            ["weight_comparison.id"],
            name=op.f("fk_weight_event_comparison_id_weight_comparison"),
        ),
        sa.ForeignKeyConstraint(
            ["proposal_id"],
            ["weight_event.id"],
            name=op.f("fk_weight_event_proposal_id_weight_event"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_weight_event")),
        sa.UniqueConstraint("proposal_id", name=op.f("uq_weight_event_proposal_id")),
    )
    _remember_what_was_shown()
    _refuse_change()


def downgrade() -> None:
    raise NotImplementedError("what is kept for good stays: restore a backup instead")
