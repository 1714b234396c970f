"""Pages on which staff read rule sets and write their next version."""

from __future__ import annotations

import json
from datetime import date

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from ..db import db, now
from ..errors import InvalidInput, NotFound
from ..web.filters import beijing_today
from ..web.routes import Room
from ..web.viewer import current_viewer
from .queries import get_rules, list_versions, shipped, shipped_names
from .services import write_version
from .shape import changed_leaves, leaves, with_leaves

room = Room("rules", __name__)
VIEW, EDIT = "site:rules:view", "site:rules:edit"


@room.get("/desk/rules/", permission=VIEW)
def index() -> ResponseReturnValue:
    """List all rule sets with the version in force."""
    today = beijing_today(now())
    return render_template(
        "pages/rules/index.html",
        sets=[
            (name, shipped(name).get("label", name), get_rules(db.session, name, today))
            for name in shipped_names()
        ],
    )


def _known(name: str) -> None:
    if name not in shipped_names():
        raise NotFound("没有这套规则。", next_step="请从规则一览进入。")


@room.get("/desk/rules/<name>", permission=VIEW)
def show(name: str) -> ResponseReturnValue:
    """Show one rule set: in force, history, and the form for its next version."""
    _known(name)
    return _page(name, {}, "", "")


def _page(name: str, edits: dict[str, str], note: str, problem: str) -> str:
    today = beijing_today(now())
    current = get_rules(db.session, name, today)
    versions = list_versions(db.session, name)
    older = [version.body for version in versions[1:]] + [shipped(name)] * bool(versions)
    return render_template(
        "pages/rules/show.html",
        name=name,
        label=shipped(name).get("label", name),
        source=shipped(name).get("source", ""),
        current=current,
        lines=[
            (path, edits.get(path, str(leaf)), _kind(leaf)) for path, leaf in leaves(current.body)
        ],
        text=edits.get("text") or json.dumps(current.body, ensure_ascii=False, indent=1),
        history=[
            (version, changed_leaves(before, version.body))
            for version, before in zip(versions, older, strict=True)
        ],
        today=today,
        note=note,
        problem=problem,
        may_edit=current_viewer().may(EDIT),
    )


def _kind(leaf: object) -> str:
    if isinstance(leaf, bool):
        return "flag"
    return "number" if isinstance(leaf, int | float) else "text"


@room.post("/desk/rules/<name>", permission=EDIT)
def write(name: str) -> ResponseReturnValue:
    """Write the next version from the lines, or from the whole text when that was edited."""
    _known(name)
    today = beijing_today(now())
    note = request.form.get("note", "")
    edits = {key[5:]: value for key, value in request.form.items() if key.startswith("leaf-")}
    try:
        if request.form.get("whole"):
            edits["text"] = request.form.get("text", "")
            body = json.loads(edits["text"])
        else:
            body = with_leaves(get_rules(db.session, name, today).body, edits)
        effective_on = date.fromisoformat(request.form.get("effective_on", ""))
        version = write_version(db.session, current_viewer(), name, body, effective_on, note, today)
    except InvalidInput as problem:
        return _page(name, edits, note, problem.what), 422
    except (ValueError, RecursionError) as problem:
        told = _("有一项填写不符合格式：%(what)s。已填内容保留在页面上。", what=str(problem)[:80])
        return _page(name, edits, note, told), 422
    flash(
        _("第%(number)s版已保存，%(day)s起生效。", number=version.number, day=effective_on),
        "success",
    )
    return redirect(url_for("rules.show", name=name), 303)
