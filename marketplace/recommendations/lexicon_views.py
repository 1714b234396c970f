"""Pages of the lexicon: browse it, one capability, edit the draft, try a sentence."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from ..db import db
from ..errors import Conflict, InvalidInput
from ..matching.extension import ABBREVIATION
from ..matching.lexicon import Lexicon, load_lexicon
from ..matching.words import TERM
from ..taxonomy.queries import get_taxonomy
from ..web.forms import options, tried_at
from ..web.viewer import current_viewer
from .blueprint import room
from .lexicon_editing import add_capability, add_word, get_capability, remove_word, restore_word
from .lexicon_forms import CapabilityForm, TrialForm, WordForm
from .lexicon_models import LexiconVersion
from .lexicon_shown import (
    KIND_NAMES,
    STATE_NAMES,
    find_capabilities,
    show_scenes,
    show_trial,
    show_words,
)
from .lexicons import (
    DRAFT,
    PROPOSE,
    VIEW,
    lexicon_in_force,
    lexicon_of_version,
    list_versions,
    open_version,
)
from .queries import names_of_people
from .switching import may_switch
from .vocabulary import build_vocabulary


def _working() -> tuple[Lexicon, LexiconVersion | None]:
    """Return the words with the open version in them, and that version."""
    found = open_version(db.session)
    return (lexicon_of_version(found) if found else lexicon_in_force(db.session)), found


def _may_edit(version: LexiconVersion | None) -> bool:
    open_to_edit = version is None or version.state == DRAFT
    return open_to_edit and may_switch(db.session, current_viewer(), PROPOSE)


@room.get("/desk/lexicon/", permission=VIEW)
def lexicon() -> ResponseReturnValue:
    """Show the scenes, or the capabilities of a scene or with a word, and the versions."""
    working, version = _working()
    taxonomy = get_taxonomy(db.session)
    text, scene_id = request.args.get("q", "").strip()[:20], request.args.get("scene", "")
    searching = bool(text or scene_id)
    versions = list_versions(db.session)
    return render_template(
        "pages/recommendations/lexicon.html",
        working=working,
        in_force=lexicon_in_force(db.session),
        version=version,
        scene=taxonomy.scenes.get(scene_id),
        text=text,
        found=find_capabilities(working, text, scene_id) if searching else None,
        scenes=[] if searching else show_scenes(working, taxonomy),
        scene_names={key: item.name for key, item in taxonomy.scenes.items()},
        may_edit=_may_edit(version),
        versions=versions,
        states=STATE_NAMES,
        people=names_of_people(db.session, (item.made_by_id for item in versions)),
    )


@room.get("/desk/lexicon/capabilities/<capability_id>", permission=VIEW)
def capability(capability_id: str) -> ResponseReturnValue:
    """Show a capability with all its words, and which of them the bureau added or removed."""
    return _capability(capability_id, WordForm(formdata=None), 200)


def _capability(capability_id: str, form: WordForm, status: int) -> ResponseReturnValue:
    working, version = _working()
    taxonomy = get_taxonomy(db.session)
    in_force = lexicon_in_force(db.session)
    shown = get_capability(working, capability_id)
    page = render_template(
        "pages/recommendations/capability.html",
        capability=shown,
        groups=show_words(capability_id, load_lexicon(), in_force, working, taxonomy),
        scenes=[taxonomy.scenes[key].name for key in shown.scene_ids if key in taxonomy.scenes],
        industries=[taxonomy.industry_name(code) for code in shown.industries],
        version=version,
        may_edit=_may_edit(version),
        form=form,
    )
    return page, status


@room.post("/desk/lexicon/capabilities/<capability_id>/words", permission=PROPOSE)
def add(capability_id: str) -> ResponseReturnValue:
    """Add a word to a capability in the draft."""
    form = WordForm()
    told = form.validate_on_submit() and tried_at(
        form,
        {InvalidInput: "phrase", Conflict: "phrase"},
        lambda: add_word(
            db.session,
            current_viewer(),
            capability_id,
            form.kind.data,
            form.phrase.data or "",
            form.meaning.data or "",
        ),
    )
    if not told:
        return _capability(capability_id, form, 422)
    flash(_("已写入草稿：增加“%(word)s”。", word=form.phrase.data), "success")
    return _back_to(capability_id, TERM if form.kind.data == ABBREVIATION else form.kind.data)


def _back_to(capability_id: str, kind: str) -> ResponseReturnValue:
    """Lead back to the list of the words of a kind, which is where people are at work."""
    place = f"h-{kind}" if kind in KIND_NAMES else None
    address = url_for("recommendations.capability", capability_id=capability_id, _anchor=place)
    return redirect(address, 303)


@room.post(
    "/desk/lexicon/capabilities/<capability_id>/words/<any(remove, restore):way>",
    permission=PROPOSE,
)
def change_word(capability_id: str, way: str) -> ResponseReturnValue:
    """Take a word from a capability in the draft, or let it stand again."""
    phrase, kind = request.form.get("phrase", "")[:40], request.args.get("kind", "")
    session, viewer = db.session, current_viewer()
    if way == "remove":
        remove_word(session, viewer, capability_id, phrase)
    else:
        restore_word(session, viewer, capability_id, phrase, kind)
    told = {
        "remove": _("已写入草稿：删去“%(word)s”。", word=phrase),
        "restore": _("已写入草稿：恢复“%(word)s”。", word=phrase),
    }
    flash(told[way], "success")
    return _back_to(capability_id, kind)


@room.get("/desk/lexicon/new", permission=PROPOSE)
def new_capability() -> ResponseReturnValue:
    """Show the form of a new capability."""
    return _new(CapabilityForm(formdata=None), 200)


def _fill(form: CapabilityForm) -> None:
    taxonomy = get_taxonomy(db.session)
    scenes = [(key, item.name) for key, item in taxonomy.scenes.items()]
    form.scene.choices = options([("", _("请选择")), *scenes])
    form.industries.choices = options(
        (code, f"{code} {item.name}") for code, item in taxonomy.industries.items()
    )


def _new(form: CapabilityForm, status: int) -> ResponseReturnValue:
    _fill(form)
    version = open_version(db.session)
    page = render_template(
        "pages/recommendations/capability_new.html",
        form=form,
        version=version,
        may_edit=_may_edit(version),
    )
    return page, status


@room.post("/desk/lexicon/new", permission=PROPOSE)
def write_capability() -> ResponseReturnValue:
    """Add a whole capability to the draft."""
    form = CapabilityForm()
    _fill(form)
    made = form.validate_on_submit() and tried_at(
        form,
        {InvalidInput: "name", Conflict: "name"},
        lambda: add_capability(
            db.session,
            current_viewer(),
            form.name.data or "",
            [form.scene.data],
            form.industries.data or [],
            (form.terms.data or "").splitlines(),
            (form.cues.data or "").splitlines(),
        ),
    )
    if not made:
        return _new(form, 422)
    flash(_("已写入草稿：增加能力“%(name)s”。", name=made.name), "success")
    return redirect(url_for("recommendations.capability", capability_id=made.id), 303)


@room.get("/desk/lexicon/trial", permission=VIEW)
def trial() -> ResponseReturnValue:
    """Show where a sentence may be tried."""
    return _trial(TrialForm(formdata=None), [], 200)


@room.post("/desk/lexicon/trial", permission=VIEW)
def try_text() -> ResponseReturnValue:
    """Read a sentence by the words in force and by those of the open version; nothing is stored."""
    form = TrialForm()
    if not form.validate_on_submit():
        return _trial(form, [], 422)
    working, version = _working()
    taxonomy = get_taxonomy(db.session)
    vocabulary = build_vocabulary(taxonomy)
    text = form.text.data or ""
    sides = [(_("现行词库"), show_trial(text, lexicon_in_force(db.session), vocabulary, taxonomy))]
    if version is not None:
        state = _(STATE_NAMES[version.state][0])
        title = _("第%(number)s版（%(state)s）", number=version.number, state=state)
        sides.append((title, show_trial(text, working, vocabulary, taxonomy)))
    return _trial(form, sides, 200)


def _trial(form: TrialForm, sides: list[Any], status: int) -> ResponseReturnValue:
    page = render_template("pages/recommendations/lexicon_trial.html", form=form, sides=sides)
    return page, status
