"""Files of objections and appeals, given out to who may read them."""

from __future__ import annotations

from flask.typing import ResponseReturnValue

from ...db import db
from ...errors import NotFound
from ...evidence.web import send_evidence
from ...web.viewer import current_viewer
from ..appeal_queries import appeal_of, get_desk_appeal, get_own_application
from ..blueprint import room
from ..models import Appeal
from ..objection_queries import (
    company_files,
    file_of,
    get_desk_objection,
    get_own_objection,
)


@room.get("/desk/objections/<number>/files/<key>", permission="unit:objection:handle")
def desk_file(number: str, key: str) -> ResponseReturnValue:
    """Send a file of an objection to who handles it."""
    objection = get_desk_objection(db.session, current_viewer(), number)
    return send_evidence(file_of(objection.files, key).file)


@room.get("/my/objections/<number>/files/<key>", permission="own:objection:answer")
def own_file(number: str, key: str) -> ResponseReturnValue:
    """Send the company one of its files, or one released to it."""
    objection = get_own_objection(db.session, current_viewer(), number)
    return send_evidence(file_of(company_files(objection), key).file)


def _appeal_file(appeal: Appeal | None, key: str) -> ResponseReturnValue:
    for item in appeal.files if appeal else ():
        if item.file.key == key:
            return send_evidence(item.file)
    raise NotFound("没有这份材料。", next_step="请从申诉页面重新打开。")


@room.get("/desk/appeals/<number>/files/<key>", permission="unit:notice:view")
def desk_appeal_file(number: str, key: str) -> ResponseReturnValue:
    """Send a file of an appeal to the office that handles it."""
    return _appeal_file(get_desk_appeal(db.session, current_viewer(), number), key)


@room.get("/my/applications/<number>/appeal/files/<key>", permission="own:appeal:file")
def own_appeal_file(number: str, key: str) -> ResponseReturnValue:
    """Send the applicant a file of its own appeal."""
    application = get_own_application(db.session, current_viewer(), number)
    return _appeal_file(appeal_of(db.session, application.id), key)
