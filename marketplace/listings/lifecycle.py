"""The states of a listing and of a decision, and the arrows between them, as data."""

from __future__ import annotations

from typing import Final

from flask_babel import lazy_gettext as _

from ..catalogue.shown import STATE_NAMES
from ..lifecycle import Lifecycle, Transition

SYSTEM: Final = "system"
"""The permission of arrows only the clock takes, or that follow from a decision in force."""

_CHANGE = "unit:listing:change"
_RUNNING = ("valid", "rectification", "suspended")

LISTING_LIFECYCLE: Final = Lifecycle(
    "listing",
    "valid",
    {code: name for code, (name, _tone) in STATE_NAMES.items()},  # type: ignore[misc]
    (
        Transition(
            "rectify",
            _("限期整改"),
            ("valid",),
            "rectification",
            _CHANGE,
            records="reason due_on",
            tells="provider",
        ),
        Transition(
            "restore",
            _("整改完成，恢复"),
            ("rectification",),
            "valid",
            _CHANGE,
            records="reason",
            tells="provider",
        ),
        Transition(
            "suspend",
            _("暂停"),
            ("valid", "rectification"),
            "suspended",
            _CHANGE,
            records="reason",
            tells="provider",
        ),
        Transition(
            "lapse_rectification",
            _("整改逾期，暂停"),
            ("rectification",),
            "suspended",
            SYSTEM,
            records="reason",
            tells="provider desk",
        ),
        Transition(
            "resume",
            _("解除暂停"),
            ("suspended",),
            "valid",
            _CHANGE,
            records="reason",
            tells="provider",
        ),
        Transition(
            "expire",
            _("到期"),
            _RUNNING,
            "expired",
            SYSTEM,
            records="reason",
            tells="provider desk",
        ),
        Transition(
            "withdraw",
            _("自愿退出"),
            _RUNNING,
            "withdrawn",
            "own:listing:withdraw",
            records="reason",
            tells="provider desk",
        ),
        Transition(
            "remove",
            _("移出"),
            _RUNNING,
            "removed",
            SYSTEM,
            records="reason reapply_after",
            tells="provider",
        ),
        Transition(
            "renew",
            _("入库或续期"),
            ("valid", "expired", "withdrawn", "removed"),
            "valid",
            SYSTEM,
            records="tier track valid_from valid_to",
            tells="provider",
        ),
        Transition(
            "downgrade",
            _("降级"),
            ("valid", "rectification", "suspended"),
            "valid",
            SYSTEM,
            records="tier reason",
            tells="provider",
        ),
    ),
)

DECISION_STATES: Final = {
    "proposed": _("待第二人核准"),
    "approved": _("已核准"),
    "returned": _("已退回"),
    "in_force": _("已生效"),
    "void": _("已作废"),
}
DECISION_TONES: Final = {
    "proposed": "warn",
    "approved": "info",
    "returned": "bad",
    "in_force": "ok",
    "void": "mute",
}
DECISION_KINDS: Final = {
    "grant": _("入库定级"),
    "promote": _("升级"),
    "renew": _("到期复评"),
    "decline": _("不予入库"),
    "downgrade": _("降级"),
    "remove": _("移出"),
}

DECISION_LIFECYCLE: Final = Lifecycle(
    "listing_decision",
    "proposed",
    DECISION_STATES,  # type: ignore[arg-type]
    (
        Transition(
            "approve",
            _("核准"),
            ("proposed",),
            "approved",
            "unit:decision:approve",
            records="decided_by_id decided_at decided_words",
        ),
        Transition(
            "return",
            _("退回"),
            ("proposed",),
            "returned",
            "unit:decision:approve",
            records="decided_by_id decided_at decided_words",
        ),
        Transition(
            "put_in_force", _("生效"), ("approved",), "in_force", SYSTEM, records="in_force_on"
        ),
        Transition("void", _("作废"), ("proposed", "approved"), "void", SYSTEM),
    ),
)
