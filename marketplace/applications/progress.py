"""Whose turn it is with an application, by when, what late means, and every step with its day."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from flask_babel import gettext as _

from ..audit.models import AuditEntry
from ..web.filters import beijing_today, show_date, show_moment
from ..workdays.promises import days_left
from .lifecycle import APPLICATION_LIFECYCLE, STATES
from .models import Application, ApplicationDecision

MINE: Final = frozenset({"draft", "supplement"})
OVER: Final = frozenset({"listed", "not_listed", "rejected", "withdrawn"})


@dataclass(frozen=True, slots=True)
class Now:
    """What the page says on top: whose turn, what, by when, what if late."""

    whose: str
    title: str
    text: str
    facts: tuple[tuple[str, str], ...]
    due: date | None = None


def due_of(application: Application) -> date | None:
    """Return the day by which whoever has it must act; a draft is due when the call closes."""
    if application.state in OVER:
        return None
    if application.state == "draft":
        return beijing_today(application.call.closes_at)
    return application.due_on


def now_of(
    application: Application, words: Sequence[ApplicationDecision], office: str, today: date
) -> Now:
    """Return what the owner is told on top of the page; `office` is who handles it."""
    whose = _whose(application)
    title, text, late = _told(application, words)
    due = due_of(application)
    if whose == "nobody":
        return Now(whose, title, text, (), None)
    handler = application.handler.display_name if application.handler else ""
    facts = [(_("办理人"), _("贵单位") if whose == "mine" else f"{office} {handler}".strip())]
    if application.state == "draft":
        facts.append((_("截止"), show_moment(application.call.closes_at)))
    elif due is not None:
        facts.append((_("截止") if whose == "mine" else _("应办日"), show_date(due)))
    if due is not None:
        facts.append(_left(due, today))
    if late:
        facts.append((_("逾期后果"), late))
    return Now(whose, title, text, tuple(facts), due)


def _whose(application: Application) -> str:
    if application.state in OVER:
        return "nobody"
    return "mine" if application.state in MINE else "theirs"


def _left(due: date, today: date) -> tuple[str, str]:
    days = days_left(today, due)
    if days < 0:
        return _("已超期"), _("%(n)s个工作日", n=-days)
    return _("剩余"), _("今天到期") if due == today else _("%(n)s个工作日", n=days)


def last_words(words: Sequence[ApplicationDecision], *actions: str) -> str:
    """Return the latest words of these steps; '' when there are none."""
    return next((item.reason for item in reversed(words) if item.action in actions), "")


def _told(application: Application, words: Sequence[ApplicationDecision]) -> tuple[str, str, str]:
    """Return title, text, and what happens when it gets late."""
    told = {
        "draft": (
            _("现在轮到贵单位：填完并提交"),
            _("提交前只有贵单位能看到。截止时间以系统时间为准，过一秒也不能提交。"),
            _("本批不能再报，草稿保留"),
        ),
        "formal_review": (
            _("经办人正在做形式审查"),
            _("先由规则核验，规则定不了的由经办人看。需要补正的会一次列清。"),
            "",
        ),
        "supplement": (
            _("现在轮到贵单位：补正材料"),
            last_words(words, "ask_supplement") or _("请按补正意见补充。"),
            _("按现有材料继续审查"),
        ),
        "expert_review": (
            _("专家正在评审"),
            _("三名以上专家独立打分后合议，有利害关系的回避。贵单位这时不需要做什么。"),
            "",
        ),
        "agreed": (_("已合议，等待拟定等级"), _("评审意见已形成，下一步由审核人拟定等级。"), ""),
        "site_check": (
            _("抽中现场核查"),
            _("经办人提前三个工作日约定时间，请备好案例的合同和验收原件。"),
            "",
        ),
        "proposed": (_("等级已拟定，等待核准"), _("由另一人核准后列入公示。"), ""),
        "approved": (_("已核准，等待公示"), _("列入公示时，贵单位先看到得分和理由。"), ""),
        "notice": (
            _("正在公示"),
            _("公示期内任何人可以提出异议；有异议的，会请贵单位说明。"),
            "",
        ),
        "listed": (_("已入库"), _("得分、理由和下一等级的要求见下方。"), ""),
        "not_listed": (
            _("未入库"),
            last_words(words, "decline", "uphold_objection") or _("理由见下方评价结果。"),
            "",
        ),
        "rejected": (
            _("不予受理"),
            last_words(words, "reject") or _("理由见往来记录。"),
            "",
        ),
        "withdrawn": (_("已撤回"), _("这份申请不再办理，编号和材料保留备查。"), ""),
    }
    return told[application.state]


_OWNERS: Final = frozenset({"extend_supplement", "ask_extension", "lapse_supplement"})


def words_for_owner(decisions: Sequence[ApplicationDecision]) -> list[ApplicationDecision]:
    """Return the words meant for the provider: of steps it takes or is told of, newest first.

    What reviewers write to one another (退回重评, 退回重拟) stays with them.
    """
    told = {
        arrow.name
        for arrow in APPLICATION_LIFECYCLE.transitions
        if "owner" in arrow.tells.split() or arrow.permission.startswith("own:")
    }
    return [item for item in reversed(decisions) if item.action in told | _OWNERS]


def action_name(action: str) -> str:
    """Return the Chinese name of a step: 'ask_supplement' → '要求补正'."""
    known = {arrow.name: arrow.label for arrow in APPLICATION_LIFECYCLE.transitions}
    others = {"extend_supplement": _("同意延期"), "ask_extension": _("申请延期")}
    return str(known.get(action) or others.get(action, action))


@dataclass(frozen=True, slots=True)
class _Stage:
    """One line of the timeline: states it covers, arrows that end it, what is said beforehand."""

    title: str
    states: frozenset[str]
    ended_by: tuple[str, ...]
    expected: tuple[str, ...]


def timeline_of(
    application: Application, trail: Sequence[AuditEntry], flow: Mapping[str, Any]
) -> list[dict[str, Any]]:
    """Return the owner's timeline: what is done and when, what is now, what comes and when."""
    at = {entry.action.removeprefix("application."): entry.at for entry in trail}
    stages = _stages(application, flow)
    place = next(
        (i for i, stage in enumerate(stages) if application.state in stage.states), len(stages)
    )
    if application.state in OVER:
        return _ended(application, stages, at)
    return [
        _line(application, stage, "done" if i < place else "now" if i == place else "later", at)
        for i, stage in enumerate(stages)
    ]


def _stages(application: Application, flow: Mapping[str, Any]) -> list[_Stage]:
    call = application.call
    by = _("预计%(day)s前", day=show_date(call.review_by)) if call.review_by else ""
    experts = _(
        "%(n)s名以上专家独立打分后合议，有利害关系的回避", n=flow["experts_per_application"]
    )
    return [
        _Stage(
            _("填写并提交"),
            frozenset({"draft"}),
            ("submit",),
            (_("%(at)s截止", at=show_moment(call.closes_at)),),
        ),
        _Stage(
            _("形式审查"),
            frozenset({"formal_review", "supplement"}),
            ("pass_formal",),
            (
                _("提交后%(n)s个工作日内", n=flow["days_after"]["submit"]),
                _("补正最多%(n)s轮", n=flow["supplement_rounds"]),
            ),
        ),
        _Stage(_("专家评审"), frozenset({"expert_review"}), ("agree",), (by, experts)),
        _Stage(
            _("现场核查（抽取）"),
            frozenset({"site_check"}),
            ("finish_site_check",),
            (
                _("抽中才有，比例不低于%(n)s%%", n=call.site_check_percent),
                _("提前三个工作日通知"),
            ),
        ),
        _Stage(
            _("拟定等级与核准"),
            frozenset({"agreed", "proposed", "approved"}),
            ("publicise", "decline"),
            (_("一人拟定，另一人核准"), _("公示前贵单位先看到得分和理由")),
        ),
        _Stage(
            _("公示"),
            frozenset({"notice"}),
            ("list",),
            (
                _("不少于%(n)s个工作日", n=flow["working_days_least"]),
                _("异议逐件核查答复"),
            ),
        ),
        _Stage(
            _("入库"),
            frozenset(),
            ("list",),
            (
                _("列入下一期目录，有效期%(n)s年", n=flow["valid_years"]),
                _("未入库的写明理由，可申诉一次"),
            ),
        ),
    ]


def _line(
    application: Application, stage: _Stage, state: str, at: Mapping[str, datetime]
) -> dict[str, Any]:
    if state == "done":
        if "finish_site_check" in stage.ended_by and "draw_site_check" not in at:
            may_come = application.state == "agreed"
            return {
                "title": stage.title,
                "state": "later" if may_come else "skipped",
                "facts": list(stage.expected) if may_come else [_("未抽中")],
            }
        moment = max((at[name] for name in stage.ended_by if name in at), default=None)
        return {"title": stage.title, "state": state, "facts": [show_moment(moment)]}
    if state == "later":
        return {"title": stage.title, "state": state, "facts": [f for f in stage.expected if f]}
    due = due_of(application)
    return {
        "title": stage.title,
        "state": state,
        "word": str(STATES[application.state]),
        "facts": [_due_words(application, due)] if due else [],
    }


def _due_words(application: Application, due: date) -> str:
    """Return the day in words: the provider's own is a deadline, the bureau's a promise."""
    if application.state == "draft":
        return _("%(at)s截止", at=show_moment(application.call.closes_at))
    day = show_date(due)
    return (
        _("%(day)s 24:00前提交", day=day)
        if application.state in MINE
        else _("应办日%(day)s", day=day)
    )


def _ended(
    application: Application, stages: Sequence[_Stage], at: Mapping[str, datetime]
) -> list[dict[str, Any]]:
    """Return what was gone through, and how it ended."""
    if application.state == "listed":
        return [_line(application, stage, "done", at) for stage in stages]
    gone = [
        _line(application, stage, "done", at)
        for stage in stages
        if any(name in at for name in stage.ended_by)
    ]
    return [
        *gone,
        {
            "title": str(STATES[application.state]),
            "state": "stopped",
            "facts": [show_moment(application.updated_at)],
        },
    ]
