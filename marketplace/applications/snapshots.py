"""What is frozen when an application is handed in: profile, cases, statements, files; append-only.

The body is canonical JSON; its SHA-256 is shown to the provider and kept in the audit log:

    {"organisation": {id, name, uscc, kind, region_code}, "provider_id", "provider_version",
     "profile": ProfileDraft.as_body(), "track", "kind", "asked_tier",
     "cases": [the case of the profile with `verification` and `acceptance_number`, and CaseFacts],
     "statements": {indicator: words}, "declarations": [code], "explanations": {item: words},
     "files": [{key, filename, sha256, size, item}]}
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict
from typing import Any

from sqlalchemy.orm import Session

from ..db import now
from ..permissions import Viewer
from ..providers.queries import list_whole, profile_of
from .changes import Change, compare
from .drafts import ApplicationDraft
from .models import Application, ApplicationSnapshot

__all__ = ["Change", "body_of", "compare", "digest_of", "take_snapshot"]


def digest_of(body: dict[str, Any]) -> str:
    """Return the SHA-256 (hex) of the canonical JSON of a snapshot's body."""
    text = json.dumps(body, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def body_of(session: Session, application: Application) -> dict[str, Any]:
    """Return what would be frozen now: the published profile and the draft as it stands."""
    [provider] = list_whole(session, [application.provider_id])
    draft = ApplicationDraft.from_body(application.draft)
    rows = {case.id: case for case in provider.cases}
    cases = {item["id"]: item for item in profile_of(provider).as_body()["cases"]}
    organisation = application.organisation
    body = {
        "organisation": {
            name: getattr(organisation, name)
            for name in ("id", "name", "uscc", "kind", "region_code")
        },
        "provider_id": provider.id,
        "provider_version": provider.version,
        "profile": profile_of(provider).as_body(),
        "track": draft.track,
        "kind": application.kind,
        "asked_tier": draft.asked_tier,
        "cases": [
            {
                **cases[facts.case_id],
                "verification": rows[facts.case_id].verification,
                "acceptance_number": rows[facts.case_id].acceptance_number,
                **asdict(facts),
            }
            for facts in draft.cases
            if facts.case_id in cases
        ],
        "statements": draft.statements,
        "declarations": list(draft.declarations),
        "explanations": draft.explanations,
        "files": [
            {
                "key": item.file.key,
                "filename": item.file.filename,
                "sha256": item.file.sha256,
                "size": item.file.size,
                "item": item.item,
            }
            for item in application.files
        ],
    }
    return json.loads(json.dumps(body, ensure_ascii=False))  # type: ignore[no-any-return]


def take_snapshot(
    session: Session, application: Application, actor: Viewer | None
) -> ApplicationSnapshot:
    """Freeze the application as it stands, as its next snapshot."""
    body = body_of(session, application)
    snapshot = ApplicationSnapshot(
        application_id=application.id,
        ordinal=len(application.snapshots) + 1,
        taken_at=now(),
        taken_by_id=actor.user_id if actor else None,
        body=body,
        digest=digest_of(body),
    )
    session.add(snapshot)
    session.flush()
    session.expire(application, ["snapshots"])
    return snapshot
