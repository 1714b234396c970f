"""Verbs by which staff write themselves: rows of an import, and corrections of masks and codes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import update
from sqlalchemy.orm import Session

from ..audit.services import record
from ..db import now
from ..errors import Conflict, NotPermitted
from ..numbering.services import next_yearly_number
from ..permissions import Viewer
from ..web.filters import beijing_today
from .checks import faults_of_mask
from .errors import Faulty
from .lifecycle import ENTRY_STATES
from .masking import Masker
from .models import Need
from .policy import may_edit_mask
from .queries import get_masker
from .sections import TEXT_COLUMNS
from .steps import refresh_texts

IMPORTED_COLUMNS = TEXT_COLUMNS | {
    "company_name",
    "company_uscc",
    "region_text",
    "size_class",
    "digital_level",
    "valid_until",
}
CORRECTED_COLUMNS = frozenset(
    {"mask_label", "mask_title", "mask_pain", "scene_id", "industry_code", "region_code"}
)


def correct_need(
    session: Session,
    actor: Viewer,
    need: Need,
    values: Mapping[str, Any],
    *,
    seen_version: int,
) -> None:
    """Let staff put mask texts and classification right; the owner's own words stay untouched."""
    unknown = set(values) - CORRECTED_COLUMNS
    if unknown:
        raise ValueError(f"{sorted(unknown)} are not for staff to correct")
    if not may_edit_mask(actor, need) or not actor.serves(
        values.get("region_code", need.region_code)
    ):
        raise NotPermitted("您不能更正这条需求。", "需求没有变化。")
    masker = get_masker(session, beijing_today(now()))
    texts = {key: str(value or "") for key, value in values.items() if key.startswith("mask_")}
    if faults := faults_of_mask(need, masker, texts):
        raise Faulty(faults)
    changed = [name for name, value in values.items() if getattr(need, name) != value]
    if not changed:
        return
    result = session.execute(
        update(Need)
        .where(Need.id == need.id, Need.version == seen_version, Need.state == need.state)
        .values(version=seen_version + 1, updated_at=now(), updated_by_id=actor.user_id, **values)
        .execution_options(synchronize_session=False)
    )
    session.refresh(need)
    if result.rowcount != 1:  # type: ignore[attr-defined]
        raise Conflict("这条需求刚刚被他人修改。", "您的更正没有写入。", "请刷新页面对照后再更正。")
    record(session, actor, "need.corrected", ("need", need.id), fields=sorted(changed))
    refresh_texts(session, need, masker)


def create_imported(
    session: Session,
    actor: Viewer,
    values: Mapping[str, Any],
    *,
    masker: Masker | None = None,
) -> Need:
    """Make a need from a row that staff checked in an import; it begins as accepted.

    `values` are columns from `IMPORTED_COLUMNS` (money in yuan). The actor must handle the row's
    county; a row without one is handled by any unit. Pass one `masker` for many rows.
    """
    unknown = set(values) - IMPORTED_COLUMNS
    if unknown:
        raise ValueError(f"{sorted(unknown)} cannot be imported")
    if not actor.may("unit:needlist:import") or not actor.serves(values.get("region_code")):
        raise NotPermitted("这一行的县区不归您办理。", "没有写入任何内容。")
    at = now()
    need = Need(
        number=next_yearly_number(session, "XQ", at),
        state=ENTRY_STATES["imported"],
        submitted_at=at,
        created_by_id=actor.user_id,
        updated_by_id=actor.user_id,
        owner_id=actor.user_id,
        **values,
    )
    session.add(need)
    session.flush()
    record(session, actor, "need.imported", ("need", need.id), number=need.number)
    refresh_texts(session, need, masker)
    return need
