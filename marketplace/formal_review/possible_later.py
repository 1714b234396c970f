"""What is next once the formal review is over, and what is not, with the reason; data.

`place` of an action is a part of the case page ("#…"), a form of its own ("pass", "recheck"), or
an endpoint of a room above; the page leaves out endpoints that do not exist.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from flask_babel import lazy_gettext as _


@dataclass(frozen=True, slots=True)
class Action:
    """Something that can be done; tone "primary", "danger" or "quiet"."""

    label: Any
    note: Any
    place: str
    tone: str = "quiet"
    symbol: str = "arrow-right-circle"
    permission: str = ""


@dataclass(frozen=True, slots=True)
class Refusal:
    """Something that cannot be done now, and why."""

    label: Any
    why: Any


Step = Action | Refusal
SCORES: Final = Action(
    _("看评分与合议"),
    _("各项得分、分歧和会议记录"),
    "assessments.agreement",
    symbol="chat-square-text",
    permission="unit:assessment:view",
)
APPEAL: Final = Action(
    _("看申诉"),
    _("企业可申诉一次，由原决定以外的人复核"),
    "notices.case_appeal",
    symbol="chat-left-text",
    permission="unit:notice:view",
)
EDIT: Final = Refusal(_("修改申报内容"), _("快照已冻结；要改须由企业补正，或撤回后重报"))
WITHDRAW: Final = Refusal(_("撤回申请"), _("只有企业能撤回"))

LATER: Final[Mapping[str, tuple[Step, ...]]] = {
    "draft": (),
    "expert_review": (
        Action(
            _("安排专家"),
            _("抽取、回避和催评"),
            "assessments.panel",
            "primary",
            "people",
            "unit:assessment:arrange",
        ),
        Action(
            _("看评分进度、合议"),
            _("各席位交齐独立评分后，由组长开始合议"),
            "assessments.agreement",
            symbol="chat-square-text",
            permission="unit:assessment:view",
        ),
        Refusal(_("拟定等级"), _("须先合议定稿")),
        Refusal(_("退回形式审查"), _("形式审查已通过，不能退回")),
        EDIT,
        WITHDRAW,
    ),
    "agreed": (
        Action(
            _("拟定等级"),
            _("按合议得分拟定，须另一人核准"),
            "assessments.proposal",
            "primary",
            "award",
            "unit:decision:propose",
        ),
        Action(
            _("抽取现场核查"),
            _("按批次的比例抽取"),
            "assessments.panel",
            symbol="geo",
            permission="unit:assessment:arrange",
        ),
        SCORES,
        Refusal(_("列入公示"), _("须先拟定等级并经另一人核准")),
        EDIT,
        WITHDRAW,
    ),
    "site_check": (
        Action(
            _("登记核查结果"),
            _("现场核查完毕后填写"),
            "assessments.panel",
            "primary",
            "geo",
            "unit:assessment:arrange",
        ),
        SCORES,
        Refusal(_("拟定等级"), _("须先完成现场核查")),
        EDIT,
        WITHDRAW,
    ),
    "proposed": (
        Action(
            _("核准或退回"),
            _("拟定人不能核准自己拟的"),
            "assessments.proposal",
            "primary",
            "person-check",
            "unit:decision:approve",
        ),
        SCORES,
        Refusal(_("列入公示"), _("拟定的等级还没有经另一人核准")),
        EDIT,
        WITHDRAW,
    ),
    "approved": (
        Action(
            _("列入公示"),
            _("与同批次的一起公示"),
            "notices.desk",
            "primary",
            "megaphone",
            "unit:notice:edit",
        ),
        SCORES,
        Refusal(_("入库"), _("须先公示，期满且异议办结")),
        EDIT,
        WITHDRAW,
    ),
    "notice": (
        Action(
            _("看公示与异议"),
            _("收到的异议在公示中办理"),
            "notices.desk",
            symbol="megaphone",
            permission="unit:notice:view",
        ),
        SCORES,
        Refusal(_("入库"), _("公示期满、异议办结后，随本期公示一起办理")),
        Refusal(_("改定等级"), _("须有成立的异议，由审核人员在异议中办理")),
        EDIT,
        WITHDRAW,
    ),
    "listed": (
        Action(
            _("看在库情况"),
            _("有效期与年度复核"),
            "listings.show",
            symbol="building-check",
            permission="unit:decision:view",
        ),
        SCORES,
        Refusal(_("改定等级"), _("已入库；升级须另行申报，降级、移出须另作决定")),
        EDIT,
    ),
    "not_listed": (
        SCORES,
        APPEAL,
        Refusal(_("入库"), _("已决定不予入库；企业申诉成立的，从合议恢复办理")),
    ),
    "rejected": (
        APPEAL,
        Refusal(_("恢复审查"), _("已不予受理；企业申诉成立的，从形式审查恢复办理")),
    ),
    "withdrawn": (Refusal(_("继续办理"), _("企业已撤回；征集期内可以重新申报，编号另给")),),
}
"""What is next in the states after the formal review, and what is not, with the reason."""
