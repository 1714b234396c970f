"""What can go wrong, in words a person can act on; knows nothing of HTTP or the database.

Every error tells three things: what happened, what was kept, what to do next.
Messages are Chinese msgids; the web room translates and shows them.
"""

from __future__ import annotations


class DuijieError(Exception):
    """Base of all errors that a person will read."""

    status = 500
    title = "出了问题"

    def __init__(self, what: str = "", kept: str = "", next_step: str = "") -> None:
        super().__init__(what or self.title)
        self.what = what
        self.kept = kept
        self.next_step = next_step


class NotFound(DuijieError):
    """The thing does not exist, or the reader may not know that it does."""

    status = 404
    title = "没有找到这个页面"


class NotPermitted(DuijieError):
    """The reader may know of the thing but not do this with it."""

    status = 403
    title = "没有办理权限"


class Conflict(DuijieError):
    """Somebody else changed the thing first; nothing was written."""

    status = 409
    title = "他人已先一步修改"


class NotNow(Conflict):
    """The state of the thing does not allow this step now, whoever brought it there; nothing was written."""

    title = "现在还不能这样办理"


class InvalidInput(DuijieError):
    """The values given cannot be accepted; nothing was written."""

    status = 422
    title = "填写的内容有误"


class TooLarge(DuijieError):
    """The upload exceeds a stated limit; nothing was stored."""

    status = 413
    title = "上传的内容过大"


class Unavailable(DuijieError):
    """A part the request needs is away for the moment; trying again may work."""

    status = 503
    title = "服务暂时不可用"
