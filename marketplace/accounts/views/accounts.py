"""All accounts, for the security administrator: lock, unlock, reset the two-step sign-in."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from ...db import database_now, db
from ...permissions import ROLE_NAMES
from ...web.forms import trim
from ...web.paging import asked_page, page_of_rows
from ...web.viewer import current_viewer
from ..forms import ReasonForm
from ..models import User
from ..queries import accounts_statement, get_user
from ..services.staff import lock_account, reset_two_factor, unlock_account
from .room import room


@room.get("/admin/accounts", permission="site:account:lock")
def people() -> ResponseReturnValue:
    """Find an account."""
    text = trim(request.args.get("q", ""))[:80]
    page = page_of_rows(db.session, accounts_statement(text), asked_page(), 30)
    return render_template(
        "pages/accounts/people.html",
        page=page,
        text=text,
        moment=database_now(db.session),
        role_names=ROLE_NAMES,
    )


@room.get("/admin/accounts/<int:user_id>", permission="site:account:lock")
def person(user_id: int) -> ResponseReturnValue:
    """Show one account and what can be done with it."""
    return _page(get_user(db.session, user_id), ReasonForm())


@room.post("/admin/accounts/<int:user_id>/lock", permission="site:account:lock")
def lock(user_id: int) -> ResponseReturnValue:
    """Lock an account, with the reason."""
    form = ReasonForm()
    if not form.validate_on_submit():
        return _page(get_user(db.session, user_id), form), 422
    lock_account(db.session, current_viewer(), user_id, form.reason.data or "")
    flash(_("账号已停用，其登录已全部退出。"), "success")
    return redirect(url_for("accounts.person", user_id=user_id), 303)


@room.post("/admin/accounts/<int:user_id>/unlock", permission="site:account:lock")
def unlock(user_id: int) -> ResponseReturnValue:
    """Let an account sign in again."""
    unlock_account(db.session, current_viewer(), user_id)
    flash(_("账号已恢复，可以登录。"), "success")
    return redirect(url_for("accounts.person", user_id=user_id), 303)


@room.post("/admin/accounts/<int:user_id>/two-factor-off", permission="site:account:lock")
def two_factor_off(user_id: int) -> ResponseReturnValue:
    """Switch two-step sign-in off for somebody who lost the second step."""
    reset_two_factor(db.session, current_viewer(), user_id)
    flash(_("两步验证已关闭，请提醒对方登录后重新开启。"), "success")
    return redirect(url_for("accounts.person", user_id=user_id), 303)


def _page(user: User, form: ReasonForm) -> str:
    return render_template(
        "pages/accounts/person.html",
        person=user,
        form=form,
        moment=database_now(db.session),
        role_names=ROLE_NAMES,
    )
