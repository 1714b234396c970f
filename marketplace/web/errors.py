"""Error pages: what happened, what was kept, what to do next; JSON for scripts that ask for it."""

from __future__ import annotations

import logging
from typing import Any

from flask import Flask, Response, jsonify, make_response, render_template, request
from flask_babel import gettext
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import DataError, DBAPIError, IntegrityError, OperationalError
from werkzeug.exceptions import HTTPException

from ..db import db
from ..errors import (
    Conflict,
    DuijieError,
    InvalidInput,
    NotFound,
    NotPermitted,
    TooLarge,
    Unavailable,
)
from ..msgids import N_
from .viewer import see_nobody

log = logging.getLogger("duijie.web")

_NOTHING_KEPT = N_("这次提交没有保存，原有内容没有变化。")
_ENDED_FOR_ANOTHER = frozenset({"40P01", "40001"})
"""What PostgreSQL says to the one of two transactions that it ends: deadlock, serialization."""


def _from_http(error: HTTPException) -> DuijieError:
    code = error.code or 500
    if isinstance(error, CSRFError):
        problem: DuijieError = InvalidInput(
            "页面停留过久，或登录状态已变化，这次提交未被接受。",
            _NOTHING_KEPT,
            "请返回上一页刷新后重新提交。",
        )
        problem.status, problem.title = 400, N_("页面已失效")
        return problem
    kinds: dict[int, DuijieError] = {
        403: NotPermitted("您没有办理这件事的权限。", "没有任何内容被改动。"),
        404: NotFound("网址可能有误，或内容已撤下。", next_step="请核对网址，或从首页重新进入。"),
        413: TooLarge(
            "文件或内容超过了允许的大小。", "没有保存任何内容。", "请压缩或拆分后再上传。"
        ),
    }
    if code in kinds:
        return kinds[code]
    problem = DuijieError("请求无法处理。", _NOTHING_KEPT, "请返回上一页重试。")
    problem.status = code
    if code == 405:
        problem.title = N_("这个网址不能这样访问")
    elif code == 429:
        problem.title = N_("操作过于频繁")
    elif code < 500:
        problem.title = N_("请求有误")
    return problem


def _from_database(error: DBAPIError) -> DuijieError:
    if _was_ended_for_another(error):
        return Conflict("他人正在办理同一件事。", _NOTHING_KEPT, "请刷新页面查看最新内容后再提交。")
    if isinstance(error, IntegrityError):
        return Conflict(
            "提交的内容与已有记录冲突。", _NOTHING_KEPT, "请刷新页面查看最新内容后再提交。"
        )
    if isinstance(error, DataError):
        return InvalidInput(
            "提交的内容里有过长的文字或超出范围的数值。", _NOTHING_KEPT, "请检查后重新提交。"
        )
    return Unavailable(
        "数据库暂时连接不上。", _NOTHING_KEPT, "请稍等片刻再试；如持续出现请联系我们。"
    )


def _was_ended_for_another(error: DBAPIError) -> bool:
    return getattr(error.orig, "sqlstate", None) in _ENDED_FOR_ANOTHER


def show_error(error: DuijieError) -> Response:
    """Return the page, or the JSON body, of an error."""
    told: dict[str, Any] = {
        "title": gettext(error.title),
        "what": gettext(error.what) if error.what else "",
        "kept": gettext(error.kept) if error.kept else "",
        "next_step": gettext(error.next_step) if error.next_step else "",
        "status": error.status,
    }
    best = request.accept_mimetypes.best_match(["text/html", "application/json"], "text/html")
    if best == "application/json":
        response = make_response(jsonify(error=told), error.status)
    else:
        response = make_response(render_template("errors/error.html", error=told), error.status)
    if error.status == 503:
        response.headers["Retry-After"] = "5"
    return response


def install_error_pages(app: Flask) -> None:
    """Show every error as a page in the house style."""

    @app.errorhandler(DuijieError)
    def _told(error: DuijieError) -> Response:
        db.session.rollback()
        return show_error(error)

    @app.errorhandler(HTTPException)
    def _http(error: HTTPException) -> Response | HTTPException:
        if error.code is not None and error.code < 400:
            return error
        return show_error(_from_http(error))

    @app.errorhandler(DBAPIError)
    def _database(error: DBAPIError) -> Response:
        db.session.rollback()
        if _was_ended_for_another(error):
            log.warning("ended for another transaction on %s: %s", request.path, error.orig)
        elif isinstance(error, OperationalError):
            see_nobody()
            log.error("database unavailable on %s: %s", request.path, error.orig)
        elif not isinstance(error, DataError | IntegrityError):
            log.exception("database error")
        return show_error(_from_database(error))

    @app.errorhandler(Exception)
    def _unexpected(error: Exception) -> Response:
        db.session.rollback()
        log.exception("unexpected error on %s %s", request.method, request.path)
        if app.testing:
            raise error
        return show_error(
            DuijieError(
                "系统处理这次请求时出错，已记入日志。",
                _NOTHING_KEPT,
                "请稍后再试；如持续出现请联系我们。",
            )
        )
