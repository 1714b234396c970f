"""Set-up and serving for `make setup` and `make run`: gunicorn and the worker, side by side.

Production uses the units in deploy/ instead; this is for trying the site on one machine.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from contextlib import suppress
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
STOP_SECONDS = 10


def commands(port: int) -> list[list[str]]:
    """Return the command lines of the web server and the worker."""
    web = [
        sys.executable,
        "-m",
        "gunicorn",
        "wsgi:app",
        "--config",
        str(ROOT / "deploy/gunicorn.py"),
    ]
    web += ["--bind", f"127.0.0.1:{port}"]
    worker = [sys.executable, "-m", "flask", "--app", "wsgi", "worker"]
    return [web, worker]


def serve(port: int) -> int:
    """Run web and worker until one stops or Ctrl-C; stop the other; return the exit status.

    Each child leads a process group of its own, so that Ctrl-C, or the terminal's closing,
    reaches only this process, and the children are stopped in order with nothing left behind.
    """
    stop = threading.Event()
    for signum in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(signum, lambda *_: stop.set())
    children: list[subprocess.Popen[bytes]] = []
    try:
        for command in commands(port):
            children.append(
                subprocess.Popen(command, cwd=ROOT, env=os.environ, start_new_session=True)
            )
        while not stop.wait(0.2):
            if any(child.poll() is not None for child in children):
                break
    finally:
        _stop_all(children)
    return 0 if stop.is_set() else 1


def _stop_all(children: list[subprocess.Popen[bytes]]) -> None:
    """End every child, gently at first, and whatever a child that died has left in its group."""
    for child in children:
        _signal_group(child, signal.SIGTERM)
    deadline = time.monotonic() + STOP_SECONDS
    for child in children:
        with suppress(subprocess.TimeoutExpired):
            child.wait(max(0.0, deadline - time.monotonic()))
    while time.monotonic() < deadline and any(_signal_group(child, 0) for child in children):
        time.sleep(0.05)
    for child in children:
        _signal_group(child, signal.SIGKILL)
        child.wait()


def _signal_group(child: subprocess.Popen[bytes], signum: int) -> bool:
    """Send a signal to the child's process group; tell whether anybody is left in it."""
    try:
        os.killpg(child.pid, signum)
    except ProcessLookupError:
        return False
    return True
