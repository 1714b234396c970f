"""The states of an edition of the directory and the arrows between them, as data."""

from __future__ import annotations

from typing import Final

from flask_babel import lazy_gettext as _

from ..lifecycle import Lifecycle, Transition

SYSTEM: Final = "system"
"""The permission of the arrow that follows from a later edition's publication."""

_EDIT, _PUBLISH = "unit:edition:edit", "unit:edition:publish"

EDITION_STATES: Final = {
    "draft": _("起草"),
    "frozen": _("已冻结"),
    "notice": _("公示"),
    "published": _("已发布"),
    "superseded": _("已被取代"),
}
EDITION_TONES: Final = {
    "draft": "mute",
    "frozen": "info",
    "notice": "info",
    "published": "ok",
    "superseded": "mute",
}
FINAL_STATES: Final = ("published", "superseded")
"""States in which nothing of the edition changes any more."""

EDITION_LIFECYCLE: Final = Lifecycle(
    "edition",
    "draft",
    EDITION_STATES,  # type: ignore[arg-type]
    (
        Transition(
            "freeze", _("冻结快照"), ("draft",), "frozen", _EDIT, records="entries digest frozen_at"
        ),
        Transition("unfreeze", _("解冻重编"), ("frozen",), "draft", _EDIT),
        Transition("put_on_notice", _("送公示"), ("frozen",), "notice", _EDIT, records="notice"),
        Transition("take_off_notice", _("公示后重编"), ("notice",), "frozen", _EDIT),
        Transition(
            "publish",
            _("发布"),
            ("notice",),
            "published",
            _PUBLISH,
            records="number published_on valid_from valid_to files",
        ),
        Transition(
            "supersede",
            _("被下期取代"),
            ("published",),
            "superseded",
            SYSTEM,
            records="superseded_on",
        ),
    ),
)
