"""Who may do what with notices, objections and appeals; pure rules over the viewer and the row."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from flask_babel import gettext as _

from ..permissions import Viewer
from .lifecycle import APPEALED, OPEN_ENTRIES
from .models import Appeal, NoticeEntry, Objection, PublicNotice


def is_handled_notice(viewer: Viewer, notice: PublicNotice) -> bool:
    """Whether the notice belongs to the region the viewer's unit serves."""
    return viewer.may("unit:notice:view") and viewer.serves(notice.region_code)


def may_edit_notice(viewer: Viewer, notice: PublicNotice) -> bool:
    """Whether the viewer may change the draft: its head and who stands in it."""
    return (
        notice.state == "draft"
        and notice.kind == "listing"
        and viewer.may("unit:notice:edit")
        and is_handled_notice(viewer, notice)
    )


def may_publish_notice(viewer: Viewer, notice: PublicNotice) -> bool:
    """Whether the viewer may publish or cancel the notice, and list who stands in it."""
    return viewer.may("unit:notice:publish") and is_handled_notice(viewer, notice)


def may_handle_objection(viewer: Viewer, objection: Objection) -> bool:
    """Whether the viewer may read the objection as received, and look into it."""
    return viewer.may("unit:objection:handle") and viewer.serves(objection.entry.notice.region_code)


def may_decide_objection(viewer: Viewer, objection: Objection) -> bool:
    """Whether the viewer may decide the objection."""
    return viewer.may("unit:objection:decide") and viewer.serves(objection.entry.notice.region_code)


def may_read_identity(viewer: Viewer, objection: Objection) -> bool:
    """Whether the viewer may learn who objected, giving a reason."""
    return viewer.may("unit:objection:identify") and may_handle_objection(viewer, objection)


def is_objected_company(viewer: Viewer, entry: NoticeEntry) -> bool:
    """Whether the viewer acts for the company the entry is about."""
    return (
        viewer.organisation_id is not None
        and viewer.organisation_id == entry.provider.organisation_id
        and viewer.may("own:objection:answer")
    )


def may_see_appeal(viewer: Viewer, appeal: Appeal) -> bool:
    """Whether the appeal belongs to the region the viewer's unit serves."""
    return viewer.may("unit:notice:view") and viewer.serves(appeal.application.region_code)


def may_decide_appeal(viewer: Viewer, appeal: Appeal) -> bool:
    """Whether the viewer may decide the appeal: never the person whose decision it is about."""
    return (
        viewer.may("unit:appeal:decide")
        and viewer.serves(appeal.application.region_code)
        and viewer.user_id is not None
        and viewer.user_id != appeal.against_id
    )


def was_heard(objection: Objection, today: date) -> bool:
    """Whether the company answered, or was asked and let its day pass."""
    return objection.state == "answered" or (
        objection.answer_due_on is not None and objection.answer_due_on < today
    )


def blocked_outcomes(
    objection: Objection, today: date, lower_tiers: Mapping[str, str]
) -> dict[str, str]:
    """Return the outcomes that cannot be chosen now, each with its reason.

    `lower_tiers` are the tiers below the one on the notice. A company is heard before anything
    is decided against it.
    """
    blocked: dict[str, str] = {}
    entry = objection.entry
    if entry.state not in OPEN_ENTRIES:
        words = _("这一家在名单上的去向已定，本件只能记录不成立")
        return {"partly": words, "upheld": words}
    if not was_heard(objection, today):
        words = _("须先请企业答复，答复或逾期后才能作这项决定")
        return {"partly": words, "upheld": words}
    if entry.application is None:
        blocked["partly"] = _("目录公示不改定等级；等级有误的，另行办理降级")
    elif not lower_tiers:
        blocked["partly"] = _("拟定的已是最低等级")
    return blocked


def may_appeal(viewer: Viewer, organisation_id: int, state: str) -> bool:
    """Whether the viewer's organisation may appeal, its time and the one appeal aside."""
    return (
        viewer.organisation_id is not None
        and viewer.organisation_id == organisation_id
        and viewer.may("own:appeal:file")
        and state in APPEALED
    )
