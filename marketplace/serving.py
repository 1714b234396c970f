"""Set-up and serving for `make setup` and `make run`: gunicorn and the worker, side by side.

Production uses the units in deploy/ instead; this is for trying the site on one machine.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
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

    Each child leads a process group of its own, so that Ctrl-C reaches only this process and
    the children are stopped in order and nothing is left behind.
    """
    stop = threading.Event()
    for signum in (signal.SIGINT, signal.SIGTERM):
        signal.signal(signum, lambda *_: stop.set())
    children = [
        subprocess.Popen(command, cwd=ROOT, env=os.environ, start_new_session=True)
        for command in commands(port)
    ]
    while not stop.wait(0.2):
        if any(child.poll() is not None for child in children):
            break
    status = 0 if stop.is_set() else 1
    for child in children:
        if child.poll() is None:
            child.terminate()
    for child in children:
        try:
            child.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            os.killpg(child.pid, signal.SIGKILL)
    return status
