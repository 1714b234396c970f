"""Routes: each one names its permission; those that write run in one transaction.

`Room` is a Blueprint whose only ways to add a route are `get` and `post`, both of which demand
a permission, so a route without a guard cannot be written. Returning commits, raising rolls
back; a response of 400 and above rolls back too.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import quote

from flask import Blueprint, Response, make_response, redirect, request, url_for
from flask_babel import gettext

from ..db import db, read_only
from ..errors import InvalidInput, NotFound, NotPermitted
from ..permissions import GRANTS, ROLE_NAMES
from .viewer import current_viewer

View = Callable[..., Any]
HIGHEST_ROW = 2**31 - 1
"""The highest id an integer column holds on PostgreSQL."""
KNOWN_PERMISSIONS = frozenset().union(*GRANTS.values())


class Room(Blueprint):
    """A blueprint whose routes are all guarded."""

    def get(self, rule: str, *, permission: str, **options: Any) -> Callable[[View], View]:  # type: ignore[override]
        """Register a view that reads: it never writes."""
        return self._guarded(rule, "GET", permission, options)

    def post(self, rule: str, *, permission: str, **options: Any) -> Callable[[View], View]:  # type: ignore[override]
        """Register a view that writes: guarded, and one transaction."""
        return self._guarded(rule, "POST", permission, options)

    def _guarded(
        self, rule: str, method: str, permission: str, options: dict[str, Any]
    ) -> Callable[[View], View]:
        if permission not in KNOWN_PERMISSIONS:
            raise ValueError(f"no role holds the permission {permission}")

        def register(view: View) -> View:
            @wraps(view)
            def guarded(*args: Any, **kwargs: Any) -> Any:
                refusal = refuse(permission)
                if refusal is not None:
                    return refusal
                return view(*args, **kwargs) if method == "GET" else _commit(view, args, kwargs)

            guarded.permission = permission  # type: ignore[attr-defined]
            endpoint = options.pop("endpoint", None)
            self.add_url_rule(rule, endpoint, guarded, methods=[method], **options)
            return view

        return register


def refuse(permission: str) -> Response | None:
    """Return a redirect to sign-in, raise NotPermitted, or return None when all is well.

    Staff pages answer 404 to people who are not of the bureau: they need not know what exists.
    """
    viewer = current_viewer()
    if viewer.may(permission):
        return None
    if not viewer.is_signed_in:
        target = request.full_path.rstrip("?") if request.method == "GET" else ""
        sign_in = url_for("security.login")
        return make_response(redirect(f"{sign_in}?next={quote(target)}" if target else sign_in))
    scope = permission.partition(":")[0]
    if scope in {"unit", "site"} and not viewer.roles & _holders_of_scope(scope):
        raise NotFound(
            "这里没有可以给您看的内容。",
            next_step="请核对网址，或从首页重新进入。",
        )
    raise NotPermitted(
        "您的账号没有办理这件事的权限。",
        "没有任何内容被改动。",
        _whose(permission) if scope == "own" else "如确需办理，请联系本单位的系统管理员。",
    )


def _whose(permission: str) -> str:
    """Say for whom a page is that nobody of the viewer's organisation can be let into."""
    roles = [ROLE_NAMES[role] for role, held in GRANTS.items() if permission in held]
    names = "、".join(gettext(name) for name in roles)
    return gettext("这里供%(roles)s使用；如有这类账号，请改用它登录。", roles=names)


def _holders_of_scope(scope: str) -> frozenset[str]:
    return frozenset(
        role
        for role, permissions in GRANTS.items()
        if any(permission.startswith(f"{scope}:") for permission in permissions)
    )


def _commit(view: View, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    try:
        response = make_response(view(*args, **kwargs))
    except BaseException:
        db.session.rollback()
        raise
    if response.status_code < 400:
        db.session.commit()
    else:
        db.session.rollback()
    return response


def install_read_only(app: Any) -> None:
    """Let requests that only read begin deferred transactions on SQLite."""

    @app.before_request
    def _mark() -> None:
        read_only.set(request.method in {"GET", "HEAD", "OPTIONS"})

    @app.teardown_request
    def _unmark(_error: BaseException | None) -> None:
        read_only.set(False)


def install_input_check(app: Any) -> None:
    """Refuse what no row can hold: NUL bytes in texts, and numbers of rows beyond any column.

    PostgreSQL will not compare a text with NUL bytes, SQLite takes no integer of 65 bits.
    """

    @app.before_request
    def _check() -> None:
        numbers = [value for value in (request.view_args or {}).values() if isinstance(value, int)]
        if any(number > HIGHEST_ROW for number in numbers):
            raise NotFound(
                "网址可能有误，或内容已撤下。", next_step="请核对网址，或从首页重新进入。"
            )
        values = [request.path, *(value for _key, value in request.args.items(multi=True))]
        if request.method == "POST":
            values += [value for _key, value in request.form.items(multi=True)]
        if any("\x00" in value for value in values):
            raise InvalidInput(
                "提交的内容里有无法识别的控制字符。",
                "这次提交没有保存，原有内容没有变化。",
                "请删去从别处粘贴来的特殊字符后重试。",
            )


def endpoint_permissions(app: Any) -> dict[str, str | None]:
    """Return the permission of every endpoint; None for those of libraries and static files."""
    return {
        endpoint: getattr(view, "permission", None) for endpoint, view in app.view_functions.items()
    }
