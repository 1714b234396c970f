"""Verbs on providers: open a profile, keep a draft, publish it."""

from __future__ import annotations

from datetime import date
from typing import Any

from pypinyin import lazy_pinyin
from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from ..accounts.models import Organisation
from ..audit.services import record
from ..db import now
from ..errors import Conflict
from ..outbox.services import enqueue
from ..permissions import Viewer
from ..taxonomy.queries import Taxonomy
from .facets import write_facets
from .models import Case, Certificate, Offering, Provider, ProviderDraft
from .profiles import CaseDraft, CertificateDraft, OfferingDraft, ProfileDraft


def sort_key_of(name: str) -> str:
    """Return the pinyin of a name, by which lists are sorted: '砚汀' → 'yan ting'."""
    return " ".join(lazy_pinyin(name)).lower()[:200]


def open_provider(session: Session, organisation: Organisation, actor: Viewer | None) -> Provider:
    """Make the empty, unpublished provider of an organisation."""
    provider = Provider(organisation_id=organisation.id, sort_key=sort_key_of(organisation.name))
    session.add(provider)
    session.flush()
    record(session, actor, "provider.opened", ("provider", provider.id))
    return provider


def save_draft(
    session: Session,
    provider: Provider,
    draft: ProfileDraft,
    actor: Viewer,
    seen_version: int,
) -> int:
    """Keep the working copy and return its new version; 0 means no copy was seen yet.

    Raises Conflict, and keeps the other person's copy, when it has moved on since.
    """
    body = draft.as_body()
    kept = session.get(ProviderDraft, provider.id)
    if kept is None:
        if seen_version:
            raise _draft_conflict()
        session.add(ProviderDraft(provider_id=provider.id, body=body, saved_by_id=actor.user_id))
        session.flush()
        return 1
    result = session.execute(
        update(ProviderDraft)
        .where(ProviderDraft.provider_id == provider.id, ProviderDraft.version == seen_version)
        .values(body=body, version=seen_version + 1, saved_at=now(), saved_by_id=actor.user_id)
        .execution_options(synchronize_session=False)
    )
    if result.rowcount != 1:  # type: ignore[attr-defined]
        raise _draft_conflict()
    session.expire(kept)
    return seen_version + 1


def _draft_conflict() -> Conflict:
    return Conflict(
        "同事刚刚改过这份草稿。",
        "同事的内容已保存，您这次的修改没有写入。",
        "请在另一窗口打开草稿，把您的修改补上后再保存。",
    )


def discard_draft(session: Session, provider: Provider, seen_version: int | None = None) -> None:
    """Throw the working copy away, if there is one; the published profile stays.

    With `seen_version`, raises Conflict and keeps the copy when it is no longer that one.
    """
    statement = delete(ProviderDraft).where(ProviderDraft.provider_id == provider.id)
    if seen_version is not None:
        statement = statement.where(ProviderDraft.version == seen_version)
    kept = session.get(ProviderDraft, provider.id)
    session.flush()
    gone = session.execute(statement.execution_options(synchronize_session=False))
    if seen_version and gone.rowcount != 1:  # type: ignore[attr-defined]
        raise _draft_conflict()
    if kept is not None:
        session.expunge(kept)


def publish_profile(
    session: Session,
    provider: Provider,
    draft: ProfileDraft,
    actor: Viewer | None,
    taxonomy: Taxonomy,
    seen_version: int | None = None,
) -> None:
    """Make the draft the public profile, tell the index, and drop the working copy.

    A checked or accepted fact whose content changed falls back to 企业申报: the mark stood for
    the old content. Raises Conflict when the profile has changed since `seen_version`.
    """
    session.flush()
    result = session.execute(
        update(Provider)
        .where(
            Provider.id == provider.id,
            Provider.version == (provider.version if seen_version is None else seen_version),
        )
        .values(version=Provider.version + 1, published=True, updated_at=now())
        .execution_options(synchronize_session=False)
    )
    if result.rowcount != 1:  # type: ignore[attr-defined]
        raise Conflict(
            "同事刚刚发布过新的资料。",
            "您的草稿仍然保留。",
            "请核对最新资料后再发布。",
        )
    session.refresh(provider)
    apply_profile(provider, draft)
    provider.sort_key = sort_key_of(provider.organisation.name)
    write_facets(session, provider, taxonomy)
    discard_draft(session, provider)
    record(session, actor, "provider.published", ("provider", provider.id), to=provider.version)
    enqueue(session, "index", provider_id=provider.id)


def apply_profile(provider: Provider, draft: ProfileDraft) -> None:
    """Set the provider's rows to what the draft says; a preview does so and rolls back."""
    for name in _PLAIN_FIELDS:
        value = getattr(draft, name)
        setattr(provider, name, list(value) if isinstance(value, tuple) else value)
    _merge(provider.offerings, draft.offerings, Offering, _offering_values)
    _merge(provider.cases, draft.cases, Case, _case_values)
    _merge(provider.certificates, draft.certificates, Certificate, _certificate_values)


_PLAIN_FIELDS = (
    "summary",
    "profile",
    "type_codes",
    "industry_codes",
    "scene_ids",
    "deployments",
    "xinchuang",
    "offline",
    "service_regions",
    "onsite_hours",
    "price_note",
    "founded_year",
    "staff_band",
    "address_hint",
    "contact_department",
    "contact_phone",
)


def _merge(rows: list[Any], drafts: tuple[Any, ...], kind: Any, values_of: Any) -> None:
    """Make `rows` what `drafts` say, keeping the rows (and marks) whose content is the same."""
    by_id = {row.id: row for row in rows}
    kept = []
    for position, draft in enumerate(drafts):
        values = values_of(draft, position)
        row = by_id.get(draft.id) if draft.id is not None else None
        if row is None:
            row = kind(verification="declared", **values)
        else:
            changed = any(
                getattr(row, name) != value for name, value in values.items() if name != "position"
            )
            if changed:
                row.verification = "declared"
            for name, value in values.items():
                setattr(row, name, value)
        kept.append(row)
    rows[:] = kept


def _offering_values(draft: OfferingDraft, position: int) -> dict[str, Any]:
    return {
        "kind": draft.kind,
        "name": draft.name,
        "summary": draft.summary,
        "scene_ids": list(draft.scene_ids),
        "industry_codes": list(draft.industry_codes),
        "deployments": list(draft.deployments),
        "xinchuang": draft.xinchuang,
        "offline": draft.offline,
        "price_min_yuan": draft.price_min_yuan,
        "price_max_yuan": draft.price_max_yuan,
        "price_basis": draft.price_basis,
        "filing_number": draft.filing_number,
        "position": position,
    }


def _case_values(draft: CaseDraft, position: int) -> dict[str, Any]:
    return {
        "title": draft.title,
        "client_name": draft.client_name,
        "client_masked": draft.client_masked,
        "client_label": draft.client_label,
        "industry_code": draft.industry_code,
        "scene_id": draft.scene_id,
        "year": draft.year,
        "month": draft.month,
        "story": draft.story,
        "metrics": [
            {"name": name, "before": before, "after": after, "unit": unit}
            for name, before, after, unit in draft.metrics
        ],
        "position": position,
    }


def _certificate_values(draft: CertificateDraft, _position: int) -> dict[str, Any]:
    return {
        "name": draft.name,
        "number": draft.number,
        "valid_to": date.fromisoformat(draft.valid_to) if draft.valid_to else None,
    }
