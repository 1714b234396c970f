"""First tables; the audit log refuses change.

Revision: 0001
After: none
"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def _protect_audit_log() -> None:
    """Refuse UPDATE and DELETE on the audit log, whoever asks."""
    if op.get_bind().dialect.name == "sqlite":
        for verb in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER audit_entry_refuses_{verb.lower()} BEFORE {verb} ON audit_entry "
                "BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END"
            )
        return
    op.execute(
        "CREATE FUNCTION audit_entry_refuses_change() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION 'the audit log is append-only'; END $$"
    )
    op.execute(
        "CREATE TRIGGER audit_entry_refuses_change BEFORE UPDATE OR DELETE OR TRUNCATE ON "
        "audit_entry FOR EACH STATEMENT EXECUTE FUNCTION audit_entry_refuses_change()"
    )


def upgrade() -> None:
    op.create_table(
        "audit_entry",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor_id", sa.Integer(), nullable=True),
        sa.Column("actor_name", sa.String(length=120), nullable=False),
        sa.Column("action", sa.String(length=60), nullable=False),
        sa.Column("subject_kind", sa.String(length=40), nullable=False),
        sa.Column("subject_id", sa.String(length=40), nullable=False),
        sa.Column("detail", sa.JSON(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_entry")),
    )
    with op.batch_alter_table("audit_entry", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_audit_entry_action"), ["action"], unique=False)
        batch_op.create_index(batch_op.f("ix_audit_entry_actor_id"), ["actor_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_audit_entry_at"), ["at"], unique=False)
        batch_op.create_index(
            "ix_audit_entry_subject", ["subject_kind", "subject_id"], unique=False
        )

    op.create_table(
        "ended_session",
        sa.Column("key", sa.String(length=40), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_ended_session")),
    )
    with op.batch_alter_table("ended_session", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_ended_session_ended_at"), ["ended_at"], unique=False)

    op.create_table(
        "facts_snapshot",
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("providers", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("sha256", name=op.f("pk_facts_snapshot")),
    )
    op.create_table(
        "mail_message",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("recipient", sa.String(length=255), nullable=False),
        sa.Column("subject", sa.String(length=255), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("error", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mail_message")),
    )
    with op.batch_alter_table("mail_message", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_mail_message_recipient"), ["recipient"], unique=False)

    op.create_table(
        "number_sequence",
        sa.Column("series", sa.String(length=40), nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("series", name=op.f("pk_number_sequence")),
    )
    op.create_table(
        "organisation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("uscc", sa.String(length=18), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("is_manufacturer", sa.Boolean(), nullable=False),
        sa.Column("is_provider", sa.Boolean(), nullable=False),
        sa.Column("region_code", sa.String(length=6), nullable=True),
        sa.Column("industry_code", sa.String(length=2), nullable=True),
        sa.Column("size_class", sa.String(length=10), nullable=True),
        sa.Column("digital_level", sa.String(length=1), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("is_unclaimed", sa.Boolean(), nullable=False),
        sa.CheckConstraint(
            "kind IN ('company','institute','university','opc')", name=op.f("ck_organisation_kind")
        ),
        sa.CheckConstraint(
            "is_manufacturer OR is_provider", name=op.f("ck_organisation_has_a_side")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_organisation")),
        sa.UniqueConstraint("uscc", name=op.f("uq_organisation_uscc")),
    )
    op.create_table(
        "outbox_task",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("topic", sa.String(length=40), nullable=False),
        sa.Column("payload", sa.JSON(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("failed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_error", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox_task")),
    )
    with op.batch_alter_table("outbox_task", schema=None) as batch_op:
        batch_op.create_index("ix_outbox_task_waiting", ["done_at", "due_at"], unique=False)

    op.create_table(
        "role",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("description", sa.String(length=255), nullable=True),
        sa.Column("permissions", sa.UnicodeText(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_role")),
        sa.UniqueConstraint("name", name=op.f("uq_role_name")),
    )
    op.create_table(
        "unit",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("region_code", sa.String(length=6), nullable=False),
        sa.Column("parent_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["parent_id"], ["unit.id"], name=op.f("fk_unit_parent_id_unit")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_unit")),
        sa.UniqueConstraint("key", name=op.f("uq_unit_key")),
    )
    op.create_table(
        "worker_beat",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("process", sa.String(length=80), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_worker_beat")),
    )
    op.create_table(
        "provider",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("summary", sa.Text(), nullable=False),
        sa.Column("profile", sa.Text(), nullable=False),
        sa.Column("type_codes", sa.JSON(), nullable=False),
        sa.Column("industry_codes", sa.JSON(), nullable=False),
        sa.Column("scene_ids", sa.JSON(), nullable=False),
        sa.Column("deployments", sa.JSON(), nullable=False),
        sa.Column("xinchuang", sa.Boolean(), nullable=True),
        sa.Column("offline", sa.Boolean(), nullable=True),
        sa.Column("service_regions", sa.JSON(), nullable=False),
        sa.Column("onsite_hours", sa.String(length=120), nullable=False),
        sa.Column("price_note", sa.String(length=200), nullable=False),
        sa.Column("founded_year", sa.Integer(), nullable=True),
        sa.Column("staff_band", sa.String(length=40), nullable=False),
        sa.Column("address_hint", sa.String(length=120), nullable=False),
        sa.Column("contact_department", sa.String(length=60), nullable=False),
        sa.Column("contact_phone", sa.String(length=40), nullable=False),
        sa.Column("sort_key", sa.String(length=200), nullable=False),
        sa.Column("published", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_provider_organisation_id_organisation"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_provider")),
        sa.UniqueConstraint("organisation_id", name=op.f("uq_provider_organisation_id")),
    )
    with op.batch_alter_table("provider", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_provider_sort_key"), ["sort_key"], unique=False)

    op.create_table(
        "user",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("email", sa.String(length=255), nullable=False),
        sa.Column("password", sa.String(length=255), nullable=True),
        sa.Column("display_name", sa.String(length=60), nullable=False),
        sa.Column("phone", sa.String(length=40), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("fs_uniquifier", sa.String(length=64), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("create_datetime", sa.DateTime(timezone=True), nullable=False),
        sa.Column("update_datetime", sa.DateTime(timezone=True), nullable=False),
        sa.Column("tf_primary_method", sa.String(length=64), nullable=True),
        sa.Column("tf_totp_secret", sa.String(length=255), nullable=True),
        sa.Column("tf_phone_number", sa.String(length=128), nullable=True),
        sa.Column("tf_last_counter", sa.Integer(), nullable=True),
        sa.Column("mf_recovery_codes", sa.UnicodeText(), nullable=True),
        sa.Column("failed_sign_ins", sa.Integer(), nullable=False),
        sa.Column("locked_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("unit_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_user_unit_id_unit")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_user")),
        sa.UniqueConstraint("email", name=op.f("uq_user_email")),
        sa.UniqueConstraint("fs_uniquifier", name=op.f("uq_user_fs_uniquifier")),
    )
    op.create_table(
        "case",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("provider_id", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=160), nullable=False),
        sa.Column("client_name", sa.String(length=120), nullable=False),
        sa.Column("client_masked", sa.Boolean(), nullable=False),
        sa.Column("client_label", sa.String(length=120), nullable=False),
        sa.Column("industry_code", sa.String(length=2), nullable=True),
        sa.Column("scene_id", sa.String(length=3), nullable=True),
        sa.Column("year", sa.Integer(), nullable=True),
        sa.Column("month", sa.Integer(), nullable=True),
        sa.Column("story", sa.Text(), nullable=False),
        sa.Column("metrics", sa.JSON(), nullable=False),
        sa.Column("verification", sa.String(length=10), nullable=False),
        sa.Column("acceptance_number", sa.String(length=60), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "verification IN ('declared','checked','accepted')", name=op.f("ck_case_verification")
        ),
        sa.ForeignKeyConstraint(
            ["provider_id"], ["provider.id"], name=op.f("fk_case_provider_id_provider")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case")),
    )
    with op.batch_alter_table("case", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_case_provider_id"), ["provider_id"], unique=False)

    op.create_table(
        "certificate",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("provider_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("number", sa.String(length=120), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("verification", sa.String(length=10), nullable=False),
        sa.CheckConstraint(
            "verification IN ('declared','checked','accepted')",
            name=op.f("ck_certificate_verification"),
        ),
        sa.ForeignKeyConstraint(
            ["provider_id"], ["provider.id"], name=op.f("fk_certificate_provider_id_provider")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_certificate")),
    )
    with op.batch_alter_table("certificate", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_certificate_provider_id"), ["provider_id"], unique=False
        )

    op.create_table(
        "column_memory",
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("mapping", sa.JSON(), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("confirmed_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["confirmed_by_id"], ["user.id"], name=op.f("fk_column_memory_confirmed_by_id_user")
        ),
        sa.PrimaryKeyConstraint("fingerprint", name=op.f("pk_column_memory")),
    )
    op.create_table(
        "consent",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("text_version", sa.String(length=20), nullable=False),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("detail", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user.id"], name=op.f("fk_consent_user_id_user"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consent")),
        sa.UniqueConstraint(
            "user_id", "kind", "text_version", name=op.f("uq_consent_user_id_kind_text_version")
        ),
    )
    op.create_table(
        "invitation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("email", sa.String(length=255), nullable=False),
        sa.Column("role", sa.String(length=40), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=True),
        sa.Column("organisation_id", sa.Integer(), nullable=True),
        sa.Column("token_digest", sa.String(length=64), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=True),
        sa.Column("accepted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("accepted_by_id", sa.Integer(), nullable=True),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("granted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("granted_by_id", sa.Integer(), nullable=True),
        sa.Column("refused_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["accepted_by_id"], ["user.id"], name=op.f("fk_invitation_accepted_by_id_user")
        ),
        sa.ForeignKeyConstraint(
            ["created_by_id"], ["user.id"], name=op.f("fk_invitation_created_by_id_user")
        ),
        sa.ForeignKeyConstraint(
            ["granted_by_id"], ["user.id"], name=op.f("fk_invitation_granted_by_id_user")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_invitation_organisation_id_organisation"),
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_invitation_unit_id_unit")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invitation")),
        sa.UniqueConstraint("token_digest", name=op.f("uq_invitation_token_digest")),
    )
    with op.batch_alter_table("invitation", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_invitation_email"), ["email"], unique=False)

    op.create_table(
        "listing",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("provider_id", sa.Integer(), nullable=False),
        sa.Column("tier", sa.String(length=20), nullable=False),
        sa.Column("track", sa.String(length=20), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=False),
        sa.Column("batch_number", sa.String(length=80), nullable=False),
        sa.Column("verified_on", sa.Date(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "state IN ('valid','rectification','suspended','expired','withdrawn','removed')",
            name=op.f("ck_listing_state"),
        ),
        sa.CheckConstraint("valid_from <= valid_to", name=op.f("ck_listing_dates")),
        sa.ForeignKeyConstraint(
            ["provider_id"], ["provider.id"], name=op.f("fk_listing_provider_id_provider")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_listing")),
        sa.UniqueConstraint("provider_id", name=op.f("uq_listing_provider_id")),
    )
    with op.batch_alter_table("listing", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_listing_state"), ["state"], unique=False)
        batch_op.create_index(batch_op.f("ix_listing_tier"), ["tier"], unique=False)

    op.create_table(
        "membership",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("role", sa.String(length=20), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("role IN ('owner','editor')", name=op.f("ck_membership_role")),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_membership_organisation_id_organisation"),
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user.id"], name=op.f("fk_membership_user_id_user"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_membership")),
        sa.UniqueConstraint("user_id", name=op.f("uq_membership_user_id")),
    )
    with op.batch_alter_table("membership", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_membership_organisation_id"), ["organisation_id"], unique=False
        )

    op.create_table(
        "need",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(length=20), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=True),
        sa.Column("company_name", sa.String(length=120), nullable=False),
        sa.Column("company_uscc", sa.String(length=18), nullable=False),
        sa.Column("region_code", sa.String(length=6), nullable=True),
        sa.Column("region_text", sa.String(length=60), nullable=False),
        sa.Column("industry_code", sa.String(length=2), nullable=True),
        sa.Column("scene_id", sa.String(length=3), nullable=True),
        sa.Column("size_class", sa.String(length=10), nullable=True),
        sa.Column("digital_level", sa.String(length=1), nullable=True),
        sa.Column("title", sa.String(length=160), nullable=False),
        sa.Column("pain", sa.Text(), nullable=False),
        sa.Column("goals", sa.JSON(), nullable=False),
        sa.Column("baseline_source", sa.Text(), nullable=False),
        sa.Column("success_criterion", sa.Text(), nullable=False),
        sa.Column("data_kinds", sa.Text(), nullable=False),
        sa.Column("data_volume", sa.String(length=200), nullable=False),
        sa.Column("data_interfaces", sa.String(length=200), nullable=False),
        sa.Column("data_may_leave", sa.Boolean(), nullable=True),
        sa.Column("data_class", sa.String(length=20), nullable=False),
        sa.Column("network_isolated", sa.Boolean(), nullable=True),
        sa.Column("xinchuang_required", sa.Boolean(), nullable=True),
        sa.Column("deployments", sa.JSON(), nullable=False),
        sa.Column("site_constraints", sa.Text(), nullable=False),
        sa.Column("budget_min_yuan", sa.BigInteger(), nullable=True),
        sa.Column("budget_max_yuan", sa.BigInteger(), nullable=True),
        sa.Column("budget_kind", sa.String(length=12), nullable=False),
        sa.Column("budget_secured", sa.Boolean(), nullable=True),
        sa.Column("start_by", sa.Date(), nullable=True),
        sa.Column("finish_by", sa.Date(), nullable=True),
        sa.Column("cooperation", sa.String(length=20), nullable=False),
        sa.Column("voucher", sa.String(length=20), nullable=False),
        sa.Column("must_haves", sa.JSON(), nullable=False),
        sa.Column("nice_to_haves", sa.JSON(), nullable=False),
        sa.Column("invite_count", sa.Integer(), nullable=True),
        sa.Column("disclosure", sa.String(length=10), nullable=False),
        sa.Column("mask_label", sa.String(length=60), nullable=False),
        sa.Column("mask_title", sa.String(length=160), nullable=False),
        sa.Column("mask_pain", sa.Text(), nullable=False),
        sa.Column("contact_name", sa.String(length=60), nullable=False),
        sa.Column("contact_phone", sa.String(length=40), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.Column("renewals", sa.Integer(), nullable=False),
        sa.Column("merged_into_id", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_by_id", sa.Integer(), nullable=True),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_by_id", sa.Integer(), nullable=True),
        sa.Column("owner_id", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "disclosure IN ('public','masked','listed','bureau')", name=op.f("ck_need_disclosure")
        ),
        sa.CheckConstraint(
            "budget_min_yuan IS NULL OR budget_max_yuan IS NULL OR budget_min_yuan <= budget_max_yuan",
            name=op.f("ck_need_budget"),
        ),
        sa.ForeignKeyConstraint(
            ["created_by_id"], ["user.id"], name=op.f("fk_need_created_by_id_user")
        ),
        sa.ForeignKeyConstraint(
            ["merged_into_id"], ["need.id"], name=op.f("fk_need_merged_into_id_need")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_need_organisation_id_organisation"),
        ),
        sa.ForeignKeyConstraint(["owner_id"], ["user.id"], name=op.f("fk_need_owner_id_user")),
        sa.ForeignKeyConstraint(
            ["updated_by_id"], ["user.id"], name=op.f("fk_need_updated_by_id_user")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_need")),
        sa.UniqueConstraint("number", name=op.f("uq_need_number")),
    )
    with op.batch_alter_table("need", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_need_industry_code"), ["industry_code"], unique=False)
        batch_op.create_index("ix_need_listing", ["state", "disclosure"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_need_organisation_id"), ["organisation_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_need_region_code"), ["region_code"], unique=False)
        batch_op.create_index(batch_op.f("ix_need_scene_id"), ["scene_id"], unique=False)

    op.create_table(
        "need_list",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=160), nullable=False),
        sa.Column("number", sa.String(length=80), nullable=True),
        sa.Column("serial", sa.Integer(), nullable=True),
        sa.Column("chain_code", sa.String(length=40), nullable=True),
        sa.Column("event", sa.String(length=160), nullable=False),
        sa.Column("published_on", sa.Date(), nullable=True),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("owner_office", sa.String(length=120), nullable=False),
        sa.Column("phone", sa.String(length=40), nullable=False),
        sa.Column("region_code", sa.String(length=6), nullable=True),
        sa.Column("unit_id", sa.Integer(), nullable=True),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("withdrawn_on", sa.Date(), nullable=True),
        sa.Column("withdrawal_reason", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "state IN ('draft','published','withdrawn')", name=op.f("ck_need_list_state")
        ),
        sa.ForeignKeyConstraint(
            ["created_by_id"], ["user.id"], name=op.f("fk_need_list_created_by_id_user")
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_need_list_unit_id_unit")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_need_list")),
        sa.UniqueConstraint("number", name=op.f("uq_need_list_number")),
    )
    with op.batch_alter_table("need_list", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_need_list_state"), ["state"], unique=False)

    op.create_table(
        "offering",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("provider_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("summary", sa.Text(), nullable=False),
        sa.Column("scene_ids", sa.JSON(), nullable=False),
        sa.Column("industry_codes", sa.JSON(), nullable=False),
        sa.Column("deployments", sa.JSON(), nullable=False),
        sa.Column("xinchuang", sa.Boolean(), nullable=True),
        sa.Column("offline", sa.Boolean(), nullable=True),
        sa.Column("price_min_yuan", sa.BigInteger(), nullable=True),
        sa.Column("price_max_yuan", sa.BigInteger(), nullable=True),
        sa.Column("price_basis", sa.String(length=120), nullable=False),
        sa.Column("filing_number", sa.String(length=120), nullable=False),
        sa.Column("verification", sa.String(length=10), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "verification IN ('declared','checked','accepted')",
            name=op.f("ck_offering_verification"),
        ),
        sa.ForeignKeyConstraint(
            ["provider_id"], ["provider.id"], name=op.f("fk_offering_provider_id_provider")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_offering")),
    )
    with op.batch_alter_table("offering", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_offering_provider_id"), ["provider_id"], unique=False)

    op.create_table(
        "provider_draft",
        sa.Column("provider_id", sa.Integer(), nullable=False),
        sa.Column("body", sa.JSON(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("saved_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["provider_id"],
            ["provider.id"],
            name=op.f("fk_provider_draft_provider_id_provider"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["saved_by_id"], ["user.id"], name=op.f("fk_provider_draft_saved_by_id_user")
        ),
        sa.PrimaryKeyConstraint("provider_id", name=op.f("pk_provider_draft")),
    )
    op.create_table(
        "provider_facet",
        sa.Column("provider_id", sa.Integer(), nullable=False),
        sa.Column("facet", sa.String(length=20), nullable=False),
        sa.Column("code", sa.String(length=20), nullable=False),
        sa.ForeignKeyConstraint(
            ["provider_id"],
            ["provider.id"],
            name=op.f("fk_provider_facet_provider_id_provider"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("provider_id", "facet", "code", name=op.f("pk_provider_facet")),
    )
    with op.batch_alter_table("provider_facet", schema=None) as batch_op:
        batch_op.create_index("ix_provider_facet_value", ["facet", "code"], unique=False)

    op.create_table(
        "roles_users",
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("role_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["role_id"], ["role.id"], name=op.f("fk_roles_users_role_id_role"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user.id"], name=op.f("fk_roles_users_user_id_user"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("user_id", "role_id", name=op.f("pk_roles_users")),
    )
    op.create_table(
        "rule_version",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("effective_on", sa.Date(), nullable=False),
        sa.Column("body", sa.JSON(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["created_by_id"], ["user.id"], name=op.f("fk_rule_version_created_by_id_user")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rule_version")),
        sa.UniqueConstraint("name", "number", name=op.f("uq_rule_version_name_number")),
    )
    with op.batch_alter_table("rule_version", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_rule_version_name"), ["name"], unique=False)

    op.create_table(
        "taxonomy_term",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("parent_code", sa.String(length=40), nullable=True),
        sa.Column("source", sa.String(length=200), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "kind IN ('chain','region','industry_alias','scene_synonym')",
            name=op.f("ck_taxonomy_term_kind"),
        ),
        sa.ForeignKeyConstraint(
            ["created_by_id"], ["user.id"], name=op.f("fk_taxonomy_term_created_by_id_user")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_taxonomy_term")),
        sa.UniqueConstraint("kind", "code", "name", name=op.f("uq_taxonomy_term_kind_code_name")),
    )
    with op.batch_alter_table("taxonomy_term", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_taxonomy_term_kind"), ["kind"], unique=False)

    op.create_table(
        "need_decision",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("need_id", sa.Integer(), nullable=False),
        sa.Column("action", sa.String(length=40), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("actor_id", sa.Integer(), nullable=True),
        sa.Column("actor_name", sa.String(length=120), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["actor_id"], ["user.id"], name=op.f("fk_need_decision_actor_id_user")
        ),
        sa.ForeignKeyConstraint(
            ["need_id"], ["need.id"], name=op.f("fk_need_decision_need_id_need")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_need_decision")),
    )
    with op.batch_alter_table("need_decision", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_need_decision_need_id"), ["need_id"], unique=False)

    op.create_table(
        "need_list_addendum",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("list_id", sa.Integer(), nullable=False),
        sa.Column("ordinal", sa.Integer(), nullable=False),
        sa.Column("added_on", sa.Date(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["created_by_id"], ["user.id"], name=op.f("fk_need_list_addendum_created_by_id_user")
        ),
        sa.ForeignKeyConstraint(
            ["list_id"], ["need_list.id"], name=op.f("fk_need_list_addendum_list_id_need_list")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_need_list_addendum")),
        sa.UniqueConstraint(
            "list_id", "ordinal", name=op.f("uq_need_list_addendum_list_id_ordinal")
        ),
    )
    with op.batch_alter_table("need_list_addendum", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_need_list_addendum_list_id"), ["list_id"], unique=False
        )

    op.create_table(
        "need_list_entry",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("list_id", sa.Integer(), nullable=False),
        sa.Column("need_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("serial", sa.Integer(), nullable=True),
        sa.Column("held", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["list_id"], ["need_list.id"], name=op.f("fk_need_list_entry_list_id_need_list")
        ),
        sa.ForeignKeyConstraint(
            ["need_id"], ["need.id"], name=op.f("fk_need_list_entry_need_id_need")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_need_list_entry")),
        sa.UniqueConstraint(
            "list_id", "position", name=op.f("uq_need_list_entry_list_id_position")
        ),
    )
    with op.batch_alter_table("need_list_entry", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_need_list_entry_list_id"), ["list_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_need_list_entry_need_id"), ["need_id"], unique=False)
        batch_op.create_index(
            "uq_need_list_entry_held_need",
            ["need_id"],
            unique=True,
            sqlite_where=sa.text("held"),
            postgresql_where=sa.text("held"),
        )

    op.create_table(
        "need_text",
        sa.Column("need_id", sa.Integer(), nullable=False),
        sa.Column("form", sa.String(length=10), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.CheckConstraint("form IN ('full','nameless','masked')", name=op.f("ck_need_text_form")),
        sa.ForeignKeyConstraint(
            ["need_id"], ["need.id"], name=op.f("fk_need_text_need_id_need"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("need_id", "form", name=op.f("pk_need_text")),
    )
    op.create_table(
        "recommendation_run",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(length=30), nullable=False),
        sa.Column("need_id", sa.Integer(), nullable=False),
        sa.Column("need_version", sa.Integer(), nullable=False),
        sa.Column("need_facts", sa.JSON(), nullable=False),
        sa.Column("corrections", sa.JSON(), nullable=False),
        sa.Column("snapshot_sha256", sa.String(length=64), nullable=False),
        sa.Column("text_scores", sa.JSON(), nullable=False),
        sa.Column("weights_name", sa.String(length=60), nullable=False),
        sa.Column("lexicon_version", sa.String(length=60), nullable=False),
        sa.Column("index_generation", sa.String(length=60), nullable=False),
        sa.Column("as_of", sa.Date(), nullable=False),
        sa.Column("result", sa.JSON(), nullable=False),
        sa.Column("result_sha256", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["created_by_id"], ["user.id"], name=op.f("fk_recommendation_run_created_by_id_user")
        ),
        sa.ForeignKeyConstraint(
            ["need_id"], ["need.id"], name=op.f("fk_recommendation_run_need_id_need")
        ),
        sa.ForeignKeyConstraint(
            ["snapshot_sha256"],
            ["facts_snapshot.sha256"],
            name=op.f("fk_recommendation_run_snapshot_sha256_facts_snapshot"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recommendation_run")),
        sa.UniqueConstraint("number", name=op.f("uq_recommendation_run_number")),
    )
    with op.batch_alter_table("recommendation_run", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_recommendation_run_need_id"), ["need_id"], unique=False
        )

    op.create_table(
        "sheet_import",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("filename", sa.String(length=255), nullable=False),
        sa.Column("stored_as", sa.String(length=60), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=True),
        sa.Column("list_id", sa.Integer(), nullable=True),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("done_rows", sa.Integer(), nullable=False),
        sa.Column("total_rows", sa.Integer(), nullable=False),
        sa.Column("mapping", sa.JSON(), nullable=False),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("as_of", sa.Date(), nullable=False),
        sa.Column("error", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=True),
        sa.Column("mapped_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("mapped_by_id", sa.Integer(), nullable=True),
        sa.Column("committed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "state IN ('checking','preview','committing','committed','discarded','failed')",
            name=op.f("ck_sheet_import_state"),
        ),
        sa.ForeignKeyConstraint(
            ["created_by_id"], ["user.id"], name=op.f("fk_sheet_import_created_by_id_user")
        ),
        sa.ForeignKeyConstraint(
            ["list_id"], ["need_list.id"], name=op.f("fk_sheet_import_list_id_need_list")
        ),
        sa.ForeignKeyConstraint(
            ["mapped_by_id"], ["user.id"], name=op.f("fk_sheet_import_mapped_by_id_user")
        ),
        sa.ForeignKeyConstraint(
            ["unit_id"], ["unit.id"], name=op.f("fk_sheet_import_unit_id_unit")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sheet_import")),
    )
    with op.batch_alter_table("sheet_import", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_sheet_import_sha256"), ["sha256"], unique=False)
        batch_op.create_index(batch_op.f("ix_sheet_import_state"), ["state"], unique=False)
        batch_op.create_index(batch_op.f("ix_sheet_import_unit_id"), ["unit_id"], unique=False)

    op.create_table(
        "sheet_import_row",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("import_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("sheet", sa.String(length=120), nullable=False),
        sa.Column("excel_row", sa.Integer(), nullable=False),
        sa.Column("action", sa.String(length=20), nullable=False),
        sa.Column("raw", sa.JSON(), nullable=False),
        sa.Column("understood", sa.JSON(), nullable=False),
        sa.Column("warnings", sa.JSON(), nullable=False),
        sa.Column("fixes", sa.JSON(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("twin_key", sa.String(length=64), nullable=False),
        sa.Column("need_id", sa.Integer(), nullable=True),
        sa.Column("twin_id", sa.Integer(), nullable=True),
        sa.Column("fixed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("fixed_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["fixed_by_id"], ["user.id"], name=op.f("fk_sheet_import_row_fixed_by_id_user")
        ),
        sa.ForeignKeyConstraint(
            ["import_id"],
            ["sheet_import.id"],
            name=op.f("fk_sheet_import_row_import_id_sheet_import"),
        ),
        sa.ForeignKeyConstraint(
            ["need_id"], ["need.id"], name=op.f("fk_sheet_import_row_need_id_need")
        ),
        sa.ForeignKeyConstraint(
            ["twin_id"], ["need.id"], name=op.f("fk_sheet_import_row_twin_id_need")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sheet_import_row")),
        sa.UniqueConstraint(
            "import_id", "position", name=op.f("uq_sheet_import_row_import_id_position")
        ),
    )
    with op.batch_alter_table("sheet_import_row", schema=None) as batch_op:
        batch_op.create_index("ix_sheet_import_row_twins", ["import_id", "twin_key"], unique=False)
        batch_op.create_index("ix_sheet_import_row_verdict", ["import_id", "action"], unique=False)
    _protect_audit_log()


def downgrade() -> None:
    with op.batch_alter_table("sheet_import_row", schema=None) as batch_op:
        batch_op.drop_index("ix_sheet_import_row_verdict")
        batch_op.drop_index("ix_sheet_import_row_twins")

    op.drop_table("sheet_import_row")
    with op.batch_alter_table("sheet_import", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_sheet_import_unit_id"))
        batch_op.drop_index(batch_op.f("ix_sheet_import_state"))
        batch_op.drop_index(batch_op.f("ix_sheet_import_sha256"))

    op.drop_table("sheet_import")
    with op.batch_alter_table("recommendation_run", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_recommendation_run_need_id"))

    op.drop_table("recommendation_run")
    op.drop_table("need_text")
    with op.batch_alter_table("need_list_entry", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_need_list_entry_held_need",
            sqlite_where=sa.text("held"),
            postgresql_where=sa.text("held"),
        )
        batch_op.drop_index(batch_op.f("ix_need_list_entry_need_id"))
        batch_op.drop_index(batch_op.f("ix_need_list_entry_list_id"))

    op.drop_table("need_list_entry")
    with op.batch_alter_table("need_list_addendum", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_need_list_addendum_list_id"))

    op.drop_table("need_list_addendum")
    with op.batch_alter_table("need_decision", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_need_decision_need_id"))

    op.drop_table("need_decision")
    with op.batch_alter_table("taxonomy_term", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_taxonomy_term_kind"))

    op.drop_table("taxonomy_term")
    with op.batch_alter_table("rule_version", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_rule_version_name"))

    op.drop_table("rule_version")
    op.drop_table("roles_users")
    with op.batch_alter_table("provider_facet", schema=None) as batch_op:
        batch_op.drop_index("ix_provider_facet_value")

    op.drop_table("provider_facet")
    op.drop_table("provider_draft")
    with op.batch_alter_table("offering", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_offering_provider_id"))

    op.drop_table("offering")
    with op.batch_alter_table("need_list", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_need_list_state"))

    op.drop_table("need_list")
    with op.batch_alter_table("need", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_need_scene_id"))
        batch_op.drop_index(batch_op.f("ix_need_region_code"))
        batch_op.drop_index(batch_op.f("ix_need_organisation_id"))
        batch_op.drop_index("ix_need_listing")
        batch_op.drop_index(batch_op.f("ix_need_industry_code"))

    op.drop_table("need")
    with op.batch_alter_table("membership", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_membership_organisation_id"))

    op.drop_table("membership")
    with op.batch_alter_table("listing", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_listing_tier"))
        batch_op.drop_index(batch_op.f("ix_listing_state"))

    op.drop_table("listing")
    with op.batch_alter_table("invitation", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_invitation_email"))

    op.drop_table("invitation")
    op.drop_table("consent")
    op.drop_table("column_memory")
    with op.batch_alter_table("certificate", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_certificate_provider_id"))

    op.drop_table("certificate")
    with op.batch_alter_table("case", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_case_provider_id"))

    op.drop_table("case")
    op.drop_table("user")
    with op.batch_alter_table("provider", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_provider_sort_key"))

    op.drop_table("provider")
    op.drop_table("worker_beat")
    op.drop_table("unit")
    op.drop_table("role")
    with op.batch_alter_table("outbox_task", schema=None) as batch_op:
        batch_op.drop_index("ix_outbox_task_waiting")

    op.drop_table("outbox_task")
    op.drop_table("organisation")
    op.drop_table("number_sequence")
    with op.batch_alter_table("mail_message", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_mail_message_recipient"))

    op.drop_table("mail_message")
    op.drop_table("facts_snapshot")
    with op.batch_alter_table("ended_session", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_ended_session_ended_at"))

    op.drop_table("ended_session")
    with op.batch_alter_table("audit_entry", schema=None) as batch_op:
        batch_op.drop_index("ix_audit_entry_subject")
        batch_op.drop_index(batch_op.f("ix_audit_entry_at"))
        batch_op.drop_index(batch_op.f("ix_audit_entry_actor_id"))
        batch_op.drop_index(batch_op.f("ix_audit_entry_action"))

    op.drop_table("audit_entry")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION IF EXISTS audit_entry_refuses_change()")
