"""The bureau's people: invited by the system administrator, granted by the security one."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from ...db import db, now
from ...errors import NotFound
from ...permissions import ROLE_NAMES
from ...web.paging import asked_page, page_of_rows
from ...web.viewer import current_viewer
from ..forms import InviteOwnerForm, InviteStaffForm
from ..letters import public_url, write_letter
from ..models import Invitation
from ..queries import (
    get_invitation,
    list_open_invitations,
    list_pending_grants,
    list_units,
    staff_statement,
)
from ..services.invitations import Invited, invite_owner, invite_staff, revoke_invitation
from ..services.staff import grant_role, refuse_role, withdraw_role
from .room import room


@room.get("/admin/staff", permission="site:staff:view")
def staff() -> ResponseReturnValue:
    """Show who waits for a grant, who is invited, and who holds which role."""
    return render_template(
        "pages/accounts/staff.html",
        pending=list_pending_grants(db.session),
        invitations=list_open_invitations(db.session, None, now()),
        page=page_of_rows(db.session, staff_statement(), asked_page(), 30),
        role_names=ROLE_NAMES,
    )


@room.get("/admin/staff/invite", permission="site:staff:invite", endpoint="invite_staff")
def show_invite() -> ResponseReturnValue:
    """Show the forms for inviting staff and owners of organisations."""
    return _invite_page()


@room.post("/admin/staff/invite", permission="site:staff:invite", endpoint="send_staff_invitation")
def invite() -> ResponseReturnValue:
    """Invite a person into a unit; the role is granted by somebody else."""
    form = InviteStaffForm(_unit_choices())
    if not form.validate_on_submit():
        return _invite_page(staff_form=form), 422
    invited = invite_staff(
        db.session,
        current_viewer(),
        form.email.data,
        form.role.data,
        int(form.unit_id.data),
        now(),
    )
    _tell(invited, _("邀请您到%(unit)s任职", unit=invited.invitation.unit.name), "invite_staff")
    return redirect(url_for("accounts.staff"), 303)


@room.post("/admin/staff/invite-owner", permission="site:staff:invite", endpoint="invite_owner")
def invite_in_charge() -> ResponseReturnValue:
    """Invite a person to take charge of an organisation that has no members."""
    form = InviteOwnerForm(prefix="owner-")
    if not form.validate_on_submit():
        return _invite_page(owner_form=form), 422
    invited = invite_owner(db.session, current_viewer(), form.email.data, form.uscc.data, now())
    name = invited.invitation.organisation.name
    _tell(invited, _("邀请您负责%(name)s在本站的事项", name=name), "invite_owner")
    return redirect(url_for("accounts.staff"), 303)


@room.post(
    "/admin/staff/invitations/<int:invitation_id>/revoke",
    permission="site:staff:invite",
    endpoint="revoke_staff_invitation",
)
def revoke(invitation_id: int) -> ResponseReturnValue:
    """Make an invitation void."""
    found = _sent_by_staff(invitation_id)
    revoke_invitation(db.session, current_viewer(), found, now())
    flash(_("邀请已撤销，链接随即失效。"), "success")
    return redirect(url_for("accounts.staff"), 303)


@room.post(
    "/admin/staff/grants/<int:invitation_id>/grant",
    permission="site:staff:grant",
    endpoint="grant_role",
)
def grant(invitation_id: int) -> ResponseReturnValue:
    """Grant what an accepted invitation asked for."""
    user = grant_role(db.session, current_viewer(), invitation_id, now())
    flash(_("已授权，%(name)s下一次打开页面即生效。", name=user.display_name), "success")
    return redirect(url_for("accounts.staff"), 303)


@room.post(
    "/admin/staff/grants/<int:invitation_id>/refuse",
    permission="site:staff:grant",
    endpoint="refuse_role",
)
def refuse(invitation_id: int) -> ResponseReturnValue:
    """Refuse what an accepted invitation asked for."""
    refuse_role(db.session, current_viewer(), invitation_id, now())
    flash(_("已退回，没有授权。"), "success")
    return redirect(url_for("accounts.staff"), 303)


@room.post(
    "/admin/staff/<int:user_id>/withdraw", permission="site:staff:grant", endpoint="withdraw_role"
)
def withdraw(user_id: int) -> ResponseReturnValue:
    """Take a role away."""
    withdraw_role(db.session, current_viewer(), user_id, request.form.get("role", ""))
    flash(_("岗位已收回，即时生效。"), "success")
    return redirect(url_for("accounts.staff"), 303)


def _tell(invited: Invited, subject: str, template: str) -> None:
    found = invited.invitation
    write_letter(
        found.email,
        subject,
        template,
        inviter=current_viewer().display_name,
        role=ROLE_NAMES.get(found.role, ""),
        unit=found.unit.name if found.unit else "",
        organisation=found.organisation.name if found.organisation else "",
        link=public_url("accounts.invitation", token=invited.token),
    )
    flash(_("邀请邮件已发出，7天内有效。"), "success")


def _sent_by_staff(invitation_id: int) -> Invitation:
    found = get_invitation(db.session, invitation_id)
    if found.organisation_id is not None and found.role != "owner":
        raise NotFound("没有这份邀请。")
    return found


def _unit_choices() -> list[tuple[str, str]]:
    return [(str(unit.id), unit.name) for unit in list_units(db.session)]


def _invite_page(
    staff_form: InviteStaffForm | None = None, owner_form: InviteOwnerForm | None = None
) -> str:
    return render_template(
        "pages/accounts/invite_staff.html",
        staff_form=staff_form or InviteStaffForm(_unit_choices(), formdata=None),
        owner_form=owner_form or InviteOwnerForm(formdata=None, prefix="owner-"),
    )
