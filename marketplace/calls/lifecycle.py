"""The states of a call and every arrow between them, as data; holds no code that acts."""

from __future__ import annotations

from typing import Final

from flask_babel import lazy_gettext as _

from ..lifecycle import Lifecycle, Transition

SYSTEM: Final = "system"
"""The permission of arrows only the clock takes: no role holds it."""

STATES: Final = {
    "draft": _("拟稿"),
    "planned": _("已发布待开放"),
    "open": _("征集中"),
    "closed": _("已截止"),
    "reviewing": _("评审中"),
    "notice": _("公示中"),
    "listed": _("已公布结果"),
    "cancelled": _("已取消"),
}
TONES: Final = {
    "draft": "mute",
    "planned": "info",
    "open": "ok",
    "closed": "warn",
    "reviewing": "warn",
    "notice": "info",
    "listed": "ok",
    "cancelled": "bad",
}
"""The tone of each state's tag."""

FOLLOWING: Final = ("review", "publicise", "return_to_review", "list")
"""Arrows that follow from what rooms above do with the applications of the call."""

_PUBLISH, _NOTICE = "unit:call:publish", "unit:notice:publish"

CALL_LIFECYCLE: Final = Lifecycle(
    "call",
    "draft",
    STATES,  # type: ignore[arg-type]
    (
        Transition(
            "publish",
            _("发布征集"),
            ("draft",),
            "planned",
            _PUBLISH,
            records="number published_at",
            tells="creator",
        ),
        Transition("open", _("到时开放"), ("planned",), "open", SYSTEM),
        Transition("close", _("到时截止"), ("open",), "closed", SYSTEM, tells="office"),
        Transition("review", _("转入评审"), ("closed",), "reviewing", "unit:application:review"),
        Transition("publicise", _("列入公示"), ("reviewing",), "notice", _NOTICE),
        Transition("return_to_review", _("公示取消"), ("notice",), "reviewing", _NOTICE),
        Transition("list", _("公布结果"), ("notice",), "listed", _NOTICE),
        Transition(
            "cancel",
            _("取消征集"),
            ("draft", "planned", "open", "closed", "reviewing"),
            "cancelled",
            _PUBLISH,
            records="cancel_reason",
            tells="creator",
        ),
    ),
)
