"""The states of a rubric and the arrows between them, as data; holds no code that acts."""

from __future__ import annotations

from typing import Final

from flask_babel import lazy_gettext as _

from ..lifecycle import Lifecycle, Transition

STATES: Final = {
    "draft": _("拟稿"),
    "submitted": _("待第二人核准"),
    "approved": _("已核准"),
    "withdrawn": _("已撤销"),
}
TONES: Final = {"draft": "mute", "submitted": "warn", "approved": "ok", "withdrawn": "mute"}

EDIT, APPROVE = "unit:rubric:edit", "unit:rubric:approve"

RUBRIC_LIFECYCLE: Final = Lifecycle(
    "rubric",
    "draft",
    STATES,  # type: ignore[arg-type]
    (
        Transition(
            "submit",
            _("提请核准"),
            ("draft",),
            "submitted",
            EDIT,
            records="submitted_by_id submitted_at",
        ),
        Transition(
            "approve",
            _("核准"),
            ("submitted",),
            "approved",
            APPROVE,
            records="approved_by_id approved_at decided_words",
        ),
        Transition(
            "return", _("退回修改"), ("submitted",), "draft", APPROVE, records="decided_words"
        ),
        Transition("withdraw", _("撤销"), ("draft", "submitted"), "withdrawn", EDIT),
    ),
)
