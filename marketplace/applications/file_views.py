"""Files of an application: handed in and taken off by its owner, read by owner and bureau."""

from __future__ import annotations

from flask import flash, redirect, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from ..db import db
from ..errors import InvalidInput, TooLarge
from ..evidence.models import EvidenceFile
from ..evidence.web import discard_evidence, receive_evidence, send_evidence
from ..permissions import Viewer
from ..web.viewer import current_viewer
from . import services
from .asking import asked_of
from .blueprint import room
from .edit_views import editable, editor
from .editing import section_url
from .models import Application
from .queries import get_desk_application, get_file, get_own_application


@room.post("/my/applications/<number>/materials/<item>", permission="own:application:edit")
def upload(number: str, item: str) -> ResponseReturnValue:
    """Take in one file for a material or a case."""
    viewer = current_viewer()
    application = editable(number)
    try:
        file = receive_evidence(
            db.session,
            viewer,
            request.files.get("file"),
            organisation_id=application.organisation_id,
        )
        _attach(viewer, application, item, file)
    except (InvalidInput, TooLarge) as problem:
        asked = asked_of(db.session, application)
        return editor(application, "materials", asked, None, problem=problem, status=problem.status)
    flash(_("“%(name)s”已上传。", name=file.filename), "success")
    return redirect(section_url(application, "materials", f"item-{item}"), 303)


def _attach(viewer: Viewer, application: Application, item: str, file: EvidenceFile) -> None:
    """Attach the file, or leave nothing of it behind."""
    try:
        services.attach_file(db.session, viewer, application, item, file)
    except BaseException:
        discard_evidence(file)
        raise


@room.post("/my/applications/<number>/files/<key>/remove", permission="own:application:edit")
def remove(number: str, key: str) -> ResponseReturnValue:
    """Take one file off."""
    application = editable(number)
    services.detach_file(db.session, current_viewer(), application, key)
    flash(_("文件已移除。"), "success")
    return redirect(section_url(application, "materials"), 303)


@room.get("/my/applications/<number>/files/<key>", permission="own:application:view")
def download(number: str, key: str) -> ResponseReturnValue:
    """Give the owner a file of the application, also one handed in with an earlier snapshot."""
    application = get_own_application(db.session, current_viewer(), number)
    return send_evidence(get_file(db.session, application, key))


@room.get("/desk/applications/<number>/files/<key>", permission="unit:application:view")
def desk_download(number: str, key: str) -> ResponseReturnValue:
    """Give the bureau a file of a submitted application of its region."""
    application = get_desk_application(db.session, current_viewer(), number)
    return send_evidence(get_file(db.session, application, key))
