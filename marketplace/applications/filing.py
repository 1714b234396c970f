"""Verbs on the files of an application: attach one to a material or case, take one off again."""

from __future__ import annotations

from flask_babel import gettext as _
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from ..audit.services import record
from ..db import now
from ..errors import InvalidInput, NotFound, NotPermitted
from ..evidence.models import EvidenceFile
from ..evidence.services import let_go, limits_of, mark_attached
from ..msgids import N_
from ..permissions import Viewer
from .asking import asked_of, item_names
from .models import Application, ApplicationFile
from .policy import may_edit

_UNCHANGED = N_("材料没有变化。")


def attach_file(
    session: Session, actor: Viewer, application: Application, item: str, file: EvidenceFile
) -> ApplicationFile:
    """Attach a file of the actor's organisation to a material of the call or a case put forward.

    Raises NotPermitted outside draft and supplement, InvalidInput for an unknown item, a file
    that is there already, or too many files.
    """
    _hold(session, actor, application)
    if file.organisation_id != application.organisation_id:
        raise NotFound("没有这个文件。", next_step="请重新上传。")
    if item not in item_names(application, asked_of(session, application)):
        raise InvalidInput("没有这项材料。", _UNCHANGED, "请从材料列表里选择要上传的一项。")
    most = limits_of(session).most_files
    count = session.scalar(
        select(func.count(ApplicationFile.id)).where(
            ApplicationFile.application_id == application.id
        )
    )
    if (count or 0) >= most:
        raise InvalidInput(
            _("一份申请最多%(n)s个文件。", n=most),
            _UNCHANGED,
            "请先移除不需要的，或合并成一个PDF。",
        )
    if any(one.item == item and one.file.sha256 == file.sha256 for one in application.files):
        raise InvalidInput("这项材料里已有内容相同的文件。", _UNCHANGED, "不必重复上传。")
    mark_attached(session, file)
    attached = ApplicationFile(application_id=application.id, file_id=file.id, item=item)
    session.add(attached)
    session.flush()
    session.expire(application, ["files"])
    _tell(session, actor, application, "application.file_attached", attached, file)
    return attached


def detach_file(session: Session, actor: Viewer, application: Application, key: str) -> None:
    """Take a file off; what was handed in with a snapshot stays kept with the snapshot."""
    _hold(session, actor, application)
    attached = next((one for one in application.files if one.file.key == key), None)
    if attached is None:
        raise NotFound("没有这个文件，或已经移除。", next_step="请刷新材料列表。")
    file = attached.file
    frozen = {
        str(item["key"]) for snapshot in application.snapshots for item in snapshot.body["files"]
    }
    _tell(session, actor, application, "application.file_detached", attached, file)
    session.delete(attached)
    session.flush()
    session.expire(application, ["files"])
    if file.key not in frozen:
        let_go(session, file)


def _hold(session: Session, actor: Viewer, application: Application) -> None:
    """Let nobody hand the application in until this transaction ends, nor after it was."""
    held = False
    if may_edit(actor, application):
        done = session.execute(
            update(Application)
            .where(Application.id == application.id, Application.state == application.state)
            .values(updated_at=now(), updated_by_id=actor.user_id)
            .execution_options(synchronize_session=False)
        )
        held = done.rowcount == 1  # type: ignore[attr-defined]
    session.refresh(application)
    if not held:
        raise NotPermitted(
            "这份申请现在不能更换材料。",
            _UNCHANGED,
            "已提交的材料以快照为准；需要更正的请联系经办人。",
        )


def _tell(
    session: Session,
    actor: Viewer,
    application: Application,
    action: str,
    attached: ApplicationFile,
    file: EvidenceFile,
) -> None:
    record(
        session,
        actor,
        action,
        ("application", application.id),
        number=application.number,
        item=attached.item,
        sha256=file.sha256,
    )
