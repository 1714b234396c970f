"""Verbs on what a provider fills in: save one section of it. Takes plain values; never commits."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import update
from sqlalchemy.orm import Session

from ..accounts.models import User
from ..db import now
from ..errors import InvalidInput, NotPermitted
from ..msgids import N_
from ..permissions import Viewer
from .asking import asked_of
from .drafts import ApplicationDraft
from .errors import EditedMeanwhile
from .models import Application
from .policy import may_edit
from .sections import BY_CODE, EXPLANATIONS, sections_for

MOST_WORDS = 3000
_KEPT = N_("您填写的内容没有写入，申请没有变化。")


def save_section(
    session: Session,
    actor: Viewer,
    application: Application,
    section: str,
    values: Mapping[str, Any],
    seen_version: int,
) -> int:
    """Keep one section of the draft and return its new version.

    `values` are fields of `ApplicationDraft` that belong to the section. `seen_version` is the
    version the person had before them: when a colleague saved since, EditedMeanwhile is raised
    and the colleague's text stays. Saving what is there already costs no version.
    """
    _guard(actor, application, section, values)
    before = ApplicationDraft.from_body(application.draft)
    draft = _checked(session, application, replace(before, **values))
    if application.version == seen_version and draft == before:
        return application.version
    changed = session.execute(
        update(Application)
        .where(
            Application.id == application.id,
            Application.version == seen_version,
            Application.state == application.state,
        )
        .values(
            version=seen_version + 1,
            updated_at=now(),
            updated_by_id=actor.user_id,
            draft=draft.as_body(),
            track=draft.track,
            asked_tier=draft.asked_tier,
        )
        .execution_options(synchronize_session=False)
    )
    session.refresh(application)
    if changed.rowcount != 1:  # type: ignore[attr-defined]
        raise EditedMeanwhile(_name_of(session, application.updated_by_id), application.updated_at)
    return application.version


def _guard(
    actor: Viewer, application: Application, section: str, values: Mapping[str, Any]
) -> None:
    parts = (EXPLANATIONS if section == "explanations" else BY_CODE[section]).parts
    unknown = set(values) - set(parts)
    if unknown:
        raise ValueError(f"{sorted(unknown)} are no parts of section {section}")
    open_now = {item.code for item in sections_for(application.state)}
    if application.state == "supplement":
        open_now.add("explanations")
    if not may_edit(actor, application) or section not in open_now:
        raise NotPermitted(
            "这份申请现在不能修改这一项。",
            _KEPT,
            "已提交的内容以快照为准；需要更正的请联系经办人。",
        )


def _checked(
    session: Session, application: Application, draft: ApplicationDraft
) -> ApplicationDraft:
    """Return the draft without what it cannot hold; raises InvalidInput for too much of it."""
    asked = asked_of(session, application)
    cases = {case.id for case in application.provider.cases}
    if len(draft.cases) > asked.most_cases:
        raise InvalidInput(
            _("案例最多选%(most)s件，现在选了%(n)s件。", most=asked.most_cases, n=len(draft.cases)),
            _KEPT,
            "请留下最能说明能力的案例。",
        )
    texts = (*draft.statements.values(), *draft.explanations.values())
    if any(len(text) > MOST_WORDS for text in texts):
        raise InvalidInput(
            _("每项说明不超过%(n)s字。", n=MOST_WORDS), _KEPT, "较长的内容请作为附件上传。"
        )
    judged = {item.code for item in asked.judged}
    known = {item["code"] for item in asked.declarations}
    asked_for = ApplicationDraft.from_body(application.draft).explanations
    return replace(
        draft,
        track=draft.track if draft.track in application.call.tracks else "",
        asked_tier=draft.asked_tier if draft.asked_tier in asked.tiers else "",
        cases=tuple({item.case_id: item for item in draft.cases if item.case_id in cases}.values()),
        statements={
            code: text for code, text in draft.statements.items() if text and code in judged
        },
        declarations=tuple(code for code in draft.declarations if code in known),
        explanations={code: text for code, text in draft.explanations.items() if code in asked_for},
    )


def _name_of(session: Session, user_id: int | None) -> str:
    user = session.get(User, user_id) if user_id else None
    return user.display_name if user and user.display_name else _("同事")
