"""`flask serve` leaves no process behind, however it or one of its children ends."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


def _ours(instance: Path) -> dict[int, str]:
    """Return the processes of this trial, by the instance folder in their environment."""
    found = {}
    mark = f"DUIJIE_INSTANCE={instance}".encode()
    for folder in Path("/proc").iterdir():
        if not folder.name.isdigit():
            continue
        try:
            if mark in (folder / "environ").read_bytes().split(b"\0"):
                command = (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode()
                if command:
                    found[int(folder.name)] = command
        except OSError:
            continue
    return found


def _wait_for(condition: object, seconds: float = 20) -> bool:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if condition():  # type: ignore[operator]
            return True
        time.sleep(0.1)
    return False


@pytest.fixture
def serving(tmp_path: Path) -> Iterator[tuple[subprocess.Popen[bytes], Path]]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environ = {**os.environ, "DUIJIE_INSTANCE": str(tmp_path), "WEB_CONCURRENCY": "1"}
    environ.pop("DATABASE_URL", None)
    flask = [sys.executable, "-m", "flask", "--app", "wsgi"]
    subprocess.run([*flask, "setup"], cwd=ROOT, env=environ, check=True, capture_output=True)
    process = subprocess.Popen(
        [*flask, "serve", "--port", str(port)],
        cwd=ROOT,
        env=environ,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        # serve itself, gunicorn with its one process, the worker
        assert _wait_for(lambda: len(_ours(tmp_path)) >= 4)
        yield process, tmp_path
    finally:
        for pid in _ours(tmp_path):
            os.kill(pid, signal.SIGKILL)
        process.wait()


@pytest.mark.parametrize("signum", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_nothing_is_left_when_the_site_is_told_to_stop(
    serving: tuple[subprocess.Popen[bytes], Path], signum: int
) -> None:
    process, instance = serving
    process.send_signal(signum)
    assert process.wait(20) == 0
    assert _wait_for(lambda: not _ours(instance), 2), _ours(instance)


@pytest.mark.parametrize("part", ["gunicorn", "worker"])
def test_nothing_is_left_when_a_part_dies(
    serving: tuple[subprocess.Popen[bytes], Path], part: str
) -> None:
    process, instance = serving
    children = [
        int(pid)
        for pid in Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
    ]
    [victim] = [pid for pid in children if f" {part} " in _ours(instance)[pid]]
    os.kill(victim, signal.SIGKILL)
    assert process.wait(20) == 1
    assert _wait_for(lambda: not _ours(instance), 2), _ours(instance)
