"""One's organisation: its facts, its members, invitations to colleagues, handing over."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from ...db import db, now
from ...errors import NotFound
from ...taxonomy.queries import get_taxonomy
from ...web.viewer import current_viewer
from ..forms import ORGANISATION_KINDS, InviteMemberForm, OrganisationForm
from ..letters import public_url, write_letter
from ..models import Membership
from ..queries import get_invitation, get_user, list_members, list_open_invitations
from ..services.invitations import get_own_membership, invite_member, revoke_invitation
from ..services.members import change_organisation, hand_over, remove_member
from .room import room


@room.get("/me/organisation", permission="own:organisation:view")
def organisation() -> ResponseReturnValue:
    """Show the organisation and its members."""
    return _page()


@room.post("/me/organisation", permission="own:organisation:edit")
def save_organisation() -> ResponseReturnValue:
    """Change the organisation's facts."""
    form = OrganisationForm(get_taxonomy(db.session))
    if not form.validate_on_submit():
        return _page(form), 422
    seen = form.version.data or ""
    seen_version = int(seen) if seen.isascii() and seen.isdigit() else 0
    change_organisation(db.session, current_viewer(), form.to_facts(), seen_version)
    flash(_("单位信息已保存。"), "success")
    return redirect(url_for("accounts.organisation"), 303)


@room.post("/me/organisation/invite", permission="own:organisation:edit", endpoint="invite_member")
def invite() -> ResponseReturnValue:
    """Invite a colleague by letter."""
    viewer, invitation_form = current_viewer(), InviteMemberForm()
    own = get_own_membership(db.session, viewer)
    if not invitation_form.validate_on_submit():
        return _page(None, invitation_form), 422
    invited = invite_member(db.session, viewer, invitation_form.email.data, now())
    write_letter(
        invited.invitation.email,
        _("邀请您加入%(name)s", name=own.organisation.name),
        "invite_member",
        inviter=viewer.display_name,
        organisation=own.organisation.name,
        link=public_url("accounts.invitation", token=invited.token),
    )
    flash(_("邀请邮件已发出，7天内有效。"), "success")
    return redirect(url_for("accounts.organisation", _anchor="members"), 303)


@room.post(
    "/me/organisation/invitations/<int:invitation_id>/revoke",
    permission="own:organisation:edit",
    endpoint="revoke_member_invitation",
)
def revoke(invitation_id: int) -> ResponseReturnValue:
    """Make an invitation to a colleague void."""
    viewer = current_viewer()
    own = get_own_membership(db.session, viewer)
    found = get_invitation(db.session, invitation_id)
    if found.organisation_id != own.organisation_id:
        raise NotFound("没有这份邀请。")
    revoke_invitation(db.session, viewer, found, now())
    flash(_("邀请已撤销。"), "success")
    return redirect(url_for("accounts.organisation", _anchor="members"), 303)


@room.post(
    "/me/organisation/members/<int:user_id>/remove",
    permission="own:organisation:edit",
    endpoint="remove_member",
)
def remove(user_id: int) -> ResponseReturnValue:
    """Take a colleague out of the organisation."""
    remove_member(db.session, current_viewer(), user_id)
    flash(_("已移除该成员，其账号仍在，但不再能办理本单位事项。"), "success")
    return redirect(url_for("accounts.organisation", _anchor="members"), 303)


@room.get("/me/organisation/members/<int:user_id>/hand-over", permission="own:organisation:edit")
def ask_hand_over(user_id: int) -> ResponseReturnValue:
    """Ask before the organisation changes hands."""
    own = get_own_membership(db.session, current_viewer())
    members = list_members(db.session, own.organisation_id)
    member = next((row for row in members if row.user_id == user_id), None)
    if member is None or member.id == own.id:
        raise NotFound("本单位没有这位成员。")
    return render_template(
        "pages/accounts/hand_over.html", member=member, organisation=own.organisation
    )


@room.post(
    "/me/organisation/members/<int:user_id>/hand-over",
    permission="own:organisation:edit",
    endpoint="hand_over",
)
def make_owner(user_id: int) -> ResponseReturnValue:
    """Hand the organisation over to a colleague."""
    hand_over(db.session, current_viewer(), user_id)
    flash(_("负责人已移交，您现在是普通成员。"), "success")
    return redirect(url_for("accounts.organisation", _anchor="members"), 303)


def _page(
    form: OrganisationForm | None = None, invitation_form: InviteMemberForm | None = None
) -> str:
    user = get_user(db.session, current_viewer().user_id)
    own: Membership | None = user.membership
    if own is None:
        raise NotFound("您的账号不属于任何单位。", next_step="请由本单位的负责人邀请您加入。")
    taxonomy = get_taxonomy(db.session)
    place = own.organisation
    return render_template(
        "pages/accounts/organisation.html",
        form=form or OrganisationForm(taxonomy, obj=place),
        invitation_form=invitation_form or InviteMemberForm(formdata=None),
        organisation=place,
        kind=ORGANISATION_KINDS[place.kind],
        region=taxonomy.region_path(place.region_code),
        is_owner=own.role == "owner",
        members=list_members(db.session, place.id),
        invitations=list_open_invitations(db.session, place.id, now()),
    )
