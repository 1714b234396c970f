"""Verbs on a draft: begin it, save one section of it. Take plain values; never commit."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import update
from sqlalchemy.orm import Session

from ..accounts.models import Organisation, User
from ..audit.services import record
from ..db import now
from ..errors import NotPermitted
from ..numbering.services import next_yearly_number
from ..permissions import Viewer
from ..web.filters import beijing_today
from .checks import faults_of_mask
from .errors import EditedMeanwhile, Faulty
from .lifecycle import EDITABLE_STATES, ENTRY_STATES
from .models import Need
from .policy import may_edit
from .queries import get_masker
from .sections import BY_CODE


def blank_draft(session: Session, actor: Viewer) -> Need:
    """Return a need of the actor's organisation that is not kept yet, for an empty form.

    What the organisation is known for (industry, county, size, digital level) is filled in.
    """
    organisation = (
        session.get(Organisation, actor.organisation_id) if actor.organisation_id else None
    )
    if organisation is None or not actor.may("own:need:edit"):
        raise NotPermitted(
            "您的账号没有代表任何制造企业。",
            "没有保存任何内容。",
            "请先登记企业，或由本企业管理员邀请您加入。",
        )
    return Need(
        organisation_id=organisation.id,
        company_name=organisation.name,
        company_uscc=organisation.uscc,
        size_class=organisation.size_class,
        digital_level=organisation.digital_level,
        region_code=organisation.region_code,
        industry_code=organisation.industry_code,
        state=ENTRY_STATES["drafted"],
        version=1,
        created_by_id=actor.user_id,
        updated_by_id=actor.user_id,
    )


def start_draft(session: Session, actor: Viewer, values: Mapping[str, Any] | None = None) -> Need:
    """Begin a need of the actor's organisation, numbered, with its first section filled in.

    `values` are columns of the section `problem`; they win over what is known beforehand.
    """
    given = dict(values or {})
    _only(given, "problem")
    need = blank_draft(session, actor)
    for name, value in given.items():
        setattr(need, name, value)
    need.number = next_yearly_number(session, "XQ", now())
    session.add(need)
    session.flush()
    record(session, actor, "need.drafted", ("need", need.id), number=need.number)
    return need


def _only(values: Mapping[str, Any], section: str) -> None:
    unknown = set(values) - set(BY_CODE[section].columns)
    if unknown:
        raise ValueError(f"{sorted(unknown)} are no columns of section {section}")


def save_section(
    session: Session,
    actor: Viewer,
    need: Need,
    section: str,
    values: Mapping[str, Any],
    seen_version: int,
) -> int:
    """Keep one section of a draft and return its new version.

    `seen_version` is the version the person had before them: when a colleague saved since,
    EditedMeanwhile is raised and the colleague's text stays. Saving what is there already
    changes nothing and costs no version. Mask texts that name the company raise Faulty.
    """
    _only(values, section)
    if not may_edit(actor, need):
        raise NotPermitted(
            "这条需求现在不能修改。",
            "您填写的内容没有写入，需求没有变化。",
            "已提交的请先收回；已受理的请联系经办人退回。",
        )
    if section == "disclosure":
        _refuse_names(session, need, values)
    if need.version == seen_version and all(
        getattr(need, name) == value for name, value in values.items()
    ):
        return need.version
    changed = session.execute(
        update(Need)
        .where(Need.id == need.id, Need.version == seen_version, Need.state.in_(EDITABLE_STATES))
        .values(version=seen_version + 1, updated_at=now(), updated_by_id=actor.user_id, **values)
        .execution_options(synchronize_session=False)
    )
    session.refresh(need)
    if changed.rowcount != 1:  # type: ignore[attr-defined]
        raise EditedMeanwhile(_name_of(session, need.updated_by_id), need.updated_at)
    return need.version


def _refuse_names(session: Session, need: Need, values: Mapping[str, Any]) -> None:
    texts = {key: str(value or "") for key, value in values.items() if key.startswith("mask_")}
    faults = faults_of_mask(need, get_masker(session, beijing_today(now())), texts)
    if faults:
        raise Faulty(faults)


def _name_of(session: Session, user_id: int | None) -> str:
    user = session.get(User, user_id) if user_id else None
    return user.display_name if user and user.display_name else _("同事")
