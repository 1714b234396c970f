"""How a call reads: its period, the days left, what happens next, the way through."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from flask_babel import gettext as _

from ..taxonomy.queries import Taxonomy
from ..web.filters import show_date, show_moment
from .models import Call
from .policy import is_open


def period_words(call: Call) -> str:
    """Return the period in Beijing time: '2026-11-20 09:00 至 2026-12-20 17:00'."""
    return _(
        "%(start)s 至 %(end)s", start=show_moment(call.opens_at), end=show_moment(call.closes_at)
    )


def days_left(call: Call, at: datetime) -> str:
    """Return how long an open call still takes applications, from days down to minutes."""
    left = call.closes_at - at
    if left <= timedelta(0):
        return _("已截止")
    if left.days >= 1:
        return _("还剩%(n)s天", n=left.days)
    hours, seconds = divmod(left.seconds, 3600)
    if hours:
        return _("还剩%(n)s小时", n=hours)
    return _("还剩%(n)s分钟", n=max(1, seconds // 60))


def public_state(call: Call, at: datetime) -> tuple[str, str]:
    """Return the word and tone of the state as it is at that instant, ahead of the worker."""
    if call.state == "cancelled":
        return _("已取消"), "bad"
    if call.state == "draft":
        return _("拟稿"), "mute"
    if is_open(call, at):
        return _("征集中"), "ok"
    if at < call.opens_at:
        return _("待开放"), "info"
    words = {
        "reviewing": (_("评审中"), "warn"),
        "notice": (_("公示中"), "info"),
        "listed": (_("已公布结果"), "ok"),
    }
    return words.get(call.state, (_("已截止"), "mute"))


def next_step(call: Call, at: datetime) -> str:
    """Return what happens next with a call, and by when."""
    if call.state == "draft":
        return _("核对后由审核人员发布")
    if call.state in {"planned", "open"}:
        if at < call.opens_at:
            return _("%(at)s自动开放", at=show_moment(call.opens_at))
        if at < call.closes_at:
            return _(
                "%(at)s自动截止，%(left)s", at=show_moment(call.closes_at), left=days_left(call, at)
            )
        return _("已到截止时间，不再接收申请")
    if call.state in {"closed", "reviewing"} and call.review_by:
        return _("%(day)s前完成评审", day=show_date(call.review_by))
    return {
        "closed": _("形式审查后转专家评审"),
        "reviewing": _("评审后拟定等级，列入公示"),
        "notice": _("公示期满后公布结果"),
        "listed": _("结果已公布，入库名单见目录"),
        "cancelled": _("不再办理"),
    }[call.state]


def scope_words(call: Call, taxonomy: Taxonomy) -> tuple[list[str], list[str]]:
    """Return the names of the industries and of the scenes sought."""
    return (
        [taxonomy.industry_name(code) for code in call.industry_codes],
        [taxonomy.scene_name(code) for code in call.scene_ids],
    )


def material_notes(call: Call) -> list[dict[str, Any]]:
    """Return the materials as the public reads them, with whom each is asked of."""
    return [
        {
            "name": row["name"],
            "hint": row.get("hint", ""),
            "required": row["required"],
            "tracks": "、".join(row.get("tracks") or ()) or _("各赛道"),
        }
        for row in call.materials
    ]


def way_through(
    call: Call, at: datetime, promised: Mapping[str, int], notice_days: int
) -> list[dict[str, Any]]:
    """Return the process as items of `timeline`: each step with its period and what it is.

    `promised` are the working days of application_flow, `notice_days` the least of a notice.
    """
    share = _("按%(n)s%%随机抽取", n=call.site_check_percent) if call.site_check_percent else ""
    review_by = _("预计%(day)s前完成", day=show_date(call.review_by)) if call.review_by else ""
    within = {
        name: _("%(n)s个工作日内", n=promised[name])
        for name in ("submit", "pass_formal", "propose")
    }
    steps = [
        (
            _("提交申请"),
            [period_words(call)],
            _("截止前可以反复修改；提交后内容固定，到时系统自动截止。"),
        ),
        (
            _("形式审查"),
            [within["submit"]],
            _("材料不全的，一次告知补正；不予受理的说明理由，可以申诉一次。"),
        ),
        (
            _("专家评审"),
            [within["pass_formal"], review_by],
            _("不少于三位专家各自独立评分后合议，与申请单位有利害关系的回避。"),
        ),
        (_("现场核查"), [share], _("抽中的事先约定时间；没有抽中的不影响结果。"))
        if share
        else None,
        (
            _("拟定等级"),
            [within["propose"]],
            _("由两人分别拟定、核准，得分和理由申请单位可以查看。"),
        ),
        (
            _("公示"),
            [_("不少于%(n)s个工作日", n=notice_days)],
            _("任何单位和个人可以实名提出异议。"),
        ),
        (_("入库并列入目录"), [], _("公示期满无异议或异议不成立的，列入服务商目录。")),
    ]
    place = _place(call, at)
    return [
        {"title": step[0], "facts": [*step[1], step[2]], "state": _state(index, place, call)}
        for index, step in enumerate(steps)
        if step
    ]


def _place(call: Call, at: datetime) -> int:
    """Return which step of the whole way the call is at; -1 before it opens."""
    if call.state in {"planned", "open", "draft"}:
        if at < call.opens_at:
            return -1
        return 0 if at < call.closes_at else 1
    return {"closed": 1, "reviewing": 2, "notice": 5, "listed": 7}.get(call.state, -1)


def _state(index: int, place: int, call: Call) -> str:
    if call.state == "cancelled":
        return "skipped"
    if index < place:
        return "done"
    return "now" if index == place else "later"
