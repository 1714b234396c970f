"""The page an invitation leads to: read it, then accept it with a new or one's own account."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from ...db import db, now
from ...errors import InvalidInput
from ...permissions import PUBLIC, ROLE_NAMES, Viewer
from ...web.viewer import current_viewer
from ..consents import CONSENT_TEXTS
from ..forms import PersonForm
from ..models import Invitation, User
from ..queries import get_usable_invitation, get_user
from ..services.consents import give_consent
from ..services.invitations import accept_invitation, digest_token
from ..services.registration import find_person, open_account
from .room import room


@room.get("/invitation/<token>", permission=PUBLIC)
def invitation(token: str) -> ResponseReturnValue:
    """Say who invites to what, and ask for what is missing to accept."""
    return _page(token, _find(token), PersonForm())


@room.post("/invitation/<token>", permission=PUBLIC)
def accept(token: str) -> ResponseReturnValue:
    """Accept: a signed-in person as they are, anybody else by opening an account."""
    found = _find(token)
    viewer = current_viewer()
    if viewer.is_signed_in:
        accept_invitation(db.session, found, get_user(db.session, viewer.user_id), now())
        flash(_accepted(found), "success")
        return redirect(url_for("accounts.start"), 303)
    known = find_person(db.session, found.email)
    if known is not None and known.confirmed_at is not None:
        raise InvalidInput(
            "这个邮箱已有账号。", "邀请没有使用，仍然有效。", "请先登录，再打开邀请链接。"
        )
    form = PersonForm()
    form.address = found.email
    if not form.validate_on_submit():
        return _page(token, found, form), 422
    user = open_account(db.session, form.to_person(found.email), now(), known)
    user.confirmed_at = now()
    db.session.flush()
    db.session.refresh(user)
    actor = Viewer(user_id=user.id, display_name=user.display_name)
    give_consent(db.session, actor, user.id, CONSENT_TEXTS[0], now())
    accept_invitation(db.session, found, user, now())
    flash(f"{_accepted(found)}{_('请用刚设置的密码登录。')}", "success")
    return redirect(url_for("security.login"), 303)


def _find(token: str) -> Invitation:
    return get_usable_invitation(db.session, digest_token(token), now())


def _accepted(found: Invitation) -> str:
    if found.organisation is not None:
        return _("您已加入%(name)s。", name=found.organisation.name)
    if found.granted_at is not None:
        return _("岗位已生效。")
    return _("您已接受邀请，待安全管理员授权后即可办理工作。")


def _page(token: str, found: Invitation, form: PersonForm) -> str:
    viewer = current_viewer()
    known: User | None = find_person(db.session, found.email)
    own_address = get_user(db.session, viewer.user_id).email if viewer.is_signed_in else None
    return render_template(
        "pages/accounts/invitation.html",
        form=form,
        token=token,
        invitation=found,
        role_name=ROLE_NAMES.get(found.role, ""),
        inviter=found.created_by.display_name if found.created_by else "",
        has_account=known is not None and known.confirmed_at is not None,
        own_address=own_address,
        fits=own_address is not None and own_address.lower() == found.email.lower(),
    )
