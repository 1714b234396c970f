"""A provider's member who applies, and a draft that is complete."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from marketplace.accounts.models import Organisation, User
from marketplace.accounts.queries import viewer_of
from marketplace.applications import services
from marketplace.applications.models import Application
from marketplace.evidence.models import EvidenceFile
from marketplace.evidence.services import keep_evidence
from marketplace.permissions import Viewer
from marketplace.providers.models import Provider
from tests.fixtures.evidence import pdf

SIGNED = ("truthful", "lawful", "no_dishonesty", "confidential", "no_award")


@pytest.fixture
def provider(create_provider: Callable[..., Provider]) -> Provider:
    """A published provider that is not listed."""
    return create_provider("苏江试验智能有限公司", tier=None)


@pytest.fixture
def applicant(create_user: Callable[..., User], provider: Provider) -> User:
    """A member of the provider."""
    return create_user(organisation=provider.organisation, display_name="王经理")


@pytest.fixture
def actor(applicant: User) -> Viewer:
    """The member, as services see them."""
    return viewer_of(applicant)


@pytest.fixture
def browser(sign_in: Callable[[User], FlaskClient], applicant: User) -> FlaskClient:
    """The member's browser."""
    return sign_in(applicant)


@pytest.fixture
def keep_file(app: Flask, session: Session) -> Callable[..., EvidenceFile]:
    """Keep a file of an organisation, not yet attached."""

    def keep(
        organisation: Organisation, name: str = "营业执照.pdf", data: bytes = b""
    ) -> EvidenceFile:
        folder = Path(app.config["UPLOAD_FOLDER"]) / "evidence"
        return keep_evidence(
            session,
            Viewer(organisation_id=organisation.id),
            data or pdf(),
            name,
            folder,
            organisation_id=organisation.id,
            scanner="",
        )

    return keep


@pytest.fixture
def ready(
    session: Session,
    actor: Viewer,
    provider: Provider,
    create_application: Callable[..., Application],
    keep_file: Callable[..., EvidenceFile],
) -> Callable[..., Application]:
    """Make a draft from which nothing is missing."""

    def create(**values: Any) -> Application:
        application = create_application("draft", provider=provider, **values)
        file = keep_file(provider.organisation)
        services.attach_file(session, actor, application, "licence", file)
        services.save_section(
            session,
            actor,
            application,
            "declarations",
            {"declarations": SIGNED},
            application.version,
        )
        session.commit()
        return application

    return create
