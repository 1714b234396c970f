"""Marks of verification set from outside: what the bureau checked on a provider's cases."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from ..audit.services import record
from ..db import now
from ..outbox.services import enqueue
from ..permissions import Viewer
from .models import Case, Provider

_CONTENT = ("title", "client_name", "industry_code", "scene_id", "year", "month", "story")


def mark_cases_checked(
    session: Session, actor: Viewer | None, provider_id: int, cases: Iterable[Mapping[str, Any]]
) -> int:
    """Mark cases as 材料核验 whose documents were checked, and tell the index; return how many.

    `cases` are as the documents were checked against (bodies of `profiles.CaseDraft`): a case
    edited since keeps its mark, and so does one that was accepted on this site.
    """
    wanted = {case["id"]: case for case in cases}
    rows = session.scalars(
        select(Case).where(
            Case.provider_id == provider_id,
            Case.id.in_(list(wanted)),
            Case.verification == "declared",
        )
    ).all()
    marked = [row for row in rows if _is_unchanged(row, wanted[row.id])]
    if not marked:
        return 0
    for row in marked:
        row.verification = "checked"
    provider = session.get(Provider, provider_id)
    assert provider is not None
    provider.version, provider.updated_at = Provider.version + 1, now()
    session.flush()
    record(
        session,
        actor,
        "provider.cases_checked",
        ("provider", provider_id),
        cases=[row.id for row in marked],
    )
    enqueue(session, "index", provider_id=provider_id)
    return len(marked)


def _is_unchanged(row: Case, seen: Mapping[str, Any]) -> bool:
    metrics = [
        [metric["name"], metric["before"], metric["after"], metric["unit"]]
        for metric in row.metrics
    ]
    return metrics == [list(metric) for metric in seen["metrics"]] and all(
        getattr(row, name) == seen[name] for name in _CONTENT
    )
