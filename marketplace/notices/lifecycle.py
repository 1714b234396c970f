"""The states of notices, their entries, objections and appeals, and the arrows, as data."""

from __future__ import annotations

from typing import Final

from flask_babel import lazy_gettext as _

from ..lifecycle import Lifecycle, Transition

SYSTEM: Final = "system"
"""The permission of arrows only the clock takes, or that follow from another step."""

_PUBLISH = "unit:notice:publish"
_HANDLE, _DECIDE = "unit:objection:handle", "unit:objection:decide"

NOTICE_STATES: Final = {
    "draft": _("拟稿"),
    "published": _("公示中"),
    "ended": _("已期满"),
    "cancelled": _("已取消"),
}
NOTICE_TONES: Final = {"draft": "mute", "published": "info", "ended": "ok", "cancelled": "bad"}

NOTICE_LIFECYCLE: Final = Lifecycle(
    "public_notice",
    "draft",
    NOTICE_STATES,  # type: ignore[arg-type]
    (
        Transition(
            "publish",
            _("发布公示"),
            ("draft",),
            "published",
            _PUBLISH,
            records="number published_on first_day last_day ends_at digest",
        ),
        Transition(
            "cancel",
            _("取消公示"),
            ("draft", "published"),
            "cancelled",
            _PUBLISH,
            records="cancel_reason",
        ),
        Transition("end", _("公示期满"), ("published",), "ended", SYSTEM),
    ),
)

ENTRY_STATES: Final = {
    "open": _("公示中"),
    "settled": _("期满无异议"),
    "listed": _("已入库"),
    "not_listed": _("未入库"),
    "regraded": _("改定等级，另行公示"),
}
ENTRY_TONES: Final = {
    "open": "info",
    "settled": "warn",
    "listed": "ok",
    "not_listed": "bad",
    "regraded": "mute",
}
OPEN_ENTRIES: Final = ("open", "settled")
"""States in which it is not yet decided what becomes of an entry."""

ENTRY_LIFECYCLE: Final = Lifecycle(
    "notice_entry",
    "open",
    ENTRY_STATES,  # type: ignore[arg-type]
    (
        Transition("settle", _("期满且无未决异议"), ("open",), "settled", SYSTEM),
        Transition("list", _("入库"), ("settled",), "listed", _PUBLISH, records="settled_at"),
        Transition(
            "leave_out",
            _("不予入库"),
            OPEN_ENTRIES,
            "not_listed",
            _DECIDE,
            records="settled_at",
        ),
        Transition(
            "regrade", _("改定等级"), OPEN_ENTRIES, "regraded", _DECIDE, records="settled_at"
        ),
    ),
)

OBJECTION_STATES: Final = {
    "received": _("待受理"),
    "admitted": _("核查中"),
    "answered": _("待决定"),
    "upheld": _("成立"),
    "partly": _("部分成立"),
    "dismissed": _("不成立"),
    "not_admitted": _("不予受理"),
}
OBJECTION_TONES: Final = {
    "received": "warn",
    "admitted": "info",
    "answered": "warn",
    "upheld": "bad",
    "partly": "bad",
    "dismissed": "ok",
    "not_admitted": "mute",
}
OPEN_OBJECTIONS: Final = ("received", "admitted", "answered")
"""States in which an objection holds its entry up."""

OUTCOMES: Final = ("dismissed", "partly", "upheld")

OBJECTION_LIFECYCLE: Final = Lifecycle(
    "objection",
    "received",
    OBJECTION_STATES,  # type: ignore[arg-type]
    (
        Transition("admit", _("受理"), ("received",), "admitted", _HANDLE, records="gist due_on"),
        Transition(
            "refuse", _("不予受理"), ("received",), "not_admitted", _HANDLE, records="reason"
        ),
        Transition(
            "ask",
            _("请企业答复"),
            ("admitted",),
            "admitted",
            _HANDLE,
            records="answer_due_on",
            tells="company",
        ),
        Transition(
            "answer",
            _("企业答复"),
            ("admitted",),
            "answered",
            "own:objection:answer",
            records="answer answered_at",
            tells="desk",
        ),
        *(
            Transition(
                name,
                label,
                ("admitted", "answered"),
                target,
                _DECIDE,
                records="reason decided_at decided_by_id",
                tells="company",
            )
            for name, label, target in (
                ("dismiss", _("异议不成立"), "dismissed"),
                ("uphold_partly", _("部分成立，改定等级"), "partly"),
                ("uphold", _("成立，不予入库"), "upheld"),
            )
        ),
    ),
)
STEP_TO: Final = {"dismissed": "dismiss", "partly": "uphold_partly", "upheld": "uphold"}
"""The transition that leads to each outcome."""

APPEAL_STATES: Final = {
    "open": _("待复核"),
    "upheld": _("申诉成立"),
    "dismissed": _("维持原决定"),
}
APPEAL_TONES: Final = {"open": "warn", "upheld": "ok", "dismissed": "mute"}

APPEAL_LIFECYCLE: Final = Lifecycle(
    "appeal",
    "open",
    APPEAL_STATES,  # type: ignore[arg-type]
    (
        Transition(
            "uphold",
            _("申诉成立"),
            ("open",),
            "upheld",
            "unit:appeal:decide",
            records="reason decided_at decided_by_id",
        ),
        Transition(
            "dismiss",
            _("维持原决定"),
            ("open",),
            "dismissed",
            "unit:appeal:decide",
            records="reason decided_at decided_by_id",
            tells="owner",
        ),
    ),
)
APPEALED: Final = {"rejected": "reinstate_review", "not_listed": "reinstate_assessment"}
"""The application states that can be appealed against, and the step an upheld appeal takes."""
