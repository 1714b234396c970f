"""Whose turn it is with a need, by when, and what comes next; and what was done so far."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from flask_babel import gettext as _

from ..audit.models import AuditEntry
from ..web.filters import beijing_today, show_date, show_moment
from ..workdays.promises import after_working_days, working_days_between
from .disclosure import LEVEL_NAMES
from .lifecycle import LATER_STATES, NEED_LIFECYCLE, STATES
from .models import Need, NeedDecision


@dataclass(frozen=True, slots=True)
class Now:
    """What the page says on top: whose turn, what, by when, what if late."""

    whose: str
    title: str
    text: str
    facts: tuple[tuple[str, str], ...]
    due: date | None = None

    @property
    def next_step(self) -> str:
        """The same in one line, for lists."""
        return self.title


def due_of(need: Need, decisions: Sequence[NeedDecision], flow: Mapping[str, Any]) -> date | None:
    """Return the day by which the need is to move on; None where nothing waits."""
    if need.state in {"returned", "diagnosis"}:
        return next((item.due_on for item in reversed(decisions) if item.due_on), None)
    if need.state == "submitted" and need.submitted_at:
        return _after(need.submitted_at, flow["review_days"])
    if need.state == "accepted":
        return _after(need.updated_at, flow["publish_days"])
    if need.state in {"published", "internal"}:
        return need.valid_until
    return None


def _after(moment: datetime, days: int) -> date:
    return after_working_days(beijing_today(moment), days)


def now_of(
    need: Need,
    decisions: Sequence[NeedDecision],
    flow: Mapping[str, Any],
    office: str,
    today: date,
) -> Now:
    """Return what the owner is told on top of the need's page; `office` is who handles it."""
    due = due_of(need, decisions, flow)
    words = next((item.reason for item in reversed(decisions) if item.reason), "")
    whose, title, text, late = _told(need, flow, words)
    facts = [(_("办理人"), _("贵公司") if whose == "mine" else office)]
    if due is not None:
        facts.append(
            (
                _("有效期至") if need.state in {"published", "internal"} else _("应办日"),
                show_date(due),
            )
        )
        facts.append((_("剩余"), _left(due, today)))
    if late:
        facts.append((_("逾期后果"), late))
    if need.state not in {"draft", "withdrawn", "merged"}:
        facts.append((_("公开级别"), str(LEVEL_NAMES[need.disclosure])))
    return Now(whose, title, text, tuple(facts) if whose != "nobody" else (), due)


def _left(due: date, today: date) -> str:
    days = working_days_between(today, due)
    if days < 0:
        return _("已超%(n)s个工作日", n=-days)
    return _("今天到期") if due == today else _("%(n)s个工作日", n=days)


def _told(need: Need, flow: Mapping[str, Any], words: str) -> tuple[str, str, str, str]:
    """Return whose turn, title, text, and what happens when it gets late."""
    told = {
        "draft": (
            "mine",
            _("现在轮到贵公司：写完并提交"),
            _("提交前只有贵公司能看到。随时可以离开，已保存的内容都在。"),
            "",
        ),
        "submitted": (
            "theirs",
            _("经办人正在审核"),
            _("审核只看有没有写清、公开级别是否合适。期间可以先看推荐的服务商，也可以收回修改。"),
            "",
        ),
        "returned": (
            "mine",
            _("现在轮到贵公司：补充后重新提交"),
            words or _("请按经办人的意见补充。"),
            _("经办人可转专家诊断"),
        ),
        "diagnosis": ("theirs", _("专家诊断中"), words or _("专家将与贵公司联系。"), ""),
        "accepted": (
            "theirs",
            _("已受理，等待发布"),
            _("经办人核对公开内容后发布。现在就可以看推荐的服务商。"),
            "",
        ),
        "internal": (
            "theirs",
            _("经办人在局内匹配"),
            _("这条需求不对外显示，由经办人代为邀请服务商。"),
            _("到期自动撤下，可续期一次"),
        ),
        "published": (
            "mine",
            _("已发布：查看推荐，决定邀请谁"),
            _("系统已按场景、案例和硬约束排出服务商，每家都写明理由。"),
            _("到期自动撤下，可续期一次"),
        ),
        "expired": (
            "mine" if need.renewals < flow["renewals"] else "nobody",
            _("已过期，不再对外显示"),
            _("仍有需要的，可以续期一次。")
            if need.renewals < flow["renewals"]
            else _("已续期过，仍有需要的请另建一条。"),
            "",
        ),
        "withdrawn": ("nobody", _("已撤回"), _("这条需求不再办理，编号保留。"), ""),
        "merged": ("nobody", _("已并入另一条需求"), words, ""),
    }
    later = ("theirs", _("正在对接"), _("进展见下方时间线。"), "")
    return told.get(need.state, later)


def timeline_of(need: Need, decisions: Sequence[NeedDecision]) -> list[dict[str, Any]]:
    """Return the owner's timeline: what is done, what is now, what comes."""
    returned = [item for item in decisions if item.action in {"return", "route_to_diagnosis"}]
    ended = need.state in {"withdrawn", "expired", "merged"}
    items = [
        _stage(need, _("填写"), {"draft"}, bool(need.submitted_at), show_moment(need.created_at)),
        _stage(
            need, _("提交"), {"returned"}, bool(need.submitted_at), show_moment(need.submitted_at)
        ),
        _stage(
            need,
            _("审核"),
            {"submitted", "diagnosis"},
            need.state in {"accepted", "internal", "published", *LATER_STATES} or ended,
            "",
        ),
        _stage(
            need,
            _("发布") if need.disclosure != "bureau" else _("局内匹配"),
            {"accepted"},
            bool(need.published_at) or need.state == "internal",
            show_moment(need.published_at),
        ),
        _stage(
            need,
            _("推荐与邀请"),
            {"published", "internal", "matching", "engagement"},
            need.state in {"contracted", "delivered", "verified", "reviewed"},
            "",
        ),
        _stage(need, _("签约、验收与评价"), {"contracted", "delivered", "verified"}, False, ""),
    ]
    for decision in returned[-1:]:
        items[1 if need.state == "returned" else 2]["note"] = decision.reason
    if not ended:
        return items
    kept = [item for item in items if item["state"] == "done"]
    return [
        *kept,
        {
            "title": str(STATES[need.state]),
            "state": "stopped",
            "facts": [show_moment(need.updated_at)],
        },
    ]


def _stage(need: Need, title: str, here: set[str], passed: bool, at: str) -> dict[str, Any]:
    state = "now" if need.state in here else "done" if passed else "later"
    return {"title": title, "state": state, "facts": [at] if at and state != "later" else []}


def trail_items(trail: Sequence[AuditEntry]) -> list[dict[str, Any]]:
    """Return the audit trail as the staff's history, newest first."""
    return [
        {
            "at": show_moment(entry.at),
            "who": entry.actor_name,
            "text": action_name(entry.action),
            "symbol": "person" if entry.actor_id else "gear",
            "record": _("审计号%(id)s", id=entry.id),
        }
        for entry in reversed(trail)
    ]


def action_name(action: str) -> str:
    """Return the Chinese name of an action on needs: 'need.publish' → '发布'."""
    name = action.removeprefix("need.")
    others = {
        "drafted": _("新建草稿"),
        "imported": _("从表格导入"),
        "corrected": _("更正公众版与分类"),
        "disclosure": _("更改公开级别"),
    }
    if name in others:
        return others[name]
    known = {arrow.name: arrow.label for arrow in NEED_LIFECYCLE.transitions}
    return str(known.get(name, action))
