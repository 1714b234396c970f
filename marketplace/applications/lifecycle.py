"""The states of an application and every arrow between them, as data; holds no code that acts.

The arrows follow the policy texts and the practice of other bureaus: formal review with
supplements, independent scores then an agreed one, site checks drawn, two people for the tier,
a public notice, and one appeal against any negative decision.
"""

from __future__ import annotations

from typing import Final

from flask_babel import lazy_gettext as _

from ..lifecycle import Lifecycle, Transition

SYSTEM: Final = "system"
"""The permission of arrows only the clock takes, or that follow from a step in another room."""

STATES: Final = {
    "draft": _("草稿"),
    "formal_review": _("形式审查"),
    "supplement": _("待补正"),
    "expert_review": _("专家评审"),
    "agreed": _("已合议"),
    "site_check": _("现场核查"),
    "proposed": _("拟定等级"),
    "approved": _("待公示"),
    "notice": _("公示中"),
    "listed": _("已入库"),
    "not_listed": _("未入库"),
    "rejected": _("不予受理"),
    "withdrawn": _("已撤回"),
}
TONES: Final = {
    "draft": "mute",
    "formal_review": "warn",
    "supplement": "bad",
    "expert_review": "info",
    "agreed": "info",
    "site_check": "info",
    "proposed": "warn",
    "approved": "info",
    "notice": "info",
    "listed": "ok",
    "not_listed": "bad",
    "rejected": "bad",
    "withdrawn": "mute",
}
"""The tone of each state's tag."""

RUNNING_STATES: Final = (
    "formal_review",
    "supplement",
    "expert_review",
    "agreed",
    "site_check",
    "proposed",
    "approved",
    "notice",
)
"""States in which the bureau or the provider still has something to do."""

_SUBMIT, _REVIEW = "own:application:submit", "unit:application:review"
_ARRANGE, _CHAIR = "unit:assessment:arrange", "unit:assessment:chair"

TRANSITIONS: Final = (
    Transition(
        "submit",
        _("提交申请"),
        ("draft",),
        "formal_review",
        _SUBMIT,
        records="submitted_at snapshot",
        tells="owner desk",
    ),
    Transition(
        "ask_supplement",
        _("要求补正"),
        ("formal_review",),
        "supplement",
        _REVIEW,
        records="reason",
        tells="owner",
    ),
    Transition(
        "supplement",
        _("提交补正"),
        ("supplement",),
        "formal_review",
        _SUBMIT,
        records="snapshot",
        tells="handler",
    ),
    Transition(
        "lapse_supplement",
        _("补正逾期，照现有材料审查"),
        ("supplement",),
        "formal_review",
        SYSTEM,
        tells="owner handler",
    ),
    Transition(
        "pass_formal",
        _("通过形式审查"),
        ("formal_review",),
        "expert_review",
        _REVIEW,
        tells="owner",
    ),
    Transition(
        "reject",
        _("不予受理"),
        ("formal_review",),
        "rejected",
        "unit:application:reject",
        records="reason",
        tells="owner",
    ),
    Transition("agree", _("合议定稿"), ("expert_review",), "agreed", SYSTEM),
    Transition("reopen", _("退回重评"), ("agreed",), "expert_review", _CHAIR, records="reason"),
    Transition(
        "draw_site_check",
        _("抽中现场核查"),
        ("agreed",),
        "site_check",
        _ARRANGE,
        tells="owner",
    ),
    Transition("finish_site_check", _("现场核查完毕"), ("site_check",), "agreed", _ARRANGE),
    Transition("propose", _("拟定等级"), ("agreed",), "proposed", "unit:decision:propose"),
    Transition(
        "send_back",
        _("退回重拟"),
        ("proposed",),
        "agreed",
        "unit:decision:approve",
        records="reason",
    ),
    Transition("approve", _("核准拟定等级"), ("proposed",), "approved", "unit:decision:approve"),
    Transition(
        "decline",
        _("核准不予入库"),
        ("proposed",),
        "not_listed",
        "unit:decision:approve",
        records="reason",
        tells="owner",
    ),
    Transition(
        "publicise", _("列入公示"), ("approved",), "notice", "unit:notice:publish", tells="owner"
    ),
    Transition("take_off_notice", _("公示取消"), ("notice",), "approved", "unit:notice:publish"),
    Transition("list", _("入库"), ("notice",), "listed", "unit:notice:publish", tells="owner"),
    Transition(
        "regrade",
        _("异议部分成立，改定等级后重新公示"),
        ("notice",),
        "agreed",
        "unit:objection:decide",
        records="reason",
        tells="owner",
    ),
    Transition(
        "uphold_objection",
        _("异议成立，不予入库"),
        ("notice",),
        "not_listed",
        "unit:objection:decide",
        records="reason",
        tells="owner",
    ),
    Transition(
        "reinstate_review",
        _("申诉成立，恢复形式审查"),
        ("rejected",),
        "formal_review",
        "unit:appeal:decide",
        records="reason",
        tells="owner handler",
    ),
    Transition(
        "reinstate_assessment",
        _("申诉成立，重新拟定等级"),
        ("not_listed",),
        "agreed",
        "unit:appeal:decide",
        records="reason",
        tells="owner handler",
    ),
    Transition(
        "withdraw",
        _("撤回申请"),
        ("draft", *RUNNING_STATES),
        "withdrawn",
        _SUBMIT,
        tells="handler",
    ),
)

APPLICATION_LIFECYCLE: Final = Lifecycle(
    "application",
    "draft",
    STATES,  # type: ignore[arg-type]
    TRANSITIONS,
)
