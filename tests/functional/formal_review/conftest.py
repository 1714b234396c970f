"""Applications whose rules were run, and what they need to pass."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy.orm import Session

from marketplace.applications.models import Application, ApplicationFile
from marketplace.applications.snapshots import take_snapshot
from marketplace.evidence.models import EvidenceFile
from marketplace.formal_review.services import run_checks

Make = Callable[..., Any]
DECLARATIONS = ["truthful", "lawful", "no_dishonesty", "confidential", "no_award"]


@pytest.fixture
def attach(session: Session) -> Callable[..., ApplicationFile]:
    """Attach a file to an application: to a material, or to a case ('case-12')."""

    def create(application: Application, item: str, name: str = "") -> ApplicationFile:
        key = f"{application.id:06d}{len(application.files):06d}".ljust(32, "0")
        file = EvidenceFile(
            key=key,
            stored_as=f"{key}.pdf",
            filename=name or f"{item}.pdf",
            media_type="application/pdf",
            size=1000,
            sha256="0" * 64,
            attached=True,
            organisation_id=application.organisation_id,
        )
        session.add(file)
        session.flush()
        row = ApplicationFile(application_id=application.id, file_id=file.id, item=item)
        session.add(row)
        session.flush()
        session.expire(application, ["files"])
        return row

    return create


@pytest.fixture
def create_reviewed(
    session: Session, create_application: Make, attach: Make, create_provider: Make
) -> Callable[..., Application]:
    """Make an application in formal review, complete unless told otherwise, its rules run.

    `lacks` names what is left out: "licence" (fails X-05), "document" (X-07 to a person),
    "safety" (X-13 to a person).
    """

    def create(lacks: tuple[str, ...] = (), **values: Any) -> Application:
        provider = values.pop("provider", None) or create_provider(tier=None)
        application = create_application("draft", provider=provider, **values)
        if "licence" not in lacks:
            attach(application, "licence", "营业执照.pdf")
        if "document" not in lacks:
            for case in provider.cases:
                attach(application, f"case-{case.id}", "验收单.pdf")
        statements = {} if "safety" in lacks else {"safety": "部署在企业机房，数据不出厂。"}
        application.asked_tier = "tier3"
        application.draft = {
            **application.draft,
            "asked_tier": "tier3",
            "statements": statements,
            "declarations": DECLARATIONS,
        }
        hand_in(session, application)
        run_checks(session, application)
        session.commit()
        return application

    return create


def hand_in(session: Session, application: Application) -> None:
    """Freeze the application and put it into formal review, as handing in does."""
    from marketplace.db import now

    application.state = "formal_review"
    application.version += 1
    application.submitted_at = application.submitted_at or now()
    session.flush()
    take_snapshot(session, application, None)
