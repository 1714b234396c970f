"""Kills a process that acknowledges step after step, at a moment drawn by lot."""

from __future__ import annotations

import multiprocessing
import random
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

LONGEST_SECONDS = 0.06
STARTING_SECONDS = 10


def kill_in_the_middle(
    target: Callable[..., None], folder: Path, step: int, rng: random.Random
) -> int:
    """Start `target(folder, step, pipe)`, kill it once it has acknowledged a step; return the last acknowledged."""
    context: Any = multiprocessing.get_context("fork")
    receiving, sending = context.Pipe(duplex=False)
    process = context.Process(target=target, args=(folder, step, sending))
    process.start()
    sending.close()
    if not receiving.poll(STARTING_SECONDS):
        pytest.fail("the process hangs")
    acknowledged = int(receiving.recv())
    time.sleep(rng.uniform(0, LONGEST_SECONDS))
    process.kill()
    process.join()
    while receiving.poll():
        try:
            acknowledged = int(receiving.recv())
        except EOFError:
            break
    receiving.close()
    return acknowledged
