"""What the machine gives: how many bytes a second one thread reads from memory."""

import time

import numpy as np

BYTES = 1 << 28


def bandwidth(rounds: int = 5) -> float:
    """Return bytes a second for adding up an array far larger than any cache, the best of some rounds."""
    array = np.ones(BYTES // 8)
    best = float("inf")
    for _ in range(rounds):
        started = time.perf_counter()
        array.sum()
        best = min(best, time.perf_counter() - started)
    return BYTES / best
