"""Changing who may see a need: by its owner, or by staff of the region in the owner's name."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from ..db import db, now
from ..errors import NotFound
from ..permissions import Viewer
from ..web.filters import beijing_today
from ..web.viewer import current_viewer
from . import services
from .blueprint import room
from .disclosure import LEVEL_MEANINGS, LEVEL_NAMES, LEVELS, is_looser
from .editing import full_view
from .errors import ConfirmationNeeded, Faulty
from .fields import seen_version
from .models import Need
from .policy import may_set_disclosure
from .previews import preview_of
from .queries import get_desk_need, get_masker, get_own_need

Find = Callable[[Session, Viewer, str], Need]


@room.get("/my/needs/<number>/disclosure", permission="own:need:edit")
def disclosure(number: str) -> ResponseReturnValue:
    """Show the owner the four levels and what each reader sees at each of them."""
    return _page(_settable(get_own_need, number), False, request.args.get("level", ""))


@room.post("/my/needs/<number>/disclosure", permission="own:need:edit")
def set_disclosure(number: str) -> ResponseReturnValue:
    """Tighten at once; loosen after a second confirmation."""
    return _change(_settable(get_own_need, number), False)


@room.get("/desk/needs/<number>/disclosure", permission="unit:need:triage")
def desk_disclosure(number: str) -> ResponseReturnValue:
    """Show staff the four levels, to change one in the owner's name."""
    return _page(_settable(get_desk_need, number), True, request.args.get("level", ""))


@room.post("/desk/needs/<number>/disclosure", permission="unit:need:triage")
def set_desk_disclosure(number: str) -> ResponseReturnValue:
    """Change the level in the owner's name."""
    return _change(_settable(get_desk_need, number), True)


def _settable(find: Find, number: str) -> Need:
    viewer = current_viewer()
    need = find(db.session, viewer, number)
    if not may_set_disclosure(viewer, need):
        raise NotFound("这条需求现在不能更改公开级别。", next_step="请回到需求页面。")
    return need


def _page(
    need: Need, at_desk: bool, asked: str, status: int = 200, **more: Any
) -> ResponseReturnValue:
    masker = get_masker(db.session, beijing_today(now()))
    page = render_template(
        "pages/needs/disclosure.html",
        need=full_view(need, masker),
        at_desk=at_desk,
        action_url=_url(need, at_desk, "set_disclosure", "set_desk_disclosure"),
        back_url=_url(need, at_desk, "show", "triage"),
        asked=asked if asked in LEVELS else need.disclosure,
        levels=[(code, str(LEVEL_NAMES[code]), str(LEVEL_MEANINGS[code])) for code in LEVELS],
        previews={level: preview_of(need, masker, level=level) for level in LEVELS},
        **more,
    )
    return page, status


def _url(need: Need, at_desk: bool, own: str, desk: str) -> str:
    return url_for(f"needs.{desk if at_desk else own}", number=need.number)


def _change(need: Need, at_desk: bool) -> ResponseReturnValue:
    viewer, level = current_viewer(), request.form.get("level", "")
    back = redirect(_url(need, at_desk, "show", "triage"), 303)
    if level == need.disclosure:
        return back
    version = seen_version(request.form)
    try:
        if level in LEVELS and is_looser(level, need.disclosure):
            sure = request.form.get("confirmed") == "1"
            services.loosen_disclosure(
                db.session, viewer, need, level, confirmed=sure, seen_version=version
            )
        else:
            services.tighten_disclosure(db.session, viewer, need, level, seen_version=version)
    except ConfirmationNeeded:
        return _page(need, at_desk, level, 422, confirming=True)
    except Faulty as faulty:
        faults = [fault.text for fault in faulty.faults]
        return _page(need, at_desk, level, 422, faults=faults)
    flash(_("公开级别已改为“%(name)s”。", name=LEVEL_NAMES[level]), "success")
    return back
