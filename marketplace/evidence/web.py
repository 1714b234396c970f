"""Files between a browser and the room: taken from a request, given out as a download.

Who may do either is decided by the view that calls; these two know no permission.
"""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

from flask import Response, current_app, send_file
from sqlalchemy.orm import Session
from werkzeug.datastructures import FileStorage

from ..errors import InvalidInput
from ..permissions import Viewer
from .models import EvidenceFile
from .refusals import NOTHING_STORED
from .services import keep_evidence
from .storage import drop_file, read_evidence


def evidence_folder() -> Path:
    """Return where files handed in lie."""
    folder: Path = current_app.config["UPLOAD_FOLDER"]
    return folder / "evidence"


def receive_evidence(
    session: Session,
    actor: Viewer,
    upload: FileStorage | None,
    *,
    organisation_id: int | None,
    strip: bool = False,
) -> EvidenceFile:
    """Check and keep the file of a form's field; see `services.keep_evidence`."""
    if upload is None or not upload.filename:
        raise InvalidInput("没有选择文件。", NOTHING_STORED, "请先选择要上传的文件。")
    return keep_evidence(
        session,
        actor,
        upload.read(),
        upload.filename,
        evidence_folder(),
        organisation_id=organisation_id,
        scanner=current_app.config["SCANNER"],
        strip=strip,
    )


def discard_evidence(file: EvidenceFile) -> None:
    """Remove the bytes of a file whose row will not be kept, because attaching it was refused."""
    drop_file(evidence_folder(), file.stored_as)


def send_evidence(file: EvidenceFile) -> Response:
    """Return the file as a download that no browser opens in place of a page."""
    response = send_file(
        BytesIO(read_evidence(evidence_folder(), file)),
        mimetype=file.media_type,
        as_attachment=True,
        download_name=file.filename,
        max_age=0,
    )
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Cache-Control"] = "no-store"
    return response
