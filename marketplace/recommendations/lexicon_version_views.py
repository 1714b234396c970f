"""Pages of the lexicon's versions: what one changes, its proposal and its decision."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from ..db import db
from ..matching.extension import differences
from ..matching.lexicon import load_lexicon
from ..taxonomy.queries import get_taxonomy
from ..web.forms import tried
from ..web.viewer import current_viewer
from .blueprint import room
from .lexicon_models import LexiconVersion
from .lexicon_shown import STATE_NAMES, list_changed_needs, show_differences
from .lexicons import (
    APPROVE,
    DRAFT,
    OPEN,
    PROPOSE,
    PROPOSED,
    VIEW,
    decide_version,
    discard_draft,
    get_version,
    lexicon_of_version,
    list_sent_back,
    may_decide,
    propose_version,
    version_before,
)
from .queries import names_of_people
from .switching import ReasonTooShort, may_switch
from .vocabulary import build_vocabulary
from .weight_forms import WordsForm


@room.get("/desk/lexicon/versions/<int:number>", permission=VIEW)
def lexicon_version(number: int) -> ResponseReturnValue:
    """Show what a version changes, which open needs are read otherwise, and its decision."""
    return _version(get_version(db.session, number), WordsForm(formdata=None), 200)


def _version(version: LexiconVersion, form: WordsForm, status: int) -> ResponseReturnValue:
    session, viewer, taxonomy = db.session, current_viewer(), get_taxonomy(db.session)
    former = version_before(session, version)
    before = lexicon_of_version(former) if former else load_lexicon()
    after = lexicon_of_version(version)
    changed = None
    if version.state in OPEN:
        words = build_vocabulary(taxonomy)
        changed = list_changed_needs(session, viewer, before, after, words)
    waiting = version.state == PROPOSED
    page = render_template(
        "pages/recommendations/lexicon_version.html",
        version=version,
        name=after.version,
        former=former,
        sent_back=list_sent_back(session, version),
        rows=show_differences(differences(before, after)),
        changed=changed,
        states=STATE_NAMES,
        people=names_of_people(
            session, (version.made_by_id, version.proposed_by_id, version.decided_by_id)
        ),
        may_propose=version.state == DRAFT and may_switch(session, viewer, PROPOSE),
        may_approve=waiting and may_decide(session, viewer, version, "approve"),
        may_withdraw=waiting and may_decide(session, viewer, version, "withdraw"),
        form=form,
    )
    return page, status


@room.post("/desk/lexicon/versions/<int:number>/propose", permission=PROPOSE)
def propose_lexicon(number: int) -> ResponseReturnValue:
    """Propose the draft to another person."""
    version, form = get_version(db.session, number), WordsForm()
    if not form.validate_on_submit() or not tried(
        form,
        "words",
        lambda: propose_version(db.session, current_viewer(), version, form.words.data or ""),
        ReasonTooShort,
    ):
        return _version(version, form, 422)
    flash(_("已提请启用第%(number)s版，等另一人核准。", number=number), "success")
    return redirect(url_for("recommendations.lexicon_version", number=number), 303)


@room.post("/desk/lexicon/versions/<int:number>/discard", permission=PROPOSE)
def discard_lexicon(number: int) -> ResponseReturnValue:
    """Give up the draft."""
    discard_draft(db.session, current_viewer(), get_version(db.session, number))
    flash(_("已放弃第%(number)s版草稿，现行词库不变。", number=number), "success")
    return redirect(url_for("recommendations.lexicon"), 303)


@room.post(
    "/desk/lexicon/versions/<int:number>/<any(approve, refuse, withdraw):way>", permission=APPROVE
)
def decide_lexicon(number: int, way: str) -> ResponseReturnValue:
    """Approve, refuse or withdraw a proposed version."""
    version, form = get_version(db.session, number), WordsForm()
    if not form.validate_on_submit() or not tried(
        form,
        "words",
        lambda: decide_version(db.session, current_viewer(), version, way, form.words.data or ""),
        ReasonTooShort,
    ):
        return _version(version, form, 422)
    told = {
        "approve": _("第%(number)s版已启用。服务商资料正在按新词库重读。", number=number),
        "refuse": _("已退回，可继续修改草稿。"),
        "withdraw": _("已撤回提请，可继续修改草稿。"),
    }
    flash(told[way], "success")
    return redirect(url_for("recommendations.lexicon"), 303)
