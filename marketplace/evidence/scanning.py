"""The virus scanner, if the site has one: a command that gets the file's path and answers by exit."""

from __future__ import annotations

import logging
import shlex
import subprocess
from pathlib import Path

from ..errors import InvalidInput, Unavailable
from .refusals import NOTHING_STORED

log = logging.getLogger("duijie.evidence")

TIMEOUT_S = 60


def scan_file(command: str, path: Path) -> str:
    """Return 'clean', or 'unscanned' when no scanner is set.

    Exit status 0 means clean and 1 infected, as with clamdscan; InvalidInput for an infected
    file, Unavailable for any other end: a file nobody looked at is not taken for clean.
    """
    if not command.strip():
        return "unscanned"
    try:
        done = subprocess.run(
            [*shlex.split(command), str(path)],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=TIMEOUT_S,
            check=False,
        )
    except (OSError, ValueError, subprocess.TimeoutExpired) as error:
        log.error("the scanner did not answer: %s", error)
        raise _away() from error
    if done.returncode == 0:
        return "clean"
    if done.returncode == 1:
        log.warning("the scanner refused a file: %r", done.stdout[-500:])
        raise InvalidInput(
            "病毒扫描认为这个文件有风险，不能接收。",
            NOTHING_STORED,
            "请在本单位查杀病毒后，用原来的软件重新生成文件再上传。",
        )
    log.error("the scanner ended with %s: %r", done.returncode, done.stderr[-500:])
    raise _away()


def _away() -> Unavailable:
    return Unavailable("扫描服务暂时不可用。", NOTHING_STORED, "请过几分钟再上传。")
