"""What formal review found counts in the computed indicators; what is only declared does not."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Flask
from sqlalchemy.orm import Session

from marketplace.accounts.models import User
from marketplace.accounts.queries import viewer_of
from marketplace.applications.models import ApplicationFile
from marketplace.applications.snapshots import take_snapshot
from marketplace.assessments.sheets import figures_of
from marketplace.db import now
from marketplace.demo.vetting.paper import demo_pdf
from marketplace.evidence.models import EvidenceFile
from marketplace.evidence.services import keep_evidence
from marketplace.formal_review.services import verify_file

Make = Callable[..., Any]


def test_a_declared_case_counts_once_a_person_has_checked_its_document(
    app: Flask, session: Session, clerk: User, create_application: Make
) -> None:
    application = create_application("draft", submitted_at=None)
    case_id = application.draft["cases"][0]["case_id"]
    file: EvidenceFile = keep_evidence(
        session,
        viewer_of(clerk),
        demo_pdf("case"),
        "验收单.pdf",
        app.config["UPLOAD_FOLDER"] / "evidence",
        organisation_id=application.organisation_id,
        scanner="",
    )
    row = ApplicationFile(application_id=application.id, file_id=file.id, item=f"case-{case_id}")
    session.add(row)
    session.flush()
    session.expire(application, ["files"])
    take_snapshot(session, application, None)
    application.state, application.submitted_at = "formal_review", now()
    session.commit()
    assert figures_of(session, application)["accepted_projects"].points == 0

    verify_file(session, viewer_of(clerk), row, "original", seen_checked="")
    session.commit()
    # One checked case weighs 0.7 of 8 that give all 10 points: 0.875, rounded half up.
    assert figures_of(session, application)["accepted_projects"].points == 0.9
