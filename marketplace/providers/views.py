"""The profile editor of a provider's members: a working copy, its parts, publishing."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from ..accounts.models import Organisation
from ..db import db
from ..errors import NotFound
from ..msgids import N_
from ..taxonomy.queries import get_taxonomy
from ..web.routes import Room
from ..web.viewer import current_viewer
from .forms import CaseForm, CertificateForm, OfferingForm, ProfileForm
from .models import Provider
from .profiles import CaseDraft, CertificateDraft, OfferingDraft, ProfileDraft
from .queries import find_draft, find_provider_of, profile_of
from .services import discard_draft, open_provider, publish_profile, save_draft
from .vocabulary import OFFERING_KINDS, VERIFICATION_NAMES

room = Room("providers", __name__)
VIEW, EDIT = "own:provider:view", "own:provider:edit"

PARTS: dict[str, tuple[Any, Any, str]] = {
    "offerings": (OfferingForm, OfferingDraft, N_("产品与方案")),
    "cases": (CaseForm, CaseDraft, N_("案例")),
    "certificates": (CertificateForm, CertificateDraft, N_("资质")),
}
MOST_PARTS = 30


@dataclass(frozen=True, slots=True)
class Copy:
    """The provider, the working copy (or the published profile), and the version seen."""

    provider: Provider | None
    draft: ProfileDraft
    version: int


def working_copy() -> Copy:
    """Return what the signed-in member edits."""
    provider = find_provider_of(db.session, current_viewer().organisation_id)
    if provider is None:
        return Copy(None, ProfileDraft(), 0)
    kept = find_draft(db.session, provider)
    if kept is None:
        return Copy(provider, profile_of(provider), 0)
    return Copy(provider, ProfileDraft.from_body(kept.body), kept.version)


def _keep(copy: Copy, draft: ProfileDraft) -> None:
    viewer = current_viewer()
    provider = copy.provider
    if provider is None:
        organisation = db.session.get(Organisation, viewer.organisation_id)
        assert organisation is not None
        provider = open_provider(db.session, organisation, viewer)
    save_draft(db.session, provider, draft, viewer, _seen(copy))


def _seen(copy: Copy) -> int:
    """Return the version of the working copy the page showed; the present one when it says none."""
    seen = request.form.get("version", "")
    return int(seen) if seen.isascii() and seen.isdigit() and len(seen) < 10 else copy.version


def missing_of(draft: ProfileDraft) -> list[str]:
    """Return what a profile still needs before it can be published."""
    wanted = [
        (draft.summary, _("一句话介绍")),
        (draft.type_codes, _("类别")),
        (draft.scene_ids, _("主要场景")),
        (draft.deployments, _("部署方式")),
        (draft.offerings, _("至少一项产品或方案")),
    ]
    return [name for value, name in wanted if not value]


@room.get("/my/provider/", permission=VIEW)
def mine() -> ResponseReturnValue:
    """Show where the profile stands: what is public, what is in the working copy."""
    copy = working_copy()
    kept = find_draft(db.session, copy.provider) if copy.provider else None
    return render_template(
        "pages/providers/mine.html",
        provider=copy.provider,
        draft=copy.draft,
        kept=kept,
        missing=missing_of(copy.draft),
        kinds=OFFERING_KINDS,
        marks=_marks(copy.provider),
    )


def _marks(provider: Provider | None) -> dict[str, dict[int, str]]:
    if provider is None:
        return {"offerings": {}, "cases": {}, "certificates": {}}
    return {
        part: {row.id: row.verification for row in getattr(provider, part)}
        for part in ("offerings", "cases", "certificates")
    }


@room.get("/my/provider/profile", permission=EDIT)
def edit_profile() -> ResponseReturnValue:
    """Show the form of the profile itself."""
    copy = working_copy()
    form = ProfileForm().offer(get_taxonomy(db.session)).show(copy.draft)
    return render_template("pages/providers/profile.html", form=form, version=copy.version)


@room.post("/my/provider/profile", permission=EDIT)
def save_profile() -> ResponseReturnValue:
    """Keep the profile's part of the working copy."""
    copy = working_copy()
    form = ProfileForm().offer(get_taxonomy(db.session))
    if not form.validate():
        return render_template("pages/providers/profile.html", form=form, version=copy.version), 422
    _keep(copy, form.to_draft(copy.draft))
    flash(_("基本资料已存入草稿。发布前，公众看到的仍是原来的内容。"), "success")
    return redirect(url_for("providers.mine"), 303)


@room.get("/my/provider/<any(offerings,cases,certificates):part>/<int:place>", permission=EDIT)
def edit_part(part: str, place: int) -> ResponseReturnValue:
    """Show the form of one offering, case or certificate; place 0 is a new one."""
    copy = working_copy()
    form_of, draft_of, _name = PARTS[part]
    form = form_of().offer(get_taxonomy(db.session))
    form.show(_at(copy, part, place) or draft_of())
    return _part_page(copy, part, place, form)


def _at(copy: Copy, part: str, place: int) -> Any:
    items = getattr(copy.draft, part)
    if place > len(items):
        raise NotFound("这一项已被删除。", next_step="请回到资料页查看。")
    return items[place - 1] if place else None


def _part_page(copy: Copy, part: str, place: int, form: Any) -> str:
    return render_template(
        f"pages/providers/{part}.html",
        form=form,
        part=part,
        place=place,
        version=copy.version,
        name=_(PARTS[part][2]),
        marks=VERIFICATION_NAMES,
        mark=_marks(copy.provider)[part].get(getattr(_at(copy, part, place), "id", None) or 0),
    )


@room.post("/my/provider/<any(offerings,cases,certificates):part>/<int:place>", permission=EDIT)
def save_part(part: str, place: int) -> ResponseReturnValue:
    """Keep one offering, case or certificate in the working copy."""
    copy = working_copy()
    form_of, draft_of, name = PARTS[part]
    form = form_of().offer(get_taxonomy(db.session))
    before = _at(copy, part, place)
    if "add_metric" in request.form:
        form.add_metric()
        return _part_page(copy, part, place, form)
    items = list(getattr(copy.draft, part))
    if before is None and len(items) >= MOST_PARTS:
        form.form_errors.append(_("最多填%(most)s项，请先删去不再适用的。", most=MOST_PARTS))
    if not form.validate() or form.form_errors:
        return _part_page(copy, part, place, form), 422
    if before is None:
        items.append(form.to_draft(draft_of()))
    else:
        items[place - 1] = form.to_draft(before)
    _keep(copy, replace(copy.draft, **{part: tuple(items)}))
    flash(_("%(name)s已存入草稿。", name=_(name)), "success")
    return redirect(url_for("providers.mine"), 303)


@room.post(
    "/my/provider/<any(offerings,cases,certificates):part>/<int:place>/remove", permission=EDIT
)
def remove_part(part: str, place: int) -> ResponseReturnValue:
    """Take one offering, case or certificate out of the working copy."""
    copy = working_copy()
    gone = _at(copy, part, place)
    items = tuple(item for item in getattr(copy.draft, part) if item is not gone)
    _keep(copy, replace(copy.draft, **{part: items}))
    flash(_("已从草稿中删去；发布后对外生效。"), "success")
    return redirect(url_for("providers.mine"), 303)


@room.post("/my/provider/publish", permission=EDIT)
def publish() -> ResponseReturnValue:
    """Make the working copy public."""
    copy = working_copy()
    missing = missing_of(copy.draft)
    if missing or copy.provider is None:
        flash(_("还不能发布，缺少：%(what)s。草稿已保留。", what="、".join(missing)), "error")
        return redirect(url_for("providers.mine"), 303)
    if find_draft(db.session, copy.provider) is not None:
        discard_draft(db.session, copy.provider, _seen(copy))
    publish_profile(
        db.session, copy.provider, copy.draft, current_viewer(), get_taxonomy(db.session)
    )
    flash(_("已发布。检索和匹配在几秒内按新内容进行。"), "success")
    return redirect(url_for("providers.mine"), 303)


@room.post("/my/provider/discard", permission=EDIT)
def discard() -> ResponseReturnValue:
    """Throw the working copy away."""
    copy = working_copy()
    if copy.provider is not None:
        discard_draft(db.session, copy.provider, _seen(copy))
    flash(_("草稿已放弃，对外内容没有变化。"), "success")
    return redirect(url_for("providers.mine"), 303)
