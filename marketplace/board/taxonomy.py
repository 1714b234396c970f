"""The page on which staff add chains, regions and other names to the taxonomy."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from sqlalchemy import select
from wtforms import SelectField, StringField
from wtforms.validators import DataRequired, Length, Regexp

from ..audit.services import record
from ..db import db
from ..errors import NotFound
from ..taxonomy.loading import load_provider_types
from ..taxonomy.models import KINDS, TaxonomyTerm
from ..taxonomy.queries import get_taxonomy
from ..web.forms import BaseForm, options
from ..web.viewer import current_viewer
from .blueprint import room

VIEW, EDIT = "site:taxonomy:view", "site:taxonomy:edit"
KIND_NAMES = {
    "chain": lazy_gettext("产业链"),
    "region": lazy_gettext("区划或功能区"),
    "industry_alias": lazy_gettext("行业别名"),
    "scene_synonym": lazy_gettext("场景别名"),
}
PLEASE = lazy_gettext("请填写。")


class TermForm(BaseForm):
    """One added term."""

    kind = SelectField(
        lazy_gettext("种类"), choices=options((kind, KIND_NAMES[kind]) for kind in KINDS)
    )
    code = StringField(
        lazy_gettext("编码"),
        [
            DataRequired(PLEASE),
            Length(max=40),
            Regexp(r"^[A-Za-z0-9_-]+$", message=lazy_gettext("只用字母、数字和连字符。")),
        ],
        description=lazy_gettext(
            "产业链自编；区划用六位代码；行业别名填行业代码（如34）；场景别名填场景编号（如S24）。"
        ),
    )
    name = StringField(lazy_gettext("名称"), [DataRequired(PLEASE), Length(max=120)])
    parent_code = StringField(lazy_gettext("上级编码"), [Length(max=40)])
    source = StringField(
        lazy_gettext("依据"),
        [DataRequired(lazy_gettext("请写明依据的文件或说明。")), Length(max=200)],
    )


@room.get("/desk/taxonomy/", permission=VIEW)
def taxonomy() -> ResponseReturnValue:
    """Show what is shipped and what was added."""
    return _page(TermForm(formdata=None))


@room.post("/desk/taxonomy/", permission=EDIT)
def add_term() -> ResponseReturnValue:
    """Add a term."""
    form = TermForm()
    if not form.validate() or not _fits(form):
        return _page(form), 422
    term = TaxonomyTerm(
        kind=form.kind.data,
        code=form.code.data,
        name=form.name.data,
        parent_code=form.parent_code.data or None,
        source=form.source.data,
        created_by_id=current_viewer().user_id,
    )
    db.session.add(term)
    db.session.flush()
    record(
        db.session,
        current_viewer(),
        "taxonomy.term_added",
        ("taxonomy_term", term.id),
        kind=term.kind,
        code=term.code,
        name=term.name,
    )
    flash(_("已添加“%(name)s”。", name=term.name), "success")
    return redirect(url_for("board.taxonomy"), 303)


@room.post("/desk/taxonomy/<int:term_id>/toggle", permission=EDIT)
def toggle_term(term_id: int) -> ResponseReturnValue:
    """Take a term out of use, or back into use; rows that carry it keep it."""
    term = db.session.get(TaxonomyTerm, term_id)
    if term is None:
        raise NotFound("没有这个条目。", next_step="请刷新页面。")
    term.active = request.form.get("active") == "1"
    record(
        db.session,
        current_viewer(),
        "taxonomy.term_toggled",
        ("taxonomy_term", term.id),
        active=term.active,
    )
    flash(_("已更新。"), "success")
    return redirect(url_for("board.taxonomy"), 303)


def _fits(form: TermForm) -> bool:
    """Whether the code exists where it must, and the term is new."""
    shipped = get_taxonomy(db.session)
    known = {"industry_alias": shipped.industries, "scene_synonym": shipped.scenes}
    if form.kind.data in known and form.code.data not in known[form.kind.data]:
        form.code.errors = [*form.code.errors, _("没有这个编码。")]
    if form.kind.data == "region" and not (form.code.data.isdigit() and len(form.code.data) == 6):
        form.code.errors = [*form.code.errors, _("区划代码是六位数字。")]
    twin = db.session.scalar(
        select(TaxonomyTerm.id).where(
            TaxonomyTerm.kind == form.kind.data,
            TaxonomyTerm.code == form.code.data,
            TaxonomyTerm.name == form.name.data,
        )
    )
    if twin:
        form.name.errors = [*form.name.errors, _("已有同名条目。")]
    return not form.errors


def _page(form: TermForm) -> str:
    added = db.session.scalars(
        select(TaxonomyTerm).order_by(TaxonomyTerm.kind, TaxonomyTerm.code, TaxonomyTerm.id)
    ).all()
    return render_template(
        "pages/board/taxonomy.html",
        form=form,
        added=added,
        kinds=KIND_NAMES,
        taxonomy=get_taxonomy(db.session),
        types=load_provider_types(),
        may_edit=current_viewer().may(EDIT),
    )
