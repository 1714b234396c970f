"""The audit trail of an application in words: who did what, for the case page and the report.

Rooms above write into the same trail (draws, seats, the agreement): their words stand here too,
so that a trail reads the same wherever it is shown.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from flask_babel import gettext as _
from flask_babel import lazy_gettext

from ..audit.models import AuditEntry
from ..web.filters import show_moment
from .lifecycle import APPLICATION_LIFECYCLE

ASSESSMENT_WORDS: Final = {
    "assessment.drawn": lazy_gettext("抽取专家"),
    "assessment.gates_checked": lazy_gettext("核对准入条件"),
    "seat.declared": lazy_gettext("签署回避声明"),
    "seat.submitted": lazy_gettext("提交评分"),
    "seat.returned": lazy_gettext("退回评分"),
    "seat.recused": lazy_gettext("申请回避"),
    "seat.excluded": lazy_gettext("因利害关系退出评审"),
    "agreement.opened": lazy_gettext("开始合议"),
    "agreement.finalised": lazy_gettext("合议定稿"),
    "agreement.confirmed": lazy_gettext("确认合议结果"),
    "agreement.reopened": lazy_gettext("重开合议"),
    "site_check.drawn": lazy_gettext("抽取现场核查"),
    "site_check.recorded": lazy_gettext("记录现场核查"),
}
_BY_EXPERTS: Final = frozenset(
    {"seat.declared", "seat.submitted", "seat.recused", "agreement.confirmed"}
)


def trail_items(trail: Sequence[AuditEntry]) -> list[dict[str, Any]]:
    """Return the audit trail as the case's history, newest first."""
    return [
        {
            "at": show_moment(entry.at),
            "who": _who(entry),
            "text": _told_of(entry),
            "symbol": _symbol_of(entry),
            "record": _("审计号%(id)s", id=entry.id),
        }
        for entry in reversed(trail)
    ]


def _who(entry: AuditEntry) -> str:
    """Return who did it; an expert goes by the letter of the seat, here and on paper."""
    if entry.action in _BY_EXPERTS and "letter" in entry.detail:
        return _("专家%(letter)s", letter=entry.detail["letter"])
    return entry.actor_name


def _symbol_of(entry: AuditEntry) -> str:
    if entry.actor_id is None:
        return "gear"
    own = {"application.submit", "application.supplement", "application.withdraw"}
    return "building" if entry.action in own else "person"


def _told_of(entry: AuditEntry) -> str:
    """Return what was done, in words: 'application.check_decided' → '认定X-07：认可'."""
    detail: Mapping[str, Any] = entry.detail
    if entry.action == "application.checked":
        return _(
            "按规则核对：通过%(passed)s，须人工%(manual)s，不通过%(failed)s",
            passed=detail.get("pass", 0),
            manual=detail.get("manual", 0),
            failed=detail.get("fail", 0),
        )
    if entry.action == "application.check_decided":
        words = {"accepted": _("认可"), "refused": _("不认可")}
        word = words.get(str(detail.get("decision")), _("收回认定"))
        return _("认定%(code)s：%(word)s", code=detail.get("rule", ""), word=word)
    if entry.action == "application.file_checked":
        return _("核实证据：%(name)s", name=detail.get("file", ""))
    if entry.action == "application.assigned":
        name = str(detail.get("to") or "")
        return _("转办给%(name)s", name=name) if name else _("退回待分办")
    if entry.action == "application.extend_supplement":
        return _("延长补正期限至%(day)s", day=detail.get("due_on", ""))
    return action_name(entry.action)


def action_name(action: str) -> str:
    """Return the Chinese name of an action on an application; an unknown one keeps its code."""
    known = {arrow.name: arrow.label for arrow in APPLICATION_LIFECYCLE.transitions}
    others = {
        "started": _("新建申请"),
        "file_attached": _("上传证据"),
        "file_detached": _("移除证据"),
        "frozen": _("快照冻结"),
    }
    name = action.removeprefix("application.")
    return str(known.get(name) or others.get(name) or ASSESSMENT_WORDS.get(action) or action)
