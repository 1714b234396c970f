"""The states of a need and every arrow between them, as data; holds no code that acts.

Issue 3 and later add the arrows from `matching` on; their states are named already, so that
pages, filters and imports need not change then.
"""

from __future__ import annotations

from typing import Final

from flask_babel import lazy_gettext as _

from ..lifecycle import Lifecycle, Transition

SYSTEM: Final = "system"
"""The permission of arrows only the clock takes: no role holds it."""

STATES: Final = {
    "draft": _("草稿"),
    "submitted": _("待审核"),
    "returned": _("退回补充"),
    "diagnosis": _("诊断中"),
    "accepted": _("已受理"),
    "internal": _("局内匹配"),
    "published": _("可对接"),
    "matching": _("匹配中"),
    "engagement": _("洽谈中"),
    "contracted": _("已签约"),
    "delivered": _("已交付"),
    "verified": _("已验收"),
    "reviewed": _("已评价"),
    "no_provider": _("暂无合适服务商"),
    "withdrawn": _("已撤回"),
    "expired": _("已过期"),
    "merged": _("已并入"),
}
LATER_STATES: Final = (
    "matching",
    "engagement",
    "contracted",
    "delivered",
    "verified",
    "reviewed",
    "no_provider",
)
OPEN_STATES: Final = ("published", *LATER_STATES)
"""States in which a need is on the public side, as far as its disclosure lets it be seen."""

LOOKING_STATES: Final = ("published", "internal", "matching")
"""States in which a need looks for a provider; one that found none (`no_provider`) no longer does."""

EDITABLE_STATES: Final = ("draft", "returned")
"""States in which the owner edits the text."""

ENTRY_STATES: Final = {"drafted": "draft", "imported": "accepted"}
"""Where a need may begin: people begin with a draft, rows staff checked in an import do not."""

TONES: Final = {
    "draft": "mute",
    "submitted": "warn",
    "returned": "bad",
    "diagnosis": "warn",
    "accepted": "info",
    "internal": "info",
    "published": "info",
    "engagement": "warn",
    "contracted": "ok",
    "delivered": "ok",
    "verified": "ok",
    "reviewed": "ok",
    "merged": "dup",
}
"""The tone of each state's tag; the rest are mute."""

_MINE_EDIT, _MINE_SUBMIT, _TRIAGE = "own:need:edit", "own:need:submit", "unit:need:triage"
_BEFORE_MATCHING = ("submitted", "returned", "diagnosis", "accepted", "internal", "published")

TRANSITIONS: Final = (
    Transition(
        "submit",
        _("提交审核"),
        ("draft", "returned"),
        "submitted",
        _MINE_SUBMIT,
        records="submitted_at",
        tells="owner desk",
    ),
    Transition(
        "recall", _("收回修改"), ("submitted",), "draft", _MINE_SUBMIT, records="submitted_at"
    ),
    Transition(
        "return",
        _("退回补充"),
        ("submitted", "accepted", "internal", "published"),
        "returned",
        _TRIAGE,
        records="reason published_at",
        tells="owner",
    ),
    Transition(
        "route_to_diagnosis",
        _("转专家诊断"),
        ("submitted", "returned"),
        "diagnosis",
        _TRIAGE,
        records="reason",
        tells="owner",
    ),
    Transition(
        "conclude_diagnosis",
        _("诊断完成，交企业改写"),
        ("diagnosis",),
        "returned",
        _TRIAGE,
        records="reason",
        tells="owner",
    ),
    Transition("accept", _("受理"), ("submitted", "diagnosis"), "accepted", _TRIAGE, tells="owner"),
    Transition(
        "publish",
        _("发布"),
        ("accepted", "internal"),
        "published",
        _TRIAGE,
        records="published_at valid_until",
        tells="owner",
    ),
    Transition(
        "keep_internal",
        _("仅局内匹配"),
        ("accepted",),
        "internal",
        _TRIAGE,
        records="valid_until published_at",
        tells="owner",
    ),
    Transition(
        "withhold",
        _("收紧为仅局内"),
        ("published",),
        "internal",
        _MINE_EDIT,
        records="disclosure published_at",
        tells="desk",
    ),
    Transition("withdraw", _("撤回"), ("draft", *_BEFORE_MATCHING), "withdrawn", _MINE_SUBMIT),
    Transition(
        "merge",
        _("并入另一条需求"),
        _BEFORE_MATCHING,
        "merged",
        _TRIAGE,
        records="merged_into_id",
        tells="owner",
    ),
    Transition(
        "expire", _("到期"), ("published", "internal"), "expired", SYSTEM, tells="owner desk"
    ),
    Transition(
        "renew",
        _("续期"),
        ("published", "expired"),
        "published",
        _MINE_SUBMIT,
        records="valid_until renewals",
        tells="desk",
    ),
    Transition(
        "renew_internal",
        _("续期"),
        ("internal", "expired"),
        "internal",
        _MINE_SUBMIT,
        records="valid_until renewals",
        tells="desk",
    ),
)

ON_BEHALF: Final = {
    "withdraw": _TRIAGE,
    "withhold": _TRIAGE,
    "renew": _TRIAGE,
    "renew_internal": _TRIAGE,
}
"""Arrows of the owner that staff of the region may take in the owner's name."""

NEED_LIFECYCLE: Final = Lifecycle("need", "draft", STATES, TRANSITIONS)  # type: ignore[arg-type]
