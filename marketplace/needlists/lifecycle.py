"""The states of lists and of imports and the arrows between them, as data; holds no code."""

from __future__ import annotations

from typing import Final

from flask_babel import lazy_gettext as _

from ..lifecycle import Lifecycle, Transition

SYSTEM: Final = "system"
"""The permission of arrows only the worker takes: no role holds it."""

LIST_STATES: Final = {
    "draft": _("拟稿"),
    "published": _("已发布"),
    "withdrawn": _("已撤回"),
}
LIST_TONES: Final = {"draft": "mute", "published": "ok", "withdrawn": "bad"}

LIST_LIFECYCLE: Final = Lifecycle(
    "need_list",
    "draft",
    LIST_STATES,  # type: ignore[arg-type]
    (
        Transition(
            "publish",
            _("发布"),
            ("draft",),
            "published",
            "unit:needlist:publish",
            records="number serial published_on",
            tells="creator",
        ),
        Transition(
            "withdraw",
            _("撤回"),
            ("published",),
            "withdrawn",
            "unit:needlist:publish",
            records="withdrawn_on withdrawal_reason",
            tells="creator",
        ),
    ),
)

IMPORT_STATES: Final = {
    "checking": _("正在核对"),
    "preview": _("待逐行核对"),
    "committing": _("正在导入"),
    "committed": _("已导入"),
    "discarded": _("已作废"),
    "failed": _("未能读取"),
}
IMPORT_TONES: Final = {
    "checking": "info",
    "preview": "warn",
    "committing": "info",
    "committed": "ok",
    "discarded": "mute",
    "failed": "bad",
}
_IMPORT = "unit:needlist:import"

IMPORT_LIFECYCLE: Final = Lifecycle(
    "sheet_import",
    "checking",
    IMPORT_STATES,  # type: ignore[arg-type]
    (
        Transition("show", _("核对完毕"), ("checking",), "preview", SYSTEM),
        Transition("fail", _("未能读取"), ("checking",), "failed", SYSTEM, records="error"),
        Transition("remap", _("改列对应"), ("preview",), "checking", _IMPORT, records="mapping"),
        Transition(
            "commit",
            _("导入"),
            ("preview", "committed"),
            "committed",
            _IMPORT,
            records="committed_at list_id",
        ),
        Transition("queue", _("转后台导入"), ("preview", "committed"), "committing", _IMPORT),
        Transition(
            "finish", _("导入完毕"), ("committing",), "committed", SYSTEM, records="committed_at"
        ),
        Transition("reopen", _("退回核对"), ("committing",), "preview", SYSTEM, records="error"),
        Transition("discard", _("作废"), ("checking", "preview", "failed"), "discarded", _IMPORT),
    ),
)
