"""The desk's pages of lists: all of the region, and one draft to be filled and ordered."""

from __future__ import annotations

from dataclasses import fields
from datetime import timedelta

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from ...db import db, now
from ...needs.disclosure import LEVEL_NAMES
from ...needs.queries import get_desk_need
from ...rules.queries import get_rules
from ...taxonomy.queries import get_taxonomy
from ...web.filters import beijing_today
from ...web.paging import asked_page, page_of_rows
from ...web.viewer import current_viewer
from ..blueprint import room
from ..drafts import ListDraft
from ..forms import ListForm, ReasonForm, places_of, whole_number
from ..lifecycle import LIST_STATES, LIST_TONES
from ..models import NeedList
from ..policy import may_edit_list, may_publish_list
from ..queries import (
    addable_needs,
    count_desk_states,
    desk_lists,
    get_desk_list,
    list_problems,
    shown_entries,
)
from ..services.lists import (
    add_needs,
    create_list,
    drop_list,
    edit_list,
    order_entries,
    remove_entries,
)
from .links import matches_url, need_url
from .public import row_of

NEEDS_A_PAGE = 15


@room.get("/desk/lists/", permission="unit:needlist:view", endpoint="desk")
def desk() -> ResponseReturnValue:
    """Show the lists of the region."""
    viewer = current_viewer()
    state = request.args.get("state", "")
    states = (state,) if state in LIST_STATES else ()
    page = page_of_rows(db.session, desk_lists(viewer, states), asked_page())
    counts = count_desk_states(db.session, viewer)
    chips = [(_("全部"), sum(counts.values()), url_for("needlists.desk"), not states, None)]
    chips += [
        (str(word), counts.get(code, 0), url_for("needlists.desk", state=code), state == code, None)
        for code, word in LIST_STATES.items()
    ]
    return render_template(
        "pages/needlists/desk.html",
        page=page,
        chips_shown=chips,
        states=LIST_STATES,
        tones=LIST_TONES,
        chains=get_taxonomy(db.session).chains,
        may_create=viewer.may("unit:needlist:edit"),
    )


@room.get("/desk/lists/new", permission="unit:needlist:edit")
def new() -> ResponseReturnValue:
    """Show the empty head of a list."""
    form = _list_form()
    return render_template("pages/needlists/new.html", form=form)


@room.post("/desk/lists/new", permission="unit:needlist:edit")
def create() -> ResponseReturnValue:
    """Begin a list."""
    form = _list_form()
    if not form.validate_on_submit():
        return render_template("pages/needlists/new.html", form=form), 422
    need_list = create_list(db.session, current_viewer(), form.to_draft())
    flash(_("清单已建好，可以列入需求了。"), "success")
    return redirect(url_for("needlists.edit", list_id=need_list.id), 303)


@room.get("/desk/lists/<int:list_id>", permission="unit:needlist:view")
def edit(list_id: int) -> ResponseReturnValue:
    """Show one list as the desk handles it."""
    need_list = get_desk_list(db.session, current_viewer(), list_id)
    return desk_page(need_list, _list_form(need_list))


def desk_page(need_list: NeedList, form: ListForm, status: int = 200) -> ResponseReturnValue:
    """Return the desk's page of a list."""
    viewer = current_viewer()
    may_edit = may_edit_list(viewer, need_list)
    words = request.args.get("q", "").strip()[:60]
    problems = list_problems(db.session, viewer, need_list) if need_list.state == "draft" else []
    return (
        render_template(
            "pages/needlists/edit.html",
            need_list=need_list,
            form=form,
            addendum_form=ReasonForm(formdata=None, version=need_list.version),
            rows=[
                {**row_of(entry, viewer), "id": entry.entry_id, "position": entry.position}
                for entry in shown_entries(db.session, viewer, need_list)
            ],
            level_names=LEVEL_NAMES,
            states=LIST_STATES,
            tones=LIST_TONES,
            problems=problems,
            may_edit=may_edit,
            may_publish=may_publish_list(viewer, need_list),
            words=words,
            addable=page_of_rows(
                db.session, addable_needs(viewer, words), asked_page(), NEEDS_A_PAGE
            )
            if may_edit
            else None,
            need_url=need_url,
            matches_url=matches_url(need_list.id),
        ),
        status,
    )


@room.post("/desk/lists/<int:list_id>", permission="unit:needlist:edit")
def save(list_id: int) -> ResponseReturnValue:
    """Keep the head of a draft."""
    need_list = get_desk_list(db.session, current_viewer(), list_id)
    form = _list_form(need_list)
    if not form.validate_on_submit():
        return desk_page(need_list, form, 422)
    seen = whole_number(form.version.data)
    edit_list(db.session, current_viewer(), need_list, form.to_draft(), seen_version=seen)
    flash(_("清单信息已保存。"), "success")
    return redirect(url_for("needlists.edit", list_id=list_id), 303)


@room.post("/desk/lists/<int:list_id>/needs", permission="unit:needlist:edit")
def add(list_id: int) -> ResponseReturnValue:
    """Put the ticked needs into a draft."""
    viewer = current_viewer()
    need_list = get_desk_list(db.session, viewer, list_id)
    needs = [
        get_desk_need(db.session, viewer, number) for number in request.form.getlist("need")[:500]
    ]
    seen = whole_number(request.form.get("version"))
    count = add_needs(db.session, viewer, need_list, needs, seen_version=seen)
    flash(_("已列入%(count)s条需求。", count=count), "success")
    return redirect(url_for("needlists.edit", list_id=list_id), 303)


@room.post("/desk/lists/<int:list_id>/entries", permission="unit:needlist:edit")
def arrange(list_id: int) -> ResponseReturnValue:
    """Take one entry out, or order all by the places typed beside them."""
    viewer = current_viewer()
    need_list = get_desk_list(db.session, viewer, list_id)
    seen = whole_number(request.form.get("version"))
    if going := request.form.get("remove"):
        remove_entries(db.session, viewer, need_list, [whole_number(going)], seen_version=seen)
        flash(_("已移出一条需求，需求本身没有变化。"), "success")
    else:
        order_entries(db.session, viewer, need_list, places_of(request.form), seen_version=seen)
        flash(_("顺序已更新。"), "success")
    return redirect(url_for("needlists.edit", list_id=list_id), 303)


@room.post("/desk/lists/<int:list_id>/drop", permission="unit:needlist:edit")
def drop(list_id: int) -> ResponseReturnValue:
    """Delete a draft."""
    viewer = current_viewer()
    need_list = get_desk_list(db.session, viewer, list_id)
    title = need_list.title
    drop_list(db.session, viewer, need_list, seen_version=whole_number(request.form.get("version")))
    flash(_("拟稿《%(title)s》已删除，其中的需求没有变化。", title=title), "success")
    return redirect(url_for("needlists.desk"), 303)


def _list_form(need_list: NeedList | None = None) -> ListForm:
    if need_list is None:
        days = int(get_rules(db.session, "need_lists", beijing_today(now())).body["valid_days"])
        form = ListForm(valid_to=beijing_today(now()) + timedelta(days=days))
    else:
        head = {item.name: getattr(need_list, item.name) for item in fields(ListDraft)}
        form = ListForm(data={**head, "version": need_list.version})
    form.offer_chains(get_taxonomy(db.session).chains)
    return form
