"""The page of a supplement: what is asked for, what changed since, explaining, handing in."""

from __future__ import annotations

from collections.abc import Sequence

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from ..db import db
from ..errors import InvalidInput, NotFound
from ..evidence.services import limits_of
from ..web.viewer import current_viewer
from . import services
from .asking import asked_of, in_names, item_names
from .blueprint import room
from .changes import compare
from .drafts import ApplicationDraft
from .editing import task_items
from .errors import EditedMeanwhile
from .forms import TextsForm, texts_form
from .models import Application, ApplicationDecision
from .progress import last_words
from .queries import get_own_application, list_decisions
from .snapshots import body_of

__all__ = ["hand_in", "supplement"]


@room.get("/my/applications/<number>/supplement", permission="own:application:edit")
def supplement(number: str) -> ResponseReturnValue:
    """Show what is to be added, with the form to explain what cannot be."""
    application = _asked_to_add(number)
    return _page(application, _form(application))


def _asked_to_add(number: str) -> Application:
    application = get_own_application(db.session, current_viewer(), number)
    if application.state != "supplement":
        raise NotFound("这份申请现在没有要补正的事项。", next_step="请回到申请页面查看进度。")
    return application


def asks_of(words: Sequence[ApplicationDecision], codes: Sequence[str]) -> dict[str, str]:
    """Return what is asked for under each code: the line of the request that begins with it."""
    lines = last_words(words, "ask_supplement").splitlines()
    return {
        code: next(
            (line.removeprefix(code).strip() for line in lines if line.startswith(f"{code} ")), code
        )
        for code in codes
    }


def _form(application: Application) -> TextsForm:
    """Return the answers to this round; those of earlier rounds stay in the draft."""
    texts = ApplicationDraft.from_body(application.draft).explanations
    labels = asks_of(list_decisions(db.session, application), list(texts))
    version = {"version": str(application.version)}
    return texts_form("explanations", labels, texts, version)


def _page(
    application: Application,
    form: TextsForm,
    *,
    problem: InvalidInput | None = None,
    conflict: EditedMeanwhile | None = None,
    status: int = 200,
) -> ResponseReturnValue:
    asked = asked_of(db.session, application)
    tasks, _done = task_items(application, asked, (), "")
    before = application.snapshots[-1].body
    page = render_template(
        "pages/applications/supplement.html",
        application=application,
        form=form,
        words=in_names(
            last_words(list_decisions(db.session, application), "ask_supplement"),
            item_names(application, asked),
        ),
        tasks=tasks,
        changes=compare(before, body_of(db.session, application), asked.names),
        limits=limits_of(db.session),
        problem=problem,
        conflict=conflict,
    )
    return page, status


@room.post("/my/applications/<number>/supplement", permission="own:application:submit")
def hand_in(number: str) -> ResponseReturnValue:
    """Keep the explanations, and hand everything in unless only saving was asked for."""
    viewer = current_viewer()
    application = _asked_to_add(number)
    form = _form(application)
    if not form.validate():
        return _page(application, form, status=422)
    try:
        version = services.save_section(
            db.session, viewer, application, "explanations", form.to_values(), form.seen_version
        )
        if "later" not in request.form:
            services.hand_in_supplement(db.session, viewer, application, seen_version=version)
    except EditedMeanwhile as stale:
        form.version.data = str(application.version)
        return _page(application, form, conflict=stale, status=409)
    except InvalidInput as problem:
        return _page(application, form, problem=problem, status=422)
    if "later" in request.form:
        flash(_("说明已保存，还没有提交。"), "success")
        return redirect(url_for("applications.supplement", number=number), 303)
    flash(_("补正已提交，经办人会接着审查。"), "success")
    return redirect(url_for("applications.show", number=number), 303)
