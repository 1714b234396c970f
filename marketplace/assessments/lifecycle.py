"""The states of a seat and of an agreement, and the arrows between them, as data."""

from __future__ import annotations

from typing import Final

from flask_babel import lazy_gettext as _

from ..lifecycle import Lifecycle, Transition

SYSTEM: Final = "system"
"""The permission of arrows that follow from what others did."""

SEAT_STATES: Final = {
    "asked": _("待声明"),
    "scoring": _("评分中"),
    "submitted": _("已提交"),
    "recused": _("已回避"),
}
SEAT_TONES: Final = {"asked": "warn", "scoring": "info", "submitted": "ok", "recused": "mute"}

AGREEMENT_STATES: Final = {
    "open": _("合议中"),
    "final": _("待专家确认"),
    "confirmed": _("已确认"),
    "reopened": _("已退回重评"),
}
AGREEMENT_TONES: Final = {
    "open": "info",
    "final": "warn",
    "confirmed": "ok",
    "reopened": "mute",
}

_SCORE, _CHAIR = "own:assessment:score", "unit:assessment:chair"

SEAT_LIFECYCLE: Final = Lifecycle(
    "seat",
    "asked",
    SEAT_STATES,  # type: ignore[arg-type]
    (
        Transition(
            "declare", _("签署回避声明"), ("asked",), "scoring", _SCORE, records="declaration"
        ),
        Transition("save", _("保存评分"), ("scoring",), "scoring", _SCORE, records="scores"),
        Transition("submit", _("提交评分"), ("scoring",), "submitted", _SCORE, tells="chair"),
        Transition(
            "return", _("退回重评"), ("submitted",), "scoring", _CHAIR, "reason", tells="expert"
        ),
        Transition(
            "recuse",
            _("申请回避"),
            ("asked", "scoring", "submitted"),
            "recused",
            _SCORE,
            records="reason",
            tells="desk",
        ),
        Transition(
            "exclude",
            _("因利害关系退出"),
            ("asked", "scoring", "submitted"),
            "recused",
            SYSTEM,
            records="reason",
            tells="expert",
        ),
    ),
)

AGREEMENT_LIFECYCLE: Final = Lifecycle(
    "agreement",
    "open",
    AGREEMENT_STATES,  # type: ignore[arg-type]
    (
        Transition("save", _("保存合议"), ("open",), "open", _CHAIR, records="points minutes"),
        Transition(
            "finalise",
            _("定稿并请专家确认"),
            ("open",),
            "final",
            _CHAIR,
            records="total tier",
            tells="experts",
        ),
        Transition("confirm", _("专家均已确认"), ("final",), "confirmed", SYSTEM),
        Transition(
            "reopen",
            _("退回重评"),
            ("open", "final", "confirmed"),
            "reopened",
            SYSTEM,
        ),
    ),
)
